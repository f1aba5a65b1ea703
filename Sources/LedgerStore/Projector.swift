import Bookings
import GRDB
import Transparency

/// Keeps the projections: which entries each booking has, which of them gives its present state, and how it is found.
///
/// The same code runs when an entry is recorded and when `verify --projections` builds them again: there the tables'
/// names lead to temporary ones.
struct Projector {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func project(_ entry: Entry, personal: some Sequence<(name: String, value: String)>) throws {
        let source = try entry.source.map { try number(of: $0) }
        // A check can be of a source of which nothing else is recorded.
        if entry.type == .checkCompleted, let checked = entry.body?["source"]?.string {
            _ = try number(of: Identifier(checked))
        }
        if let source, let sequence = entry.sequence {
            try Query(
                database, "UPDATE source SET sequence = max(ifnull(sequence, -1), ?2) WHERE id = ?1"
            ).bind(1, source).bind(2, sequence).run()
        }
        guard entry.type.isAboutBooking, let source, let booking = entry.booking else {
            try Query(database, "INSERT INTO journal (position, type, source) VALUES (?1, ?2, ?3)")
                .bind(1, entry.index).bind(2, text: entry.type.rawValue).bind(3, source).run()
            return
        }
        try list(entry, under: booking, source: source, givesState: entry.appointment != nil)
        if let former = entry.supersedes, former != booking {
            try list(entry, under: former, source: source, givesState: false)
        }
        for (name, value) in personal {
            for term in SearchTerm.terms(name: name, value: value) {
                try Query(database, "INSERT OR IGNORE INTO term (term, source, booking) VALUES (?1, ?2, ?3)")
                    .bind(1, text: term).bind(2, source).bind(3, booking).run()
            }
        }
    }

    /// The row of a source, made where there is none.
    func number(of source: Identifier) throws -> Int {
        if let number = try existingNumber(of: source) { return number }
        try Query(database, "INSERT INTO source (name) VALUES (?1)").bind(1, source).run()
        return Int(database.lastInsertedRowID)
    }

    func existingNumber(of source: Identifier) throws -> Int? {
        try Query(database, "SELECT id FROM source WHERE name = ?1").bind(1, source).first { $0.integer(0) }
    }

    /// The largest counter that a source has given; `nil` where it does not count.
    func sequence(of source: Int) throws -> Int? {
        try Query(database, "SELECT sequence FROM source WHERE id = ?1").bind(1, source).first { $0.optionalInteger(0) }
            ?? nil
    }

    /// The entries of a booking, and which gives its present state; `nil` for a booking that nobody recorded.
    func booking(_ booking: Identifier, source: Int) throws -> (entries: [Int], state: Int?)? {
        try Query(database, "SELECT entries, state FROM booking WHERE source = ?1 AND booking = ?2")
            .bind(1, source).bind(2, booking).first { (IndexList.decode($0.lent(0)), $0.optionalInteger(1)) }
    }

    private func list(_ entry: Entry, under booking: Identifier, source: Int, givesState: Bool) throws {
        let known = try Query(database, "SELECT entries, state FROM booking WHERE source = ?1 AND booking = ?2")
            .bind(1, source).bind(2, booking).first { ($0.bytes(0), $0.optionalInteger(1)) }
        guard let (entries, state) = known else {
            try Query(database, "INSERT INTO booking (source, booking, entries, state) VALUES (?1, ?2, ?3, ?4)")
                .bind(1, source).bind(2, booking).bind(3, IndexList.encode([entry.index]))
                .bind(4, givesState ? entry.index : nil).run()
            return
        }
        let next = givesState ? try newer(entry, than: state) : state
        try Query(database, "UPDATE booking SET entries = ?3, state = ?4 WHERE source = ?1 AND booking = ?2")
            .bind(1, source).bind(2, booking).bind(3, IndexList.append(entry.index, to: entries)).bind(4, next).run()
    }

    /// Of two entries that give a state, the one that comes later in the source's own order.
    private func newer(_ entry: Entry, than state: Int?) throws -> Int {
        guard let state, let sequence = entry.sequence,
            let before = try EntryStore(database).entry(at: state), let counted = before.sequence, counted > sequence
        else { return entry.index }
        return state
    }
}

/// Ascending entry indexes as the differences from one to the next, seven bits a byte, the lowest first.
enum IndexList {
    static func encode(_ indexes: [Int]) -> [UInt8] {
        var out: [UInt8] = []
        var before = 0
        for index in indexes {
            append(varint: index - before, to: &out)
            before = index
        }
        return out
    }

    static func append(_ index: Int, to list: [UInt8]) -> [UInt8] {
        let indexes = list.withUnsafeBytes { decode($0) }
        guard indexes.last != index else { return list }
        var out = list
        append(varint: index - (indexes.last ?? 0), to: &out)
        return out
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [Int] {
        var indexes: [Int] = []
        var value = 0
        var shift = 0
        var before = 0
        for byte in bytes {
            value |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                before = before &+ value
                indexes.append(before)
                value = 0
                shift = 0
            } else {
                // A list that somebody tampered with must not make the arithmetic trap.
                shift = min(shift + 7, 56)
            }
        }
        return indexes
    }

    private static func append(varint: Int, to out: inout [UInt8]) {
        var rest = UInt64(bitPattern: Int64(varint))
        while rest > 0x7f {
            out.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }
}
