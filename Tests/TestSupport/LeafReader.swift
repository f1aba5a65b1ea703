public import Transparency

/// A reader over the leaves of a ``NaiveTree`` that keeps what it was asked. It belongs to one test.
public final class LeafReader: HashReader {
    /// A position was asked for that is not complete in the tree that is read.
    public struct Incomplete: Error {
        /// The position.
        public let position: NodePosition
    }

    private let tree: NaiveTree
    private let size: Int
    /// The positions of each call so far.
    public private(set) var calls: [[NodePosition]] = []

    /// A reader over the first `size` leaves.
    public init(_ tree: NaiveTree, size: Int) {
        self.tree = tree
        self.size = size
    }

    /// The hashes at these positions, in the order asked.
    public func hashes(at positions: [NodePosition]) throws -> [Hash] {
        calls.append(positions)
        return try positions.map { position in
            guard position.leaves.upperBound <= size else { throw Incomplete(position: position) }
            return tree.hash(of: position.leaves)
        }
    }
}
