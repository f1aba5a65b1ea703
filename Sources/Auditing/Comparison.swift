import Bookings

/// The heart of a reconciliation: each recorded booking against its row, each row against the record.
struct Comparison {
    let reconciliation: Reconciliation
    let isPartial: Bool
    var found: [Finding] = []
    var missing: [Missing] = []
    var moved: [Moved] = []
    private var outside: Int
    let readings: [Reading]
    let earlierReadings: [Reading]

    /// How many bookings the record expects in the window.
    private(set) var expected: Int
    /// How many rows agree with the record.
    private(set) var agreeing: Int
    /// The histories whose start lies inside the window: those that other findings speak about too.
    private(set) var judged: [BookingHistory] = []
    /// Bookings that an incomplete export leaves open.
    var open: [Identifier] = []

    /// A booking that should have a row and has none.
    struct Missing {
        let history: BookingHistory
        let state: BookingState
        /// A later entry that tries to explain it.
        let explained: Entry?
        /// What keeps it from being proven; `nil` where nothing does.
        var doubt: String?
        /// Why it is likely and not proven, in a sentence; `nil` where it is proven.
        let caution: String?
    }

    /// A row whose start is another than the recorded one.
    struct Moved {
        let history: BookingHistory
        let state: BookingState
        let row: LiveAppointment
        let minutes: Int64
        var differences: [String]
    }

    init(_ reconciliation: Reconciliation, isPartial: Bool) {
        self.reconciliation = reconciliation
        self.isPartial = isPartial
        readings = reconciliation.readings
        earlierReadings = readings.filter { $0.coverage.takenAt < reconciliation.coverage.takenAt }
        let settled = reconciliation.history.settled
        expected = settled.expected
        agreeing = settled.agreeing
        outside = settled.outside
    }

    var snapshot: Snapshot { reconciliation.snapshot }

    var coverage: Coverage { reconciliation.coverage }
    var replay: Replay { reconciliation.replay }
    var clock: LocalClock { reconciliation.clock }

    /// Every finding about single bookings. Called once.
    mutating func findings() -> [Finding] {
        for history in reconciliation.histories { judge(history) }
        let unrecorded = unrecordedRows()
        let replaced = matchReplaced(unrecorded)
        judgeMoved()
        addMissing()
        found += unrecordedFindings(unrecorded.filter { !replaced.contains($0.booking) })
        if outside > 0 {
            found.append(
                Finding(
                    .ar115, source: coverage.source, snapshot: coverage.takenAt,
                    sentence: "\(Words.count(outside, "recorded booking")) outside the window of this export "
                        + "\(outside == 1 ? "was" : "were") not judged."))
        }
        return found
    }

    private func unrecordedRows() -> [LiveAppointment] {
        let again = Set(snapshot.index.repeated.map(\.again))
        let places = snapshot.appointments.indices.filter { place in
            guard !reconciliation.history.settled.contains(row: place), !again.contains(place) else { return false }
            let key = BookingKey(source: coverage.source, booking: snapshot.appointments.booking(at: place))
            return !(reconciliation.history.bookings[key]?.entries ?? []).contains { $0.entry.type.family == .booking }
        }
        return places.map { snapshot.appointments[$0] }.sorted { $0.booking < $1.booking }
    }

    private mutating func judge(_ history: BookingHistory) {
        let row = snapshot.row(of: history.key.booking)
        let skew = reconciliation.thresholds.skew
        guard !replay.isTouched(history, after: reconciliation.asOf, until: coverage.takenAt + skew) else {
            if row != nil { agreeing += 1 }
            return
        }
        guard let state = replay.state(of: history, asOf: reconciliation.asOf) else { return }
        let isInside = coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
        if isInside { judged.append(history) }
        switch state.standing {
        case .superseded(let successor): judgeSuperseded(history, state, successor)
        case .live:
            if isInside { expected += 1 }
            if let row {
                compare(history, state, row)
            } else if isInside || state.known.start == nil {
                judgeMissing(history, state)
            } else {
                judgeOutside(history, state)
            }
        case .cancelled:
            judgeExplanation(history, state)
            guard let row else { return }
            if row.appointment.isActive, isReused(state, row) {
                reuse(history, state, row)
            } else if isShownStanding(row) {
                add(.ar105, history, state, row, "is recorded as cancelled, and the schedule shows it as standing")
            } else {
                agreeing += 1
            }
        case .deleted:
            judgeExplanation(history, state)
            guard let row else { return }
            if isReused(state, row) {
                reuse(history, state, row)
            } else {
                add(.ar102, history, state, row, "is recorded as deleted, and the schedule still shows it")
            }
        }
    }

