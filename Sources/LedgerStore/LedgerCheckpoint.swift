public import Bookings
import GRDB
import Synchronization
public import Transparency

/// How a ledger stands to the last checkpoint that was signed of it.
public enum LockStanding: Sendable {
    /// The ledger is that one, or has grown from it.
    case agrees(Checkpoint)
    /// No key directory was given: nothing is said.
    case notAsked
    /// There is no lock though there should be one: it was lost, or the directory is another ledger's.
    case lost(String)
    /// The ledger is shorter than the lock says, or another.
    case disagrees(Defect)

    /// Why nothing is written; `nil` where nothing stands against it.
    var refusal: String? {
        switch self {
        case .agrees: nil
        case .notAsked: "nothing is written to a ledger without its keys; name their directory with --keys"
        case .lost(let sentence): sentence
        case .disagrees(let defect): defect.sentence
        }
    }
}

extension Ledger {
    /// Holds the ledger against its lock. Costs one proof's worth of hashes.
    public func lockStanding() throws(LedgerError) -> LockStanding {
        guard let keys else { return .notAsked }
        let lock = try lockedCheckpoint(keys)
        return try read { try standing(of: lock, in: $0) }
    }

    /// The lock, once the ledger is shown to have grown from it; throws where it has not, or where there is none.
    func requireLock() throws(LedgerError) -> Checkpoint {
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        let bytes = try keys.lockBytes()
        if let bytes, let proven = provenLock.withLock({ $0 }), proven.bytes == bytes { return proven.checkpoint }
        let locked = try bytes.map { (bytes) throws(LedgerError) in
            try trusted(try keys.note(inLock: bytes), keys: keys)
        }
        switch try read({ try standing(of: locked, in: $0) }) {
        case .agrees(let lock):
            // A key that is not this ledger's must be noticed before anything is recorded, not when it cannot be signed.
            _ = try keys.signingKey(of: origin)
            if let damage = try read({ try headDamage(in: $0) }) { throw damage }
            if let bytes { provenLock.withLock { $0 = (bytes, lock) } }
            return lock
        case let standing: throw .rolledBack(standing.refusal!)
        }
    }

    /// Throws where the file at the ledger's path is no longer the one that is open: what is written would be lost.
    func requireInPlace(_ database: Database) throws(LedgerError) {
        guard database.isFileMoved else { return }
        throw .storage(path: path, reason: "the file was replaced or taken away while it was open; open it again")
    }

    /// What is wrong with the row that says where the ledger ends: it must be what entries and tree give, or the next
    /// checkpoint would sign a falsehood. Costs one root.
    func headDamage(in database: Database) throws -> LedgerError? {
        let damaged = LedgerError.rolledBack(
            "The row that says where the ledger ends is not what its entries give: it was changed. Nothing is written to "
                + "the ledger; run \"daybook verify\", and go back to a backup.")
        guard let head = try Head(reading: database) else { return damaged }
        let next = try Query(database, "SELECT ifnull(max(position) + 1, 0) FROM entry").first { $0.integer(0) } ?? 0
        guard head.size == next else { return damaged }
        guard head.size > 0 else { return nil }
        let bytes = try EntryStore(database).bytes(at: head.size - 1)
        let root = try? MerkleTree(size: head.size, reader: TreeStore(database: database)).root()
        return bytes.map { Hash.leaf($0) } == head.last && root == head.frontier.root ? nil : damaged
    }

    /// Why nothing may be written, where somebody put back an older copy while this value had the ledger open.
    func shortfall(of size: Int, below lock: Checkpoint, in database: Database) throws -> LedgerError? {
        guard size < lock.size, let refusal = try standing(of: lock, in: database).refusal else { return nil }
        return .rolledBack(refusal)
    }

    /// The checkpoint in the lock, its signature checked with the directory's own key; `nil` where there is no lock.
    func lockedCheckpoint(_ keys: KeyDirectory) throws(LedgerError) -> Checkpoint? {
        guard let note = try keys.lock() else { return nil }
        return try trusted(note, keys: keys)
    }

    private func trusted(
        _ note: SignedNote, keys: KeyDirectory, as name: String = "the lock", also retired: [VerifierKey] = []
    ) throws(LedgerError) -> Checkpoint {
        let verifier = try keys.verifierKey()
        do throws(CheckpointError) {
            return try Checkpoint(verifying: note, with: [verifier] + retired, origin: origin)
        } catch .wrongOrigin(_, let actual) {
            throw .keys(path: keys.path, reason: "these are the keys of \"\(actual)\"; this ledger is \"\(origin)\"")
        } catch {
            throw .rolledBack(
                "\(name) is not signed by the key in \(keys.path): it was changed, or is another's")
        }
    }

    func standing(of lock: Checkpoint?, in database: Database) throws -> LockStanding {
        let head = try Head(reading: database)
        let size = head?.size ?? 0
        guard let lock else {
            // Only a ledger that is being made has nothing signed yet.
            guard size > 0 else { return .agrees(Checkpoint(origin: origin, size: 0, root: .emptyTree)) }
            return .lost(
                "the lock (the last checkpoint signed) is missing, so a roll-back could not be noticed; with a checkpoint "
                    + "that you hold: daybook doctor --adopt-lock CHECKPOINT")
        }
        if size < lock.size {
            return .disagrees(
                Defect(
                    code: "AR403", index: size, kind: .rolledBack,
                    sentence:
                        "The ledger has \(size) entries, but a checkpoint of \(lock.size) was signed: it was put back "
                        + "to an older copy, or its end was cut off. It can be read; nothing is written to it."))
        }
        let root =
            lock.size == 0 ? .emptyTree : try? MerkleTree(size: lock.size, reader: TreeStore(database: database)).root()
        guard root == lock.root else {
            return .disagrees(
                Defect(
                    code: "AR403", index: nil, kind: .rolledBack,
                    sentence:
                        "The first \(lock.size) entries are not those of the checkpoint that was signed: the ledger "
                        + "was rewritten, or is another one. It can be read; nothing is written to it."))
        }
        return .agrees(lock)
    }

