import Bookings

/// Whether the recording was listening when a booking is claimed to have been made: only then does silence speak.
struct Cover {
    /// True where a booking made at the claimed time would have been recorded.
    let isGapless: Bool
    /// Why, or why not, in words; never blames the client.
    let sentence: String

    init(claim: Claim, key: BookingKey?, history: VerifiedHistory, clock: LocalClock) {
        if let key, let reading = Cover.reading(without: key, claim: claim, history: history) {
            isGapless = true
            sentence =
                "A complete reading of the schedule of \(clock.text(reading.coverage.takenAt)), through which it is claimed to "
                + "have stood, does not have it either. That says what was recorded and observed, and nothing about the client."
            return
        }
        let counted = history.sequences.filter { claim.source == nil || $0.key == claim.source }
        guard !counted.isEmpty, let claimed = claim.booked ?? claim.start?.moment else {
            isGapless = false
            sentence =
                (counted.isEmpty
                    ? "No source numbers its events, so a missing event would not show"
                    : "It is not known when the booking is said to have been made (--booked)")
                + ": it cannot be said whether it was made and never reached the record."
            return
        }
        if let gap = history.journal.first(where: { $0.type == .captureGap && counted[$0.source ?? ""] != nil }) {
            isGapless = false
            sentence =
                "\(gap.source ?? "The source") reported on \(clock.text(gap.occurred ?? gap.recorded)) that its recording had a "
                + "gap: the booking may have been made and lost on the way to the record."
            return
        }
        for (source, sequences) in counted.sorted(by: { $0.key < $1.key }) {
            let ordered = sequences.sorted { $0.sequence < $1.sequence }
            let before = ordered.last { $0.moment <= claimed }
            let after = ordered.first { $0.moment >= claimed }
            // Without the day of booking it may have been any day since recording began.
            let from = claim.booked == nil ? ordered.first : before
            guard let from, before != nil, let after else {
                isGapless = false
                sentence =
                    "The events of \(source) that are recorded do not lie on both sides of that time: it cannot be said whether "
                    + "the booking was made and never reached the record."
                return
            }
            let span = ordered.filter { (from.sequence...max(from.sequence, after.sequence)).contains($0.sequence) }
            guard Reconciliation.gaps(in: span).isEmpty else {
                isGapless = false
                sentence =
                    "Events of \(source) are missing from its own numbering around that time: the booking may have been made and "
                    + "lost on the way to the record."
                return
            }
        }
        isGapless = true
        sentence =
            "Events before and after that time are recorded, and none is missing from the numbering of "
            + "\(counted.keys.sorted().map(\.text).joined(separator: ", ")): a booking made there would be in the record. That "
            + "says what the booking system reported, and nothing about the client."
    }

    /// A complete reading between the claimed booking and the claimed start that lacks the id.
    private static func reading(without key: BookingKey, claim: Claim, history: VerifiedHistory) -> Reading? {
        guard let start = claim.start else { return nil }
        let presences = history.bookings[key]?.presences ?? []
        return history.readings.last { reading in
            reading.coverage.source == key.source && reading.coverage.isComplete
                && reading.coverage.takenAt <= start.moment
                && (claim.booked.map { reading.coverage.takenAt > $0 } ?? false)
                && reading.coverage.includes(start: start, practitioner: nil)
                && !presences.contains { $0.contains(reading.index) }
        }
    }
}
