import Foundation
import GRDB
import GRDBSQLite

extension Ledger {
    /// Empties the file beside the ledger in which what was written last stands (`-wal`), so that what was erased stands
    /// in no file any more; false where other programs read the ledger all that time, and it could not be emptied.
    ///
    /// Readers see what was there when they began: as long as one does, the log is needed.
    public func emptyWriteAheadLog(within patience: Duration = .seconds(10)) throws(LedgerError) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            let isEmpty = try Ledger.wrapping(path) { try queue.writeWithoutTransaction { try truncateLog($0) } }
            if isEmpty { return true }
            guard clock.now < end else { return false }
            usleep(50_000)
        }
    }

    private func truncateLog(_ database: Database) throws -> Bool {
        sqlite3_busy_timeout(database.sqliteConnection, 200)
        defer { sqlite3_busy_timeout(database.sqliteConnection, Ledger.busyTimeout) }
        var (left, moved): (CInt, CInt) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(
            database.sqliteConnection, "main", SQLITE_CHECKPOINT_TRUNCATE, &left, &moved)
        switch code {
        case SQLITE_OK: return left <= 0
        case SQLITE_BUSY, SQLITE_LOCKED: return false
        default:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
                message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
        }
    }
}

extension Database {
    /// Has this connection put pages in their place after 32 MiB of log and no longer after SQLite's 4: a page that many
    /// large transactions touch goes there once, not with each of them. For single events the short log is quicker: it is
    /// soon written over, and making a file longer costs the disk more than writing in the middle of it.
    func lengthenLog() throws {
        try Query(self, "PRAGMA wal_autocheckpoint = 8192").run()
    }
}
