public import Transparency

/// The leaves of the two trees that an entry can commit to besides the ledger's own.
///
/// A `ledger.state` has one leaf for every id ever recorded, with the indexes of all its entries; a `snapshot.taken`
/// one for every id that the reading saw. Both are sorted by the bytes of source, then booking, each id once.
public enum CommitmentTree {
    /// `{"source":"crm","booking":"A-1001","entries":[1,3]}`.
    public static func stateLeaf(_ key: BookingKey, entries: [Int]) -> [UInt8] {
        JSONValue.object([
            "source": .string(key.source.text), "booking": .string(key.booking.text),
            "entries": .array(entries.map { .integer($0) }),
        ]).bytes
    }

    /// `{"source":"crm","booking":"A-1001"}`.
    public static func snapshotLeaf(_ key: BookingKey) -> [UInt8] {
        JSONValue.object(["source": .string(key.source.text), "booking": .string(key.booking.text)]).bytes
    }

    /// The tree over leaves that come in order: its size and root.
    public static func commitment(over leaves: some Sequence<[UInt8]>) -> (size: Int, root: Hash) {
        let digest = Digest()
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leaf.withUnsafeBytes { digest.leaf($0) }, digest: digest) }
        return (frontier.size, frontier.root(digest: digest))
    }
}
