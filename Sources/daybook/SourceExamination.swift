import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

/// Whether a configured source can be read as it is configured: its schedule is read as a night would, and nothing is
/// recorded.
struct SourceExamination {
    enum State { case good, warning, bad }

    let source: Configuration.Source
    let configuration: Configuration
    let keys: KeyDirectory
    let now: Timestamp
    private(set) var results: [(state: State, sentence: String)] = []

    init(_ source: Configuration.Source, _ configuration: Configuration, keys: KeyDirectory, now: Timestamp) {
        self.source = source
        self.configuration = configuration
        self.keys = keys
        self.now = now
    }

    private mutating func note(_ state: State, _ sentence: String) { results.append((state, sentence)) }

    /// What can be said without looking at the schedule.
    mutating func declared() {
        guard source.feed != .none else { return note(.good, "it is read no more (feed: none)") }
        if source.zone == nil {
            note(.warning, "no zone: local times in its export cannot be understood")
        }
        if !source.coverage.isComplete || source.coverage.cancelled == nil {
            note(
                .warning,
                "its coverage does not say \"complete: true\" and \"cancelled: kept|removed\": a missing booking would stay "
                    + "unproven")
        }
        if source.schedule == nil, source.feed != .events {
            note(.warning, "nothing says where its schedule is, so that no night can read it: name it under schedule")
        }
    }

    /// Reads the schedule.
    mutating func read() {
        guard source.feed != .none, let schedule = source.schedule, schedule.path != "-" else { return }
        guard schedule.layout.identity.isEmpty || keys.hasIdentityKey else {
            return note(
                .warning, "not read now: its ids are made under a secret that the first night makes in \(keys.path)")
        }
        do {
            let reading = try ScheduleReading(
                source.id.text, try ScheduleOptions.parse([]), configuration, keys: keys, now: now)
            examine(reading.snapshot)
        } catch {
            let refusal = Refusal(error)
            // What is not there now may be there tonight; what is there and cannot be read will not be.
            let isAbsent = [66, 69, 75].contains(refusal.status)
            note(isAbsent ? .warning : .bad, "it cannot be read now: \(refusal.sentence)")
        }
    }

    /// More words for a status than any practice has.
    private static let mostWords = 12

    private mutating func examine(_ snapshot: Snapshot) {
        let clock = LocalClock(zone: source.zone ?? snapshot.coverage.zone, rules: .system)
        let taken = clock.text(snapshot.coverage.takenAt)
        note(
            snapshot.rows == 0 ? .warning : .good, "\(Words.count(snapshot.rows, "row")) read, as of \(taken)")
        let age = Timestamp.seconds(from: snapshot.coverage.takenAt, to: now)
        if age > configuration.thresholds.stale {
            note(.warning, "what was read is \(Words.duration(age)) old, and a night would call it stale (AR203)")
        }
        if let shortfall = snapshot.coverage.shortfall {
            note(.warning, "it is not whole (AR201): \(shortfall)")
        }
        let words = Set(snapshot.malformations.compactMap(\.word)).sorted()
        if words.count > SourceExamination.mostWords {
            // So many are no words for a status, but whatever stands in another column: names, perhaps.
            note(
                .warning,
                "\(words.count) words stand where a status should (AR206): see that \"status\" is mapped to the right column"
            )
        } else if !words.isEmpty {
            let names = words.map { Words.quoted(Identifier($0)) }.joined(separator: ", ")
            note(
                .warning,
                "nobody says what \(words.count == 1 ? "this word for a status means" : "these words for a status mean") "
                    + "(AR206): \(names); name \(words.count == 1 ? "it" : "them") under status")
        }
        let amiss = snapshot.malformations.filter { $0.word == nil }
        if !amiss.isEmpty {
            let shown = amiss.prefix(3).map { "row \($0.row), \($0.column): \($0.reason)" }.joined(separator: "; ")
            let more = amiss.count > 3 ? "; and \(amiss.count - 3) more" : ""
            note(.warning, "\(Words.count(amiss.count, "value")) cannot be read: \(shown)\(more)")
        }
        let twice = snapshot.index.repeated.count
        if twice > 0 {
            note(.warning, "\(twice == 1 ? "1 row has" : "\(twice) rows have") the id of a row before (AR205)")
        }
    }
}
