public import Bookings
import GRDB
import Transparency

/// Builds the projections again, from the entries and what is still disclosed, and compares; and holds what cannot be
/// built again against what the entries commit to.
///
/// The rebuilt tables are temporary ones of the same names: SQLite finds those first, so the code that records is the
/// code that rebuilds.
enum ProjectionCheck {
    static func defects(path: String) throws -> [Defect] {
        let queue = try Ledger.connectForReading(path: path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction { database in
            // Rows are found through SQLite's own trees and indexes: where those are damaged, others would be found.
            let structure = try structureDefects(database)
            guard structure.isEmpty else { return structure }
            try database.execute(
                sql: LedgerSchema.projections.replacing("CREATE TABLE", with: "CREATE TEMP TABLE"))
            // Key and rows as in the ledger's own, so that both are gone through in one order.
            try database.execute(
                sql: """
                    CREATE TEMP TABLE delivery (source INTEGER NOT NULL, event BLOB NOT NULL, entry INTEGER NOT NULL,
                    PRIMARY KEY (source, event, entry)) STRICT, WITHOUT ROWID
                    """)
            // Rows come in the order of entries, and stand in that of keys: a larger part of the tables is held.
            try database.execute(sql: "PRAGMA temp.cache_size = -131072")
            var found: [Defect] = []
            try database.inTransaction(.deferred) {
                let disclosed = try rebuild(database)
                let sameNumbers = try isSame(tables[0], database)
                found =
                    try tables.flatMap { table in
                        try sameNumbers && isSame(table, database) ? [] : differences(in: table, database)
                    } + presenceDefects(database)
                    + CommitmentCheck.defects(disclosed, in: database)
                return .rollback
            }
            return found
        }
    }

    /// Makes the projections anew from the entries and what is still disclosed, in one transaction. Sources keep their
    /// numbers: what lies beside the ledger names them.
    static func mend(_ database: Database) throws {
        for table in ["booking", "term", "journal"] { try database.execute(sql: "DELETE FROM \(table)") }
        try database.execute(sql: "UPDATE source SET sequence = NULL")
        try project(database)
        try database.execute(sql: "DELETE FROM tree_block")
        for (index, commitment) in try commitments(database) {
            try TreeBlock.write(commitment.blocks, of: index, to: database)
        }
    }

    /// The trees that the newest state and each reading commit to, by entry, as what is kept gives them.
    private static func commitments(_ database: Database) throws -> [(index: Int, commitment: Commitment)] {
        let store = EntryStore(database)
        let readings = try Query(database, "SELECT position FROM main.journal WHERE type = ?1 ORDER BY position")
            .bind(1, text: EntryType.snapshotTaken.rawValue).all { $0.integer(0) }
        var commitments: [(index: Int, commitment: Commitment)] = []
        for index in readings {
            guard let source = try store.entry(at: index)?.source else { continue }
            commitments.append(
                (index, try ReadingLeaves(database: database, source: source, reading: index).commitment()))
        }
        if let state = try Ledger.newestState(before: .max, in: database)?.index {
            commitments.append((state, try StateLeaves(database: database, before: state).commitment()))
        }
        return commitments
    }

    /// A table that is built again. Where sources have the same numbers in both, its rows are compared one by one in the
    /// order of its key; else, and to count what differs, as sets of `columns`, in which sources are named, since their
    /// numbers are free to differ.
    private struct RebuiltTable {
        let name: String
        let columns: String
        let plain: String
        let key: String
    }

    private static let tables = [
        RebuiltTable(name: "source", columns: "name, sequence", plain: "id, name, sequence", key: "id"),
        RebuiltTable(
            name: "booking", columns: "(SELECT name FROM @.source WHERE id = t.source), booking, entries, state",
            plain: "source, booking, entries, state", key: "source, booking"),
        RebuiltTable(
            name: "term", columns: "term, (SELECT name FROM @.source WHERE id = t.source), booking",
            plain: "term, source, booking", key: "term, source, booking"),
        RebuiltTable(
            name: "journal",
            columns: "position, type, ifnull((SELECT name FROM @.source WHERE id = t.source), t.source)",
            plain: "position, type, source", key: "position"),
        RebuiltTable(
            name: "delivery", columns: "(SELECT name FROM @.source WHERE id = t.source), event, entry",
            plain: "source, event, entry", key: "source, event, entry"),
    ]

    private static func structureDefects(_ database: Database) throws -> [Defect] {
        let found = try Query(database, "PRAGMA main.integrity_check(1)").all { $0.text(0) }
        return found.filter { $0 != "ok" }.map { found in
            let detail = found.split(whereSeparator: \.isNewline).last { !$0.hasPrefix("***") } ?? ""
            return Defect(
                code: "AR401", index: nil, kind: .projection,
                sentence: "The file's own structure, by which rows are found, is damaged (SQLite: \(detail)).")
        }
    }

    /// Gives what is disclosed, and what is not.
    private static func rebuild(_ database: Database) throws -> CommitmentCheck.Disclosed {
        var found = CommitmentCheck.Disclosed()
        try project(database) { projector, entry, disclosed in
            found.matching += disclosed.count
            if disclosed.count < entry.sealed.count {
                let lacking = entry.sealed.map(\.name).filter { name in !disclosed.contains { $0.name == name } }
                found.lacking.append((entry.index, lacking))
            }
            guard let event = entry.event, let source = entry.source else { return }
            try Query(database, "INSERT INTO temp.delivery (source, event, entry) VALUES (?1, ?2, ?3)")
                .bind(1, try projector.number(of: source)).bind(2, event).bind(3, entry.index).run()
        }
        return found
    }

    private static func project(
        _ database: Database,
        also: (inout Projector, Entry, [(name: String, value: String)]) throws -> Void = { _, _, _ in }
    ) throws {
        // All that this transaction sees: somebody may have appended since the entries were verified.
        let size = try Query(database, "SELECT ifnull(max(position) + 1, 0) FROM entry").first { $0.integer(0) } ?? 0
        var projector = try Projector(database)
        let store = EntryStore(database)
        for index in 0..<size {
            guard let entry = try store.entry(at: index) else { continue }
            let personal = try store.disclosed(of: entry).map { (name: $0.key, value: $0.value) }
            try projector.project(entry, terms: SearchTerm.terms(of: personal))
            try also(&projector, entry, personal)
        }
        try projector.finish()
    }

    /// True where the rows are the same in the same order: one look at each, and nothing is sorted.
    private static func isSame(_ table: RebuiltTable, _ database: Database) throws -> Bool {
        let statements = ["temp", "main"].map {
            "SELECT \(table.plain) FROM \($0).\(table.name) ORDER BY \(table.key)"
        }
        let (built, kept) = (try Query(database, statements[0]), try Query(database, statements[1]))
        defer {
            built.reset()
            kept.reset()
        }
        while try built.next() {
            guard try kept.next(), built.hasSameRow(as: kept) else { return false }
        }
        return try !kept.next()
    }

    private static func differences(in table: RebuiltTable, _ database: Database) throws -> [Defect] {
        func rows(_ schema: String) -> String {
            "SELECT \(table.columns.replacing("@", with: schema)) FROM \(schema).\(table.name) t"
        }
        func count(_ one: String, without other: String) throws -> Int {
            try Query(database, "SELECT count(*) FROM (\(rows(one)) EXCEPT \(rows(other)))").first { $0.integer(0) }
                ?? 0
        }
        let missing = try count("temp", without: "main")
        let surplus = try count("main", without: "temp")
        guard missing + surplus > 0 else { return [] }
        return [
            Defect(
                code: "AR401", index: nil, kind: .projection,
                sentence: "The table \"\(table.name)\" is not what the entries give: \(missing) rows are missing or "
                    + "changed, \(surplus) are too many. The entries themselves are not concerned.")
        ]
    }

    /// Each recorded reading's tree, built again from what is remembered of it, and the blocks that are kept of trees.
    private static func presenceDefects(_ database: Database) throws -> [Defect] {
        let store = EntryStore(database)
        var defects = try strayPresences(database)
        var blocks = 0
        for (index, actual) in try commitments(database) {
            blocks += actual.blocks.count
            if let reading = try store.entry(at: index).flatMap(Reading.init),
                actual.size != reading.size || actual.root != reading.root
            {
                defects.append(
                    Defect(
                        code: "AR401", index: index, kind: .projection,
                        sentence:
                            "What is remembered of the reading in entry \(index) is not what that entry commits to."))
            } else if try TreeBlock.read(of: index, from: database) != actual.blocks {
                defects.append(damagedBlocks(of: index))
            }
        }
        let kept = try Query(database, "SELECT count(*) FROM tree_block").first { $0.integer(0) }
        if defects.isEmpty, kept != blocks { defects.append(damagedBlocks(of: nil)) }
        return defects
    }

    private static func damagedBlocks(of index: Int?) -> Defect {
        Defect(
            code: "AR401", index: index, kind: .projection,
            sentence: "The table \"tree_block\", by which evidence is made quickly, is not what the ledger gives. The "
                + "entries themselves are not concerned.")
    }

    /// Presences that do not start at a reading of their source, or do not end at an earlier one than its newest.
    private static func strayPresences(_ database: Database) throws -> [Defect] {
        let count =
            try Query(
                database,
                """
                SELECT count(*) FROM presence p WHERE NOT EXISTS
                (SELECT 1 FROM main.journal j WHERE j.position = p.first AND j.source = p.source AND j.type = ?1)
                OR last IS NOT NULL AND (last < first OR NOT EXISTS
                (SELECT 1 FROM main.journal j WHERE j.position = p.last AND j.source = p.source AND j.type = ?1)
                OR NOT EXISTS
                (SELECT 1 FROM main.journal j WHERE j.position > p.last AND j.source = p.source AND j.type = ?1))
                """
            ).bind(1, text: EntryType.snapshotTaken.rawValue).first { $0.integer(0) } ?? 0
        guard count > 0 else { return [] }
        return [
            Defect(
                code: "AR401", index: nil, kind: .projection,
                sentence: "The table \"presence\" names readings that there are not, in \(count) rows.")
        ]
    }
}

extension Ledger {
    /// Makes the look-up tables anew from the entries, after verifying those; gives what the verification came to, and
    /// changes nothing where it found a defect.
    public func rebuildProjections() throws(LedgerError) -> Verification {
        let verification = try verify()
        guard verification.defects.isEmpty else { return verification }
        try append { appender in try ProjectionCheck.mend(appender.database) }
        return verification
    }
}
