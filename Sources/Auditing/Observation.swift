public import Bookings

/// What two readings of a schedule say about bookings whose source reports no events.
///
/// The first reading of a source is its `baseline`; later appearances and changes are `observed`. A disappearance is
/// not inferred to be anything: it is AR101, or AR111 where another booking of the client came in the same reading, until
/// a named person attests what happened.
///
/// Where the source reports events too, a reading only fills what they missed. What they said after the reading was
/// taken, or so close to it that it may be under way, stands: the next reading sees it.
///
/// Where most of the rows have moved by one offset that zones differ by, nobody moved them: another zone was written into
/// the configuration, or an export changed its clocks. Nothing is inferred of those; the comparison finds AR110.
public struct Observation: Sendable {
    /// The events to record after the reading, in the order of the rows.
    public let events: [Event]
    /// How many bookings appeared.
    public private(set) var appeared = 0
    /// How many changed.
    public private(set) var changed = 0
    /// How many are shown as cancelled now.
    public private(set) var cancelled = 0

    /// What a reading adds to a verified history. `skew` is how far the clocks of events and readings may be apart,
    /// where the source reports events too; `nil` where it does not.
    public init(of snapshot: Snapshot, after history: VerifiedHistory, besideEvents skew: Int64? = nil) {
        let source = snapshot.coverage.source
        let replay = Replay(readings: history.readings, skew: skew ?? 0)
        // What was there before readings began, the events were not asked for either.
        let isFirst =
            !history.readings.contains { $0.coverage.source == source }
            && (skew != nil
                || history.settled.entries == 0
                    && !history.bookings.values.contains { $0.key.source == source && !$0.entries.isEmpty })
        // An older schedule than one that was read before says nothing about what came to be since.
        let isOld = history.readings.contains {
            $0.coverage.source == source && $0.coverage.takenAt > snapshot.coverage.takenAt
        }
        guard !isOld else {
            events = []
            return
        }
        var events: [Event] = []
        // By how many minutes the events at these places move a start; and how many rows could have moved.
        var moves: [Int64: [Int]] = [:]
        var comparable = history.settled.rows.count { $0 }
        let again = Set(snapshot.index.repeated.map(\.again))
        for place in snapshot.appointments.indices
        where !history.settled.contains(row: place) && !again.contains(place) {
            let row = snapshot.appointments[place]
            let own = history.bookings[BookingKey(source: source, booking: row.booking)]
            if let skew, let own,
                own.entries.contains(where: { replay.counts($0.entry) > snapshot.coverage.takenAt - skew })
            {
                continue
            }
            guard let own, let state = replay.state(of: own) else {
                events.append(Observation.event(.created, row, source: source, basis: isFirst ? .baseline : .observed))
                appeared += 1
                continue
            }
            comparable += 1
            guard let type = Observation.change(from: state, to: row) else { continue }
            if type == .modified, let before = state.appointment.start?.minute,
                let after = row.appointment.start?.minute,
                before != after
            {
                moves[after - before, default: []].append(events.count)
            }
            var event = Observation.event(type, row, source: source, basis: .observed)
            event.said = Observation.merged(state.appointment, row.appointment)
            events.append(event)
            if type == .cancelled { cancelled += 1 } else { changed += 1 }
        }
        if let (minutes, places) = moves.max(by: { $0.value.count < $1.value.count }),
            Observation.isZone(minutes), places.count >= Observation.fewestShifted, places.count * 2 > comparable
        {
            for place in places.reversed() { events.remove(at: place) }
            changed -= places.count
        }
        self.events = events
    }

    // Fewer appointments may well be moved by the same time in one night.
    private static let fewestShifted = 5

    /// True for a difference that two zones of the earth, or a zone's summer and winter, may have.
    static func isZone(_ minutes: Int64) -> Bool { minutes % 15 == 0 && abs(minutes) <= 14 * 60 }

    private static func event(
        _ type: EntryType, _ row: LiveAppointment, source: Identifier, basis: Entry.Basis
    ) -> Event {
        var event = Event(type: type, source: source, booking: row.booking)
        event.basis = basis
        event.said = row.appointment
        event.personal = row.personal
        return event
    }

    /// What kind of change the row shows; `nil` where it agrees, or where only a person can say what it means: a row
    /// of a deleted booking, or an id that has become another client's at another time.
    private static func change(from state: BookingState, to row: LiveAppointment) -> EntryType? {
        guard state.standing == .live || state.standing == .cancelled else { return nil }
        // A row that contradicts what somebody attested is for people to settle, and stays a finding.
        if state.standing == .cancelled, state.entry.basis == .attested { return nil }
        let client = row.personal["client.id"]
        let isOtherClient = client != nil && state.client != nil && client != state.client
        let merged = merged(state.appointment, row.appointment)
        if isOtherClient, merged.start?.minute != state.appointment.start?.minute { return nil }
        guard merged != state.appointment || isOtherClient else { return nil }
        return !merged.isActive && state.standing == .live ? .cancelled : .modified
    }

    /// What the row says, and for the rest what was known.
    private static func merged(_ known: Appointment, _ shown: Appointment) -> Appointment {
        var merged = known
        // The same minute keeps the offset that was recorded first.
        if let start = shown.start, start.minute != known.start?.minute { merged.start = start }
        if let end = shown.end, end.minute != known.end?.minute { merged.end = end }
        if let status = shown.status, status != known.status || shown.word != known.word {
            merged.status = status
            merged.word = shown.word
        }
        merged.zone = known.zone ?? shown.zone
        merged.practitioner = shown.practitioner ?? known.practitioner
        merged.service = shown.service ?? known.service
        merged.location = shown.location ?? known.location
        merged.series = shown.series ?? known.series
        merged.occurrence = shown.occurrence ?? known.occurrence
        return merged
    }
}