    private mutating func judgeMissing(_ history: BookingHistory, _ state: BookingState) {
        let later = replay.ordered(history).map(\.entry).last { entry in
            (entry.type == .deleted || entry.type == .cancelled || entry.supersedes == history.key.booking)
                && replay.effective(entry) > reconciliation.asOf
        }
        // A named person's word explains a disappearance, whenever it is given.
        if later?.basis == .attested { return }
        if let later, later.supersedes == history.key.booking, snapshot.index[later.booking!] != nil { return }
        let unplaced =
            state.known.start == nil && (coverage.from != nil || coverage.to != nil)
            ? "when it starts is not recorded, so it may lie outside the window" : nil
        missing.append(
            Missing(
                history: history, state: state, explained: later, doubt: doubt() ?? unplaced,
                caution: caution(history.key.booking, state)))
    }

    private func caution(_ booking: Identifier, _ state: BookingState) -> String? {
        if state.appointment.start == nil {
            return "Events about it are missing, so its time is the last one known."
        }
        return booking.isMade ? Words.madeID : nil
    }

    /// A row whose status nobody mapped, or that has none, does not say that it stands.
    private func isShownStanding(_ row: LiveAppointment) -> Bool {
        row.appointment.isActive && row.appointment.status != nil && row.appointment.status != .unknown
    }

    /// A booking that goes on under another id is judged there; only its old row, or a loss that a reading showed
    /// before the new id was recorded and that no reading of the new one mends, is a matter of its own.
    private mutating func judgeSuperseded(_ history: BookingHistory, _ state: BookingState, _ successor: Identifier) {
        guard let row = snapshot.row(of: history.key.booking) else {
            if !isFound(successor) { judgeExplanation(history, state) }
            return
        }
        if isShownStanding(row), isReused(state, row) {
            reuse(history, state, row)
        } else if isShownStanding(row) {
            add(
                .ar105, history, state, row,
                "is recorded as going on as booking \(Words.quoted(successor)), and the schedule shows it as standing too"
            )
        } else {
            agreeing += 1
        }
    }

    /// True where a reading has shown the booking that took another over, or where it is judged itself.
    private func isFound(_ successor: Identifier) -> Bool {
        var next = successor
        var seen: Set<Identifier> = []
        while seen.insert(next).inserted {
            guard let own = reconciliation.history.bookings[BookingKey(source: coverage.source, booking: next)] else {
                return false
            }
            if snapshot.index[next] != nil || !own.presences.isEmpty { return true }
            guard let state = replay.state(of: own, asOf: reconciliation.asOf) else { return false }
            switch state.standing {
            case .live: return coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
            case .superseded(let other): next = other
            case .cancelled, .deleted: return false
            }
        }
        return false
    }

    /// Outside the window nothing is judged, unless it was lost inside before it was said to be elsewhere; where it was
    /// inside before, its own move says why.
    private mutating func judgeOutside(_ history: BookingHistory, _ state: BookingState) {
        guard !judgeExplanation(history, state) else { return }
        let before = replay.ordered(history).prefix { $0.entry.index != state.entry.index }.last {
            $0.entry.appointment?.start != nil
        }
        guard state.entry.type == .modified, state.appointment.start != nil, let former = before?.entry.appointment,
            coverage.includes(start: former.start, practitioner: former.practitioner)
        else {
            outside += 1
            return
        }
        found.append(
            Finding(
                .ar116, source: coverage.source, booking: history.key.booking, entries: [state.entry.index],
                recorded: state.appointment.json, snapshot: coverage.takenAt,
                sentence:
                    "\(Words.booking(history.key.booking, former)) was moved out of the window of this export by a "
                    + "recorded change."))
    }

    /// True where a loss inside the window was explained only afterwards.
    @discardableResult
    private mutating func judgeExplanation(_ history: BookingHistory, _ state: BookingState) -> Bool {
        guard
            let late = LateExplanation(
                of: history, state, readings: reconciliation.readings, replay: replay,
                skew: reconciliation.thresholds.skew),
            late.isInside(coverage)
        else { return false }
        found += late.findings(clock: clock, snapshot: coverage.takenAt)
        return true
    }

    // MARK: Rows that are there

    private mutating func compare(_ history: BookingHistory, _ state: BookingState, _ row: LiveAppointment) {
        let (recorded, live) = (state.appointment, row.appointment)
        if isReused(state, row) { return reuse(history, state, row) }
        if !live.isActive {
            return add(.ar106, history, state, row, "is shown as cancelled, and no cancellation is recorded")
        }
        if let before = recorded.status?.progress, let after = live.status?.progress, before == 2, after < before {
            return add(
                .ar107, history, state, row,
                "is recorded as \(recorded.status!.rawValue), and the schedule shows it as \(live.status!.rawValue) again"
            )
        }
        var differences = Comparison.differences(recorded, live)
        if let before = state.client, let after = row.personal["client.id"], before != after {
            differences.append("the client is another")
        }
        if let before = recorded.start, let after = live.start, before.minute != after.minute {
            moved.append(
                Moved(
                    history: history, state: state, row: row, minutes: after.minute - before.minute,
                    differences: differences))
        } else if differences.isEmpty {
            agreeing += 1
        } else {
            alter(history, state, row, differences)
        }
    }

