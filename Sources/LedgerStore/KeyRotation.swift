public import Bookings
import Foundation
import GRDB
public import Transparency

/// A change of the key that signs, as the ledger records it.
public struct KeyRotation: Sendable {
    /// The entry that records it.
    public let index: Int
    /// When it was recorded.
    public let recorded: Timestamp
    /// The key before.
    public let from: VerifierKey
    /// The key that takes over.
    public let to: VerifierKey
    /// The first checkpoint that has the entry and that the key before signed: whoever trusts that key has its word for
    /// the next one. `nil` where none was signed yet, or where it is lost.
    public let note: SignedNote?
}

extension KeyDirectory {
    /// True where a rotation is under way.
    public var hasNextKey: Bool { FileManager.default.fileExists(atPath: file("next.pem")) }

    /// The key that takes over.
    func nextKey() throws(LedgerError) -> SigningKey {
        try signingKey(in: "next.pem", missing: "there is no next key")
    }

    /// Makes the key that takes over, or finds the one that an earlier call made that was ended early.
    fileprivate func makeNextKey(origin: String) throws(LedgerError) -> VerifierKey {
        if hasNextKey { return try nextKey().verifierKey(name: origin) }
        let taken = Set(try [verifierKey()].map(\.keyID) + retired().map(\.keyID))
        while true {
            let key = SigningKey()
            // Two keys of one name and id could not be told apart in a note.
            guard !taken.contains(key.verifierKey(name: origin).keyID) else { continue }
            try write(key.pem, to: "next.pem", mode: 0o600)
            return key.verifierKey(name: origin)
        }
    }

    /// The public halves of the keys that signed before, the oldest first.
    public func retired() throws(LedgerError) -> [VerifierKey] {
        guard FileManager.default.fileExists(atPath: file("retired")) else { return [] }
        return try read("retired", missing: "there are no retired keys").split(separator: "\n").compactMap {
            try? VerifierKey(String($0))
        }
    }

    /// The newest of the directory's keys, those that signed before among them, by which a note is signed; `nil` for
    /// somebody else's note.
    public func signer(of note: SignedNote) throws(LedgerError) -> VerifierKey? {
        let keys = [try verifierKey()] + (try retired().reversed())
        return keys.first { (try? note.verify(with: [$0])) != nil }
    }

    /// Lets the next key sign from now on. The verifier key's file says which key signs: before it is replaced the old
    /// one does, and after it the new one, whatever becomes of the rest.
    fileprivate func switchKeys(from: VerifierKey, to: VerifierKey) throws(LedgerError) {
        let before = try retired()
        if !before.contains(from) {
            try write((before + [from]).map { $0.text + "\n" }.joined(), to: "retired", mode: 0o644)
        }
        try write(to.text + "\n", to: "verifier", mode: 0o644)
        try finishSwitch()
    }

    fileprivate func finishSwitch() throws(LedgerError) {
        do { try DurableFile.rename(file("next.pem"), to: signingKeyPath) } catch {
            throw .storage(path: signingKeyPath, reason: error.description)
        }
    }
}

extension Ledger {
    /// Changes the key that signs: records the change, and has the next checkpoint signed by both keys, so that whoever
    /// trusts the old one has its word for the new one. Gives the rotation.
    ///
    /// At any moment the ledger can sign with a key that its verifiers can follow to; a call that was ended early is
    /// completed by the next.
    public func rotateKey(by actor: Entry.Actor, reason: String?) throws(LedgerError) -> KeyRotation {
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        if let finished = try finishRotation(keys) { return finished }
        let (from, to) = try append { appender in
            let (from, to) = (try keys.verifierKey(), try keys.makeNextKey(origin: origin))
            let isRecorded = try Ledger.recordedRotations(in: appender.database).contains {
                $0.from == from && $0.to == to
            }
            guard !isRecorded else { return (from, to) }
            var entry = appender.entry(.keyRotated)
            entry.actor = actor
            entry.reason = reason
            entry.body = .object(["from": .string(from.text), "to": .string(to.text)])
            try appender.append(entry)
            return (from, to)
        }
        for _ in 0..<Ledger.mostTries {
            try sign(isAnew: true) { checkpoint throws(LedgerError) in
                checkpoint.signed(by: try keys.signingKey(of: origin), and: try keys.nextKey())
            }
            guard try hasSwitched(keys, from: from, to: to) else { continue }
            let rotation = try rotations().last { $0.to == to }
            guard let rotation else { throw .keys(path: keys.path, reason: "the change of key was not recorded") }
            return rotation
        }
        throw .busy(path: path)
    }

    private static let mostTries = 5

    /// What an earlier call left that was ended after the new key began to sign.
    private func finishRotation(_ keys: KeyDirectory) throws(LedgerError) -> KeyRotation? {
        guard keys.hasNextKey else { return nil }
        let verifier = try keys.verifierKey()
        guard try keys.nextKey().verifierKey(name: origin) == verifier else { return nil }
        try keys.finishSwitch()
        try checkpoint()
        return try rotations().last { $0.to == verifier }
    }

