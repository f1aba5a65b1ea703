public import Bookings

/// One thing that happened to a booking, as a person can read it.
public struct TimelineStep: Sendable {
    /// How it is known.
    public enum Knowledge: String, Sendable {
        /// The source reported it, or a named person attested it.
        case recorded
        /// It was seen in a reading of the schedule.
        case observed
    }

    /// The entry behind it; `nil` for what only a reading shows.
    public let index: Int?
    /// When it counts from.
    public let at: Timestamp
    /// How it is known.
    public let knowledge: Knowledge
    /// The type of the entry, or `present` and `absent` for readings.
    public let what: String
    /// What a manager can read aloud.
    public let sentence: String

    /// The step as reports print it.
    public var json: JSONValue {
        .object([
            "index": index.map { .integer($0) }, "at": .string(at.text), "knowledge": .string(knowledge.rawValue),
            "what": .string(what), "sentence": .string(sentence),
        ])
    }
}

/// What happened to a booking, in order: its entries, and the readings that showed or lacked it.
public struct Timeline: Sendable {
    /// The steps, the oldest first.
    public let steps: [TimelineStep]

    init(steps: [TimelineStep]) {
        self.steps = steps.sorted { ($0.at, $0.index ?? .max) < ($1.at, $1.index ?? .max) }
    }

    /// The timeline, shown on `clock`, of a booking and of those that it supersedes or is superseded by.
    public init(of histories: [BookingHistory], readings: [Reading], clock: LocalClock = .utc) {
        let replay = Replay(readings: readings)
        var steps: [TimelineStep] = []
        var entries: [Int: RecordedEntry] = [:]
        for history in histories {
            for recorded in history.entries { entries[recorded.entry.index] = recorded }
            steps += Timeline.readingSteps(history, readings: readings, replay: replay, clock: clock)
        }
        if let first = histories.first {
            let line = BookingHistory(
                key: first.key, entries: entries.values.sorted { $0.entry.index < $1.entry.index })
            var befores: [Int: Appointment] = [:]
            var last = Appointment()
            for entry in replay.states(of: line) {
                befores[entry.index] = last
                last = (entry.appointment ?? last).filled(from: last)
            }
            for entry in entries.values.map(\.entry) {
                let before = befores[entry.index] ?? last
                let after = entry.appointment ?? before
                steps.append(
                    TimelineStep(
                        index: entry.index, at: replay.effective(entry),
                        knowledge: entry.basis == .observed || entry.basis == .baseline ? .observed : .recorded,
                        what: entry.type.rawValue,
                        sentence: Timeline.sentence(entry, before: before, after: after, clock: clock)))
            }
        }
        self.init(steps: steps)
    }

    private static func sentence(
        _ entry: Entry, before: Appointment, after: Appointment, clock: LocalClock
    ) -> String {
        let who = entry.actor.map { " by \(Words.actor($0))" } ?? ""
        let why = entry.reason.map { " (\($0))" } ?? ""
        let with = after.practitioner.map { " with \($0)" } ?? ""
        let start = after.start.map { " for \(Words.time($0))" } ?? ""
        let late = lateness(entry, clock)
        switch (entry.type, entry.basis) {
        case (.created, .baseline?): return "Found in the schedule when recording began:\(start)\(with).\(late)"
        case (.created, .observed?): return "Seen in the schedule for the first time:\(start)\(with).\(late)"
        case (.created, _): return "Booked\(start)\(with)\(who)\(why).\(late)"
        case (.modified, .attested?) where entry.supersedes != nil:
            return "\(Words.identity(entry, verb: "attests"))\(why).\(late)"
        case (.modified, let basis):
            let changes = changes(from: before, to: after)
            let new =
                entry.supersedes.map {
                    " It goes on as \(Words.quoted(entry.booking!)) instead of \(Words.quoted($0))."
                } ?? ""
            let what = changes.isEmpty ? "Changed" : "Changed: \(changes.joined(separator: "; "))"
            return "\(basis == .observed ? "Seen in the schedule: " : "")\(what)\(who)\(why).\(new)\(late)"
        case (.cancelled, .attested?): return "Cancelled, as attested\(who)\(why).\(late)"
        case (.cancelled, .observed?): return "Seen in the schedule as cancelled.\(late)"
        case (.cancelled, _): return "Cancelled\(who)\(why)\(ahead(entry, before)).\(late)"
        case (.deleted, .attested?): return "Deleted, as attested\(who)\(why).\(late)"
        case (.deleted, _): return "Deleted\(who)\(why)\(ahead(entry, before)).\(late)"
        default: return noticeSentence(entry)
        }
    }

