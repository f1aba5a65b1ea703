import Auditing
import Bookings
import Testing

@Suite("Findings about the schedule itself")
struct ScheduleTests {
    /// The report on these rows, each of which is recorded as it stands.
    private func report(
        _ rows: [LiveAppointment], thresholds: Thresholds = Thresholds(), _ change: (inout Coverage) -> Void = { _ in }
    ) -> Report {
        var book = Book()
        for (place, row) in rows.enumerated() {
            book.create(row.booking, row.appointment, "06-01 1\(place):00", client: row.personal["client.id"])
        }
        return book.report(rows, thresholds: thresholds, change)
    }

    // MARK: AR109

    @Test func `AR109: one client with one practitioner at one time under two ids`() throws {
        let report = report([row("B", client: "C-1"), row("A", client: "C-1", number: 3)])
        #expect(report.findings.map(\.code) == [.ar109])
        let finding = report.findings[0]
        #expect(finding.booking == "A", "the first by its bytes, so that a finding keeps its name")
        #expect(finding.severity == .warning)
        #expect(finding.sentence.contains("A, B"))
        let three = self.report([row("A", client: "C-1"), row("B", client: "C-1"), row("D", client: "C-1")])
        #expect(three.findings.map(\.code) == [.ar109], "three of them are one finding")
    }

    @Test func `AR109: blanks, letters and seconds make no other appointment`() {
        var late = booked { $0.practitioner = " Zoe\u{301}\u{a0}" }
        late.start = WallTime(instant: late.start!.instant + 59, offset: 0)
        let rows = [row("A", booked { $0.practitioner = "Zo\u{e9}" }, client: "C-1"), row("B", late, client: "C-1")]
        #expect(report(rows).findings.map(\.code) == [.ar109])
    }

    @Test(arguments: [
        row("B", client: "C-2"), row("B", booked("06-15 09:31"), client: "C-1"),
        row("B", booked { $0.practitioner = "D8" }, client: "C-1"),
        row("B", booked { $0.practitioner = nil }, client: "C-1"), row("B"),
        row("B", booked { $0.status = .cancelled }, client: "C-1"),
    ])
    func `AR109: not for another client, minute or practitioner, nor beside a cancelled one`(other: LiveAppointment) {
        #expect(report([row("A", client: "C-1"), other]).all(.ar109).isEmpty)
    }

