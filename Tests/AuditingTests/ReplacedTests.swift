import Auditing
import Bookings
import Testing
import Transparency

/// A source that reports no events and gives a moved booking a new id: what a reading showed first is recorded, and may
/// be what a missing booking goes on as.
struct `A booking that goes on under another id` {
    /// Three nights: A alone; N in its place; and, later, what `after` adds.
    private func book(
        _ moved: Appointment = booked("06-16 09:30"), client: String? = "C-1", other: Identifier = "N",
        lost: Identifier = "A", after: (inout Book) -> Void = { _ in }
    ) -> Book {
        var book = Book()
        book.read("06-01 02:00", [lost, "Z"])
        for id in [lost, "Z"] {
            book.create(id, booked(), "06-01 02:00", client: id == lost ? "C-1" : "C-9") { $0.basis = .baseline }
        }
        book.read("06-02 02:00", [other, "Z"])
        book.create(other, moved, "06-02 02:00", client: client) { $0.basis = .observed }
        after(&book)
        return book
    }

    private func rows(_ moved: Appointment = booked("06-16 09:30"), other: Identifier = "N") -> [LiveAppointment] {
        [row(other, moved, client: "C-1"), row("Z", client: "C-9")]
    }

    @Test func `is likely replaced by what the same reading was the first to show, on that night and after`() throws {
        for nights in 0..<3 {
            let report = book { book in
                for night in 0..<nights { book.read("06-0\(3 + night) 02:00", ["N", "Z"]) }
            }.report(rows())
            #expect(report.codes == ["AR111"], "\(nights)")
            let finding = try #require(report.first(.ar111))
            #expect(finding.booking == "A" && finding.confidence == .likely)
            #expect(finding.live == booked("06-16 09:30").json)
            #expect(
                finding.sentence
                    == "Booking A (Monday 15 June 2026 at 09:30 with D7) is not in the schedule. Booking N (Tuesday 16 "
                    + "June 2026 at 09:30 with D7) is of the same client, and the reading of 2 June 2026 at 02:00 UTC was "
                    + "the first to show it and to lack the other: perhaps the same arrangement under a new id (75 of "
                    + "100).")
        }
    }

    @Test func `stays so when its successor moves on again, is cancelled or is lost itself`() throws {
        let again = book { book in
            book.read("06-03 02:00", ["M", "Z"])
            book.create("M", booked("06-17 09:30"), "06-03 02:00", client: "C-1") { $0.basis = .observed }
        }.report(rows(booked("06-17 09:30"), other: "M"))
        #expect(again.codes == ["AR111", "AR111"])
        #expect(again.all(.ar111).map(\.booking) == ["A", "N"])
        #expect(try #require(again.first(.ar111)).sentence.contains("That one is not in the schedule now either"))
        let cancelled = book { $0.add(.cancelled, "N", "06-04 02:00", client: "C-1") }
        #expect(cancelled.report([row("Z", client: "C-9")]).codes == ["AR111"])
        #expect(book { $0.read("06-03 02:00", ["Z"]) }.report([row("Z", client: "C-9")]).codes == ["AR101", "AR111"])
    }

    @Test func `is missing where what came is another's, was there before, came later or was reported`() {
        #expect(book(client: "C-2").report(rows()).codes == ["AR101", "AR104"])
        #expect(book(client: nil).report(rows()).codes == ["AR101"])
        let far = booked("06-24 09:30")
        #expect(book(far).report(rows(far)).codes == ["AR101"])
        var before = Book()
        before.read("06-01 02:00", ["A", "N"])
        for (id, start) in [("A", "06-15 09:30"), ("N", "06-16 09:30")] as [(Identifier, String)] {
            before.create(id, booked(start), "06-01 02:00", client: "C-1") { $0.basis = .observed }
        }
        before.read("06-02 02:00", ["N"])
        #expect(before.report(rows()).codes.filter { $0 != "AR103" } == ["AR101"])
        var later = Book()
        later.read("06-01 02:00", ["A"])
        later.create("A", booked(), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        later.read("06-02 02:00", ["Q"])
        later.read("06-03 02:00", ["N"])
        later.create("N", booked("06-16 09:30"), "06-03 02:00", client: "C-1") { $0.basis = .observed }
        #expect(later.report(rows()).codes.filter { $0 != "AR103" } == ["AR101"])
        var reported = Book()
        reported.read("06-01 02:00", ["A"])
        reported.create("A", booked(), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        reported.create("N", booked("06-16 09:30"), "06-01 12:00", client: "C-1")
        reported.read("06-02 02:00", ["N"])
        #expect(reported.report(rows()).codes.filter { $0 != "AR103" } == ["AR101"])
    }

    @Test func `is an error where ids last, but for the same start, and a warning where they are made`() throws {
        let same = booked { $0.practitioner = "D9" }
        #expect(try #require(book(same).report(rows(same)).first(.ar111)).severity == .warning)
        #expect(try #require(book().report(rows()).first(.ar111)).severity == .error)
        let made = Identifier(made: [UInt8](repeating: 1, count: 16)[...])
        #expect(try #require(book(lost: made).report(rows()).first(.ar111)).severity == .warning)
    }

    @Test func `stays missing once it was told to be, whatever comes`() {
        let history = book().history
        func codes(_ before: Set<Identifier>) -> [FindingCode] {
            Reconciliation(
                of: history, with: Snapshot(coverage: june, appointments: rows(), rows: 2, digest: .zero),
                now: at("06-10 03:00"), missingBefore: before
            ).report().findings.map(\.code).filter { $0 != .ar305 }
        }
        #expect(codes([]) == [.ar111] && codes(["Z"]) == [.ar111] && codes(["A"]) == [.ar101])
        var late = Book()
        late.create("A", booked(), client: "C-1")
        let row = [row("N", booked("06-16 09:30"), client: "C-1")]
        func unrecorded(_ before: Set<Identifier>) -> [String] {
            Reconciliation(
                of: late.history, with: Snapshot(coverage: june, appointments: row, rows: 1, digest: .zero),
                now: at("06-10 03:00"), missingBefore: before
            ).report().codes
        }
        #expect(unrecorded([]) == ["AR111"] && unrecorded(["A"]) == ["AR101", "AR103"])
    }

    @Test func `is looked for in the reading that should have shown it, not in one that does not reach so far`() {
        var book = Book()
        book.read("06-01 02:00", ["A"])
        book.create("A", booked(), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        book.read("06-02 02:00", []) { $0.to = wall("06-12 00:00") }
        book.read("06-03 02:00", ["N"])
        book.create("N", booked("06-16 09:30"), "06-03 02:00", client: "C-1") { $0.basis = .observed }
        #expect(book.report(rows()).codes.filter { $0 != "AR103" } == ["AR111"])
    }

    @Test func `is one of many where ids were given anew, and that is one finding`() throws {
        var book = Book()
        let ids = (0..<20).map { Identifier("A-\($0)") }
        book.read("06-01 02:00", Set(ids))
        for (place, id) in ids.enumerated() {
            book.create(id, booked("06-15 09:00"), "06-01 02:00", client: "C-\(place)") { $0.basis = .baseline }
        }
        let kept = 9
        func new(_ place: Int) -> Identifier { place < kept ? ids[place] : Identifier("N-\(place)") }
        book.read("06-02 02:00", Set((0..<20).map(new)))
        for place in kept..<20 {
            book.create(new(place), booked("06-15 09:00"), "06-02 02:00", client: "C-\(place)") { $0.basis = .observed }
        }
        let live = (0..<20).map { row(new($0), booked("06-15 09:00"), client: "C-\($0)") }
        for later in [false, true] {
            if later { book.read("06-03 02:00", Set((0..<20).map(new))) }
            let report = book.report(live)
            #expect(report.codes == ["AR111"])
            let finding = try #require(report.first(.ar111))
            #expect(finding.booking == nil && finding.unproven.count == 11 && finding.severity == .error)
            #expect(
                finding.sentence.hasPrefix("11 of 31 expected bookings (35 %) are not in the export under their ids"))
            #expect(finding.sentence.contains("A-10 as N-10, A-11 as N-11"))
            #expect(ExitStatus(report.findings) == .inconclusive)
            #expect(book.report(live, allowedBy: "jane").codes == Array(repeating: "AR111", count: 11))
        }
    }

    @Test func `is found among very many of one client by its time`() throws {
        var book = Book()
        let ids = (0..<300).map { Identifier("A-\($0)") }
        func start(_ place: Int, minutes: Int64 = 0) -> Appointment {
            booked {
                $0.start = WallTime(
                    instant: wall("06-12 00:00").instant + Int64(place) * 3600 + minutes * 60, offset: 3600)
            }
        }
        book.read("06-01 02:00", Set(ids))
        for (place, id) in ids.enumerated() {
            book.create(id, start(place), "06-01 02:00", client: "LUNCH") { $0.basis = .baseline }
        }
        func new(_ place: Int) -> Identifier { Identifier("N-\(place)") }
        book.read("06-02 02:00", Set(ids.indices.map(new)))
        for place in ids.indices {
            book.create(new(place), start(place, minutes: 10), "06-02 02:00", client: "LUNCH") { $0.basis = .observed }
        }
        let live = ids.indices.map { row(new($0), start($0, minutes: 10), client: "LUNCH") }
        let findings = book.report(live, allowedBy: "jane").all(.ar111)
        #expect(findings.count == 300)
        #expect(findings.allSatisfy { $0.sentence.contains("N-\($0.booking!.text.dropFirst(2)) ") })
    }

    @Test func `may have come in an incomplete reading before the one that lacked the booking`() {
        var book = Book()
        book.read("06-01 02:00", ["A"])
        book.create("A", booked(), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        book.read("06-02 02:00", ["N"]) { $0.isComplete = false }
        book.create("N", booked("06-16 09:30"), "06-02 02:00", client: "C-1") { $0.basis = .observed }
        book.read("06-03 02:00", ["N"])
        #expect(book.report(rows()).codes.filter { $0 != "AR103" } == ["AR111"])
    }

    @Test func `needs less in common where ids are made, and is no more than likely missing without a successor`()
        throws
    {
        let (one, other) = (Identifier(made: [UInt8](repeating: 1, count: 16)[...]), Identifier("N"))
        #expect(one.isMade && !other.isMade && one.text.utf8.count == 25)
        #expect(
            ![Identifier("id-"), "id-1", "id-AQEBAQEBAQEBAQEBAQEBAR", "ID-AQEBAQEBAQEBAQEBAQEBAQ"].contains {
                $0.isMade
            })
        let far = booked("07-02 11:00")
        #expect(book(far, lost: one).report(rows(far)).codes == ["AR111"])
        let close = booked("06-18 11:00") { $0.practitioner = "D9" }
        #expect(book(close, lost: one).report(rows(close)).codes == ["AR111"])
        let neither = booked("07-17 11:00") { $0.practitioner = "D9" }
        let report = book(neither, lost: one).report(rows(neither))
        #expect(report.codes == ["AR101"])
        let finding = try #require(report.first(.ar101))
        #expect(finding.confidence == .likely && finding.severity == .critical)
        #expect(finding.sentence.contains("The export has no ids"))
        #expect(try #require(book(neither).report(rows(neither)).first(.ar101)).confidence == .proven)
    }

    @Test func `names what else it may be`() throws {
        var book = book()
        book.read("06-03 02:00", ["N", "Z"])
        #expect(try #require(book.report(rows()).first(.ar111)).successor == "N")
        #expect(try !#require(book.report(rows()).first(.ar111)).sentence.contains("It may also be"))
        var two = Book()
        two.read("06-01 02:00", ["A"])
        two.create("A", booked(), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        two.read("06-02 02:00", ["N", "M"])
        for (id, start) in [("N", "06-16 09:30"), ("M", "06-19 09:30")] as [(Identifier, String)] {
            two.create(id, booked(start), "06-02 02:00", client: "C-1") { $0.basis = .observed }
        }
        let finding = try #require(
            two.report([row("N", booked("06-16 09:30"), client: "C-1"), row("M", booked("06-19 09:30"), client: "C-1")])
                .first(.ar111))
        #expect(finding.successor == "N")
        #expect(
            finding.sentence.contains(
                "It may also be booking M (Friday 19 June 2026 at 09:30 with D7), of the same client too."))
        #expect(Finding(printed: finding.json)?.successor == "N")
    }

    @Test func `takes the likest successor, and one successor takes one booking`() throws {
        var book = Book()
        book.read("06-01 02:00", ["A", "B"])
        for (id, start) in [("A", "06-15 09:30"), ("B", "06-18 09:30")] as [(Identifier, String)] {
            book.create(id, booked(start), "06-01 02:00", client: "C-1") { $0.basis = .baseline }
        }
        book.read("06-02 02:00", ["M", "N"])
        for (id, start) in [("M", "06-18 10:00"), ("N", "06-15 10:00")] as [(Identifier, String)] {
            book.create(id, booked(start), "06-02 02:00", client: "C-1") { $0.basis = .observed }
        }
        let live = [
            row("M", booked("06-18 10:00"), client: "C-1"), row("N", booked("06-15 10:00"), client: "C-1"),
        ]
        let both = book.report(live).all(.ar111)
        #expect(both.map(\.booking) == ["A", "B"])
        #expect(both.map { $0.live?["start"]?.string } == ["2026-06-15T10:00:00+01:00", "2026-06-18T10:00:00+01:00"])
        book.add(.modified, "N", "06-03 10:00", client: "C-1") {
            $0.supersedes = "A"
            $0.basis = .attested
            $0.appointment = booked("06-15 10:00")
        }
        let settled = book.report(live)
        #expect(settled.codes == ["AR111"])
        #expect(try #require(settled.first(.ar111)).booking == "B")
    }
}
