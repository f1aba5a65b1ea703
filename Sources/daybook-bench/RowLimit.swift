import GRDBSQLite

/// What happened to a row.
enum RowChange: Int {
    case inserted, updated, deleted
}

/// Notes every row that is written to a ledger, with its values, in triggers and tables of its own.
///
/// It knows nothing of what the tables are for, so that it stays right when they change; only what is written into the
/// middle of a blob without a statement would escape it.
struct RowTrace {
    private let tables: [TableShape]
    /// After each transaction, how many changes each table had had.
    private(set) var marks: [[Int]] = []

    init(installIn path: String) throws {
        let database = try SQLite(path)
        tables = try TableShape.all(in: database)
        for table in tables {
            let columns = table.columns.indices.map { "c\($0)" }.joined(separator: ", ")
            try database.execute("CREATE TABLE trace_\(table.name) (id INTEGER PRIMARY KEY, change, \(columns))")
            for (change, event, row) in [
                (RowChange.inserted, "INSERT", "NEW"), (.updated, "UPDATE", "NEW"), (.deleted, "DELETE", "OLD"),
            ] {
                let values = table.columns.map { "\(row).\"\($0)\"" }.joined(separator: ", ")
                try database.execute(
                    """
                    CREATE TRIGGER trace_\(event)_\(table.name) AFTER \(event) ON "\(table.name)" BEGIN
                    INSERT INTO trace_\(table.name) VALUES (NULL, \(change.rawValue), \(values)); END
                    """)
            }
        }
        marks = [tables.map { _ in 0 }]
    }

    /// Says that a transaction ended here.
    mutating func endTransaction(in database: borrowing SQLite) throws {
        let counts = tables.map { "SELECT ifnull(max(id), 0) FROM trace_\($0.name)" }.joined(separator: " UNION ALL ")
        marks.append(try database.integers(counts))
    }

    /// What the transactions wrote: each row once, as it was at the end of its transaction.
    func rows(in database: borrowing SQLite) throws -> WrittenRows {
        var written = WrittenRows(tables: tables)
        for (before, after) in zip(marks, marks.dropFirst()) {
            for (place, table) in tables.enumerated() where before[place] < after[place] {
                try written.append(table: place, shape: table, from: before[place], through: after[place], in: database)
            }
            written.endTransaction()
        }
        return written
    }
}

/// Rows in the order and in the transactions in which they were written, all values in one piece of memory.
struct WrittenRows {
    private struct Cell {
        let type: Int32
        let start: Int
        let count: Int
        let integer: Int64
    }

    private struct Row {
        let table: Int
        let change: RowChange
        let cells: [Cell]
    }

    private let tables: [TableShape]
    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    /// The number of rows before each transaction's end.
    private var ends: [Int] = []

    init(tables: [TableShape]) {
        self.tables = tables
    }

    /// The number of rows in all transactions.
    var count: Int { rows.count }

    fileprivate mutating func endTransaction() { ends.append(rows.count) }

    fileprivate mutating func append(
        table: Int, shape: TableShape, from before: Int, through after: Int, in database: borrowing SQLite
    ) throws {
        let first = rows.count
        var places: [[UInt8]: Int] = [:]
        let noted = try database.rows(
            "SELECT * FROM trace_\(shape.name) WHERE id > \(before) AND id <= \(after) ORDER BY id"
        ) { statement in
            (
                RowChange(rawValue: Int(sqlite3_column_int(statement, 1)))!,
                shape.columns.indices.map { cell(statement, Int32($0 + 2)) }
            )
        }
        for (change, cells) in noted {
            let key = shape.key.isEmpty ? nil : shape.key.flatMap { keyBytes(cells[$0]) }
            guard let key, let place = places[key] else {
                if let key { places[key] = rows.count }
                rows.append(Row(table: table, change: change, cells: cells))
                continue
            }
            // A row that the transaction made and then changed is made once, as it ended.
            let earlier = rows[place].change
            let joined: RowChange =
                switch (earlier, change) {
                case (.inserted, .updated): .inserted
                case (.deleted, .inserted): .updated
                default: change
                }
            rows[place] = Row(table: table, change: joined, cells: cells)
        }
        precondition(rows.count > first, "a table with changes has rows")
    }

