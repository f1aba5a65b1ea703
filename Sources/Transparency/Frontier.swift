/// The right edge of a growing tree: all that appending needs, at most 64 hashes (RFC 6962 §2.1).
///
/// Appending costs one node hash on average and never reads the tree.
public struct Frontier: Hashable, Sendable {
    /// The number of leaves appended so far.
    public private(set) var size: Int
    /// The roots of the complete subtrees that make up the tree, the largest first: one for each bit of `size`.
    public private(set) var nodes: [Hash]

    /// The frontier of an empty tree.
    public init() {
        size = 0
        nodes = []
    }

    /// A frontier kept elsewhere; `nil` where the number of nodes is not that of a tree of `size` leaves.
    public init?(size: Int, nodes: [Hash]) {
        guard size >= 0, nodes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.nodes = nodes
    }

    /// Appends a leaf hash, telling of each inner node that it completes, from the lowest.
    public mutating func append(
        _ leaf: Hash, digest: borrowing Digest, completed: (NodePosition, Hash) -> Void = { _, _ in }
    ) {
        append(subtree: leaf, level: 0, digest: digest, completed: completed)
    }

    /// Appends the root of a complete subtree of `1 << level` leaves. Requires that `size` is a multiple of that.
    public mutating func append(
        subtree: Hash, level: Int, digest: borrowing Digest, completed: (NodePosition, Hash) -> Void = { _, _ in }
    ) {
        precondition(size & ((1 << level) - 1) == 0, "a complete subtree starts at a multiple of its size")
        var hash = subtree
        var height = level
        while size >> height & 1 == 1 {
            hash = digest.node(nodes.removeLast(), hash)
            height += 1
            completed(NodePosition(level: height, index: size >> height), hash)
        }
        nodes.append(hash)
        size += 1 << level
    }

    /// Appends all of another frontier, whose first leaf comes right after this one's last. Requires that every
    /// complete subtree of `other` starts at a multiple of its size there too.
    public mutating func append(_ other: Frontier, digest: borrowing Digest) {
        var remaining = other.size
        for node in other.nodes {
            let level = Int.bitWidth - 1 - remaining.leadingZeroBitCount
            append(subtree: node, level: level, digest: digest)
            remaining -= 1 << level
        }
    }

    /// The root hash; SHA-256 of nothing for an empty tree.
    public func root(digest: borrowing Digest) -> Hash {
        guard var hash = nodes.last else { return .emptyTree }
        for left in nodes.dropLast().reversed() { hash = digest.node(left, hash) }
        return hash
    }

    /// The root hash, through a hashing context of its own.
    public var root: Hash { root(digest: Digest()) }
}
