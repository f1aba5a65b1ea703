import Bookings
import Schedules
import TestSupport
import Testing

@Suite("dates: read as practices write them, and day and month are never guessed")
struct DateTests {
    private func layout(_ dates: String) -> ScheduleLayout {
        ScheduleLayout(dates: DatePattern(dates)!)
    }

    private func read(_ time: String, _ layout: ScheduleLayout = ScheduleLayout()) throws -> (String?, [String]) {
        let read = try snapshot("booking,start\nB-1,\"\(time)\"\n", layout)
        return (read.appointments[0].appointment.start?.text, read.malformations.map(\.reason))
    }

    @Test(
        "dates by a pattern, with times of day as they are written",
        arguments: [
            ("dd.MM.yyyy", "24.11.2026 9:30", "2026-11-24T09:30:00+00:00"),
            ("d.M.yyyy", "1.6.2026 09:30", "2026-06-01T09:30:00+01:00"),
            ("dd.MM.yyyy", "1.6.2026 09:30", "2026-06-01T09:30:00+01:00"),
            ("d/M/yyyy", "01/06/2026 09:30", "2026-06-01T09:30:00+01:00"),
            ("dd/MM/yyyy", "11/12/2026 09:30:15", "2026-12-11T09:30:15+00:00"),
            ("MM/dd/yyyy", "11/12/2026 9:30", "2026-11-12T09:30:00+00:00"),
            ("dd-MM-yyyy", "24-11-2026T9:30+02:00", "2026-11-24T09:30:00+02:00"),
            ("dd MM yyyy", "24 11 2026 09:30Z", "2026-11-24T09:30:00+00:00"),
            ("yyyy/MM/dd", "2026/11/24 9:30:00", "2026-11-24T09:30:00+00:00"),
            ("yyyy-dd-MM", "2026-06-11 09:30", "2026-11-06T09:30:00+00:00"),
            ("dd.MM.yyyy", "29.02.2028 09:30-0430", "2028-02-29T09:30:00-04:30"),
            ("dd.MM.yyyy", "25.10.2026 1:30", "2026-10-25T01:30:00+01:00"),
            ("dd/MM/yyyy", "2026-06-11 9:30", "2026-06-11T09:30:00+01:00"),
            ("dd/MM/yyyy", "2026-06-11T09:30:00+01:00", "2026-06-11T09:30:00+01:00"),
        ])
    func patterns(dates: String, written: String, meant: String) throws {
        let found = try read(written, layout(dates))
        #expect(found.0 == meant && found.1 == [])
    }

    @Test(
        "ISO's order needs no pattern, and an hour no second digit",
        arguments: [
            ("2026-06-11 9:30", "2026-06-11T09:30:00+01:00"), ("2026-06-11T9:30:05", "2026-06-11T09:30:05+01:00"),
            ("2026-06-11 9:30+02:00", "2026-06-11T09:30:00+02:00"), ("2026-06-11t9:30Z", "2026-06-11T10:30:00+01:00"),
        ])
    func shortHours(written: String, meant: String) throws {
        let found = try read(written)
        #expect(found.0 == meant && found.1 == [])
    }

