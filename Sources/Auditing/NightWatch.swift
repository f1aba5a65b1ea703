public import Bookings

/// What a nightly check judges besides the schedule: whether the nights came, and whether the events did.
public struct NightWatch: Sendable {
    /// True where the source reports events, too: then what a reading had to add to the record is a gap in them.
    public var reportsEvents: Bool
    /// After how many seconds without a check of the source one was missed; `nil` where nobody waits for one.
    public var missedAfter: Int64?

    /// A watch by its parts.
    public init(reportsEvents: Bool, missedAfter: Int64?) {
        self.reportsEvents = reportsEvents
        self.missedAfter = missedAfter
    }

    /// Checks that lie this close together, in seconds, are of one night: one that was interrupted and is run again
    /// says the same as it would have said at once.
    public static let night: Int64 = 12 * 3600
}

/// What a source's checks were, as the ledger has them.
extension VerifiedHistory {
    /// Between which two checks of the source more time passed than `seconds` before the night at `now`; `nil` where
    /// none was missed, or where there was no check before.
    public func missedChecks(
        of source: Identifier, after seconds: Int64, now: Timestamp
    ) -> (from: Timestamp, to: Timestamp)? {
        let checks = journal.lazy.filter { $0.type == .checkCompleted && $0.body?["source"]?.string == source.text }
            .map(\.recorded)
        guard let before = checks.last(where: { $0 < now - NightWatch.night }) else { return nil }
        let tonight = checks.first { $0 >= now - NightWatch.night } ?? now
        return Timestamp.seconds(from: before, to: tonight) > seconds ? (before, tonight) : nil
    }
}

extension Reconciliation {
    /// What the night finds about itself and about the source's events. Each stands for one night: the next one, that
    /// runs in time and misses nothing, resolves it.
    func nightFindings() -> [Finding] {
        guard let watch else { return [] }
        return missedNights(watch) + (watch.reportsEvents ? missedEvents() : [])
    }

    private func missedNights(_ watch: NightWatch) -> [Finding] {
        guard let seconds = watch.missedAfter,
            let (from, to) = history.missedChecks(of: coverage.source, after: seconds, now: now)
        else { return [] }
        return [
            Finding(
                .ar402, source: coverage.source, detail: "no check since \(from.text)",
                sentence:
                    "No check of \(coverage.source) ran between \(clock.text(from)) and \(clock.text(to)): what was in "
                    + "the schedule only in between, nobody saw.")
        ]
    }

    /// What was recorded from this reading: the events of the source had not said it.
    private func missedEvents() -> [Finding] {
        let all = readings.map(\.index).sorted()
        guard
            let own = readings.last(where: {
                $0.coverage.takenAt == coverage.takenAt && $0.digest == snapshot.digest
            })?.index
        else { return [] }
        let next = all.first { $0 > own } ?? .max
        var findings: [Finding] = []
        for history in histories {
            for entry in history.entries.lazy.map(\.entry)
            where entry.basis == .observed && entry.key == history.key && own < entry.index && entry.index < next {
                let what =
                    switch entry.type {
                    case .created: "is in the schedule"
                    case .cancelled: "is cancelled in the schedule"
                    default: "is another in the schedule than it was recorded"
                    }
                findings.append(
                    Finding(
                        .ar402, source: coverage.source, booking: history.key.booking, entries: [entry.index],
                        live: snapshot.row(of: history.key.booking)?.appointment.json, snapshot: coverage.takenAt,
                        sentence: "\(Words.booking(history.key.booking, entry.appointment)) \(what), and no event of "
                            + "\(coverage.source) said so; it was recorded from the schedule."))
            }
        }
        return findings
    }
}
