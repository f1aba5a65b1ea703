import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

struct `An iCalendar event becomes a row` {
    static let one = """
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Europe/London:20260611T093000
        DTEND;TZID=Europe/London:20260611T100000
        SUMMARY:Asha Patel\\, check-up
        DESCRIPTION:rang twice\\nprefers mornings
        LOCATION:Surgery 2
        CATEGORIES:exam
        STATUS:CONFIRMED
        ORGANIZER;CN="Shah, Dr":mailto:shah@practice.example
        ATTENDEE;CUTYPE=ROOM;CN=Room 7:mailto:room7@practice.example
        ATTENDEE;CN="Dr Shah":mailto:shah@practice.example
        ATTENDEE;CN=Asha Patel;PARTSTAT=ACCEPTED:MAILTO:asha@mail.example
        X-PRACTITIONER:dr-shah
        """

    @Test func `names and notes are sealed unless they are mapped`() throws {
        let read = try calendar(object(Self.one))
        let row = try #require(read.appointments.first)
        let appointment = row.appointment
        #expect(row.booking == "u" && row.row == 3 && read.rows == 1)
        #expect(appointment.start?.text == "2026-06-11T09:30:00+01:00")
        #expect(appointment.end?.text == "2026-06-11T10:00:00+01:00")
        #expect(appointment.zone == "Europe/London")
        #expect(appointment.status == .booked && appointment.word == "CONFIRMED")
        #expect(appointment.practitioner == "Shah, Dr" && appointment.service == "exam")
        #expect(appointment.location == "Surgery 2")
        #expect(appointment.series == nil && appointment.occurrence == nil)
        #expect(row.personal == ["note": "Asha Patel, check-up\nrang twice\nprefers mornings"])
        #expect(read.malformations == [])
        #expect(read.coverage.isComplete)
    }

