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
        guard let created = own.first(where: { $0.type == .created }) else {
            return "The record shows: \(name), known only by later events"
        }
        let known =
            switch created.basis {
            case .baseline?: "found in the schedule when recording began"
            case .observed?: "seen in the schedule from \(clock.text(replay.effective(created)))"
            default: "booked on \(clock.text(replay.effective(created))) by \(Words.actor(created.actor))"
            }
        return "The record shows: \(name), \(known)"
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
            (["\(what) What the client says is supported by the record.", seen] + siblings.map(\.sentence)).compactMap {
                $0
            }.joined(separator: " ")
    }

    /// Where the claim names a time that the booking never had, with a space before it; else nothing.
    var neverMoved: String {
        guard let claimed = claim.start, changes.isEmpty,
            let only = own.lazy.compactMap(\.appointment?.start).first, only.minute != claimed.minute
        else { return "" }
        return " It is recorded for \(only.civil.clockText) since it was made, and was never moved; "
            + "\(claimed.civil.clockText) is not recorded."
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
            + "\(distance(of: entry)).\(why)\(neverMoved)\(told)"
    }

    private func distance(of entry: Entry) -> String {
        guard let start = state.known.start else { return "" }
        let ahead = Timestamp.seconds(from: replay.effective(entry), to: start.moment)
        return ", \(Words.duration(ahead)) \(ahead > 0 ? "before" : "after") its start"
    }

    private var lastSeen: String {
        let last = readings.last { reading in line.presences.contains { $0.contains(reading.index) } }
        guard let last else { return "" }
        let gone = readings.first { $0.coverage.takenAt > last.coverage.takenAt && $0.coverage.isComplete }
        return " It was last seen in the schedule on \(clock.text(last.coverage.takenAt))"
            + (gone.map { ", and gone on \(clock.text($0.coverage.takenAt))." } ?? ".")
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
        for entry in own where entry.type.family == .booking {
            guard let start = entry.appointment?.start else { continue }
            if let from = last, from.minute != start.minute { changes.append((from, start, entry)) }
            last = start
        }
        return changes
    }

    /// The changes of time, where the claim is about another time than the present one.
    var contestedChanges: [(from: WallTime, to: WallTime, entry: Entry)]? {
        guard let claimed = claim.start, let last = changes.last, last.to.minute != claimed.minute else { return nil }
        return changes
    }

    func moved(_ changes: [(from: WallTime, to: WallTime, entry: Entry)]) -> String {
        let steps = changes.map { change in
            let way = "from \(Words.time(change.from)) to \(Words.time(change.to))"
            guard change.entry.basis == .observed else {
                return "On \(clock.text(replay.effective(change.entry))) it was moved \(way) by "
                    + "\(Words.actor(change.entry.actor))."
            }
            return
                "The schedule showed it moved \(way) on \(clock.text(replay.effective(change.entry))); when that was done"
                + "\(sinceReading(before: change.entry)), and by whom, the export does not say."
        }
        let claimed = claim.start!
        let fits = changes.contains { $0.from.minute == claimed.minute }
        let supported =
            "The time that the client names, \(claimed.civil.clockText), "
            + (fits ? "was the recorded one before." : "was never recorded.")
        let quoted = own.filter { $0.type.family == .notice }.compactMap { notice -> String? in
            let time = notice.body?["quoted"]?.string.flatMap { WallTime(canonical: $0) }
            return time.map { "A notice of \(clock.text(replay.effective(notice))) named \(Words.time($0))." }
        }
        var sentences = [opening + "."] + steps + [supported]
        sentences += quoted.isEmpty ? ["No notice that names a time is recorded."] : quoted
        switch state.standing {
        case .cancelled, .deleted:
            let verb = state.standing == .deleted ? "deleted" : "cancelled"
            sentences.append(
                "It was \(verb) on \(clock.text(replay.effective(state.entry))) by \(Words.actor(state.entry.actor)).")
        default: break
        }
        return sentences.joined(separator: " ")
    }
}
