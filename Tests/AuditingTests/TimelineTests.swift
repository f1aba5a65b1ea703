import Auditing
import Bookings
import Testing

@Suite("The timeline of a booking")
struct TimelineTests {
    private func steps(_ book: Book, _ bookings: [Identifier] = ["A"]) -> [TimelineStep] {
        let history = book.history
        let own = bookings.compactMap { history.bookings[BookingKey(source: "crm", booking: $0)] }
        return Timeline(of: own, readings: history.readings).steps
    }

    private func sentences(_ change: (inout Book) -> Void) -> [String] {
        var book = Book()
        change(&book)
        return steps(book).map(\.sentence)
    }

    private let jane = Entry.Actor(kind: .user, id: "jane")

    @Test func `from the booking to its end, each in its words`() {
        #expect(
            sentences {
                $0.create("A") { $0.actor = jane }
                $0.add(.modified, "A", "06-02 10:00") {
                    ($0.actor, $0.reason) = (.init(kind: .client), "asked")
                    $0.appointment = booked("06-16 11:00") { ($0.practitioner, $0.location) = ("D8", "2") }
                }
                $0.add(.cancelled, "A", "06-16 09:00") { ($0.actor, $0.appointment) = (jane, booked("06-16 11:00")) }
                $0.add(.deleted, "A", "06-16 10:34:10")
            } == [
                "Booked for Monday 15 June 2026 at 09:30 with D7 by the login jane.",
                "Changed: moved from Monday 15 June 2026 at 09:30 to Tuesday 16 June 2026 at 11:00; practitioner is now D8; "
                    + "location is now 2 by the client (asked).",
                "Cancelled by the login jane, 1 hour before its start.",
                "Deleted, 34 minutes 10 seconds after its start.",
            ])
    }

    @Test func `what was inferred or attested is told apart from what was reported`() {
        for (basis, type, sentence, knowledge) in [
            (
                .baseline, .created,
                "Found in the schedule when recording began: for Monday 15 June 2026 at 09:30 with D7.", .observed
            ),
            (
                .observed, .created,
                "Seen in the schedule for the first time: for Monday 15 June 2026 at 09:30 with D7.", .observed
            ),
            (.observed, .cancelled, "Seen in the schedule as cancelled.", .observed),
            (
                .observed, .modified, "Seen in the schedule: Changed: practitioner is now D7; status is now booked.",
                .observed
            ),
            (.attested, .cancelled, "Cancelled, as attested by the login jane.", .recorded),
            (.attested, .deleted, "Deleted, as attested by the login jane.", .recorded),
        ] as [(Entry.Basis, EntryType, String, TimelineStep.Knowledge)] {
            var book = Book()
            book.add(type, "A", "06-01 10:00") {
                $0.basis = basis
                if basis == .attested { $0.actor = jane }
            }
            #expect(steps(book).map(\.sentence) == [sentence])
            #expect(steps(book).map(\.knowledge) == [knowledge])
        }
    }

    @Test func `what came late says when it was recorded`() {
        #expect(
            sentences { $0.add(.created, "A", "06-01 10:00") { $0.recorded = at("06-03 08:00") } } == [
                "Booked for Monday 15 June 2026 at 09:30 with D7. Recorded only on 3 June 2026 at 08:00 UTC."
            ])
        #expect(
            sentences { $0.add(.created, "A", "06-01 10:00") { $0.recorded = at("06-02 10:00") } } == [
                "Booked for Monday 15 June 2026 at 09:30 with D7."
            ])
    }

    @Test func `notices say what they quoted and whom they reached`() {
        func notice(_ type: EntryType, _ body: JSONValue?) -> String {
            sentences { $0.add(type, "A", "06-02 10:00") { $0.body = body } }[0]
        }
        #expect(notice(.noticeSent, nil) == "A notice was sent to the client.")
        #expect(
            notice(
                .noticeSent,
                .object([
                    "medium": .string("sms"), "purpose": .string("reminder"),
                    "quoted": .string(wall("06-15 17:30").text), "reached": .boolean(true),
                ]))
                == "A notice of the reminder was sent to the client by sms; it named Monday 15 June 2026 at 17:30. "
                + "It is recorded as received.")
        #expect(
            notice(.noticeSent, .object(["reached": .boolean(false)]))
                == "A notice was sent to the client. It is recorded as not received.")
        #expect(
            notice(.noticeFailed, .object(["medium": .string("phone"), "purpose": .string("cancellation")]))
                == "An attempt to tell the client of the cancellation by phone reached nobody.")
    }

    @Test func `a booking that goes on under another id is one line`() {
        var book = Book()
        book.create("A")
        book.add(.modified, "B", "06-02 10:00") { ($0.supersedes, $0.appointment) = ("A", booked("06-16 11:00")) }
        let found = steps(book, ["A", "B"])
        #expect(found.map(\.index) == [0, 1], "the entry that stands in both histories is one step")
        #expect(
            found[1].sentence
                == "Changed: moved from Monday 15 June 2026 at 09:30 to Tuesday 16 June 2026 at 11:00. It goes on as B instead "
                + "of A.")
    }

    @Test func `readings that showed it are one step, and the first that lacked it another`() {
        var book = Book()
        book.create("A")
        for night in 2...4 { book.read("06-0\(night) 02:00", ["A"]) { $0.from = nil } }
        for night in 5...6 { book.read("06-0\(night) 02:00", []) { $0.from = nil } }
        let found = steps(book)
        #expect(found.map(\.what) == ["booking.created", "present", "absent"])
        #expect(
            found.dropFirst().map(\.sentence) == [
                "The schedule showed it in 3 readings, up to that of 4 June 2026 at 02:00 UTC.",
                "The schedule did not show it.",
            ])
        #expect(found.dropFirst().map(\.at) == [at("06-02 02:00"), at("06-05 02:00")])
        #expect(found.dropFirst().allSatisfy { $0.knowledge == .observed })
    }

    @Test func `a reading that was not complete says so, and one of another source is none`() {
        var book = Book()
        book.create("A")
        book.read("06-02 02:00", ["A"])
        book.source = "other"
        book.read("06-03 02:00", [])
        book.source = "crm"
        book.read("06-04 02:00", []) { $0.isComplete = false }
        #expect(
            steps(book).dropFirst().map(\.sentence) == [
                "The schedule showed it.",
                "The schedule did not show it. That reading was not complete.",
            ])
    }

    @Test func `readings that were recorded long after they were taken say when`() {
        func sentences(_ hours: [Int64]) -> [String] {
            var book = Book()
            book.create("A")
            for (night, late) in zip(["06-02 02:00", "06-03 02:00", "06-04 02:00"], hours) {
                book.read(night, night == "06-04 02:00" ? [] : ["A"]) { $0.takenAt = at(night) - late * 3600 }
            }
            return steps(book).filter { $0.knowledge == .observed }.map(\.sentence)
        }
        #expect(sentences([0, 0, 0]).allSatisfy { !$0.contains("Recorded") && !$0.contains("recorded") })
        // An entry of these ledgers is recorded a second after the hour that it is given.
        #expect(sentences([23, 23, 23]).allSatisfy { !$0.contains("ecorded") })
        #expect(sentences([0, 0, 24]).last == "The schedule did not show it. Recorded only on 4 June 2026.")
        #expect(sentences([30, 0, 0]).first?.hasSuffix("1 of them was recorded only on 2 June 2026.") == true)
        #expect(sentences([99, 99, 0]).first?.hasSuffix("Recorded only from 2 June 2026 to 3 June 2026.") == true)
    }

    @Test func `a reading that does not reach to it did not fail to show it`() {
        func steps(_ change: (inout Coverage) -> Void) -> [String] {
            var book = Book()
            book.create("A")
            book.read("06-02 02:00", ["A"])
            book.read("06-03 02:00", [], change)
            return self.steps(book).map(\.what)
        }
        #expect(steps { _ in } == ["booking.created", "present", "absent"])
        #expect(steps { $0.from = wall("06-16 00:00") } == ["booking.created", "present"], "over by then")
        #expect(steps { $0.to = wall("06-15 00:00") } == ["booking.created", "present"])
        var moved = Book()
        moved.create("A")
        moved.read("06-02 02:00", ["A"])
        moved.add(.modified, "A", "06-02 10:00") { $0.appointment = booked("08-15 09:30") }
        moved.read("06-03 02:00", [])
        #expect(self.steps(moved).map(\.what) == ["booking.created", "present", "booking.modified"])
    }

    @Test func `presences that touch are one`() {
        var book = Book()
        book.create("A")
        for night in 2...5 { book.read("06-0\(night) 02:00", ["A"]) }
        let whole = book.history.bookings[BookingKey(source: "crm", booking: "A")]!
        let split = BookingHistory(
            key: whole.key, entries: whole.entries,
            presences: [Presence(first: 1, last: 2), Presence(first: 3, last: nil)])
        let found = Timeline(of: [split], readings: book.history.readings).steps
        #expect(found.map(\.what) == ["booking.created", "present"])
        #expect(found.last?.sentence.contains("in 4 readings") == true)
    }

    @Test func `times are those of the practice's clocks`() {
        var book = Book()
        book.create("A")
        for night in 2...3 { book.read("06-0\(night) 02:00", ["A"]) }
        let history = book.history
        let clock = LocalClock(zone: "Test/Plus2", rules: ZoneRules { _, _ in 7200 })
        let steps = Timeline(
            of: [history.bookings[BookingKey(source: "crm", booking: "A")]!], readings: history.readings, clock: clock
        ).steps
        #expect(steps.last?.sentence == "The schedule showed it in 2 readings, up to that of 3 June 2026 at 04:00.")
    }
}
