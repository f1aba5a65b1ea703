import Bookings

/// The sentences of a verdict about one arrangement: what is recorded, what was observed, what is inferred, and nothing
/// about whose fault it is.
struct VerdictWords {
    /// The entries of all ids that the arrangement has had.
    let line: BookingHistory
    let state: BookingState
    let claim: Claim
    let replay: Replay
    let clock: LocalClock
    /// The readings of the source, in the order in which they were taken.
    let readings: [Reading]

    private var own: [Entry] { replay.ordered(line).map(\.entry) }

    /// `The record shows: Booking A-1001 (…), booked on … by …`, without its full stop.
    var opening: String {
        let name = Words.booking(line.key.booking, state.known)
        guard let created = replay.states(of: line).first(where: { $0.type == .created }) else {
            return "The record shows: \(name), known only by later events"
        }
        let isSame = created.appointment?.start?.minute == state.known.start?.minute
        let time = isSame ? "" : created.appointment?.start.map { " for \(Words.time($0))" } ?? ""
        // Under which id something was found belongs to what was found.
        let id = created.booking == line.key.booking ? "" : " as booking \(Words.quoted(created.booking!))"
        let known =
            switch created.basis {
            case .baseline?: "found in the schedule when recording began"
            case .observed?: "seen in the schedule from \(clock.text(replay.effective(created)))"
            default: "booked on \(clock.text(replay.effective(created))) by \(Words.actor(created.actor))"
            }
        return "The record shows: \(name), \(known)\(id)\(time)"
    }

    func dropped(_ loss: WindowOfLoss, siblings: [Finding]) -> String {
        let seen = loss.present.map {
            "It was last seen in the schedule on \(clock.text($0)), and was gone on \(clock.text(loss.absent))."
        }
        let isMade = line.key.booking.isMade
        let what =
            isMade
            ? "The schedule no longer has it under this id, and neither a cancellation nor a deletion is recorded. "
                + Words.madeID
            : "The schedule no longer has it, and neither a cancellation nor a deletion is recorded: "
                + "it was dropped without a trace."
        return
            (["\(what) \(support)", seen] + siblings.map(\.sentence)).compactMap {
                $0
            }.joined(separator: " ") + otherTime
    }

    /// Whether the record bears out the claim: the booking, and the time that is claimed for it.
    private var support: String {
        let starts = replay.states(of: line).compactMap(\.appointment?.start)
        guard let claimed = claim.start, !starts.isEmpty, !starts.contains(where: { $0.minute == claimed.minute })
        else {
            return "What the client says is supported by the record."
        }
        return "That there was a booking is supported by the record, and the time that the client names is not."
    }

    /// How the recorded time came to be another than the claimed one, with a space before it; else nothing.
    private var otherTime: String {
        guard let changes = contestedChanges else { return neverMoved }
        return " " + (steps(changes) + identities + [supported(by: changes)]).joined(separator: " ")
    }

    /// Where the claim names a time that the booking never had, with a space before it; else nothing.
    var neverMoved: String {
        guard let claimed = claim.start, changes.isEmpty,
            let only = replay.states(of: line).lazy.compactMap(\.appointment?.start).first,
            only.minute != claimed.minute
        else { return "" }
        let isThatDay = only.civil.day == claimed.civil.day
        func text(_ time: WallTime) -> String { isThatDay ? time.civil.clockText : Words.time(time) }
        return
            " It is recorded for \(text(only)) since it was made, and was never moved; \(text(claimed)) is not recorded."
    }

