import Auditing
import Bookings
import Testing

@Suite("Findings about the record itself")
struct RecordTests {
    private func codes(now: Timestamp = at("06-10 03:00"), _ change: (inout Book) -> Void) -> [String] {
        report(now: now, change).codes
    }

    /// The record of one booking that the schedule shows.
    private func report(now: Timestamp = at("06-10 03:00"), _ change: (inout Book) -> Void) -> Report {
        var book = Book()
        change(&book)
        return book.report(book.state("A").map { [row("A", $0.appointment)] } ?? [], now: now)
    }

    private let jane = Entry.Actor(kind: .user, id: "jane")

    // MARK: AR302

    @Test func `AR302: a practice's cancellation, deletion or move before the start, and nobody told`() {
        for type in [EntryType.cancelled, .deleted, .modified] {
            func codes(_ actor: Entry.Actor?, _ more: (inout Book) -> Void = { _ in }) -> [String] {
                var book = Book()
                book.create("A")
                book.add(type, "A", "06-05 10:00") {
                    $0.actor = actor
                    if type == .modified { $0.appointment = booked("06-16 11:00") }
                }
                more(&book)
                let rows = type == .deleted ? [] : [row("A", book.state("A")!.appointment)]
                return book.report(rows).codes
            }
            #expect(codes(jane) == ["AR302"], "\(type)")
            #expect(codes(.init(kind: .sync, id: "google")) == ["AR302"], "\(type)")
            #expect(codes(jane) { $0.add(.noticeFailed, "A", "06-05 11:00") } == ["AR302"], "\(type)")
            #expect(
                codes(jane) {
                    $0.add(.noticeSent, "A", "06-05 11:00") { $0.body = .object(["reached": .boolean(false)]) }
                } == ["AR302"])
            #expect(codes(jane) { $0.add(.noticeSent, "A", "06-05 11:00") } == [], "\(type)")
            #expect(codes(.init(kind: .client)) == [], "\(type)")
            #expect(codes(nil) == [], "\(type): by somebody whom nobody names")
        }
        #expect(
            codes {
                $0.create("A");
                $0.add(.modified, "A", "06-05 10:00") {
                    ($0.actor, $0.appointment) = (jane, booked { $0.location = "3" })
                }
            } == [])
    }

    @Test func `AR302: after the start only where an attempt failed`() {
        func codes(_ time: String, failed: Bool) -> [String] {
            var book = Book()
            book.create("A", booked("06-10 00:30"), "06-01 10:00")
            book.add(.cancelled, "A", time) {
                ($0.actor, $0.appointment) = (jane, booked("06-10 00:30") { $0.status = .cancelled })
            }
            if failed { book.add(.noticeFailed, "A", "06-10 01:00") }
            return book.report([row("A", book.state("A")!.appointment)]).codes
        }
        #expect(codes("06-09 23:29", failed: false) == ["AR302"])
        #expect(codes("06-09 23:30", failed: false) == [])
        #expect(codes("06-09 23:34", failed: false) == [])
        #expect(codes("06-09 23:34", failed: true) == ["AR302"])
    }

    @Test func `AR302: an id that is given again moves nobody`() {
        let found = report {
            $0.create("A") { $0.actor = jane }
            $0.add(.deleted, "A", "06-02 10:00") { $0.actor = .init(kind: .client) }
            $0.create("A", booked("06-20 11:00"), "06-03 10:00") { $0.actor = jane }
        }
        #expect(found.codes == ["AR108"])
    }

    @Test func `AR302 names the attempts`() throws {
        let report = report {
            $0.create("A")
            $0.add(.cancelled, "A", "06-05 10:00") { $0.actor = jane }
            for hour in 11...13 { $0.add(.noticeFailed, "A", "06-05 \(hour):00") }
        }
        let finding = try #require(report.first(.ar302))
        #expect(finding.entries == [1, 2, 3, 4])
        #expect(finding.sentence.contains("3 attempts"))
        #expect(finding.sentence.contains("the login jane"))
    }

    // MARK: AR304

    @Test func `AR304: recorded more than a day after it happened, once capture had started`() throws {
        func codes(_ recorded: String, started: Bool = true) -> [String] {
            self.codes {
                if started { $0.add(.captureStarted, nil, "05-01 10:00") }
                $0.add(.created, "A", "06-01 10:00") { $0.recorded = at(recorded) }
            }
        }
        #expect(codes("06-02 10:00") == [])
        #expect(codes("06-02 10:00:01") == ["AR304"])
        #expect(codes("06-05 10:00", started: false) == [])
    }

    @Test func `AR304: what was brought in from before is one grouped info`() throws {
        var book = Book()
        book.add(.captureStarted, nil, "06-02 10:00")
        for name in ["A", "B", "C"] as [Identifier] {
            book.add(.created, name, "06-01 10:00") { $0.recorded = at("06-05 10:00") }
        }
        let report = book.report(["A", "B", "C"].map { row($0) })
        #expect(report.codes == ["AR304"])
        #expect(report.findings[0].severity == .info)
        #expect(report.findings[0].entries == [1, 2, 3])
    }

    // MARK: AR402 and AR405

    private func counted(_ numbers: [Int]) -> Report {
        report { book in
            for (place, number) in numbers.enumerated() {
                book.add(place == 0 ? .created : .modified, "A", "06-01 10:\(place + 10)") { $0.sequence = number }
            }
        }
    }

    @Test func `AR402: numbers that never came`() throws {
        #expect(counted([1, 2, 3]).codes == [])
        #expect(counted([7, 8]).codes == [], "the first number may be any")
        #expect(counted([1, 3]).codes == ["AR402"])
        #expect(
            counted([1, 2, 4, 8]).all(.ar402).map(\.sentence) == [
                "1 event of crm never came: of its own numbering 3 is missing.",
                "3 events of crm never came: of its own numbering 5 to 7 are missing.",
            ])
        #expect(
            try #require(counted([1, 3]).first(.ar402)).sentence.contains(
                "1 event of crm never came: of its own numbering 2 is missing"))
    }

    @Test func `AR402: the first ten gaps are findings of their own, and those after are one`() throws {
        func details(_ numbers: [Int]) -> [String?] { counted(numbers).all(.ar402).map(\.detail) }
        #expect(details([1, 3, 7]) == ["number 2", "number 4"])
        #expect(details([1, 3, 6, 7]) == ["number 2", "number 4"], "a gap that shrinks is the same gap")
        let odd = (0..<12).map { 2 * $0 + 1 }
        let found = counted(odd).all(.ar402)
        #expect(found.count == 11)
        #expect(found.map(\.detail).prefix(10) == (1...10).map { "number \(2 * $0)" }[...])
        #expect(found.last?.detail == "number 22")
        let more = counted(odd + [25, 27]).all(.ar402)
        #expect(more.count == 11)
        #expect(more.last?.detail == "number 26", "what is one finding is a new one with each that comes")
        #expect(more.last?.sentence.hasPrefix("3 events of crm never came") == true)
    }

    @Test func `AR402: a gap that the source reports itself, and of this source only`() {
        #expect(
            codes {
                $0.create("A"); $0.add(.captureGap, nil, "06-02 10:00")
            } == ["AR402"])
        #expect(
            codes {
                $0.source = "other"; $0.add(.captureGap, nil, "06-02 10:00"); $0.source = "crm";
                $0.create("A", booked(), "06-03 10:00")
            } == [])
        #expect(
            codes {
                $0.create("A"); $0.add(.captureHeartbeat, nil, "06-02 10:00")
            } == [])
    }

    @Test func `AR405: out of the order of its own numbering`() throws {
        let report = counted([1, 3, 2, 4])
        #expect(report.codes == ["AR405"])
        #expect(try #require(report.first(.ar405)).entries == [2])
        #expect(try #require(report.first(.ar405)).severity == .info)
    }

    @Test func `AR405: one event id with other content`() throws {
        let report = report {
            $0.create("A") { $0.event = "e-1" }
            $0.add(.modified, "A", "06-02 10:00") { $0.event = "e-2" }
            $0.add(.modified, "A", "06-02 10:01") { $0.event = "e-2" }
        }
        #expect(report.codes == ["AR405"])
        #expect(try #require(report.first(.ar405)).entries == [1, 2])
        #expect(try #require(report.first(.ar405)).severity == .warning)
    }

    // MARK: AR404, AR406, AR407, AR401

    @Test func `AR404: the recorder's clock ran back`() throws {
        let back = report {
            $0.create("A")
            $0.add(.modified, "A", "06-01 09:00")
            $0.add(.modified, "A", "06-01 09:30")
        }
        #expect(back.codes == ["AR404"])
        #expect(try #require(back.first(.ar404)).entries == [1])
        #expect(
            codes {
                $0.create("A"); $0.add(.modified, "A", "06-01 10:00")
            } == [], "the same second is no step back")
    }

    @Test func `AR404: each time that the clock ran back is another finding`() {
        let back = report {
            $0.create("A")
            $0.add(.modified, "A", "06-01 09:00")
            $0.add(.modified, "A", "06-01 09:30")
            $0.add(.modified, "A", "06-01 08:00")
        }
        #expect(back.all(.ar404).map(\.detail) == ["entry 1", "entry 3"])
    }

    @Test func `AR404: how far ahead the source's clock is tells one finding from another`() {
        func details(_ seconds: [Int64]) -> [String?] {
            report { book in
                for (place, ahead) in seconds.enumerated() {
                    book.add(place == 0 ? .created : .modified, "A", "06-01 1\(place):00") {
                        $0.occurred = $0.recorded + ahead
                    }
                }
            }.all(.ar404).map(\.detail)
        }
        #expect(details([180, 300]) == ["ahead up to an hour"])
        #expect(details([180, 3600, 3601, 86_400]) == ["ahead up to an hour", "ahead up to a day"])
        #expect(details([86_401]) == ["ahead more than a day"])
    }

    @Test func `AR404: the source's clock is ahead by more than the skew`() {
        func codes(_ seconds: Int64) -> [String] {
            self.codes { $0.add(.created, "A", "06-01 10:00") { $0.recorded = $0.occurred! - seconds } }
        }
        #expect(codes(120) == [])
        #expect(codes(121) == ["AR404"])
    }

    @Test func `AR406: no checkpoint outside for two days`() {
        func codes(opened: String?, held: String?, now: String) -> [String] {
            self.codes(now: at(now)) {
                $0.create("A")
                $0.opened = opened.map { at($0) }
                $0.heldOutside = held.map { at($0) }
            }
        }
        #expect(codes(opened: "06-01 00:00", held: nil, now: "06-03 00:00") == [])
        #expect(codes(opened: "06-01 00:00", held: nil, now: "06-03 00:01") == ["AR406"])
        #expect(codes(opened: "06-01 00:00", held: "06-09 00:00", now: "06-11 00:00") == [])
        #expect(codes(opened: "06-01 00:00", held: "06-09 00:00", now: "06-11 00:01") == ["AR406"])
        #expect(codes(opened: nil, held: nil, now: "06-11 00:01") == [])
    }

    @Test(
        arguments: [
            ([EntryType.created, .created], 1), ([.created, .deleted, .deleted], 2),
            ([.created, .deleted, .modified], 2),
            ([.created, .deleted, .cancelled], 2), ([.modified], 0), ([.cancelled], 0),
            ([.created, .cancelled, .created], 2),
        ] as [([EntryType], Int)])
    func `AR407: an order of events that cannot be`(types: [EntryType], index: Int) throws {
        let report = report { book in
            for (place, type) in types.enumerated() { book.add(type, "A", "06-01 10:0\(place)") }
        }
        #expect(report.all(.ar407).map(\.entries) == [[index]], "\(types)")
    }

    @Test(arguments: [
        [EntryType.created, .modified, .cancelled], [.created, .cancelled, .modified],
        [.created, .cancelled, .deleted], [.created, .deleted, .created], [.created, .noticeSent],
    ])
    func `no AR407 in an order that can be`(types: [EntryType]) {
        let found = report { book in
            for (place, type) in types.enumerated() { book.add(type, "A", "06-01 10:0\(place)") }
        }
        #expect(found.all(.ar407).isEmpty, "\(types)")
    }

    @Test func `no AR407 for an id that takes another over`() {
        var book = Book()
        book.create("B")
        book.add(.modified, "A", "06-02 10:00") { $0.supersedes = "B" }
        #expect(book.report([row("A")]).codes == [])
    }

    @Test func `defects of the ledger come first, and the comparison is still shown`() {
        var book = Book()
        book.create("A")
        book.defects = [Defect(code: "AR401", index: 0, kind: .edited, sentence: "Entry 0 was changed.")]
        let report = book.report([])
        #expect(report.codes == ["AR202", "AR401"])
        #expect(report.findings[0].code == .ar401)
        #expect(report.findings[0].entries == [0])
        #expect(!book.report([row("A")]).assurance.contains(.live))
        #expect(ExitStatus(report.findings) == .integrity)
    }
}
