import Bookings

/// One booking system: its schedule as it truly is, and what it says about it.
struct Desk {
    /// A row of the schedule.
    struct Row {
        var appointment: Appointment
        var client: String
    }

    /// How what was done reaches the record.
    enum Way: CaseIterable {
        /// A second later, as it should.
        case prompt
        /// Never: done behind the system's back, or lost on the way, so that its number is missing.
        case bypassed, lost
        /// Hours or days later; or half a minute to a minute and a half later, when others have come.
        case late, overtaken
        /// By a clock that is ahead, or without saying when.
        case early, unstamped
        /// Twice, with the same or with other content.
        case repeated, contradicted
        /// While the recorder's own clock is ten minutes behind.
        case slow

        static let weighted: [Way] =
            Array(repeating: .prompt, count: 20) + [.bypassed, .bypassed, .bypassed, .lost, .late, .late, .late]
            + [.overtaken, .overtaken, .early, .unstamped, .repeated, .contradicted, .slow]
    }

    let source: Identifier
    let isCounting: Bool
    var random: SplitMix64
    var record = Record()
    var live: [Identifier: Row] = [:]
    var ids: [Identifier] = []
    /// Ids that were given instead of others, without a word.
    var successors: [Identifier: Identifier] = [:]
    /// How often each kind of edit was made.
    var kinds: [String: Int] = [:]
    private var pending: [Practice.Delivery] = []
    private var busy: [Identifier: Int] = [:]
    private var lastSequence = 0
    private var lastEvent = 0
    private var lastClient = 0

    init(source: Identifier, isCounting: Bool, seed: UInt64) {
        self.source = source
        self.isCounting = isCounting
        random = SplitMix64(seed: seed)
    }

    mutating func open(at now: Int64) {
        sayOfSource(.captureStarted, at: now)
    }

    // MARK: What is said

    var nextDue: Int64? { pending.first?.due }

    mutating func deliver() -> Practice.Delivery {
        let delivery = pending.removeFirst()
        record.hear(delivery)
        for id in [delivery.event.booking, delivery.event.supersedes].compactMap({ $0 }) { busy[id]! -= 1 }
        return delivery
    }

    /// True while something about the booking, or another id of it, is still on its way.
    func isBusy(_ id: Identifier) -> Bool {
        record.line(id).contains { busy[$0, default: 0] > 0 }
    }

    private mutating func send(
        _ event: Event, due: Int64, recorded: Int64? = nil, isRepeat: Bool = false, isAction: Bool = false
    ) {
        let delivery = Practice.Delivery(
            event: event, recorded: Timestamp(seconds: recorded ?? due), isRepeat: isRepeat, isAction: isAction,
            due: due)
        pending.insert(delivery, at: pending.firstIndex { $0.due > due } ?? pending.count)
        for id in [event.booking, event.supersedes].compactMap({ $0 }) { busy[id, default: 0] += 1 }
    }

    mutating func sayOfSource(_ type: EntryType, at now: Int64) {
        var event = Event(type: type, source: source)
        event.occurred = Timestamp(seconds: now)
        event.body = .object(["sources": .strings([source.text])])
        send(event, due: now + 1)
    }