    private mutating func cell(_ statement: OpaquePointer, _ column: Int32) -> Cell {
        let type = sqlite3_column_type(statement, column)
        guard type == SQLITE_TEXT || type == SQLITE_BLOB else {
            return Cell(type: type, start: 0, count: 0, integer: sqlite3_column_int64(statement, column))
        }
        let address = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        let start = bytes.count
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: address, count: count))
        return Cell(type: type, start: start, count: count, integer: 0)
    }

    private func keyBytes(_ cell: Cell) -> [UInt8] {
        withUnsafeBytes(of: cell.type) { Array($0) } + withUnsafeBytes(of: cell.integer) { Array($0) }
            + withUnsafeBytes(of: cell.count) { Array($0) } + bytes[cell.start..<cell.start + cell.count]
    }

    /// Writes all transactions to a database made by ``EmptyTables``; gives the seconds that it took.
    func write(to database: borrowing SQLite) throws -> Double {
        var statements: [OpaquePointer?] = []
        defer { statements.forEach { sqlite3_finalize($0) } }
        let changes = Set(rows.map { $0.table * 3 + $0.change.rawValue })
        for (place, table) in tables.enumerated() {
            for change in [RowChange.inserted, .updated, .deleted] {
                let isUsed = changes.contains(place * 3 + change.rawValue)
                statements.append(isUsed ? try database.prepare(table.statement(change)) : nil)
            }
        }
        let begin = try database.prepare("BEGIN IMMEDIATE")
        let commit = try database.prepare("COMMIT")
        statements += [begin, commit]
        return try bytes.withUnsafeBytes { bytes in
            try seconds {
                var next = 0
                for end in ends {
                    try run(begin, database)
                    while next < end {
                        let row = rows[next]
                        let statement = statements[row.table * 3 + row.change.rawValue]!
                        for place in row.cells.indices { bind(row.cells[place], Int32(place + 1), statement, bytes) }
                        try run(statement, database)
                        next += 1
                    }
                    try run(commit, database)
                }
            }
        }
    }

    private func run(_ statement: OpaquePointer, _ database: borrowing SQLite) throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw database.error(String(cString: sqlite3_sql(statement))) }
        sqlite3_reset(statement)
    }

    /// Binds without a copy: the bytes stay where they are until the statement was run.
    private func bind(_ cell: Cell, _ place: Int32, _ statement: OpaquePointer, _ bytes: UnsafeRawBufferPointer) {
        // A statement that only looks for the key has no place for the other columns.
        guard sqlite3_bind_parameter_count(statement) >= place else { return }
        switch cell.type {
        case SQLITE_INTEGER: sqlite3_bind_int64(statement, place, cell.integer)
        case SQLITE_TEXT:
            let address = (bytes.baseAddress! + cell.start).assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(statement, place, address, Int32(cell.count), nil)
        case SQLITE_BLOB: sqlite3_bind_blob(statement, place, bytes.baseAddress! + cell.start, Int32(cell.count), nil)
        default: sqlite3_bind_null(statement, place)
        }
    }
}

extension TableShape {
    /// The statement for a change of one row; `?n` is the nth column.
    fileprivate func statement(_ change: RowChange) -> String {
        let condition = key.map { "\"\(columns[$0])\" = ?\($0 + 1)" }.joined(separator: " AND ")
        switch change {
        case .inserted:
            return "INSERT INTO \"\(name)\" VALUES (\(columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")))"
        case .updated:
            let values = columns.indices.filter { !key.contains($0) }.map { "\"\(columns[$0])\" = ?\($0 + 1)" }
            return "UPDATE \"\(name)\" SET \(values.joined(separator: ", ")) WHERE \(condition)"
        case .deleted: return "DELETE FROM \"\(name)\" WHERE \(condition)"
        }
    }
}

/// A database with a ledger's tables and indexes, and what a new ledger has in them; its triggers are left out.
struct EmptyTables {
    private let path: String

    /// Makes one at `path` from a new ledger.
    init(of ledger: String, at path: String) throws {
        self.path = path
        let made = try SQLite(ledger)
        let pageSize = try made.integers("PRAGMA page_size")[0]
        let shapes = try TableShape.all(in: made)
        let objects = try made.texts(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOT NULL "
                + "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC")
        let database = try SQLite(path)
        try database.execute("PRAGMA page_size = \(pageSize); PRAGMA journal_mode = WAL")
        for sql in objects { try database.execute(sql) }
        try database.execute("ATTACH '\(ledger)' AS made")
        for shape in shapes {
            try database.execute("INSERT INTO main.\"\(shape.name)\" SELECT * FROM made.\"\(shape.name)\"")
        }
        try database.execute("DETACH made; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// A copy, open as a ledger is: each transaction is on the disk before the next begins.
    func open(copy: String) throws -> SQLite {
        try Files.copy(path, to: copy)
        let database = try SQLite(copy)
        try database.execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        return database
    }

    /// Throws unless a copy into which all was written holds exactly what the ledger holds.
    func check(_ database: borrowing SQLite, against ledger: String) throws {
        try database.execute("ATTACH '\(ledger)' AS made")
        for shape in try TableShape.all(in: database) {
            let (ours, theirs) = ("SELECT * FROM main.\"\(shape.name)\"", "SELECT * FROM made.\"\(shape.name)\"")
            let differences = try database.integers(
                "SELECT (SELECT count(*) FROM (\(ours) EXCEPT \(theirs))) + (SELECT count(*) FROM (\(theirs) EXCEPT \(ours)))"
            )
            guard differences == [0] else {
                throw BenchError("the limit did not write the rows that recording wrote, in the table \(shape.name)")
            }
        }
        try database.execute("DETACH made")
    }
}
