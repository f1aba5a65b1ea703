/// The place of a complete subtree: the one over leaves `index << level ..< (index + 1) << level`.
public struct NodePosition: Hashable, Sendable {
    /// Height above the leaves; 0 is a leaf.
    public let level: Int
    /// Which of the complete subtrees at that height, from the left.
    public let index: Int

    /// The place of the `index`-th complete subtree of height `level`.
    public init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }

    /// The leaves below this node.
    public var leaves: Range<Int> { index << level..<(index + 1) << level }
}

/// What a tree's algorithms need of the place where its hashes are kept.
///
/// Each algorithm plans the positions it needs, asks once, and computes: a proof over a database is one read.
public protocol HashReader {
    /// The hashes at these positions, in the order asked; every position is complete in the tree that is read.
    func hashes(at positions: [NodePosition]) throws -> [Hash]
}

/// RFC 6962 §2.1 over a reader: roots and proofs, each with one call to the reader.
public struct MerkleTree<Reader: HashReader> {
    private let reader: Reader
    /// The number of leaves.
    public let size: Int

    /// The tree over the first `size` leaves that the reader knows.
    public init(size: Int, reader: Reader) {
        precondition(size >= 0, "a tree cannot have fewer than no leaves")
        self.size = size
        self.reader = reader
    }

    /// The root hash; SHA-256 of nothing for an empty tree. Asks for at most log₂ size + 1 hashes.
    public func root() throws -> Hash {
        guard size > 0 else { return .emptyTree }
        return try fold([0..<size])[0]
    }

    /// The inclusion proof of a leaf, the leaf's sibling first (RFC 6962 §2.1.1). Requires `0 <= index < size`.
    public func inclusionProof(of index: Int) throws -> [Hash] {
        precondition((0..<size).contains(index), "no such leaf in this tree")
        var below = 0..<size
        var siblings: [Range<Int>] = []
        while below.count > 1 {
            let middle = below.lowerBound + largestPowerOfTwo(below: below.count)
            if index < middle {
                siblings.append(middle..<below.upperBound)
                below = below.lowerBound..<middle
            } else {
                siblings.append(below.lowerBound..<middle)
                below = middle..<below.upperBound
            }
        }
        return try fold(siblings.reversed())
    }

    /// The proof that the tree of `older` leaves is a prefix of this one (RFC 6962 §2.1.2). Requires
    /// `0 < older <= size`; empty where they are equal.
    public func consistencyProof(from older: Int) throws -> [Hash] {
        precondition(older > 0 && older <= size, "no such older tree")
        var below = 0..<size
        var known = true
        var steps: [Range<Int>] = []
        while below.upperBound != older {
            let middle = below.lowerBound + largestPowerOfTwo(below: below.count)
            if older <= middle {
                steps.append(middle..<below.upperBound)
                below = below.lowerBound..<middle
            } else {
                steps.append(below.lowerBound..<middle)
                below = middle..<below.upperBound
                known = false
            }
        }
        if !known { steps.append(below) }
        return try fold(steps.reversed())
    }

    /// The hash of each range of leaves: plan the complete subtrees, read them at once, fold from the right.
    private func fold(_ ranges: [Range<Int>]) throws -> [Hash] {
        let planned = ranges.map(completeSubtrees)
        var hashes = try reader.hashes(at: planned.flatMap { $0 })[...]
        let digest = Digest()
        return planned.map { positions in
            let parts = hashes.prefix(positions.count)
            hashes = hashes.dropFirst(positions.count)
            return parts.dropLast().reversed().reduce(parts.last!) { digest.node($1, $0) }
        }
    }
}

/// The complete subtrees that make up a range of leaves, from the left. The range's start must be one at which a
/// subtree of RFC 6962 can start: 0, or a multiple of a power of two not less than the range's length.
func completeSubtrees(of leaves: Range<Int>) -> [NodePosition] {
    var positions: [NodePosition] = []
    var start = leaves.lowerBound
    while start < leaves.upperBound {
        let fits = Int.bitWidth - 1 - (leaves.upperBound - start).leadingZeroBitCount
        let level = start == 0 ? fits : min(start.trailingZeroBitCount, fits)
        positions.append(NodePosition(level: level, index: start >> level))
        start += 1 << level
    }
    return positions
}

/// The largest power of two below `count`, which must be at least 2.
private func largestPowerOfTwo(below count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
}
