public import Bookings

/// When the readings of the schedule showed a booking: first, last, and since when they lack it.
public struct Sighting: Sendable, Equatable {
    /// When a reading first showed it.
    public let first: Timestamp
    /// When a reading last showed it.
    public let last: Timestamp
    /// When, after that, a complete reading that reached to it first lacked it; `nil` where none did.
    public let missingSince: Timestamp?

    /// The sighting of a booking in these readings, in the order in which they were taken; `nil` where none showed it.
    /// A reading within `skew` seconds of what was recorded last does not have to know of it.
    public init?(of history: BookingHistory, readings: [Reading], skew: Int64) {
        let own = readings.filter { $0.coverage.source == history.key.source }
        func shows(_ reading: Reading) -> Bool { history.presences.contains { $0.contains(reading.index) } }
        guard let first = own.first(where: shows), let place = own.lastIndex(where: shows) else { return nil }
        let replay = Replay(readings: readings, skew: skew)
        let gone = own[(place + 1)...].first { reading in
            guard reading.coverage.isComplete else { return false }
            guard let state = replay.state(of: history, asOf: reading.coverage.takenAt - skew) else {
                // One that nobody recorded is expected where it was seen.
                return replay.state(of: history) == nil
            }
            return reading.coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
        }
        self.first = first.coverage.takenAt
        last = own[place].coverage.takenAt
        missingSince = gone?.coverage.takenAt
    }

    /// The sighting as reports print it.
    public var json: JSONValue {
        .object([
            "first": .string(first.text), "last": .string(last.text),
            "missingSince": missingSince.map { .string($0.text) },
        ])
    }

    /// `first seen on …, last on …, missing since …`, on these clocks.
    public func text(_ clock: LocalClock) -> String {
        let since = missingSince.map { ", missing since \(clock.text($0))" } ?? ""
        return first == last
            ? "seen once, on \(clock.text(first))\(since)"
            : "first seen on \(clock.text(first)), last on \(clock.text(last))\(since)"
    }
}
