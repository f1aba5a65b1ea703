import TestSupport
import Testing
import Transparency

@Suite("Merkle tree")
struct MerkleTreeTests {
    private let naive = NaiveTree(count: 300, seed: 6962)

    @Test func `every root agrees with the definition and is one read`() throws {
        for size in 1...300 {
            let reader = LeafReader(naive, size: size)
            #expect(try MerkleTree(size: size, reader: reader).root() == naive.root(size: size), "size \(size)")
            #expect(reader.calls.count == 1)
            #expect(reader.calls.first?.count == size.nonzeroBitCount)
        }
    }

    @Test func `the empty tree is the hash of nothing and needs no read`() throws {
        let reader = LeafReader(naive, size: 0)
        #expect(try MerkleTree(size: 0, reader: reader).root() == Hash.sha256([]))
        #expect(reader.calls.isEmpty)
    }

    @Test func `every inclusion proof agrees with the definition, is one read, and verifies`() throws {
        var checked = 0
        for size in 1...300 {
            let root = naive.root(size: size)
            for index in 0..<size {
                let reader = LeafReader(naive, size: size)
                let proof = try MerkleTree(size: size, reader: reader).inclusionProof(of: index)
                try #require(proof == naive.inclusionProof(of: index, size: size), "leaf \(index) of \(size)")
                try #require(reader.calls.count == 1)
                try Proof.verifyInclusion(
                    of: naive.leaves[index], at: index, size: size, root: root, proof: proof)
                checked += 1
            }
        }
        #expect(checked == 300 * 301 / 2)
    }

    @Test func `every consistency proof agrees with the definition, is one read, and verifies`() throws {
        var checked = 0
        for newer in 1...300 {
            let root = naive.root(size: newer)
            for older in 1...newer {
                let reader = LeafReader(naive, size: newer)
                let proof = try MerkleTree(size: newer, reader: reader).consistencyProof(from: older)
                try #require(
                    proof == naive.consistencyProof(from: older, to: newer), "from \(older) to \(newer)")
                try #require(reader.calls.count == 1)
                try Proof.verifyConsistency(
                    from: older, root: naive.root(size: older), to: newer, root: root, proof: proof)
                checked += 1
            }
        }
        #expect(checked == 300 * 301 / 2)
    }

    @Test func `a tree that ends before what the reader holds does not read beyond its end`() throws {
        for size in [1, 2, 3, 7, 100, 255, 256, 257] {
            let reader = LeafReader(naive, size: 300)
            let tree = MerkleTree(size: size, reader: reader)
            #expect(tree.size == size)
            #expect(try tree.root() == naive.root(size: size))
            _ = try tree.inclusionProof(of: size / 2)
            _ = try tree.consistencyProof(from: (size + 1) / 2)
            #expect(reader.calls.joined().allSatisfy { $0.leaves.upperBound <= size })
        }
    }

    @Test func `a proof asks for no position twice`() throws {
        for size in [1, 6, 7, 8, 100, 300] {
            for index in 0..<size {
                let reader = LeafReader(naive, size: size)
                let tree = MerkleTree(size: size, reader: reader)
                _ = try tree.inclusionProof(of: index)
                _ = try tree.consistencyProof(from: index + 1)
                for call in reader.calls {
                    try #require(Set(call).count == call.count, "leaf \(index) of \(size)")
                }
            }
        }
    }

    @Test func `what the reader throws comes out`() {
        let reader = LeafReader(naive, size: 4)
        let tree = MerkleTree(size: 5, reader: reader)
        #expect(throws: LeafReader.Incomplete.self) { try tree.root() }
        #expect(throws: LeafReader.Incomplete.self) { try tree.inclusionProof(of: 0) }
        #expect(throws: LeafReader.Incomplete.self) { try tree.consistencyProof(from: 4) }
    }

    @Test func `a position covers its leaves`() {
        #expect(NodePosition(level: 0, index: 5).leaves == 5..<6)
        #expect(NodePosition(level: 3, index: 2).leaves == 16..<24)
    }

    @Test func `what no tree can answer stops the program`() async {
        await #expect(processExitsWith: .failure) { _ = MerkleTree(size: -1, reader: LevelReader()) }
        await #expect(processExitsWith: .failure) {
            _ = try MerkleTree(size: 8, reader: LevelReader()).inclusionProof(of: 8)
        }
        await #expect(processExitsWith: .failure) {
            _ = try MerkleTree(size: 8, reader: LevelReader()).consistencyProof(from: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try MerkleTree(size: 8, reader: LevelReader()).consistencyProof(from: 9)
        }
        await #expect(processExitsWith: .success) {
            _ = try MerkleTree(size: 8, reader: LevelReader()).consistencyProof(from: 8)
        }
    }
}

@Suite("Trees too large to hold")
struct LargeTreeTests {
    static let sizes = [1 << 32, 1 << 40 | 0x12_3456_789a, 1 << 62, 1 << 62 | 1, .max - 1, .max]

    @Test(arguments: sizes) func `roots and proofs are right and short`(size: Int) throws {
        let reader = LevelReader()
        let tree = MerkleTree(size: size, reader: reader)
        let root = try #require(reader.frontier(size: size)).root
        #expect(try tree.root() == root)
        var random = SplitMix64(seed: UInt64(size))
        let indexes =
            [0, 1, size / 2, size - 2, size - 1] + (0..<40).map { _ in Int.random(in: 0..<size, using: &random) }
        for index in indexes {
            let proof = try tree.inclusionProof(of: index)
            #expect(proof.count <= 63)
            #expect(throws: Never.self, "leaf \(index) of \(size)") {
                try Proof.verifyInclusion(of: reader.levels[0], at: index, size: size, root: root, proof: proof)
            }
        }
        for older in indexes.map({ $0 + 1 }) {
            let proof = try tree.consistencyProof(from: older)
            #expect(proof.count <= 64)
            let olderRoot = try #require(reader.frontier(size: older)).root
            #expect(throws: Never.self, "from \(older) to \(size)") {
                try Proof.verifyConsistency(from: older, root: olderRoot, to: size, root: root, proof: proof)
            }
        }
    }
}

/// A reader over a tree without end whose leaves are all the same, so that each level has one hash.
private struct LevelReader: HashReader {
    let levels: [Hash] = (1..<63).reduce(into: [Hash.sha256([0, 1, 2])]) { levels, _ in
        levels.append(NaiveTree.node(levels.last!, levels.last!))
    }

    func hashes(at positions: [NodePosition]) -> [Hash] { positions.map { levels[$0.level] } }

    /// The frontier after `size` such leaves.
    func frontier(size: Int) -> Frontier? {
        Frontier(size: size, nodes: (0..<63).reversed().filter { size >> $0 & 1 == 1 }.map { levels[$0] })
    }
}
