public import Bookings

/// Settles a dispute: was it recorded; is it live; if not, was it cancelled or deleted, by whom, with what notice; was
/// it moved; when did it vanish; what else was booked in the same breath; was capture running.
public struct Investigation: Sendable {
    private let history: VerifiedHistory
    private let claim: Claim
    private let thresholds: Thresholds
    private let replay: Replay
    private let clock: LocalClock

    /// An investigation over a verified history, for what the client says. `clock` shows moments in sentences.
    public init(
        _ history: VerifiedHistory, claim: Claim, thresholds: Thresholds = Thresholds(), clock: LocalClock = .utc
    ) {
        self.clock = clock
        self.history = history
        self.claim = claim
        self.thresholds = thresholds
        replay = Replay(readings: history.readings)
    }

    /// The verdict about a recorded booking. `live` says what is known of the schedule.
    public func verdict(about key: BookingKey, live: LiveKnowledge) -> Verdict {
        guard let own = history.bookings[key], let state = replay.state(of: own) else {
            return absence(live: live, siblings: [], key: key)
        }
        let linked = closure(of: key)
        // A booking that goes on under another id is settled there.
        if case .superseded(let successor) = state.standing, linked.count > 1 {
            let next = BookingKey(source: key.source, booking: successor)
            if next != key, history.bookings[next] != nil,
                replay.state(of: history.bookings[next]!)?.standing != state.standing
            {
                return verdict(about: next, live: live)
            }
        }
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
        if let action = PracticeAction.lastUnnoticed(in: own, replay: replay),
            !reconciliation.contains(where: { $0.code == .ar302 })
        {
            verdict.findings.append(
                Finding(
                    .ar302, source: key.source, booking: key.booking, entries: [action.entry.index],
                    sentence: action.sentence))
        }
        settle(&verdict, own: own, state: state, live: live)
        verdict.limits += limits(live: live, source: key.source)
        return verdict
    }

    /// The verdict where nothing is recorded that fits the claim. `siblings` are other bookings of the same client.
    public func absence(live: LiveKnowledge, siblings: [BookingKey], key: BookingKey? = nil) -> Verdict {
        let cover = Cover(claim: claim, key: key, history: history, replay: replay, clock: clock)
        let others = siblings.compactMap { other -> Finding? in
            guard let own = history.bookings[other], let state = replay.state(of: own) else { return nil }
            return Finding(
                .ar301, source: other.source, booking: other.booking, entries: [state.entry.index],
                recorded: state.appointment.json,
                sentence: "\(Words.booking(other.booking, state.appointment)) of the same client is recorded.")
        }
        let what =
            claim.start.map { "Nothing is recorded for \(Words.time($0))" }
            ?? key.map { "Nothing is recorded about booking \(Words.quoted($0.booking))" }
            ?? "Nothing is recorded that fits"
        return Verdict(
            answer: cover.isGapless ? .notRecorded : .inconclusive, sentence: "\(what). \(cover.sentence)", key: nil,
            appointment: nil, timeline: Timeline(of: [], readings: []), notices: [], windowOfLoss: nil,
            siblings: others,
            findings: ledgerFindings + others, limits: limits(live: live, source: claim.source),
            assurance: history.verification.assurance)
    }

    private var ledgerFindings: [Finding] {
        history.verification.defects.map {
            Finding(
                FindingCode(rawValue: $0.code) ?? .ar401, source: nil, entries: $0.index.map { [$0] } ?? [],
                sentence: $0.sentence)
        }
    }