    @Test(
        "without a pattern the remedy is named, and nothing is guessed",
        arguments: [
            ("11/12/2026 09:30", "dd/MM/yyyy"), ("24.11.2026 9:30", "dd.MM.yyyy"), ("24-11-2026 09:30", "dd-MM-yyyy"),
            ("24 11 2026 09:30", "dd MM yyyy"), ("2026/11/24 09:30", "yyyy/MM/dd"), ("2026-6-1 09:30", "yyyy-MM-dd"),
            ("24.11.2026", "dd.MM.yyyy"),
        ])
    func remedies(written: String, pattern: String) throws {
        let found = try read(written)
        #expect(found.0 == nil && found.1.count == 1)
        #expect(
            found.1[0].contains(
                "write \"dates: \(pattern)\" in the schedule's configuration, or --dates \(pattern)"))
        #expect(found.1[0].hasPrefix("\"\(written)\" is "))
    }

    @Test("a year of two digits is no year")
    func shortYears() throws {
        let reason = "\"24-11-26 9:30\" is a date whose year has two digits; export it with four"
        #expect(try read("24-11-26 9:30").1 == [reason])
        #expect(try read("24-11-26 9:30", layout("dd-MM-yyyy")).0 == nil)
    }

    @Test(
        "what no calendar has in the pattern's order is not read in another",
        arguments: [
            ("dd/MM/yyyy", "11/24/2026 09:30"), ("MM/dd/yyyy", "24/11/2026 09:30"), ("dd.MM.yyyy", "24/11/2026 09:30"),
            ("dd.MM.yyyy", "31.04.2026 09:30"), ("dd.MM.yyyy", "24.11.2026"), ("dd.MM.yyyy", "24.11.202609:30"),
            ("yyyy-dd-MM", "2026-05-24 09:30"), ("dd.MM.yyyy", "124.11.2026 09:30"), ("dd.MM.yyyy", ".11.2026 09:30"),
            ("dd.MM.yyyy", "24.11.2026 9:3"), ("dd.MM.yyyy", "24.11.2026 24:00"), ("dd.MM.yyyy", "00.11.2026 09:30"),
        ])
    func impossible(dates: String, written: String) throws {
        let found = try read(written, layout(dates))
        #expect(found.0 == nil)
        #expect(found.1.count == 1 && found.1[0].contains("(dates: \(dates))"))
    }

    @Test("an hour that the clocks skip is refused in any order of the date")
    func skipped() throws {
        let found = try read("29.03.2026 1:30", layout("dd.MM.yyyy"))
        #expect(found.0 == nil && found.1 == ["\"29.03.2026 1:30\" is skipped by the clocks of Europe/London"])
    }

    @Test("date and time from two columns, in CSV and in NDJSON")
    func joined() throws {
        var layout = layout("dd/MM/yyyy")
        layout.columns = ["start": ["Date", "Time"]]
        let table = try snapshot("booking,Date,Time\nB-1,11/12/2026,9:30\n", layout)
        let lines = try snapshot(
            "{\"booking\":\"B-1\",\"Date\":\"11/12/2026\",\"Time\":\"9:30\"}\n", name: "x.ndjson", layout)
        #expect(table.appointments[0].appointment.start?.text == "2026-12-11T09:30:00+00:00")
        #expect(lines.appointments[0].appointment == table.appointments[0].appointment)
    }

    @Test("every spelling of a time is the same time", arguments: 0..<50 as Range<UInt64>)
    func sameInEveryOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        for _ in 0..<20 {
            let day = Int.random(in: 0...32, using: &random)
            let month = Int.random(in: 0...13, using: &random)
            let clock = "\(padded(.random(in: 0...24, using: &random))):\(padded(.random(in: 0...60, using: &random)))"
            let iso = try read("2026-\(padded(month))-\(padded(day)) \(clock)")
            for (pattern, text) in [
                ("d.M.yyyy", "\(day).\(month).2026"), ("MM/dd/yyyy", "\(padded(month))/\(padded(day))/2026"),
                ("yyyy dd MM", "2026 \(padded(day)) \(padded(month))"),
            ] {
                #expect(try read("\(text) \(clock)", layout(pattern)).0 == iso.0, "seed \(seed): \(text) \(clock)")
            }
        }
    }

    @Test(
        "patterns that are none",
        arguments: [
            "", "dd/MM/yy", "dd/mm/yyyy", "DD/MM/YYYY", "dd/MM", "dd/dd/yyyy", "ddMMyyyy", "dd/MM/yyyy/", "d,M,yyyy",
            "dd//MM/yyyy", "/dd/MM/yyyy", "ddd/MM/yyyy", "dd/MM/yyyy HH:mm",
        ])
    func noPatterns(_ text: String) {
        #expect(DatePattern(text) == nil)
    }
}
