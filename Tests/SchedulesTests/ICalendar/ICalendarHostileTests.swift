import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

struct `An iCalendar file that is hostile or broken` {
    private func refused(_ text: String) -> (line: Int?, reason: String)? {
        bad(text, name: "schedule.ics").map { ($0.line, $0.reason) }
    }

    @Test func `is refused where it breaks off, is mixed up or is something else, with the line`() {
        let whole = object("DTSTART:20260611T083000Z")
        #expect(refused(whole) == nil)
        for end in 1..<whole.utf8.count - 1 {
            let found = refused(String(decoding: whole.utf8.prefix(end), as: UTF8.self))
            #expect(found != nil, "cut after \(end) bytes")
        }
        #expect(refused(whole.replacing("END:VEVENT\n", with: ""))?.line == 6)
        #expect(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n")?.reason.contains("was it cut off?") == true)
        #expect(refused("<html>\nnot found")?.line == 1)
        #expect(refused("booking,start\nB-1,\n")?.reason.contains("no iCalendar file") == true)
        #expect(refused(whole + "SUMMARY:x\n")?.line == 8)
        #expect(refused("")?.reason.contains("empty") == true)
        #expect(refused("\n\n")?.reason.contains("no iCalendar") == true)
        #expect(refused("BEGIN:VCALENDAR\nSUMMARY:a\0b\nEND:VCALENDAR")?.line == 2)
        let latin = Array("BEGIN:VCALENDAR\nSUMMARY:caf".utf8) + [0xe9] + Array("\nEND:VCALENDAR".utf8)
        guard case .badFile(_, 2, _, _)? = refusal(latin, name: "x.ics") else {
            return #expect(Bool(false), "Latin-1 is refused")
        }
    }

    @Test func `may fold a line inside a character`() throws {
        var bytes = Array("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART:20260611T083000Z\nLOCATION:caf".utf8)
        bytes += [0xc3, 0x0d, 0x0a, 0x20, 0xa9] + Array("\nEND:VEVENT\nEND:VCALENDAR\n".utf8)
        let read = try Schedule.read(bytes: bytes, name: "x.ics", rules: london, coverage: anyCoverage)
        #expect(read.appointments.first?.appointment.location == "café")
    }

    @Test func `a text that is broken without a fold is named, not printed`() throws {
        let read = try calendar(object("DTSTART:20260611T083000Z\nDESCRIPTION:first\nAsha rang"))
        #expect(read.ids == ["u"])
        #expect(read.malformations.map(\.column) == ["line"] && read.malformations.map(\.row) == [7])
        #expect(read.malformations.allSatisfy { !$0.reason.contains("Asha") })
    }

    @Test func `nested too deep, too long a line, too many zones`() {
        let deep = String(repeating: "BEGIN:X\n", count: 100_000)
        #expect(refused("BEGIN:VCALENDAR\n" + deep)?.line == 33)
        #expect(refused("BEGIN:VCALENDAR\n" + deep)?.reason.contains("more than 32 deep") == true)
        let long = "BEGIN:VCALENDAR\nSUMMARY:" + String(repeating: "x", count: 1 << 20)
        #expect(refused(long)?.line == 2 && refused(long)?.reason.hasPrefix("the property SUMMARY has more") == true)
        let folded = "BEGIN:VCALENDAR\nSUMMARY:" + String(repeating: "\n x", count: 1 << 19)
        #expect(refused(folded)?.line == 2)
    }

    @Test(arguments: [
        "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=999999999", "FREQ=SECONDLY;BYSECOND=0,30",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
    ])
    func `a rule of more occurrences than anybody has is cut, named with its line, and completes nothing`(
        _ rule: String
    ) throws {
        let read = try calendar(object("DTSTART:20160101T000000Z\nRRULE:\(rule)"))
        #expect(read.ids.count <= 10_000)
        #expect(read.malformations.map(\.column) == ["RRULE"])
        #expect(read.malformations.first?.reason.contains("the reading is not complete") == true)
        #expect(!read.coverage.isComplete)
    }