    private static func noticeSentence(_ entry: Entry) -> String {
        let medium = entry.body?["medium"]?.string.map { " by \($0)" } ?? ""
        let purpose = entry.body?["purpose"]?.string.map { " of the \($0)" } ?? ""
        let quoted =
            entry.body?["quoted"]?.string.flatMap { WallTime(canonical: $0) }
            .map { "; it named \(Words.time($0))" } ?? ""
        if entry.type == .noticeFailed {
            return "An attempt to tell the client\(purpose)\(medium) reached nobody\(quoted)."
        }
        let reached =
            switch entry.body?["reached"]?.boolean {
            case true?: " It is recorded as received."
            case false?: " It is recorded as not received."
            case nil: ""
            }
        return "A notice\(purpose) was sent to the client\(medium)\(quoted).\(reached)"
    }

    private static func ahead(_ entry: Entry, _ before: Appointment) -> String {
        guard let start = before.start else { return "" }
        let seconds = Timestamp.seconds(from: entry.occurred ?? entry.recorded, to: start.moment)
        return seconds > 0
            ? ", \(Words.duration(seconds)) before its start" : ", \(Words.duration(seconds)) after its start"
    }

    private static func lateness(_ entry: Entry, _ clock: LocalClock) -> String {
        entry.isRecordedLate ? " Recorded only on \(clock.text(entry.recorded))." : ""
    }

    private static func changes(from before: Appointment, to after: Appointment) -> [String] {
        var changes: [String] = []
        if let old = before.start, let new = after.start, old.minute != new.minute {
            changes.append("moved from \(Words.time(old)) to \(Words.time(new))")
        }
        func text(_ name: String, _ old: String?, _ new: String?) {
            guard old != new else { return }
            changes.append(new.map { "\(name) is now \($0)" } ?? "no \(name) is given")
        }
        text("practitioner", before.practitioner, after.practitioner)
        text("service", before.service, after.service)
        text("location", before.location, after.location)
        text("status", before.status?.rawValue, after.status?.rawValue)
        return changes
    }

    private static func readingSteps(
        _ history: BookingHistory, readings: [Reading], replay: Replay, clock: LocalClock
    ) -> [TimelineStep] {
        let own = readings.filter { $0.coverage.source == history.key.source }
        var steps: [TimelineStep] = []
        /// False for a reading that did not reach to where the record had the booking then: it says nothing of it.
        func mightShow(_ reading: Reading) -> Bool {
            guard let state = replay.state(of: history, asOf: reading.coverage.takenAt) else { return true }
            return reading.coverage.includes(start: state.known.start, practitioner: state.known.practitioner)
        }
        let telling = own.filter { reading in
            history.presences.contains { $0.contains(reading.index) } || mightShow(reading)
        }
        // Between two that show it, only a reading that might have shown it makes a break.
        let runs = telling.split { reading in !history.presences.contains { $0.contains(reading.index) } }
        for run in runs {
            let (first, last, count) = (run.first!, run.last!, run.count)
            steps.append(
                TimelineStep(
                    index: first.index, at: first.coverage.takenAt, knowledge: .observed, what: "present",
                    sentence: count == 1
                        ? "The schedule showed it.\(Late.sentence(run, clock))"
                        : "The schedule showed it in \(count) readings, up to that of "
                            + "\(clock.text(last.coverage.takenAt)).\(Late.sentence(run, clock))"))
            if let gone = telling[run.endIndex...].first {
                let partial = gone.coverage.isComplete ? "" : " That reading was not complete."
                steps.append(
                    TimelineStep(
                        index: gone.index, at: gone.coverage.takenAt, knowledge: .observed, what: "absent",
                        sentence: "The schedule did not show it.\(partial)\(Late.sentence([gone], clock))"))
            }
        }
        return steps
    }
}
