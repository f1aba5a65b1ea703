import Auditing
import Bookings
import Evidence
import TestSupport
import Testing
import Transparency

/// A ledger that was filled in one afternoon, on 25 February 2026, says so wherever it speaks of the days before.
@Suite("What was recorded long after it happened")
struct LateRecordTests {
    private let key = BookingKey(source: "crm", booking: "A-1")

    /// What a file says about a booking that a reading of the 12th of January had, and one of the 13th and one of the 14th
    /// had not; `later` is the time of the other booking by the same login.
    private func report(
        lateEntry: Bool = false, lateReadings: [Bool] = [true, true, true], cancelled: String? = "kept",
        beside later: String = "2026-02-25T06:00:38.000000Z", login: String = "jane", kind: Entry.Actor.Kind = .user
    ) throws -> EvidenceReport {
        var ledger = SmallLedger()
        func create(_ booking: Identifier, _ time: String, by login: String) -> Int {
            ledger.append(.created) { entry in
                (entry.source, entry.booking, entry.basis) = (key.source, booking, .reported)
                entry.occurred = Timestamp(time)
                entry.actor = Entry.Actor(kind: kind, id: login)
                entry.appointment = Appointment()
            }
        }
        let booked = create(
            key.booking, lateEntry ? "2026-01-05T10:00:00.000000Z" : "2026-02-25T06:00:00.000000Z", by: "jane")
        let other = create("B-1", later, by: login)
        let ids: [Identifier] = [key.booking, "A-2", "A-2"]
        var readings: [Evidence.Commitment] = []
        for (day, (id, isLate)) in zip(12..., zip(ids, lateReadings)) {
            let leaf = CommitmentTree.snapshotLeaf(BookingKey(source: key.source, booking: id))
            let (leaves, root) = SmallLedger.tree([leaf])
            let index = ledger.append(.snapshotTaken) { entry in
                let taken = Timestamp("2026-01-\(day)T02:00:00.000000Z")!
                if !isLate { entry.recorded = taken + 86_400 }
                entry.source = key.source
                entry.body = .object([
                    "takenAt": .string(taken.text), "complete": .boolean(true),
                    "cancelled": cancelled.map { .string($0) }, "rows": .integer(1),
                    "digest": .string(Hash.zero.base64), "size": .integer(1), "root": .string(root.base64),
                ])
            }
            readings.append(Evidence.Commitment(ledger.included(index), leaves: leaves))
        }
        let state = ledger.state([(key, [booked]), (BookingKey(source: "crm", booking: "B-1"), [other])])
        var evidence = ledger.evidence(about: key, state: state)
        evidence.siblings = ["B-1"]
        evidence.entries = [booked, other].map { Evidence.ShownEntry(ledger.included($0)) }
        evidence.snapshots = readings.map {
            Evidence.Commitment(ledger.included($0.included.index), leaves: $0.leaves)
        }
        let result = EvidenceVerifier().verify(evidence)
        return EvidenceReport(try #require(result.content, "\(result.refusal?.sentence ?? "")"))
    }

    @Test func `readings count as recorded at the time only where they were`() throws {
        let prompt = try report(lateReadings: [false, false, false])
        #expect(
            prompt.sentence.contains(
                "readings of the schedule, recorded at the time, show it on 12 January 2026 at 02:00 UTC, and no longer on 13 "
                    + "January 2026 at 02:00 UTC, nor on 14 January 2026 at 02:00 UTC."))
        let whole = prompt.sentence + prompt.declared.joined() + prompt.timeline.steps.map(\.sentence).joined()
        #expect(!whole.contains("only") && !whole.contains("Caution"))

        let late = try report()
        #expect(!late.sentence.contains("at the time"))
        #expect(
            late.sentence.hasSuffix(
                "Caution: these readings were recorded only on 25 February 2026, long after: until then nothing in this file "
                    + "shows that they were not changed."))
        #expect(late.declared.filter { $0.hasSuffix(" Recorded only on 25 February 2026.") }.count == 3)
        #expect(
            late.timeline.steps.map(\.sentence).filter { $0.hasSuffix(". Recorded only on 25 February 2026.") } == [
                "The schedule showed it. Recorded only on 25 February 2026.",
                "The schedule did not show it. Recorded only on 25 February 2026.",
            ])
    }

    @Test func `what alone is late is named`() throws {
        #expect(
            try report(lateReadings: [false, true, false]).sentence.contains(
                "Caution: the reading of 13 January 2026 at 02:00 UTC was recorded only on 25 February 2026,"))
        #expect(
            try report(lateEntry: true, lateReadings: [false, false, false]).sentence.hasSuffix(
                "Caution: the entry about the booking was recorded only on 25 February 2026, long after: until then nothing "
                    + "in this file shows that it was not changed."))
        #expect(
            try report(lateEntry: true).sentence.contains(
                "the entry about the booking and these readings were recorded"))
    }

    @Test func `whether a cancellation would have shown is said where it is known`() throws {
        #expect(try report().sentence.contains("a cancellation would still have shown"))
        #expect(try report(cancelled: "removed").sentence.contains("That schedule leaves cancelled appointments out."))
        let unknown = try report(cancelled: nil).sentence
        #expect(!unknown.contains("ancelled appointments") && !unknown.contains("would still"))
    }

    @Test func `why another booking is shown is said as far as the entries tell`() throws {
        func beside(_ time: String, _ login: String = "jane", _ kind: Entry.Actor.Kind = .user) throws -> String {
            let report = try report(beside: time, login: login, kind: kind)
            return try #require(report.proven.first { $0.hasPrefix("Booking B-1") })
        }
        let end = ", is recorded too: entry 2. Whose it is, is not disclosed."
        #expect(
            try beside("2026-02-25T06:00:38.000000Z")
                == "Booking B-1, recorded as made 38 seconds after it by the same login\(end)")
        #expect(try beside("2026-02-25T05:59:59.000000Z").contains("1 second before it by the same login"))
        let chosen = "Booking B-1, which whoever made this file chose to show beside it\(end)"
        #expect(try beside("2026-02-25T06:00:38.000000Z", "joan") == chosen)
        #expect(try beside("2026-02-25T08:00:00.000000Z") == chosen)
        // That one client made both would say whose the other is.
        #expect(try beside("2026-02-25T06:00:38.000000Z", "jane", .client) == chosen)
        #expect(try beside("2026-02-25T06:00:38.000000Z", "jane", .api).contains("by the same interface,"))
    }

    @Test func `numbers and their words agree`() throws {
        let report = try report()
        #expect(report.sentence.contains("up to entry 6 (the 7th, recorded on 25 February 2026 at"))
        #expect(report.cannotSay.contains("Whose the other booking is that is shown beside it."))
        #expect(!report.cannotSay.contains { $0.contains("after entry 6") }, "none follows")
    }
}