    /// Switches, unless somebody signed with the old key meanwhile: what is locked must be signed by the new one.
    private func hasSwitched(_ keys: KeyDirectory, from: VerifierKey, to: VerifierKey) throws(LedgerError) -> Bool {
        try Ledger.wrapping(path) {
            try queue.writeWithoutTransaction { database in
                var isDone = false
                try database.inTransaction(.immediate) {
                    guard let lock = try keys.lock(), (try? lock.verify(with: [to])) != nil else { return .rollback }
                    try keys.switchKeys(from: from, to: to)
                    isDone = true
                    return .commit
                }
                return isDone
            }
        }
    }

    /// The changes of key from the first key to this one, or to the present one, each with the checkpoint by which it is
    /// followed. One that was begun and never took effect is not among them; where the checkpoint of one is lost, those
    /// before it cannot be followed, and are not either.
    public func rotations(to last: VerifierKey? = nil) throws(LedgerError) -> [KeyRotation] {
        let own = last ?? (try? keys?.verifierKey())
        return try read { database in
            let all = try Ledger.recordedRotations(in: database)
            guard !all.isEmpty else { return [] }
            let notes = try Ledger.notes(in: database)
            func note(after index: Int, by key: VerifierKey) -> SignedNote? {
                notes.first { $0.size > index && (try? $0.note.verify(with: [key])) != nil }?.note
            }
            var chain: [KeyRotation] = []
            var end = own ?? all.last { note(after: $0.index, by: $0.to) != nil }?.to
            for rotation in all.reversed() where rotation.to == end {
                guard let note = note(after: rotation.index, by: rotation.from) else { break }
                chain.append(
                    KeyRotation(
                        index: rotation.index, recorded: rotation.recorded, from: rotation.from, to: rotation.to,
                        note: note))
                end = rotation.from
            }
            return chain.reversed()
        }
    }

    /// When the ledger was opened; `nil` where its first entry cannot be read.
    public func opened() throws(LedgerError) -> Timestamp? {
        try read { try EntryStore($0).entry(at: 0)?.recorded }
    }

    /// The changes of key that entries record, ascending; nothing is said of whether they took effect.
    static func recordedRotations(in database: Database) throws -> [KeyRotation] {
        let store = EntryStore(database)
        return try Query(database, "SELECT position FROM journal WHERE type = ?1 ORDER BY position")
            .bind(1, text: EntryType.keyRotated.rawValue).all { $0.integer(0) }
            .compactMap { try store.entry(at: $0).flatMap { KeyRotation($0) } }
    }

    /// The checkpoints that were published, smallest first.
    static func notes(in database: Database) throws -> [(size: Int, note: SignedNote)] {
        try Query(database, "SELECT size, note FROM checkpoint ORDER BY size").all {
            ($0.integer(0), try? SignedNote($0.text(1)))
        }.compactMap { size, note in note.map { (size, $0) } }
    }

    /// Why nothing is signed, where entries since the lock record a change to a key that is not the one beside the lock:
    /// signed, it would have this key's word.
    func plantedRotation(since size: Int, keys: KeyDirectory, in database: Database) throws -> LedgerError? {
        // Not the projection: whoever puts an entry there would leave it out.
        let found = try Query(
            database, "SELECT position FROM entry WHERE position >= ?1 AND instr(bytes, ?2) > 0 ORDER BY position"
        ).bind(1, size).bind(2, Array(#""type":"key.rotated""#.utf8)).all { $0.integer(0) }
        guard !found.isEmpty else { return nil }
        let next = keys.hasNextKey ? try keys.nextKey().verifierKey(name: origin) : nil
        let own = try keys.verifierKey()
        for index in found {
            guard let entry = try EntryStore(database).entry(at: index), entry.type == .keyRotated else { continue }
            guard let rotation = KeyRotation(entry), rotation.to == next || rotation.to == own else {
                return .rolledBack(
                    "Entry \(index) says that another key signs from now on, and that key is not in \(keys.path): it was put "
                        + "there, or next.pem was taken away. Nothing is signed; put the key back, or go back to a backup."
                )
            }
        }
        return nil
    }
}

extension KeyRotation {
    fileprivate init?(_ entry: Entry) {
        guard entry.type == .keyRotated, let from = entry.body?["from"]?.string.flatMap({ try? VerifierKey($0) }),
            let to = entry.body?["to"]?.string.flatMap({ try? VerifierKey($0) }),
            [from, to].allSatisfy({ $0.algorithm == .ed25519 && $0.name.utf8.elementsEqual(entry.origin.utf8) })
        else { return nil }
        self.init(index: entry.index, recorded: entry.recorded, from: from, to: to, note: nil)
    }
}
