import Bookings
import Dispatch
import Foundation
import GRDBSQLite

/// Selects a schedule from an SQLite database that another program uses, without ever writing to it.
///
/// The rows become the CSV that they would be (RFC 4180): a line with the columns' names, then a line for each row, every
/// line ended by CRLF. NULL is nothing, an integer its digits, a real number the shortest digits that mean it, a text
/// itself between quotes. Those bytes are what is read, and what a reading's digest is of. A value that is no text, be it
/// bytes or UTF-8 that is none, is left out of its row and named.
///
/// The query runs in one transaction: a database in WAL mode is read as it was when the query began, and nobody waits for
/// the reading; one in another mode cannot be written meanwhile.
struct SQLiteSource {
    let path: String
    let query: String
    let timeout: Int64
    let largest: Int

    /// How many steps of SQLite's machine pass between two looks at the clock.
    private static let steps: Int32 = 10_000

    /// The rows as of the moment at which the database is opened, which is `now`.
    func select(now: Timestamp) throws(ScheduleError) -> Received {
        // SQLite says of a file that is not there only that it cannot be opened.
        _ = try ByteSource.modified(path: path)
        let connection = try Connection(self)
        let statement = try connection.statement(self)
        var received = Received(name: path, bytes: [], takenAt: now)
        var rows = Rendering(columns: sqlite3_column_count(statement.pointer))
        rows.appendHeader(statement.pointer)
        while try connection.step(statement, self) {
            rows.append(statement.pointer)
            guard rows.bytes.count <= largest else {
                throw unavailable("the query gives more than \(largest) bytes; raise maxBytes in the configuration")
            }
        }
        (received.bytes, received.malformations) = (rows.bytes, rows.malformations)
        return received
    }

    fileprivate func unavailable(_ reason: String) -> ScheduleError { .unavailable("\(path): \(reason)") }

    /// An open database, closed with this value.
    private struct Connection: ~Copyable {
        private let pointer: OpaquePointer
        private let clock: Clock

        init(_ source: SQLiteSource) throws(ScheduleError) {
            var opened: OpaquePointer?
            let code = sqlite3_open_v2(source.path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
            guard let opened, code == SQLITE_OK else {
                sqlite3_close_v2(opened)
                throw source.unavailable("the database cannot be opened: \(String(cString: sqlite3_errstr(code)))")
            }
            pointer = opened
            clock = Clock(seconds: source.timeout)
            sqlite3_busy_timeout(opened, Int32(min(source.timeout, 10) * 1000))
            // The application's database is somebody else's: it runs none of its own functions here.
            sqlite3_exec(opened, "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON", nil, nil, nil)
            sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0)
            sqlite3_progress_handler(
                opened, SQLiteSource.steps,
                { Unmanaged<Clock>.fromOpaque($0!).takeUnretainedValue().isOver ? 1 : 0 },
                Unmanaged.passUnretained(clock).toOpaque())
        }

        deinit { sqlite3_close_v2(pointer) }

        /// The query, prepared: one statement that only reads.
        func statement(_ source: SQLiteSource) throws(ScheduleError) -> Statement {
            var prepared: OpaquePointer?
            var hasMore = false
            let code = source.query.withCString { start in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v2(pointer, start, -1, &prepared, &tail)
                let rest = tail.map { String(cString: $0) } ?? ""
                hasMore = rest.contains { !$0.isWhitespace && $0 != ";" }
                return code
            }
            guard code == SQLITE_OK else {
                let said = String(cString: sqlite3_errmsg(pointer))
                if Connection.isBusy(code) { throw source.locked }
                // No column of that name, or no database: the next night fares no better.
                guard [SQLITE_ERROR, SQLITE_NOTADB].contains(code & 0xff) else {
                    throw source.unavailable("the query cannot be made: \(said)")
                }
                throw .badFile(
                    path: source.path, line: nil, column: nil, reason: "the query is refused: \(said)")
            }
            guard let prepared else { throw source.notOneSelect }
            let statement = Statement(pointer: prepared)
            guard !hasMore, sqlite3_stmt_readonly(prepared) != 0, sqlite3_column_count(prepared) > 0,
                sqlite3_stmt_isexplain(prepared) == 0
            else { throw source.notOneSelect }
            return statement
        }

        /// Goes to the next row; false after the last.
        func step(_ statement: borrowing Statement, _ source: SQLiteSource) throws(ScheduleError) -> Bool {
            let code = sqlite3_step(statement.pointer)
            switch code & 0xff {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            case SQLITE_BUSY, SQLITE_LOCKED: throw source.locked
            case SQLITE_INTERRUPT: throw source.unavailable("the query did not end within \(source.timeout) s")
            // What SQLite says of an error in a row may hold a value of it; its name for the error does not.
            default: throw source.unavailable("the query failed: \(String(cString: sqlite3_errstr(code)))")
            }
        }

        private static func isBusy(_ code: Int32) -> Bool { [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xff) }
    }

    fileprivate var locked: ScheduleError { unavailable("another program has the database locked; try again later") }

    fileprivate var notOneSelect: ScheduleError {
        .badFile(path: path, line: nil, column: nil, reason: "the query is one SELECT, and nothing beside it")
    }

    /// A prepared statement, finished with this value.
    private struct Statement: ~Copyable {
        let pointer: OpaquePointer

        deinit { sqlite3_finalize(pointer) }
    }

    /// When it is too late.
    private final class Clock: Sendable {
        private let end: DispatchTime

        init(seconds: Int64) {
            end = .now() + .seconds(Int(seconds))
        }

        var isOver: Bool { DispatchTime.now() > end }
    }
}

/// Rows as they are in CSV.
private struct Rendering {
    let columns: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var malformations: [Malformation] = []
    private var row = 1

    init(columns: Int32) {
        self.columns = columns
    }

    mutating func appendHeader(_ statement: OpaquePointer) {
        for column in 0..<columns {
            append(between: column)
            if let name = sqlite3_column_name(statement, column) { appendQuoted(String(cString: name).utf8) }
        }
        bytes += [0x0d, 0x0a]
    }

    mutating func append(_ statement: OpaquePointer) {
        row += 1
        for column in 0..<columns {
            append(between: column)
            switch sqlite3_column_type(statement, column) {
            case SQLITE_NULL: break
            case SQLITE_INTEGER: bytes += String(sqlite3_column_int64(statement, column)).utf8
            case SQLITE_FLOAT: bytes += String(sqlite3_column_double(statement, column)).utf8
            case SQLITE_TEXT:
                guard let start = sqlite3_column_text(statement, column) else { break }
                let text = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
                if text.contains(0) || String(validating: text, as: UTF8.self) == nil {
                    leaveOut(column, statement, "a text that is not UTF-8")
                } else {
                    appendQuoted(text)
                }
            default: leaveOut(column, statement, "bytes, not a text; select hex() of it, or what it stands for")
            }
        }
        bytes += [0x0d, 0x0a]
    }

    private mutating func leaveOut(_ column: Int32, _ statement: OpaquePointer, _ reason: String) {
        guard malformations.count < MalformationList.most else { return }
        let name = sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "\(column + 1)"
        malformations.append(
            Malformation(kind: .malformed, booking: nil, row: row, column: name, reason: reason))
    }

    private mutating func append(between column: Int32) {
        if column > 0 { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendQuoted(_ text: some Sequence<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
