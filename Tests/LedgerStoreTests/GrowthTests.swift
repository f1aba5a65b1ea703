import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Growth")
struct GrowthTests {
    @Test func `every size around a node has the root of the plain tree`() throws {
        let world = try World()
        var size = 1
        for next in [1, 2, 3, 254, 255, 256, 257, 258, 511, 512, 513] {
            try world.fill(next - size, from: size)
            size = next
            let verification = try world.ledger.verify()
            let tree = NaiveTree(entries: try world.bytes())
            #expect(verification.defects.isEmpty && verification.size == size, "size \(size)")
            #expect(verification.root == tree.root(size: size), "size \(size)")
            #expect(try Checkpoint(text: world.ledger.checkpoint().text).root == tree.root(size: size))
            #expect(try world.value("SELECT count(*) FROM node") == size / 256)
        }
        try world.checkEverything()
    }

    @Test func `around a unit of the verification, and the first node of the second kind`() throws {
        let world = try World()
        var size = 1
        for next in [1 << 14 - 1, 1 << 14, 1 << 14 + 1, 1 << 16 + 2] {
            // Of the last step it is enough that nodes of level 16 are there: short events.
            for batch in stride(from: size, to: next, by: 1000) {
                try world.record((batch..<min(batch + 1000, next)).map { Sample.deleted("A-\($0 % 500)") })
            }
            size = next
            let verification = try world.ledger.verify(.init(trust: [world.verifier]))
            #expect(verification.defects.isEmpty && verification.size == size, "size \(size)")
            var frontier = Frontier()
            let digest = Digest()
            for bytes in try world.bytes() { frontier.append(Hash.leaf(bytes), digest: digest) }
            #expect(frontier.size == size && verification.root == frontier.root, "size \(size)")
            let older = try Checkpoint(text: world.ledger.checkpoint().text)
            #expect(older.size == size && older.root == frontier.root)
        }
        #expect(try world.value("SELECT count(*) FROM node WHERE level = 16") == 1)
        try world.tamper { try $0.execute(sql: "UPDATE node SET hash = zeroblob(32) WHERE level = 16") }
        #expect(try world.ledger.verify().kinds.contains(.treeNode))
    }

    @Test func `an index list is what was put into it`() {
        print("seed 41")
        var random = SplitMix64(seed: 41)
        for _ in 0..<500 {
            var indexes: [Int] = []
            var list: [UInt8] = []
            var last = 0
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                last += Int.random(in: 1...(1 << Int.random(in: 0..<40, using: &random)), using: &random)
                indexes.append(last)
                list = IndexList.append(last, to: list)
                list = IndexList.append(last, to: list)
            }
            #expect(list == IndexList.encode(indexes))
            #expect(list.withUnsafeBytes { IndexList.decode($0) } == indexes)
        }
    }
}
