import TestSupport
import Testing
import Transparency

@Suite("Proofs that were tampered with")
struct ProofTamperingTests {
    /// One proof with all that it is verified against.
    private struct Shown {
        var leafOrOlderRoot: Hash
        var first, second: Int
        var root: Hash
        var proof: [Hash]
        let verify: (Shown) throws(ProofError) -> Void

        var refusal: ProofError? {
            do { try verify(self) } catch { return error }
            return nil
        }
    }

    private static func inclusion(_ tree: NaiveTree, _ index: Int, _ size: Int) -> Shown {
        Shown(
            leafOrOlderRoot: tree.leaves[index], first: index, second: size, root: tree.root(size: size),
            proof: tree.inclusionProof(of: index, size: size)
        ) { shown throws(ProofError) in
            try Proof.verifyInclusion(
                of: shown.leafOrOlderRoot, at: shown.first, size: shown.second, root: shown.root, proof: shown.proof)
        }
    }

    private static func consistency(_ tree: NaiveTree, _ older: Int, _ newer: Int) -> Shown {
        Shown(
            leafOrOlderRoot: tree.root(size: older), first: older, second: newer, root: tree.root(size: newer),
            proof: tree.consistencyProof(from: older, to: newer)
        ) { shown throws(ProofError) in
            try Proof.verifyConsistency(
                from: shown.first, root: shown.leafOrOlderRoot, to: shown.second, root: shown.root, proof: shown.proof)
        }
    }

    /// All proofs of trees of up to 24 leaves.
    private static func small() -> [Shown] {
        let tree = NaiveTree(count: 24, seed: 24)
        return (1...24).flatMap { size in
            (0..<size).map { inclusion(tree, $0, size) } + (1...size).map { consistency(tree, $0, size) }
        }
    }

    /// Two proofs of a tree of up to 300 leaves.
    private static func sample(seed: UInt64) -> [Shown] {
        var random = SplitMix64(seed: seed)
        let size = Int.random(in: 25...300, using: &random)
        let tree = NaiveTree(count: size, seed: seed)
        return [
            inclusion(tree, Int.random(in: 0..<size, using: &random), size),
            consistency(tree, Int.random(in: 1..<size, using: &random), size),
        ]
    }

    private static func acceptsNoFlippedBit(_ shown: Shown) {
        #expect(shown.refusal == nil, "\(shown.first) of \(shown.second): the untouched proof is refused")
        for place in shown.proof.indices {
            for bit in 0..<256 {
                var tampered = shown
                tampered.proof[place] = shown.proof[place].flipping(bit: bit)
                guard case .wrongRoot = tampered.refusal else {
                    Issue.record("\(shown.first) of \(shown.second): bit \(bit) of hash \(place) does not count")
                    return
                }
            }
        }
    }

