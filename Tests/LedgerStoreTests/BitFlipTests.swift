import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// Every bit of what the ledger holds matters: one that is turned is found, and the first bad entry is named.
@Suite("One bit turned")
struct BitFlipTests {
    /// A ledger of 300 entries, so that there is a stored node, closed and copied for each try.
    private static func prepared() throws -> World {
        let world = try World()
        try world.fill(120)
        _ = try world.ledger.recordState()
        try world.fill(178, from: 1000)
        return world
    }

    /// Turns a bit, verifies, and turns it back.
    private func turning(
        _ bit: Int, of blob: Data, in world: World, sql: String, _ check: (Verification) throws -> Void
    ) throws {
        var changed = blob
        changed[changed.startIndex + bit / 8] ^= UInt8(1 << (bit % 8))
        let queue = world.ledger.queue
        try queue.write { try $0.execute(sql: sql, arguments: [changed]) }
        try check(try world.ledger.verify())
        try queue.write { try $0.execute(sql: sql, arguments: [blob]) }
    }

    private func dropTriggers(_ world: World) throws {
        try world.ledger.queue.write { database in
            for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
        }
    }

    @Test(arguments: [UInt64(2026)])
    func `of any entry's bytes`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try BitFlipTests.prepared()
        try dropTriggers(world)
        let entries = try world.bytes()
        #expect(entries.count == 300)
        for (index, bytes) in entries.enumerated() {
            // All of the head of the entry is too much: one bit in what is fixed, one anywhere.
            let fixed = Entry.prefix(origin: World.origin, index: index, previous: .zero).count
            for bit in [
                Int.random(in: 0..<fixed * 8, using: &random), Int.random(in: 0..<bytes.count * 8, using: &random),
            ] {
                try turning(
                    bit, of: Data(bytes), in: world, sql: "UPDATE entry SET bytes = ? WHERE position = \(index)"
                ) { verification in
                    let first = verification.defects.first
                    #expect(first?.index == index, "entry \(index) bit \(bit): \(String(describing: first))")
                    #expect(first?.code == "AR401" && first?.kind == .edited, "entry \(index) bit \(bit)")
                    #expect(verification.kinds.allSatisfy { $0 == .edited }, "entry \(index) bit \(bit)")
                    #expect(verification.assurance.isEmpty)
                }
            }
        }
        #expect(try world.ledger.verify().kinds.allSatisfy { $0 == .foreign }, "only the triggers are gone")
    }

    @Test(arguments: [0, 1, 255, 256, 299])
    func `of the head of an entry, each in turn`(index: Int) throws {
        print("seed \(index)")
        var random = SplitMix64(seed: UInt64(index))
        let world = try BitFlipTests.prepared()
        try dropTriggers(world)
        let bytes = try world.bytes()[index]
        let previous = index == 0 ? Hash.zero : Hash.leaf(try world.bytes()[index - 1])
        for bit in 0..<Entry.prefix(origin: World.origin, index: index, previous: previous).count * 8 {
            // Of one of them every second, of the others one in sixteen.
            guard index == 256 && bit % 2 == 0 || Int.random(in: 0..<16, using: &random) == 0 else { continue }
            try turning(bit, of: Data(bytes), in: world, sql: "UPDATE entry SET bytes = ? WHERE position = \(index)") {
                let first = $0.defects.first
                #expect(first?.index == index && first?.kind == .edited, "bit \(bit): \(String(describing: first))")
            }
        }
    }

    @Test(arguments: [UInt64(7)])
    func `of any leaf hash`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try BitFlipTests.prepared()
        try dropTriggers(world)
        for (index, bytes) in try world.bytes().enumerated() {
            try turning(
                Int.random(in: 0..<256, using: &random), of: Data(Hash.leaf(bytes).bytes), in: world,
                sql: "UPDATE entry SET leaf = ? WHERE position = \(index)"
            ) { verification in
                // The first entry is also what the first checkpoint was signed of.
                let defects = verification.defects.filter { $0.kind != .rolledBack }
                #expect(defects.map(\.index) == [index] && defects.map(\.kind) == [.edited], "\(defects)")
            }
        }
    }

    @Test func `of a stored node`() throws {
        let world = try BitFlipTests.prepared()
        try dropTriggers(world)
        let node = try #require(try world.value("SELECT hash FROM node WHERE level = 8", as: Data.self))
        #expect(try world.value("SELECT count(*) FROM node") == 1)
        for bit in 0..<256 {
            try turning(bit, of: node, in: world, sql: "UPDATE node SET hash = ?") {
                #expect($0.kinds == [.treeNode] && $0.defects[0].index == 0, "bit \(bit)")
            }
        }
    }

    @Test func `of a node's place`() throws {
        let world = try BitFlipTests.prepared()
        try dropTriggers(world)
        for column in ["level", "position"] {
            let value = try #require(try world.value("SELECT \(column) FROM node", as: Int.self))
            for bit in 0..<64 {
                let queue = world.ledger.queue
                try queue.write {
                    try $0.execute(sql: "UPDATE node SET \(column) = ?", arguments: [value ^ (1 << bit)])
                }
                let kinds = try world.ledger.verify().kinds
                #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == .treeNode }, "\(column) bit \(bit): \(kinds)")
                try queue.write { try $0.execute(sql: "UPDATE node SET \(column) = ?", arguments: [value]) }
            }
        }
        #expect(try world.ledger.verify().kinds.allSatisfy { $0 == .foreign }, "only the triggers are gone")
    }

    @Test(arguments: ["last", "frontier", "origin"])
    func `of the row that says where the ledger ends`(column: String) throws {
        let world = try BitFlipTests.prepared()
        let value = try #require(try world.value("SELECT CAST(\(column) AS BLOB) FROM head", as: Data.self))
        let kind = column == "origin" ? "TEXT" : "BLOB"
        for bit in stride(from: 0, to: value.count * 8, by: column == "frontier" ? 5 : 1) {
            try turning(bit, of: value, in: world, sql: "UPDATE head SET \(column) = CAST(? AS \(kind))") {
                #expect($0.kinds.contains(.head), "bit \(bit): \($0.defects)")
                #expect($0.assurance.isEmpty)
            }
        }
        #expect(try world.ledger.verify().defects.isEmpty)
    }

    @Test func `of the size that it says`() throws {
        let world = try BitFlipTests.prepared()
        for bit in 0..<63 {
            let queue = world.ledger.queue
            try queue.write { try $0.execute(sql: "UPDATE head SET size = ?", arguments: [300 ^ (1 << bit)]) }
            #expect(try world.ledger.verify().kinds.contains(.head), "bit \(bit)")
            #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        }
    }
}
