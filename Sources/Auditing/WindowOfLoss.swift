public import Bookings

/// Between which two readings a booking vanished.
public struct WindowOfLoss: Sendable, Equatable {
    /// When a reading last showed it; `nil` where none ever did.
    public let present: Timestamp?
    /// When a complete reading first lacked it after that.
    public let absent: Timestamp

    /// The window of a booking that the reading with this coverage lacks: the first complete reading after it was
    /// last seen ends it. `readings` are the earlier ones of the source, the oldest first.
    init(of history: BookingHistory, at coverage: Coverage, readings: [Reading]) {
        let last = readings.last { reading in history.presences.contains { $0.contains(reading.index) } }
        present = last?.coverage.takenAt
        absent = WindowOfLoss.firstAbsence(of: history, after: last, in: readings)?.coverage.takenAt ?? coverage.takenAt
    }

    /// The window of a booking that was already gone when `entry` was recorded; `nil` where no complete reading before
    /// the entry lacked it.
    init?(of history: BookingHistory, before entry: Entry, readings: [Reading], replay: Replay, skew: Int64) {
        let before = readings.filter { $0.index < entry.index }
        let last = before.last { reading in history.presences.contains { $0.contains(reading.index) } }
        guard
            let gone = before.first(where: { reading in
                (last.map { reading.coverage.takenAt > $0.coverage.takenAt } ?? true) && reading.coverage.isComplete
                    && (entry.type == .deleted || reading.coverage.cancelled == .kept)
                    && WindowOfLoss.expects(history, in: reading, replay: replay, skew: skew)
            })
        else { return nil }
        present = last?.coverage.takenAt
        absent = gone.coverage.takenAt
    }

    private static func firstAbsence(of history: BookingHistory, after last: Reading?, in readings: [Reading])
        -> Reading?
    {
        guard let last else { return nil }
        return readings.first { $0.coverage.takenAt > last.coverage.takenAt && $0.coverage.isComplete }
    }

    /// True where the record, as known when the reading was taken, expected the booking in it.
    private static func expects(
        _ history: BookingHistory, in reading: Reading, replay: Replay, skew: Int64
    ) -> Bool {
        let known = BookingHistory(key: history.key, entries: history.entries.filter { $0.entry.index < reading.index })
        guard let state = replay.state(of: known, asOf: reading.coverage.takenAt - skew), state.standing == .live else {
            return false
        }
        return reading.coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
    }

    /// The window as JSON.
    public var json: JSONValue {
        .object(["present": (present?.text).map { .string($0) }, "absent": .string(absent.text)])
    }
}
