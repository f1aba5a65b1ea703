import Bookings
import Schedules
import Testing

/// What spreadsheets and their locales write that RFC 4180 and ISO 8601 do not know.
struct `A file as a spreadsheet writes it` {
    private func read(_ time: String, _ dates: String?) throws -> (String?, [String]) {
        let layout = ScheduleLayout(dates: dates.map { DatePattern($0)! })
        let read = try snapshot("booking,start\nB-1,\"\(time)\"\n", layout)
        return (read.appointments[0].appointment.start?.text, read.malformations.map(\.reason))
    }

    @Test(
        arguments: [
            ("MM/dd/yyyy", "11/24/2026 9:30 AM", "2026-11-24T09:30:00+00:00"),
            ("MM/dd/yyyy", "11/24/2026 12:05 AM", "2026-11-24T00:05:00+00:00"),
            ("MM/dd/yyyy", "11/24/2026 12:05pm", "2026-11-24T12:05:00+00:00"),
            ("MM/dd/yyyy", "6/1/2026 01:15:30 p.m.", "2026-06-01T13:15:30+01:00"),
            ("MM/dd/yyyy", "6/1/2026 11:59\u{202f}PM", "2026-06-01T23:59:00+01:00"),
            (nil, "2026-06-11 9:30 Pm", "2026-06-11T21:30:00+01:00"),
            (nil, "2026-06-11T12:00 PM", "2026-06-11T12:00:00+01:00"),
        ] as [(String?, String, String)])
    func `has times of day on a clock of twelve hours`(dates: String?, written: String, meant: String) throws {
        let found = try read(written, dates)
        #expect(found.0 == meant && found.1 == [])
    }

    @Test(arguments: ["13:30 PM", "0:30 AM", "9:30 XM", "9:3 AM", "9:75 PM", "9 AM", "9:30 AM AM", "9:30:5 AM", "AM"])
    func `has no time of day where such a clock shows none`(written: String) throws {
        let found = try read("2026-06-11 \(written)", nil)
        #expect(found.0 == nil && found.1.count == 1)
    }

    @Test(arguments: ["sep=;\n", "sep=;\r\n", "SEP=;\r", "\u{feff}sep=;\n"])
    func `may name its delimiter in a line before the header`(line: String) throws {
        let read = try snapshot(line + "booking;start;note\nA-1;2026-06-11 09:30;a,b\nA-2;soon;\n")
        #expect(read.appointments.map(\.booking.text) == ["A-1", "A-2"])
        #expect(read.appointments[0].personal["note"] == "a,b")
        // The row's number is the line on which a person finds it.
        #expect(read.malformations.map(\.row) == [4])
    }

    @Test func `is read by the configuration's delimiter where that says another than its first line`() throws {
        let read = try snapshot(
            "sep=,\nbooking;start\nA-1;2026-06-11 09:30\n", ScheduleLayout(delimiter: UInt8(ascii: ";")))
        #expect(read.appointments.map(\.booking.text) == ["A-1"])
    }

    @Test(arguments: ["sep=x\nbooking,start\n", "sep=;", "sep=", "sep=;;\n"])
    func `has a header where its first line is no more than like that`(text: String) {
        #expect(bad(text)?.reason.contains("no column of this name") == true)
    }
}
