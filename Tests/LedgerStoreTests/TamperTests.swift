import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// Entries that are taken out, put in, or change places, as somebody would who has the file but not the key.
@Suite("Entries deleted, inserted, reordered", SoundLedger())
struct TamperTests {
    /// The ledger's size: one unit of the verification, and a bit.
    fileprivate static let size = 1 << 14 | 600
    private static let places = [1, 2, 100, 255, 256, 257, 8000, 16383, 16384, 16385, 16640, size - 2]

    /// A ledger without keys, so that only what the entries themselves show is said.
    private func verified(_ tamper: (Database) throws -> Void) throws -> Verification {
        let world = try #require(SoundLedger.world)
        let path = world.path("copy-\(UUID().uuidString).sqlite")
        try FileManager.default.copyItem(atPath: world.path("sound.sqlite"), toPath: path)
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try World.tamper(path, tamper)
        let ledger = try Ledger.open(path: path, clock: { Timestamp(seconds: 0) })
        return try ledger.verify()
    }

    private func expect(_ verification: Verification, _ kind: Defect.Kind, at index: Int) {
        #expect(verification.defects.first?.index == index, "\(verification.defects)")
        #expect(verification.kinds.first == kind, "\(verification.defects)")
        #expect(
            verification.defects.count == 1, "what follows from the first is not told again: \(verification.defects)")
        #expect(verification.assurance.isEmpty)
    }

    @Test func `the untouched copy is sound`() throws {
        let verification = try verified { _ in }
        #expect(verification.defects.isEmpty && verification.size == TamperTests.size)
    }

    @Test(arguments: places)
    func `an entry taken out`(place: Int) throws {
        expect(try verified { try $0.execute(sql: "DELETE FROM entry WHERE position = \(place)") }, .deleted, at: place)
    }

    @Test(arguments: places)
    func `an entry taken out, and the gap closed`(place: Int) throws {
        let verification = try verified {
            try $0.execute(sql: "DELETE FROM entry WHERE position = \(place)")
            try $0.execute(sql: "UPDATE entry SET position = -position WHERE position > \(place)")
            try $0.execute(sql: "UPDATE entry SET position = -position - 1 WHERE position < 0")
        }
        expect(verification, .deleted, at: place)
    }

    @Test(arguments: places)
    func `an entry put in, and the rest moved on`(place: Int) throws {
        let verification = try verified {
            try $0.execute(sql: "UPDATE entry SET position = -position WHERE position >= \(place)")
            try $0.execute(sql: "UPDATE entry SET position = -position + 1 WHERE position < 0")
            try $0.execute(
                sql: "INSERT INTO entry SELECT \(place), bytes, leaf FROM entry WHERE position = \(place - 1)")
        }
        expect(verification, .inserted, at: place)
    }

    @Test(arguments: places)
    func `two neighbours that change places`(place: Int) throws {
        let verification = try verified {
            try $0.execute(sql: "UPDATE entry SET position = -1 WHERE position = \(place)")
            try $0.execute(sql: "UPDATE entry SET position = \(place) WHERE position = \(place + 1)")
            try $0.execute(sql: "UPDATE entry SET position = \(place + 1) WHERE position = -1")
        }
        expect(verification, .reordered, at: place)
    }

    @Test(arguments: places)
    func `an entry written anew with its hash`(place: Int) throws {
        let verification = try verified { database in
            let old = try Data.fetchOne(database, sql: "SELECT bytes FROM entry WHERE position = \(place)")!
            let new = Array(String(decoding: old, as: UTF8.self).replacing("dr-shah", with: "dr-shax").utf8)
            #expect(new != Array(old))
            try database.execute(
                sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = \(place)",
                arguments: [Data(new), Data(Hash.leaf(new).bytes)])
        }
        expect(verification, .edited, at: place)
    }

    @Test(arguments: [1, 256, 257, 600])
    func `the end cut off`(count: Int) throws {
        let left = TamperTests.size - count
        let verification = try verified { try $0.execute(sql: "DELETE FROM entry WHERE position >= \(left)") }
        #expect(verification.defects.first?.index == left, "\(verification.defects)")
        #expect(verification.kinds.first == .deleted && verification.defects.allSatisfy { $0.code == "AR401" })
    }

    @Test(arguments: [TamperTests.size, TamperTests.size + 1, 1 << 40, Int.max, -1, Int.min])
    func `an entry put where none can be`(place: Int) throws {
        let verification = try verified {
            try $0.execute(
                sql: "INSERT INTO entry SELECT ?, bytes, leaf FROM entry WHERE position = 5", arguments: [place])
        }
        #expect(!verification.defects.isEmpty && verification.assurance.isEmpty)
        #expect(verification.defects.allSatisfy { $0.code == "AR401" }, "\(verification.defects)")
    }

    @Test func `all entries taken out`() throws {
        let verification = try verified { try $0.execute(sql: "DELETE FROM entry") }
        #expect(verification.size == 0 && !verification.defects.isEmpty)
    }

    @Test func `an entry of another ledger`() throws {
        let other = try World(origin: "other.example/daybook")
        try other.fill(3)
        let bytes = try other.bytes()[2]
        let verification = try verified {
            try $0.execute(
                sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = 2",
                arguments: [Data(bytes), Data(Hash.leaf(bytes).bytes)])
        }
        #expect(verification.defects.first?.index == 2 && verification.kinds.first == .inserted)
    }

    @Test(arguments: [
        "DELETE FROM node WHERE level = 8 AND position = 0", "DELETE FROM node WHERE level = 8 AND position = 63",
        "DELETE FROM node WHERE level = 8 AND position = 65", "INSERT INTO node VALUES (8, 70, zeroblob(32))",
        "UPDATE node SET position = 70 WHERE position = 65", "DELETE FROM node",
    ])
    func `a node taken out, or put in beyond what is complete`(sql: String) throws {
        let verification = try verified { try $0.execute(sql: sql) }
        #expect(
            !verification.kinds.isEmpty && verification.kinds.allSatisfy { $0 == .treeNode }, "\(verification.defects)")
    }

    @Test func `nodes in levels that have none`() throws {
        for (level, position) in [(0, 3), (7, 1), (9, 0), (16, 0), (24, 0), (-8, 1), (64, 0), (200, 7), (8, -1)] {
            let verification = try verified {
                try $0.execute(sql: "INSERT INTO node VALUES (\(level), \(position), zeroblob(32))")
            }
            #expect(verification.kinds == [.treeNode], "\(level) \(position): \(verification.defects)")
        }
    }
}

/// Makes one ledger for all tests of a suite, which they copy, and takes it away after the last.
private struct SoundLedger: SuiteTrait, TestScoping {
    @TaskLocal static var world: World?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let world = try World()
        try world.fill(TamperTests.size - 1)
        try world.copyDatabase(to: "sound.sqlite")
        try await SoundLedger.$world.withValue(world, operation: function)
    }
}
