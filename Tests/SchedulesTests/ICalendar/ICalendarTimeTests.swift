import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

struct `Times in iCalendar` {
    static let nowhere = SourceRules(zones: .system)

    private func times(_ lines: String, rules: SourceRules = london) throws -> [String] {
        try calendar(object(lines), rules: rules).appointments.map { row in
            let appointment = row.appointment
            return "\(appointment.start?.text ?? "-") \(appointment.end?.text ?? "-") \(appointment.zone ?? "-")"
        }
    }

    @Test(arguments: [
        ("DTSTART;TZID=Europe/Berlin:20260611T093000", "2026-06-11T09:30:00+02:00 - Europe/Berlin"),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260611T093000",
            "2026-06-11T09:30:00+02:00 - Europe/Berlin"
        ),
        (
            "DTSTART;TZID=/citadel.org/20190914_1/America/Argentina/Salta:20260611T093000",
            "2026-06-11T09:30:00-03:00 - America/Argentina/Salta"
        ),
        ("DTSTART;TZID=GMT Standard Time:20260611T093000", "2026-06-11T09:30:00+01:00 - Europe/London"),
        ("DTSTART;TZID=\"W. Europe Standard Time\":20260611T093000", "2026-06-11T09:30:00+02:00 - Europe/Berlin"),
        ("DTSTART:20260611T083000Z", "2026-06-11T09:30:00+01:00 - -"),
        ("DTSTART:20260611T093000", "2026-06-11T09:30:00+01:00 - -"),
        ("DTSTART;VALUE=DATE:20260611", "2026-06-11T00:00:00+01:00 2026-06-12T00:00:00+01:00 -"),
        ("DTSTART:20260611", "2026-06-11T00:00:00+01:00 2026-06-12T00:00:00+01:00 -"),
        ("DTSTART:20260611T093000\nDURATION:PT45M", "2026-06-11T09:30:00+01:00 2026-06-11T10:15:00+01:00 -"),
        ("DTSTART:20260611T093000\nDURATION:P1DT30M", "2026-06-11T09:30:00+01:00 2026-06-12T10:00:00+01:00 -"),
        ("DTSTART;VALUE=DATE:20260611\nDURATION:P1W", "2026-06-11T00:00:00+01:00 2026-06-18T00:00:00+01:00 -"),
        (
            "DTSTART;TZID=Europe/London:20260611T093000\nDTEND;TZID=Europe/Berlin:20260611T110000",
            "2026-06-11T09:30:00+01:00 2026-06-11T10:00:00+01:00 Europe/London"
        ),
        ("DTSTART:20260611T093060", "2026-06-11T09:30:59+01:00 - -"),
    ])
    func `stand on the clocks of their zone`(_ lines: String, _ expected: String) throws {
        #expect(try times(lines) == [expected])
    }

    @Test func `a skipped hour is read with the offset before it, a repeated one is the first`() throws {
        #expect(try times("DTSTART:20260329T013000") == ["2026-03-29T02:30:00+01:00 - -"])
        #expect(try times("DTSTART:20261025T013000") == ["2026-10-25T01:30:00+01:00 - -"])
    }

    @Test func `with DTEND each occurrence is as long as the first; with DURATION a day is a day`() throws {
        let night = "DTSTART;TZID=Europe/London:20260327T220000\n"
        let rule = "\nRRULE:FREQ=DAILY;COUNT=2"
        #expect(
            try times(night + "DTEND;TZID=Europe/London:20260328T220000" + rule) == [
                "2026-03-27T22:00:00+00:00 2026-03-28T22:00:00+00:00 Europe/London",
                "2026-03-28T22:00:00+00:00 2026-03-29T23:00:00+01:00 Europe/London",
            ])
        #expect(
            try times(night + "DURATION:P1D" + rule) == [
                "2026-03-27T22:00:00+00:00 2026-03-28T22:00:00+00:00 Europe/London",
                "2026-03-28T22:00:00+00:00 2026-03-29T22:00:00+01:00 Europe/London",
            ])
    }

    @Test func `without any zone, nothing is guessed`() throws {
        let read = try calendar(
            object("DTSTART:20260611T093000\nRRULE:FREQ=DAILY;COUNT=2"), rules: Self.nowhere)
        #expect(read.ids == ["u/20260611T093000", "u/20260612T093000"])
        #expect(read.appointments.allSatisfy { $0.appointment.start == nil })
        #expect(read.malformations.map(\.kind) == [.noZone])
        let utc = try calendar(object("DTSTART:20260611T083000Z"), rules: Self.nowhere)
        #expect(utc.appointments.first?.appointment.start?.text == "2026-06-11T08:30:00+00:00")
    }

    @Test func `a zone that nobody knows is named once, and its series makes the reading incomplete`() throws {
        let lines = "DTSTART;TZID=Practice Time:20260611T093000\nDTEND;TZID=Practice Time:20260611T100000"
        let read = try calendar(object(lines))
        #expect(read.ids == ["u"] && read.appointments.first?.appointment.start == nil)
        #expect(read.malformations.filter { $0.kind == .noZone }.map(\.column) == ["DTSTART", "DTEND"])
        #expect(read.malformations.contains { $0.column == "TZID" && $0.reason.contains("Practice Time") })
        #expect(read.coverage.isComplete)
        #expect(try !calendar(object(lines + "\nRRULE:FREQ=DAILY")).coverage.isComplete)
    }

    static let described = """
        BEGIN:VTIMEZONE
        TZID:Practice Time
        BEGIN:STANDARD
        DTSTART:19701025T020000
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0000
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:19700329T010000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
        TZOFFSETFROM:+0000
        TZOFFSETTO:+0100
        END:DAYLIGHT
        END:VTIMEZONE
        """

    @Test func `a described zone is what the system's own is, hour by hour`() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<60 {
            let day = 20_000 + Int.random(in: 0..<3000, using: &random)
            let hour = Int64.random(in: 0..<24, using: &random)
            let time = CivilTime(seconds: Int64(day) * 86_400 + hour * 3600)!
            let basic = String(time.text.filter { $0 != "-" && $0 != ":" })
            func start(_ zone: String) throws -> WallTime? {
                let event = "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=\(zone):\(basic)\nEND:VEVENT"
                // The description may stand behind the event, too.
                return try calendar(object(event, Self.described)).appointments.first?.appointment.start
            }
            #expect(try start("Practice Time") == start("Europe/London"), "\(basic)")
        }
    }

    @Test func `a described zone with dates, and one that is broken`() throws {
        let dated = Self.described.replacing(
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", with: "RDATE:20260329T010000,20270328T010000")
        let event = "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Practice Time:20260611T093000\nEND:VEVENT"
        let read = try calendar(object(dated, event)).appointments.first?.appointment
        #expect(read?.start?.text == "2026-06-11T09:30:00+01:00" && read?.zone == nil)
        for broken in ["TZOFFSETTO:+0100", "TZOFFSETFROM:+0100", "DTSTART:19700329T010000", "FREQ=YEARLY"] {
            let zone = Self.described.replacing(broken, with: "X")
            #expect(try calendar(object(zone, event)).appointments.first?.appointment.start == nil, "\(broken)")
        }
    }

    @Test func `a known name wins over what the file describes under it`() throws {
        let event = "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=America/New_York:20260611T093000\nEND:VEVENT"
        let zone = Self.described.replacing("Practice Time", with: "America/New_York")
        let read = try calendar(object(zone, event)).appointments.first?.appointment
        #expect(read?.start?.text == "2026-06-11T09:30:00-04:00")
    }

    @Test(arguments: [
        "DTSTART:2026061T093000", "DTSTART:20260631", "DTSTART:20260611T250000", "DTSTART:today", "DTSTART:",
        "DTSTART;TZID=\(String(repeating: "x", count: 300)):20260611T093000", "SUMMARY:no start",
    ])
    func `a start that is none is left out and named, without what it says`(_ line: String) throws {
        let read = try calendar(object(line))
        #expect(read.ids == ["u"] && read.appointments.first?.appointment.start == nil)
        #expect(read.malformations.map(\.column) == ["DTSTART"])
        #expect(read.malformations.allSatisfy { !$0.reason.contains("today") && $0.booking == "u" })
    }

    @Test func `an end before its start is left out and named`() throws {
        let read = try calendar(object("DTSTART:20260611T093000Z\nDTEND:20260611T083000Z"))
        #expect(read.appointments.first?.appointment.end == nil)
        #expect(read.malformations.map(\.column) == ["end"])
    }
}
