import Bookings
import GRDB
import Transparency

extension Ledger {
    /// These keys and every id that they supersede or are superseded by.
    func closure(
        of keys: Set<BookingKey>, below size: Int = .max, in database: Database
    ) throws -> Set<BookingKey> {
        let store = EntryStore(database)
        var closure = keys
        var open = Array(keys)
        while let key = open.popLast() {
            for index in try listedEntries(of: key, in: database) where index < size {
                guard let entry = try store.entry(at: index), let former = entry.supersedes, let own = entry.key else {
                    continue
                }
                for linked in [own, BookingKey(source: own.source, booking: former)]
                where closure.insert(linked).inserted {
                    open.append(linked)
                }
            }
        }
        return closure
    }

    func listedEntries(of key: BookingKey, in database: Database) throws -> [Int] {
        var projector = try Projector(database)
        guard let source = try projector.existingNumber(of: key.source) else { return [] }
        return try projector.row(of: key.booking, source: source)?.entries ?? []
    }

    /// The entries that are not about bookings but about these sources, and the ledger's first.
    func journalEntries(for sources: Set<Identifier>, in database: Database) throws -> [Int] {
        try Query(
            database,
            """
            SELECT position, name FROM journal LEFT JOIN source ON source.id = journal.source
            WHERE position = 0 OR type LIKE 'snapshot.%' OR type LIKE 'capture.%' OR type = 'check.completed'
            ORDER BY position
            """
        ).all { ($0.integer(0), $0.isNull(1) ? nil : $0.identifier(1)) }
            .filter { $0.1.map { sources.contains($0) } ?? true }.map(\.0)
    }

    func presences(of key: BookingKey, in database: Database) throws -> [Presence] {
        try Query(
            database,
            """
            SELECT first, last FROM presence JOIN source ON source.id = presence.source
            WHERE name = ?1 AND booking = ?2 ORDER BY first
            """
        ).bind(1, key.source).bind(2, key.booking).all { Presence(first: $0.integer(0), last: $0.optionalInteger(1)) }
    }

    func allPresences(_ database: Database) throws -> [BookingKey: [Presence]] {
        let query = try Query(
            database,
            "SELECT name, booking, first, last FROM presence JOIN source ON source.id = presence.source ORDER BY first")
        var presences: [BookingKey: [Presence]] = [:]
        while try query.next() {
            let key = BookingKey(source: query.identifier(0), booking: query.identifier(1))
            presences[key, default: []].append(Presence(first: query.integer(2), last: query.optionalInteger(3)))
        }
        return presences
    }

    /// Sorts entries under their bookings, and hands all over as verified. Without `sequences` it is a part of the
    /// ledger, of which counters would say nothing.
    func assemble(
        _ entries: [RecordedEntry], _ journal: [Entry], verification: Verification,
        presences: [BookingKey: [Presence]], sequences: [Identifier: [NumberedEvent]]?,
        settled: Settled = Settled(), ranBack: [Int]? = nil, in database: Database
    ) throws -> VerifiedHistory {
        var byBooking: [BookingKey: [RecordedEntry]] = [:]
        for recorded in entries {
            guard recorded.entry.type.isAboutBooking, let key = recorded.entry.key else { continue }
            byBooking[key, default: []].append(recorded)
            if let former = recorded.entry.supersedes, former != key.booking {
                byBooking[BookingKey(source: key.source, booking: former), default: []].append(recorded)
            }
        }
        // An id that a reading saw and nobody recorded has a history too: an empty one with presences.
        for key in presences.keys where byBooking[key] == nil { byBooking[key] = [] }
        var histories: [BookingKey: BookingHistory] = [:]
        histories.reserveCapacity(byBooking.count)
        for (key, entries) in byBooking {
            histories[key] = BookingHistory(key: key, entries: entries, presences: presences[key] ?? [])
        }
        let outside =
            try Query(database, "SELECT max(at) FROM outside").first { $0.isNull(0) ? nil : $0.text(0) } ?? nil
        return VerifiedHistory(
            verification: verification, bookings: histories,
            readings: Ledger.readings(journal),
            journal: journal, sequences: sequences ?? [:],
            lastHeldOutside: outside.flatMap { Timestamp(canonical: $0) }, opened: journal.first?.recorded,
            isWhole: sequences != nil, settled: settled, ranBack: ranBack)
    }

    /// The readings in the order in which they were taken.
    static func readings(_ journal: [Entry]) -> [Reading] {
        journal.compactMap { Reading($0) }
            .sorted { ($0.coverage.takenAt, $0.index) < ($1.coverage.takenAt, $1.index) }
    }

    /// The counters that sources gave, by index.
    static func sequences(_ entries: [RecordedEntry]) -> [Identifier: [NumberedEvent]] {
        var sequences: [Identifier: [NumberedEvent]] = [:]
        for entry in entries.lazy.map(\.entry) {
            guard let source = entry.source, let sequence = entry.sequence else { continue }
            sequences[source, default: []].append(
                NumberedEvent(
                    sequence: sequence, index: entry.index,
                    moment: min(entry.occurred ?? entry.recorded, entry.recorded)))
        }
        return sequences
    }
}
