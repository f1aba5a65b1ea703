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

        /// When it starts; the beginning of time where nobody says.
        var minute: Int64 { appointment.start?.minute ?? .min }
    }

    private struct Replaced {
        let one: Missing
        let other: Successor
        /// How much alike the two are; `nil` for the same occurrence of a series.
        let likeness: Int?
        /// What else it may have become.
        let rivals: [Successor]
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
    /// nights that follow, whatever becomes of the successor: that is a matter of its own. A booking that was told to be
    /// missing stays so: what comes later may be another arrangement, and only a person can say that it is not.
    mutating func matchReplaced(_ unrecorded: [LiveAppointment]) -> Set<Identifier> {
        let lost = missing.filter { !reconciliation.missingBefore.contains($0.history.key.booking) }
            .sorted { $0.history.key < $1.history.key }
        guard !lost.isEmpty else { return [] }
        let successors =
            unrecorded.map {
                Successor(
                    booking: $0.booking, client: $0.personal["client.id"], appointment: $0.appointment, first: nil)
            } + firstSeenInReadings()
        let pairs = pairs(of: lost, with: successors).sorted {
            ($1.likeness ?? .max, $0.apart, $0.missing, $0.successor)
                < ($0.likeness ?? .max, $1.apart, $1.missing, $1.successor)
        }
        var chosen: [Int: Pair] = [:]
        var taken: Set<Int> = []
        for pair in pairs where chosen[pair.missing] == nil && !taken.contains(pair.successor) {
            chosen[pair.missing] = pair
            taken.insert(pair.successor)
        }
        let replaced = Set(chosen.keys.map { lost[$0].history.key })
        missing.removeAll { replaced.contains($0.history.key) }
        let rivals = Dictionary(grouping: pairs.filter { chosen[$0.missing]?.successor != $0.successor }, by: \.missing)
        report(
            chosen.values.map { pair in
                let others = Set(rivals[pair.missing]?.map(\.successor) ?? []).sorted()
                return Replaced(
                    one: lost[pair.missing], other: successors[pair.successor], likeness: pair.likeness,
                    rivals: others.map { successors[$0] })
            }.sorted { $0.one.history.key < $1.one.history.key })
        return Set(taken.lazy.filter { successors[$0].first == nil }.map { successors[$0].booking })
    }

    /// Each by itself, but for so many with one reading that somebody has given all bookings new ids.
    private mutating func report(_ replaced: [Replaced]) {
        let atOnce = Dictionary(
            replaced.map { ($0.one.history.key.booking, $0.other.booking) }, uniquingKeysWith: { first, _ in first })
        let many = lostAtOnce(among: replaced.map(\.one))
        let names = Set(many.map(\.history.key))
        for one in replaced where !names.contains(one.one.history.key) { found.append(finding(one)) }
        guard !many.isEmpty else { return }
        let bookings = many.map(\.history.key.booking).sorted()
        let shown = bookings.prefix(5).map { "\(Words.quoted($0)) as \(Words.quoted(atOnce[$0]!))" }
        let percent = expected > 0 ? many.count * 100 / expected : 100
        found.append(
            Finding(
                .ar111, source: coverage.source, detail: lastTrace(of: many).map { "after entry \($0)" },
                severity: .error,
                confidence: .unproven, snapshot: coverage.takenAt, unproven: bookings.map { (.ar111, $0) },
                sentence:
                    "\(many.count) of \(Words.count(expected, "expected booking")) (\(percent) %) are not in the export under "
                    + "their ids, and others of the same clients are there that look like them: \(shown.joined(separator: ", "))"
                    + "\(bookings.count > shown.count ? " …" : ""). So many at once speak for new ids (another program, another "
                    + "export, another list under identity), not for moves; nothing is concluded about single ones."))
    }

    private func pairs(of lost: [Missing], with successors: [Successor]) -> [Pair] {
        var byClient = Dictionary(grouping: successors.indices.filter { successors[$0].client != nil }) {
            successors[$0].client!
        }
        for client in byClient.keys { byClient[client]!.sort { successors[$0].minute < successors[$1].minute } }
        let byOccurrence = Dictionary(grouping: successors.indices) { successors[$0].appointment.occurrenceOfSeries }
        var pairs: [Pair] = []
        for (place, one) in lost.enumerated() {
            let others = one.state.client.flatMap { byClient[$0] } ?? []
            let occurrence = one.state.known.occurrenceOfSeries.flatMap { byOccurrence[$0] } ?? []
            guard !others.isEmpty || !occurrence.isEmpty else { continue }
            let readings = readingsThatLost(one)
            func add(_ candidate: Int, _ likeness: Int?) {
                let other = successors[candidate]
                guard other.booking != one.history.key.booking,
                    other.first.map({ readings?.contains($0) ?? false }) ?? true
                else { return }
                let starts = (one.state.appointment.start?.minute, other.appointment.start?.minute)
                let apart = if case (let one?, let other?) = starts { abs(other - one) } else { Int64.max }
                if let likeness, !Comparison.isLike(one.history.key.booking, likeness, apart: apart) { return }
                pairs.append(Pair(missing: place, successor: candidate, likeness: likeness, apart: apart))
            }
            // A row alone may say so of another client; of what is recorded only the client's own is looked at.
            for other in occurrence.prefix(Comparison.mostCandidates)
            where successors[other].first == nil
                || successors[other].client != nil && successors[other].client == one.state.client
            {
                add(other, nil)
            }
            for other in Comparison.nearest(others, to: one.state.appointment.start?.minute ?? 0, in: successors) {
                add(other, Comparison.likeness(one.state.appointment, successors[other].appointment))
            }
        }
        return pairs
    }

    /// A client with more bookings than this is no person: then those are looked at that start about the same time.
    private static let mostCandidates = 64

    private static func nearest(
        _ others: [Int], to minute: Int64, in successors: [Successor]
    ) -> ArraySlice<Int> {
        guard others.count > mostCandidates else { return others[...] }
        var (low, high) = (0, others.count)
        while low < high {
            let middle = (low + high) / 2
            if successors[others[middle]].minute < minute { low = middle + 1 } else { high = middle }
        }
        let first = max(0, min(low - mostCandidates / 2, others.count - mostCandidates))
        return others[first..<first + mostCandidates]
    }

    /// The indexes from the reading after the one that last showed a booking to the first that should have shown it and
    /// did not; `nil` where no reading that is recorded lost it so.
    private func readingsThatLost(_ one: Missing) -> ClosedRange<Int>? {
        guard let last = one.history.presences.last?.last else { return nil }
        let loss = window(of: one)
        let lacking = loss.reading ?? readings.last { $0.coverage.takenAt == coverage.takenAt }?.index
        return lacking.flatMap { $0 > last ? last + 1...$0 : nil }
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

    /// A moved booking keeps its id in most systems: one that is gone, and another at another time, is worth a person's look.
    private func finding(_ replaced: Replaced) -> Finding {
        let (one, other) = (replaced.one, replaced.other)
        let row = snapshot.row(of: other.booking)
        let isSure = replaced.likeness ?? 100 >= 80
        let why =
            replaced.likeness == nil
            ? "is the same occurrence of its series, under a new id"
            : "is of the same client, and \(seen(other)): \(isSure ? "probably" : "perhaps") the same arrangement under a new id"
        let gone = row == nil ? " That one is not in the schedule now either, and is judged by itself." : ""
        let shown = replaced.rivals.prefix(3).map { Words.booking($0.booking, $0.appointment).afterBooking }
        let more = replaced.rivals.count > shown.count ? " and others" : ""
        let rivals =
            shown.isEmpty ? "" : " It may also be \(shown.joined(separator: ", "))\(more), of the same client too."
        var finding = Finding(
            .ar111, source: coverage.source, booking: one.history.key.booking,
            severity: isSure || other.first == nil || one.history.key.booking.isMade ? nil : .error,
            confidence: .likely,
            entries: [one.state.entry.index], recorded: one.state.appointment.json,
            live: (row?.appointment ?? other.appointment).json, snapshot: coverage.takenAt,
            sentence:
                "\(Words.booking(one.history.key.booking, one.state.appointment)) is not in the schedule. "
                + "\(Words.booking(other.booking, row?.appointment ?? other.appointment)) \(why) "
                + "(\(replaced.likeness ?? 100) of 100).\(rivals)\(gone)")
        finding.successor = other.booking
        return finding
    }

    private func seen(_ other: Successor) -> String {
        let reading = other.first.flatMap { first in reconciliation.readings.first { $0.index == first } }
        guard let reading else { return "was never recorded" }
        return "the reading of \(clock.text(reading.coverage.takenAt)) was the first to show it and to lack the other"
    }

    /// True where two bookings of one client are alike enough. An id that is made of client, practitioner and start is new
    /// where one of these is: there it is enough that the other one starts within a month.
    private static func isLike(_ booking: Identifier, _ likeness: Int, apart: Int64) -> Bool {
        likeness >= 70 || booking.isMade && apart <= 31 * 1440
    }

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

extension String {
    /// `booking A-1 (…)`, inside a sentence.
    fileprivate var afterBooking: String { prefix(1).lowercased() + dropFirst() }
}

extension Appointment {
    /// The series and which occurrence of it; `nil` for what is none.
    fileprivate var occurrenceOfSeries: [String]? {
        guard let series, let occurrence else { return nil }
        return [series, occurrence]
    }
}