    /// How the booking ended: who, when, why, and what the client was told.
    func ended(_ verb: String) -> String {
        let entry = state.entry
        let why =
            entry.reason.map { " The reason recorded is \"\($0)\"." }
            ?? (entry.sealed.contains { $0.name == "reason.text" }
                ? " A reason is recorded, and sealed." : " No reason is recorded.")
        switch entry.basis {
        case .attested?:
            return
                "\(opening). On \(clock.text(entry.recorded)) \(Words.name(of: entry.actor)) attested that it had been \(verb); "
                + "when that was done is not recorded.\(why)\(lastSeen)\(neverMoved)"
        case .observed?:
            return
                "\(opening). The schedule showed it as \(verb) on \(clock.text(replay.effective(entry))); when that was "
                + "done\(sinceReading(before: entry)), and by whom, the export does not say.\(neverMoved)"
        default: break
        }
        return "\(opening). It was \(verb) on \(clock.text(replay.effective(entry))) by \(Words.actor(entry.actor))"
            + "\(distance(of: entry)).\(why)\(neverMoved)\(told)\(stillShown)"
    }

    private func distance(of entry: Entry) -> String {
        guard let start = state.known.start else { return "" }
        let ahead = Timestamp.seconds(from: replay.effective(entry), to: start.moment)
        return ", \(Words.duration(ahead)) \(ahead > 0 ? "before" : "after") its start"
    }

    private var lastSeen: String {
        guard let last = readings.last(where: shows) else { return "" }
        if last.index == newest?.index { return " \(still(last))" }
        let gone = readings.first { $0.coverage.takenAt > last.coverage.takenAt && $0.coverage.isComplete }
        return " It was last seen in the schedule on \(clock.text(last.coverage.takenAt))"
            + (gone.map { ", and gone on \(clock.text($0.coverage.takenAt))." } ?? ".")
    }

    private func shows(_ reading: Reading) -> Bool { line.presences.contains { $0.contains(reading.index) } }

    /// The newest reading that says whether the booking is there.
    private var newest: Reading? { readings.last { shows($0) || $0.coverage.isComplete } }

    private func still(_ reading: Reading) -> String {
        "The last reading of the schedule, of \(clock.text(reading.coverage.takenAt)), still shows it."
    }

    /// That a reading after the recorded end shows what should no longer be there, with a space before it; else nothing.
    private var stillShown: String {
        guard let newest, shows(newest), newest.coverage.takenAt > replay.effective(state.entry),
            state.standing == .deleted || newest.coverage.cancelled == .removed
        else { return "" }
        return " \(still(newest))"
    }

    /// That complete readings lacked the booking for a while, with a space before it; else nothing.
    var absences: String {
        let states = replay.states(of: line)
        func mightShow(_ reading: Reading) -> Bool {
            let then = states.filter { replay.effective($0) <= reading.coverage.takenAt }.compactMap(\.appointment)
            return reading.coverage.isComplete
                && reading.coverage.includes(
                    start: then.compactMap(\.start).last, practitioner: then.compactMap(\.practitioner).last)
        }
        let telling = readings.filter { shows($0) || mightShow($0) }
        let gaps = telling.split(whereSeparator: shows).filter { gap in
            gap.startIndex > telling.startIndex && gap.endIndex < telling.endIndex
        }
        return gaps.map { gap in
            let first = clock.text(gap.first!.coverage.takenAt)
            let lacking =
                gap.count == 1
                ? "the complete reading of \(first)"
                : "\(gap.count) complete readings, from that of \(first) to that of \(clock.text(gap.last!.coverage.takenAt))"
            return " In between it was absent from \(lacking); that of "
                + "\(clock.text(telling[gap.endIndex].coverage.takenAt)) showed it again."
        }.joined()
    }

    /// ` between the readings of … and …`, for what was inferred from the later one.
    private func sinceReading(before entry: Entry) -> String {
        let seen = replay.effective(entry)
        guard let before = readings.last(where: { $0.coverage.takenAt < seen }) else { return "" }
        return ", after the reading of \(clock.text(before.coverage.takenAt))"
    }

