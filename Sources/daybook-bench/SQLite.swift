import GRDBSQLite

/// A connection to SQLite with nothing between: what a C program would do.
struct SQLite: ~Copyable {
    private let connection: OpaquePointer

    init(_ path: String) throws {
        var connection: OpaquePointer?
        guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK,
            let connection
        else {
            sqlite3_close(connection)
            throw BenchError("\(path): SQLite cannot open it")
        }
        self.connection = connection
    }

    deinit { sqlite3_close(connection) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql) }
    }

    /// A prepared statement; it must be given back with `sqlite3_finalize` before the connection ends.
    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw error(sql)
        }
        return statement
    }

    /// Each row of a query, read by `body`.
    func rows<Value>(_ sql: String, _ body: (OpaquePointer) throws -> Value) throws -> [Value] {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        var values: [Value] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: values.append(try body(statement))
            case SQLITE_DONE: return values
            default: throw error(sql)
            }
        }
    }

    func texts(_ sql: String) throws -> [String] {
        try rows(sql) { statement in sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "" }
    }

    func integers(_ sql: String) throws -> [Int] {
        try rows(sql) { Int(sqlite3_column_int64($0, 0)) }
    }

    func error(_ sql: String) -> BenchError {
        BenchError("SQLite: \(String(cString: sqlite3_errmsg(connection))), in: \(sql.prefix(200))")
    }
}

/// A table as the ledger's file has it.
struct TableShape {
    let name: String
    let columns: [String]
    /// The places of the columns that are its key; empty where it has none.
    let key: [Int]

    /// The ledger's tables, by name.
    static func all(in database: borrowing SQLite) throws -> [TableShape] {
        let names = try database.texts(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        return try names.map { name in
            let columns = try database.rows("SELECT name, pk FROM pragma_table_info('\(name)') ORDER BY cid") {
                (String(cString: sqlite3_column_text($0, 0)), Int(sqlite3_column_int($0, 1)))
            }
            return TableShape(
                name: name, columns: columns.map(\.0), key: columns.indices.filter { columns[$0].1 > 0 })
        }
    }
}
