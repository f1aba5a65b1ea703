import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

struct `A series in iCalendar` {
    static let master = """
        BEGIN:VEVENT
        UID:s@x
        DTSTART;TZID=Europe/London:20260604T093000
        DTEND;TZID=Europe/London:20260604T100000
        RRULE:FREQ=WEEKLY;COUNT=4
        LOCATION:Surgery 1
        END:VEVENT
        """

    private func override(_ lines: String) -> String { "BEGIN:VEVENT\nUID:s@x\n\(lines)\nEND:VEVENT" }

    @Test func `occurrences have ids of their place in the series`() throws {
        let read = try calendar(object(Self.master))
        #expect(read.ids == (0..<4).map { "s@x/202606\(["04", "11", "18", "25"][$0])T083000Z" })
        #expect(read.appointments.allSatisfy { $0.appointment.series == "s@x" && $0.row == 3 })
        #expect(read.appointments.map(\.appointment.occurrence)[1] == "2026-06-11T09:30:00+01:00")
        #expect(read.rows == 4)
        let days = try calendar(object("DTSTART;VALUE=DATE:20260611\nRRULE:FREQ=DAILY;COUNT=2"))
        #expect(days.ids == ["u/20260611", "u/20260612"])
        #expect(days.appointments.map(\.appointment.occurrence) == ["2026-06-11", "2026-06-12"])
    }

