public import Bookings

/// Settles a dispute: was it recorded; is it live; if not, was it cancelled or deleted, by whom, with what notice; was
/// it moved; when did it vanish; what else was booked in the same breath; was capture running.
public struct Investigation: Sendable {
    let history: VerifiedHistory
    let claim: Claim
    private let thresholds: Thresholds
    let replay: Replay
    let clock: LocalClock

    /// An investigation over a verified history, for what the client says. `clock` shows moments in sentences.
    public init(
        _ history: VerifiedHistory, claim: Claim, thresholds: Thresholds = Thresholds(), clock: LocalClock = .utc
    ) {
        self.clock = clock
        self.history = history
        self.claim = claim
        self.thresholds = thresholds
        replay = Replay(readings: history.readings, skew: thresholds.skew)
    }

    /// The id under which a booking goes on: its successor's successor, and so to the end.
    public func successor(of key: BookingKey) -> BookingKey {
        var key = key
        var seen: Set<BookingKey> = [key]
        while let own = history.bookings[key], case .superseded(let next)? = replay.state(of: own)?.standing {
            let successor = BookingKey(source: key.source, booking: next)
            guard history.bookings[successor] != nil, seen.insert(successor).inserted else { return key }
            key = successor
        }
        return key
    }

    /// The verdict about a recorded booking: of its present id, see ``successor(of:)``. `live` says what is known of
    /// the schedule.
    public func verdict(about key: BookingKey, live: LiveKnowledge) -> Verdict {
        guard let own = history.bookings[key], let state = replay.state(of: own) else {
            return absence(live: live, siblings: [], key: key)
        }
        let linked = history.closure(of: key)
        let line = history.lineage(of: key)
        var verdict = Verdict(
            answer: .inconclusive, sentence: "", key: key, appointment: state.appointment,
            timeline: Timeline(of: linked, readings: history.readings, clock: clock),
            notices: linked.flatMap(\.entries).map(\.entry).filter { $0.type.family == .notice }
                .sorted { $0.index < $1.index },
            windowOfLoss: nil, siblings: [], findings: ledgerFindings, limits: [],
            assurance: history.verification.assurance)
        let siblings = Siblings(among: history, thresholds: thresholds).ofTheSameClient(as: key)
        verdict.siblings = siblings.map { $0.finding(live: nil, of: key.booking, at: nil) }
        let reconciliation = self.reconciliationFindings(about: key, state: state, live: live)
        verdict.findings += reconciliation
        if let action = PracticeAction.lastUnnoticed(in: line, replay: replay),
            !reconciliation.contains(where: { $0.code == .ar302 })
        {
            verdict.findings.append(
                Finding(
                    .ar302, source: key.source, booking: key.booking, entries: [action.entry.index],
                    sentence: action.sentence))
        }
        settle(&verdict, line: line, state: state, live: live)
        verdict.limits += limits(live: live, source: key.source) + SealedFields(of: linked).limits
        return verdict
    }

    var ledgerFindings: [Finding] {
        history.verification.defects.map {
            Finding(
                FindingCode(rawValue: $0.code) ?? .ar401, source: nil, entries: $0.index.map { [$0] } ?? [],
                sentence: $0.sentence)
        }
    }

    // MARK: What the schedule says

