import Auditing
import Bookings
import Testing

@Suite("Bookings that are missing")
struct MissingTests {
    private func recorded(_ change: (inout Book) -> Void = { _ in }) -> Book {
        var book = Book()
        book.create("A")
        book.create("B", booked("06-16 10:00"))
        change(&book)
        return book
    }

    private let b = row("B", booked("06-16 10:00"))

    @Test func `blanks around a practitioner make no other, in what a reading covers`() {
        var coverage = june
        coverage.practitioners = ["D7", "Zo\u{e9}"]
        for name in ["D7", " D7", "D7\u{a0} ", "Zoe\u{301}\t"] {
            #expect(coverage.includes(start: wall("06-15 09:30"), practitioner: name), "\(name)")
        }
        for name in ["D 7", "d7", "", nil] {
            #expect(!coverage.includes(start: wall("06-15 09:30"), practitioner: name))
        }
    }

    @Test func `a reading that follows another within the skew is judged, since both look at one schedule`() throws {
        var book = Book()
        book.read("06-10 01:59:59", ["A", "Z"])
        for id in ["A", "Z"] as [Identifier] { book.create(id, booked(), "06-10 02:00") { $0.basis = .baseline } }
        let report = book.report([row("Z")])
        #expect(report.codes == ["AR101"])
        let finding = try #require(report.first(.ar101))
        #expect(finding.sentence.contains("last seen in the schedule on 10 June 2026 at 01:59:59 UTC"))
        // What the reading itself showed it is not asked about, nor what an event said at the same time.
        var own = Book()
        own.read("06-10 02:00", ["A"])
        own.create("A", booked(), "06-10 02:00") { $0.basis = .baseline }
        #expect(own.report([]).codes == [])
        own.create("B", booked(), "06-10 02:00:01")
        #expect(own.report([row("A")]).codes == [])
    }

    @Test func `AR101: recorded, not cancelled, not deleted, not there`() throws {
        let report = recorded().report([b])
        #expect(report.codes == ["AR101"])
        let finding = try #require(report.first(.ar101))
        #expect(finding.severity == .critical)
        #expect(finding.confidence == .proven)
        #expect(finding.booking == "A")
        #expect(finding.entries == [0])
        #expect(finding.recorded == booked().json)
        #expect(finding.sentence.contains("No cancellation and no deletion is recorded"))
        #expect(report.expected == 2)
        #expect(report.agreeing == 1)
        #expect(ExitStatus(report.findings) == .findings)
        #expect(!report.assurance.contains(.live))
    }

