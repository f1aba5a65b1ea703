import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Projections built again")
struct ProjectionTests {
    private func prepared() throws -> World {
        let world = try World()
        try world.record([
            Sample.created("A-1", event: "e-1", sequence: 1), Sample.created("A-2", event: "e-2", sequence: 2),
            Sample.event("booking.modified", "B-1", sequence: 3, data: #""supersedes":"A-1""#), "no event",
            Sample.created("W-1", event: "w-1").replacing(#""crm""#, with: #""web""#),
        ])
        for (day, ids) in [["A-1", "A-2"], ["A-2", "X-9"], ["A-2", "A-1"]].enumerated() {
            try world.read(Readings.snapshot(ids, day: day))
        }
        _ = try world.ledger.recordState()
        return world
    }

    @Test func `every changed row is found, and the ledger itself is not doubted`() throws {
        let world = try prepared()
        try world.checkEverything()
        let readings = try world.ledger.history().readings.map(\.index)
        let changes = [
            "UPDATE booking SET state = NULL WHERE booking = CAST('A-2' AS BLOB)",
            "UPDATE booking SET state = 1 WHERE booking = CAST('A-2' AS BLOB)",
            "UPDATE booking SET entries = x'7f' WHERE booking = CAST('A-2' AS BLOB)",
            "UPDATE booking SET booking = CAST('A-3' AS BLOB) WHERE booking = CAST('A-2' AS BLOB)",
            "DELETE FROM booking WHERE booking = CAST('B-1' AS BLOB)",
            "INSERT INTO booking VALUES (1, CAST('Z' AS BLOB), x'01', 1)",
            "INSERT INTO booking VALUES (77, CAST('Z' AS BLOB), x'01', 1)",
            "UPDATE term SET term = 'name:asho' WHERE term = 'name:asha' AND booking = CAST('A-1' AS BLOB)",
            "DELETE FROM term WHERE booking = CAST('W-1' AS BLOB)",
            "INSERT INTO term VALUES ('name:x', 1, CAST('A-1' AS BLOB))",
            "UPDATE journal SET type = 'ledger.state' WHERE position = 0",
            "DELETE FROM journal WHERE position = \(readings[1])",
            "UPDATE journal SET source = NULL WHERE position = \(readings[1])",
            "INSERT INTO journal VALUES (1, 'check.completed', NULL)",
            "UPDATE journal SET source = 0 WHERE position = 0",
            "UPDATE source SET sequence = 9 WHERE sequence = 3",
            "UPDATE source SET sequence = NULL WHERE sequence = 3",
            "UPDATE source SET name = CAST('crn' AS BLOB) WHERE id = 1",
            "INSERT INTO source (name) VALUES (CAST('fax' AS BLOB))", "UPDATE source SET id = 9 WHERE id = 2",
            "DELETE FROM presence WHERE booking = CAST('A-2' AS BLOB)", "DELETE FROM presence WHERE last IS NOT NULL",
            "UPDATE presence SET last = NULL WHERE booking = CAST('X-9' AS BLOB)",
            "UPDATE presence SET last = \(readings[2]) WHERE booking = CAST('X-9' AS BLOB)",
            "UPDATE presence SET last = \(readings[2]) WHERE booking = CAST('A-2' AS BLOB)",
            "UPDATE presence SET first = \(readings[0]) WHERE booking = CAST('X-9' AS BLOB)",
            "UPDATE presence SET first = 0 WHERE booking = CAST('A-2' AS BLOB)",
            "UPDATE presence SET booking = CAST('X-8' AS BLOB) WHERE booking = CAST('X-9' AS BLOB)",
            "UPDATE tree_block SET hash = zeroblob(32)", "DELETE FROM tree_block",
            "UPDATE tree_block SET hash = zeroblob(32) WHERE entry = \(readings[1])",
            "DELETE FROM tree_block WHERE entry = \(readings[0])",
            "UPDATE tree_block SET booking = CAST('A-0' AS BLOB)",
            "INSERT INTO tree_block SELECT 1, number, source, booking, hash FROM tree_block LIMIT 1",
            "UPDATE presence SET source = 2 WHERE booking = CAST('X-9' AS BLOB)",
            "INSERT INTO presence VALUES (1, CAST('Y' AS BLOB), \(readings[0]), \(readings[0]))",
            "INSERT INTO presence VALUES (1, CAST('Y' AS BLOB), 999, NULL)",
            "INSERT INTO presence VALUES (55, CAST('Y' AS BLOB), \(readings[0]), NULL)",
        ]
        try world.copyDatabase(to: "sound.sqlite")
        for sql in changes {
            let path = world.path("changed.sqlite")
            try FileManager.default.copyItem(atPath: world.path("sound.sqlite"), toPath: path)
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
            try World.tamper(path) { database in
                try database.execute(sql: sql)
                #expect(database.changesCount > 0, "\(sql) changes nothing")
            }
            let ledger = try Ledger.open(path: path, clock: { Timestamp(seconds: 0) })
            let kinds = try ledger.verify(.init(projections: true)).kinds
            #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == .projection }, "\(sql): \(kinds)")
            #expect(try ledger.verify().defects.isEmpty, "\(sql)")
        }
    }

    @Test func `what lies beside the entries is held against what they commit to`() throws {
        let world = try prepared()
        let finding = CheckedFinding(code: "AR101", booking: "A-1", finding: .object(["code": .string("AR101")]))
        try world.ledger.recordCheck(of: "crm", body: nil, findings: [finding])
        let until = Timestamp("2026-02-01T00:00:00Z")!
        let entries = try world.ledger.acknowledge(
            world.ledger.findings(), by: .init(kind: .user, id: "mary"), reason: "seen", until: until)
        #expect(entries.count == 1)
        try world.checkEverything()
        try world.copyDatabase(to: "sound.sqlite")
        let changes = [
            "UPDATE disclosure SET value = 'Asha Patil' WHERE entry = 1 AND name = 'client.name'",
            "UPDATE disclosure SET salt = zeroblob(16) WHERE entry = 1 AND name = 'client.id'",
            "UPDATE disclosure SET name = 'client.email' WHERE entry = 1 AND name = 'client.id'",
            "INSERT INTO disclosure VALUES (0, 'note', zeroblob(16), 'planted')",
            "INSERT INTO disclosure VALUES (999, 'note', zeroblob(16), 'planted')",
            "UPDATE dead_letter SET original = CAST('another' AS BLOB)", "UPDATE dead_letter SET salt = zeroblob(16)",
            "UPDATE dead_letter SET reason = 'because'", "UPDATE dead_letter SET entry = 1", "DELETE FROM dead_letter",
            "INSERT INTO dead_letter SELECT id + 1, entry, place, reason, salt, original FROM dead_letter",
            "UPDATE finding SET acknowledged = '2099-01-01T00:00:00.000000Z'", "UPDATE finding SET code = 'AR103'",
            "UPDATE finding SET detail = 'number 7'",
        ]
        for sql in changes {
            let path = world.path("changed.sqlite")
            try FileManager.default.copyItem(atPath: world.path("sound.sqlite"), toPath: path)
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
            try World.tamper(path) { try $0.execute(sql: sql) }
            let ledger = try Ledger.open(path: path, clock: { Timestamp(seconds: 0) })
            let defects = try ledger.verify(.init(projections: true)).defects
            #expect(!defects.isEmpty && defects.allSatisfy { $0.kind == .projection }, "\(sql): \(defects)")
        }
        // What is gone was erased, and an entry says so; or somebody took it away.
        for (sql, index) in [
            ("DELETE FROM disclosure WHERE entry = 1", 1),
            ("UPDATE dead_letter SET salt = NULL, original = NULL", 5),
        ] {
            try world.tamper { try $0.execute(sql: sql) }
            let defects = try world.ledger.verify(.init(projections: true)).defects.filter {
                !$0.sentence.contains("\"term\"")
            }
            #expect(
                defects.contains { $0.index == index && $0.sentence.contains("no entry records an erasure") },
                "\(sql): \(defects)")
        }
    }

    @Test func `an index that leads elsewhere than its rows is found`() throws {
        let world = try prepared()
        try world.tamper { database in
            // The root of the index over the sources' names, in place of an empty table's index.
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: """
                    UPDATE sqlite_master SET rootpage =
                    (SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_finding_1')
                    WHERE name = 'sqlite_autoindex_source_1'
                    """)
        }
        #expect(try world.reopened().verify(.init(projections: true)).kinds == [.projection])
    }