    /// Says what was done to a booking; `occurred` is another moment than now for what is back-dated.
    mutating func tell(
        _ type: EntryType, _ id: Identifier, _ row: Row?, at now: Int64, way: Way? = nil, supersedes: Identifier? = nil,
        occurred: Int64? = nil, basis: Entry.Basis = .reported
    ) {
        var way = way ?? Way.weighted.randomElement(using: &random)!
        // The recorder's slow clock must not bring an entry near a reading.
        if way == .slow, !(10..<20).contains(now % 86_400 / 3600) { way = .prompt }
        // While a reading is taken, half of what is done is still under way.
        if way == .prompt, abs(now % 86_400 - 2 * 3600) < 120, random.chance(50) { way = .overtaken }
        if way == .contradicted, type != .modified || supersedes != nil { way = .repeated }
        if isCounting, way != .bypassed, basis == .reported { lastSequence += 1 }
        guard way != .bypassed, way != .lost else { return }
        var event = Event(type: type, source: source, booking: id)
        event.supersedes = supersedes
        event.basis = basis
        lastEvent += 1
        event.event = basis == .reported ? Identifier("e-\(lastEvent)") : nil
        event.sequence = isCounting && basis == .reported ? lastSequence : nil
        event.occurred = Timestamp(seconds: occurred ?? now)
        if type != .deleted, let row {
            event.said = row.appointment
            if type == .cancelled { event.said.status = .cancelled }
            event.personal = ["client.id": row.client]
        }
        let isAction = sign(&event, now: now, isPlain: (way == .prompt || way == .repeated) && occurred == nil)
        switch way {
        case .prompt: send(event, due: now + 1, isAction: isAction)
        case .late: send(event, due: now + .random(in: 3 * 3600...80 * 3600, using: &random))
        case .overtaken: send(event, due: now + .random(in: 30...90, using: &random))
        case .early:
            event.occurred = Timestamp(seconds: now + .random(in: 300...200_000, using: &random))
            send(event, due: now + 1)
        case .unstamped, .slow:
            event.occurred = nil
            send(event, due: now + 1, recorded: way == .slow ? now - 599 : nil)
        case .repeated:
            send(event, due: now + 1, isAction: isAction)
            send(event, due: now + 6, isRepeat: true)
        case .contradicted:
            send(event, due: now + 1)
            event.said.location = "room-\(lastEvent)"
            live[id]?.appointment.location = event.said.location
            send(event, due: now + 6)
        case .bypassed, .lost: break
        }
        if isAction { tellClient(id, at: now) }
    }

    /// Says who did it and why; true where a practice did what the client had to be told.
    private mutating func sign(_ event: inout Event, now: Int64, isPlain: Bool) -> Bool {
        if event.basis == .attested {
            event.actor = Entry.Actor(kind: .user, id: "manager")
            return false
        }
        let of = event.supersedes ?? event.booking!
        let before = record.state(of)?.appointment.start
        let isAhead = before.map { $0.instant > now } ?? true
        event.actor =
            isPlain && isAhead && !isBusy(of)
            ? [
                Entry.Actor(kind: .user, id: "jane"), Entry.Actor(kind: .user, id: "john"), Entry.Actor(kind: .client),
                Entry.Actor(kind: .sync, id: "google"), Entry.Actor(kind: .api, id: "web"), nil,
            ].randomElement(using: &random)! : Entry.Actor(kind: .client)
        event.reason = random.chance(60) ? "asked" : nil
        guard let kind = event.actor?.kind, kind != .client, before != nil else { return false }
        switch event.type {
        case .created: return false
        case .modified: return before?.minute != event.said.start?.minute
        default: return true
        }
    }

    private mutating func tellClient(_ id: Identifier, at now: Int64) {
        let outcome = Int.random(in: 0..<3, using: &random)
        guard outcome < 2 else { return }
        var notice = Event(type: outcome == 0 ? .noticeSent : .noticeFailed, source: source, booking: id)
        notice.occurred = Timestamp(seconds: now + 2)
        notice.body = .object(["reached": .boolean(outcome == 0)])
        send(notice, due: now + 3)
    }

    // MARK: What there is

    mutating func freshID() -> Identifier {
        let id = Identifier("A-\(ids.count + 1)")
        ids.append(id)
        return id
    }

    mutating func freshClient() -> String {
        lastClient += 1
        return "C-\(lastClient)"
    }

    /// A time to come: most within a month, some in the hours that a clock change skips or repeats.
    mutating func someStart(after now: Int64) -> WallTime {
        if now < Britain.autumn - 3 * 86_400, now > Britain.autumn - 40 * 86_400, random.chance(10) {
            return Britain.time(Britain.autumn - 3600 + 60 * .random(in: 0..<120, using: &random))
        }
        let day = now - now % 86_400 + 86_400 * .random(in: 2...42, using: &random)
        return Britain.time(day + 60 * .random(in: 480..<1080, using: &random))
    }

    mutating func someAppointment(after now: Int64) -> Appointment {
        var appointment = Appointment()
        appointment.status = [.booked, .booked, .proposed, .pending].randomElement(using: &random)!
        appointment.practitioner = ["D7", "D8", "Zo\u{e9}"].randomElement(using: &random)!
        appointment.service = ["exam", "x-ray"].randomElement(using: &random)!
        appointment.location = ["1", "2"].randomElement(using: &random)!
        appointment.begin(someStart(after: now))
        return appointment
    }
}

extension Appointment {
    /// Half an hour from this time.
    mutating func begin(_ start: WallTime) {
        self.start = start
        end = Britain.time(start.instant + 1800)
    }
}