    @Test func `nothing where it is there`() {
        let report = recorded().report([b, row("A")])
        #expect(report.codes.isEmpty)
        #expect(report.assurance == [.consistent, .live])
        #expect(report.agreeing == 2)
        #expect(ExitStatus(report.findings) == .clean)
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `nothing where its end was recorded before the reading`(type: EntryType) {
        #expect(recorded { $0.add(type, "A", "06-05 10:00") }.report([b]).codes.isEmpty)
    }

    @Test func `the window has its first minute and not its last`() {
        for (start, codes) in [
            ("06-09 23:59", ["AR115"]), ("06-10 00:00", ["AR101"]), ("07-09 23:59", ["AR101"]),
            ("07-10 00:00", ["AR115"]),
        ] {
            var book = Book()
            book.create("A", booked(start))
            book.create("B", booked("06-16 10:00"))
            #expect(book.report([b]).codes == codes, "\(start)")
        }
    }

    @Test func `AR101 is unproven where cancelled rows are removed, where nobody says, and without coverage`() throws {
        for change: (inout Coverage) -> Void in [
            { $0.cancelled = .removed }, { $0.cancelled = nil },
            { ($0.isComplete, $0.from, $0.to) = (false, nil, nil) },
        ] {
            let report = recorded().report([b], change)
            #expect(report.codes == ["AR101"])
            let finding = try #require(report.first(.ar101))
            #expect(finding.severity == .warning)
            #expect(finding.confidence == .unproven)
            #expect(ExitStatus(report.findings) == .inconclusive)
            #expect(ExitStatus(report.findings, failOn: .warning) == .inconclusive, "unproven never counts towards 1")
        }
        let sentence = try #require(recorded().report([b]) { $0.cancelled = .removed }.first(.ar101)).sentence
        #expect(sentence.contains("cannot tell cancelled from dropped"))
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `an end recorded after the reading explains afterwards`(type: EntryType) throws {
        let report = recorded { $0.add(type, "A", "06-10 08:00") }.report([b])
        #expect(report.codes == ["AR101", "AR304"])
        #expect(try #require(report.first(.ar101)).sentence.contains("explained afterwards"))
        #expect(try #require(report.first(.ar101)).severity == .critical)
        #expect(try #require(report.first(.ar304)).entries == [2])
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `a back-dated end never launders a drop that a reading saw`(type: EntryType) throws {
        let book = recorded {
            $0.read("06-05 02:00", ["A", "B"])
            $0.read("06-06 02:00", ["B"])
            $0.add(type, "A", "06-05 10:00") { $0.recorded = at("06-07 09:00") }
        }
        let report = book.report([b])
        #expect(report.codes == ["AR101", "AR304"])
        let finding = try #require(report.first(.ar101))
        #expect(finding.severity == .critical)
        #expect(finding.confidence == .proven)
        #expect(finding.sentence.contains("explained afterwards"))
        #expect(try #require(report.first(.ar304)).entries == [4])
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `a back-dated end recorded before any reading lacked it resolves`(type: EntryType) {
        let book = recorded {
            $0.read("06-05 02:00", ["A", "B"])
            $0.add(type, "A", "06-04 10:00") { $0.recorded = at("06-05 09:00") }
            $0.read("06-06 02:00", ["B"])
        }
        #expect(book.report([b]).codes.isEmpty)
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `the reading that is compared again counts too`(type: EntryType) {
        let book = recorded {
            $0.read("06-10 02:00", ["B"])
            $0.add(type, "A", "06-09 10:00") { $0.recorded = at("06-10 09:00") }
        }
        #expect(book.report([b]).codes.filter { $0 == "AR101" } == ["AR101"])
    }

    @Test func `a back-dated cancellation that forgets the start launders nothing either`() {
        let book = recorded {
            $0.read("06-06 02:00", ["B"])
            $0.add(.cancelled, "A", "06-05 10:00") {
                ($0.recorded, $0.appointment) = (at("06-07 09:00"), Appointment())
                $0.appointment?.status = .cancelled
            }
        }
        #expect(book.report([b]).codes.contains("AR101"))
    }

    @Test(
        arguments: [
            { $0.isComplete = false }, { $0.cancelled = .removed }, { $0.to = wall("06-15 09:30") },
        ] as [@Sendable (inout Coverage) -> Void])
    func `a reading that proves nothing makes no drop of a cancellation`(change: @Sendable (inout Coverage) -> Void) {
        let book = recorded {
            $0.read("06-06 02:00", ["B"], change)
            $0.add(.cancelled, "A", "06-05 10:00") { $0.recorded = at("06-07 09:00") }
        }
        #expect(!book.report([b]).codes.contains("AR101"))
    }

    @Test(arguments: [EntryType.cancelled, .deleted])
    func `a named person's word resolves, whenever it is given`(type: EntryType) {
        for recordedAt in ["06-07 09:00", "06-10 09:00"] {
            let book = recorded {
                $0.read("06-06 02:00", ["B"])
                $0.add(type, "A", recordedAt) { $0.basis = .attested }
            }
            #expect(book.report([b]).codes.isEmpty, "\(recordedAt)")
        }
    }

    @Test func `what was touched within the skew is left out, to the microsecond`() {
        for (moment, codes) in [
            ("06-10 01:58", []), ("06-10 01:58:00.000001", []), ("06-10 01:58:00.500000", []), ("06-10 01:59", []),
            ("06-10 02:02", []),
            ("06-10 02:02:00.000001", ["AR101", "AR304"]), ("06-10 02:03", ["AR101", "AR304"]),
        ] as [(String, [String])] {
            #expect(recorded { $0.add(.deleted, "A", moment) }.report([b]).codes == codes, "\(moment)")
        }
        for (moment, codes) in [
            ("06-10 01:57", ["AR101"]), ("06-10 01:58", ["AR101"]), ("06-10 01:58:00.5", []), ("06-10 02:01", []),
        ] {
            var book = Book()
            book.create("B", booked("06-16 10:00"))
            book.create("A", booked(), moment)
            #expect(book.report([b]).codes == codes, "created \(moment)")
        }
    }

    @Test func `a booking made after the reading is not expected`() {
        var book = Book()
        book.create("B", booked("06-16 10:00"))
        book.create("A", booked(), "06-10 08:00")
        #expect(book.report([b]).codes.isEmpty)
        #expect(book.report([b]).expected == 1)
    }

    @Test func `a booking that goes on under another id is looked for there`() {
        let moved = recorded { $0.add(.modified, "C", "06-05 10:00") { $0.supersedes = "A" } }
        #expect(moved.report([b, row("C")]).codes.isEmpty)
        #expect(moved.report([b]).codes == ["AR101"])
        #expect(moved.report([b]).first(.ar101)?.booking == "C")
    }

    @Test func `AR201: an incomplete export lists what it leaves open`() throws {
        for change: (inout Coverage) -> Void in [
            { $0.isComplete = false }, { $0.rowCount = 3 }, { $0.totalReported = 2 },
            { ($0.isComplete, $0.rowCount) = (false, 1) },
            { $0.rowCount = 0 },
        ] {
            let report = recorded().report([b], change)
            #expect(report.codes == ["AR201"])
            let finding = try #require(report.first(.ar201))
            #expect(finding.unproven.map(\.booking) == ["A"])
            #expect(finding.unproven.map(\.code) == [.ar101])
            #expect(finding.sentence.contains("could not be found"))
            #expect(ExitStatus(report.findings) == .inconclusive)
        }
        #expect(recorded().report([b, row("A")]) { ($0.rowCount, $0.totalReported) = (2, 2) }.codes.isEmpty)
    }

    @Test func `AR203: an export older than the newest event`() {
        func report(_ time: String) -> [String] {
            recorded { $0.add(.noticeSent, "B", time) }.report([b, row("A")]).codes
        }
        #expect(report("06-11 14:00").isEmpty)
        #expect(report("06-11 14:00:01") == ["AR203"])
        let late = recorded { $0.add(.noticeSent, "B", "06-01 10:00") { $0.recorded = at("06-20 10:00") } }
        #expect(late.report([b, row("A")]).codes.isEmpty, "judged by when it happened, not by when it was recorded")
        let ahead = recorded { $0.add(.noticeSent, "B", "12-01 10:00") { $0.recorded = at("06-02 10:00") } }
        #expect(ahead.report([b, row("A")]).codes == ["AR404"], "a source's clock that is ahead makes no export stale")
    }
}
