import Foundation
import TestSupport
import Testing
import Transparency

@Suite("Proofs of transparency-dev/merkle")
struct ProofVectorTests {
    struct Inclusion: Decodable, Sendable, CustomTestStringConvertible {
        let leafIdx, treeSize: UInt64
        let root, leafHash: String?
        let proof: [String]?
        let desc, _path: String
        let wantErr: Bool
        var testDescription: String { _path }
    }

    struct Consistency: Decodable, Sendable, CustomTestStringConvertible {
        let size1, size2: UInt64
        let root1, root2: String
        let proof: [String]?
        let desc, _path: String
        let wantErr: Bool
        var testDescription: String { _path }
    }

    private struct File<Vector: Decodable>: Decodable {
        let vectors: [Vector]
    }

    static func inclusions() throws -> [Inclusion] {
        try Fixtures.vectors("rfc6962_inclusion.json", as: File<Inclusion>.self).vectors
    }

    static func consistencies() throws -> [Consistency] {
        try Fixtures.vectors("rfc6962_consistency.json", as: File<Consistency>.self).vectors
    }

    @Test func `there are as many as were published`() throws {
        let inclusion = try ProofVectorTests.inclusions()
        #expect(inclusion.count == 52)
        #expect(inclusion.count { !$0.wantErr } == 6)
        let consistency = try ProofVectorTests.consistencies()
        #expect(consistency.count == 52)
        #expect(consistency.count { !$0.wantErr } == 6)
    }

    @Test(arguments: try inclusions()) func `inclusion is shown or refused as published`(_ vector: Inclusion) throws {
        let leaf = try StandIn(vector.leafHash)
        let root = try StandIn(vector.root)
        let proof = try (vector.proof ?? []).map { try StandIn($0) }
        guard let index = Int(exactly: vector.leafIdx), let size = Int(exactly: vector.treeSize) else {
            // An index that only fits an unsigned number: there is no such leaf.
            #expect(vector.wantErr)
            return
        }
        let error = refusal { () throws(ProofError) in
            try Proof.verifyInclusion(
                of: leaf.hash, at: index, size: size, root: root.hash, proof: proof.map(\.hash))
        }
        #expect((error != nil) == vector.wantErr, "\(vector.desc): \(String(describing: error))")
        if index >= size { #expect(error == .outOfRange) }
        if ([leaf, root] + proof).contains(where: { !$0.isHash }) { #expect(vector.wantErr) }
    }

    @Test(arguments: try consistencies()) func `consistency is shown or refused as published`(_ vector: Consistency)
        throws
    {
        let older = try StandIn(vector.root1)
        let newer = try StandIn(vector.root2)
        let proof = try (vector.proof ?? []).map { try StandIn($0) }
        let from = try #require(Int(exactly: vector.size1))
        let to = try #require(Int(exactly: vector.size2))
        let error = refusal { () throws(ProofError) in
            try Proof.verifyConsistency(
                from: from, root: older.hash, to: to, root: newer.hash, proof: proof.map(\.hash))
        }
        #expect((error != nil) == vector.wantErr, "\(vector.desc): \(String(describing: error))")
        if from == 0 || from > to { #expect(error == .outOfRange) }
        // One vector is accepted whose two equal roots are no hashes: with us such a root does not come so far.
        if !older.isHash, !vector.wantErr { #expect(vector.desc == "sizes are equal (one) and proof is empty") }
        if proof.contains(where: { !$0.isHash }) { #expect(vector.wantErr) }
    }
}

/// What stands in a vector where a hash belongs. Some have a wrong length on purpose: they do not become a ``Hash``,
/// which refuses them already, and the verifier is given their SHA-256 in their place, which it must refuse too.
private struct StandIn {
    let hash: Hash
    let isHash: Bool

    init(_ text: String?) throws {
        let bytes = [UInt8](try #require(Data(base64Encoded: text ?? "")))
        let hash = Hash(base64: text ?? "")
        #expect((hash != nil) == (bytes.count == 32))
        self.hash = hash ?? Hash.sha256(bytes)
        isHash = hash != nil
    }
}
