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

    /// The tree over leaves that come in order: its size and root.
    public static func commitment(over leaves: some Sequence<[UInt8]>) -> (size: Int, root: Hash) {
        let digest = Digest()
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leaf.withUnsafeBytes { digest.leaf($0) }, digest: digest) }
        return (frontier.size, frontier.root(digest: digest))
    }
}
