import Bookings

/// What was said about the bookings of one source, as plainly as it can be kept.
struct Record {
    /// One thing that was said about a booking, or about another that takes it over.
    struct Telling {
        let number: Int
        /// The source's number, or that of the one before it; then the order of arrival.
        let order: (Int, Int)
        let type: EntryType
        /// The id that it is about.
        let booking: Identifier
        let appointment: Appointment?
        let client: String?
        let actor: Entry.Actor?
        let effective: Timestamp
        let recorded: Timestamp
        let isAttested: Bool
        /// The id that it takes over.
        let supersedes: Identifier?
        /// What readings had lacked when it came.
        let lack: Lack
    }

    /// Where a booking was expected and not seen, first since it was last seen.
    struct Lack {
        var inAny: Expected?
        var withCancelledRows: Expected?

        struct Expected {
            let at: Timestamp
            let start: WallTime?
            let practitioner: String?
        }
    }

    enum Standing: Equatable { case live, cancelled, deleted, superseded(Identifier) }

    struct State {
        var standing: Standing
        var appointment: Appointment
        var client: String?
        var last: Telling
        /// The start and practitioner before the last change.
        var former: Appointment?
    }

    static let skew: Int64 = 120

    private(set) var tellings: [Identifier: [Telling]] = [:]
    private(set) var readings: [(coverage: Coverage, shown: Set<Identifier>)] = []
    private(set) var lastSeen: [Identifier: Timestamp] = [:]
    private(set) var gone: [Identifier: Timestamp] = [:]
    private var lacks: [Identifier: Lack] = [:]
    /// Ids that are linked by `supersedes`.
    private(set) var links: [Identifier: Set<Identifier>] = [:]
    /// What a practice did, and what it told, by id: the order of arrival and the moment.
    private(set) var actions: [Identifier: [(number: Int, at: Timestamp)]] = [:]
    private(set) var notices: [Identifier: [(number: Int, at: Timestamp)]] = [:]
    /// The last change or end of each id that the source itself reported.
    private(set) var habits: [Identifier: Event] = [:]
    /// How often each event id came with other content, by booking.
    private(set) var contents: [Identifier: [Identifier: Int]] = [:]
    /// One for each that came more than a day late.
    private(set) var late: [(booking: Identifier, number: Int, isBeforeStart: Bool)] = []
    private var started: Timestamp?
    private(set) var gaps = 0
    private(set) var numbers: Set<Int> = []
    private(set) var wasOvertaken = false
    /// How often the recorder's clock ran back.
    private(set) var stepsBack = 0
    /// How far, in seconds, the source's clock was ahead of it.
    private(set) var ahead: [Int64] = []
    /// The newest moment at which something is said to have happened, or was recorded if that was before.
    private(set) var newest: Timestamp?
    private var lastNumber: Int?
    private var lastRecorded: Timestamp?
    private var count = 0

    /// An entry about the sources, of this one or another.
    mutating func noteJournal(_ recorded: Timestamp) {
        if let lastRecorded, recorded < lastRecorded { stepsBack += 1 }
        lastRecorded = recorded
    }

    mutating func hear(_ delivery: Practice.Delivery) {
        guard !delivery.isRepeat else { return }
        let (event, recorded) = (delivery.event, delivery.recorded)
        count += 1
        noteJournal(recorded)
        guard let booking = event.booking else {
            if event.type == .captureGap { gaps += 1 }
            if event.type == .captureStarted { started = event.occurred }
            return
        }
        if let number = event.sequence {
            numbers.insert(number)
            if let lastNumber, number <= lastNumber { wasOvertaken = true }
            lastNumber = number
        }
        if let moment = event.occurred.map({ min($0, recorded) }) { newest = max(newest ?? moment, moment) }
        let occurred = event.occurred ?? recorded
        if occurred > recorded + Record.skew { ahead.append(Timestamp.seconds(from: recorded, to: occurred)) }
        if Timestamp.seconds(from: occurred, to: recorded) > 86_400 {
            late.append((booking, count, occurred < started!))
        }
        let effective = min(occurred, recorded)
        guard event.type.family == .booking else {
            if event.type == .noticeSent { notices[booking, default: []].append((count, effective)) }
            return
        }
        if delivery.isAction { actions[booking, default: []].append((count, effective)) }
        if let id = event.event { contents[booking, default: [:]][id, default: 0] += 1 }
        if event.type != .created, event.basis == .reported { habits[booking] = event }
        for id in [booking, event.supersedes].compactMap({ $0 }) {
            insert(id, event, recorded: recorded, effective: effective)
        }
        if let former = event.supersedes {
            links[former, default: []].insert(booking)
            links[booking, default: []].insert(former)
        }
    }

