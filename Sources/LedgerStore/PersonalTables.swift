import GRDB

/// The tables that hold personal values, or what was derived from them.
enum PersonalTables {
    /// Their names.
    static let names = ["disclosure", "term", "delivery", "dead_letter", "finding"]

    /// Writes these tables anew, on pages of which nothing was ever anywhere else, and zeroes the old ones.
    ///
    /// `secure_delete` zeroes a row where it stood, and a page that is given up. But SQLite moves rows from page to page
    /// as a table grows and shrinks, and leaves behind what it moved, in the part of the page that is not in use: copies
    /// that no later deletion finds. A table that is dropped leaves nothing. Linear in what the tables hold; inside a
    /// transaction.
    static func rewrite(in database: Database) throws {
        for name in names {
            let made = try definition(of: name)
            try database.execute(sql: made.replacing("CREATE TABLE \(name) (", with: "CREATE TABLE rewritten ("))
            try database.execute(sql: "INSERT INTO rewritten SELECT * FROM \(name)")
            try database.execute(sql: "DROP TABLE \(name)")
            // Renamed, it would not have the words of the ledger's own table.
            try database.execute(sql: made)
            try database.execute(sql: "INSERT INTO \(name) SELECT * FROM rewritten")
            try database.execute(sql: "DROP TABLE rewritten")
        }
    }

    private static func definition(of name: String) throws -> String {
        let all = (LedgerSchema.tables + "\n\n" + LedgerSchema.projections).split(separator: ";")
        let own = all.lazy.map { String($0.drop { $0.isWhitespace }) }.first { $0.hasPrefix("CREATE TABLE \(name) (") }
        guard let own else { preconditionFailure("no table \(name)") }
        return own
    }
}