    private func reconciliationFindings(about key: BookingKey, state: BookingState, live: LiveKnowledge) -> [Finding] {
        switch live {
        case .unread: return []
        case .compared(let report, _):
            let quality: Set<FindingCode> = [.ar201, .ar202, .ar203, .ar402]
            let siblings = Set(
                Siblings(among: history, thresholds: thresholds).inTheSameBreath(as: key).map(\.key.booking))
            return report.findings.filter {
                $0.source == key.source
                    && ($0.booking == key.booking || quality.contains($0.code)
                        || $0.unproven.contains { $0.booking == key.booking }
                        || $0.code == .ar301 && siblings.contains($0.booking ?? ""))
                    || $0.code == .ar110 && $0.entries.contains(state.entry.index)
            }
        case .remembered(let reading, let isPresent, let remembered, let unjudged):
            if isPresent, state.standing == .live {
                return remembered.filter { $0.code != .ar302 }.map {
                    Finding(
                        $0.code, source: key.source, booking: key.booking, snapshot: reading.coverage.takenAt,
                        sentence: $0.sentence)
                }
            }
            if isPresent, state.standing != .live {
                return remembered.filter { against.contains($0.code) }.map {
                    Finding(
                        $0.code, source: key.source, booking: key.booking, snapshot: reading.coverage.takenAt,
                        sentence: $0.sentence)
                }
            }
            guard let own = history.bookings[key] else { return [] }
            // What a check before that found of this booking alone, and nobody explained, holds on.
            if state.standing == .live, let unjudged, !remembered.contains(where: { lost.contains($0.code) }) {
                return [unjudged]
            }
            guard state.standing == .live, mayConclude(reading, state) else {
                let late = LateExplanation(
                    of: own, state, readings: readings(of: key.source), replay: replay, skew: thresholds.skew)
                return late?.findings(clock: clock, snapshot: nil) ?? []
            }
            if let replaced = remembered.first(where: { $0.code == .ar111 }) {
                return [
                    Finding(
                        .ar111, source: key.source, booking: key.booking, confidence: .likely,
                        entries: [state.entry.index], recorded: state.appointment.json,
                        snapshot: reading.coverage.takenAt, sentence: replaced.sentence)
                ]
            }
            let loss = window(own, reading.coverage)
            return [
                Finding(
                    .ar101, source: key.source, booking: key.booking,
                    confidence: key.booking.isMade ? .likely : .proven, entries: [state.entry.index],
                    recorded: state.appointment.json, snapshot: reading.coverage.takenAt,
                    sentence:
                        "\(Words.booking(key.booking, state.appointment)) is recorded, and was not in the schedule on "
                        + "\(clock.text(loss.absent)). No cancellation and no deletion is recorded.")
            ]
                + Siblings(among: history, thresholds: thresholds).inTheSameBreath(as: key).map {
                    $0.finding(live: nil, of: key.booking, at: nil)
                }
        }
    }

    /// That the schedule speaks against a recorded end.
    private let against: Set<FindingCode> = [.ar101, .ar102, .ar105, .ar108]

    /// That a booking is gone, said of it alone.
    private let lost: Set<FindingCode> = [.ar101, .ar111, .ar113]

    private func mayConclude(_ reading: Reading, _ state: BookingState) -> Bool {
        reading.coverage.isComplete && reading.coverage.cancelled == .kept
            && reading.coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
    }

    private func readings(of source: Identifier) -> [Reading] {
        history.readings.filter { $0.coverage.source == source }
    }

    private func window(_ own: BookingHistory, _ coverage: Coverage) -> WindowOfLoss {
        WindowOfLoss(
            of: own, at: coverage,
            readings: readings(of: own.key.source).filter { $0.coverage.takenAt < coverage.takenAt },
            replay: replay, skew: thresholds.skew)
    }

    // MARK: The answer

    private func settle(_ verdict: inout Verdict, line: BookingHistory, state: BookingState, live: LiveKnowledge) {
        let words = VerdictWords(
            line: line, state: state, claim: claim, replay: replay, clock: clock,
            readings: readings(of: line.key.source))
        defer { verdict.sentence += words.absences }
        let isMissing = verdict.findings.contains { $0.code == .ar101 && $0.confidence != .unproven }
        if let changes = words.contestedChanges, !(isMissing && state.standing == .live) {
            verdict.answer = .moved
            verdict.sentence = words.moved(changes)
            return
        }
        switch state.standing {
        case .deleted:
            verdict.answer = .deleted
            verdict.sentence = words.ended("deleted")
        case .cancelled:
            verdict.answer = .cancelled
            verdict.sentence = words.ended("cancelled")
        case .live, .superseded: settleStanding(&verdict, words, live: live)
        }
        // What the schedule says against the recorded end belongs to the answer.
        if state.standing != .live, let contradiction = verdict.findings.first(where: { against.contains($0.code) }) {
            verdict.sentence += " \(contradiction.sentence)"
        }
    }

