import Bookings
import Foundation
import GRDB
import TestSupport
import Transparency

@testable import LedgerStore

/// Something that is done to the sound ledger of the shelf, and what must come of it.
struct Attack: Sendable {
    enum Outcome: Sendable {
        /// It is found, and the first defect is of this kind; `nil` where it is told otherwise than by a defect.
        case named(Defect.Kind?)
        /// It does not matter.
        case same
        /// It is not found: this is what comes of it, and what would show it.
        case open(String)
    }

    let what: String
    let outcome: Outcome
    let auditor: Auditor
    /// The name of the exhibit that it made, where one is on the shelf.
    let exhibit: String?
    /// Each a change of a copy of its own.
    let changes: @Sendable (Exhibit) throws -> [@Sendable (Exhibit) throws -> Void]

    /// One change.
    init(
        _ what: String, _ outcome: Outcome, by auditor: Auditor = Auditor(), shelf exhibit: String? = nil,
        _ change: @escaping @Sendable (Exhibit) throws -> Void
    ) {
        (self.what, self.outcome, self.auditor, self.exhibit) = (what, outcome, auditor, exhibit)
        changes = { _ in [change] }
    }

    /// Many changes, as they are given by the sound ledger.
    init(
        each what: String, _ outcome: Outcome, by auditor: Auditor = Auditor(),
        _ changes: @escaping @Sendable (Exhibit) throws -> [@Sendable (Exhibit) throws -> Void]
    ) {
        (self.what, self.outcome, self.auditor, self.changes) = (what, outcome, auditor, changes)
        exhibit = nil
    }

    /// A statement that is run behind the triggers.
    init(
        _ what: String, _ outcome: Outcome, by auditor: Auditor = Auditor(), shelf exhibit: String? = nil, sql: String
    ) {
        self.init(what, outcome, by: auditor, shelf: exhibit) { try $0.tamper { try $0.execute(sql: sql) } }
    }

    /// The sections of the table.
    static let sections: [(title: String, attacks: [Attack])] = [
        ("Entries, tree and end", entries), ("What lies beside the entries", beside),
        ("Tables, triggers, views", definitions), ("Checkpoints, lock and keys", notes),
        ("Everything at once", histories), ("Files cut off, exchanged, planted", files),
    ]

    static let entries: [Attack] = [
        Attack(
            "the text of an entry is changed", .named(.edited), shelf: "edited",
            sql: "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'dr-shah', 'dr-shax') AS BLOB) "
                + "WHERE position = 2"),
        Attack(
            "the text of an entry is changed, and the hash beside it too", .named(.edited), shelf: "edited-with-hash"
        ) {
            try $0.tamper { database in
                let old = try Data.fetchOne(database, sql: "SELECT bytes FROM entry WHERE position = 2")!
                let new = Array(String(decoding: old, as: UTF8.self).replacing("dr-shah", with: "dr-shax").utf8)
                try database.execute(
                    sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = 2",
                    arguments: [Data(new), Data(Hash.leaf(new).bytes)])
            }
        },
        Attack(
            "the hash beside an entry is changed", .named(.edited),
            sql: "UPDATE entry SET leaf = zeroblob(32) WHERE position = 5"),
        Attack("an entry is taken out", .named(.deleted), sql: "DELETE FROM entry WHERE position = 3"),
        Attack("an entry is taken out, and the gap closed", .named(.deleted), shelf: "deleted") {
            try $0.tamper {
                try $0.execute(sql: "DELETE FROM entry WHERE position = 3")
                try Exhibit.shift($0, from: 4, by: -1)
            }
        },
        Attack("an entry is put in, and the rest moved on", .named(.inserted), shelf: "inserted") {
            try $0.tamper {
                try Exhibit.shift($0, from: 4, by: 1)
                try $0.execute(sql: "INSERT INTO entry SELECT 4, bytes, leaf FROM entry WHERE position = 3")
            }
        },
        Attack(
            "an entry is put in before the first", .named(.inserted),
            sql: "INSERT INTO entry SELECT -1, bytes, leaf FROM entry WHERE position = 3"),
        Attack("two entries change places", .named(.reordered), shelf: "reordered") {
            try $0.tamper {
                try $0.execute(
                    sql: """
                        UPDATE entry SET position = -1 WHERE position = 3;
                        UPDATE entry SET position = 3 WHERE position = 4;
                        UPDATE entry SET position = 4 WHERE position = -1
                        """)
            }
        },
        Attack(
            "the last entries are cut off", .named(.deleted), shelf: "cut-off",
            sql: "DELETE FROM entry WHERE position >= 11"),
        Attack(
            "all entries are taken out", .named(.deleted), sql: "DELETE FROM entry"),
        Attack(
            "a node of the tree is planted", .named(.treeNode), shelf: "tree-node",
            sql: "INSERT INTO node VALUES (8, 0, zeroblob(32))"),
        Attack(
            "the tree's edge is changed in the row that says where the ledger ends", .named(.head), shelf: "head",
            sql: "UPDATE head SET frontier = zeroblob(length(frontier))"),
        Attack("the number of entries is changed there", .named(.head), sql: "UPDATE head SET size = 12"),
        Attack(
            "the ledger's name is changed there", .named(.inserted),
            sql: "UPDATE head SET origin = 'other.example/daybook'"
        ),
        Attack("the row is taken away", .named(.head), sql: "DELETE FROM head"),
    ]

