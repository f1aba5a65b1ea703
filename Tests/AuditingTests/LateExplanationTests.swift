import Auditing
import Bookings
import Testing

@Suite("What is said only after a loss was seen")
struct LateExplanationTests {
    private let b = row("B", booked("06-16 10:00"))

    /// A booking that the reading of 5 June had and that of 6 June lacked; then what is said of it.
    private func lost(_ change: (inout Book) -> Void) -> Book {
        var book = Book()
        book.create("A")
        book.create("B", booked("06-16 10:00"))
        book.read("06-05 02:00", ["A", "B"])
        book.read("06-06 02:00", ["B"])
        change(&book)
        return book
    }

    private func move(_ book: inout Book, to start: String, _ recorded: String = "06-07 09:00") {
        book.add(.modified, "A", "06-05 10:00") { ($0.recorded, $0.appointment) = (at(recorded), booked(start)) }
    }

    @Test func `a back-dated move out of the window never launders a drop`() throws {
        let book = lost { move(&$0, to: "08-15 09:30") }
        let report = book.report([b])
        #expect(report.codes == ["AR101", "AR304"])
        let finding = try #require(report.first(.ar101))
        #expect((finding.booking, finding.severity, finding.confidence) == ("A", .critical, .proven))
        #expect(finding.entries == [4])
        #expect(
            finding.sentence
                == "Booking A (Monday 15 June 2026 at 09:30 with D7) was already missing from the schedule on 6 June 2026 at "
                + "02:00 UTC. Its change was recorded afterwards, on 7 June 2026 at 09:00 UTC: explained afterwards, not before."
        )
        #expect(book.report([b]) { $0.from = wall("06-16 00:00") }.codes == ["AR115"], "once its time has passed")
        #expect(book.report([b, row("A", booked("08-15 09:30"))]).codes == [], "where it is shown, it is found")
    }

    @Test func `nor do two changes, nor a move and a deletion`() {
        #expect(
            lost {
                move(&$0, to: "08-15 09:30"); move(&$0, to: "08-16 09:30")
            }.report([b]).codes == ["AR101", "AR304"])
        let deleted = lost {
            move(&$0, to: "08-15 09:30")
            $0.add(.deleted, "A", "06-05 11:00") { $0.recorded = at("06-07 09:01") }
        }
        #expect(deleted.report([b]).codes == ["AR101", "AR304"])
    }

    @Test func `a move out of the window that was recorded in time, or of a booking that was seen again, is a move`() {
        var told = Book()
        told.create("A")
        told.create("B", booked("06-16 10:00"))
        told.read("06-05 02:00", ["A", "B"])
        move(&told, to: "08-15 09:30", "06-05 10:00:01")
        told.read("06-06 02:00", ["B"])
        #expect(told.report([b]).codes == ["AR116"])
        let seenAgain = lost {
            $0.read("06-07 02:00", ["A", "B"])
            move(&$0, to: "08-15 09:30")
        }
        #expect(seenAgain.report([b]).codes == ["AR116"])
        let attested = lost {
            $0.add(.modified, "A", "06-07 09:00") { ($0.basis, $0.appointment) = (.attested, booked("08-15 09:30")) }
        }
        #expect(attested.report([b]).codes == ["AR116"])
    }

    private func rekey(_ book: inout Book, start: String) {
        book.add(.modified, "N", "06-05 10:00") {
            ($0.supersedes, $0.recorded, $0.appointment) = ("A", at("06-07 09:00"), booked(start))
        }
    }

    @Test func `a new id launders nothing where no reading has it`() throws {
        let outside = lost { rekey(&$0, start: "08-15 09:30") }
        let report = outside.report([b])
        #expect(report.codes == ["AR101", "AR115", "AR304"])
        #expect(try #require(report.first(.ar101)).booking == "A")
        #expect(try #require(report.first(.ar101)).sentence.contains("Its new id was recorded afterwards"))
        let deleted = lost {
            rekey(&$0, start: "06-15 09:30")
            $0.add(.deleted, "N", "06-05 10:01") { $0.recorded = at("06-07 09:01") }
        }
        #expect(deleted.report([b]).codes == ["AR101", "AR304"])
        let renamedTwice = lost {
            rekey(&$0, start: "06-15 09:30")
            $0.add(.modified, "M", "06-05 10:01") {
                ($0.supersedes, $0.recorded, $0.appointment) = ("N", at("06-07 09:02"), booked("08-15 09:30"))
            }
        }
        #expect(renamedTwice.report([b]).codes == ["AR101", "AR115", "AR304"])
    }

    @Test func `a new id explains what is shown under it, or was, and is missed itself inside the window`() {
        let inside = lost { rekey(&$0, start: "06-15 09:30") }
        #expect(inside.report([b, row("N")]).codes == [])
        #expect(inside.report([b]).codes == ["AR101"])
        #expect(inside.report([b]).first(.ar101)?.booking == "N")
        let seen = lost {
            rekey(&$0, start: "06-15 09:30")
            $0.read("06-08 02:00", ["B", "N"])
            $0.add(.deleted, "N", "06-08 10:00")
        }
        #expect(seen.report([b]).codes == [])
    }

    @Test func `a new id after the reading explains only what the reading shows under it`() {
        func report(_ rows: [LiveAppointment]) -> Report {
            var book = Book()
            book.create("A")
            book.create("B", booked("06-16 10:00"))
            book.add(.modified, "N", "06-10 02:10") { $0.supersedes = "A" }
            return book.report(rows)
        }
        #expect(report([b, row("N")]).codes == [])
        #expect(report([b]).codes == ["AR101", "AR304"])
        #expect(report([b]).first(.ar101)?.sentence.contains("Its new id was recorded only afterwards") == true)
    }

    @Test(
        arguments: [
            ("06-06 01:59:50", "06-06 02:00:10", []), ("06-06 02:01:50", "06-06 02:02:00", []),
            ("06-06 01:59:50", "06-06 02:02:01", ["AR101", "AR304"]),
            ("06-06 01:57", "06-06 02:00:10", ["AR101", "AR304"]),
        ] as [(String, String, [String])])
    func `a deletion that was under way while the reading was taken is in time`(
        occurred: String, recorded: String, codes: [String]
    ) {
        let book = lost { $0.add(.deleted, "A", occurred) { $0.recorded = at(recorded) } }
        #expect(book.report([b]).codes == codes)
    }

    @Test func `an explanation that is a day late too is said to be late once`() {
        let book = lost {
            $0.add(.captureStarted, nil, "05-01 10:00") { $0.recorded = at("06-06 03:00") }
            $0.add(.deleted, "A", "06-05 10:00") { $0.recorded = at("06-07 09:00") }
        }
        #expect(book.report([b]).codes == ["AR101", "AR304"])
    }

    @Test func `the window of loss ends with a reading that should have shown it`() throws {
        var book = Book()
        book.create("A")
        book.create("B", booked("06-16 10:00"))
        book.read("06-05 02:00", ["A", "B"])
        book.read("06-06 02:00", ["B"]) { $0.from = wall("06-16 00:00") }
        book.read("06-07 02:00", ["B"]) { $0.isComplete = false }
        book.read("06-08 02:00", ["B"])
        let sentence = try #require(book.report([b]).first(.ar101)).sentence
        #expect(sentence.contains("last seen in the schedule on 5 June 2026 at 02:00 UTC, and was gone on 8 June 2026"))
        let loss = try #require(book.verdict("A", [b]).windowOfLoss)
        #expect(loss.present == at("06-05 02:00"))
        #expect(loss.absent == at("06-08 02:00"))
    }
}
