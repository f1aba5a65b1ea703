public import Bookings
import GRDB
public import Transparency

/// What became of a time-stamp that was to be recorded.
public enum StampOutcome: Sendable, Equatable {
    /// Recorded at this index, and on the disk.
    case recorded(Int)
    /// The same stamp stands at this index; it is not recorded twice.
    case repeated(Int)
    /// It is not a stamp of a checkpoint of this ledger; nothing is recorded.
    case refused(TimestampError)
}

extension Ledger {
    /// The newest of the ledger's own checkpoints whose text has this digest; `nil` where none has.
    public func checkpoint(withImprint imprint: Hash) throws(LedgerError) -> Checkpoint? {
        try read { database in
            let query = try Query(database, "SELECT note FROM checkpoint ORDER BY size DESC")
            while try query.next() {
                guard let note = try? SignedNote(query.text(0)), let checkpoint = try? Checkpoint(text: note.text)
                else {
                    continue
                }
                if checkpoint.imprint == imprint { return checkpoint }
            }
            return nil
        }
    }

    /// Records that an authority stamped a checkpoint of this ledger: a `ledger.stamped` with the token in it.
    ///
    /// The ledger must be that checkpoint's, or have grown from it, and the stamp must be of its text. Whose stamp it is,
    /// is for whoever verifies it: with ``VerificationRequest/roots``.
    public func record(_ token: TimestampToken, of checkpoint: Checkpoint) throws(LedgerError) -> StampOutcome {
        guard token.imprint == checkpoint.imprint, checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
            return .refused(.wrongImprint)
        }
        let text = Base64.standard.encode(token.der)
        return try append { appender in
            let database = appender.database
            guard try Ledger.root(at: checkpoint.size, of: appender.head.size, in: database) == checkpoint.root else {
                return .refused(.wrongImprint)
            }
            let store = EntryStore(database)
            for index in try Ledger.stampedEntries(database) {
                if try store.entry(at: index)?.body?["token"]?.string == text { return .repeated(index) }
            }
            var entry = appender.entry(.ledgerStamped)
            entry.body = .object([
                "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64), "token": .string(text),
            ])
            return .recorded(try appender.append(entry))
        }
    }

    /// Holds the time-stamps that the ledger records against these roots. Each entry with one is shown to be in the tree
    /// under the last checkpoint, or under the head; the rest of the ledger is not looked at.
    public func stamps(under roots: TimestampRoots) throws(LedgerError) -> Stamps {
        var defects: [Defect] = []
        let signed = try lockedEnd(&defects)
        return try read { database in
            guard let head = try Head(reading: database) else { return Stamps() }
            let ends = [signed, Checkpoint(origin: origin, size: head.size, root: head.frontier.root)].compactMap(
                \.self)
            // An entry that is not the one in the tree is named by whoever shows entries; its stamp says nothing.
            let indexes = try Ledger.stampedEntries(database).filter {
                try entry(at: $0, under: ends, in: database) != nil
            }
            return try stamps(at: indexes, of: head.size, under: roots, in: database)
        }
    }

    /// Holds the time-stamps in these entries, which are the ledger's, against roots.
    func stamps(
        at indexes: [Int], of size: Int, under roots: TimestampRoots, in database: Database
    ) throws -> Stamps {
        let store = EntryStore(database)
        var stamps = Stamps()
        for start in stride(from: 0, to: indexes.count, by: Ledger.stampsAtOnce) {
            var read: [(index: Int, size: Int, token: TimestampToken)] = []
            for index in indexes[start..<min(start + Ledger.stampsAtOnce, indexes.count)] {
                guard let body = try store.entry(at: index)?.body, let covered = body["size"]?.integer,
                    let root = body["root"]?.string.flatMap({ Hash(base64: $0) })
                else { continue }
                guard covered <= index, try Ledger.root(at: covered, of: size, in: database) == root else {
                    stamps.defects.append(Ledger.falseStamp(index, "it is not of this ledger's past."))
                    continue
                }
                do throws(TimestampError) {
                    guard let der = body["token"]?.string.flatMap({ Base64.standard.decode($0.utf8) }) else {
                        throw .malformed
                    }
                    let token = try TimestampToken(der: der)
                    let checkpoint = Checkpoint(origin: origin, size: covered, root: root)
                    guard token.imprint == checkpoint.imprint else { throw .wrongImprint }
                    read.append((index, covered, token))
                } catch {
                    stamps.defects.append(Ledger.falseStamp(index, error.sentence))
                }
            }
            for (one, result) in zip(read, roots.authorities(of: read.map(\.token))) {
                switch result {
                case .success(let authority):
                    stamps.holding.append(
                        Stamp(
                            index: one.index, size: one.size, earliest: one.token.earliest, latest: one.token.latest,
                            authority: authority))
                case .failure(.unknownRoot): stamps.unknown.append(one.index)
                case .failure(let error): stamps.defects.append(Ledger.falseStamp(one.index, error.sentence))
                }
            }
        }
        return stamps
    }

    /// How many tokens are held in memory: each has a few KB, and none more than 48.
    private static let stampsAtOnce = 256

    private static func falseStamp(_ index: Int, _ what: String) -> Defect {
        Defect(
            code: "AR401", index: index, kind: .falseStamp,
            sentence: "The time-stamp in entry \(index) does not hold: \(what)")
    }

    /// The places of the entries with a time-stamp, as the projection has them: one that is left out bounds nothing.
    static func stampedEntries(_ database: Database) throws -> [Int] {
        try Query(database, "SELECT position FROM journal WHERE type = ?1 ORDER BY position DESC")
            .bind(1, text: EntryType.ledgerStamped.rawValue).all { $0.integer(0) }.reversed()
    }

    /// The root over the first entries of a ledger of `size`; `nil` where it does not reach so far, or is damaged.
    static func root(at part: Int, of size: Int, in database: Database) throws -> Hash? {
        guard (0...size).contains(part) else { return nil }
        return part == 0 ? .emptyTree : try? MerkleTree(size: part, reader: TreeStore(database: database)).root()
    }
}

extension Checkpoint {
    /// SHA-256 of its text: what a time-stamp of it is over.
    public var imprint: Hash { Hash.sha256(Array(text.utf8)) }
}
