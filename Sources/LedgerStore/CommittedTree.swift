import Bookings
import Evidence
import GRDB
import Transparency

/// The blocks of the trees to which entries commit: see ``Commitment``.
enum TreeBlock {
    static func write(_ blocks: [Commitment.Block], of entry: Int, to database: Database) throws {
        let insert = try Query(
            database, "INSERT INTO tree_block (entry, number, source, booking, hash) VALUES (?1, ?2, ?3, ?4, ?5)")
        for (number, block) in blocks.enumerated() {
            try insert.bind(1, entry).bind(2, number).bind(3, block.first.source).bind(4, block.first.booking)
                .bind(5, block.hash).run()
        }
    }

    static func read(of entry: Int, from database: Database) throws -> [Commitment.Block] {
        try Query(database, "SELECT source, booking, hash FROM tree_block WHERE entry = ?1 ORDER BY number")
            .bind(1, entry).all {
                Commitment.Block(
                    first: BookingKey(source: $0.identifier(0), booking: $0.identifier(1)), hash: $0.hash(2) ?? .zero)
            }
    }

    static func remove(of entry: Int, from database: Database) throws {
        try Query(database, "DELETE FROM tree_block WHERE entry = ?1").bind(1, entry).run()
    }
}

/// The leaves of a tree to which an entry commits, as what is kept beside the ledger gives them.
protocol CommittedLeaves {
    /// Hands over leaves in order, from one id on, until `body` has enough.
    func forEach(from first: BookingKey?, _ body: (BookingKey, [UInt8]) throws -> Bool) throws
}

extension CommittedLeaves {
    /// The tree over all leaves.
    func commitment() throws -> Commitment {
        try Commitment { leaf in
            try forEach(from: nil) { key, bytes in
                leaf(key, bytes)
                return true
            }
        }
    }
}

/// The leaves of a state: every id with its entries before the state, in the projection of bookings.
struct StateLeaves: CommittedLeaves {
    let database: Database
    /// The index of the state: entries from there on are not counted.
    let before: Int

    func forEach(from first: BookingKey?, _ body: (BookingKey, [UInt8]) throws -> Bool) throws {
        let sources = try Query(database, "SELECT id, name FROM source ORDER BY name").all {
            ($0.integer(0), $0.identifier(1))
        }
        for (number, source) in sources where first.map({ source >= $0.source }) ?? true {
            let start = first?.source == source ? first?.booking : nil
            let query = try Query(
                database, "SELECT booking, entries FROM booking WHERE source = ?1 AND booking >= ?2 ORDER BY booking"
            ).bind(1, number).bind(2, start ?? Identifier(""))
            while try query.next() {
                let entries = IndexList.decode(query.lent(1)).filter { $0 < before }
                guard !entries.isEmpty else { continue }
                let key = BookingKey(source: source, booking: query.identifier(0))
                guard try body(key, CommitmentTree.stateLeaf(key, entries: entries)) else {
                    query.reset()
                    return
                }
            }
        }
    }
}

/// The leaves of a reading: every id that stood in it, in what is remembered of readings.
struct ReadingLeaves: CommittedLeaves {
    let database: Database
    let source: Identifier
    /// The index of the reading.
    let reading: Int

    func forEach(from first: BookingKey?, _ body: (BookingKey, [UInt8]) throws -> Bool) throws {
        // Of the ledger's own table, also where another of the name lies before it.
        let number = try Query(database, "SELECT id FROM main.source WHERE name = ?1").bind(1, source)
            .first { $0.integer(0) }
        guard let number else { return }
        let query = try Query(
            database,
            """
            SELECT booking FROM presence WHERE source = ?1 AND booking >= ?3 AND first <= ?2
            AND (last IS NULL OR last >= ?2) ORDER BY booking
            """
        ).bind(1, number).bind(2, reading).bind(3, first?.booking ?? Identifier(""))
        while try query.next() {
            let key = BookingKey(source: source, booking: query.identifier(0))
            guard try body(key, CommitmentTree.snapshotLeaf(key)) else {
                query.reset()
                return
            }
        }
    }
}

/// A tree to which an entry commits, of which only the blocks that a proof touches are read.
struct CommittedTree<Leaves: CommittedLeaves>: HashReader {
    let size: Int
    private let leaves: Leaves
    private let blocks: [Commitment.Block]
    private let memory = Memory()

    private final class Memory {
        var blocks: [Int: [(key: BookingKey, bytes: [UInt8])]] = [:]
    }

    /// The tree of an entry, of so many leaves. Where its blocks are not there they are computed, which costs as much as
    /// recording it did.
    init(of entry: Int, size: Int, leaves: Leaves, in database: Database) throws {
        self.size = size
        self.leaves = leaves
        let kept = try TreeBlock.read(of: entry, from: database)
        blocks = kept.count == (size + 255) >> Commitment.blockLevel ? kept : try leaves.commitment().blocks
    }

    private func block(_ number: Int) throws -> [(key: BookingKey, bytes: [UInt8])] {
        if let known = memory.blocks[number] { return known }
        guard blocks.indices.contains(number) else { return [] }
        var block: [(key: BookingKey, bytes: [UInt8])] = []
        try leaves.forEach(from: blocks[number].first) { key, bytes in
            block.append((key, bytes))
            return block.count < 1 << Commitment.blockLevel
        }
        memory.blocks[number] = block
        return block
    }

    private func leaf(at index: Int) throws -> [UInt8]? {
        let block = try block(index >> Commitment.blockLevel)
        let place = index & (1 << Commitment.blockLevel - 1)
        return block.indices.contains(place) ? block[place].bytes : nil
    }

    /// The number of leaves below an id, and whether the next is its own.
    func rank(of key: BookingKey) throws -> (index: Int, isThere: Bool) {
        guard let number = blocks.lastIndex(where: { $0.first <= key }) else { return (0, false) }
        let block = try block(number)
        let place = block.firstIndex { $0.key >= key } ?? block.count
        let isThere = block.indices.contains(place) && block[place].key == key
        return (number << Commitment.blockLevel + place, isThere)
    }

    /// The leaf of each id with its proof, or those of the neighbours that show that it has none.
    func shown(_ ids: Set<Identifier>, of source: Identifier) throws -> [Evidence.Leaf] {
        var places: Set<Int> = []
        for id in ids {
            let (index, isThere) = try rank(of: BookingKey(source: source, booking: id))
            places.formUnion(isThere ? [index] : [index - 1, index].filter { (0..<size).contains($0) })
        }
        let tree = MerkleTree(size: size, reader: self)
        return try places.sorted().compactMap { place in
            guard let leaf = try leaf(at: place) else { return nil }
            return Evidence.Leaf(
                leaf: String(decoding: leaf, as: UTF8.self), index: place, proof: try tree.inclusionProof(of: place))
        }
    }

    func hashes(at positions: [NodePosition]) throws -> [Hash] {
        let digest = Digest()
        return try positions.map { position in
            var frontier = Frontier()
            if position.level >= Commitment.blockLevel {
                let shift = position.level - Commitment.blockLevel
                for number in position.index << shift..<(position.index + 1) << shift {
                    frontier.append(blocks[number].hash, digest: digest)
                }
            } else {
                for index in position.leaves {
                    // A leaf that is not there makes a proof that leads nowhere, which whoever verifies it says.
                    guard let leaf = try leaf(at: index) else { return .zero }
                    frontier.append(leaf.withUnsafeBytes { digest.leaf($0) }, digest: digest)
                }
            }
            return frontier.root(digest: digest)
        }
    }
}
