import Bookings
import Foundation
import TestSupport
import Testing

struct `A calendar file that is watched night after night` {
    private static let calendar = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Example//EN
        BEGIN:VEVENT
        UID:recall@example.org
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Europe/London:20260602T093000
        DTEND;TZID=Europe/London:20260602T100000
        RRULE:FREQ=WEEKLY;COUNT=4
        SUMMARY:Asha Patel
        END:VEVENT
        END:VCALENDAR

        """

    @Test func `shows the occurrence that was moved and the one that was taken out of its series`() throws {
        let world = try World()
        try world.initialize()
        let window = [
            "--source", "rooms", "--zone", "Europe/London", "--from", "2026-06-01", "--to", "2026-07-15", "--complete",
            "--cancelled", "kept", "--json", "--taken-at",
        ]
        try world.write(Self.calendar, to: "rooms.ics")
        let first = try world.daybook(["observe", "rooms.ics"] + window + ["2026-05-20T02:00:00Z"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.json["observed"]?["appeared"]?.integer == 4)

        let moved = """
            BEGIN:VEVENT
            UID:recall@example.org
            DTSTAMP:20260101T000000Z
            RECURRENCE-ID;TZID=Europe/London:20260616T093000
            DTSTART;TZID=Europe/London:20260616T143000
            DTEND;TZID=Europe/London:20260616T150000
            END:VEVENT
            END:VCALENDAR
            """
        let changed = Self.calendar
            .replacing("COUNT=4\n", with: "COUNT=4\nEXDATE;TZID=Europe/London:20260609T093000\n")
            .replacing("END:VCALENDAR\n", with: moved)
        try world.write(changed, to: "rooms.ics")
        let second = try world.daybook(["reconcile", "rooms.ics"] + window + ["2026-05-21T02:00:00Z"])
        #expect(second.status == 1, "\(second.errors)")
        let found = try second.json.findings.map { "\($0.code) \($0.booking ?? "-")" }
        #expect(
            found == ["AR104 recall@example.org/20260616T083000Z", "AR113 recall@example.org/20260609T083000Z"])
        // What a calendar is titled is often a client's name.
        #expect(!second.output.contains("Asha"))
        let history = try world.daybook("history", "recall@example.org/20260616T083000Z")
        #expect(history.output.contains("note: kept, and not shown here"), "\(history.output)")
    }
}