    @Test func `AR109: one id twice is AR205 and no second appointment`() {
        var book = Book()
        book.create("A", client: "C-1")
        #expect(
            book.report([row("A", client: "C-1"), row("A", client: "C-1", number: 3)]).findings.map(\.code) == [.ar205])
    }

    // MARK: AR114

    private func capacity(_ capacity: Int?) -> Thresholds {
        var thresholds = Thresholds()
        thresholds.capacity = capacity
        return thresholds
    }

    private func with(_ start: String, _ practitioner: String? = "D7", room: String? = nil) -> Appointment {
        booked(start) { ($0.practitioner, $0.location) = (practitioner, room) }
    }

    @Test func `AR114: two at once for one practitioner, where one is what a practitioner can have`() throws {
        let rows = [row("A", with("06-15 09:30")), row("B", with("06-15 09:59"))]
        let report = report(rows, thresholds: capacity(1))
        #expect(report.codes == ["AR114"])
        let finding = try #require(report.first(.ar114))
        #expect(finding.booking == "B")
        #expect(finding.severity == .info)
        #expect(
            finding.sentence == "The practitioner D7 has 2 appointments at once on Monday 15 June 2026 at 09:59: A, B.")
        #expect(self.report(rows, thresholds: capacity(2)).codes == [])
        #expect(self.report(rows, thresholds: capacity(nil)).codes == [], "off until a capacity is configured")
    }

    @Test func `AR114: not for one after the other, for two practitioners, for cancelled ones, or without an end`() {
        func codes(_ other: Appointment) -> [String] {
            report([row("A", with("06-15 09:30")), row("B", other)], thresholds: capacity(1)).codes
        }
        #expect(codes(with("06-15 10:00")) == [])
        #expect(codes(with("06-15 09:00")) == [])
        #expect(codes(with("06-15 09:45", "D8")) == [])
        #expect(codes(with("06-15 09:45", nil)) == [])
        #expect(codes(booked("06-15 09:45") { $0.status = .cancelled }) == [])
        #expect(codes(booked("06-15 09:45") { $0.end = nil }) == [])
        #expect(codes(with("06-15 09:45")) == ["AR114"])
    }

    @Test func `AR114: one who is spelled with a blank is the same, and a row that stands twice is one appointment`() {
        func found(_ rows: [LiveAppointment]) -> [Finding] { report(rows, thresholds: capacity(1)).all(.ar114) }
        #expect(found([row("A", with("06-15 09:30")), row("B", with("06-15 09:45", " D7\u{a0}"))]).count == 1)
        #expect(found([row("A", with("06-15 09:30")), row("A", with("06-15 09:30"), number: 3)]).isEmpty)
        let room = report(
            [row("A", with("06-15 09:30", room: "1")), row("B", with("06-15 09:45", room: "1"))],
            thresholds: capacity(1))
        #expect(Set(room.all(.ar114).map(\.detail)) == ["practitioner D7", "room 1"])
    }

    @Test func `AR114: rooms too, and more than the capacity of three`() {
        let rooms = [row("A", with("06-15 09:30", "D7", room: "1")), row("B", with("06-15 09:40", "D8", room: "1"))]
        #expect(report(rooms, thresholds: capacity(1)).first(.ar114)?.sentence.hasPrefix("The room 1 has 2") == true)
        let four = ["A", "B", "C", "D"].enumerated().map {
            row(Identifier($0.element), with("06-15 09:3\($0.offset)"))
        }
        #expect(report(four, thresholds: capacity(3)).codes == ["AR114"])
        #expect(report(Array(four.prefix(3)), thresholds: capacity(3)).codes == [])
    }

    // MARK: AR204

    private func gap(_ change: @escaping (inout Coverage) -> Void) -> [Finding] {
        var book = Book()
        book.create("A")
        book.read("06-09 02:00", ["A"], change)
        return book.report([row("A")]) { $0.from = wall("06-12 00:00") }.all(.ar204)
    }

    @Test func `AR204: days between the windows of two readings`() throws {
        let finding = try #require(gap { $0.to = wall("06-11 23:59") }.first)
        #expect(finding.severity == .warning)
        #expect(finding.booking == nil)
        #expect(
            finding.sentence.contains("reached to Thursday 11 June 2026, and this one begins on Friday 12 June 2026"))
    }

    @Test
    func `AR204: not where they meet, nor where the one before proves nothing, has no end or is another source's`() {
        #expect(gap { $0.to = wall("06-12 00:00") }.isEmpty)
        #expect(gap { $0.to = wall("06-20 00:00") }.isEmpty)
        #expect(gap { $0.to = nil }.isEmpty)
        #expect(gap { ($0.to, $0.isComplete) = (wall("06-11 00:00"), false) }.isEmpty)
        var book = Book()
        book.source = "other"
        book.read("06-09 02:00", []) { $0.to = wall("06-11 00:00") }
        #expect(book.report([]) { $0.from = wall("06-12 00:00") }.all(.ar204).isEmpty)
    }

    @Test func `AR204: only the reading before counts`() {
        var book = Book()
        book.read("06-08 02:00", []) { $0.to = wall("06-11 00:00") }
        book.read("06-09 02:00", []) { $0.to = wall("06-20 00:00") }
        #expect(book.report([]) { $0.from = wall("06-12 00:00") }.all(.ar204).isEmpty)
    }

    // MARK: AR113

    private func occurrence(_ start: String, series: String? = "S-1") -> Appointment {
        booked(start) { ($0.series, $0.occurrence) = (series, series.map { _ in "2026-\(start)" }) }
    }

    private func series(_ change: (inout Coverage) -> Void = { _ in }, _ rows: [LiveAppointment]) -> Report {
        var book = Book()
        for (place, start) in ["06-15 09:30", "06-22 09:30", "06-29 09:30"].enumerated() {
            book.create(Identifier("A-\(place)"), occurrence(start), client: "C-1")
        }
        return book.report(rows, change)
    }

    @Test func `AR113: an occurrence is gone and others of its series are there`() throws {
        let rest = [
            row("A-0", occurrence("06-15 09:30"), client: "C-1"), row("A-2", occurrence("06-29 09:30"), client: "C-1"),
        ]
        let report = series({ _ in }, rest)
        #expect(report.codes == ["AR113"])
        let finding = try #require(report.first(.ar113))
        #expect(finding.booking == "A-1")
        #expect(finding.severity == .error)
        #expect(finding.confidence == .proven)
        #expect(finding.sentence.contains("Other occurrences of its series are in the schedule"))
        let unproven = try #require(series({ $0.cancelled = .removed }, rest).first(.ar113))
        #expect(unproven.severity == .warning)
        #expect(unproven.confidence == .unproven)
    }

    @Test func `AR113: a whole series that is gone is as many AR101`() {
        let other = [row("Z", occurrence("06-16 09:30", series: "S-2"), client: "C-9")]
        #expect(series({ _ in }, other).codes == ["AR101", "AR101", "AR101", "AR103"])
    }

    @Test func `AR113: the same occurrence under a new id is replaced, whoever its client is`() throws {
        let rows = [
            row("A-0", occurrence("06-15 09:30")), row("N", occurrence("06-22 09:30")),
            row("A-2", occurrence("06-29 09:30")),
        ]
        let report = series({ _ in }, rows)
        #expect(report.codes == ["AR111"])
        #expect(try #require(report.first(.ar111)).booking == "A-1")
    }
}
