import Bookings

/// Something that a practice did to a booking of which the client had to be told.
struct PracticeAction {
    /// What was done.
    enum Kind { case cancelled, deleted, moved(from: WallTime, to: WallTime) }

    let kind: Kind
    let entry: Entry
    /// The state before it.
    let appointment: Appointment
    /// Seconds from the action to the start; negative after it.
    let ahead: Int64?
    /// Attempts to tell the client that failed.
    let failed: [Entry]
    /// Notices that reached somebody, or were sent without word of a failure.
    let sent: [Entry]
    let booking: Identifier

    /// Cancellations, deletions and changes of time that were reported of somebody who is named and is not the client,
    /// in their order. `history` is a lineage, where the booking has had several ids.
    static func all(in history: BookingHistory, replay: Replay) -> [PracticeAction] {
        var actions: [PracticeAction] = []
        var before = Appointment()
        let notices = history.entries.map(\.entry).filter { $0.type.family == .notice }
        for entry in replay.states(of: history) {
            let after = entry.appointment ?? before
            defer { before = after }
            guard entry.basis == .reported, let kind = kind(of: entry, before: before, after: after),
                let actor = entry.actor,
                actor.kind != .client, actor.kind != .unknown || actor.id != nil
            else { continue }
            let when = replay.effective(entry)
            let told = notices.filter { replay.effective($0) >= when || $0.index > entry.index }
            actions.append(
                PracticeAction(
                    kind: kind, entry: entry, appointment: before,
                    ahead: before.start.map { Timestamp.seconds(from: when, to: $0.moment) },
                    failed: told.filter { !reached($0) }, sent: told.filter { reached($0) },
                    booking: history.key.booking))
        }
        return actions
    }

    /// The last of them of which nobody is recorded to have told the client.
    static func lastUnnoticed(in history: BookingHistory, replay: Replay) -> PracticeAction? {
        all(in: history, replay: replay).last { !$0.wasNoticed }
    }

    private static func kind(of entry: Entry, before: Appointment, after: Appointment) -> Kind? {
        switch entry.type {
        case .deleted: return .deleted
        case .cancelled: return .cancelled
        // An id that is given again moves nobody.
        case .created: return nil
        default:
            guard let from = before.start, let to = after.start, from.minute != to.minute else { return nil }
            return .moved(from: from, to: to)
        }
    }

    /// True for a notice that is not recorded as failed.
    static func reached(_ notice: Entry) -> Bool {
        notice.type == .noticeSent && notice.body?["reached"]?.boolean != false
    }

    /// True where a notice went out, or where there was nobody to tell any more: done after the start, without an attempt.
    var wasNoticed: Bool {
        !sent.isEmpty || failed.isEmpty && (ahead.map { $0 <= 0 } ?? false)
    }

    var verb: String {
        switch kind {
        case .cancelled: "cancelled"
        case .deleted: "deleted"
        case .moved(let from, let to): "moved from \(Words.time(from)) to \(Words.time(to))"
        }
    }

    var sentence: String {
        let when =
            ahead.map {
                $0 > 0 ? ", \(Words.duration($0)) before its start" : ", \(Words.duration($0)) after its start"
            } ?? ""
        let notice =
            failed.isEmpty
            ? "No attempt to tell the client is recorded."
            : "\(Words.count(failed.count, "attempt")) to tell the client \(failed.count == 1 ? "is" : "are") recorded; none reached "
                + "anyone."
        return "\(Words.booking(booking, appointment)) was \(verb) by \(Words.actor(entry.actor))\(when). \(notice)"
    }
}