    @Test func `a map says which property holds which word`() throws {
        let columns = [
            "practitioner": ["X-PRACTITIONER"], "client.name": ["ATTENDEE"], "client.email": ["attendee"],
            "service": ["SUMMARY"], "location": ["X-NONE", "CATEGORIES", "LOCATION"],
        ]
        let row = try #require(
            try calendar(object(Self.one), ScheduleLayout(columns: columns)).appointments.first)
        #expect(row.appointment.practitioner == "dr-shah")
        #expect(row.appointment.service == "Asha Patel, check-up")
        #expect(row.appointment.location == "exam Surgery 2")
        #expect(
            row.personal == [
                "client.name": "Asha Patel", "client.email": "asha@mail.example",
                "note": "rang twice\nprefers mornings",
            ])
    }

    @Test func `the client is not the organizer, wherever the organizer stands`() throws {
        let lines = [
            "DTSTART:20260611T083000Z", "ATTENDEE;CN=Dr Shah:mailto:shah@practice.example",
            "ATTENDEE;CN=Asha:mailto:asha@mail.example", "ORGANIZER;CN=Dr Shah:mailto:shah@practice.example",
        ]
        var random = SplitMix64(seed: 5)
        for _ in 0..<10 {
            let text = object(lines.shuffled(using: &random).joined(separator: "\n"))
            let layout = ScheduleLayout(columns: ["client.name": ["ATTENDEE"]])
            #expect(try calendar(text, layout).appointments.first?.personal == ["client.name": "Asha"])
        }
    }

    @Test func `resources and rooms stand in for what is not said`() throws {
        let resource = "DTSTART:20260611T083000Z\nATTENDEE;CUTYPE=RESOURCE;CN=Chair 2:mailto:c2@x.example"
        let first = try #require(try calendar(object(resource)).appointments.first?.appointment)
        #expect(first.practitioner == "Chair 2" && first.location == "Chair 2")
        let room = resource + "\nATTENDEE;CUTYPE=ROOM;CN=Room 7:mailto:r7@x.example\nORGANIZER:mailto:shah@x.example"
        let second = try #require(try calendar(object(room)).appointments.first?.appointment)
        #expect(second.practitioner == "shah@x.example" && second.location == "Room 7")
    }

    @Test func `times, zone and series are not mapped; a booking's id is`() throws {
        for word in ["start", "end", "zone", "series", "occurrence"] {
            let found = bad(object(Self.one), name: "x.ics", ScheduleLayout(columns: [word: ["X"]]))
            #expect(found?.reason.contains("\"\(word)\" is not mapped in iCalendar") == true)
        }
        let layout = ScheduleLayout(columns: ["booking": ["X-REF"]])
        let rule = "DTSTART:20260611T083000Z\nRRULE:FREQ=DAILY;COUNT=2\nX-REF:A-1001"
        #expect(try calendar(object(rule), layout).ids == ["A-1001/20260611T083000Z", "A-1001/20260612T083000Z"])
    }

    @Test func `statuses: the source's own words first, then iCalendar's; none is booked`() throws {
        func status(_ word: String?, _ rules: SourceRules = london) throws -> Appointment? {
            let line = word.map { "\nSTATUS:\($0)" } ?? ""
            return try calendar(object("DTSTART:20260611T083000Z\(line)"), rules: rules).appointments.first?.appointment
        }
        #expect(try status(nil)?.status == .booked && status(nil)?.word == nil)
        #expect(try status("TENTATIVE")?.status == .pending && status("cancelled")?.status == .cancelled)
        var rules = london
        rules.status["TENTATIVE"] = .proposed
        #expect(try status("TENTATIVE", rules)?.status == .proposed)
        let odd = try calendar(object("DTSTART:20260611T083000Z\nSTATUS:MAYBE"))
        #expect(odd.appointments.first?.appointment.status == .unknown)
        #expect(odd.malformations.map(\.kind) == [.unmappedStatus])
        let off = object("DTSTART:20260611T083000Z\nSTATUS:CONFIRMED")
            .replacing("VERSION:2.0", with: "METHOD:CANCEL")
        #expect(try calendar(off).appointments.first?.appointment.status == .cancelled)
    }

    @Test func `to-dos, journals, alarms and free times are no rows`() throws {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VTODO
            UID:t
            DTSTART:20260611T083000Z
            END:VTODO
            BEGIN:VEVENT
            UID:u
            DTSTART:20260611T083000Z
            BEGIN:VALARM
            DTSTART:20260101T000000Z
            SUMMARY:not of the event
            END:VALARM
            END:VEVENT
            BEGIN:VFREEBUSY
            UID:f
            END:VFREEBUSY
            BEGIN:VJOURNAL
            END:VJOURNAL
            END:VCALENDAR
            begin:vcalendar
            end:vcalendar

            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:v
            DTSTART:20260612T083000Z
            END:VEVENT
            END:VCALENDAR
            """
        let read = try calendar(text)
        #expect(read.ids == ["u", "v"] && read.rows == 2)
        #expect(read.appointments.allSatisfy { $0.personal == [:] })
        #expect(read.appointments.map(\.row) == [6, 24])
    }

    @Test func `one UID twice with other content is two rows, and shows`() throws {
        let event = "BEGIN:VEVENT\nUID:u\nDTSTART:20260611T083000Z\nEND:VEVENT"
        let other = event.replacing("0611", with: "0612")
        let read = try calendar(object(event, other))
        #expect(read.ids == ["u", "u"])
        #expect(read.index.repeated.count == 1)
        let newer = event.replacing("UID:u", with: "UID:u\nSEQUENCE:2")
        #expect(try calendar(object(other, newer, event)).starts == ["u 2026-06-11T09:30:00+01:00"])
    }

    @Test func `the same in any pieces, with either line end`() throws {
        let text = object(Self.one, "DTSTART:20260611T083000Z\nRRULE:FREQ=DAILY;COUNT=2".replacing("u\n", with: "v\n"))
        let whole = try calendar(text)
        for chunk in [1, 2, 3, 7, 50] {
            for read in [
                try calendar(text, chunk: chunk), try calendar(text.replacing("\n", with: "\r\n"), chunk: chunk),
            ] {
                #expect(read.appointments == whole.appointments)
                #expect(read.malformations == whole.malformations)
            }
        }
    }
}
