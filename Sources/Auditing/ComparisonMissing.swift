import Bookings

/// Rows that are missing, and rows that nobody recorded.
extension Comparison {
    /// What keeps a missing row from proving anything; `nil` where nothing does.
    func doubt() -> String? {
        if isPartial { return "the export is not complete" }
        if !coverage.isComplete { return "nobody declares what the export covers" }
        switch coverage.cancelled {
        case .kept: return nil
        case .removed: return "this export cannot tell cancelled from dropped"
        case nil: return "nobody says whether cancelled rows stay in the export"
        }
    }

    mutating func addMissing() {
        guard !missing.isEmpty else { return }
        let bookings = missing.map(\.history.key.booking).sorted()
        guard !isPartial else {
            // The partial export is a finding already, and lists them as open.
            open = bookings
            return
        }
        let atOnce = lostAtOnce(among: missing)
        guard !atOnce.isEmpty else {
            let siblings = Siblings(among: reconciliation.history, thresholds: reconciliation.thresholds)
            let series =
                missing.contains { $0.state.known.series != nil }
                ? Set(snapshot.appointments.lazy.compactMap(\.appointment.series)) : []
            for one in missing.sorted(by: { $0.history.key < $1.history.key }) {
                found += missingFindings(one, siblings, series)
            }
            return
        }
        let percent = expected > 0 ? atOnce.count * 100 / expected : 100
        let before = missing.count - atOnce.count
        let rest =
            before == 0
            ? ""
            : " \(before) more \(before == 1 ? "was" : "were") missing before; this export does not settle \(before == 1 ? "that" : "those") either."
        found.append(
            Finding(
                .ar202, source: coverage.source, detail: lastTrace(of: atOnce).map { "after entry \($0)" },
                snapshot: coverage.takenAt,
                unproven: bookings.map { (.ar101, $0) },
                sentence:
                    "\(atOnce.count) of \(Words.count(expected, "expected booking")) (\(percent) %) are not in the "
                    + "export: \(Words.list(atOnce.map(\.history.key.booking).sorted())). So many at once speak for the "
                    + "export, not for lost bookings; nothing is concluded about single ones.\(rest)"))
    }

    /// The last entry that knew one of these bookings, a reading or an event: when one more goes missing it is a
    /// later one, and while the same ones are missing it stays.
    func lastTrace(of missing: [Missing]) -> Int? {
        let newest = earlierReadings.map(\.index).max()
        return missing.map { one in
            let seen = one.history.presences.last.map { $0.last ?? newest ?? $0.first }
            return max(seen ?? -1, one.state.entry.index)
        }.max()
    }

    /// More bookings than a practice loses at once, which the same reading was the first to lack: that says something of
    /// the export. What was lost before, a few each night, says nothing of this one; nor does what somebody allowed to be
    /// judged singly, when that reading was compared or one after it. An export that was in doubt stays so while it lacks
    /// most of what it lacked then: that some of their days have passed makes it no better.
    func lostAtOnce(among missing: [Missing]) -> [Missing] {
        let doubted = isInDoubtStill ? reconciliation.doubtedBefore : []
        guard reconciliation.allowedBy == nil,
            snapshot.rows == 0 || isMany(missing)
                || missing.contains(where: { doubted.contains($0.history.key.booking) })
        else { return [] }
        let allowed = allowedReading
        let lost = missing.map { (one: $0, since: window(of: $0).absent) }.filter { lost in
            allowed.map { lost.since > $0 } ?? true
        }
        if snapshot.rows == 0 { return lost.map(\.one) }
        let nights = Dictionary(grouping: lost, by: \.since).filter { night in
            isMany(night.value.map(\.one)) || night.value.contains { doubted.contains($0.one.history.key.booking) }
        }
        // From there on the export is in doubt, and so is what else it came to lack.
        guard let first = nights.keys.min() else { return [] }
        return lost.filter { $0.since >= first }.map(\.one)
    }

    private var isInDoubtStill: Bool {
        let before = reconciliation.doubtedBefore
        return before.count { snapshot.index[$0] == nil } * 2 > before.count
    }

    private func isMany(_ lost: [Missing]) -> Bool {
        // A series can go at once, with the rule that made it: that is one cause, however many its occurrences.
        var series: Set<String> = []
        let causes = lost.filter { one in one.state.known.series.map { series.insert($0).inserted } ?? true }
        // All that one client had can go at once, with the client: those rows are one cause, and are not counted.
        let byClient = Dictionary(grouping: causes.filter { $0.state.client != nil }) { $0.state.client! }
        let largest = byClient.values.map(\.count).max() ?? 0
        let counted = causes.count - (largest > 1 ? largest : 0)
        let thresholds = reconciliation.thresholds
        return counted > max(thresholds.massRows, expected * thresholds.massPercent / 100)
    }

