import TestSupport
import Testing
import Transparency

@Suite("The reference tree of transparency-dev/merkle")
struct ReferenceTreeTests {
    private struct File: Decodable {
        struct Hasher: Decodable {
            let desc, want: String
            let leaf_hex, left_hex, right_hex: String?
        }
        let leaf_inputs_hex: [String]
        let node_hashes_by_level_hex: [[String]]
        let root_hash_by_size_hex: [String]
        let hasher: [Hasher]
    }

    private let file: File
    private let tree: NaiveTree

    init() throws {
        file = try Fixtures.vectors("rfc6962_reference_tree.json", as: File.self)
        tree = NaiveTree(entries: try file.leaf_inputs_hex.map { try #require(bytes(hex: $0)) })
    }

    @Test func `leaves and inner nodes have the published hashes`() throws {
        let entries = try file.leaf_inputs_hex.map { try #require(bytes(hex: $0)) }
        var level = entries.map(Hash.leaf)
        let digest = Digest()
        #expect(file.node_hashes_by_level_hex.map(\.count) == [8, 4, 2, 1])
        for (height, published) in file.node_hashes_by_level_hex.enumerated() {
            #expect(level.map(\.bytes) == published.map { bytes(hex: $0) })
            for (index, hash) in level.enumerated() {
                #expect(tree.hash(of: NodePosition(level: height, index: index).leaves) == hash)
            }
            level = stride(from: 0, to: level.count - 1, by: 2).map { digest.node(level[$0], level[$0 + 1]) }
        }
    }

    @Test func `every size has the published root`() throws {
        #expect(file.root_hash_by_size_hex.count == 9)
        var frontier = Frontier()
        for (size, published) in file.root_hash_by_size_hex.enumerated() {
            let root = try #require(bytes(hex: published))
            #expect(try MerkleTree(size: size, reader: LeafReader(tree, size: size)).root().bytes == root)
            #expect(tree.root(size: size).bytes == root)
            #expect(frontier.root.bytes == root)
            if size < 8 { frontier.append(tree.leaves[size], digest: Digest()) }
        }
    }

    @Test func `the hasher gives the published answers`() throws {
        var seen = 0
        for answer in file.hasher {
            let want = bytes(hex: answer.want)
            if let leaf = answer.leaf_hex {
                #expect(Hash.leaf(try #require(bytes(hex: leaf))).bytes == want, "\(answer.desc)")
            } else if let left = answer.left_hex, let right = answer.right_hex {
                // Children shorter than a hash: only the prefix can be shown to be right.
                let children = try #require(bytes(hex: left)) + #require(bytes(hex: right))
                #expect(Hash.sha256([0x01] + children).bytes == want, "\(answer.desc)")
            } else {
                #expect(Hash.emptyTree.bytes == want, "\(answer.desc)")
            }
            seen += 1
        }
        #expect(seen == 4)
    }
}
