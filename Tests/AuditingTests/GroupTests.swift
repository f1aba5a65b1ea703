import Auditing
import Bookings
import Testing
import Transparency

@Suite("Findings about many bookings")
struct GroupTests {
    /// So many bookings, one a client or all of one.
    private func book(_ count: Int, client: (Int) -> String? = { "C-\($0)" }) -> Book {
        var book = Book()
        for number in 0..<count { book.create(id(number), start(number), client: client(number)) }
        return book
    }

    private func id(_ number: Int) -> Identifier { Identifier("A-\(number)") }

    private func start(_ number: Int, minutes: Int = 0) -> Appointment {
        var appointment = booked()
        let instant = wall("06-15 09:00").instant + Int64(number * 60 + minutes) * 60
        appointment.start = WallTime(instant: instant, offset: 3600)
        appointment.end = WallTime(instant: instant + 1800, offset: 3600)
        return appointment
    }

    private func rows(_ numbers: Range<Int>, minutes: Int = 0) -> [LiveAppointment] {
        numbers.map { row(id($0), start($0, minutes: minutes), client: "C-\($0)") }
    }

    @Test(arguments: [
        (20, 5, false), (20, 6, true), (60, 6, false), (60, 7, true), (69, 6, false), (69, 7, true), (70, 7, false),
        (70, 8, true), (200, 20, false), (200, 21, true),
    ])
    func `AR202: more than five and more than a tenth`(expected: Int, missing: Int, isMass: Bool) throws {
        let report = book(expected).report(rows(missing..<expected))
        if isMass {
            #expect(report.codes == ["AR202"])
            let finding = try #require(report.first(.ar202))
            #expect(finding.unproven.map(\.booking) == (0..<missing).map(id).sorted())
            #expect(ExitStatus(report.findings) == .inconclusive)
        } else {
            #expect(report.codes == Array(repeating: "AR101", count: missing))
            #expect(ExitStatus(report.findings) == .findings)
        }
        #expect(report.expected == expected)
    }

    @Test func `AR202 is the same while the same bookings are missing, and another when one more is`() {
        var book = book(20)
        func detail(_ first: Int) -> String? { book.report(rows(first..<20)).first(.ar202)?.detail }
        #expect(detail(6) == "after entry 5", "the last of them was recorded there")
        book.read("06-08 02:00", Set((0..<20).map(id)))
        #expect(detail(6) == "after entry 20")
        book.read("06-09 02:00", Set((6..<20).map(id)))
        #expect(detail(6) == "after entry 20", "a night later they are missing still")
        #expect(detail(7) == "after entry 21")
    }

    @Test func `AR202: what is lost a few each night is lost singly, however many that comes to`() throws {
        var book = book(40)
        func ids(_ first: Int) -> Set<Identifier> { Set((first..<40).map(id)) }
        for (night, first) in [(2, 0), (3, 4), (4, 8), (5, 12)] { book.read("06-0\(night) 02:00", ids(first)) }
        #expect(book.report(rows(12..<40)).codes == Array(repeating: "AR101", count: 12))
        #expect(book.report(rows(16..<40)).codes == Array(repeating: "AR101", count: 16))
        let report = book.report(rows(19..<40))
        #expect(report.codes == ["AR202"])
        let finding = try #require(report.first(.ar202))
        #expect(finding.sentence.hasPrefix("7 of 40 expected bookings (17 %) are not in the export: A-12, "))
        #expect(finding.sentence.hasSuffix("12 more were missing before; this export does not settle those either."))
        #expect(finding.unproven.count == 19)
        // The next night shows no more, and one more is lost: from an export in doubt that is no single loss.
        book.read("06-06 02:00", ids(19))
        #expect(try #require(book.report(rows(20..<40)).first(.ar202)).sentence.hasPrefix("8 of 40"))
        #expect(book.report(rows(12..<40)).codes == Array(repeating: "AR101", count: 12), "the export is whole again")
    }

