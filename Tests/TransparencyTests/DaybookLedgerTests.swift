import TestSupport
import Testing
import Transparency

@Suite("The ledger of known answers")
struct DaybookLedgerTests {
    private struct File: Decodable {
        struct Entry: Decodable {
            let index: Int
            let text, leafHash: String
        }
        struct Inclusion: Decodable {
            let index, size: Int
            let proof: [String]
        }
        struct Consistency: Decodable {
            let from, to: Int
            let proof: [String]
        }
        struct Commitment: Decodable {
            let entry: Int
            let leaves: [String]
            let root: String
            let proofs: [[String]]?
        }
        let origin, seed, verifier: String
        let entries: [Entry]
        let roots: [String]
        let checkpoints: [String: String]
        let inclusion: [Inclusion]
        let consistency: [Consistency]
        let state: Commitment
        let snapshots: [Commitment]
    }

    private let file: File
    private let tree: NaiveTree

    init() throws {
        file = try Fixtures.vectors("daybook_ledger_v1.json", as: File.self)
        tree = NaiveTree(entries: file.entries.map { Array($0.text.utf8) })
    }

    @Test func `every entry has its leaf hash`() throws {
        #expect(file.entries.count == 24)
        for entry in file.entries {
            #expect(Hash.leaf(Array(entry.text.utf8)).base64 == entry.leafHash)
            #expect(tree.leaves[entry.index].base64 == entry.leafHash)
        }
    }

    @Test func `every size has its root`() throws {
        #expect(file.roots.count == 25)
        var frontier = Frontier()
        for (size, root) in file.roots.enumerated() {
            #expect(frontier.root.base64 == root, "size \(size)")
            #expect(
                try MerkleTree(size: size, reader: LeafReader(tree, size: size)).root().base64 == root, "size \(size)")
            if size < 24 { frontier.append(tree.leaves[size], digest: Digest()) }
        }
    }

    @Test func `the seed gives the verifier key and the very same checkpoints`() throws {
        let seed = try #require(Base64.standard.decode(file.seed.utf8))
        let key = try signingKey(seed: seed)
        let verifier = key.verifierKey(name: file.origin)
        #expect(verifier.text == file.verifier)
        #expect(try VerifierKey(file.verifier) == verifier)
        #expect(file.checkpoints.keys.sorted() == ["24", "4"])
        for (size, text) in file.checkpoints {
            let checkpoint = try Checkpoint(verifying: SignedNote(text), with: [verifier], origin: file.origin)
            #expect(String(checkpoint.size) == size)
            #expect(checkpoint.root.base64 == file.roots[checkpoint.size])
            #expect(checkpoint.signed(by: key).description == text)
            #expect(try SignedNote(text).description == text)
        }
    }

    @Test func `every inclusion proof verifies and is made again`() throws {
        #expect(file.inclusion.map(\.index) == Array(0..<24))
        for vector in file.inclusion {
            let proof = try vector.proof.map { try #require(Hash(base64: $0)) }
            let root = try #require(Hash(base64: file.roots[vector.size]))
            try Proof.verifyInclusion(
                of: tree.leaves[vector.index], at: vector.index, size: vector.size, root: root, proof: proof)
            let reader = LeafReader(tree, size: vector.size)
            #expect(try MerkleTree(size: vector.size, reader: reader).inclusionProof(of: vector.index) == proof)
        }
    }

    @Test func `every consistency proof verifies and is made again`() throws {
        #expect(file.consistency.map(\.from) == Array(1...24))
        for vector in file.consistency {
            let proof = try vector.proof.map { try #require(Hash(base64: $0)) }
            let older = try #require(Hash(base64: file.roots[vector.from]))
            let newer = try #require(Hash(base64: file.roots[vector.to]))
            try Proof.verifyConsistency(from: vector.from, root: older, to: vector.to, root: newer, proof: proof)
            let reader = LeafReader(tree, size: vector.to)
            #expect(try MerkleTree(size: vector.to, reader: reader).consistencyProof(from: vector.from) == proof)
        }
    }

    @Test func `the state's tree has its root and its proofs`() throws {
        let state = NaiveTree(entries: file.state.leaves.map { Array($0.utf8) })
        let size = file.state.leaves.count
        let root = try MerkleTree(size: size, reader: LeafReader(state, size: size)).root()
        #expect(root.base64 == file.state.root)
        #expect(file.entries[file.state.entry].text.contains(file.state.root))
        let proofs = try #require(file.state.proofs)
        #expect(proofs.count == size)
        for (index, texts) in proofs.enumerated() {
            let proof = try texts.map { try #require(Hash(base64: $0)) }
            try Proof.verifyInclusion(of: state.leaves[index], at: index, size: size, root: root, proof: proof)
            let reader = LeafReader(state, size: size)
            #expect(try MerkleTree(size: size, reader: reader).inclusionProof(of: index) == proof)
        }
    }

    @Test func `the snapshots' trees have their roots`() throws {
        #expect(file.snapshots.count == 2)
        for snapshot in file.snapshots {
            let tree = NaiveTree(entries: snapshot.leaves.map { Array($0.utf8) })
            let size = snapshot.leaves.count
            #expect(try MerkleTree(size: size, reader: LeafReader(tree, size: size)).root().base64 == snapshot.root)
            #expect(file.entries[snapshot.entry].text.contains(snapshot.root))
        }
    }
}
