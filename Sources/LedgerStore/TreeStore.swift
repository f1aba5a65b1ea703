import GRDB
import Transparency

/// The ledger's tree as SQLite holds it: every leaf hash beside its entry, and each 256th node above.
///
/// Nodes of levels 8, 16, 24 … are written once, when they are complete, and never touched again. Any other node is at
/// most 255 hashes away from those, which costs less than the rows it would take to keep it.
///
/// What was computed is remembered for as long as the value lives: many proofs of one tree share their upper nodes.
struct TreeStore: HashReader {
    let database: Database
    private let memory = Memory()

    private final class Memory {
        var hashes: [NodePosition: Hash] = [:]
    }

    init(database: Database) {
        self.database = database
    }

    /// Levels between two that are kept.
    static let stride = 8

    /// True for a node that is kept.
    static func keeps(_ position: NodePosition) -> Bool {
        position.level > 0 && position.level % stride == 0
    }

    func hashes(at positions: [NodePosition]) throws -> [Hash] {
        let digest = Digest()
        return try positions.map { position in
            if let known = memory.hashes[position] { return known }
            let hash = try hash(at: position, digest: digest)
            memory.hashes[position] = hash
            return hash
        }
    }

    private func hash(at position: NodePosition, digest: borrowing Digest) throws -> Hash {
        let below = position.level / TreeStore.stride * TreeStore.stride
        let shift = position.level - below
        let kept = position.index << shift..<(position.index + 1) << shift
        let query =
            if below == 0 {
                try Query(database, "SELECT leaf FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position")
                    .bind(1, kept.lowerBound).bind(2, kept.upperBound)
            } else {
                try Query(
                    database,
                    "SELECT hash FROM node WHERE level = ?3 AND position >= ?1 AND position < ?2 ORDER BY position"
                ).bind(1, kept.lowerBound).bind(2, kept.upperBound).bind(3, below)
            }
        var frontier = Frontier()
        while try query.next() {
            guard let hash = query.hash(0) else { break }
            frontier.append(hash, digest: digest)
        }
        guard frontier.size == kept.count else {
            throw LedgerError.notALedger(
                path: "the ledger",
                reason: "the hashes of entries \(position.leaves.lowerBound) to \(position.leaves.upperBound - 1) are "
                    + "not all there; run \"daybook verify\"")
        }
        return frontier.root(digest: digest)
    }
}

/// The row that says where the ledger ends: what appending needs.
struct Head {
    var origin: String
    /// The leaf hash of the last entry; zero before the first.
    var last: Hash
    var frontier: Frontier

    var size: Int { frontier.size }

    init(origin: String) {
        self.origin = origin
        last = .zero
        frontier = Frontier()
    }

    /// Reads the row; `nil` where it is not one that this program wrote.
    init?(reading database: Database) throws {
        let row = try Query(database, "SELECT origin, size, last, frontier FROM head WHERE id = 1").first {
            ($0.text(0), $0.integer(1), $0.hash(2), $0.bytes(3))
        }
        guard let (origin, size, last, bytes) = row, let last, bytes.count % Hash.byteCount == 0 else { return nil }
        let nodes = stride(from: 0, to: bytes.count, by: Hash.byteCount).map {
            Hash(bytes: Array(bytes[$0..<$0 + Hash.byteCount]))!
        }
        guard let frontier = Frontier(size: size, nodes: nodes) else { return nil }
        self.origin = origin
        self.last = last
        self.frontier = frontier
    }

    func write(to database: Database) throws {
        try Query(
            database,
            """
            INSERT INTO head (id, origin, size, last, frontier) VALUES (1, ?1, ?2, ?3, ?4)
            ON CONFLICT (id) DO UPDATE SET size = excluded.size, last = excluded.last, frontier = excluded.frontier
            """
        ).bind(1, text: origin).bind(2, size).bind(3, last).bind(4, frontier.nodes.flatMap(\.bytes)).run()
    }
}
