import Bookings

/// Missing bookings that seem to go on under another id.
extension Comparison {
    /// What may have taken the place of a missing booking: a row that nobody recorded, or a booking that a reading was
    /// the first to show.
    private struct Successor {
        let booking: Identifier
        let client: String?
        let appointment: Appointment
        /// The index of the reading that first showed it; `nil` for a row that is not recorded.
        let first: Int?
    }

    private struct Pair {
        let missing: Int
        let successor: Int
        /// How much alike the two are; `nil` for the same occurrence of a series.
        let likeness: Int?
        /// Minutes between the two starts.
        let apart: Int64
    }

    /// Takes bookings that seem to go on under another id out of the missing ones, each with one successor, the likest
    /// first; gives the unrecorded rows among these.
    ///
    /// What was recorded of a reading counts where that reading, and none before, lacked the missing booking: an export
    /// that gives a moved booking a new id drops one and shows the other in the same night. It goes on to count on the
    /// nights that follow, whatever becomes of the successor: that is a matter of its own.
    mutating func matchReplaced(_ unrecorded: [LiveAppointment]) -> Set<Identifier> {
        guard !missing.isEmpty else { return [] }
        let lost = missing.sorted { $0.history.key < $1.history.key }
        let successors =
            unrecorded.map {
                Successor(
                    booking: $0.booking, client: $0.personal["client.id"], appointment: $0.appointment, first: nil)
            } + firstSeenInReadings()
        let pairs = pairs(of: lost, with: successors).sorted {
            ($1.likeness ?? .max, $0.apart, $0.missing, $0.successor)
                < ($0.likeness ?? .max, $1.apart, $1.missing, $1.successor)
        }
        var replaced: Set<Int> = []
        var taken: Set<Int> = []
        for pair in pairs where !replaced.contains(pair.missing) && !taken.contains(pair.successor) {
            replaced.insert(pair.missing)
            taken.insert(pair.successor)
            found.append(replacement(of: lost[pair.missing], by: successors[pair.successor], pair.likeness))
        }
        missing = lost.indices.filter { !replaced.contains($0) }.map { lost[$0] }
        return Set(taken.lazy.filter { successors[$0].first == nil }.map { successors[$0].booking })
    }

    private func pairs(of lost: [Missing], with successors: [Successor]) -> [Pair] {
        let byClient = Dictionary(grouping: successors.indices.filter { successors[$0].client != nil }) {
            successors[$0].client!
        }
        let byOccurrence = Dictionary(grouping: successors.indices) { successors[$0].appointment.occurrenceOfSeries }
        var pairs: [Pair] = []
        for (place, one) in lost.enumerated() {
            let readings = readingsThatLost(one)
            func add(_ candidate: Int, _ likeness: Int?) {
                let other = successors[candidate]
                guard likeness ?? .max >= Comparison.leastLikeness(of: one.history.key.booking),
                    other.booking != one.history.key.booking,
                    other.first.map({ readings?.contains($0) ?? false }) ?? true
                else { return }
                let starts = (one.state.appointment.start?.minute, other.appointment.start?.minute)
                let apart = if case (let one?, let other?) = starts { abs(other - one) } else { Int64.max }
                pairs.append(Pair(missing: place, successor: candidate, likeness: likeness, apart: apart))
            }
            if let occurrence = one.state.known.occurrenceOfSeries {
                // A row alone may say so of another client; of what is recorded only the client's own is looked at.
                for other in byOccurrence[occurrence] ?? []
                where successors[other].first == nil
                    || successors[other].client != nil && successors[other].client == one.state.client
                {
                    add(other, nil)
                }
            }
            for other in one.state.client.flatMap({ byClient[$0] }) ?? [] {
                add(other, Comparison.likeness(one.state.appointment, successors[other].appointment))
            }
        }
        return pairs
    }

    /// The indexes from the reading after the one that last showed a booking to the first complete one that lacked it;
    /// `nil` where no reading that is recorded did.
    private func readingsThatLost(_ one: Missing) -> ClosedRange<Int>? {
        guard let last = one.history.presences.last?.last,
            let lacking = reconciliation.readings.first(where: { $0.index > last && $0.coverage.isComplete })
        else { return nil }
        return last + 1...lacking.index
    }

    /// The bookings that no event reported before a reading showed them, and that are not known to take another over.
    private func firstSeenInReadings() -> [Successor] {
        reconciliation.histories.compactMap { history -> Successor? in
            guard let reading = history.presences.first?.first,
                let created = history.entries.first(where: { $0.entry.type.family == .booking }),
                created.entry.type == .created, created.entry.basis == .observed,
                let appointment = created.entry.appointment,
                !history.entries.contains(where: {
                    $0.entry.booking == history.key.booking && $0.entry.supersedes != nil
                })
            else { return nil }
            return Successor(
                booking: history.key.booking, client: created.disclosed["client.id"], appointment: appointment,
                first: reading)
        }.sorted { $0.booking < $1.booking }
    }

    private func replacement(of one: Missing, by other: Successor, _ likeness: Int?) -> Finding {
        let row = snapshot.row(of: other.booking)
        let why =
            likeness == nil
            ? "is the same occurrence of its series, under a new id"
            : "is of the same client, and \(seen(other)): probably the same arrangement under a new id"
        let gone = row == nil ? " That one is not in the schedule now either, and is judged by itself." : ""
        return Finding(
            .ar111, source: coverage.source, booking: one.history.key.booking, confidence: .likely,
            entries: [one.state.entry.index], recorded: one.state.appointment.json,
            live: (row?.appointment ?? other.appointment).json, snapshot: coverage.takenAt,
            sentence:
                "\(Words.booking(one.history.key.booking, one.state.appointment)) is not in the schedule. "
                + "\(Words.booking(other.booking, row?.appointment ?? other.appointment)) \(why) "
                + "(\(likeness ?? 100) of 100).\(gone)")
    }

    private func seen(_ other: Successor) -> String {
        let reading = other.first.flatMap { first in reconciliation.readings.first { $0.index == first } }
        guard let reading else { return "was never recorded" }
        return "the reading of \(clock.text(reading.coverage.takenAt)) was the first to show it and to lack the other"
    }

    /// How much alike two bookings must be. An id that is made of client, practitioner and start is new where one of
    /// these is: there the client, and one of the others more or less, is as much as can be the same.
    private static func leastLikeness(of booking: Identifier) -> Int { booking.isMade ? 55 : 70 }

    /// How much two appointments of the same client look like one: 0 … 100.
    private static func likeness(_ recorded: Appointment, _ live: Appointment) -> Int {
        var score = 40
        if let before = recorded.start, let after = live.start {
            let days = abs(after.minute - before.minute) / 1440
            score += before.minute == after.minute ? 40 : days <= 7 ? 20 : 0
        }
        func isSame(_ before: String?, _ after: String?) -> Bool {
            before.map(Comparison.trimmed) == after.map(Comparison.trimmed) && before != nil
        }
        if isSame(recorded.practitioner, live.practitioner) { score += 15 }
        if isSame(recorded.service, live.service) { score += 5 }
        return score
    }
}

extension Appointment {
    /// The series and which occurrence of it; `nil` for what is none.
    fileprivate var occurrenceOfSeries: [String]? {
        guard let series, let occurrence else { return nil }
        return [series, occurrence]
    }
}
