import Auditing
import Bookings
import Testing

@Suite("What silence says")
struct CoverTests {
    /// A feed with these numbers, one a day from 1 May at noon.
    private func feed(_ numbers: [Int], _ change: (inout Book) -> Void = { _ in }) -> Book {
        var book = Book()
        for (place, number) in numbers.enumerated() {
            book.create(Identifier("A-\(number)"), booked(), "05-0\(place + 1) 12:00") { $0.sequence = number }
        }
        change(&book)
        return book
    }

    private func answer(
        _ book: Book, booked: String?, start: String? = "06-15 09:30", key: Identifier? = nil, source: Identifier? = nil
    ) -> Verdict.Answer {
        let claim = Claim(start: start.map { wall($0) }, booked: booked.map { at($0) }, source: source)
        let verdict = Investigation(book.history, claim: claim).absence(
            live: .unread, siblings: [], key: key.map { BookingKey(source: "crm", booking: $0) })
        #expect(!verdict.sentence.lowercased().contains("client error"))
        #expect(!verdict.sentence.lowercased().contains("fault"))
        #expect(verdict.appointment == nil)
        #expect(verdict.key == nil)
        return verdict.answer
    }

    @Test func `not recorded only where the numbering has no gap on both sides of the claimed time`() {
        #expect(answer(feed([1, 2, 3, 4]), booked: "05-02 18:00") == .notRecorded)
        #expect(answer(feed([1, 2, 4, 5]), booked: "05-02 18:00") == .inconclusive)
        #expect(answer(feed([1, 2, 4, 5]), booked: "05-01 18:00") == .notRecorded, "the gap lies elsewhere")
        #expect(answer(feed([1, 2, 3, 4]), booked: "04-30 18:00") == .inconclusive, "before the first")
        #expect(answer(feed([1, 2, 3, 4]), booked: "05-04 18:00") == .inconclusive, "after the last")
        #expect(answer(feed([]), booked: "05-02 18:00") == .inconclusive)
        #expect(answer(feed([1, 2, 3, 4]), booked: nil, start: nil) == .inconclusive, "the time is not known")
    }

    @Test func `a feed without numbers says nothing by its silence`() {
        var book = Book()
        book.create("A-1", booked(), "05-01 12:00")
        book.create("A-2", booked(), "05-09 12:00")
        #expect(answer(book, booked: "05-02 18:00") == .inconclusive)
    }

    @Test func `without the day of booking no number may be missing since recording began`() {
        #expect(answer(feed([1, 2, 3, 4]), booked: nil, start: "05-04 08:00") == .notRecorded)
        #expect(answer(feed([1, 3, 4, 5]), booked: nil, start: "05-04 08:00") == .inconclusive)
        #expect(answer(feed([1, 2, 3, 4]), booked: nil, start: "06-15 09:30") == .inconclusive, "the feed ends before")
    }

    @Test func `every counting source must be without a gap, or the one that is named`() {
        let book = feed([1, 2, 3]) { book in
            book.source = "other"
            for (place, number) in [7, 9].enumerated() {
                book.create("X", booked(), "05-0\(place + 1) 13:00") { $0.sequence = number }
            }
            book.source = "crm"
        }
        #expect(answer(book, booked: "05-01 18:00") == .inconclusive)
        #expect(answer(book, booked: "05-01 18:00", source: "crm") == .notRecorded)
        #expect(answer(book, booked: "05-01 18:00", source: "other") == .inconclusive)
    }

    @Test func `a complete reading through which the booking is claimed to have stood`() {
        func answer(
            _ change: (inout Coverage) -> Void = { _ in }, reading: String = "06-10 02:00",
            shown: Set<Identifier> = ["B"]
        ) -> Verdict.Answer {
            var book = Book()
            book.read(reading, shown, change)
            return self.answer(book, booked: "06-05 10:00", key: "A")
        }
        #expect(answer() == .notRecorded)
        #expect(answer({ $0.isComplete = false }) == .inconclusive)
        #expect(answer({ $0.to = wall("06-15 09:30") }) == .inconclusive, "it does not look at that day")
        #expect(answer(reading: "06-05 09:00") == .inconclusive, "taken before the booking is said to have been made")
        #expect(answer(reading: "06-15 10:00") == .inconclusive, "taken after the appointment")
        #expect(answer(shown: ["A", "B"]) == .inconclusive, "it does have it")
    }

    @Test func `bookings of the same client are named`() {
        let book = feed([1, 2])
        let verdict = Investigation(book.history, claim: Claim(start: wall("06-15 09:30"))).absence(
            live: .unread, siblings: [BookingKey(source: "crm", booking: "A-1")])
        #expect(verdict.siblings.map(\.booking) == ["A-1"])
        #expect(verdict.json["siblings"]?.array?.count == 1)
        #expect(verdict.json["booking"] == nil)
    }

    @Test func `a part of a ledger has no numbering to speak of`() {
        var book = feed([1, 2, 3, 4])
        book.isWhole = false
        #expect(answer(book, booked: "05-02 18:00") == .inconclusive)
    }
}
