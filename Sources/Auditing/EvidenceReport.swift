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
        for entry in replay.ordered(line).map(\.entry) where entry.type.family == .booking {
            last = (entry, entry.appointment ?? last?.appointment ?? Appointment())
        }
        return last
    }

    /// The one sentence that a person reads first.
    public var sentence: String {
        let state = "entry \(content.state.index) (\(clock.text(content.state.recorded)))"
        guard let (entry, appointment) = last else {
            let notices = line.entries.isEmpty ? "" : " Only notices to a client are."
            return content.isAbsent
                ? "The ledger declares that, up to \(state), nothing is recorded about a booking \(name) of "
                    + "\(Words.quoted(content.evidence.source))."
                : "No booking \(name) is recorded.\(notices)"
        }
        let subject = Words.booking(content.evidence.booking, appointment)
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
        return [ending, loss].compactMap(\.self).joined(separator: " ")
    }

    /// Since when readings lack the booking, as the practice recorded them at the time.
    private var loss: String? {
        let counting = content.readings.filter { $0.isPresent || speaks($0.reading) }
        guard let last = counting.lastIndex(where: \.isPresent), last + 1 < counting.count else { return nil }
        let seen = counting[last].reading.coverage
        let gone = counting[last + 1].reading.coverage
        let latest = counting.last!.reading.coverage
        let still = latest.takenAt == gone.takenAt ? "" : ", nor on \(clock.text(latest.takenAt))"
        let removed = gone.cancelled == .removed || latest.cancelled == .removed
        return "The practice's own readings of the schedule, recorded at the time, show it on "
            + "\(clock.text(seen.takenAt)), and no longer on \(clock.text(gone.takenAt))\(still)."
            + (removed ? " That schedule leaves cancelled appointments out." : "")
    }

    /// True where a reading that lacks the booking says something by it: it is of its source, complete, and reaches to
    /// where the booking was then.
    private func speaks(_ reading: Reading) -> Bool {
        guard reading.coverage.source == content.evidence.source, reading.coverage.isComplete else { return false }
        // In the ledger's own order, which nobody could choose afterwards, and not by what clocks said.
        let then = line.entries.map(\.entry).filter { $0.index < reading.index }
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
                    + "since the checkpoint of \(size) entries was signed.")
        }
        let disclosed = own.reduce(0) { $0 + $1.disclosed.count }
        if disclosed > 0 {
            proven.append(
                "The \(Words.count(disclosed, "value")) shown \(disclosed == 1 ? "is the one that was" : "are those that were")"
                    + " sealed when it was recorded.")
        }
        for sibling in content.siblings.sorted() {
            let entries = content.records.compactMap(\.entry).filter { $0.booking == sibling }
            guard !entries.isEmpty else { continue }
            let indexes = entries.map { String($0.index) }.joined(separator: ", ")
            proven.append(
                "\(Words.booking(sibling, entries.compactMap(\.appointment).last)), shown beside it, is recorded too: "
                    + "\(entries.count == 1 ? "entry" : "entries") \(indexes).")
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
            if reading.isPresent {
                declared.append("That the schedule showed the booking on \(when) (entry \(reading.reading.index)).")
            } else if speaks(reading.reading) {
                declared.append(
                    "That the schedule, read completely, did not show the booking on \(when) (entry "
                        + "\(reading.reading.index)).")
            } else {
                declared.append(
                    "That a reading on \(when) (entry \(reading.reading.index)) did not have the booking; it was not "
                        + "complete, or did not reach to where the booking was, and says nothing by that.")
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
                "Whether \(content.following == 1 ? "the entry" : "any of the \(content.following) entries") after entry "
                    + "\(content.state.index) \(content.following == 1 ? "is" : "are") about the booking, beyond those shown."
            )
        }
        limits.append("What was recorded after the checkpoint of \(content.checkpoint.size) entries.")
        limits.append("What the booking system never told the ledger.")
        let own = content.records.filter { $0.entry.map(content.isOwn) ?? false }
        let withheld = Set(own.flatMap(\.withheld))
        if !withheld.isEmpty {
            limits.append(
                "What these sealed fields hold, which are not shown: \(withheld.sorted().joined(separator: ", ")).")
        }
        if !content.siblings.isEmpty { limits.append("Whose the other bookings are that are shown beside it.") }
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
