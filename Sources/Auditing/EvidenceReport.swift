public import Bookings
public import Evidence
import Transparency

/// What an evidence file says, in words: derived from the entries alone, since the file holds no verdict.
///
/// It keeps apart what is *proven* by hashes and signatures, what the ledger *declares*, and what *cannot be said*.
public struct EvidenceReport: Sendable {
    private let content: EvidenceContent
    private let clock: LocalClock
    private let isKeyTrusted: Bool
    private let line: BookingHistory
    private let replay = Replay(readings: [])

    /// What the file shows, with moments on these clocks.
    public init(_ content: EvidenceContent, isKeyTrusted: Bool = false, clock: LocalClock = .utc) {
        self.content = content
        self.isKeyTrusted = isKeyTrusted
        self.clock = clock
        let own = content.records.compactMap { record -> RecordedEntry? in
            guard let entry = record.entry, content.isOwn(entry) else { return nil }
            return RecordedEntry(entry: entry, disclosed: record.disclosed)
        }
        line = BookingHistory(
            key: BookingKey(source: content.evidence.source, booking: content.evidence.booking), entries: own)
    }

    /// What happened to the booking, in order: its entries, and the readings that say something of it.
    public var timeline: Timeline {
        let readings = content.readings.filter { $0.isPresent || speaks($0.reading) }
        let presences = readings.filter(\.isPresent).map {
            Presence(first: $0.reading.index, last: $0.reading.index)
        }
        // Apart from the entries: which reading is behind an observed entry, a file that shows only some does not tell.
        let seen = BookingHistory(key: line.key, entries: [], presences: presences)
        return Timeline(
            steps: Timeline(of: [line], readings: [], clock: clock).steps
                + Timeline(of: [seen], readings: readings.map(\.reading), clock: clock).steps)
    }

    private var name: String { Words.quoted(content.evidence.booking) }

    /// The last state of the booking, under whichever of its ids.
    private var last: (entry: Entry, appointment: Appointment)? {
        var last: (entry: Entry, appointment: Appointment)?
        for entry in replay.states(of: line) {
            last = (entry, entry.appointment ?? last?.appointment ?? Appointment())
        }
        return last
    }

    /// What a person reads first: the account, and what is to be feared of it.
    public var sentence: String { [account, caution].compactMap(\.self).joined(separator: " ") }

    /// What the record says of the booking, without the caution.
    public var account: String {
        // Entries are counted from 0, and a checkpoint's size from 1: the place is said beside the number.
        let state =
            "entry \(content.state.index) (the \(Words.ordinal(content.state.index + 1)), recorded on "
            + "\(clock.text(content.state.recorded)))"
        guard let (entry, appointment) = last else {
            let notices = line.entries.isEmpty ? "" : " Only notices to a client are."
            return content.isAbsent
                ? "The ledger declares that, up to \(state), nothing is recorded about a booking \(name) of "
                    + "\(Words.quoted(content.evidence.source))."
                : "No booking \(name) is recorded.\(notices)"
        }
        let subject = subject(entry, appointment)
        let by = entry.actor.map { " by \(Words.actor($0))" } ?? ""
        let when = clock.text(replay.effective(entry))
        let ending: String
        switch entry.type {
        case .deleted: ending = "\(subject) is recorded as deleted on \(when)\(by)."
        case .cancelled: ending = "\(subject) is recorded as cancelled on \(when)\(by)."
        default:
            ending =
                appointment.isActive
                ? "\(subject) is recorded, and up to \(state) the ledger declares neither a cancellation nor a deletion "
                    + "of it."
                : "\(subject) is recorded as no longer active since \(when)\(by)."
        }
        return [ending, window.map(loss)].compactMap(\.self).joined(separator: " ")
    }

    /// The booking, and what it is called now where somebody attested that it goes on under another id.
    private func subject(_ last: Entry, _ appointment: Appointment) -> String {
        let asked = content.evidence.booking
        guard let now = last.booking, now != asked, line.entries.contains(where: \.entry.isAttestedIdentity) else {
            return Words.booking(asked, appointment)
        }
        let goesOn = Words.booking(now, appointment)
        return "Booking \(Words.quoted(asked)), which goes on as \(goesOn.prefix(1).lowercased())\(goesOn.dropFirst()),"
    }

    /// The last reading that has the booking, the first that no longer has it, and the last of all where that is another.
    private var window: [Reading]? {
        let counting = content.readings.filter { $0.isPresent || speaks($0.reading) }
        guard let last = counting.lastIndex(where: \.isPresent), last + 1 < counting.count else { return nil }
        let after = counting[(last + 1)...].map(\.reading)
        return [counting[last].reading, after[0]] + (after.count > 1 ? [after[after.count - 1]] : [])
    }