    private func settleStanding(_ verdict: inout Verdict, _ words: VerdictWords, live: LiveKnowledge) {
        func answer(_ answer: Verdict.Answer, _ rest: String) {
            verdict.answer = answer
            verdict.sentence = "\(words.opening). \(rest)"
        }
        let codes: Set<FindingCode> = [.ar102, .ar104, .ar105, .ar106, .ar107, .ar108, .ar110, .ar111]
        let missing = verdict.findings.first { $0.code == .ar101 || $0.code == .ar113 }
        let siblings = verdict.findings.filter { $0.code == .ar301 }
        switch live {
        case .unread:
            answer(
                .inconclusive,
                "The live schedule was not read, so whether the booking is still there cannot be said: give the present "
                    + "export with --schedule.")
        case .compared(let report, let row):
            if let missing, missing.confidence != .unproven {
                verdict.windowOfLoss = window(words.line, report.coverage)
                answer(.dropped, words.dropped(verdict.windowOfLoss!, siblings: siblings))
            } else if let difference = verdict.findings.first(where: { codes.contains($0.code) && $0.unproven.isEmpty })
            {
                answer(.altered, "\(difference.sentence)")
            } else if row != nil {
                answer(.present, "The schedule shows it too, and the two agree.\(words.neverMoved)")
            } else {
                answer(
                    .inconclusive,
                    missing?.sentence
                        ?? verdict.findings.first {
                            [.ar201, .ar202, .ar203].contains($0.code) || !$0.unproven.isEmpty
                        }?
                        .sentence
                        ?? "The export does not cover this booking, so whether it is still there cannot be said.")
            }
        case .remembered(let reading, let isPresent, let remembered, let unjudged):
            let taken = clock.text(reading.coverage.takenAt)
            if !isPresent, missing != nil {
                verdict.windowOfLoss = window(words.line, reading.coverage)
                answer(.dropped, words.dropped(verdict.windowOfLoss!, siblings: siblings))
            } else if !isPresent, let unjudged, verdict.findings.contains(unjudged) {
                answer(.inconclusive, "The schedule's reading of \(taken) does not have it. \(unjudged.sentence)")
            } else if !isPresent, let replaced = verdict.findings.first(where: { $0.code == .ar111 }) {
                answer(.altered, replaced.sentence)
            } else if !isPresent {
                answer(.inconclusive, absenceWords(reading, words.state))
            } else if let difference = remembered.first(where: { codes.contains($0.code) }) {
                answer(.altered, "The schedule's last reading, of \(taken), shows it otherwise: \(difference.sentence)")
            } else {
                answer(.present, "The schedule's last reading, of \(taken), has it.\(words.neverMoved)")
            }
        }
    }

    /// Why the absence from a recorded reading proves nothing.
    private func absenceWords(_ reading: Reading, _ state: BookingState) -> String {
        let taken = "The schedule's reading of \(clock.text(reading.coverage.takenAt))"
        if !reading.coverage.isComplete { return "\(taken) does not have it, and was not complete." }
        switch reading.coverage.cancelled {
        case .removed?: return "\(taken) does not have it; that export cannot tell cancelled from dropped."
        case nil: return "\(taken) does not have it; nobody said whether cancelled rows stay in that export."
        case .kept?: return "\(taken) does not reach to its time."
        }
    }

    // MARK: What cannot be said

    func limits(live: LiveKnowledge, source: Identifier?) -> [String] {
        var limits: [String] = []
        if let opened = history.opened {
            limits.append("Recording began on \(clock.text(opened)) by this computer's clock.")
        }
        switch live {
        case .unread:
            limits.append(
                history.readings.isEmpty
                    ? "The live schedule was not read."
                    : "The live schedule was not read now; \(Words.count(history.readings.count, "reading")) of it "
                        + "\(history.readings.count == 1 ? "is" : "are") recorded.")
        case .compared(let report, _):
            limits.append("The schedule was read as of \(clock.text(report.coverage.takenAt)).")
        case .remembered(let reading, _, _, _):
            limits.append(
                "The schedule was last read as of \(clock.text(reading.coverage.takenAt)); the reading was recorded, the "
                    + "schedule was not read again now.")
        }
        let unprotected = history.verification.unprotected
        if unprotected > 0 {
            limits.append("\(Words.count(unprotected, "entry", "entries")) came after the last signed checkpoint.")
        }
        if !history.isWhole {
            let whole = history.journal.last { $0.type == .checkCompleted }
            limits.append(
                "What is shown was verified entry by entry under the tree; "
                    + (whole.map { "the whole ledger was last verified on \(clock.text($0.recorded))." }
                        ?? "the whole ledger was not verified now (daybook verify)."))
        }
        limits.append(clock.note)
        limits.append("What never reached the record or a reading cannot be shown here.")
        return limits
    }
}