    /// What the client was told of the last thing that the practice did, with a space before it.
    private var told: String {
        guard let action = PracticeAction.all(in: line, replay: replay).last else {
            return state.entry.actor?.kind == .client ? " It was the client who did so." : ""
        }
        if let notice = action.sent.last {
            return " A notice to the client is recorded on \(clock.text(replay.effective(notice)))."
        }
        guard !action.failed.isEmpty else { return " No notice to the client is recorded." }
        return " \(Words.count(action.failed.count, "attempt")) to tell the client "
            + "\(action.failed.count == 1 ? "is" : "are") recorded; none reached anyone."
    }

    /// The changes of time, in order.
    var changes: [(from: WallTime, to: WallTime, entry: Entry)] {
        var changes: [(from: WallTime, to: WallTime, entry: Entry)] = []
        var last: WallTime?
        for entry in replay.states(of: line) {
            guard let start = entry.appointment?.start else { continue }
            if let from = last, from.minute != start.minute { changes.append((from, start, entry)) }
            last = start
        }
        return changes
    }

    /// The changes of time, where the claim is about another time than the present one.
    var contestedChanges: [(from: WallTime, to: WallTime, entry: Entry)]? {
        let changes = changes
        guard let last = changes.last else { return nil }
        if let claimed = claim.start { return last.to.minute != claimed.minute ? changes : nil }
        guard let day = claim.day?.civil.day, last.to.civil.day != day else { return nil }
        return changes
    }

    /// Who attests that the arrangement goes on under another id.
    var identities: [String] {
        own.filter(\.isAttestedIdentity).map {
            "On \(clock.text(replay.effective($0))) \(Words.identity($0))."
        }
    }

    /// Whether the claimed time, or day, was ever the recorded one.
    private func supported(by changes: [(from: WallTime, to: WallTime, entry: Entry)]) -> String {
        let claimed =
            claim.start.map { "time that the client names, \($0.civil.clockText)," }
            ?? "day that the client names, \(Words.date(claim.day!.civil)),"
        let fits = changes.contains { change in
            claim.start.map { $0.minute == change.from.minute } ?? (change.from.civil.day == claim.day!.civil.day)
        }
        return "The \(claimed) " + (fits ? "was the recorded one before." : "was never recorded.")
    }

    func moved(_ changes: [(from: WallTime, to: WallTime, entry: Entry)]) -> String {
        let quoted = own.filter { $0.type.family == .notice }.compactMap { notice -> String? in
            let time = notice.body?["quoted"]?.string.flatMap { WallTime(canonical: $0) }
            return time.map { "A notice of \(clock.text(replay.effective(notice))) named \(Words.time($0))." }
        }
        var sentences = [opening + "."] + steps(changes) + identities + [supported(by: changes)]
        sentences += quoted.isEmpty ? ["No notice that names a time is recorded."] : quoted
        switch state.standing {
        case .cancelled, .deleted:
            let verb = state.standing == .deleted ? "deleted" : "cancelled"
            sentences.append(
                "It was \(verb) on \(clock.text(replay.effective(state.entry))) by \(Words.actor(state.entry.actor))."
                    + stillShown)
        default: break
        }
        return sentences.joined(separator: " ")
    }

    /// Each change of time: when it was made, by whom, or how it is known.
    private func steps(_ changes: [(from: WallTime, to: WallTime, entry: Entry)]) -> [String] {
        changes.map { change in
            let isAnew = change.entry.type == .created
            let anew = isAnew ? ", as booking \(Words.quoted(change.entry.booking!))," : ""
            let way = "from \(Words.time(change.from)) to \(Words.time(change.to))\(anew)"
            guard change.entry.basis == .observed || change.entry.basis == .baseline else {
                return "On \(clock.text(replay.effective(change.entry))) it was moved \(way) by "
                    + "\(Words.actor(change.entry.actor))."
            }
            return
                "The schedule showed it moved \(way) on \(clock.text(replay.effective(change.entry))); when that was done"
                + "\(sinceReading(before: change.entry)), and by whom, the export does not say."
        }
    }
}
