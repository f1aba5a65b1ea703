public import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Verifies the whole ledger, and hands over what it says about every booking: with the values of the sealed
    /// fields named, as far as they are still disclosed. This and ``history(of:)`` are the only makers of a
    /// `VerifiedHistory`.
    ///
    /// Memory grows with the ledger: about 1 KB an entry.
    public func history(
        verifying request: VerificationRequest = .init(), disclosing fields: Set<String> = ["client.id"]
    ) throws(LedgerError) -> VerifiedHistory {
        let (verification, size) = try verifyAll(request)
        return try Ledger.wrapping(path) {
            let units = try VerifyPass.map(path: path, size: size) { database, range, _ in
                try Ledger.recordedEntries(range, in: database, fields: fields)
            }
            let entries = units.flatMap(\.entries)
            let sound = verification.adding(units.flatMap(\.defects))
            return try queue.read { database in
                try assemble(
                    entries, entries.map(\.entry).filter { !$0.type.isAboutBooking }, verification: sound,
                    presences: allPresences(database), sequences: Ledger.sequences(entries), in: database)
            }
        }
    }

    private static func recordedEntries(
        _ range: Range<Int>, in database: Database, fields: Set<String>
    ) throws -> (entries: [RecordedEntry], defects: [Defect]) {
        let disclosures = try EntryStore(database).disclosures(in: range, names: fields)
        let query = try Query(
            database, "SELECT bytes, position FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
        ).bind(1, range.lowerBound).bind(2, range.upperBound)
        var entries: [RecordedEntry] = []
        var defects: [Defect] = []
        entries.reserveCapacity(range.count)
        while try query.next() {
            do throws(EntryError) {
                let entry = try Entry(bytes: query.lent(0))
                entries.append(
                    RecordedEntry(entry: entry, disclosed: EntryStore.matching(disclosures[entry.index] ?? [], entry)))
            } catch .refused(let reason) {
                defects.append(Diagnosis.unreadable(query.integer(1), reason))
            } catch {
                // An entry of a later program: passed over here, and covered by chain and tree.
            }
        }
        return (entries, defects)
    }

    /// What the ledger says about these bookings and those that they supersede or are superseded by, each entry shown
    /// to be in the tree by an inclusion proof: under the last checkpoint, or, where it came after, under the head.
    /// All fields that are still disclosed are given.
    ///
    /// Costs a few milliseconds and does not grow with the ledger. The rest of the ledger is not looked at: the
    /// verification says so with ``VerifiedHistory/isWhole``.
    public func history(of keys: Set<BookingKey>) throws(LedgerError) -> VerifiedHistory {
        var defects: [Defect] = []
        let signed = try lockedEnd(&defects)
        return try read { database in
            guard let head = try Head(reading: database) else {
                throw LedgerError.notALedger(path: path, reason: "the row that says where it ends is damaged")
            }
            let erasures = try Erasures(database)
            var indexes: Set<Int> = []
            for key in try closure(of: keys, in: database) {
                indexes.formUnion(try listedEntries(of: key, in: database))
            }
            indexes.formUnion(try journalEntries(for: Set(keys.map(\.source)), in: database))
            let ends = [signed, Checkpoint(origin: origin, size: head.size, root: head.frontier.root)].compactMap(
                \.self)
            var entries: [RecordedEntry] = []
            for index in indexes.sorted() {
                guard let entry = try entry(at: index, under: ends, in: database) else {
                    defects.append(
                        Defect(
                            code: "AR401", index: index, kind: .edited,
                            sentence: "Entry \(index) is not the one in the tree: it was changed after it was recorded."
                        ))
                    continue
                }
                entries.append(try Ledger.recorded(entry, erasures: erasures, in: database))
            }
            let verification = Verification(
                origin: origin, size: head.size, root: head.frontier.root,
                assurance: defects.isEmpty ? [.consistent] : [], defects: defects, signedSize: signed?.size)
            var presences: [BookingKey: [Presence]] = [:]
            for key in keys { presences[key] = try self.presences(of: key, in: database) }
            return try assemble(
                entries, entries.map(\.entry).filter { !$0.type.isAboutBooking }, verification: verification,
                presences: presences, sequences: nil, in: database)
        }
    }

    /// The entry at an index, where an inclusion proof shows it under the first of these ends that reaches to it.
    func entry(at index: Int, under ends: [Checkpoint], in database: Database) throws -> Entry? {
        guard index >= 0, let end = ends.first(where: { index < $0.size }),
            let bytes = try EntryStore(database).bytes(at: index),
            (try? Proof.verifyInclusion(
                of: .leaf(bytes), at: index, size: end.size, root: end.root,
                proof: try MerkleTree(size: end.size, reader: TreeStore(database: database)).inclusionProof(of: index)))
                != nil,
            let entry = try? Entry(bytes: bytes), entry.index == index, entry.origin == origin
        else { return nil }
        return entry
    }

    /// The ids that a search finds: bookings under all of these terms.
    public func bookings(under terms: [String]) throws(LedgerError) -> Set<BookingKey> {
        try read { database in
            var found: Set<BookingKey>?
            for term in terms {
                let rows = try Query(
                    database, "SELECT name, booking FROM term JOIN source ON source.id = term.source WHERE term = ?1"
                ).bind(1, text: term).all { BookingKey(source: $0.identifier(0), booking: $0.identifier(1)) }
                found = found.map { $0.intersection(rows) } ?? Set(rows)
            }
            return found ?? []
        }
    }

    /// The sources, in byte order, that have this booking.
    public func sources(having booking: Identifier) throws(LedgerError) -> [Identifier] {
        try read { database in
            try Query(
                database,
                """
                SELECT name FROM source WHERE EXISTS
                (SELECT 1 FROM booking WHERE booking.source = source.id AND booking.booking = ?1) ORDER BY name
                """
            ).bind(1, booking).all { $0.identifier(0) }
        }
    }

    /// The sources, in byte order, that have bookings, none of which can be found by a client.
    public func sourcesWithoutClients() throws(LedgerError) -> [Identifier] {
        try read { database in
            try Query(
                database,
                """
                SELECT name FROM source WHERE EXISTS (SELECT 1 FROM booking WHERE booking.source = source.id)
                AND id NOT IN (SELECT source FROM term) ORDER BY name
                """
            ).all { $0.identifier(0) }
        }
    }

    /// The bookings of entries within `distance` entries of these: what was recorded in the same breath.
    public func bookings(near indexes: [Int], distance: Int) throws(LedgerError) -> Set<BookingKey> {
        try read { database in
            let store = EntryStore(database)
            var found: Set<BookingKey> = []
            for index in Set(indexes.flatMap { max(0, $0 - distance)...$0 + distance }) {
                if let entry = try store.entry(at: index), entry.type == .created, let key = entry.key {
                    found.insert(key)
                }
            }
            return found
        }
    }
}
