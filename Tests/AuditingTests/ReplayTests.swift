import Auditing
import Bookings
import Testing

@Suite("Replaying the record")
struct ReplayTests {
    @Test func `entries apply by index where the source does not count`() {
        var book = Book()
        book.create("A")
        book.add(.modified, "A", "06-02 10:00") { $0.appointment = booked("06-16 09:30") }
        book.add(.modified, "A", "06-01 11:00") { $0.appointment = booked("06-17 09:30") }
        #expect(book.state("A")?.appointment.start == wall("06-17 09:30"))
    }

    @Test func `entries apply by the source's counter where it has one, each in the place of a counted one`() {
        var book = Book()
        book.create("A") { $0.sequence = 1 }
        book.add(.modified, "A", "06-02 12:00") { ($0.sequence, $0.appointment) = (9, booked("06-19 09:30")) }
        book.add(.modified, "A", "06-02 10:00") { ($0.sequence, $0.appointment) = (2, booked("06-12 09:30")) }
        #expect(book.state("A")?.appointment.start == wall("06-19 09:30"))
        book.add(.cancelled, "A", "06-03 10:00")
        #expect(book.state("A")?.standing == .cancelled, "an uncounted entry keeps its place")
    }

    @Test func `what has no counter stands after all that was recorded before it, also where older words come later`() {
        var book = Book()
        book.create("A") { $0.sequence = 1 }
        book.add(.modified, "A", "06-02 12:00") { $0.sequence = 5 }
        book.add(.deleted, "A", "06-03 10:00") { $0.basis = .attested }
        book.add(.modified, "A", "06-02 10:00") { ($0.sequence, $0.recorded) = (3, at("06-04 10:00")) }
        #expect(book.state("A")?.standing == .deleted)
        book.add(.modified, "A", "06-05 10:00") { $0.sequence = 6 }
        #expect(book.state("A")?.standing == .live, "what the source says later of it counts again")
    }

    @Test func `an entry counts from when it happened, and never after it was recorded`() {
        var book = Book()
        book.create("A")
        book.add(.deleted, "A", "06-05 10:00") { $0.recorded = at("06-08 10:00") }
        #expect(book.state("A", asOf: at("06-05 09:59:59"))?.standing == .live)
        #expect(book.state("A", asOf: at("06-05 10:00"))?.standing == .deleted)
        var ahead = Book()
        ahead.create("A")
        ahead.add(.deleted, "A", "06-09 10:00") { $0.recorded = at("06-05 10:00") }
        #expect(ahead.state("A", asOf: at("06-05 10:00"))?.standing == .deleted)
        var silent = Book()
        silent.create("A")
        silent.add(.deleted, "A", "06-05 10:00") { ($0.occurred, $0.recorded) = (nil, at("06-06 10:00")) }
        #expect(silent.state("A", asOf: at("06-05 12:00"))?.standing == .live)
        #expect(silent.state("A", asOf: at("06-06 10:00"))?.standing == .deleted)
    }

    @Test func `what was inferred counts from the reading behind it`() {
        var book = Book()
        book.read("06-02 02:00", ["A"])
        book.create("A", booked(), "06-02 09:00") { ($0.basis, $0.occurred) = (.baseline, nil) }
        book.read("06-03 02:00", ["A"])
        book.add(.modified, "A", "06-03 09:00") {
            ($0.basis, $0.occurred, $0.appointment) = (.observed, nil, booked("06-20 09:30"))
        }
        book.read("06-04 02:00", ["A"])
        #expect(book.state("A", asOf: at("06-02 01:59")) == nil)
        #expect(book.state("A", asOf: at("06-02 02:00"))?.appointment.start == wall("06-15 09:30"))
        #expect(book.state("A", asOf: at("06-03 01:59"))?.appointment.start == wall("06-15 09:30"))
        #expect(book.state("A", asOf: at("06-03 02:00"))?.appointment.start == wall("06-20 09:30"))
    }

    @Test func `readings of another source do not count`() {
        var book = Book()
        book.read("06-02 02:00", ["A"])
        book.source = "other"
        book.read("06-03 02:00", ["A"])
        book.source = "crm"
        book.create("A", booked(), "06-05 09:00") { ($0.basis, $0.occurred) = (.observed, nil) }
        #expect(book.state("A", asOf: at("06-02 02:00"))?.standing == .live)
    }

    @Test func `each way for a booking to stand`() {
        var book = Book()
        book.create("A", client: "C-1")
        #expect(book.state("A")?.standing == .live)
        #expect(book.state("A")?.client == "C-1")
        book.add(.modified, "A", "06-02 10:00") { $0.appointment?.status = .enteredInError }
        #expect(book.state("A")?.standing == .cancelled)
        book.add(.modified, "A", "06-02 11:00")
        #expect(book.state("A")?.standing == .live)
        book.add(.modified, "B", "06-03 10:00") { $0.supersedes = "A" }
        #expect(book.state("A")?.standing == .superseded(by: "B"))
        #expect(book.state("B")?.standing == .live)
        book.add(.deleted, "B", "06-04 10:00")
        #expect(book.state("B")?.standing == .deleted)
        #expect(book.state("B")?.appointment == booked(), "of a deleted booking the last state")
        #expect(book.state("A")?.client == "C-1")
    }

    @Test func `notices are no state`() {
        var book = Book()
        book.add(.noticeSent, "A", "06-01 10:00")
        #expect(book.state("A") == nil)
    }
}
