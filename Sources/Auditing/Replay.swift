public import Bookings

/// What the record says about one booking, as of a moment.
public struct BookingState: Sendable {
    /// Where the booking stands.
    public enum Standing: Sendable, Equatable {
        /// It is booked.
        case live
        /// It is cancelled, and its record kept.
        case cancelled
        /// It was deleted.
        case deleted
        /// It goes on under another id.
        case superseded(by: Identifier)
    }

    /// Where the booking stands.
    public var standing: Standing
    /// Its state; of a deleted booking the last one.
    public var appointment: Appointment
    /// The last that was said of each of its members, also where a later event left some out.
    public var known: Appointment
    /// The client's id, where it is still disclosed.
    public var client: String?
    /// The entry that made it so.
    public var entry: Entry
}

/// Replays the entries of bookings: the record's half of every comparison.
public struct Replay: Sendable {
    /// The index and time of each reading, by source, by index: inferred entries count from the reading behind them.
    private let readings: [Identifier: [(index: Int, takenAt: Timestamp)]]
    private let skew: Int64

    /// A replay that knows these readings. `skew` is how many seconds before a reading was taken its comparison begins to
    /// count nothing more, because the clocks of events and readings may be that far apart.
    public init(readings: [Reading], skew: Int64 = 0) {
        self.skew = skew
        self.readings = Dictionary(grouping: readings) { $0.coverage.source }
            .mapValues { $0.map { ($0.index, $0.coverage.takenAt) }.sorted { $0.0 < $1.0 } }
    }

    /// When an entry counts from: `occurred`; `recorded` where there is none, or where it lies later than that; and
    /// for what was inferred from a reading, when that was taken.
    public func effective(_ entry: Entry) -> Timestamp {
        if entry.basis == .observed || entry.basis == .baseline, let source = entry.source,
            let reading = readings[source]?.last(where: { $0.index < entry.index })
        {
            return reading.takenAt
        }
        guard let occurred = entry.occurred, occurred <= entry.recorded else { return entry.recorded }
        return occurred
    }

    /// From when on an entry counts for readings: what was inferred from one reading counts for every later one, however
    /// soon that is taken, since both look at the same schedule.
    func counts(_ entry: Entry) -> Timestamp {
        let moment = effective(entry)
        guard entry.basis == .observed || entry.basis == .baseline else { return moment }
        return Replay.counts(inferredFrom: moment, skew: skew)
    }

    /// Just after the moment that a comparison with the reading itself looks at.
    static func counts(inferredFrom takenAt: Timestamp, skew: Int64) -> Timestamp {
        Timestamp(microseconds: takenAt.microseconds - max(0, skew * 1_000_000 - 1))
    }

    /// The booking's own entries in the order in which they apply: the source's counter where it has one, else by
    /// index. What has no counter stands after all that was recorded before it.
    public func ordered(_ history: BookingHistory) -> [RecordedEntry] {
        var last = -1
        var isInOrder = true
        for entry in history.entries.lazy.map(\.entry) {
            guard let sequence = entry.sequence else { continue }
            if sequence < last { isInOrder = false }
            last = max(last, sequence)
        }
        guard !isInOrder else { return history.entries }
        last = -1
        let places = history.entries.map { recorded in
            last = max(last, recorded.entry.sequence ?? -1)
            return (recorded.entry.sequence ?? last, recorded)
        }
        return places.sorted { ($0.0, $0.1.entry.index) < ($1.0, $1.1.entry.index) }.map(\.1)
    }

    /// The state of the booking from the entries that count at a moment (`nil`: from all); `nil` where none gives one.
    public func state(of history: BookingHistory, asOf moment: Timestamp? = nil) -> BookingState? {
        var state: BookingState?
        var client: String?
        for recorded in ordered(history) {
            let entry = recorded.entry
            if let moment, counts(entry) > moment { continue }
            guard entry.type.family == .booking else { continue }
            guard entry.booking == history.key.booking else {
                // An entry of another id in this history is one that takes the booking over.
                state?.standing = .superseded(by: entry.booking!)
                state?.entry = entry
                continue
            }
            // What it was before says nothing of where it stands.
            if entry.isAttestedIdentity, state != nil { continue }
            client = recorded.disclosed["client.id"] ?? client
            let appointment = entry.appointment ?? state?.appointment ?? Appointment()
            let standing: BookingState.Standing =
                switch entry.type {
                case .deleted: .deleted
                case .cancelled: .cancelled
                default: appointment.isActive ? .live : .cancelled
                }
            state = BookingState(
                standing: standing, appointment: appointment, known: appointment.filled(from: state?.known),
                client: client, entry: entry)
        }
        state?.client = client
        return state
    }

    /// True where an entry about the booking counts from a moment after `start` and not after `end`.
    public func isTouched(_ history: BookingHistory, after start: Timestamp, until end: Timestamp) -> Bool {
        history.entries.contains { recorded in
            guard recorded.entry.type.family == .booking else { return false }
            let moment = counts(recorded.entry)
            return start < moment && moment <= end
        }
    }
}

extension Appointment {
    /// This state, with what it does not say taken from an earlier one.
    func filled(from earlier: Appointment?) -> Appointment {
        guard let earlier else { return self }
        var filled = self
        filled.start = start ?? earlier.start
        filled.end = end ?? earlier.end
        filled.zone = zone ?? earlier.zone
        filled.practitioner = practitioner ?? earlier.practitioner
        filled.service = service ?? earlier.service
        filled.location = location ?? earlier.location
        return filled
    }
}
