import Auditing
import Bookings
import Testing

@Suite("Rows that differ from the record")
struct LiveRowTests {
    private func codes(
        _ live: Appointment, recorded: Appointment = booked(), clients: (String?, String?) = (nil, nil),
        _ change: (inout Book) -> Void = { _ in }
    ) -> [String] { report(live, recorded: recorded, clients: clients, change).codes }

    private func report(
        _ live: Appointment, recorded: Appointment = booked(), clients: (String?, String?) = (nil, nil),
        _ change: (inout Book) -> Void = { _ in }
    ) -> Report {
        var book = Book()
        book.create("A", recorded, client: clients.0)
        change(&book)
        return book.report([row("A", live, client: clients.1)])
    }

    @Test func `AR102: deleted, and still there`() {
        #expect(codes(booked()) { $0.add(.deleted, "A", "06-02 10:00") } == ["AR102"])
        #expect(codes(booked()) { $0.add(.deleted, "A", "06-10 02:01") } == [], "touched within the skew")
        #expect(codes(booked()) { $0.add(.deleted, "A", "06-10 09:00") } == [], "deleted after the reading")
    }

    @Test func `AR103: there, and never recorded`() throws {
        var book = Book()
        book.create("A")
        let report = book.report([row("A"), row("B")])
        #expect(report.codes == ["AR103"])
        #expect(try #require(report.first(.ar103)).booking == "B")
        #expect(try #require(report.first(.ar103)).severity == .warning)
    }

    @Test func `AR103: a booking of which only notices are recorded was never recorded`() {
        var book = Book()
        book.create("A")
        book.add(.noticeSent, "B", "06-02 10:00")
        #expect(book.report([row("A"), row("B")]).codes == ["AR103"])
    }

