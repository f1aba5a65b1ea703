import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Commits to the entries of every id: records a `ledger.state`, and gives its index.
    ///
    /// Costs about 2 µs an id. Each 256th node of its tree is kept, so that a proof in it does not cost that again.
    public func recordState() throws(LedgerError) -> Int {
        try append { appender in
            let leaves = StateLeaves(database: appender.database, before: appender.head.size)
            let (size, root, blocks) = try leaves.commitment()
            var entry = appender.entry(.ledgerState)
            entry.body = .object(["size": .integer(size), "root": .string(root.base64)])
            let index = try appender.append(entry)
            try StateBlock.write(blocks, of: index, to: appender.database)
            return index
        }
    }
}

/// 256 neighbouring leaves of the newest state's tree: the first one's id, and the root over them.
struct StateBlock: Equatable {
    let first: BookingKey
    let hash: Hash

    /// Leaves in a block: `1 << level`.
    static let level = 8

    /// Keeps the blocks of the newest state; those of the state before go.
    static func write(_ blocks: [StateBlock], of state: Int, to database: Database) throws {
        try Query(database, "DELETE FROM state_block").run()
        let insert = try Query(
            database, "INSERT INTO state_block (state, number, source, booking, hash) VALUES (?1, ?2, ?3, ?4, ?5)")
        for (number, block) in blocks.enumerated() {
            try insert.bind(1, state).bind(2, number).bind(3, block.first.source).bind(4, block.first.booking)
                .bind(5, block.hash).run()
        }
    }

    static func read(of state: Int, from database: Database) throws -> [StateBlock] {
        try Query(database, "SELECT source, booking, hash FROM state_block WHERE state = ?1 ORDER BY number")
            .bind(1, state).all {
                StateBlock(
                    first: BookingKey(source: $0.identifier(0), booking: $0.identifier(1)), hash: $0.hash(2) ?? .zero)
            }
    }
}

/// The leaves of a state's tree, as the projection of bookings gives them: what was recorded after the state is left out.
struct StateLeaves {
    let database: Database
    /// The index of the state: entries from there on are not counted.
    let before: Int

    /// Hands over leaves in order, from one id on, until `body` has enough.
    func forEach(from first: BookingKey? = nil, _ body: (BookingKey, [Int]) throws -> Bool) throws {
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
                guard try body(key, entries) else {
                    query.reset()
                    return
                }
            }
        }
    }

    /// The tree over all leaves: its size, its root and its blocks.
    func commitment() throws -> (size: Int, root: Hash, blocks: [StateBlock]) {
        let digest = Digest()
        var whole = Frontier()
        var block = Frontier()
        var first: BookingKey?
        var blocks: [StateBlock] = []
        func end() {
            guard let key = first else { return }
            blocks.append(StateBlock(first: key, hash: block.root(digest: digest)))
            whole.append(block, digest: digest)
            (first, block) = (nil, Frontier())
        }
        try forEach { key, entries in
            first = first ?? key
            let leaf = CommitmentTree.stateLeaf(key, entries: entries)
            block.append(leaf.withUnsafeBytes { digest.leaf($0) }, digest: digest)
            if block.size == 1 << StateBlock.level { end() }
            return true
        }
        end()
        return (whole.size, whole.root(digest: digest), blocks)
    }
}

/// The tree of the newest state, of which only the blocks that a proof touches are read.
struct StateTree: HashReader {
    /// A leaf of the tree.
    struct Leaf {
        let key: BookingKey
        let entries: [Int]
    }

    let size: Int
    private let leaves: StateLeaves
    private let blocks: [StateBlock]
    private let memory = Memory()

    private final class Memory {
        var blocks: [Int: [Leaf]] = [:]
    }

    /// The tree of the state at an index, of so many ids. Where its blocks are not there, as after a repair, they are
    /// computed, which costs as much as the state did.
    init(of state: Int, size: Int, in database: Database) throws {
        self.size = size
        leaves = StateLeaves(database: database, before: state)
        let kept = try StateBlock.read(of: state, from: database)
        blocks = kept.count == (size + 255) >> StateBlock.level ? kept : try leaves.commitment().blocks
    }

    private func block(_ number: Int) throws -> [Leaf] {
        if let known = memory.blocks[number] { return known }
        guard blocks.indices.contains(number) else { return [] }
        var block: [Leaf] = []
        try leaves.forEach(from: blocks[number].first) { key, entries in
            block.append(Leaf(key: key, entries: entries))
            return block.count < 1 << StateBlock.level
        }
        memory.blocks[number] = block
        return block
    }

    func leaf(at index: Int) throws -> Leaf? {
        let block = try block(index >> StateBlock.level)
        let place = index & (1 << StateBlock.level - 1)
        return block.indices.contains(place) ? block[place] : nil
    }

    /// The number of leaves below an id, and whether the next is its own.
    func rank(of key: BookingKey) throws -> (index: Int, isThere: Bool) {
        guard let number = blocks.lastIndex(where: { $0.first <= key }) else { return (0, false) }
        let block = try block(number)
        let place = block.firstIndex { $0.key >= key } ?? block.count
        let isThere = block.indices.contains(place) && block[place].key == key
        return (number << StateBlock.level + place, isThere)
    }

    func hashes(at positions: [NodePosition]) throws -> [Hash] {
        let digest = Digest()
        return try positions.map { position in
            var frontier = Frontier()
            if position.level >= StateBlock.level {
                let shift = position.level - StateBlock.level
                for number in position.index << shift..<(position.index + 1) << shift {
                    frontier.append(blocks[number].hash, digest: digest)
                }
            } else {
                for index in position.leaves {
                    guard let leaf = try leaf(at: index) else { return .zero }
                    let bytes = CommitmentTree.stateLeaf(leaf.key, entries: leaf.entries)
                    frontier.append(bytes.withUnsafeBytes { digest.leaf($0) }, digest: digest)
                }
            }
            return frontier.root(digest: digest)
        }
    }
}