    /// Signs a checkpoint of the ledger as it is now, and gives the note. Where nothing was appended since the last
    /// one, that one is given again.
    ///
    /// In this order: begin, read size and root, hold them against the lock, sign, write the lock and make it
    /// durable, end; only then is the note published. Never of a smaller size than the lock's.
    @discardableResult
    public func checkpoint() throws(LedgerError) -> SignedNote {
        try sign()
    }

    func sign(isFirst: Bool = false) throws(LedgerError) -> SignedNote {
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        return try sign(isFirst: isFirst) { checkpoint throws(LedgerError) in
            checkpoint.signed(by: try keys.signingKey(of: origin))
        }
    }

    /// Signs as `make` does; `isAnew` also what was signed already.
    @discardableResult
    func sign(
        isFirst: Bool = false, isAnew: Bool = false, _ make: (Checkpoint) throws(LedgerError) -> SignedNote
    ) throws(LedgerError) -> SignedNote {
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        // A key that cannot sign is told of before the ledger is waited for.
        _ = try keys.signingKey(of: origin)
        let note = try Ledger.wrapping(path) {
            try queue.writeWithoutTransaction { database in
                var note: SignedNote?
                try database.inTransaction(.immediate) {
                    try requireInPlace(database)
                    let lock = try keys.lock()
                    let locked = try lock.map { try trusted($0, keys: keys) }
                    if !isFirst || locked != nil, let refusal = try standing(of: locked, in: database).refusal {
                        throw LedgerError.rolledBack(refusal)
                    }
                    // What is signed once stands for ever: never a root that the entries do not give.
                    if let damage = try headDamage(in: database) { throw damage }
                    if let refusal = try plantedRotation(since: locked?.size ?? 0, keys: keys, in: database) {
                        throw refusal
                    }
                    guard let head = try Head(reading: database) else { return .rollback }
                    if let lock, locked?.size == head.size, !isAnew {
                        note = lock
                    } else {
                        let fresh = try make(Checkpoint(origin: origin, size: head.size, root: head.frontier.root))
                        try keys.writeLock(fresh)
                        note = fresh
                    }
                    return .commit
                }
                return note!
            }
        }
        try publish(note, isAnew: isAnew)
        return note
    }

    private func publish(_ note: SignedNote, isAnew: Bool) throws(LedgerError) {
        guard let checkpoint = try? Checkpoint(text: note.text) else { return }
        try Ledger.wrapping(path) {
            try queue.write { database in
                let orElse = isAnew ? "REPLACE" : "IGNORE"
                try Query(database, "INSERT OR \(orElse) INTO checkpoint (size, note) VALUES (?1, ?2)")
                    .bind(1, checkpoint.size).bind(2, text: note.description).run()
            }
        }
    }

    /// Notes that a checkpoint of this size left for a place outside the ledger's reach.
    public func noteHeldOutside(size: Int) throws(LedgerError) {
        try Ledger.wrapping(path) {
            try queue.write { database in
                try Query(database, "INSERT INTO outside (size, at) VALUES (?1, ?2)")
                    .bind(1, size).bind(2, text: clock().text).run()
            }
        }
    }

    /// Mends a lost lock from a checkpoint that somebody held: it must be signed by this directory's key, or by one that
    /// signed before it, and the ledger must be that one or have grown from it. A lock that is sound and newer stays.
    public func adoptLock(_ note: SignedNote) throws(LedgerError) {
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        let held = try trusted(note, keys: keys, as: "the checkpoint", also: keys.retired())
        try Ledger.wrapping(path) {
            // As for signing: whoever signs meanwhile would write a newer lock, which must not be written over.
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try requireInPlace(database)
                    if let locked = try newerLock(than: held, keys) {
                        throw LedgerError.keys(
                            path: keys.lockPath,
                            reason: "the lock is newer (\(locked.size)) than that checkpoint (\(held.size))")
                    }
                    if let refusal = try standing(of: held, in: database).refusal {
                        throw LedgerError.rolledBack(refusal)
                    }
                    // One from before the key was changed becomes this key's word, too.
                    let isOwn = (try? note.verify(with: [keys.verifierKey()])) != nil
                    try keys.writeLock(isOwn ? note : held.signed(by: keys.signingKey(of: origin)))
                    return .commit
                }
            }
        }
    }

    /// The lock where it is sound and of more entries. One that is damaged is what is to be mended; one that the disk
    /// does not give may be a newer one, and is an error.
    private func newerLock(than held: Checkpoint, _ keys: KeyDirectory) throws(LedgerError) -> Checkpoint? {
        do throws(LedgerError) {
            guard let locked = try lockedCheckpoint(keys), locked.size > held.size else { return nil }
            return locked
        } catch .rolledBack { return nil }
    }
}

extension Ledger {
    /// When a checkpoint last left for a place outside; `nil` where none ever did.
    public func lastHeldOutside() throws(LedgerError) -> Timestamp? {
        try read { database in
            let text =
                try Query(database, "SELECT max(at) FROM outside").first { $0.isNull(0) ? nil : $0.text(0) } ?? nil
            return text.flatMap { Timestamp(canonical: $0) }
        }
    }
}