    /// When the newest reading was taken of which somebody said that its missing bookings are to be judged singly.
    private var allowedReading: Timestamp? {
        let allowed = Set(
            reconciliation.history.journal.lazy.filter {
                $0.type == .checkCompleted && $0.body?["source"]?.string == coverage.source.text
                    && $0.body?["allowed"]?.string != nil
            }.compactMap { $0.body?["reading"]?.integer })
        return readings.lazy.filter { allowed.contains($0.index) }.map(\.coverage.takenAt).max()
    }

    func window(of one: Missing) -> WindowOfLoss {
        WindowOfLoss(
            of: one.history, at: coverage, readings: earlierReadings, replay: replay,
            skew: reconciliation.thresholds.skew)
    }

    private func missingFindings(_ one: Missing, _ siblings: Siblings, _ series: Set<String>) -> [Finding] {
        let booking = one.history.key.booking
        let loss = window(of: one)
        let seen = loss.present.map {
            " It was last seen in the schedule on \(clock.text($0)), and was gone on \(clock.text(loss.absent))."
        }
        var sentence = "\(Words.booking(booking, one.state.known)) is recorded, and is not in the schedule. "
        if let later = one.explained {
            let what = later.booking != booking ? "new id" : later.type == .deleted ? "deletion" : "cancellation"
            sentence +=
                "Its \(what) was recorded only afterwards, on \(clock.text(later.recorded)): explained afterwards, not before."
        } else {
            sentence += "No cancellation and no deletion is recorded."
        }
        sentence += seen ?? ""
        if let caution = one.caution, one.doubt == nil { sentence += " \(caution)" }
        if let doubt = one.doubt { sentence += " This is not proven: \(doubt)." }
        let isOccurrence = one.state.known.series.map { series.contains($0) } ?? false
        if isOccurrence { sentence += " Other occurrences of its series are in the schedule." }
        var findings = [
            Finding(
                isOccurrence ? .ar113 : .ar101, source: coverage.source, booking: booking,
                severity: one.doubt == nil ? nil : .warning,
                confidence: one.doubt != nil ? .unproven : one.caution != nil ? .likely : .proven,
                entries: [one.state.entry.index] + (one.explained.map { [$0.index] } ?? []),
                recorded: one.state.known.json, snapshot: coverage.takenAt, sentence: sentence)
        ]
        findings[0].loss = loss
        if let later = one.explained {
            findings.append(
                Finding(
                    .ar304, source: coverage.source, booking: booking, entries: [later.index],
                    snapshot: coverage.takenAt,
                    sentence: "What explains the absence of booking \(Words.quoted(booking)) says that it happened on "
                        + "\(clock.text(later.occurred ?? later.recorded)), and was recorded on "
                        + "\(clock.text(later.recorded)); the schedule lacked it on \(clock.text(coverage.takenAt))."))
        }
        guard one.doubt == nil else { return findings }
        for sibling in siblings.inTheSameBreath(as: one.history.key) {
            var evidence = sibling.finding(
                live: snapshot.row(of: sibling.key.booking), of: booking, at: coverage.takenAt)
            evidence.beside = booking
            findings.append(evidence)
        }
        return findings
    }

    func unrecordedFindings(_ rows: [LiveAppointment]) -> [Finding] {
        guard !rows.isEmpty else { return [] }
        let isEmpty =
            reconciliation.history.settled.entries == 0 && reconciliation.histories.allSatisfy { $0.entries.isEmpty }
        if isEmpty, rows.count > 1 {
            return [
                Finding(
                    .ar103, source: coverage.source, snapshot: coverage.takenAt,
                    sentence:
                        "Nothing is recorded yet about \(coverage.source), and the schedule has \(rows.count) bookings. "
                        + "Record what is there with: daybook observe.")
            ]
        }
        let started = reconciliation.history.journal.first {
            $0.type == .captureStarted && $0.source == coverage.source
        }?.recorded
        return rows.map { row in
            // New since an earlier complete reading, while events were being recorded: then the feed missed it.
            let key = BookingKey(source: coverage.source, booking: row.booking)
            let presences = reconciliation.history.bookings[key]?.presences ?? []
            let wasMissed =
                started.map { started in
                    earlierReadings.contains {
                        reading in
                        reading.coverage.isComplete && reading.recorded >= started
                            && reading.coverage.includes(
                                start: row.appointment.start, practitioner: row.appointment.practitioner)
                            && !presences.contains { $0.contains(reading.index) }
                    }
                } ?? false
            return Finding(
                .ar103, source: coverage.source, booking: row.booking, severity: wasMissed ? .error : nil,
                live: row.appointment.json, snapshot: coverage.takenAt,
                sentence: "\(Words.booking(row.booking, row.appointment)) is in the schedule and was never recorded.")
        }
    }
}
