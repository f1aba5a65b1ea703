import Auditing
import Bookings
import Testing

@Suite("Verdicts")
struct InvestigationTests {
    private let jane = Entry.Actor(kind: .user, id: "reception.jane")
    private let b = row("B", booked("06-16 10:00"))

    private func recorded(_ change: (inout Book) -> Void = { _ in }) -> Book {
        var book = Book()
        book.create("A", client: "C-1") { $0.actor = jane }
        book.create("B", booked("06-16 10:00"))
        change(&book)
        return book
    }

    /// What every sentence that is read aloud must keep to.
    private func check(_ verdict: Verdict) {
        let texts =
            [verdict.sentence] + verdict.limits + verdict.findings.map(\.sentence)
            + verdict.timeline.steps.map(\.sentence)
        for text in texts {
            #expect(!text.isEmpty)
            for word in [
                "client error", "client's error", "client's mistake", "forgot", "lied", "liar", "fault", "C-1",
            ] {
                #expect(!text.lowercased().contains(word.lowercased()), "\(text)")
            }
        }
    }

    @Test func `present: recorded and live, and they agree`() {
        let verdict = recorded().verdict("A", [row("A"), b])
        #expect(verdict.answer == .present)
        #expect(verdict.sentence.contains("the two agree"))
        #expect(verdict.sentence.contains("the login reception.jane"))
        #expect(verdict.key?.booking == "A")
        #expect(verdict.appointment == booked())
        check(verdict)
    }

    @Test func `present, at another time than claimed, was never moved`() {
        let verdict = recorded().verdict("A", [row("A"), b], claim: Claim(start: wall("06-15 09:40")))
        #expect(verdict.answer == .present)
        #expect(verdict.sentence.contains("was never moved; 09:40 is not recorded"))
        check(verdict)
    }

    @Test func `dropped: recorded, not live, and no end recorded`() throws {
        let verdict = recorded {
            $0.read("06-05 02:00", ["A", "B"])
            $0.read("06-06 02:00", ["B"])
        }.verdict("A", [b])
        #expect(verdict.answer == .dropped)
        #expect(verdict.sentence.contains("supported by the record"))
        #expect(verdict.windowOfLoss?.present == at("06-05 02:00"))
        #expect(verdict.windowOfLoss?.absent == at("06-06 02:00"))
        #expect(verdict.findings.contains { $0.code == .ar101 })
        check(verdict)
    }

