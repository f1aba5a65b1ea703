public import Bookings

/// Between which two readings a booking vanished.
public struct WindowOfLoss: Sendable, Equatable {
    /// When a reading last showed it; `nil` where none ever did.
    public let present: Timestamp?
    /// When a complete reading first lacked it after that.
    public let absent: Timestamp
    /// What that reading should have shown, where the loss was seen before its explanation.
    let expected: Appointment?

    /// The index of the reading that first lacked it, where that is an earlier one than the one compared now.
    let reading: Int?

    /// The window of a booking that the reading with this coverage lacks: the first complete reading after it was
    /// last seen, and that should have shown it, ends it. `readings` are the earlier ones of the source, the oldest
    /// first.
    init(of history: BookingHistory, at coverage: Coverage, readings: [Reading], replay: Replay, skew: Int64) {
        let place = readings.lastIndex { reading in history.presences.contains { $0.contains(reading.index) } }
        let last = place.map { readings[$0].coverage.takenAt }
        let gone = readings[(place.map { $0 + 1 } ?? 0)...].first { reading in
            last.map { reading.coverage.takenAt > $0 } ?? true && reading.coverage.isComplete
                && WindowOfLoss.expected(history, in: reading, replay: replay, skew: skew) != nil
        }
        present = last
        absent = gone?.coverage.takenAt ?? coverage.takenAt
        reading = gone?.index
        expected = nil
    }

    /// The window of a booking that was already gone when `entry` was recorded; `nil` where no complete reading before
    /// the entry lacked it. A reading while the entry was under way, within the skew of both clocks, says nothing.
    init?(of history: BookingHistory, before entry: Entry, readings: [Reading], replay: Replay, skew: Int64) {
        let before = readings.filter { $0.index < entry.index }
        let last = before.last { reading in history.presences.contains { $0.contains(reading.index) } }
        for reading in before {
            let takenAt = reading.coverage.takenAt
            let isUnderWay = entry.recorded <= takenAt + skew && replay.effective(entry) > takenAt - skew
            guard !isUnderWay, last.map({ takenAt > $0.coverage.takenAt }) ?? true, reading.coverage.isComplete,
                entry.type == .deleted || reading.coverage.cancelled == .kept,
                let expected = WindowOfLoss.expected(history, in: reading, replay: replay, skew: skew)
            else { continue }
            present = last?.coverage.takenAt
            absent = takenAt
            self.expected = expected
            self.reading = reading.index
            return
        }
        return nil
    }

    /// The state in which the record, as known when the reading was taken, expected the booking in it; `nil` where it
    /// did not.
    private static func expected(
        _ history: BookingHistory, in reading: Reading, replay: Replay, skew: Int64
    ) -> Appointment? {
        let known = BookingHistory(key: history.key, entries: history.entries.filter { $0.entry.index < reading.index })
        guard let state = replay.state(of: known, asOf: reading.coverage.takenAt - skew), state.standing == .live,
            reading.coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
        else { return nil }
        return state.known
    }

    /// The window as JSON.
    public var json: JSONValue {
        .object(["present": (present?.text).map { .string($0) }, "absent": .string(absent.text)])
    }
}
