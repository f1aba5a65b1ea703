import Bookings
import Dispatch
import Transparency

/// Every id that entries list, with the entries: what the leaves of a `ledger.state` say.
///
/// Holds an id as its source, NUL and the booking, which no id contains: that sorts as source, then booking. About 40
/// bytes an entry.
struct ListedIDs: Sendable {
    private var bytes: [UInt8] = []
    private var places: [Place] = []

    private struct Place: Sendable {
        var start: Int
        var count: Int32
        /// The length of the source before the NUL.
        var source: Int32
        var entry: Int
    }

    /// Lists an entry under its booking, and under the one that it supersedes.
    mutating func add(_ entry: EntryView) {
        guard entry.type.isAboutBooking, let source = entry.source, let booking = entry.booking else { return }
        add(source, booking, entry.index)
        if let former = entry.supersedes,
            !(former.isEscaped == booking.isEscaped && former.bytes.hasBytes(of: booking.bytes))
        {
            add(source, former, entry.index)
        }
    }

    private mutating func add(_ source: JSONText, _ booking: JSONText, _ entry: Int) {
        let start = bytes.count
        append(source)
        let length = bytes.count - start
        bytes.append(0)
        append(booking)
        places.append(Place(start: start, count: Int32(bytes.count - start), source: Int32(length), entry: entry))
    }

    private mutating func append(_ text: JSONText) {
        if text.isEscaped { bytes.append(contentsOf: text.string.utf8) } else { bytes.append(contentsOf: text.bytes) }
    }

    /// Puts the ids in order; entries of one id stay ascending.
    mutating func sort() {
        bytes.withUnsafeBufferPointer { bytes in
            places.sort { left, right in
                let (mine, theirs) = (ListedIDs.id(left, bytes), ListedIDs.id(right, bytes))
                return mine.hasBytes(of: theirs) ? left.entry < right.entry : mine.precedes(theirs)
            }
        }
    }

    /// The ids of several parts, each sorted already, in one order: the sort finds the runs and merges them.
    init(merging parts: consuming [ListedIDs]) {
        places.reserveCapacity(parts.reduce(0) { $0 + $1.places.count })
        for part in parts {
            let shift = bytes.count
            bytes.append(contentsOf: part.bytes)
            places += part.places.lazy.map {
                Place(start: $0.start + shift, count: $0.count, source: $0.source, entry: $0.entry)
            }
        }
        sort()
    }

    init() {}

    private static func id(_ place: Place, _ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[place.start..<place.start + Int(place.count)])
    }

    /// The tree of the `ledger.state` that stands at index `end`: over every id with entries before it. On every core.
    func commitment(before end: Int) -> (size: Int, root: Hash) {
        let bounds = bytes.withUnsafeBufferPointer { chunks($0) }
        let hashes = parallelMap(bounds.count - 1) { chunk in
            bytes.withUnsafeBufferPointer { leaves(in: bounds[chunk]..<bounds[chunk + 1], before: end, $0) }
        }
        let digest = Digest()
        var frontier = Frontier()
        for hash in hashes.lazy.joined() { frontier.append(hash, digest: digest) }
        return (frontier.size, frontier.root(digest: digest))
    }

    private static let chunk = 1 << 14

    /// Where the work is cut: never between two entries of one id.
    private func chunks(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
        var bounds = [0]
        while let last = bounds.last, last < places.count {
            var next = min(last + ListedIDs.chunk, places.count)
            while next < places.count, isSameID(next - 1, next, bytes) { next += 1 }
            bounds.append(next)
        }
        return bounds
    }

    private func isSameID(_ one: Int, _ other: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        ListedIDs.id(places[one], bytes).hasBytes(of: ListedIDs.id(places[other], bytes))
    }

    private func leaves(in range: Range<Int>, before end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> [Hash] {
        let digest = Digest()
        var hashes: [Hash] = []
        var leaf: [UInt8] = []
        var entries: [Int] = []
        var first = range.lowerBound
        while first < range.upperBound {
            var next = first + 1
            while next < range.upperBound, isSameID(first, next, bytes) { next += 1 }
            defer { first = next }
            entries.removeAll(keepingCapacity: true)
            for place in places[first..<next] where place.entry < end { entries.append(place.entry) }
            guard !entries.isEmpty else { continue }
            let id = ListedIDs.id(places[first], bytes)
            let source = Int(places[first].source)
            leaf.removeAll(keepingCapacity: true)
            CommitmentTree.appendStateLeaf(
                source: UnsafeBufferPointer(rebasing: id[..<source]),
                booking: UnsafeBufferPointer(rebasing: id[(source + 1)...]), entries: entries, to: &leaf)
            hashes.append(leaf.withUnsafeBytes { digest.leaf($0) })
        }
        return hashes
    }
}