    @Test func `AR103 is an error where the feed missed what a reading had`() throws {
        func severity(_ change: (inout Book) -> Void) throws -> Severity {
            var book = Book()
            change(&book)
            book.create("A")
            return try #require(book.report([row("A"), row("B")]).first(.ar103)).severity
        }
        #expect(
            try severity {
                $0.add(.captureStarted, nil, "05-01 10:00"); $0.read("05-30 02:00", [])
            } == .error)
        #expect(
            try severity {
                $0.read("05-30 02:00", []); $0.add(.captureStarted, nil, "05-31 10:00")
            } == .warning)
        #expect(try severity { $0.add(.captureStarted, nil, "05-01 10:00") } == .warning)
        #expect(
            try severity {
                $0.add(.captureStarted, nil, "05-01 10:00")
                $0.read("05-30 02:00", []) { $0.isComplete = false }
            } == .warning)
    }

    @Test func `an empty record and a full schedule are one AR103`() {
        #expect(Book().report([row("A"), row("B"), row("C")]).codes == ["AR103"])
        #expect(Book().report([]).codes == [])
    }

    @Test(
        arguments: [
            {
                $0.start = wall("06-15 09:31"); $0.end = wall("06-15 10:01")
            }, { $0.end = wall("06-15 10:01") }, { $0.practitioner = "D8" }, { $0.location = "2" },
        ] as [@Sendable (inout Appointment) -> Void])
    func `AR104: moved, longer, with another practitioner, elsewhere`(change: @Sendable (inout Appointment) -> Void)
        throws
    {
        let known = booked {
            $0.location = "1"; $0.service = "exam"
        }
        var live = known
        change(&live)
        let report = report(live, recorded: known)
        #expect(report.codes == ["AR104"])
        #expect(try #require(report.first(.ar104)).severity == .error)
        #expect(try #require(report.first(.ar104)).recorded == known.json)
        #expect(try #require(report.first(.ar104)).live == live.json)
    }

    @Test func `AR104: another service or a later status is a warning`() throws {
        for live in [booked { $0.service = "x-ray" }, booked { ($0.service, $0.status) = ("exam", .arrived) }] {
            let report = report(live, recorded: booked { $0.service = "exam" })
            #expect(report.codes == ["AR104"])
            #expect(try #require(report.first(.ar104)).severity == .warning)
        }
    }

    @Test func `AR104: another client at the same time`() {
        #expect(codes(booked(), clients: ("C-1", "C-2")) == ["AR104"])
        #expect(codes(booked(), clients: ("C-1", "C-1")) == [])
        #expect(codes(booked(), clients: ("C-1", nil)) == [])
        #expect(codes(booked(), clients: (nil, "C-2")) == [])
    }

    @Test func `no difference: seconds, offsets, blanks, composed letters, what one side does not say`() throws {
        let known = booked {
            $0.practitioner = "Zo\u{e9}"; $0.service = "exam"
        }
        for live: Appointment in [
            booked { $0.practitioner = " Zoe\u{301}\u{a0}" }, Appointment(),
            booked {
                $0.practitioner = nil; $0.end = nil
            },
            booked {
                $0.practitioner = "Zoé"; $0.start = WallTime(canonical: "2026-06-15T08:30:59+00:00")
            },
            booked {
                $0.practitioner = "Zoé"; $0.location = "2"; $0.zone = "Test/London"; $0.status = .unknown
            },
        ] {
            #expect(codes(live, recorded: known) == [], "\(live.json.text)")
        }
    }

    @Test func `a recorded move is none`() {
        #expect(
            codes(booked("06-16 11:00")) {
                $0.add(.modified, "A", "06-03 10:00") { $0.appointment = booked("06-16 11:00") }
            } == [])
        #expect(
            codes(booked()) { $0.add(.modified, "A", "06-03 10:00") { $0.appointment = booked("06-16 11:00") } } == [
                "AR104"
            ])
    }

    @Test func `AR105: cancelled, and shown as standing`() {
        let cancel: (inout Book) -> Void = { $0.add(.cancelled, "A", "06-02 10:00") }
        #expect(codes(booked(), cancel) == ["AR105"])
        #expect(codes(booked { $0.status = .cancelled }, cancel) == [])
        #expect(codes(booked { $0.status = .enteredInError }, cancel) == [])
        #expect(codes(booked { $0.status = nil }, cancel) == [], "a row without a status says nothing of it")
    }

    @Test func `AR106: shown as cancelled, and no cancellation recorded`() {
        #expect(codes(booked { $0.status = .cancelled }) == ["AR106"])
        #expect(codes(booked { $0.status = .enteredInError }) == ["AR106"])
        #expect(codes(booked { $0.status = .noshow }) == ["AR104"])
    }

    @Test(arguments: [Appointment.Status.fulfilled, .noshow])
    func `AR107: back from the end of a visit`(status: Appointment.Status) {
        let over = booked { $0.status = status }
        for earlier: Appointment.Status in [.booked, .arrived, .checkedIn, .pending, .proposed, .waitlist] {
            #expect(codes(booked { $0.status = earlier }, recorded: over) == ["AR107"], "\(earlier)")
        }
        #expect(codes(over, recorded: over) == [])
        #expect(codes(booked(), recorded: booked { $0.status = .arrived }) == ["AR104"], "from the premises is no end")
        #expect(codes(booked { $0.status = .unknown }, recorded: over) == [])
    }

    @Test func `AR108: another client and another time under one id`() {
        let other = booked("06-20 11:00")
        #expect(codes(other, clients: ("C-1", "C-2")) == ["AR101", "AR108"])
        #expect(codes(other, clients: ("C-1", "C-1")) == ["AR104"])
        #expect(codes(booked(), clients: ("C-1", "C-2")) == ["AR104"])
        #expect(codes(other, clients: ("C-1", "C-2")) { $0.add(.deleted, "A", "06-02 10:00") } == ["AR108"])
        #expect(codes(other, clients: ("C-1", "C-2")) { $0.add(.cancelled, "A", "06-02 10:00") } == ["AR108"])
        #expect(codes(booked(), clients: ("C-1", "C-2")) { $0.add(.deleted, "A", "06-02 10:00") } == ["AR102"])
        #expect(codes(booked(), clients: ("C-1", "C-1")) { $0.add(.cancelled, "A", "06-02 10:00") } == ["AR105"])
    }

    @Test func `AR108: an id that is given again after a deletion`() {
        #expect(
            codes(booked("06-20 11:00"), clients: ("C-1", "C-2")) {
                $0.add(.deleted, "A", "06-02 10:00")
                $0.create("A", booked("06-20 11:00"), "06-03 10:00", client: "C-2")
            } == ["AR108"])
        #expect(
            codes(booked(), clients: ("C-1", "C-1")) {
                $0.add(.deleted, "A", "06-02 10:00")
                $0.create("A", booked(), "06-03 10:00", client: "C-1")
            } == [], "a deletion that was taken back")
    }

    @Test func `AR112, AR206, AR207: values that are not what they should be`() throws {
        var book = Book()
        book.create("A")
        for (kind, code) in [(Malformation.Kind.malformed, "AR112"), (.unmappedStatus, "AR206"), (.noZone, "AR207")] {
            let malformation = Malformation(
                kind: kind, booking: "A", row: 7, column: "start", reason: "128:00 is no time")
            let report = book.report([row("A")], malformations: [malformation])
            #expect(report.codes == [code])
            #expect(
                try #require(report.findings.first).sentence == "Row 7, booking A, column start: 128:00 is no time.")
        }
    }

    @Test func `AR115 and AR116: outside the window, and moved out of it by the record itself`() throws {
        var book = Book()
        book.create("A", booked("07-15 09:30"))
        book.create("B", booked("07-16 09:30"))
        book.create("C", booked("06-15 09:30"))
        #expect(book.report([row("C")]).codes == ["AR115"])
        #expect(try #require(book.report([row("C")]).first(.ar115)).sentence.hasPrefix("2 recorded bookings"))
        book.add(.modified, "C", "06-02 10:00") { $0.appointment = booked("07-17 09:30") }
        #expect(book.report([]).codes == ["AR115", "AR116"])
        #expect(try #require(book.report([]).first(.ar116)).entries == [3])
        #expect(ExitStatus(book.report([]).findings, failOn: .warning) == .clean)
        book.add(.modified, "C", "06-03 10:00") { $0.appointment = booked("06-18 09:30") }
        #expect(book.report([row("C", booked("06-18 09:30"))]).codes == ["AR115"])
    }

    @Test func `AR205: an id twice, graver where the rows differ`() throws {
        var book = Book()
        book.create("A")
        for (second, severity) in [(booked(), Severity.warning), (booked("06-16 09:30"), .error)] {
            let report = book.report([row("A"), row("A", second, number: 3)])
            #expect(report.codes == ["AR205"])
            #expect(try #require(report.first(.ar205)).severity == severity)
            #expect(try #require(report.first(.ar205)).sentence.contains("rows 2 and 3"))
        }
        #expect(book.report([row("A", client: "C-1"), row("A", client: "C-2")]).first(.ar205)?.severity == .error)
    }

    @Test func `ids are compared by their bytes`() {
        var book = Book()
        book.create("caf\u{e9}")
        #expect(book.report([row("cafe\u{301}")]).codes == ["AR101", "AR103"])
        #expect(book.report([row("caf\u{e9}")]).codes == [])
    }

    @Test func `another source's bookings are not this schedule's`() {
        var book = Book()
        book.create("A")
        book.source = "other"
        book.create("B")
        #expect(book.report([row("A")]).codes == [])
    }

    @Test func `AR103 stays a warning where the first reading had the row too`() throws {
        var book = Book()
        book.add(.captureStarted, nil, "05-01 10:00")
        book.read("05-30 02:00", ["B"])
        book.create("A")
        #expect(try #require(book.report([row("A"), row("B")]).first(.ar103)).severity == .warning)
        book.read("05-31 02:00", [])
        #expect(try #require(book.report([row("A"), row("B")]).first(.ar103)).severity == .error)
    }

    @Test func `AR105: the old row stands beside the new one`() throws {
        func report(_ old: LiveAppointment, client: String? = nil) -> Report {
            var book = Book()
            book.create("A", client: client)
            book.add(.modified, "N", "06-02 10:00", client: client) {
                ($0.supersedes, $0.appointment) = ("A", booked("06-16 11:00"))
            }
            return book.report([old, row("N", booked("06-16 11:00"))])
        }
        let finding = try #require(report(row("A")).first(.ar105))
        #expect(report(row("A")).codes == ["AR105"])
        #expect((finding.booking, finding.severity) == ("A", .error))
        #expect(finding.sentence.contains("going on as booking N"))
        #expect(report(row("A", booked { $0.status = .cancelled })).codes == [])
        #expect(report(row("A", booked { $0.status = nil })).codes == [])
        #expect(report(row("A", booked("06-20 11:00"), client: "C-2"), client: "C-1").codes == ["AR108"])
    }

    @Test func `AR105: not for a word that nobody mapped`() {
        #expect(codes(booked { $0.status = .unknown }) { $0.add(.cancelled, "A", "06-02 10:00") } == [])
    }

    @Test func `AR108: a client that is not disclosed is not another one`() {
        for (before, after) in [("C-1", nil), (nil, "C-1"), (nil, nil)] as [(String?, String?)] {
            #expect(
                codes(booked(), clients: (before, nil)) {
                    $0.add(.deleted, "A", "06-02 10:00")
                    $0.create("A", booked(), "06-03 10:00", client: after)
                } == [])
        }
        #expect(
            codes(booked(), clients: ("C-1", nil)) {
                $0.add(.deleted, "A", "06-02 10:00")
                $0.create("A", booked(), "06-03 10:00", client: "C-2")
            } == ["AR108"])
    }
}
