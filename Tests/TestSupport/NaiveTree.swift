public import Transparency

/// The tree of RFC 6962 §2.1 as the RFC defines it, word for word: slow, recursive, and in agreement with nothing but
/// the RFC. What the program calculates is compared with it.
///
/// Hashes of ranges are remembered, so that comparing every tree of some hundred leaves stays quick. It belongs to one
/// test.
public final class NaiveTree {
    /// The leaf hashes.
    public let leaves: [Hash]
    private var known: [Range<Int>: Hash] = [:]

    /// The tree over these leaf hashes.
    public init(leaves: [Hash]) {
        self.leaves = leaves
    }

    /// The tree over these entries.
    public convenience init(entries: [[UInt8]]) {
        self.init(leaves: entries.map { Hash.sha256([0x00] + $0) })
    }

    /// A tree of `count` leaves that have nothing in common.
    public convenience init(count: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        self.init(entries: (0..<count).map { _ in random.bytes(12) })
    }

    /// MTH(D[n]): the root of the first `size` leaves.
    public func root(size: Int) -> Hash { hash(of: 0..<size) }

    /// MTH(D[a:b]).
    public func hash(of range: Range<Int>) -> Hash {
        if range.isEmpty { return Hash.sha256([]) }
        if range.count == 1 { return leaves[range.lowerBound] }
        if let hash = known[range] { return hash }
        let middle = split(range)
        let hash = NaiveTree.node(hash(of: range.lowerBound..<middle), hash(of: middle..<range.upperBound))
        known[range] = hash
        return hash
    }

    /// PATH(m, D[n]): the inclusion proof of leaf `index` among the first `size`.
    public func inclusionProof(of index: Int, size: Int) -> [Hash] { path(index, 0..<size) }

    /// PROOF(m, D[n]): the proof that the first `older` leaves are a prefix of the first `newer`.
    public func consistencyProof(from older: Int, to newer: Int) -> [Hash] { subproof(older, 0..<newer, true) }

    /// SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: Hash, _ right: Hash) -> Hash { Hash.sha256([0x01] + left.bytes + right.bytes) }

    private func path(_ index: Int, _ range: Range<Int>) -> [Hash] {
        if range.count == 1 { return [] }
        let middle = split(range)
        return index < middle
            ? path(index, range.lowerBound..<middle) + [hash(of: middle..<range.upperBound)]
            : path(index, middle..<range.upperBound) + [hash(of: range.lowerBound..<middle)]
    }

    private func subproof(_ older: Int, _ range: Range<Int>, _ complete: Bool) -> [Hash] {
        if older == range.upperBound { return complete ? [] : [hash(of: range)] }
        let middle = split(range)
        return older <= middle
            ? subproof(older, range.lowerBound..<middle, complete) + [hash(of: middle..<range.upperBound)]
            : subproof(older, middle..<range.upperBound, false) + [hash(of: range.lowerBound..<middle)]
    }

    /// Where a range of n leaves is split: k leaves go left, the largest power of two smaller than n.
    private func split(_ range: Range<Int>) -> Int {
        var k = 1
        while k * 2 < range.count { k *= 2 }
        return range.lowerBound + k
    }
}