    static let beside: [Attack] = [
        Attack(
            "a personal value is changed", .named(.projection), shelf: "disclosure",
            sql: "UPDATE disclosure SET value = 'Asha Patil' WHERE entry = 1 AND name = 'client.name'"),
        Attack(
            "a personal value is planted", .named(.projection),
            sql: "INSERT INTO disclosure VALUES (6, 'note', zeroblob(16), 'asked to be deleted')"),
        Attack(
            "a dead letter is exchanged", .named(.projection), shelf: "dead-letter",
            sql: "UPDATE dead_letter SET original = CAST('something else' AS BLOB) WHERE id = 1"),
        Attack("a dead letter is taken away", .named(.projection), sql: "DELETE FROM dead_letter WHERE id = 1"),
        Attack(
            "a finding is silenced without an entry that says by whom", .named(.projection), shelf: "acknowledgement",
            sql: "UPDATE finding SET acknowledged = '2099-01-01T00:00:00.000000Z' WHERE id = 2"),
        Attack(
            "a booking's list of entries is shortened", .named(.projection), shelf: "projection",
            sql: "UPDATE booking SET entries = x'01' WHERE booking = CAST('A-1' AS BLOB)"),
        Attack(
            "a name under which a booking is found is changed", .named(.projection),
            sql: "UPDATE term SET term = 'name:nobody' WHERE term = 'name:asha'"),
        Attack(
            "a delivery is planted, so that a new event passes for a repeat", .named(.projection),
            sql: "INSERT INTO delivery VALUES (1, CAST('e-99' AS BLOB), 1, NULL, NULL)"),
        Attack(
            "a booking is taken out of a reading of the schedule", .named(.projection),
            sql: "DELETE FROM presence WHERE booking = CAST('B-1' AS BLOB)"),
        Attack(
            "the practitioners to whom a reading was limited are changed", .named(.edited),
            sql:
                #"UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '["dr-jones","dr-shah"]', '["dr-jones"]') "#
                + "AS BLOB) WHERE position = 8"),
        Attack(
            "a counter is put back, so that a gap is not seen", .named(.projection),
            sql: "UPDATE source SET sequence = 3 WHERE sequence = 5"),
        Attack(
            "two sources exchange their numbers", .named(.projection),
            sql: """
                UPDATE source SET id = -1 WHERE id = 1; UPDATE source SET id = 1 WHERE id = 2;
                UPDATE source SET id = 2 WHERE id = -1
                """),
        Attack(
            "a state is falsified, and all after it rewritten and signed with the key", .named(.falseState),
            by: Auditor(held: false), shelf: "false-state"
        ) {
            try $0.rewrite(10, with: try $0.key()) { $0.replacing(#""size":4"#, with: #""size":3"#) }
        },
        Attack(
            "a personal value is taken away", .named(.projection),
            sql: "DELETE FROM disclosure WHERE entry = 2; DELETE FROM term WHERE booking = CAST('A-2' AS BLOB)"),
        Attack(
            "the digest of a delivery is changed", .open(consequence("delivery.digest")),
            sql: "UPDATE delivery SET digest = zeroblob(32) WHERE entry = 1"),
        Attack(
            "the place of a dead letter is changed", .open(consequence("dead_letter.place")),
            sql: "UPDATE dead_letter SET place = 'elsewhere'"),
        Attack(
            "a finding is marked as resolved", .open(consequence("finding.resolved")),
            sql: "UPDATE finding SET resolved = last"),
        Attack(
            "it is noted that a checkpoint left for outside that never did", .open(consequence("outside.at")),
            sql: "INSERT INTO outside (size, at) VALUES (13, '2026-01-31T00:00:00.000000Z')"),
    ]

    static func consequence(_ column: String) -> String {
        uncommitted.first { $0.columns.contains(column) }!.consequence
    }

    static let definitions: [Attack] = [
        Attack("a trigger is planted", .named(.foreign), shelf: "foreign") {
            try $0.tamperInSight {
                try $0.execute(
                    sql: "CREATE TRIGGER quiet AFTER INSERT ON entry BEGIN DELETE FROM disclosure; END")
            }
        },
        Attack(
            "a trigger is planted under the name of one of the ledger's", .named(.foreign), shelf: "trigger-exchanged"
        ) {
            try $0.tamperInSight {
                try $0.execute(
                    sql: """
                        DROP TRIGGER entry_is_appended;
                        CREATE TRIGGER entry_is_appended AFTER INSERT ON entry BEGIN DELETE FROM disclosure; END
                        """)
            }
        },
        Attack("a trigger is planted under a name that SQLite keeps for itself", .named(.foreign)) {
            try $0.tamperInSight {
                try $0.execute(sql: "CREATE TRIGGER quiet AFTER INSERT ON entry BEGIN DELETE FROM disclosure; END")
                try $0.execute(sql: "PRAGMA writable_schema = ON")
                try $0.execute(
                    sql: """
                        UPDATE sqlite_master SET name = 'sqlite_quiet', sql = replace(sql, 'quiet', 'sqlite_quiet')
                        WHERE name = 'quiet'
                        """)
            }
        },
        Attack("a trigger of the ledger's is taken away", .named(.foreign)) {
            try $0.tamperInSight { try $0.execute(sql: "DROP TRIGGER entry_is_not_changed") }
        },
        Attack("a view is planted", .named(.foreign)) {
            try $0.tamperInSight {
                try $0.execute(sql: "CREATE VIEW entries AS SELECT * FROM entry WHERE position <> 3")
            }
        },
        Attack("a table is planted", .named(.foreign)) {
            try $0.tamperInSight { try $0.execute(sql: "CREATE TABLE note (text TEXT)") }
        },
        Attack("an index is planted", .named(.foreign)) {
            try $0.tamperInSight { try $0.execute(sql: "CREATE INDEX quick ON entry (leaf)") }
        },
        Attack("a column is added to a table", .named(.foreign)) {
            try $0.tamperInSight { try $0.execute(sql: "ALTER TABLE entry ADD COLUMN remark TEXT") }
        },
        Attack("the version of the tables is changed", .named(nil)) {
            try $0.tamperInSight { try $0.execute(sql: "PRAGMA user_version = 2") }
        },
    ]
}