    @Test func `deleted: by whom, when, why and whether the client was told`() {
        let verdict = recorded {
            $0.add(.deleted, "A", "06-05 10:00") {
                ($0.actor, $0.reason) = (.init(kind: .user, id: "temp"), "duplicate")
            }
        }.verdict("A", [b])
        #expect(verdict.answer == .deleted)
        for word in ["the login temp", "duplicate", "No notice"] { #expect(verdict.sentence.contains(word), "\(word)") }
        #expect(verdict.findings.contains { $0.code == .ar302 })
        check(verdict)
    }

    @Test func `cancelled: by the practice or by the client, how long before, with which notices`() {
        func verdict(_ actor: Entry.Actor, _ more: (inout Book) -> Void = { _ in }) -> Verdict {
            recorded {
                $0.add(.cancelled, "A", "06-15 06:30") { $0.actor = actor }
                more(&$0)
            }.verdict("A", nil)
        }
        let practice = verdict(jane)
        #expect(practice.answer == .cancelled)
        #expect(practice.sentence.contains("2 hours before its start"))
        #expect(practice.sentence.contains("No notice"))
        let client = verdict(.init(kind: .client))
        #expect(client.answer == .cancelled)
        #expect(client.sentence.contains("by the client"))
        #expect(!client.findings.contains { $0.code == .ar302 })
        let tried = verdict(jane) { for hour in 6...8 { $0.add(.noticeFailed, "A", "06-15 0\(hour):40") } }
        #expect(tried.sentence.contains("3 attempts to tell the client are recorded; none reached anyone"))
        #expect(tried.notices.count == 3)
        let told = verdict(jane) { $0.add(.noticeSent, "A", "06-15 06:40") }
        #expect(told.sentence.contains("A notice to the client is recorded"))
        for verdict in [practice, client, tried, told] { check(verdict) }
    }

    @Test func `cancelled or deleted in the record, and shown as standing, is said`() {
        for (type, code) in [(EntryType.cancelled, FindingCode.ar105), (.deleted, .ar102)] {
            let verdict = recorded { $0.add(type, "A", "06-05 10:00") }.verdict("A", [row("A"), b])
            #expect(verdict.findings.contains { $0.code == code })
            #expect(verdict.sentence.contains("the schedule"), "\(verdict.sentence)")
            check(verdict)
        }
    }

    @Test func `an end that was recorded only after the booking was gone is told so`() {
        let verdict = recorded {
            $0.read("06-06 02:00", ["B"])
            $0.add(.cancelled, "A", "06-05 10:00") { $0.recorded = at("06-08 10:00") }
        }.verdict("A", [b])
        #expect(verdict.answer == .cancelled)
        #expect(verdict.sentence.contains("explained afterwards"))
        check(verdict)
    }

    @Test func `moved: every change of time, by whom, and which time each notice named`() {
        let book = recorded {
            $0.add(.noticeSent, "A", "06-01 10:01") { $0.body = .object(["quoted": .string(wall("06-15 09:30").text)]) }
            $0.add(.modified, "A", "06-05 10:00") { ($0.actor, $0.appointment) = (jane, booked("06-15 09:20")) }
        }
        let moved = book.verdict("A", [row("A", booked("06-15 09:20")), b], claim: Claim(start: wall("06-15 09:30")))
        #expect(moved.answer == .moved)
        for text in [
            "moved from Monday 15 June 2026 at 09:30 to Monday 15 June 2026 at 09:20", "was the recorded one before",
            "A notice of",
        ] {
            #expect(moved.sentence.contains(text), "\(text)")
        }
        #expect(moved.findings.contains { $0.code == .ar302 })
        let other = book.verdict("A", nil, claim: Claim(start: wall("06-15 11:00")))
        #expect(other.answer == .moved)
        #expect(other.sentence.contains("was never recorded"))
        let same = book.verdict("A", [row("A", booked("06-15 09:20")), b], claim: Claim(start: wall("06-15 09:20")))
        #expect(same.answer == .present, "the claim is about the present time")
        for verdict in [moved, other, same] { check(verdict) }
    }

    @Test func `altered: live differs without a recorded change`() {
        for live in [booked("06-16 09:30"), booked { $0.practitioner = "D8" }, booked { $0.status = .cancelled }] {
            let verdict = recorded().verdict("A", [row("A", live), b])
            #expect(verdict.answer == .altered, "\(live.json.text)")
            check(verdict)
        }
    }

    @Test func `inconclusive: no schedule, a partial one, one that does not cover it, or too many missing`() {
        let unread = recorded().verdict("A", nil)
        #expect(unread.answer == .inconclusive)
        #expect(unread.sentence.contains("--schedule"))
        let partial = recorded().verdict("A", [b]) { $0.rowCount = 9 }
        let outside = recorded().verdict("A", [b]) { $0.to = wall("06-15 00:00") }
        let unproven = recorded().verdict("A", [b]) { $0.cancelled = .removed }
        let empty = recorded().verdict("A", [])
        for verdict in [unread, partial, outside, unproven, empty] {
            #expect(verdict.answer == .inconclusive, "\(verdict.sentence)")
            #expect(verdict.windowOfLoss == nil)
            check(verdict)
        }
    }

    @Test func `from a remembered reading: present, dropped, or not to be said`() throws {
        let book = recorded {
            $0.read("06-09 02:00", ["B"]); $0.read("06-10 02:00", ["A"])
        }
        let readings = book.history.readings
        func verdict(_ reading: Reading, isPresent: Bool) -> Verdict {
            Investigation(book.history, claim: Claim()).verdict(
                about: BookingKey(source: "crm", booking: "A"),
                live: .remembered(reading, isPresent: isPresent, findings: []))
        }
        #expect(verdict(readings[1], isPresent: true).answer == .present)
        #expect(verdict(readings[0], isPresent: false).answer == .dropped)
        let partial = recorded { $0.read("06-10 02:00", []) { $0.isComplete = false } }
        let open = Investigation(partial.history, claim: Claim()).verdict(
            about: BookingKey(source: "crm", booking: "A"),
            live: .remembered(partial.history.readings[0], isPresent: false, findings: []))
        #expect(open.answer == .inconclusive)
        let altered = Investigation(book.history, claim: Claim()).verdict(
            about: BookingKey(source: "crm", booking: "A"),
            live: .remembered(readings[1], isPresent: true, findings: [(.ar104, "It is not as recorded.")]))
        #expect(altered.answer == .altered)
        check(open)
    }

    @Test func `a booking that goes on under another id is settled there, in a ring of ids too`() {
        let book = recorded { $0.add(.modified, "N", "06-05 10:00") { $0.supersedes = "A" } }
        let verdict = book.verdict("A", [row("N"), b])
        #expect(verdict.key?.booking == "N")
        #expect(verdict.timeline.steps.contains { $0.sentence.contains("It goes on as N instead of A") })
        var ring = Book()
        ring.create("A") { $0.sequence = 1 }
        ring.add(.modified, "N", "06-02 10:00") { ($0.sequence, $0.supersedes) = (10, "A") }
        ring.add(.modified, "A", "06-03 10:00") { $0.supersedes = "N" }
        ring.add(.modified, "A", "06-04 10:00") { $0.sequence = 5 }
        for booking in ["A", "N"] as [Identifier] { check(ring.verdict(booking, nil)) }
    }

    /// A, which went on as N and then as P; that was attested only when all had happened, in either order.
    private func chain(_ links: [(Identifier, Identifier)]) -> Book {
        var book = Book()
        let times = [("A", "06-15 09:30", "06-01"), ("N", "06-18 09:30", "06-03"), ("P", "06-25 09:30", "06-05")]
        for (place, (id, start, day)) in times.enumerated() {
            book.read("\(day) 02:00", [Identifier(id)])
            book.create(Identifier(id), booked(start), "\(day) 02:00") {
                ($0.basis, $0.occurred) = (place == 0 ? .baseline : .observed, nil)
            }
        }
        for (former, next) in links {
            book.add(.modified, next, "06-08 10:00") {
                ($0.supersedes, $0.basis, $0.actor) = (former, .attested, .init(kind: .user, id: "nephew"))
                $0.appointment = booked(times.first { $0.0 == next.text }!.1)
            }
        }
        return book
    }

    @Test(arguments: [[("A", "N"), ("N", "P")], [("N", "P"), ("A", "N")]] as [[(Identifier, Identifier)]])
    func `what attests an identity is no move, and no time when one was made`(
        links: [(Identifier, Identifier)]
    ) {
        let verdict = chain(links).verdict(
            "A", [row("P", booked("06-25 09:30"))], claim: Claim(start: wall("06-15 09:30")))
        #expect(verdict.key?.booking == "P" && verdict.answer == .moved)
        for text in [
            "The record shows: Booking P (Thursday 25 June 2026 at 09:30 with D7), found in the schedule when recording "
                + "began as booking A for Monday 15 June 2026 at 09:30.",
            "moved from Monday 15 June 2026 at 09:30 to Thursday 18 June 2026 at 09:30, as booking N, on 3 June 2026",
            "moved from Thursday 18 June 2026 at 09:30 to Thursday 25 June 2026 at 09:30, as booking P, on 5 June 2026",
            "nephew attested that booking A goes on as booking N.", "was the recorded one before",
        ] {
            #expect(verdict.sentence.contains(text), "\(text): \(verdict.sentence)")
        }
        #expect(!verdict.sentence.contains("by the login nephew"))
        #expect(verdict.sentence.ranges(of: "showed it moved").count == 2)
        #expect(
            verdict.timeline.steps.contains { $0.sentence == "nephew attests that booking N goes on as booking P." })
        #expect(!verdict.timeline.steps.contains { $0.sentence.contains("moved from") })
        #expect(!verdict.findings.contains { $0.code == .ar302 })
        check(verdict)
    }