    @Test func `AR202: an export in doubt stays so while the days of what it lacks pass, and until they are back`() {
        let book = book(40)
        let doubted = Set((0..<10).map(id))
        func codes(_ shown: [LiveAppointment], from: Int) -> [String] {
            var coverage = june
            // What starts before is no longer judged.
            coverage.from = start(from).start
            let snapshot = Snapshot(coverage: coverage, appointments: shown, rows: shown.count, digest: .zero)
            return Reconciliation(
                of: book.history, with: snapshot, now: at("06-10 03:00"), doubtedBefore: doubted
            ).report().codes.filter { $0 != "AR115" }
        }
        #expect(codes(rows(10..<40), from: 0) == ["AR202"])
        #expect(codes(rows(10..<40), from: 7) == ["AR202"], "three are left to be judged")
        #expect(codes(rows(10..<40), from: 10) == [])
        #expect(codes(rows(1..<40), from: 0) == ["AR101"], "nine are back, and one is not")
    }

    @Test func `AR202: a series that goes is one cause, and its occurrences are judged singly`() {
        var book = book(40)
        for number in 40..<52 {
            book.create(id(number), start(number)) {
                $0.appointment?.series = "weekly"
                $0.appointment?.occurrence = "\(number)"
            }
        }
        #expect(book.report(rows(0..<40)).codes == Array(repeating: "AR101", count: 12))
        #expect(book.report(rows(5..<40)).codes == ["AR202"], "five and a series are six of 52")
    }

    @Test func `AR202: bookings that no reading ever showed are lost on the night that should have shown them`() {
        var book = book(40)
        for (night, first) in [(2, 4), (3, 4)] {
            book.read("06-0\(night) 02:00", Set((first..<40).map(id)))
        }
        for number in 40..<44 { book.create(id(number), rows(number..<number + 1)[0].appointment, "06-04 10:00") }
        book.read("06-05 02:00", Set((4..<40).map(id)))
        #expect(book.report(rows(4..<40)).codes == Array(repeating: "AR101", count: 8))
    }

    @Test func `AR202: what somebody allowed to be judged singly stays so on the nights after`() throws {
        var book = book(40)
        book.read("06-02 02:00", Set((0..<40).map(id)))
        let reading = book.read("06-03 02:00", Set((10..<40).map(id)))
        #expect(book.report(rows(10..<40)).codes == ["AR202"])
        for (source, allowed) in [("other", "jane"), ("crm", nil), ("crm", "jane")] as [(String, String?)] {
            book.add(.checkCompleted, nil, "06-03 09:00") {
                $0.occurred = nil
                $0.body = .object([
                    "source": .string(source), "reading": .integer(reading), "critical": .integer(0),
                    "error": .integer(1), "warning": .integer(0), "info": .integer(0), "exit": .integer(3),
                    "allowed": allowed.map { .string($0) },
                ])
            }
            let codes = book.report(rows(10..<40)).codes
            #expect(codes == (source == "crm" && allowed != nil ? Array(repeating: "AR101", count: 10) : ["AR202"]))
        }
        #expect(book.report(rows(12..<40)).codes == Array(repeating: "AR101", count: 12))
        // An older reading that is allowed later takes nothing back.
        book.add(.checkCompleted, nil, "06-04 09:00") {
            $0.occurred = nil
            $0.body = .object(["source": .string("crm"), "reading": .integer(40), "allowed": .string("jane")])
        }
        #expect(book.report(rows(10..<40)).codes == Array(repeating: "AR101", count: 10))
        let report = book.report(rows(17..<40))
        #expect(report.codes == ["AR202"], "so many more at once nobody allowed")
        #expect(try #require(report.first(.ar202)).sentence.hasPrefix("7 of 40"))
        #expect(book.report([]).codes == ["AR202"])
    }