    /// Since when readings lack the booking, and whether they were recorded when they were taken.
    private func loss(_ window: [Reading]) -> String {
        let times = window.map { clock.text($0.coverage.takenAt) }
        let still = window.count > 2 ? ", nor on \(times[2])" : ""
        let then = window.contains(where: \.isRecordedLate) ? " show" : ", recorded at the time, show"
        let cancelled = window.dropFirst().map(\.coverage.cancelled)
        let kept =
            cancelled.contains(.removed)
            ? " That schedule leaves cancelled appointments out."
            : cancelled.allSatisfy { $0 == .kept }
                ? " Cancelled appointments stay in that schedule, as the practice declared with each reading: a cancellation "
                    + "would still have shown." : ""
        return "The practice's own readings of the schedule\(then) it on \(times[0]), and no longer on "
            + "\(times[1])\(still).\(kept)"
    }

    /// What of the account was recorded long after it happened, and must not be taken for a record made at the time;
    /// `nil` where nothing was.
    public var caution: String? {
        let window = self.window ?? []
        let entries = line.entries.map(\.entry)
        let lateEntries = entries.filter(\.isRecordedLate)
        let lateReadings = window.filter(\.isRecordedLate)
        var what: [String] = []
        if !lateEntries.isEmpty {
            what.append(
                entries.count == 1
                    ? "the entry about the booking"
                    : lateEntries.count == entries.count
                        ? "the entries about the booking"
                        : "\(lateEntries.count) of the \(entries.count) entries about the booking")
        }
        if !lateReadings.isEmpty {
            what.append(
                lateReadings.count == window.count
                    ? "these readings"
                    : "the reading\(lateReadings.count == 1 ? "" : "s") of "
                        + lateReadings.map { clock.text($0.coverage.takenAt) }.joined(separator: " and "))
        }
        guard !what.isEmpty else { return nil }
        let isOne = lateEntries.count + lateReadings.count == 1
        let when = Late.days(lateEntries.map(\.recorded) + lateReadings.map(\.recorded), clock)
        return "Caution: \(what.joined(separator: " and ")) \(isOne ? "was" : "were") recorded only \(when), long "
            + "after: until then nothing in this file shows that \(isOne ? "it was" : "they were") not changed."
    }

    /// True where a reading that lacks the booking says something by it: it is of its source, complete, and reaches to
    /// where the booking was then.
    private func speaks(_ reading: Reading) -> Bool {
        guard reading.coverage.source == content.evidence.source, reading.coverage.isComplete else { return false }
        // In the ledger's own order, which nobody could choose afterwards, and not by what clocks said.
        let then = line.entries.map(\.entry).filter { $0.index < reading.index && !$0.isAttestedIdentity }
        let start = then.compactMap(\.appointment?.start).last
        let practitioner = then.compactMap(\.appointment?.practitioner).last
        return reading.coverage.includes(start: start, practitioner: practitioner)
    }

    /// What follows from hashes and signatures alone.
    public var proven: [String] {
        let size = content.checkpoint.size
        var proven: [String] = []
        let own = content.records.filter { $0.entry.map(content.isOwn) ?? false }
        if !own.isEmpty {
            proven.append(
                "\(Words.count(own.count, "entry", "entries")) about the booking \(own.count == 1 ? "stands" : "stand") in "
                    + "the ledger \(content.checkpoint.origin), and nothing in \(own.count == 1 ? "it" : "them") was changed "
                    + "since the checkpoint of \(size) entries was signed. \(bound)")
        }
        let disclosed = own.reduce(0) { $0 + $1.disclosed.count }
        if disclosed > 0 {
            proven.append(
                disclosed == 1
                    ? "The value shown is the one that was sealed when it was recorded."
                    : "The \(disclosed) values shown are those that were sealed when they were recorded.")
        }
        for sibling in content.siblings.sorted() {
            let entries = content.records.compactMap(\.entry).filter { $0.booking == sibling }
            guard !entries.isEmpty else { continue }
            let indexes = entries.map { String($0.index) }.joined(separator: ", ")
            proven.append(
                "\(Words.booking(sibling, entries.compactMap(\.appointment).last)), \(beside(entries)), is recorded too: "
                    + "\(entries.count == 1 ? "entry" : "entries") \(indexes). Whose it is, is not disclosed.")
        }
        for stamp in content.stamps {
            proven.append(
                "The first \(stamp.size) entries were there on \(clock.text(stamp.time)), as a time-stamp authority signed."
            )
        }
        if content.keys.count > 1 {
            proven.append(
                "The signing key changed \(Words.count(content.keys.count - 1, "time")), each recorded and signed.")
        }
        return proven
    }

    /// What bounds the time of the checkpoint, which has none of its own.
    private var bound: String {
        let shown = [content.state] + content.records.compactMap(\.entry)
        let times =
            shown.map { ($0.index, $0.recorded) } + content.readings.map(\.reading).map { ($0.index, $0.recorded) }
        let newest = times.max { $0.0 < $1.0 }!
        return "A checkpoint has no date: this one was signed after entry \(newest.0), the newest that is shown, which "
            + "says that it was recorded on \(clock.text(newest.1))."
    }

