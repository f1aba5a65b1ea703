import Bookings
import GRDB
import Transparency

/// Keeps the projections: which entries each booking has, which of them gives its present state, and how it is found.
///
/// The same code runs when an entry is recorded and when `verify --projections` builds them again: there the tables'
/// names lead to temporary ones. One serves one transaction, which nobody else writes in: the sources that it met it
/// remembers, and their counters it writes when it finishes.
struct Projector {
    private let database: Database
    private var sources: [Identifier: Int] = [:]
    private var counters: [Int: Counter] = [:]
    private var lastLooked: (booking: Identifier, source: Int, row: BookingRow?)?

    private let selectBooking: Query
    private let insertBooking: Query
    private let insertTerm: Query

    private struct Counter {
        var value: Int?
        var isChanged = false
    }

    /// What the table knows of a booking.
    struct BookingRow {
        /// Of the entries, as ``IndexList`` writes them.
        let list: [UInt8]
        /// The entry that gives the present state.
        let state: Int?

        var entries: [Int] { list.withUnsafeBytes { IndexList.decode($0) } }
    }

    init(_ database: Database) throws {
        self.database = database
        selectBooking = try Query(database, "SELECT entries, state FROM booking WHERE source = ?1 AND booking = ?2")
        insertBooking = try Query(
            database, "INSERT INTO booking (source, booking, entries, state) VALUES (?1, ?2, ?3, ?4)")
        insertTerm = try Query(database, "INSERT OR IGNORE INTO term (term, source, booking) VALUES (?1, ?2, ?3)")
    }

    /// Lists an entry, and the terms by which its booking is found.
    mutating func project(_ entry: Entry, terms: [String]) throws {
        let source = try entry.source.map { try number(of: $0) }
        // A check can be of a source of which nothing else is recorded.
        if entry.type == .checkCompleted, let checked = entry.body?["source"]?.string {
            _ = try number(of: Identifier(checked))
        }
        if let source, let sequence = entry.sequence { try count(sequence, of: source) }
        guard entry.type.isAboutBooking, let source, let booking = entry.booking else {
            try Query(database, "INSERT INTO journal (position, type, source) VALUES (?1, ?2, ?3)")
                .bind(1, entry.index).bind(2, text: entry.type.rawValue).bind(3, source).run()
            return
        }
        try list(entry, under: booking, source: source, givesState: entry.appointment != nil)
        if let former = entry.supersedes, former != booking {
            try list(entry, under: former, source: source, givesState: false)
        }
        for term in terms { try insertTerm.bind(1, text: term).bind(2, source).bind(3, booking).run() }
    }

    /// Writes what is written once a transaction. The projections are not whole before.
    mutating func finish() throws {
        for (source, counter) in counters where counter.isChanged {
            try Query(database, "UPDATE source SET sequence = ?2 WHERE id = ?1")
                .bind(1, source).bind(2, counter.value).run()
        }
        counters = [:]
    }

    /// The row of a source, made where there is none.
    mutating func number(of source: Identifier) throws -> Int {
        if let number = sources[source] { return number }
        if let number = try existingNumber(of: source) {
            sources[source] = number
            return number
        }
        try Query(database, "INSERT INTO source (name) VALUES (?1)").bind(1, source).run()
        let number = Int(database.lastInsertedRowID)
        sources[source] = number
        return number
    }

    func existingNumber(of source: Identifier) throws -> Int? {
        try Query(database, "SELECT id FROM source WHERE name = ?1").bind(1, source).first { $0.integer(0) }
    }

    /// The largest counter that a source has given; `nil` where it does not count.
    mutating func sequence(of source: Int) throws -> Int? {
        if let known = counters[source] { return known.value }
        let value =
            try Query(database, "SELECT sequence FROM source WHERE id = ?1").bind(1, source)
            .first { $0.optionalInteger(0) } ?? nil
        counters[source] = Counter(value: value)
        return value
    }

    private mutating func count(_ sequence: Int, of source: Int) throws {
        if let last = try self.sequence(of: source), last >= sequence { return }
        counters[source] = Counter(value: sequence, isChanged: true)
    }

    /// What the table knows of a booking; `nil` where nobody recorded it.
    mutating func row(of booking: Identifier, source: Int) throws -> BookingRow? {
        // An event's booking is asked for before its entry is made, and again when it is listed.
        if let last = lastLooked, last.source == source, last.booking == booking { return last.row }
        let row = try selectBooking.bind(1, source).bind(2, booking).first {
            BookingRow(list: $0.bytes(0), state: $0.optionalInteger(1))
        }
        lastLooked = (booking, source, row)
        return row
    }

    private mutating func list(_ entry: Entry, under booking: Identifier, source: Int, givesState: Bool) throws {
        defer { lastLooked = nil }
        guard let known = try row(of: booking, source: source) else {
            try insertBooking.bind(1, source).bind(2, booking).bind(3, IndexList.encode([entry.index]))
                .bind(4, givesState ? entry.index : nil).run()
            return
        }
        let next = givesState ? try newer(entry, than: known.state) : known.state
        try Query(database, "UPDATE booking SET entries = ?3, state = ?4 WHERE source = ?1 AND booking = ?2")
            .bind(1, source).bind(2, booking).bind(3, IndexList.append(entry.index, to: known.list)).bind(4, next)
            .run()
    }

    /// Of two entries that give a state, the one that comes later in the source's own order.
    private func newer(_ entry: Entry, than state: Int?) throws -> Int {
        guard let state, let sequence = entry.sequence,
            let before = try EntryStore(database).entry(at: state), let counted = before.sequence, counted > sequence
        else { return entry.index }
        return state
    }
}
