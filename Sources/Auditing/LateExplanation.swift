import Bookings

/// A cancellation or deletion that was recorded only after a reading already lacked the booking. It explains nothing
/// away: the loss stays, beside what was said about it afterwards.
struct LateExplanation {
    private let key: BookingKey
    private let entry: Entry
    private let appointment: Appointment
    let loss: WindowOfLoss

    /// `nil` where the booking's end was reported before any complete reading lacked it, or was attested by a person.
    init?(of history: BookingHistory, _ state: BookingState, readings: [Reading], replay: Replay, skew: Int64) {
        guard state.standing == .cancelled || state.standing == .deleted, state.entry.basis == .reported,
            let loss = WindowOfLoss(of: history, before: state.entry, readings: readings, replay: replay, skew: skew)
        else { return nil }
        key = history.key
        entry = state.entry
        appointment = state.known
        self.loss = loss
    }

    func findings(clock: LocalClock, snapshot: Timestamp?) -> [Finding] {
        let what = entry.type == .deleted ? "deletion" : "cancellation"
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