    @Test(arguments: [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYYEARDAY=60;BYMONTH=12",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=7", "FREQ=YEARLY;INTERVAL=999999999",
        "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=5", "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2;COUNT=3",
    ])
    func `a rule that never yields ends, and is no trouble`(_ rule: String) throws {
        let read = try calendar(object("DTSTART:20260601T083000Z\nRRULE:\(rule)"), to: "2036-01-01T00:00:00Z")
        #expect(read.ids == ["u/20260601T083000Z"])
        #expect(read.malformations == [] && read.coverage.isComplete)
    }

    @Test func `two hundred thousand dates, in and out`() throws {
        let days = (0..<1000).map { CivilTime(seconds: Int64(20_600 + $0) * 86_400)!.dateText.filter { $0 != "-" } }
        let line = days.joined(separator: ",")
        let lines = String(repeating: "\nRDATE;VALUE=DATE:\(line)", count: 100)
        let read = try calendar(object("DTSTART;VALUE=DATE:20260601\(lines)"))
        #expect(Set(read.ids).count == read.ids.count && read.ids.count == 219)
        let none = try calendar(
            object("DTSTART;VALUE=DATE:20260601\(lines)" + lines.replacing("RDATE", with: "EXDATE")))
        #expect(none.ids == [])
    }

    @Test func `rules that together take too long are refused with the line of one`() {
        let rule = "DTSTART:19000101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=7;COUNT=999999999;BYSECOND=59;BYMINUTE=59"
        let events = (0..<20).map { "BEGIN:VEVENT\nUID:u\($0)\n\(rule)\nEND:VEVENT" }.joined(separator: "\n")
        let found = refused(object(events))
        #expect(found?.reason.hasPrefix("RRULE: ") == true)
        #expect(found?.line.map { $0 > 40 && $0 < 80 } == true)
    }

    @Test func `numbers at the end of the calendar and beyond`() throws {
        for lines in [
            "DTSTART:99991231T235959Z\nDURATION:P999999999W", "DTSTART;VALUE=DATE:00010101\nDURATION:-P9W",
            "DTSTART:99991230T000000Z\nRRULE:FREQ=DAILY", "DTSTART;TZID=Europe/London:00010101T000000",
            "DTSTART:20260611T083000Z\nRRULE:FREQ=YEARLY;INTERVAL=900000000;COUNT=5",
            "DTSTART;VALUE=DATE:99991231\nRRULE:FREQ=MONTHLY\nRDATE:00010101",
        ] {
            #expect(try calendar(object(lines), from: nil, to: nil).ids.count <= 1, "\(lines)")
        }
    }

    @Test func `a client's words are in no malformation and no refusal`() throws {
        let secret = "Asha Patel"
        for name in ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", secret] {
            let text = object("DTSTART:20260611T083000Z\n\(name):\(secret)\n\(secret)\nSUMMARY:\(secret)")
            let read = try calendar(text)
            #expect(read.malformations.allSatisfy { !"\($0)".contains(secret) }, "\(name)")
        }
    }

    @Test func `a property that is mapped, and that no event has, is named`() throws {
        let events = (0..<5).map { "BEGIN:VEVENT\nUID:u\($0)\nDTSTART:20260611T083000Z\nEND:VEVENT" }
        let layout = ScheduleLayout(columns: ["practitioner": ["X-PRACTICIONER"]])
        let read = try calendar(object(events.joined(separator: "\n")), layout)
        #expect(read.malformations.map(\.column) == ["practitioner"])
        #expect(read.malformations.first?.reason.contains("the property X-PRACTICIONER") == true)
        #expect(try calendar(object(events[0]), layout).malformations == [])
    }

    @Test func `many events of one UID, each for all later ones, take no longer than as many others`() throws {
        let master = "BEGIN:VEVENT\nUID:u\nDTSTART:20260101T000000Z\nRRULE:FREQ=HOURLY;COUNT=5000\nEND:VEVENT\n"
        let later = (0..<5000).map { place in
            let time = CivilTime(seconds: 1_767_225_600 + Int64(place) * 3600)!.text.filter { $0 != "-" && $0 != ":" }
            return "BEGIN:VEVENT\nUID:u\nEXDATE:\(time)Z\nRECURRENCE-ID;RANGE=THISANDFUTURE:\(time)Z\n"
                + "DTSTART:\(time)Z\nEND:VEVENT"
        }
        let read = try calendar(object(master + later.joined(separator: "\n")))
        #expect(read.ids.count == 5000 && Set(read.ids).count == 5000)
    }
}