    @Test func `no bit of any proof of up to 24 leaves may be flipped`() {
        let proofs = ProofTamperingTests.small()
        #expect(proofs.count == 600)
        for shown in proofs { ProofTamperingTests.acceptsNoFlippedBit(shown) }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `no bit of a larger proof may be flipped`(seed: UInt64) {
        for shown in ProofTamperingTests.sample(seed: seed) { ProofTamperingTests.acceptsNoFlippedBit(shown) }
    }

    @Test func `a proof one hash too long or too short is refused for its length`() {
        let proofs = ProofTamperingTests.small() + (1...100).flatMap { ProofTamperingTests.sample(seed: $0) }
        for shown in proofs {
            let needed = shown.proof.count
            var longer = [shown, shown, shown]
            longer[0].proof.append(shown.root)
            longer[1].proof.insert(shown.root, at: 0)
            longer[2].proof += shown.proof.suffix(1) + [.zero]
            for tampered in longer {
                #expect(tampered.refusal == .wrongLength(expected: needed, actual: tampered.proof.count))
            }
            guard needed > 0 else { continue }
            var shorter = [shown, shown, shown]
            shorter[0].proof.removeFirst()
            shorter[1].proof.removeLast()
            shorter[2].proof = []
            for tampered in shorter {
                #expect(tampered.refusal == .wrongLength(expected: needed, actual: tampered.proof.count))
            }
        }
    }

    @Test func `swapped hashes, another leaf, another root are refused`() {
        for shown in ProofTamperingTests.small() + (1...100).flatMap({ ProofTamperingTests.sample(seed: $0) }) {
            for place in shown.proof.indices.dropLast() {
                var tampered = shown
                tampered.proof.swapAt(place, place + 1)
                #expect(tampered.refusal != nil)
            }
            var tampered = [shown, shown, shown, shown]
            tampered[0].root = shown.root.flipping(bit: 255)
            tampered[1].leafOrOlderRoot = shown.leafOrOlderRoot.flipping(bit: 0)
            tampered[2].root = .emptyTree
            tampered[3].leafOrOlderRoot = .zero
            for tampered in tampered {
                guard case .wrongRoot(let expected, let calculated) = tampered.refusal else {
                    Issue.record("\(shown.first) of \(shown.second): accepted with another root or leaf")
                    continue
                }
                #expect(expected != calculated)
            }
        }
    }

    @Test func `a leaf is found in its own place only`() {
        let tree = NaiveTree(count: 24, seed: 24)
        for size in 1...24 {
            for index in 0..<size {
                for claimed in 0..<size where claimed != index {
                    var shown = ProofTamperingTests.inclusion(tree, index, size)
                    shown.first = claimed
                    #expect(shown.refusal != nil, "leaf \(index) of \(size) passes for leaf \(claimed)")
                }
            }
        }
    }

    @Test func `an older tree is consistent as itself only`() {
        let tree = NaiveTree(count: 24, seed: 24)
        for newer in 1...24 {
            for older in 1...newer {
                for claimed in 1...newer where claimed != older {
                    var shown = ProofTamperingTests.consistency(tree, older, newer)
                    shown.leafOrOlderRoot = tree.root(size: claimed)
                    #expect(shown.refusal != nil, "size \(claimed) passes for \(older) in \(newer)")
                }
            }
        }
    }

    @Test func `a tree whose past was rewritten has no proof from the past`() throws {
        let tree = NaiveTree(count: 24, seed: 24)
        for changed in 0..<12 {
            var leaves = tree.leaves
            leaves[changed] = .zero
            let rewritten = NaiveTree(leaves: leaves)
            for older in (changed + 1)...23 {
                let proof = rewritten.consistencyProof(from: older, to: 24)
                let error = refusal { () throws(ProofError) in
                    try Proof.verifyConsistency(
                        from: older, root: tree.root(size: older), to: 24, root: rewritten.root(size: 24), proof: proof)
                }
                #expect(error != nil, "leaf \(changed) was rewritten and \(older) leaves still fit")
            }
        }
    }

    @Test(arguments: [(-1, 8), (8, 8), (9, 8), (0, 0), (0, -1), (.max, .max), (.min, .max), (.max, 0), (0, .min)])
    func `a leaf outside the tree is refused before all else`(index: Int, size: Int) {
        #expect(throws: ProofError.outOfRange) {
            try Proof.verifyInclusion(of: .zero, at: index, size: size, root: .zero, proof: [])
        }
    }

    @Test(arguments: [(0, 0), (0, 8), (-1, 8), (9, 8), (1, 0), (-2, -1), (.min, .max), (.max, .max - 1), (1, .min)])
    func `an older tree that is empty or larger is refused before all else`(older: Int, newer: Int) {
        #expect(throws: ProofError.outOfRange) {
            try Proof.verifyConsistency(from: older, root: .emptyTree, to: newer, root: .emptyTree, proof: [])
        }
    }

    @Test func `the same size needs the same root and no hash`() throws {
        let root = Hash.sha256([1])
        for size in [1, 2, 7, 1 << 40, .max] {
            try Proof.verifyConsistency(from: size, root: root, to: size, root: root, proof: [])
            #expect(throws: ProofError.wrongRoot(expected: root, calculated: .zero)) {
                try Proof.verifyConsistency(from: size, root: root, to: size, root: .zero, proof: [])
            }
            #expect(throws: ProofError.wrongLength(expected: 0, actual: 1)) {
                try Proof.verifyConsistency(from: size, root: root, to: size, root: root, proof: [root])
            }
        }
    }
}
