public import Bookings
import GRDB

/// What a night asks of the nights before it.
extension Ledger {
    /// When a check last completed before a moment, of any of these sources; and when one first did from then on.
    public func checks(of sources: Set<Identifier>, around moment: Timestamp) throws(LedgerError)
        -> (before: Timestamp?, after: Timestamp?)
    {
        try read { database in
            let store = EntryStore(database)
            let checks = try Query(
                database, "SELECT position FROM journal WHERE type = ?1 ORDER BY position DESC"
            ).bind(1, text: EntryType.checkCompleted.rawValue)
            var after: Timestamp?
            while try checks.next() {
                guard let entry = try store.entry(at: checks.integer(0)), let source = entry.body?["source"]?.string,
                    sources.contains(Identifier(source))
                else { continue }
                guard entry.recorded >= moment else {
                    checks.reset()
                    return (entry.recorded, after)
                }
                after = entry.recorded
            }
            return (nil, after)
        }
    }

    /// True where bookings of the source are recorded.
    public func hasBookings(of source: Identifier) throws(LedgerError) -> Bool {
        try read { database in
            try Query(
                database,
                "SELECT 1 FROM booking JOIN source ON source.id = booking.source WHERE source.name = ?1 LIMIT 1"
            ).bind(1, source).first { _ in true } ?? false
        }
    }

    /// The newest reading of each source that was ever read, in the order of their ids.
    public func newestReadings() throws(LedgerError) -> [Reading] {
        try read { database in
            let store = EntryStore(database)
            return try Query(
                database, "SELECT max(position) FROM journal WHERE type = ?1 AND source IS NOT NULL GROUP BY source"
            ).bind(1, text: EntryType.snapshotTaken.rawValue).all { $0.integer(0) }
                .compactMap { try store.entry(at: $0).flatMap { Reading($0) } }
                .sorted { $0.coverage.source < $1.coverage.source }
        }
    }

    /// The index of the newest `ledger.state` where it still is the whole: where nothing came after it but time-stamps,
    /// of which there may be some; `nil` where something did.
    public func presentState() throws(LedgerError) -> (index: Int, isStamped: Bool)? {
        try read { database in
            guard let size = try Head(reading: database)?.size,
                let state = try Ledger.newestState(before: size, in: database)?.index
            else { return nil }
            let stamps =
                try Query(database, "SELECT count(*) FROM journal WHERE type = ?1 AND position > ?2")
                .bind(1, text: EntryType.ledgerStamped.rawValue).bind(2, state).first { $0.integer(0) } ?? 0
            return state + 1 + stamps == size ? (state, stamps > 0) : nil
        }
    }
}
