public import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Records a reading of the schedule, then the events that were inferred from it, in one transaction.
    ///
    /// The same reading (source, time and bytes) is recorded once: then the index of the first is given, and no event.
    /// `size` is that of the ledger from which the events were inferred: where it has grown since, nothing is recorded,
    /// and the answer is `nil`: infer again. Without it nothing was inferred.
    public func record(
        _ snapshot: Snapshot, observed: [Event] = [], inferredAt size: Int? = nil
    ) throws(LedgerError) -> (index: Int, isNew: Bool)? {
        try append { appender -> (index: Int, isNew: Bool)? in
            guard size == nil || appender.head.size == size else { return nil }
            if let index = try appender.reading(like: snapshot) { return (index, false) }
            var entry = appender.entry(.snapshotTaken)
            entry.source = snapshot.coverage.source
            let commitment = snapshot.commitment()
            entry.body = snapshot.body(committing: commitment)
            let index = try appender.append(entry)
            try appender.remember(snapshot, reading: index)
            try TreeBlock.write(commitment.blocks, of: index, to: appender.database)
            for event in observed { try appender.append(event) }
            return (index, true)
        }
    }

    /// Records an event that a named person attests, or that this program makes; gives its index.
    public func record(_ event: Event) throws(LedgerError) -> Int {
        try append { appender in try appender.append(event) }
    }
}

extension Appender {
    /// The index of a reading with this source, time and bytes, if one is recorded.
    fileprivate func reading(like snapshot: Snapshot) throws -> Int? {
        guard let source = try projector.existingNumber(of: snapshot.coverage.source) else { return nil }
        let store = EntryStore(database)
        // The same file is given again at once or not at all: a few readings back are far enough.
        let recent = try Query(
            database, "SELECT position FROM journal WHERE type = ?1 AND source = ?2 ORDER BY position DESC LIMIT 64"
        ).bind(1, text: EntryType.snapshotTaken.rawValue).bind(2, source).all { $0.integer(0) }
        return try recent.first { index in
            guard let reading = try store.entry(at: index).flatMap(Reading.init) else { return false }
            return reading.coverage.takenAt == snapshot.coverage.takenAt && reading.digest == snapshot.digest
        }
    }

    /// Keeps which bookings stood in the reading: only what changed since the reading before is written, so that ten
    /// years of nights cost little more than one.
    fileprivate mutating func remember(_ snapshot: Snapshot, reading: Int) throws {
        let source = try projector.number(of: snapshot.coverage.source)
        let before =
            try Query(
                database,
                "SELECT max(position) FROM journal WHERE type = ?1 AND source = ?2 AND position < ?3"
            ).bind(1, text: EntryType.snapshotTaken.rawValue).bind(2, source).bind(3, reading)
            .first { $0.optionalInteger(0) } ?? nil
        var remembered = [Bool](repeating: false, count: snapshot.appointments.count)
        let open = try Query(database, "SELECT booking FROM presence WHERE source = ?1 AND last IS NULL").bind(
            1, source)
        var gone: [Identifier] = []
        while try open.next() {
            if let place = snapshot.index[open.lent(0).bindMemory(to: UInt8.self)] {
                remembered[place] = true
            } else {
                gone.append(open.identifier(0))
            }
        }
        for booking in gone {
            try Query(
                database, "UPDATE presence SET last = ?3 WHERE source = ?1 AND booking = ?2 AND last IS NULL"
            ).bind(1, source).bind(2, booking).bind(3, before ?? reading).run()
        }
        for (_, again) in snapshot.index.repeated { remembered[again] = true }
        let fresh = remembered.indices.filter { !remembered[$0] }.map { snapshot.appointments.booking(at: $0) }
        for booking in fresh.sorted() {
            try Query(database, "INSERT INTO presence (source, booking, first, last) VALUES (?1, ?2, ?3, NULL)")
                .bind(1, source).bind(2, booking).bind(3, reading).run()
        }
    }
}
