import Bookings
import Foundation
import GRDB
import GRDBSQLite
import Transparency

/// A prepared statement whose values are bound and read as bytes, without a copy of a row.
///
/// GRDB opens, serialises, transacts and keeps the statement; ids and hashes pass here with their length, so that no
/// byte of them is ever taken for the end of a string.
struct Query {
    private let statement: Statement
    private var pointer: SQLiteStatement { statement.sqliteStatement }

    /// The statement, prepared once per connection.
    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        sqlite3_reset(statement.sqliteStatement)
    }

    @discardableResult
    func bind(_ index: Int32, _ value: Int?) -> Query {
        if let value { sqlite3_bind_int64(pointer, index, Int64(value)) } else { sqlite3_bind_null(pointer, index) }
        return self
    }

    @discardableResult
    func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) -> Query {
        // An empty blob still needs an address, or SQLite stores NULL.
        if let address = bytes.baseAddress, bytes.count > 0 {
            sqlite3_bind_blob64(pointer, index, address, UInt64(bytes.count), transient)
        } else {
            sqlite3_bind_zeroblob(pointer, index, 0)
        }
        return self
    }

    @discardableResult
    func bind(_ index: Int32, _ bytes: [UInt8]) -> Query {
        bytes.withUnsafeBytes { bind(index, $0) }
    }

    @discardableResult
    func bind(_ index: Int32, _ hash: Hash) -> Query {
        hash.withUnsafeBytes { bind(index, $0) }
    }

    @discardableResult
    func bind(_ index: Int32, _ identifier: Identifier) -> Query {
        var text = identifier.text
        return text.withUTF8 { bind(index, UnsafeRawBufferPointer($0)) }
    }

    @discardableResult
    func bind(_ index: Int32, text: String?) -> Query {
        guard let text else {
            sqlite3_bind_null(pointer, index)
            return self
        }
        // The length goes with the text: SQLite does not look for the end itself.
        _ = text.withCString { sqlite3_bind_text(pointer, index, $0, Int32(text.utf8.count), transient) }
        return self
    }

    /// Steps to the next row; false after the last.
    func next() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        let message = code == SQLITE_DONE ? nil : String(cString: sqlite3_errmsg(sqlite3_db_handle(pointer)))
        let extended = sqlite3_extended_errcode(sqlite3_db_handle(pointer))
        sqlite3_reset(pointer)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: extended), message: message)
        }
        return false
    }

    /// Leaves the rest of the rows unread.
    func reset() { sqlite3_reset(pointer) }

    /// Runs a statement that gives no rows.
    func run() throws {
        while try next() {}
    }

    /// The first row read by `body`; `nil` where there is none.
    func first<Value>(_ body: (Query) throws -> Value) throws -> Value? {
        guard try next() else { return nil }
        defer { sqlite3_reset(pointer) }
        return try body(self)
    }

    /// All rows read by `body`.
    func all<Value>(_ body: (Query) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        while try next() { values.append(try body(self)) }
        return values
    }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }

    func optionalInteger(_ column: Int32) -> Int? {
        sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : integer(column)
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    /// True where both rows have the same values, of the same types.
    func hasSameRow(as other: Query) -> Bool {
        let count = sqlite3_column_count(pointer)
        guard count == sqlite3_column_count(other.pointer) else { return false }
        return (0..<count).allSatisfy { column in
            let type = sqlite3_column_type(pointer, column)
            guard type == sqlite3_column_type(other.pointer, column) else { return false }
            if type == SQLITE_INTEGER { return integer(column) == other.integer(column) }
            let (one, another) = (lent(column), other.lent(column))
            guard one.count == another.count else { return false }
            return one.isEmpty || memcmp(one.baseAddress!, another.baseAddress!, one.count) == 0
        }
    }

    /// The bytes of a column, lent until the next step.
    func lent(_ column: Int32) -> UnsafeRawBufferPointer {
        let address = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(pointer, column)))
    }

    func bytes(_ column: Int32) -> [UInt8] { Array(lent(column)) }

    func hash(_ column: Int32) -> Hash? { Hash(bytes: lent(column)) }

    func text(_ column: Int32) -> String { String(decoding: lent(column), as: UTF8.self) }

    func identifier(_ column: Int32) -> Identifier { Identifier(text(column)) }
}

extension Database {
    /// Runs `body` in a transaction that writes, with two statements that are prepared once: GRDB's own way prepares
    /// them each time, which shows where each transaction has one row. What `body` throws, and a commit that fails, rolls
    /// it back.
    func inImmediateTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        try Query(self, "BEGIN IMMEDIATE").run()
        do {
            let value = try body()
            try Query(self, "COMMIT").run()
            return value
        } catch {
            // After some failures SQLite has rolled back by itself: then there is nothing left to end.
            if isInsideTransaction { try? execute(sql: "ROLLBACK") }
            throw error
        }
    }

    /// True where another file, or none, has the name of the one that is open.
    var isFileMoved: Bool {
        var isMoved: CInt = 0
        let code = sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &isMoved)
        return code == SQLITE_OK && isMoved != 0
    }
}

private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
