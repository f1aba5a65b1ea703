public import Bookings
import Foundation
import GRDB
import Synchronization
import Transparency

/// The append-only, hash-chained record of bookings, in one SQLite file.
///
/// One value holds one connection, which GRDB serialises; several programs may have the same file open. Every write is
/// one `BEGIN IMMEDIATE` transaction that reads the tree's head inside it, and is on the disk before it is answered.
public final class Ledger: Sendable {
    /// The path of the database.
    public let path: String
    /// The ledger's name, as in its checkpoints.
    public let origin: String
    /// Where the signing key and the lock are; `nil` for a ledger that is only read.
    public let keys: KeyDirectory?
    let queue: DatabaseQueue
    let clock: @Sendable () -> Timestamp
    /// The lock that this value has held the ledger against already: it is read each time, and proven once.
    let provenLock = Mutex<(bytes: [UInt8], checkpoint: Checkpoint)?>(nil)

    init(
        path: String, origin: String, keys: KeyDirectory?, queue: DatabaseQueue,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.path = path
        self.origin = origin
        self.keys = keys
        self.queue = queue
        self.clock = clock
    }

    /// Opens a ledger that is there; for reading only, where this user may not write to it, as on an auditor's disc.
    public static func open(
        path: String, keys: KeyDirectory? = nil, isReadOnly: Bool = false, clock: @escaping @Sendable () -> Timestamp
    ) throws(LedgerError) -> Ledger {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .notFound(path: path) }
        guard !isFolder.boolValue else { throw .notALedger(path: path, reason: "it is a folder") }
        guard access(path, R_OK) == 0 else { throw .notPermitted(path: path) }
        return try wrapping(path) {
            let canWrite = access(path, W_OK) == 0 && access(DurableFile.folder(of: path), W_OK) == 0
            let queue =
                canWrite && !isReadOnly
                ? try connect(path: path, isReadOnly: false) : try connectForReading(path: path)
            let origin = try queue.read { database in
                let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
                guard application == LedgerSchema.applicationID else {
                    throw LedgerError.notALedger(path: path, reason: "it is another program's database")
                }
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version")
                guard version == LedgerSchema.version else {
                    throw LedgerError.notALedger(
                        path: path, reason: "its tables are of version \(version ?? 0); this program reads version 1")
                }
                // A damaged head is for `verify` to name: the first entry knows the ledger's name too.
                let origin = try Head(reading: database)?.origin ?? EntryStore(database).entry(at: 0)?.origin
                guard let origin, Entry.isValidOrigin(origin) else {
                    throw LedgerError.notALedger(path: path, reason: "neither its first entry nor its end can be read")
                }
                return origin
            }
            return Ledger(path: path, origin: origin, keys: keys, queue: queue, clock: clock)
        }
    }

    /// A connection that only reads. Where not even SQLite's own small files can be made beside the ledger, and nothing
    /// is waiting in them, the file is read as one that nobody changes.
    static func connectForReading(path: String) throws -> DatabaseQueue {
        do {
            let queue = try connect(path: path, isReadOnly: true)
            _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
            return queue
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            let waiting = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? NSNumber
            guard waiting?.intValue ?? 0 == 0 else { throw error }
            let absolute = URL(filePath: path).absoluteURL.path(percentEncoded: true)
            return try connect(path: "file:\(absolute)?immutable=1", isReadOnly: true)
        }
    }

    /// A connection that goes through a table once: what it has read it does not keep.
    static func connectForScanning(path: String) throws -> DatabaseQueue {
        let queue = try connectForReading(path: path)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA cache_size = -2048") }
        return queue
    }

    /// How long one program waits for another's transaction, in milliseconds.
    static let busyTimeout: CInt = 10_000

    static func connect(path: String, isReadOnly: Bool, isNew: Bool = false) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(TimeInterval(busyTimeout) / 1000)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA recursive_triggers = ON")
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA cache_size = -65536")
            if isNew { try database.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)") }
            // Another program's database is not changed, not even in its header: whoever opens it refuses it next.
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
            guard !isReadOnly, application == LedgerSchema.applicationID else { return }
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    static func reserve(_ path: String) throws(LedgerError) {
        do { try DurableFile.reserve(path) } catch { throw .storage(path: path, reason: error.description) }
    }

    static func wrapping<Value>(_ path: String, _ body: () throws -> Value) throws(LedgerError) -> Value {
        do { return try body() } catch { throw LedgerError.wrapping(error, path: path) }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        try Ledger.wrapping(path) { try queue.read(body) }
    }

    /// One durable transaction that appends. Refused where the lock says that this ledger was rolled back.
    @discardableResult
    func append<Value>(_ body: (inout Appender) throws -> Value) throws(LedgerError) -> Value {
        let lock = try requireLock()
        return try Ledger.wrapping(path) {
            try queue.writeWithoutTransaction { database in
                try database.inImmediateTransaction {
                    try requireInPlace(database)
                    var appender = try Appender(database, path: path, clock: clock)
                    if let refusal = try shortfall(of: appender.head.size, below: lock, in: database) { throw refusal }
                    let value = try body(&appender)
                    try appender.finish()
                    return value
                }
            }
        }
    }

    /// What the ledger's clock says.
    public var now: Timestamp { clock() }

    /// The number of entries.
    public func size() throws(LedgerError) -> Int {
        try read { try Head(reading: $0)?.size ?? 0 }
    }

    /// Writes a consistent copy, also while others write. The copy has mode 0600 and no lock of its own. It has its name
    /// once it is whole on the disk, never before.
    public func backUp(to copy: String) throws(LedgerError) {
        guard !FileManager.default.fileExists(atPath: copy) else { throw .alreadyExists(path: copy) }
        let unfinished = DurableFile.unfinished(copy)
        try Ledger.reserve(unfinished)
        try Ledger.wrapping(copy) {
            do {
                let destination = try DatabaseQueue(path: unfinished)
                try queue.backup(to: destination)
                try destination.close()
                guard !FileManager.default.fileExists(atPath: copy) else { throw LedgerError.alreadyExists(path: copy) }
                try DurableFile.move(unfinished, to: copy)
            } catch {
                for suffix in ["", "-wal", "-shm", "-journal"] { unlink(unfinished + suffix) }
                throw error
            }
        }
    }
}