    @Test func `AR202: an empty export where rows were expected`() {
        #expect(book(1).report([]).codes == ["AR202"])
        var cancelled = Book()
        cancelled.create("A")
        cancelled.add(.deleted, "A", "06-02 10:00")
        #expect(cancelled.report([]).codes == [], "nothing was expected")
    }

    @Test func `the rows of a single client are judged singly`() {
        let one = book(20) { $0 < 8 ? "C-same" : "C-\($0)" }
        #expect(one.report(rows(8..<20)).codes == Array(repeating: "AR101", count: 8))
        #expect(book(20) { _ in nil }.report(rows(6..<20).map { row($0.booking, $0.appointment) }).codes == ["AR202"])
    }

    @Test func `a named person may overrule the guard, and thresholds may be set`() {
        #expect(book(20).report(rows(6..<20), allowedBy: "manager").codes == Array(repeating: "AR101", count: 6))
        var thresholds = Thresholds()
        thresholds.massRows = 6
        #expect(book(20).report(rows(6..<20), thresholds: thresholds).codes.first == "AR101")
        thresholds.massPercent = 40
        #expect(book(20).report(rows(8..<20), thresholds: thresholds).codes.first == "AR101")
        #expect(book(20).report(rows(9..<20), thresholds: thresholds).codes == ["AR202"])
    }

    @Test func `in a partial export no guard speaks`() {
        let report = book(20).report(rows(10..<20)) { $0.rowCount = 20 }
        #expect(report.codes == ["AR201"])
        #expect(report.first(.ar201)?.unproven.count == 10)
    }

    @Test(arguments: [15, -30, 60, 345, -840, 840])
    func `AR110: three rows moved by one offset of a zone`(minutes: Int) throws {
        let report = book(6).report(rows(0..<3, minutes: minutes) + rows(3..<6))
        #expect(report.codes == ["AR110"])
        #expect(try #require(report.first(.ar110)).entries == [0, 1, 2])
        #expect(try #require(report.first(.ar110)).sentence.contains(minutes > 0 ? "later" : "earlier"))
    }

