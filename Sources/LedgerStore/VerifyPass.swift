import Bookings
import Dispatch
import GRDB
import Synchronization
import Transparency

/// The one pass over all entries that recomputes bytes, chain and tree, on every core.
///
/// The ledger is cut into units of 2^14 entries. A worker has a connection, a hashing context and a buffer of its own,
/// takes a unit, and leaves its subtree; joining those is a few dozen hashes. A unit's first entry is checked against
/// the stored leaf hash before it, which the unit to the left recomputes.
enum VerifyPass {
    static let unitLevel = 14

    struct Outcome: Sendable {
        var size: Int
        var frontier: Frontier
        var root: Hash
        var last: Hash
        var defects: [Defect]
        /// The indexes of the `ledger.state` entries, ascending.
        var states: [Int]
        /// The indexes of the `ledger.stamped` entries, ascending.
        var stamps: [Int]
    }

    /// The bytes of an entry that is in its place, lent for one visit.
    struct ChainedBytes {
        let index: Int
        let bytes: UnsafeRawBufferPointer
        fileprivate let previous: Hash
        fileprivate let prefix: EntryPrefix
        fileprivate let prefixLength: Int

        /// The entry, read where it lies.
        func view() throws(EntryError) -> EntryView {
            try prefix.view(bytes, length: prefixLength, index: index, previous: previous)
        }
    }

    /// What a worker leaves of one unit.
    private struct Unit: Sendable {
        var frontier = Frontier()
        var last = Hash.zero
        var defects: [Defect] = []
        var states: [Int] = []
        var stamps: [Int] = []
    }

    static func run(path: String, origin: String) throws -> Outcome {
        try run(path: path, origin: origin, from: { _, _ in }, visit: { _, _ in }, finish: { $0 }).outcome
    }

    /// The same, and what somebody else wants of the entries in the same pass: for each unit `start` begins a piece of
    /// work, `visit` shows it each entry whose bytes are in their place in the chain, and `finish` gives what it leaves.
    /// Where there are defects, that is not whole.
    static func run<Work, Part: Sendable>(
        path: String, origin: String, from start: @Sendable (Database, Range<Int>) throws -> Work,
        visit: @Sendable (inout Work, ChainedBytes) throws -> Void, finish: @Sendable (Work) -> Part
    ) throws -> (outcome: Outcome, parts: [Part]) {
        let (first, size) = try readOnly(path) { try extent(of: $0) }
        let done = try map(path: path, size: size) { database, range, digest in
            var work = try start(database, range)
            let unit = try check(range, origin: origin, in: database, digest: digest) { try visit(&work, $0) }
            return (unit: unit, part: finish(work))
        }
        let units = done.map(\.unit)
        let digest = Digest()
        var frontier = Frontier()
        var upper: [(NodePosition, Hash)] = []
        for unit in units {
            guard unit.defects.allSatisfy({ $0.kind == .treeNode }) else { break }
            for (place, node) in unit.frontier.nodes.enumerated() {
                // A full unit is one node; only the last unit has several, of falling height.
                let level = levels(of: unit.frontier.size)[place]
                frontier.append(subtree: node, level: level, digest: digest) { position, hash in
                    if TreeStore.keeps(position) { upper.append((position, hash)) }
                }
            }
        }
        var defects = firstCauses(units.flatMap(\.defects))
        if first < 0 { defects.append(Diagnosis.before(first)) }
        if defects.isEmpty {
            defects = try readOnly(path) { try nodeDefects(upper, size: size, in: $0) }
        }
        let outcome = Outcome(
            size: size, frontier: frontier, root: frontier.root(digest: digest), last: units.last?.last ?? .zero,
            defects: defects, states: units.flatMap(\.states), stamps: units.flatMap(\.stamps))
        return (outcome, done.map(\.part))
    }

    /// The place of the first entry and the number of entries. Where somebody put one far beyond the end, the number
    /// reaches only to the first gap: that is a defect already, and what comes after it is not looked for.
    private static func extent(of database: Database) throws -> (first: Int, size: Int) {
        let ends = try Query(database, "SELECT (SELECT min(position) FROM entry), (SELECT max(position) FROM entry)")
            .first { ($0.optionalInteger(0), $0.optionalInteger(1)) }
        guard case (let first?, let last?)? = ends else { return (0, 0) }
        if last == (try Head(reading: database)?.size ?? 0) - 1 { return (first, last + 1) }
        let count = try Query(database, "SELECT count(*) FROM entry WHERE position >= 0").first { $0.integer(0) } ?? 0
        return (first, min(last, count) + 1)
    }