    private mutating func insert(_ id: Identifier, _ event: Event, recorded: Timestamp, effective: Timestamp) {
        var lack = lacks[id] ?? Lack()
        // What was under way while a reading was taken says nothing about that reading, nor the reading about it.
        if let taken = readings.last?.coverage.takenAt, recorded <= taken + Record.skew,
            effective > taken - Record.skew
        {
            if lack.inAny?.at == taken { lack.inAny = nil }
            if lack.withCancelledRows?.at == taken { lack.withCancelledRows = nil }
        }
        let known = tellings[id] ?? []
        let order = event.sequence ?? known.map(\.order.0).max() ?? -1
        let telling = Telling(
            number: count, order: (order, count), type: event.type, booking: event.booking!,
            appointment: event.completed(from: nil), client: event.personal["client.id"], actor: event.actor,
            effective: effective, recorded: recorded, isAttested: event.basis == .attested,
            supersedes: event.supersedes, lack: lack)
        let place = known.firstIndex { $0.order > telling.order } ?? known.count
        tellings[id, default: []].insert(telling, at: place)
    }

    /// How a booking stands, from what counts at a moment.
    func state(_ id: Identifier, asOf moment: Timestamp? = nil) -> State? {
        var state: State?
        for telling in tellings[id] ?? [] where moment.map({ telling.effective <= $0 }) ?? true {
            guard telling.booking == id else {
                state?.standing = .superseded(telling.booking)
                state?.last = telling
                continue
            }
            let appointment = telling.appointment ?? state?.appointment ?? Appointment()
            let standing: Standing =
                telling.type == .deleted
                ? .deleted : telling.type == .cancelled || !appointment.isActive ? .cancelled : .live
            state = State(
                standing: standing, appointment: appointment, client: telling.client ?? state?.client, last: telling,
                former: state?.appointment)
        }
        return state
    }

    /// All ids under which one arrangement has gone.
    func line(_ id: Identifier) -> Set<Identifier> {
        var line: Set<Identifier> = [id]
        var open = [id]
        while let next = open.popLast() {
            for other in links[next] ?? [] where line.insert(other).inserted { open.append(other) }
        }
        return line
    }

    /// A reading that is recorded.
    mutating func note(_ coverage: Coverage, shown: Set<Identifier>) {
        readings.append((coverage, shown))
        for id in shown {
            lastSeen[id] = coverage.takenAt
            lacks[id] = nil
            gone[id] = nil
        }
        guard coverage.isComplete else { return }
        for id in tellings.keys where !shown.contains(id) {
            guard let state = state(id, asOf: coverage.takenAt - Record.skew), state.standing == .live,
                coverage.covers(state.appointment)
            else { continue }
            let (start, practitioner) = (state.appointment.start, state.appointment.practitioner)
            let expected = Lack.Expected(at: coverage.takenAt, start: start, practitioner: practitioner)
            var lack = lacks[id] ?? Lack()
            lack.inAny = lack.inAny ?? expected
            if coverage.cancelled == .kept { lack.withCancelledRows = lack.withCancelledRows ?? expected }
            lacks[id] = lack
            gone[id] = gone[id] ?? coverage.takenAt
        }
    }
}

extension Coverage {
    /// True where a reading with this coverage shows such an appointment.
    func covers(_ appointment: Appointment) -> Bool { covers(appointment.start, appointment.practitioner) }

    func covers(_ start: WallTime?, _ practitioner: String?) -> Bool {
        if let practitioners, !practitioners.contains(practitioner ?? "") { return false }
        guard let start else { return from == nil && to == nil }
        if let from, start.instant < from.instant { return false }
        if let to, start.instant >= to.instant { return false }
        return true
    }
}