    @Test func `AR110: not for two rows, not for an offset of no zone, not for half of less`() {
        #expect(book(6).report(rows(0..<2, minutes: 60) + rows(2..<6)).codes == ["AR104", "AR104"])
        for minutes in [61, 10, 855, -855, 1440] {
            #expect(
                book(6).report(rows(0..<3, minutes: minutes) + rows(3..<6)).codes == ["AR104", "AR104", "AR104"],
                "\(minutes) minutes")
        }
        let mixed = rows(0..<3, minutes: 60) + (3..<7).flatMap { rows($0..<$0 + 1, minutes: $0 * 7) }
        #expect(book(7).report(mixed).codes == Array(repeating: "AR104", count: 7))
        let half = rows(0..<3, minutes: 60) + (3..<6).flatMap { rows($0..<$0 + 1, minutes: $0 * 7) }
        #expect(book(6).report(half).codes == ["AR104", "AR104", "AR104", "AR110"])
    }

    @Test func `AR111: the same arrangement under a new id is likely`() throws {
        var book = Book()
        book.create("A", booked(), client: "C-1")
        func report(_ live: Appointment, client: String? = "C-1", id: Identifier = "N") -> Report {
            book.report([row(id, live, client: client)])
        }
        for live in [booked(), booked("06-22 09:30"), booked("06-10 08:00"), booked { $0.practitioner = "D9" }] {
            let report = report(live)
            #expect(report.codes == ["AR111"])
            let finding = try #require(report.first(.ar111))
            #expect(finding.confidence == .likely)
            #expect(finding.booking == "A")
            #expect(finding.live == live.json)
        }
        for live in [
            booked("06-23 09:30"), booked("06-16 09:30") { $0.practitioner = "D9" },
            booked("06-16 09:30") { $0.practitioner = nil },
        ] {
            #expect(report(live).codes == ["AR101", "AR103"], "\(live.json.text)")
        }
        #expect(report(booked(), client: "C-2").codes == ["AR101", "AR103"])
        #expect(report(booked(), client: nil).codes == ["AR101", "AR103"])
    }

    @Test func `AR111: one new row replaces one booking only`() {
        var book = Book()
        book.create("A", booked(), client: "C-1")
        book.create("B", booked("06-16 09:30"), client: "C-1")
        #expect(book.report([row("N", client: "C-1")]).codes == ["AR101", "AR111"])
        #expect(
            book.report([row("N", client: "C-1"), row("M", booked("06-16 09:30"), client: "C-1")]).codes
                == ["AR111", "AR111"])
    }

    @Test func `AR301: made in the same breath by the same login`() throws {
        func report(_ seconds: String, login: String = "jane", client: String = "C-1", live: Bool = true) -> Report {
            var book = Book()
            book.create("A", booked(), "06-01 10:00", client: "C-1") { $0.actor = .init(kind: .user, id: "jane") }
            book.create("B", booked("06-20 11:00"), "06-01 10:\(seconds)", client: client) {
                $0.actor = .init(kind: .user, id: login)
            }
            book.create("D", booked("06-21 11:00"), "06-01 12:00")
            return book.report((live ? [row("B", booked("06-20 11:00"))] : []) + [row("D", booked("06-21 11:00"))])
        }
        #expect(report("00:38").codes == ["AR101", "AR301"])
        #expect(report("02:00").codes == ["AR101", "AR301"])
        #expect(report("02:01").codes == ["AR101"])
        #expect(report("00:38", login: "john").codes == ["AR101"])
        #expect(report("00:38", client: "C-2").codes == ["AR101"])
        let finding = try #require(report("00:38").first(.ar301))
        #expect(finding.booking == "B")
        #expect(finding.sentence.contains("38 seconds"))
        #expect(finding.sentence.contains("in the schedule"))
        #expect(report("00:38", live: false).codes == ["AR101", "AR101", "AR301", "AR301"])
    }

    @Test func `findings come the worst first, whatever the order of the record`() {
        var book = book(12)
        book.add(.deleted, id(3), "06-02 10:00")
        let report = book.report(rows(3..<12) + [row("Z")])
        let severities = report.findings.map(\.severity)
        #expect(severities == severities.sorted(by: >))
        #expect(report.findings.prefix(5).map(\.booking) == [id(0), id(1), id(2), id(3), "Z"])
        for severity in Severity.allCases {
            #expect(report.counts[severity] ?? 0 == severities.count { $0 == severity }, "\(severity)")
        }
    }

    @Test func `AR110 hides nothing but the offset`() throws {
        var shifted = rows(0..<4, minutes: 60)
        shifted[1].appointment.practitioner = "D9"
        shifted[2].appointment.service = "x-ray"
        let report = book(4).report(shifted)
        #expect(report.codes == ["AR104", "AR110"])
        #expect(try #require(report.first(.ar104)).booking == id(1))
        #expect(try #require(report.first(.ar104)).sentence.contains("the practitioner changed from D7 to D9."))
    }

    @Test func `AR111: blanks and letters make no other practitioner`() {
        var book = Book()
        book.create("A", booked { $0.practitioner = "Zo\u{e9}" }, client: "C-1")
        let moved = booked("06-16 09:30") { $0.practitioner = "Zoe\u{301} " }
        #expect(book.report([row("N", moved, client: "C-1")]).codes == ["AR111"])
    }

    @Test func `AR301: another source's bookings are no siblings, whatever their ids`() {
        var book = Book()
        let jane = Entry.Actor(kind: .user, id: "jane")
        book.create("A", booked(), client: "C-1") { $0.actor = jane }
        book.create("Z", booked("06-20 11:00"), "06-01 12:00")
        book.source = "other"
        book.create("B", booked(), client: "C-1") { $0.actor = jane }
        #expect(book.report([row("Z", booked("06-20 11:00"))]).codes == ["AR101"])
    }
}