    @Test func `numbers of sources are free to differ`() throws {
        let world = try prepared()
        try world.tamper { database in
            for table in ["booking", "term", "journal", "presence", "delivery"] {
                try database.execute(sql: "UPDATE \(table) SET source = source + 40")
            }
            try database.execute(sql: "UPDATE source SET id = id + 40")
        }
        try world.checkEverything()
    }

    @Test func `a check of a source of which nothing is recorded`() throws {
        let world = try World()
        let body = JSONValue.object([
            "source": .string("crm"), "critical": .integer(0), "error": .integer(0), "warning": .integer(0),
            "info": .integer(0), "exit": .integer(0),
        ])
        try world.ledger.recordCheck(of: "crm", body: body, findings: [])
        try world.checkEverything()
    }

    @Test(arguments: [UInt64(11), 12])
    func `any order of events gives what is built again`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try World()
        let types = ["created", "modified", "cancelled", "deleted"]
        for _ in 0..<12 {
            let texts = (0..<40).map { _ -> String in
                let former =
                    Bool.random(using: &random) ? #""supersedes":"A-\#(Int.random(in: 0..<9, using: &random))","# : ""
                return Sample.event(
                    "booking.\(types.randomElement(using: &random)!)", "A-\(Int.random(in: 0..<9, using: &random))",
                    event: "e-\(Int.random(in: 0..<200, using: &random))",
                    sequence: Bool.random(using: &random) ? Int.random(in: 0..<60, using: &random) : nil,
                    data: former
                        + #""appointment":{"location":"\#(Int.random(in: 0..<5, using: &random))"},"client":{"name":"Zoë"}"#
                )
            }
            try world.record(texts)
            if Bool.random(using: &random) { _ = try world.ledger.recordState() }
        }
        try world.checkEverything()
    }
}
