import GRDB
import Transparency

/// The tiles of a ledger as of one checkpoint: none is given that this checkpoint does not commit to.
///
/// The right edge of the tree, at most 255 hashes a level, is read at once and must come to the checkpoint's root. Any
/// other tile must come to the hash that the tile above has of it. So nothing false is published, whatever was done to
/// the file. In the order of their indexes each tile is hashed once, and no more than one a level is kept.
struct LedgerTiles {
    let checkpoint: Checkpoint
    /// By level, the hashes of the partial tile; empty where there is none.
    private let edges: [[Hash]]
    /// By level, the last full tile that was read.
    private var last: [(index: Int, hashes: [Hash])?]

    /// Reads the right edge, and holds it against the checkpoint.
    init(_ checkpoint: Checkpoint, in database: Database) throws {
        let size = checkpoint.size
        self.checkpoint = checkpoint
        edges = try (0..<Tile.levels(size: size)).map { level in
            let full = Tile.fullCount(level: level, size: size)
            let width = Tile.partialWidth(level: level, size: size)
            return try LedgerTiles.read(level: level, index: full, width: width, in: database)
        }
        last = Array(repeating: nil, count: edges.count)
        var frontier = Frontier()
        let digest = Digest()
        for (level, edge) in edges.enumerated().reversed() {
            for hash in edge { frontier.append(subtree: hash, level: level * Tile.height, digest: digest) }
        }
        guard frontier.size == size, frontier.root(digest: digest) == checkpoint.root else {
            throw LedgerTiles.damage("the end of the tree")
        }
    }

    /// The hashes of a tile of the checkpoint's tree.
    mutating func hashes(of tile: Tile, in database: Database) throws -> ArraySlice<Hash> {
        try hashes(level: tile.nodeLevel / Tile.height, index: tile.index, in: database).prefix(tile.width)
    }

    private mutating func hashes(level: Int, index: Int, in database: Database) throws -> [Hash] {
        if index == Tile.fullCount(level: level, size: checkpoint.size) { return edges[level] }
        if let last = last[level], last.index == index { return last.hashes }
        let hashes = try LedgerTiles.read(level: level, index: index, width: Tile.fullWidth, in: database)
        let above = try self.hashes(level: level + 1, index: index >> Tile.height, in: database)
        let digest = Digest()
        var frontier = Frontier()
        for hash in hashes { frontier.append(hash, digest: digest) }
        guard frontier.root(digest: digest) == above[index & (Tile.fullWidth - 1)] else {
            throw LedgerTiles.damage(Tile(.hashes(level: level), index: index))
        }
        last[level] = (index, hashes)
        return hashes
    }

    /// The bytes of a tile as they are served.
    mutating func bytes(of tile: Tile, in database: Database) throws -> [UInt8] {
        let hashes = try hashes(of: tile, in: database)
        guard tile.content == .entries else {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(tile.width * Hash.byteCount)
            for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
            return bytes
        }
        let first = tile.index * Tile.fullWidth
        let query = try Query(
            database, "SELECT bytes FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
        ).bind(1, first).bind(2, first + tile.width)
        let digest = Digest()
        var bundle: [UInt8] = []
        var rest = hashes
        while try query.next() {
            let entry = query.lent(0)
            // An entry of the tree is not longer than its length can say: the leaf hash is of these bytes.
            guard let length = UInt16(exactly: entry.count), rest.popFirst() == digest.leaf(entry) else {
                query.reset()
                throw LedgerTiles.damage(tile)
            }
            bundle.append(UInt8(length >> 8))
            bundle.append(UInt8(length & 0xff))
            bundle.append(contentsOf: entry)
        }
        guard rest.isEmpty else { throw LedgerTiles.damage(tile) }
        return bundle
    }

    private static func read(level: Int, index: Int, width: Int, in database: Database) throws -> [Hash] {
        guard width > 0 else { return [] }
        let first = index * Tile.fullWidth
        let query =
            if level == 0 {
                try Query(database, "SELECT leaf FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position")
                    .bind(1, first).bind(2, first + width)
            } else {
                try Query(
                    database,
                    "SELECT hash FROM node WHERE level = ?3 AND position >= ?1 AND position < ?2 ORDER BY position"
                ).bind(1, first).bind(2, first + width).bind(3, level * TreeStore.stride)
            }
        let hashes = try query.all { $0.hash(0) }.compactMap { $0 }
        guard hashes.count == width else { throw damage(Tile(.hashes(level: level), index: index, width: width)) }
        return hashes
    }

    private static func damage(_ tile: Tile) -> LedgerError {
        let first = tile.index * Tile.fullWidth << tile.nodeLevel
        return damage("entries \(first) to \((tile.end ?? first) - 1)")
    }

    private static func damage(_ what: String) -> LedgerError {
        .rolledBack(
            "What the ledger's file has of \(what) is not what its checkpoint commits to: it was changed. No checkpoint "
                + "is published; run \"daybook verify\", and go back to a backup.")
    }
}