    /// Why another booking is shown, as far as the entries tell.
    private func beside(_ entries: [Entry]) -> String {
        let chosen = "which whoever made this file chose to show beside it"
        func made(_ entries: [Entry]) -> Entry? { entries.first { $0.type == .created } }
        // Somebody without a name is not the same somebody twice.
        guard let own = made(line.entries.map(\.entry)), let other = made(entries), let actor = own.actor,
            actor == other.actor, actor.id != nil, let kind = kind(of: actor)
        else { return chosen }
        let apart = Timestamp.seconds(from: replay.effective(own), to: replay.effective(other))
        guard abs(apart) <= Thresholds().breath else { return chosen }
        let when = apart == 0 ? "in the same second" : "\(Words.duration(apart)) \(apart > 0 ? "after" : "before") it"
        return "recorded as made \(when) by the same \(kind)"
    }

    /// What somebody is called without their name; `nil` for a client, since that would say whose the other booking is.
    private func kind(of actor: Entry.Actor) -> String? {
        switch actor.kind {
        case .client: nil
        case .user: "login"
        case .job: "job"
        case .sync: "synchronisation"
        case .api: "interface"
        case .unknown: "name"
        }
    }

    /// The words above ``declared``: to be signed makes a claim binding, and no proof.
    public static let declaredTitle =
        "Claimed by the practice, and signed: it cannot be taken back, and it is not proof"

    /// What the ledger claims, and signed: whoever holds all entries can refute it.
    public var declared: [String] {
        let state = "entry \(content.state.index)"
        var declared = [
            content.isAbsent
                ? "That nothing is recorded about the booking up to \(state)."
                : "That these are all entries about the booking up to \(state)."
        ]
        for reading in content.readings {
            let when = clock.text(reading.reading.coverage.takenAt)
            let late = Late.sentence([reading.reading], clock)
            if reading.isPresent {
                declared.append(
                    "That the schedule showed the booking on \(when) (entry \(reading.reading.index)).\(late)")
            } else if speaks(reading.reading) {
                declared.append(
                    "That the schedule, read completely, did not show the booking on \(when) (entry "
                        + "\(reading.reading.index)).\(late)")
            } else {
                declared.append(
                    "That a reading on \(when) (entry \(reading.reading.index)) did not have the booking; it was not "
                        + "complete, or did not reach to where the booking was, and says nothing by that.\(late)")
            }
        }
        declared.append(
            "All times: they are what the practice's computer and its booking system said"
                + (content.stamps.isEmpty ? "." : ", but for what the time-stamps bound."))
        return declared
    }

    /// What nobody can tell from this file.
    public var cannotSay: [String] {
        var limits: [String] = []
        if content.following > 0 {
            limits.append(
                "Whether \(content.following == 1 ? "the one entry" : "any of the \(content.following) entries") after entry "
                    + "\(content.state.index) \(content.following == 1 ? "is" : "are") about the booking, beyond those shown."
            )
        }
        limits.append("What was recorded after the checkpoint of \(content.checkpoint.size) entries.")
        if content.stamps.isEmpty {
            let none =
                content.evidence.timestamps.isEmpty ? "none is in the file" : "those in the file were not checked"
            limits.append(
                "By which day anything here was there, other than by the practice's own clocks: that takes a time-stamp by "
                    + "somebody else, and \(none).")
        }
        limits.append("What the booking system never told the ledger.")
        let own = content.records.filter { $0.entry.map(content.isOwn) ?? false }
        let withheld = Set(own.flatMap(\.withheld))
        if !withheld.isEmpty {
            limits.append(
                "What these sealed fields hold, which are not shown: \(withheld.sorted().joined(separator: ", ")).")
        }
        if !content.siblings.isEmpty {
            limits.append(
                content.siblings.count == 1
                    ? "Whose the other booking is that is shown beside it."
                    : "Whose the \(content.siblings.count) other bookings are that are shown beside it.")
        }
        for record in content.records where !record.erased.isEmpty {
            let fields = record.erased.map { "\($0.field) (by entry \($0.by))" }.joined(separator: ", ")
            limits.append("What these fields of entry \(record.index) held, which were erased: \(fields).")
        }
        for record in content.records where record.entry == nil {
            limits.append("What entry \(record.index) says: it is of a later version of the program.")
        }
        if !isKeyTrusted {
            limits.append("Whose the key is: that takes a fingerprint that you got elsewhere.")
        }
        return limits
    }

    /// The report as `daybook verify-evidence --json` prints it within its object.
    public var json: [JSONValue.Member] {
        [
            .init("sentence", .string(sentence)), .init("timeline", .array(timeline.steps.map(\.json))),
            .init("proven", .strings(proven)), .init("declared", .strings(declared)),
            .init("cannotSay", .strings(cannotSay)),
        ]
    }
}