    private func closure(of key: BookingKey) -> [BookingHistory] {
        var found: [BookingKey] = [key]
        var place = 0
        while place < found.count {
            for entry in history.bookings[found[place]]?.entries.map(\.entry) ?? [] {
                for linked in [entry.supersedes, entry.booking].compactMap({ $0 }) {
                    let other = BookingKey(source: key.source, booking: linked)
                    if !found.contains(other) { found.append(other) }
                }
            }
            place += 1
        }
        return found.compactMap { history.bookings[$0] }
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
                        || $0.code == .ar301 && siblings.contains($0.booking ?? ""))
                    || $0.code == .ar110 && $0.entries.contains(state.entry.index)
            }
        case .remembered(let reading, let isPresent, let remembered):
            if isPresent {
                return remembered.filter { $0.code != .ar302 }.map {
                    Finding(
                        $0.code, source: key.source, booking: key.booking, snapshot: reading.coverage.takenAt,
                        sentence: $0.sentence)
                }
            }
            guard state.standing == .live, let own = history.bookings[key], mayConclude(reading, state) else {
                return []
            }
            let loss = window(own, reading.coverage)
            return [
                Finding(
                    .ar101, source: key.source, booking: key.booking, entries: [state.entry.index],
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

    private func mayConclude(_ reading: Reading, _ state: BookingState) -> Bool {
        reading.coverage.isComplete && reading.coverage.cancelled == .kept
            && reading.coverage.includes(start: state.appointment.start, practitioner: state.appointment.practitioner)
    }

    private func window(_ own: BookingHistory, _ coverage: Coverage) -> WindowOfLoss {
        WindowOfLoss(
            of: own, at: coverage,
            readings: history.readings.filter {
                $0.coverage.source == own.key.source && $0.coverage.takenAt < coverage.takenAt
            })
    }

    // MARK: The answer

    private func settle(_ verdict: inout Verdict, own: BookingHistory, state: BookingState, live: LiveKnowledge) {
        let name = Words.booking(own.key.booking, state.appointment)
        if let changed = changedTimes(own, claim: claim) {
            verdict.answer = .moved
            verdict.sentence = movedSentence(name, own: own, changes: changed, state: state)
            return
        }
        switch state.standing {
        case .deleted:
            verdict.answer = .deleted
            verdict.sentence = endSentence("deleted", name, own: own, state: state)
        case .cancelled:
            verdict.answer = .cancelled
            verdict.sentence = endSentence("cancelled", name, own: own, state: state)
        case .live, .superseded: settleStanding(&verdict, name, own: own, state: state, live: live)
        }
        if let late = verdict.findings.first(where: { $0.code == .ar101 }), state.standing != .live {
            verdict.sentence += " \(late.sentence)"
        }
    }

    private func settleStanding(
        _ verdict: inout Verdict, _ name: String, own: BookingHistory, state: BookingState, live: LiveKnowledge
    ) {
        let recorded = "The record shows: \(name), \(standingWords(own, state))."
        func answer(_ answer: Verdict.Answer, _ rest: String) {
            verdict.answer = answer
            verdict.sentence = "\(recorded) \(rest)"
        }
        let codes: Set<FindingCode> = [.ar102, .ar104, .ar105, .ar106, .ar107, .ar108, .ar110, .ar111]
        switch live {
        case .unread:
            answer(
                .inconclusive,
                "The live schedule was not read, so whether the booking is still there cannot be said: give the present export "
                    + "with --schedule.")
        case .compared(let report, let row):
            let missing = verdict.findings.first { $0.code == .ar101 }
            if missing?.confidence == .proven {
                verdict.windowOfLoss = window(own, report.coverage)
                answer(.dropped, droppedWords(verdict.windowOfLoss!, verdict))
            } else if let difference = verdict.findings.first(where: { codes.contains($0.code) }) {
                answer(.altered, "\(difference.sentence)")
            } else if row != nil {
                answer(.present, "The schedule shows it too, and the two agree.\(claimWords(own))")
            } else {
                answer(
                    .inconclusive,
                    missing?.sentence ?? verdict.findings.first { [.ar201, .ar202, .ar203].contains($0.code) }?.sentence
                        ?? "The export does not cover this booking, so whether it is still there cannot be said.")
            }
        case .remembered(let reading, let isPresent, let remembered):
            let taken = clock.text(reading.coverage.takenAt)
            if !isPresent, verdict.findings.contains(where: { $0.code == .ar101 }) {
                verdict.windowOfLoss = window(own, reading.coverage)
                answer(.dropped, droppedWords(verdict.windowOfLoss!, verdict))
            } else if !isPresent {
                answer(.inconclusive, "The schedule's last reading, of \(taken), does not cover it or is not complete.")
            } else if let difference = remembered.first(where: { codes.contains($0.code) }) {
                answer(.altered, "The schedule's last reading, of \(taken), shows it otherwise: \(difference.sentence)")
            } else {
                answer(.present, "The schedule's last reading, of \(taken), has it.\(claimWords(own))")
            }
        }
    }

    private func standingWords(_ own: BookingHistory, _ state: BookingState) -> String {
        guard let created = own.entries.first(where: { $0.entry.type == .created })?.entry else {
            return "known only by later events"
        }
        if created.basis == .baseline { return "found in the schedule when recording began" }
        if created.basis == .observed { return "seen in the schedule from \(clock.text(replay.effective(created)))" }
        return "booked on \(clock.text(replay.effective(created))) by \(Words.actor(created.actor))"
    }

    private func droppedWords(_ loss: WindowOfLoss, _ verdict: Verdict) -> String {
        let seen = loss.present.map {
            "It was last seen in the schedule on \(clock.text($0)), and was gone on \(clock.text(loss.absent))."
        }
        let siblings = verdict.findings.filter { $0.code == .ar301 }.map(\.sentence)
        return
            ([
                "The schedule no longer has it, and neither a cancellation nor a deletion is recorded: it was dropped without a "
                    + "trace. What the client says is supported by the record.", seen ?? "",
            ] + siblings).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Where the claim names a time that the booking never had.
    private func claimWords(_ own: BookingHistory) -> String {
        guard let claimed = claim.start else { return "" }
        let starts = own.entries.compactMap(\.entry.appointment?.start)
        guard !starts.contains(where: { $0.minute == claimed.minute }), let only = starts.first else { return "" }
        guard starts.allSatisfy({ $0.minute == only.minute }) else { return "" }
        return " It is recorded for \(only.civil.clockText) since it was made, and was never moved; "
            + "\(claimed.civil.clockText) is not recorded."
    }

    private func endSentence(_ verb: String, _ name: String, own: BookingHistory, state: BookingState) -> String {
        let entry = state.entry
        let attested = entry.basis == .attested ? ", as attested" : ""
        let why = entry.reason.map { " The reason recorded is \"\($0)\"." } ?? " No reason is recorded."
        var sentence =
            "The record shows: \(name), \(standingWords(own, state)). It was \(verb) on "
            + "\(clock.text(replay.effective(entry)))\(attested) by \(Words.actor(entry.actor))"
        if let start = state.appointment.start {
            let ahead = Timestamp.seconds(from: replay.effective(entry), to: start.moment)
            sentence +=
                ahead > 0 ? ", \(Words.duration(ahead)) before its start" : ", \(Words.duration(ahead)) after its start"
        }
        sentence += ".\(why)\(claimWords(own))"
        guard let action = PracticeAction.all(in: own, replay: replay).last else {
            return sentence + (entry.actor?.kind == .client ? " It was the client who did so." : "")
        }
        if let told = action.sent.last {
            sentence += " A notice to the client is recorded on \(clock.text(replay.effective(told)))."
        } else if !action.failed.isEmpty {
            sentence +=
                " \(Words.count(action.failed.count, "attempt")) to tell the client \(action.failed.count == 1 ? "is" : "are") "
                + "recorded; none reached anyone."
        } else {
            sentence += " No notice to the client is recorded."
        }
        return sentence
    }

    /// The recorded changes of time, where the claim is about another time than the present one.
    private func changedTimes(_ own: BookingHistory, claim: Claim) -> [(from: WallTime, to: WallTime, entry: Entry)]? {
        guard let claimed = claim.start else { return nil }
        var changes: [(from: WallTime, to: WallTime, entry: Entry)] = []
        var last: WallTime?
        for entry in replay.ordered(own).map(\.entry) where entry.type.family == .booking {
            guard let start = entry.appointment?.start else { continue }
            if let from = last, from.minute != start.minute { changes.append((from, start, entry)) }
            last = start
        }
        guard !changes.isEmpty, last?.minute != claimed.minute else { return nil }
        return changes
    }

    private func movedSentence(
        _ name: String, own: BookingHistory, changes: [(from: WallTime, to: WallTime, entry: Entry)],
        state: BookingState
    ) -> String {
        let steps = changes.map { change in
            "On \(clock.text(replay.effective(change.entry))) it was moved from \(Words.time(change.from)) to "
                + "\(Words.time(change.to)) by \(Words.actor(change.entry.actor))."
        }
        let claimed = claim.start!
        let fits = changes.contains { $0.from.minute == claimed.minute }
        let supported =
            fits
            ? "The time that the client names, \(claimed.civil.clockText), was the recorded one before."
            : "The time that the client names, \(claimed.civil.clockText), was never recorded."
        let quoted = own.entries.map(\.entry).filter { $0.type.family == .notice }.compactMap { notice -> String? in
            let time = notice.body?["quoted"]?.string.flatMap { WallTime(canonical: $0) }
            return time.map { "A notice of \(clock.text(replay.effective(notice))) named \(Words.time($0))." }
        }
        var sentence =
            "The record shows: \(name), \(standingWords(own, state)). \(steps.joined(separator: " ")) \(supported)"
        sentence += quoted.isEmpty ? " No notice that names a time is recorded." : " " + quoted.joined(separator: " ")
        switch state.standing {
        case .cancelled:
            sentence +=
                " It was cancelled on \(clock.text(replay.effective(state.entry))) by \(Words.actor(state.entry.actor))."
        case .deleted:
            sentence +=
                " It was deleted on \(clock.text(replay.effective(state.entry))) by \(Words.actor(state.entry.actor))."
        default: break
        }
        return sentence
    }

    // MARK: What cannot be said

    private func limits(live: LiveKnowledge, source: Identifier?) -> [String] {
        var limits: [String] = []
        if let opened = history.opened {
            limits.append("Recording began on \(clock.text(opened)) by this computer's clock.")
        }
        switch live {
        case .unread: limits.append("The live schedule was not read.")
        case .compared(let report, _):
            limits.append("The schedule was read as of \(clock.text(report.coverage.takenAt)).")
        case .remembered(let reading, _, _):
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
