import Bookings

/// A cancellation, a deletion, a move out of the window or a new id that was recorded only after a reading already
/// lacked the booking. It explains nothing away: the loss stays, beside what was said about it afterwards.
struct LateExplanation {
    private let key: BookingKey
    private let entry: Entry
    private let appointment: Appointment
    let loss: WindowOfLoss

    /// `nil` where what became of the booking was reported before any complete reading lacked it, or was attested by a
    /// person. `state` is that of a booking which is not expected in the schedule.
    init?(of history: BookingHistory, _ state: BookingState, readings: [Reading], replay: Replay, skew: Int64) {
        guard state.entry.basis == .reported,
            let loss = WindowOfLoss(of: history, before: state.entry, readings: readings, replay: replay, skew: skew)
        else { return nil }
        key = history.key
        entry = state.entry
        appointment = loss.expected ?? state.known
        self.loss = loss
    }

    /// True where a reading with this coverage would still show what was lost.
    func isInside(_ coverage: Coverage) -> Bool {
        coverage.includes(start: appointment.start, practitioner: appointment.practitioner)
    }

    private var what: String {
        if entry.booking != key.booking { return "new id" }
        return switch entry.type {
        case .deleted: "deletion"
        case .cancelled: "cancellation"
        default: "change"
        }
    }

    func findings(clock: LocalClock, snapshot: Timestamp?) -> [Finding] {
        return [
            Finding(
                .ar101, source: key.source, booking: key.booking, entries: [entry.index],
                recorded: appointment.json, snapshot: snapshot,
                sentence: "\(Words.booking(key.booking, appointment)) was already missing from the schedule on "
                    + "\(clock.text(loss.absent)). Its \(what) was recorded afterwards, on \(clock.text(entry.recorded)): "
                    + "explained afterwards, not before."),
            Finding(
                .ar304, source: key.source, booking: key.booking, entries: [entry.index], snapshot: snapshot,
                sentence: "The \(what) of booking \(Words.quoted(key.booking)) says that it happened on "
                    + "\(clock.text(entry.occurred ?? entry.recorded)), and was recorded on \(clock.text(entry.recorded)), "
                    + "after a reading already lacked the booking."),
        ]
    }
}