    private func remembered(_ book: Book, claim: Claim = Claim(), isPresent: Bool) -> Verdict {
        Investigation(book.history, claim: claim).verdict(
            about: BookingKey(source: "crm", booking: "A"),
            live: .remembered(book.history.readings.last!, isPresent: isPresent, findings: []))
    }

    @Test func `tells of a move away from the claimed day, of an absence, and of another time`() {
        let moved = recorded {
            $0.read("06-04 02:00", ["A", "B"])
            $0.add(.modified, "A", "06-05 10:00") { ($0.actor, $0.appointment) = (jane, booked("06-18 09:30")) }
            for (day, shown) in [("06", ["B"]), ("07", ["B"]), ("08", ["A", "B"])] as [(String, Set<Identifier>)] {
                $0.read("06-\(day) 02:00", shown)
            }
        }
        let away = remembered(moved, claim: Claim(day: wall("06-15 00:00")), isPresent: true)
        #expect(away.answer == .moved)
        #expect(away.sentence.contains("The day that the client names, 15 June 2026, was the recorded one before."))
        let absent =
            "In between it was absent from 2 complete readings, from that of 6 June 2026 at 02:00 UTC to that of "
            + "7 June 2026 at 02:00 UTC; that of 8 June 2026 at 02:00 UTC showed it again."
        #expect(away.sentence.contains(absent), "\(away.sentence)")
        let same = remembered(moved, claim: Claim(day: wall("06-18 00:00")), isPresent: true)
        #expect(same.answer == .present && same.sentence.contains(absent), "\(same.sentence)")

        let lost = recorded {
            $0.read("06-05 02:00", ["A", "B"]); $0.read("06-06 02:00", ["B"])
        }
        let other = remembered(lost, claim: Claim(start: wall("06-15 11:00")), isPresent: false)
        #expect(other.answer == .dropped)
        #expect(other.sentence.contains("the time that the client names is not"), "\(other.sentence)")
        #expect(
            other.sentence.contains("It is recorded for 09:30 since it was made, and was never moved; 11:00 is not"))
        #expect(!other.sentence.contains("What the client says"))
        let day = remembered(lost, claim: Claim(start: wall("06-15 09:30")), isPresent: false)
        #expect(day.sentence.contains("What the client says is supported") && !day.sentence.contains("never moved"))
        for verdict in [away, same, other, day] { check(verdict) }
    }

    @Test func `tells of an end that the last reading does not show`() {
        let still = "The last reading of the schedule, of 6 June 2026 at 02:00 UTC, still shows it."
        for type in [EntryType.deleted, .cancelled] {
            let attested = recorded {
                $0.read("06-06 02:00", ["A", "B"])
                $0.add(type, "A", "06-07 10:00") { ($0.basis, $0.actor) = (.attested, jane) }
            }
            let verdict = remembered(attested, isPresent: true)
            #expect(verdict.sentence.contains(still), "\(verdict.sentence)")
            check(verdict)
        }
        let deleted = recorded {
            $0.add(.deleted, "A", "06-05 10:00") { $0.actor = jane }
            $0.read("06-06 02:00", ["A", "B"])
        }
        #expect(remembered(deleted, isPresent: true).sentence.contains(still))
        let before = recorded {
            $0.read("06-06 02:00", ["A", "B"])
            $0.add(.deleted, "A", "06-07 10:00") { $0.actor = jane }
        }
        #expect(!remembered(before, isPresent: true).sentence.contains("still"), "it was not deleted yet")
    }

    @Test func `siblings are those of the same breath and those of the same client`() {
        let book = recorded {
            $0.create("S", booked("06-20 09:00"), "06-01 10:01", client: "C-1") { $0.actor = jane }
            $0.create("T", booked("06-21 09:00"), "06-03 10:00", client: "C-1")
            $0.create("U", booked("06-22 09:00"), "06-01 10:00", client: "C-2") { $0.actor = jane }
        }
        #expect(book.verdict("A", nil).siblings.map(\.booking) == ["S", "T"])
    }

    @Test func `the JSON of a verdict has its members in order`() throws {
        let verdict = recorded {
            $0.read("06-05 02:00", ["A", "B"]); $0.add(.noticeSent, "A", "06-05 10:00")
        }.verdict("A", [b])
        #expect(
            verdict.json.members?.map(\.name) == [
                "format", "verdict", "sentence", "source", "booking", "appointment", "timeline", "notices",
                "windowOfLoss", "siblings", "findings",
                "coverage", "assurance",
            ])
        #expect(verdict.json["format"] == .string("daybook-verdict/v1"))
        #expect(verdict.json["verdict"] == .string("dropped"))
        #expect(verdict.json["windowOfLoss"]?["present"] == .string("2026-06-05T02:00:00.000000Z"))
        #expect(verdict.json["notices"]?.array?.count == 1)
        #expect(
            Verdict.Answer.allCases.map(\.rawValue) == [
                "present", "dropped", "deleted", "cancelled", "moved", "altered", "not-recorded", "inconclusive",
            ])
    }
}
