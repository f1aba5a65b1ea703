public import Bookings
import Foundation
import GRDB
public import Transparency

extension Ledger {
    /// Makes a ledger, its key and its lock: entry 0 says `ledger.opened`, and the first checkpoint is signed.
    ///
    /// `after` is the last checkpoint of a ledger that this one openly continues. Refuses where the file is there, but
    /// for what the same call left that was ended before its first checkpoint stood: that is completed. So a program
    /// that is killed here, or a disk that is full, leaves nothing that must be taken away by hand.
    public static func create(
        path: String, origin: String, keys: KeyDirectory, after: Checkpoint? = nil,
        clock: @escaping @Sendable () -> Timestamp
    ) throws(LedgerError) -> (ledger: Ledger, verifier: VerifierKey, checkpoint: SignedNote) {
        guard Entry.isValidOrigin(origin) else { throw .invalidOrigin(origin) }
        let opened = JSONValue.object([
            "format": .string("daybook/v1"), "after": after.map { $0.continued },
        ])
        let isThere = FileManager.default.fileExists(atPath: path)
        guard let remains = isThere ? remains(path, origin: origin, opened: opened) : .nothing else {
            throw .alreadyExists(path: path)
        }
        // A key that was there before the tables is another ledger's.
        guard remains == .tables || !keys.hasKey else { throw keys.isTaken }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: keys.path, isDirectory: &isFolder), !isFolder.boolValue {
            throw .keys(path: keys.path, reason: "this is a file, and no folder for keys")
        }
        if isThere { chmod(path, 0o600) } else { try reserve(path) }
        return try wrapping(path) {
            let queue = try connect(path: path, isReadOnly: false, isNew: true)
            let verifier = try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA user_version = \(LedgerSchema.version)")
                try database.inTransaction(.immediate) {
                    guard try !hasTables(database) else { return .commit }
                    try database.execute(sql: LedgerSchema.tables)
                    try database.execute(sql: LedgerSchema.projections)
                    try Head(origin: origin).write(to: database)
                    return .commit
                }
                return try begin(database, opened, path: path, keys: keys, clock)
            }
            let ledger = Ledger(path: path, origin: origin, keys: keys, queue: queue, clock: clock)
            return (ledger, verifier, try ledger.sign(isFirst: true))
        }
    }

    /// Makes the key and entry 0 in one transaction, so that of two programs that make the same ledger at once one makes
    /// them, and the other finds them.
    private static func begin(
        _ database: Database, _ opened: JSONValue, path: String, keys: KeyDirectory,
        _ clock: @escaping @Sendable () -> Timestamp
    ) throws -> VerifierKey {
        var verifier: VerifierKey?
        try database.inTransaction(.immediate) {
            var appender = try Appender(database, path: path, clock: clock)
            // A key that has signed something is not the key of a ledger without entries.
            if try appender.head.size == 0 && keys.lock() != nil { throw keys.isTaken }
            verifier = try keys.makeKey(origin: appender.head.origin)
            guard appender.head.size == 0 else { return .commit }
            var entry = appender.entry(.ledgerOpened)
            entry.body = opened
            try appender.append(entry)
            try appender.finish()
            return .commit
        }
        return verifier!
    }

    /// What `create` leaves where it is ended before its first checkpoint stands.
    private enum Remains {
        case nothing
        case tables
    }

    /// What an unfinished `create` left here; `nil` where the file is a ledger, or anything else.
    private static func remains(_ path: String, origin: String, opened: JSONValue) -> Remains? {
        let remains = try? connect(path: path, isReadOnly: false).read { database -> Remains? in
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
            guard try hasTables(database) else {
                return application == 0 || application == LedgerSchema.applicationID ? .nothing : nil
            }
            guard application == LedgerSchema.applicationID, let head = try Head(reading: database),
                head.origin == origin, head.size <= 1,
                try Int.fetchOne(database, sql: "SELECT count(*) FROM checkpoint") == 0
            else { return nil }
            return try head.size == 0 || EntryStore(database).entry(at: 0)?.body == opened ? .tables : nil
        }
        return remains ?? nil
    }

    private static func hasTables(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") != 0
    }
}

extension Checkpoint {
    /// How the first entry of a ledger quotes the last checkpoint of the one that it continues.
    fileprivate var continued: JSONValue {
        .object(["origin": .string(origin), "size": .integer(size), "root": .string(root.base64)])
    }
}