    private static func levels(of size: Int) -> [Int] {
        (0..<Int.bitWidth - 1).reversed().filter { size >> $0 & 1 == 1 }
    }

    static func readOnly<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        let queue = try Ledger.connectForReading(path: path)
        defer { try? queue.close() }
        return try queue.read(body)
    }

    /// Runs `body` over the units of the first `size` entries on every core; results in the order of the units.
    static func map<Value: Sendable>(
        path: String, size: Int, _ body: @Sendable (Database, Range<Int>, borrowing Digest) throws -> Value
    ) throws -> [Value] {
        let count = (size + (1 << unitLevel) - 1) >> unitLevel
        guard count > 0 else { return [] }
        let workers = try (0..<min(count, activeProcessorCount())).map { _ in try Ledger.connectForScanning(path: path)
        }
        defer { for worker in workers { try? worker.close() } }
        let next = Atomic<Int>(0)
        let results = parallelMap(workers.count) { worker in
            let digest = Digest()
            return Result {
                try workers[worker].read { database in
                    var done: [(Int, Value)] = []
                    while case let unit = next.wrappingAdd(1, ordering: .relaxed).oldValue, unit < count {
                        let range = unit << unitLevel..<min(size, (unit + 1) << unitLevel)
                        done.append((unit, try body(database, range, digest)))
                    }
                    return done
                }
            }
        }
        return try results.flatMap { try $0.get() }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// One unit, every entry of which that is in its place is handed to `visit`.
    private static func check(
        _ range: Range<Int>, origin: String, in database: Database, digest: borrowing Digest,
        visit: (ChainedBytes) throws -> Void
    ) throws -> Unit {
        var unit = Unit()
        var previous = try link(before: range.lowerBound, in: database)
        var nodes = try Query(
            database, "SELECT position, hash FROM node WHERE level = 8 AND position >= ?1 AND position < ?2"
        ).bind(1, range.lowerBound >> 8).bind(2, range.upperBound >> 8).all { ($0.integer(0), $0.hash(1)) }[...]
        let query = try Query(
            database, "SELECT position, bytes, leaf FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
        ).bind(1, range.lowerBound).bind(2, range.upperBound)
        let prefix = EntryPrefix(origin: origin)
        // The entries since the last node that is kept.
        var low = Frontier()
        var expected = range.lowerBound
        while try query.next() {
            let position = query.integer(0)
            guard position == expected else {
                unit.defects.append(Diagnosis.missing(expected))
                return unit
            }
            let bytes = query.lent(1)
            let leaf = digest.leaf(bytes)
            let stored = query.hash(2)
            if stored == leaf, let length = prefix.length(in: bytes, index: position, previous: previous) {
                let chained = ChainedBytes(
                    index: position, bytes: bytes, previous: previous, prefix: prefix, prefixLength: length)
                previous = leaf
                switch commitment(bytes, after: length) {
                case .ledgerState?: unit.states.append(position)
                case .ledgerStamped?: unit.stamps.append(position)
                default: break
                }
                try visit(chained)
            } else {
                let found = try Diagnosis.broken(
                    bytes: Array(bytes), leaf: leaf, stored: stored, at: position, origin: origin, in: database)
                unit.defects.append(found.defect)
                guard found.isLocal, unit.defects.count < most else { return unit }
                previous = found.quoted
            }
            low.append(previous, digest: digest)
            expected += 1
            guard low.size == 1 << TreeStore.stride else { continue }
            let index = (expected - 1) >> TreeStore.stride
            let node = low.nodes[0]
            let kept = nodes.first
            if kept?.0 == index { nodes.removeFirst() }
            if kept?.0 != index || kept?.1 != node {
                unit.defects.append(Diagnosis.node(NodePosition(level: TreeStore.stride, index: index)))
            }
            unit.frontier.append(subtree: node, level: TreeStore.stride, digest: digest)
            low = Frontier()
        }
        if expected < range.upperBound { unit.defects.append(Diagnosis.missing(expected)) }
        unit.frontier.append(low, digest: digest)
        unit.last = previous
        return unit
    }

    /// The leaf hash of the entry before a unit. Where there is none, the unit to the left says so.
    private static func link(before index: Int, in database: Database) throws -> Hash {
        guard index > 0 else { return .zero }
        let before = try Query(database, "SELECT leaf FROM entry WHERE position = ?1").bind(1, index - 1)
        let stored = try before.first { $0.hash(0) } ?? nil
        return try stored ?? EntryStore(database).entry(at: index)?.previous ?? .zero
    }

    /// `"recorded"` and `"type"` follow the prefix at fixed places, so that a state or a stamp is seen without parsing.
    private static func commitment(_ bytes: UnsafeRawBufferPointer, after prefix: Int) -> EntryType? {
        let place = prefix + typeOffset
        guard isAt(place, ledgerMark, bytes) else { return nil }
        if isAt(place, stateMark, bytes) { return .ledgerState }
        return isAt(place, stampMark, bytes) ? .ledgerStamped : nil
    }

    private static func isAt(_ place: Int, _ mark: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= place + mark.count else { return false }
        return mark.withUnsafeBufferPointer {
            UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[place..<place + $0.count]).hasBytes(of: $0)
        }
    }

    private static let typeOffset = #","recorded":"2026-01-12T10:04:17.204311Z""#.utf8.count
    private static let ledgerMark = Array(#","type":"ledger."#.utf8)
    private static let stateMark = Array(#","type":"ledger.state""#.utf8)
    private static let stampMark = Array(#","type":"ledger.stamped""#.utf8)

    /// Above the first stride: few nodes, compared one by one; and none may be missing or too many.
    private static func nodeDefects(_ upper: [(NodePosition, Hash)], size: Int, in database: Database) throws
        -> [Defect]
    {
        for (position, hash) in upper {
            let stored =
                try Query(database, "SELECT hash FROM node WHERE level = ?1 AND position = ?2")
                .bind(1, position.level).bind(2, position.index).first { $0.hash(0) } ?? nil
            if stored != hash { return [Diagnosis.node(position)] }
        }
        // Somebody may have appended since the pass: nodes are counted against what there is now, too.
        let now = try Query(database, "SELECT ifnull(max(position) + 1, 0) FROM entry").first { $0.integer(0) } ?? 0
        let within = "WHERE (position + 1) << level <= \(size)"
        for (condition, size) in [(within, size), ("", now)] {
            let count = try Query(database, "SELECT count(*) FROM node \(condition)").first { $0.integer(0) } ?? 0
            let expected = Swift.stride(from: TreeStore.stride, to: Int.bitWidth - 1, by: TreeStore.stride)
                .reduce(0) { $0 + size >> $1 }
            guard count != expected else { continue }
            return [
                Defect(
                    code: "AR401", index: nil, kind: .treeNode,
                    sentence: "The tree has \(count) stored nodes where its \(size) entries give \(expected).")
            ]
        }
        return []
    }

    /// The most defects that are told.
    private static let most = 20

    /// What is missing or too much shifts everything after it, and a changed entry changes the nodes above it: only
    /// the first causes are worth telling.
    private static func firstCauses(_ defects: [Defect]) -> [Defect] {
        let sorted = defects.sorted { ($0.index ?? .max, $0.kind.rawValue) < ($1.index ?? .max, $1.kind.rawValue) }
        let shifts: Set<Defect.Kind> = [.deleted, .inserted, .reordered]
        let firstShift = sorted.first { shifts.contains($0.kind) }?.index ?? .max
        let changed = sorted.filter { $0.kind != .treeNode }.compactMap(\.index)
        let causes = sorted.filter { defect in
            guard let index = defect.index else { return true }
            guard defect.kind == .treeNode else { return index <= firstShift || !shifts.contains(defect.kind) }
            let below = index..<index + 1 << TreeStore.stride
            return index <= firstShift && !changed.contains { below.contains($0) }
        }
        return Array(causes.prefix(most))
    }
}
