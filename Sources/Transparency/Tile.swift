/// A piece of a log as it is served in files that never change: up to 256 neighbouring hashes of one level of the tree,
/// or the entries below them (C2SP tlog-tiles).
///
///     tile/0/x001/234/067          256 leaf hashes, from that of entry 1234067 × 256 on
///     tile/1/000.p/17              the first 17 nodes of height 8
///     tile/entries/000.p/112       the first 112 entries, each with its length before it
///
/// A tile that is not full yet is *partial*: it has its width in its path, so that a wider one is another file.
public struct Tile: Hashable, Sendable {
    /// What lies in a tile.
    public enum Content: Hashable, Sendable {
        /// Hashes of complete subtrees of height 8 × level, 32 bytes each; those of level 0 are leaf hashes.
        case hashes(level: Int)
        /// Entries, each after its length as two bytes, the higher first.
        case entries
    }

    /// What lies in it.
    public let content: Content
    /// Which of the tiles of its level, from the left.
    public let index: Int
    /// The number of hashes or entries in it: 256 in a full tile.
    public let width: Int

    /// Levels of the tree that one level of tiles spans.
    public static let height = 8
    /// The number of hashes in a full tile.
    public static let fullWidth = 1 << height

    /// A tile by its parts. Requires an index from 0 on, and a width of 1 to 256.
    public init(_ content: Content, index: Int, width: Int = Tile.fullWidth) {
        precondition(index >= 0 && (1...Tile.fullWidth).contains(width), "no tile is like that")
        self.content = content
        self.index = index
        self.width = width
    }

    /// True where nothing can be added to it.
    public var isFull: Bool { width == Tile.fullWidth }

    /// The full tile that this one is, or becomes.
    public var full: Tile { Tile(content, index: index) }

    /// The height above the leaves of the nodes in it; 0 for entries.
    public var nodeLevel: Int {
        switch content {
        case .hashes(let level): level * Tile.height
        case .entries: 0
        }
    }

    /// The number of entries from the first of the log to the last below this tile: a log of fewer has no such tile.
    /// `nil` where no log has so many.
    public var end: Int? {
        let nodes = index.multipliedReportingOverflow(by: Tile.fullWidth)
        let last = nodes.partialValue.addingReportingOverflow(width)
        guard !nodes.overflow, !last.overflow, nodeLevel < Int.bitWidth - 1 else { return nil }
        let end = last.partialValue.multipliedReportingOverflow(by: 1 << nodeLevel)
        return end.overflow ? nil : end.partialValue
    }

    /// The number of full tiles of a level in a log of `size` entries.
    public static func fullCount(level: Int, size: Int) -> Int { size >> ((level + 1) * height) }

    /// The width of the partial tile of a level in a log of `size` entries; 0 where there is none.
    public static func partialWidth(level: Int, size: Int) -> Int { size >> (level * height) & (fullWidth - 1) }

    /// The number of levels of tiles in a log of `size` entries.
    public static func levels(size: Int) -> Int {
        (Int.bitWidth - size.leadingZeroBitCount + height - 1) / height
    }

    /// Where it is served below the log's prefix.
    public var path: String { isFull ? stem : "\(stem).p/\(width)" }

    private var stem: String {
        let kind =
            switch content {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        var groups = [Tile.group(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            groups.append("x" + Tile.group(rest % 1000))
            rest /= 1000
        }
        return "tile/\(kind)/\(groups.reversed().joined(separator: "/"))"
    }

    private static func group(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// The tile at a path; `nil` for any text that is not the path of one. The inverse of ``path``.
    public init?(path: String) {
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count >= 3, parts.count < 12, parts[0] == "tile" else { return nil }
        var width = Tile.fullWidth
        if parts[parts.count - 2].hasSuffix(".p") {
            guard let given = Int(parts.removeLast()), (1..<Tile.fullWidth).contains(given) else { return nil }
            width = given
            parts[parts.count - 1].removeLast(2)
        }
        let level = Int(parts[1])
        guard parts[1] == "entries" || (0...63).contains(level ?? -1) else { return nil }
        var index = 0
        for (place, part) in parts.dropFirst(2).enumerated() {
            let digits = place < parts.count - 3 ? part.dropFirst() : part[...]
            guard let group = Int(digits), (0..<1000).contains(group) else { return nil }
            let shifted = index.multipliedReportingOverflow(by: 1000)
            let sum = shifted.partialValue.addingReportingOverflow(group)
            guard !shifted.overflow, !sum.overflow else { return nil }
            index = sum.partialValue
        }
        self.init(level.map { .hashes(level: $0) } ?? .entries, index: index, width: width)
        // Whatever is written otherwise, with a sign or too many zeros, is printed back as another text.
        guard self.path.utf8.elementsEqual(path.utf8) else { return nil }
    }
}
