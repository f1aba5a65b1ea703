import Auditing
import Bookings
import LedgerStore

/// How the record comes to a comparison: what plainly agrees is counted while the entries are verified, and the rest is
/// handed over.
extension Ledger {
    /// What the ledger says to a comparison with one reading; of `wanted` bookings everything.
    func history(
        comparedWith snapshot: Snapshot, thresholds: Thresholds, wanted: Set<BookingKey> = []
    ) throws -> VerifiedHistory {
        try self.history { Ledger.sieve(for: snapshot, thresholds, wanted, $0, $1) }
    }

    /// What the ledger says to comparisons with these readings, of several sources: it is verified once for all.
    func histories(comparedWith snapshots: [Snapshot], thresholds: Thresholds) throws -> [VerifiedHistory] {
        try self.histories { readings, journal in
            snapshots.map { Ledger.sieve(for: $0, thresholds, [], readings, journal) }
        }
    }

    private static func sieve(
        for snapshot: Snapshot, _ thresholds: Thresholds, _ wanted: Set<BookingKey>, _ readings: [Reading],
        _ journal: [Entry]
    ) -> Sieve {
        let started = journal.first { $0.type == .captureStarted && $0.source == snapshot.coverage.source }
        return Settlement(
            of: snapshot, thresholds: thresholds, readings: readings,
            started: started.map { $0.occurred ?? $0.recorded }
        ).sieve(except: wanted)
    }

    /// What the whole ledger says about these bookings and about the recording: every entry is verified, and of other
    /// bookings nothing is kept.
    func wholeHistory(of wanted: Set<BookingKey>) throws -> VerifiedHistory {
        try self.history { _, _ in Sieve(wanted: wanted) }
    }

    /// The bookings that were ever recorded for this day, counted from 1970-01-01: every entry is looked at.
    func bookings(on day: Int) throws -> Set<BookingKey> {
        let kept = try self.history { _, _ in Sieve(day: day) }
        return Set(
            kept.bookings.values.lazy.filter { history in
                history.entries.contains {
                    $0.entry.key == history.key && $0.entry.appointment?.start?.civil.day == day
                }
            }.map(\.key))
    }

    /// The bookings that are looked at beside this one: of the same client, made close to it, or superseding it.
    func neighbours(of key: BookingKey) throws -> Set<BookingKey> {
        let alone = try history(of: [key])
        let own = alone.bookings[key]?.entries ?? []
        let created = own.filter { $0.entry.type == .created }.map(\.entry.index)
        var found = try bookings(near: created, distance: 50).union(alone.bookings.keys)
        for client in Set(own.compactMap { $0.disclosed["client.id"] }) {
            found.formUnion(try bookings(under: SearchTerm.terms(name: "client.id", value: client)))
        }
        return found
    }
}