    @Test func `an occurrence that is moved or cancelled keeps its id`() throws {
        let moved = override(
            "RECURRENCE-ID;TZID=Europe/London:20260611T093000\nDTSTART:20260612T130000Z\nLOCATION:Surgery 2")
        let off = override("RECURRENCE-ID:20260618T083000Z\nDTSTART:20260618T083000Z\nSTATUS:CANCELLED")
        let read = try calendar(object(Self.master, moved, off))
        #expect(
            read.starts == [
                "s@x/20260604T083000Z 2026-06-04T09:30:00+01:00", "s@x/20260611T083000Z 2026-06-12T14:00:00+01:00",
                "s@x/20260618T083000Z 2026-06-18T09:30:00+01:00", "s@x/20260625T083000Z 2026-06-25T09:30:00+01:00",
            ])
        let second = try #require(read.row(of: "s@x/20260611T083000Z")?.appointment)
        #expect(second.location == "Surgery 2" && second.occurrence == "2026-06-11T09:30:00+01:00")
        #expect(read.row(of: "s@x/20260618T083000Z")?.appointment.status == .cancelled)
        // The same, without its series.
        let alone = try calendar(object(moved))
        #expect(alone.ids == ["s@x/20260611T083000Z"])
        #expect(alone.appointments[0].appointment.occurrence == "2026-06-11T09:30:00+01:00")
    }

    @Test func `moved out of the window or into it, an occurrence is a row`() throws {
        let out = override("RECURRENCE-ID:20260611T083000Z\nDTSTART:20260811T083000Z")
        let into = override("RECURRENCE-ID:20260625T083000Z\nDTSTART:20260612T083000Z")
        let read = try calendar(
            object(Self.master, out, into), from: "2026-06-10T00:00:00Z", to: "2026-06-20T00:00:00Z")
        #expect(
            read.starts == [
                "s@x/20260611T083000Z 2026-08-11T09:30:00+01:00", "s@x/20260618T083000Z 2026-06-18T09:30:00+01:00",
                "s@x/20260625T083000Z 2026-06-12T09:30:00+01:00",
            ])
        // So is one that all later ones are moved with.
        let later = override(
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260611T083000Z\nDTSTART:20260621T083000Z\nDTEND:20260621T093000Z")
        let moved = try calendar(object(Self.master, later), from: "2026-06-26T00:00:00Z", to: "2026-06-30T00:00:00Z")
        #expect(
            moved.starts == [
                "s@x/20260611T083000Z 2026-06-21T09:30:00+01:00", "s@x/20260618T083000Z 2026-06-28T09:30:00+01:00",
            ])
        let end = moved.row(of: "s@x/20260618T083000Z")?.appointment.end?.text
        #expect(end == "2026-06-28T10:30:00+01:00")
    }

    @Test func `the highest SEQUENCE counts; where two have it, both are rows`() throws {
        func one(_ sequence: Int, _ hour: Int) -> String {
            override("SEQUENCE:\(sequence)\nRECURRENCE-ID:20260611T083000Z\nDTSTART:20260611T\(hour)0000Z")
        }
        let read = try calendar(object(one(2, 11), Self.master, one(3, 12), one(1, 13)))
        #expect(read.row(of: "s@x/20260611T083000Z")?.appointment.start?.text == "2026-06-11T13:00:00+01:00")
        #expect(read.ids.count == 4)
        let both = try calendar(object(one(2, 11), Self.master, one(2, 12)))
        #expect(both.ids.count == 5 && both.index.repeated.count == 1)
    }

    @Test func `what is taken out is no row, also where an event of its own stands for it`() throws {
        let text = Self.master.replacing("LOCATION", with: "EXDATE;VALUE=DATE:20260611\nLOCATION")
        let moved = override("RECURRENCE-ID:20260611T083000Z\nDTSTART:20260612T083000Z")
        #expect(try calendar(object(text, moved)).ids.count == 3)
    }

    @Test func `a window without an end is followed for 400 days, and the reading says so`() throws {
        let endless = object("DTSTART:20260601T083000Z\nRRULE:FREQ=WEEKLY")
        let read = try calendar(endless, from: "2026-06-01T00:00:00Z", to: nil)
        #expect(read.coverage.isComplete)
        #expect(read.coverage.to?.text == "2027-07-06T03:00:00+01:00")
        #expect(read.ids.count == 58 && read.ids.last == "u/20270705T083000Z")
        // Nothing is cut from a series that ends, and nothing concluded where nobody says that it is complete.
        let ending = object("DTSTART:20260601T083000Z\nRRULE:FREQ=WEEKLY;COUNT=5")
        #expect(try calendar(ending, from: nil, to: nil).coverage.to == nil)
        #expect(try calendar(ending, from: nil, to: nil).coverage.from == nil)
        #expect(try calendar(endless, from: nil, to: nil, isComplete: false).coverage.to == nil)
        // Nor from a window that has its bounds.
        #expect(try calendar(endless).coverage == window("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))
        let old = object("DTSTART:20000601T083000Z\nRRULE:FREQ=WEEKLY;UNTIL=20260701T000000Z")
        let back = try calendar(old, from: nil, to: nil).coverage
        #expect(back.from?.text == "2025-04-27T03:00:00+01:00" && back.to == nil)
    }

    @Test(arguments: [
        "FREQ=WEEKLY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=-1", "FREQ=SOMETIMES", "COUNT=3", "",
        "FREQ=DAILY;BYHOUR=24", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO", "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTHDAY=0", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;BYDAY=",
        "FREQ=DAILY;X", "FREQ=DAILY;BYEASTER=0", "RSCALE=CHINESE;FREQ=YEARLY", "FREQ=DAILY;INTERVAL=99999999999999",
        "FREQ=DAILY;BYSECOND=60",
    ])
    func `a rule that is none leaves its first occurrence, is named with its line, and completes nothing`(
        _ rule: String
    ) throws {
        let read = try calendar(object("DTSTART:20260611T083000Z\nRRULE:\(rule)"))
        #expect(read.ids == ["u/20260611T083000Z"])
        #expect(read.malformations.map(\.column) == ["RRULE"])
        #expect(read.malformations.first?.reason.hasPrefix("line 6: this rule is not followed: ") == true)
        #expect(!read.coverage.isComplete)
    }

    @Test func `dates that are none are named, and complete nothing; EXRULE is not followed`() throws {
        for line in ["RDATE:20260631", "EXDATE:x", "RDATE:20260611T083000Z/x", "RDATE:20260612T083000Z,"] {
            let read = try calendar(object("DTSTART:20260611T083000Z\nRRULE:FREQ=DAILY;COUNT=2\n\(line)"))
            let isFine = line.hasSuffix(",")
            #expect(read.malformations.isEmpty == isFine && read.coverage.isComplete == isFine, "\(line)")
            #expect(read.ids.count == 2)
        }
        let read = try calendar(
            object("DTSTART:20260611T083000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXRULE:FREQ=DAILY;COUNT=1"))
        #expect(read.ids.count == 2 && read.malformations.map(\.column) == ["EXRULE"])
    }

    @Test func `an event that stands for nobody knows which occurrence does not stand for the series`() throws {
        let astray = override("SEQUENCE:9\nRECURRENCE-ID:soon\nDTSTART:20260612T130000Z")
        let read = try calendar(object(Self.master, astray))
        #expect(read.ids.count == 5 && read.ids.contains("s@x"))
        #expect(read.malformations.map(\.column) == ["RECURRENCE-ID"] && !read.coverage.isComplete)
    }

    @Test func `dates of a zone that nobody knows are neither in nor out, and complete nothing`() throws {
        for name in ["RDATE", "EXDATE", "RECURRENCE-ID"] {
            let line = "\(name);TZID=Practice Time:20260611T093000"
            let event = "DTSTART;TZID=Europe/London:20260604T093000\nRRULE:FREQ=WEEKLY;COUNT=2"
            let text =
                name == "RECURRENCE-ID"
                ? object(Self.master, override(line + "\nDTSTART:20260612T083000Z")) : object(event + "\n" + line)
            let read = try calendar(text)
            #expect(read.ids.count == (name == "RECURRENCE-ID" ? 5 : 2), "\(name)")
            #expect(read.malformations.contains { $0.column == "TZID" } && !read.coverage.isComplete, "\(name)")
        }
    }

    @Test func `a rule that ends before it begins makes nothing; a day as its end is the day's first moment`() throws {
        #expect(try calendar(object("DTSTART:20260611T083000Z\nRRULE:FREQ=DAILY;UNTIL=20260601T000000Z")).ids == [])
        let day = "DTSTART;TZID=Europe/London:20260611T093000\nRRULE:FREQ=DAILY;UNTIL=20260613"
        #expect(try calendar(object(day)).ids == ["u/20260611T083000Z", "u/20260612T083000Z"])
        let days = "DTSTART;VALUE=DATE:20260611\nRRULE:FREQ=DAILY;UNTIL=20260613T000000Z"
        #expect(try calendar(object(days)).ids == ["u/20260611", "u/20260612", "u/20260613"])
    }

    @Test func `weekdays with and without an ordinal are taken together; BYWEEKNO alone means the start's day`() throws
    {
        let mixed = try calendar(
            object("DTSTART:20260601T083000Z\nRRULE:FREQ=MONTHLY;BYDAY=1MO,FR;UNTIL=20260620T000000Z"))
        #expect(mixed.ids.map { $0.dropFirst(2).prefix(8) } == ["20260601", "20260605", "20260612", "20260619"])
        let week = try calendar(object("DTSTART:20260513T083000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=1"))
        #expect(week.ids == ["u/20260513T083000Z"])
    }

    @Test func `a week 53 is there only in the years that have one`() throws {
        let text = object("DTSTART:20201228T090000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU;COUNT=4")
        let read = try calendar(text, from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z")
        #expect(read.ids.map { $0.dropFirst(2).prefix(8) } == ["20201228", "20210103", "20261228", "20270103"])
    }

    @Test func `BYSETPOS picks from the whole first week`() throws {
        let lines = "DTSTART:20260603T083000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=2"
        #expect(try calendar(object(lines)).ids == ["u/20260603T083000Z", "u/20260610T083000Z"])
    }
}