    /// The fields, besides the start, on which the two sides differ, in words. What one side does not say is no
    /// difference; instants are compared to the minute, text trimmed and by canonical equivalence.
    private static func differences(_ recorded: Appointment, _ live: Appointment) -> [String] {
        var differences: [String] = []
        if let before = recorded.start, let after = live.start, before.minute != after.minute {
            differences.append("the start moved from \(Words.time(before)) to \(Words.time(after))")
        }
        if let before = recorded.end, let after = live.end, let start = recorded.start, let moved = live.start,
            before.minute - start.minute != after.minute - moved.minute
        {
            differences.append("the end moved from \(before.civil.clockText) to \(after.civil.clockText)")
        }
        func text(_ name: String, _ before: String?, _ after: String?) {
            guard let before, let after, trimmed(before) != trimmed(after) else { return }
            differences.append("the \(name) changed from \(before) to \(after)")
        }
        text("practitioner", recorded.practitioner, live.practitioner)
        text("service", recorded.service, live.service)
        text("location", recorded.location, live.location)
        if let before = recorded.status?.progress, let after = live.status?.progress, before != after {
            differences.append("the status changed from \(recorded.status!.rawValue) to \(live.status!.rawValue)")
        }
        return differences
    }

    static func trimmed(_ text: String) -> String { text.trimmedOfBlanks }

    private mutating func alter(
        _ history: BookingHistory, _ state: BookingState, _ row: LiveAppointment, _ differences: [String]
    ) {
        // A visit that went on without the feed saying so is worth a look, and no more.
        let isGrave = !differences.allSatisfy { $0.hasPrefix("the status") || $0.hasPrefix("the service") }
        add(
            .ar104, history, state, row,
            "is not in the schedule as it is recorded: \(differences.joined(separator: "; ")). No change is recorded",
            severity: isGrave ? .error : .warning)
    }

    private func isReused(_ state: BookingState, _ row: LiveAppointment) -> Bool {
        guard let before = state.client, let after = row.personal["client.id"], before != after,
            let start = state.appointment.start, let moved = row.appointment.start
        else { return false }
        return start.minute != moved.minute
    }

    private mutating func reuse(_ history: BookingHistory, _ state: BookingState, _ row: LiveAppointment) {
        add(
            .ar108, history, state, row,
            "has become another client's booking at another time, and no change is recorded: its id was used again")
        if state.standing == .live, coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
        {
            judgeMissing(history, state)
        }
    }

    /// Many rows moved by one offset are one cause, and one finding.
    private mutating func judgeMoved() {
        let byOffset = Dictionary(grouping: moved) { $0.minutes }
        for (minutes, group) in byOffset.sorted(by: { $0.key < $1.key }) {
            guard Observation.isZone(minutes), group.count >= reconciliation.thresholds.shiftedRows,
                group.count * 2 >= moved.count
            else {
                for one in group { alter(one.history, one.state, one.row, one.differences) }
                continue
            }
            for one in group {
                let others = one.differences.filter { !$0.hasPrefix("the start") }
                if !others.isEmpty { alter(one.history, one.state, one.row, others) }
            }
            let bookings = group.map(\.history.key.booking).sorted()
            found.append(
                Finding(
                    .ar110, source: coverage.source, detail: "\(minutes) minutes",
                    entries: group.map(\.state.entry.index).sorted(),
                    snapshot: coverage.takenAt,
                    sentence: "\(group.count) bookings stand exactly \(Words.duration(minutes * 60)) "
                        + "\(minutes > 0 ? "later" : "earlier") in the schedule than in the record: "
                        + "\(Words.list(bookings)). That looks like a time zone or a clock change, not like "
                        + "\(group.count) moves."))
        }
    }

    private mutating func add(
        _ code: FindingCode, _ history: BookingHistory, _ state: BookingState, _ row: LiveAppointment, _ what: String,
        severity: Severity? = nil
    ) {
        found.append(
            Finding(
                code, source: coverage.source, booking: history.key.booking, severity: severity,
                entries: [state.entry.index], recorded: state.appointment.json, live: row.appointment.json,
                snapshot: coverage.takenAt,
                sentence: "\(Words.booking(history.key.booking, state.appointment)) \(what)."))
    }
}
