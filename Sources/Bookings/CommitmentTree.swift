public import Transparency

/// The leaves of the two trees that an entry can commit to besides the ledger's own.
///
/// A `ledger.state` has one leaf for every id ever recorded, with the indexes of all its entries; a `snapshot.taken`
/// one for every id that the reading saw. Both are sorted by the bytes of source, then booking, each id once.
public enum CommitmentTree {
    /// `{"source":"crm","booking":"A-1001","entries":[1,3]}`.
    public static func stateLeaf(_ key: BookingKey, entries: [Int]) -> [UInt8] {
        var leaf: [UInt8] = []
        var (source, booking) = (key.source.text, key.booking.text)
        source.withUTF8 { source in
            booking.withUTF8 { appendStateLeaf(source: source, booking: $0, entries: entries, to: &leaf) }
        }
        return leaf
    }

    /// Appends the leaf of an id whose source and booking are these UTF-8 bytes.
    package static func appendStateLeaf(
        source: UnsafeBufferPointer<UInt8>, booking: UnsafeBufferPointer<UInt8>, entries: [Int],
        to leaf: inout [UInt8]
    ) {
        append(source: source, booking: booking, to: &leaf)
        leaf.append(contentsOf: ",\"entries\":[".utf8)
        var isFirst = true
        for entry in entries {
            if !isFirst { leaf.append(UInt8(ascii: ",")) }
            isFirst = false
            leaf.append(contentsOf: String(entry).utf8)
        }
        leaf.append(contentsOf: "]}".utf8)
    }

    /// `{"source":"crm","booking":"A-1001"}`.
    public static func snapshotLeaf(_ key: BookingKey) -> [UInt8] {
        var leaf: [UInt8] = []
        var (source, booking) = (key.source.text, key.booking.text)
        source.withUTF8 { source in booking.withUTF8 { append(source: source, booking: $0, to: &leaf) } }
        leaf.append(UInt8(ascii: "}"))
        return leaf
    }

    private static func append(
        source: UnsafeBufferPointer<UInt8>, booking: UnsafeBufferPointer<UInt8>, to leaf: inout [UInt8]
    ) {
        leaf.append(contentsOf: "{\"source\":".utf8)
        JSONValue.append(string: source, to: &leaf)
        leaf.append(contentsOf: ",\"booking\":".utf8)
        JSONValue.append(string: booking, to: &leaf)
    }
}

/// What an entry commits to with a tree over ids: its size and its root, and its blocks, which are kept beside the ledger so
/// that a proof in it reads 256 leaves and not all.
public struct Commitment: Equatable, Sendable {
    /// Up to 256 neighbouring leaves.
    public struct Block: Equatable, Sendable {
        /// The id of the first leaf.
        public let first: BookingKey
        /// The root over the leaves; of a full block it is a node of the tree, at ``blockLevel``.
        public let hash: Hash

        /// A block by its parts.
        public init(first: BookingKey, hash: Hash) {
            self.first = first
            self.hash = hash
        }
    }

    /// The height of a full block: 256 leaves.
    public static let blockLevel = 8

    /// The number of leaves.
    public private(set) var size = 0
    /// The root; SHA-256 of nothing where there are no leaves.
    public private(set) var root = Hash.emptyTree
    /// The blocks, from the left.
    public private(set) var blocks: [Block] = []

    /// The tree over leaves that `body` hands to the closure it gets, in order.
    public init(_ body: ((BookingKey, [UInt8]) -> Void) throws -> Void) rethrows {
        let digest = Digest()
        var whole = Frontier()
        var block = Frontier()
        var first: BookingKey?
        var blocks: [Block] = []
        func end() {
            guard let key = first else { return }
            blocks.append(Block(first: key, hash: block.root(digest: digest)))
            whole.append(block, digest: digest)
            (first, block) = (nil, Frontier())
        }
        try body { key, leaf in
            first = first ?? key
            block.append(leaf.withUnsafeBytes { digest.leaf($0) }, digest: digest)
            if block.size == 1 << Commitment.blockLevel { end() }
        }
        end()
        (size, root, self.blocks) = (whole.size, whole.root(digest: digest), blocks)
    }
}
