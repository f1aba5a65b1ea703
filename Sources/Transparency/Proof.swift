/// Why a proof does not show what it was given for.
public enum ProofError: Error, Equatable, Sendable {
    /// The leaf is not inside the tree, or the older tree is empty or larger than the newer one.
    case outOfRange
    /// The proof has another number of hashes than a tree of this size needs.
    case wrongLength(expected: Int, actual: Int)
    /// The hashes lead to another root.
    case wrongRoot(expected: Hash, calculated: Hash)
}

/// Verification of RFC 6962 proofs: pure arithmetic on hashes, with sizes and roots from a verified checkpoint.
public enum Proof {
    /// Requires that `leaf` stands at `index` in the tree of `size` leaves with this root (RFC 6962 §2.1.1).
    public static func verifyInclusion(
        of leaf: Hash, at index: Int, size: Int, root: Hash, proof: [Hash]
    ) throws(ProofError) {
        guard index >= 0, index < size else { throw .outOfRange }
        let inner = bitLength(index ^ (size - 1))
        let border = (index >> inner).nonzeroBitCount
        try requireLength(inner + border, of: proof)
        let digest = Digest()
        var hash = leaf
        for level in 0..<inner {
            hash = index >> level & 1 == 0 ? digest.node(hash, proof[level]) : digest.node(proof[level], hash)
        }
        for sibling in proof[inner...] { hash = digest.node(sibling, hash) }
        try require(hash, equals: root)
    }

    /// Requires that the tree of `older` leaves is a prefix of the one of `newer` leaves (RFC 6962 §2.1.2).
    ///
    /// An empty older tree is refused: what that means is the caller's to decide.
    public static func verifyConsistency(
        from older: Int, root olderRoot: Hash, to newer: Int, root newerRoot: Hash, proof: [Hash]
    ) throws(ProofError) {
        guard older > 0, older <= newer else { throw .outOfRange }
        if older == newer {
            try requireLength(0, of: proof)
            return try require(newerRoot, equals: olderRoot)
        }
        let shift = older.trailingZeroBitCount
        let all = bitLength((older - 1) ^ (newer - 1))
        let inner = all - shift
        let border = ((older - 1) >> all).nonzeroBitCount
        // Where the older tree is one complete subtree, its root is the first hash and is not repeated.
        let start = older == 1 << shift ? 0 : 1
        try requireLength(start + inner + border, of: proof)
        let seed = start == 0 ? olderRoot : proof[0]
        let path = proof[start...]
        let mask = (older - 1) >> shift
        let digest = Digest()
        var olderHash = seed
        var newerHash = seed
        for (level, sibling) in path.prefix(inner).enumerated() {
            if mask >> level & 1 == 1 {
                olderHash = digest.node(sibling, olderHash)
                newerHash = digest.node(sibling, newerHash)
            } else {
                newerHash = digest.node(newerHash, sibling)
            }
        }
        for sibling in path.dropFirst(inner) {
            olderHash = digest.node(sibling, olderHash)
            newerHash = digest.node(sibling, newerHash)
        }
        try require(olderHash, equals: olderRoot)
        try require(newerHash, equals: newerRoot)
    }

    private static func requireLength(_ expected: Int, of proof: [Hash]) throws(ProofError) {
        guard proof.count == expected else { throw .wrongLength(expected: expected, actual: proof.count) }
    }

    private static func require(_ calculated: Hash, equals expected: Hash) throws(ProofError) {
        guard calculated == expected else { throw .wrongRoot(expected: expected, calculated: calculated) }
    }

    private static func bitLength(_ value: Int) -> Int {
        Int.bitWidth - value.leadingZeroBitCount
    }
}
