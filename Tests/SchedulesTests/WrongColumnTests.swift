import Bookings
import Schedules
import Testing

@Suite("a column that is mapped wrongly refuses the file, before anything of it is kept or printed")
struct WrongColumnTests {
    private func clients(_ count: Int) -> String {
        "Ref,Date,Patient\n" + (0..<count).map { "B-\($0),2026-06-11 09:30,Zebedee \($0)\n" }.joined()
    }

    @Test("more than 20 words for a status that nobody explained are no statuses")
    func statuses() throws {
        let layout = ScheduleLayout(columns: ["booking": ["Ref"], "start": ["Date"], "status": ["Patient"]])
        #expect(try snapshot(clients(20), layout).malformations.count == 20)
        for count in [21, 5000] {
            let found = bad(clients(count), layout)
            #expect(found?.column == "Patient" && found?.line == nil)
            #expect(
                found?.reason
                    == "the column holds more than 20 words for a status that nobody explained: is it the right "
                    + "column? If it is, explain them under the configuration's `status`")
        }
        let often = "booking,start,status\n" + (0..<100).map { "\($0),,Word \($0 % 20)\n" }.joined()
        #expect(try snapshot(often).malformations.count == 20)
    }

    @Test("words that are explained, or are FHIR's, do not count")
    func explained() throws {
        let words = Dictionary(uniqueKeysWithValues: (0..<50).map { ("Word \($0)", Appointment.Status.booked) })
        let text = "booking,start,status\n" + (0..<50).map { "\($0),,Word \($0)\n" }.joined()
        let rules = SourceRules(zone: "Europe/London", status: words, zones: .system)
        #expect(try snapshot(text, rules: rules).malformations == [])
    }

    private func starts(bad: Int, good: Int, empty: Int = 0, _ time: String = "11/12/2026 09:30") -> String {
        "booking,start\n" + (0..<good).map { "G-\($0),2026-06-11 09:30\n" }.joined()
            + (0..<bad).map { "B-\($0),\(time)\n" }.joined() + (0..<empty).map { "E-\($0),\n" }.joined()
    }

    @Test("an export of which most starts cannot be read is refused, with the first row, why, and the remedy")
    func mostStarts() throws {
        let found = bad(starts(bad: 3, good: 2))
        #expect(found?.column == "start")
        #expect(
            found?.reason.hasPrefix("3 of 5 starts cannot be read, the first in row 4: \"11/12/2026 09:30\" is") == true
        )
        #expect(found?.reason.contains("write \"dates: dd/MM/yyyy\"") == true)
        let layout = ScheduleLayout(dates: DatePattern("dd/MM/yyyy"))
        #expect(try snapshot(starts(bad: 3, good: 2), layout).malformations == [])
        let wrong = bad(starts(bad: 6, good: 0, "11/24/2026 09:30"), layout)
        #expect(wrong?.reason.contains("(dates: dd/MM/yyyy)") == true)
        #expect(wrong?.reason.contains("Is this the right column") == true)
    }

    @Test("names in the place of starts are not printed")
    func names() {
        let layout = ScheduleLayout(columns: ["booking": ["Ref"], "start": ["Patient"]])
        let found = bad(clients(9), layout)
        #expect(found?.column == "Patient" && found?.reason.contains("9 of 9 starts") == true)
        #expect(found?.reason.contains("Zebedee") == false)
    }

    @Test("half of them, fewer than five rows, rows without an id, and empty starts are no such thing")
    func fewStarts() throws {
        #expect(try snapshot(starts(bad: 3, good: 3)).malformations.count == 3)
        #expect(try snapshot(starts(bad: 4, good: 0)).malformations.count == 4)
        #expect(try snapshot(starts(bad: 3, good: 0, empty: 3)).malformations.count == 3)
        let noIds = "booking,start\n" + String(repeating: ",soon\n", count: 20) + starts(bad: 0, good: 5).dropFirst(14)
        #expect(try snapshot(noIds).appointments.count == 5)
        let noZone = starts(bad: 0, good: 9)
        #expect(try snapshot(noZone, rules: SourceRules(zones: .system)).malformations.map(\.kind) == [.noZone])
    }

    @Test("in NDJSON too, also where starts are no text")
    func lines() {
        let found = bad((0..<5).map { "{\"booking\":\($0),\"start\":1.5}\n" }.joined(), name: "x.ndjson")
        #expect(found?.reason.hasPrefix("5 of 5 starts cannot be read, the first in row 1: neither text") == true)
    }
}
