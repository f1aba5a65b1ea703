import Bookings

/// What was written into the ledger long after it happened: until then, nothing held it fast.
///
/// A file may be full of sound proofs and be filled in one afternoon: hashes bind what was recorded from then on, and say
/// nothing of the months before.
enum Late {
    private static let most = Thresholds().late

    /// True where a moment was recorded later than the record is allowed to be.
    static func isLate(_ recorded: Timestamp, of moment: Timestamp) -> Bool { recorded > moment + most }

    /// ` Recorded only on 25 November 2026.`; empty where the readings were recorded when they were taken.
    static func sentence(_ readings: some Collection<Reading>, _ clock: LocalClock) -> String {
        let late = readings.filter(\.isRecordedLate)
        guard !late.isEmpty else { return "" }
        let days = days(late.map(\.recorded), clock)
        guard late.count < readings.count else { return " Recorded only \(days)." }
        return " \(late.count) of them \(late.count == 1 ? "was" : "were") recorded only \(days)."
    }

    /// `on 25 November 2026`, or `from 24 November 2026 to 25 November 2026`.
    static func days(_ moments: [Timestamp], _ clock: LocalClock) -> String {
        guard let first = moments.min(), let last = moments.max() else { return "" }
        let (from, to) = (clock.day(first), clock.day(last))
        return from == to ? "on \(from)" : "from \(from) to \(to)"
    }
}

extension Reading {
    /// True where the reading was recorded long after it was taken.
    var isRecordedLate: Bool { Late.isLate(recorded, of: coverage.takenAt) }
}

extension Entry {
    /// True where what happened was recorded long after it did.
    var isRecordedLate: Bool { occurred.map { Late.isLate(recorded, of: $0) } ?? false }
}
