import Bookings
import Foundation
import Schedules
import TestSupport
import Testing
import Transparency

let fhir = ScheduleLayout(format: .fhir)

/// Reads text as FHIR.
func fhirSnapshot(
    _ text: String, chunk: Int = 256 << 10, _ layout: ScheduleLayout = fhir, coverage: Coverage = anyCoverage
) throws(ScheduleError) -> Snapshot {
    try snapshot(text, name: "s.json", chunk: chunk, layout, coverage: coverage)
}

@Suite("FHIR: appointments, however they are wrapped")
struct FHIRTests {
    private static let folder = Fixtures.checkout.appending(path: "samples/fhir")

    private func sample(_ name: String) throws -> String {
        try String(contentsOf: FHIRTests.folder.appending(path: name), encoding: .utf8)
    }

    /// The error's words; `nil` where the text is read.
    private func refusal(_ text: String, _ layout: ScheduleLayout = fhir) -> String? {
        do throws(ScheduleError) {
            _ = try fhirSnapshot(text, layout)
            return nil
        } catch { return error.description }
    }

    private func bundle(_ entries: [String], _ more: String = "") -> String {
        "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\(more)\n\"entry\":[\n\(entries.joined(separator: ",\n"))]}"
    }

    private func entry(_ id: String, _ more: String = "", search: String = "match") -> String {
        "{\"resource\":\(appointment(id, more)),\"search\":{\"mode\":\"\(search)\"}}"
    }

    private func appointment(_ id: String, _ more: String = "") -> String {
        "{\"resourceType\":\"Appointment\",\"id\":\"\(id)\",\"status\":\"booked\"\(more)}"
    }

    @Test("HL7's own examples")
    func examples() throws {
        for chunk in [1, 7, 4096] {
            let read = try fhirSnapshot(try sample("hl7/appointments.ndjson"), chunk: chunk)
            #expect(read.appointments.map(\.booking) == ["2docs", "example", "examplereq"])
            #expect(read.rows == 3 && read.malformations == [] && read.coverage == anyCoverage)
            let first = read.appointments[0]
            var expected = Appointment()
            expected.start = WallTime(canonical: "2013-12-09T09:00:00+00:00")
            expected.end = WallTime(canonical: "2013-12-09T11:00:00+00:00")
            expected.status = .booked
            expected.practitioner = "Practitioner/example"
            expected.service = "General Discussion"
            #expect(first.appointment == expected)
            #expect(
                first.personal == [
                    "client.id": "Patient/example", "client.name": "Peter James Chalmers",
                    "note":
                        "Discussion about Peter Chalmers MRI results Clarify the results of the MRI to ensure context "
                        + "of test was correct",
                ])
            #expect(read.appointments[1].appointment.location == "Location/1")
            #expect(read.appointments[2].appointment.start == nil)
            #expect(read.appointments[2].appointment.status == .proposed)
            #expect(read.digest == Hash.sha256(Array(try sample("hl7/appointments.ndjson").utf8)))
        }
    }

    @Test("one appointment a file, printed over many lines, is the same as one a line")
    func wrappings() throws {
        let lines = try fhirSnapshot(try sample("hl7/appointments.ndjson")).appointments
        let names = ["2docs", "example", "examplereq"]
        let files = try names.map { try sample("hl7/Appointment-\($0).json") }
        #expect(try fhirSnapshot(files.joined()).appointments == lines)
        #expect(try fhirSnapshot("\u{feff} " + files.joined(separator: "\r\n\r\n")).appointments == lines)
        #expect(try fhirSnapshot(bundle(files.map { "{\"resource\":\($0)}" })).appointments == lines)
        let mixed = bundle(["{\"resource\":\(files[0])}"]) + bundle(["{\"resource\":\(files[1])}"]) + files[2]
        #expect(try fhirSnapshot(mixed).appointments == lines)
        for (name, line) in zip(names, lines) {
            let one = try fhirSnapshot(try sample("hl7/Appointment-\(name).json")).appointments
            #expect(one.count == 1 && one[0].appointment == line.appointment && one[0].personal == line.personal)
        }
    }

    @Test("the pages of a search, with what it includes, and Z on the practice's clocks")
    func search() throws {
        let pages = try ["search/page-1.json", "search/page-2.json"].map(sample)
        let read = try fhirSnapshot(pages.joined(separator: "\n"))
        #expect(read.appointments.map(\.booking) == ["apt-1001", "apt-1002", "apt-1003", "apt-1004", "apt-1005"])
        #expect(read.appointments.map(\.row) == [1, 2, 3, 5, 6])
        #expect(
            read.appointments.map(\.appointment.status)
                == [.booked, .pending, .proposed, .cancelled, .enteredInError])
        #expect(read.appointments[2].appointment.start?.text == "2026-06-12T09:00:00+01:00")
        #expect(read.appointments[0].appointment.practitioner == "Practitioner/shah")
        #expect(read.malformations == [] && read.coverage.shortfall == nil)
        #expect(read.coverage.totalReported == 5 && read.rows == 5)
    }

    @Test("what is mapped is found where it is mapped to")
    func mapped() throws {
        let layout = ScheduleLayout(
            format: .fhir,
            columns: [
                "booking": ["identifier[https://riverside.example/bookings]"], "practitioner": ["practitioner.id"],
                "location": ["location.id"], "client.id": ["patient.id"], "service": ["serviceType.coding.code"],
                "series": ["meta.versionId", "status"], "client.name": ["participant.actor.display"],
            ])
        let read = try fhirSnapshot(try sample("search/page-2.json"), layout)
        #expect(read.appointments.map(\.booking) == ["R-1004", "R-1005"])
        let row = read.appointments[0]
        #expect(row.appointment.practitioner == "weiss" && row.appointment.location == "surgery-1")
        #expect(row.appointment.service == "52" && row.appointment.series == "1 cancelled")
        #expect(row.personal == ["client.id": "p-204", "client.name": "Asha Patel"])
        #expect(
            refusal(appointment("a"), ScheduleLayout(format: .fhir, columns: ["service": ["appointmentType.text"]]))
                == "s.json, column appointmentType.text: no appointment has this, to which \"service\" is mapped")
    }

    @Test("who is meant, however it is written")
    func references() throws {
        func practitioner(_ actors: String...) throws -> String? {
            let list = actors.map { "{\"actor\":\($0)}" }.joined(separator: ",")
            return try fhirSnapshot(appointment("a", ",\"participant\":[\(list)]")).appointments[0].appointment
                .practitioner
        }
        #expect(
            try practitioner("{\"reference\":\"Patient/1\"}", "{\"reference\":\"PractitionerRole/7\"}")
                == "PractitionerRole/7")
        #expect(try practitioner("{\"reference\":\"https://a.example/fhir/Practitioner/7\"}") == "Practitioner/7")
        #expect(try practitioner("{\"reference\":\"Practitioner/7/_history/3\"}") == "Practitioner/7")
        #expect(try practitioner("{\"type\":\"Practitioner\",\"identifier\":{\"value\":\"GDC 1\"}}") == "GDC 1")
        #expect(
            try practitioner("{\"type\":\"Practitioner\",\"reference\":\"urn:uuid:0c3151bd\"}") == "urn:uuid:0c3151bd")
        #expect(try practitioner("{\"reference\":\"#7\"}", "{\"display\":\"Dr Adam\"}", "{}") == nil)
        #expect(try practitioner("{\"reference\":7}", "{\"reference\":\"Practitioner/\"}") == "Practitioner/")
    }

    @Test("a status that R4 has not is unmapped")
    func status() throws {
        let read = try fhirSnapshot(
            appointment("a").replacing("booked", with: "bookd") + appointment("b").replacing("booked", with: "Booked"))
        #expect(read.malformations.map(\.kind) == [.unmappedStatus, .unmappedStatus])
        #expect(read.malformations.map(\.word) == ["bookd", "Booked"])
        #expect(read.appointments.map(\.appointment.status) == [.unknown, .unknown])
    }

    @Test("what is malformed is named by its place, and the rest is read")
    func malformed() throws {
        let text =
            bundle([
                entry("a"), "17", "{}", "{\"resource\":null}", "{\"resource\":{\"id\":\"x\"}}",
                "{\"resource\":{\"resourceType\":\"Appointment\",\"status\":\"booked\"}}",
                "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":[1],\"status\":{},\"start\":true,\"participant\":7}}",
                "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"u\",\"status\":\"booked\",\"comment\":\"\\u0000\"}}",
                "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"v\",\"status\" \"booked\"}}",
                "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"w\",\"start\":\"2026-13-01\"}}", entry("b"),
            ]) + "\n\n[1]\n\"x\"\n null\n" + appointment("c")
        let read = try fhirSnapshot(text)
        #expect(read.appointments.map(\.booking) == ["a", "w", "b", "c"])
        #expect(
            read.malformations.map(\.line) == [
                "2 resource: entry 2 of document 1, line 4: no JSON object",
                "3 resource: entry 3 of document 1, line 5: an entry without a resource",
                "4 resource: entry 4 of document 1, line 6: no JSON object",
                "5 resource: entry 5 of document 1, line 7: a resource without a resourceType",
                "6 booking: the row has no id of a booking",
                "7 participant: no list of objects", "7 booking: neither text nor a whole number",
                "7 start: neither text nor a whole number", "7 status: neither text nor a whole number",
                "8 resource: entry 8 of document 1, line 10: not JSON: U+0000 cannot be recorded, at byte 75 of it",
                "9 resource: entry 9 of document 1, line 11: not JSON: a colon is missing after a member's name, at byte 49 of "
                    + "it",
                "10 status: the appointment has no status",
                "10 start: \"2026-13-01\" is no date and time; one is written 2026-06-11 09:30",
                "12 resource: document 2, line 15: no JSON object", "13 resource: document 3, line 16: no JSON object",
                "14 resource: document 4, line 17: no JSON object",
            ])
        #expect(read.rows == 15)
    }

    @Test("other resources are passed over, and a file of nothing else is refused")
    func others() throws {
        let slot = try sample("hl7/Slot-example.json")
        let read = try fhirSnapshot(slot + appointment("a") + (try sample("hl7/Schedule-example.json")))
        #expect(read.rows == 1 && read.appointments[0].row == 2 && read.malformations == [])
        #expect(refusal(slot + slot)?.contains("of its 2 resources none is an Appointment") == true)
        #expect(refusal("[]")?.contains("no FHIR resource") == true)
        #expect(try fhirSnapshot(bundle([], "\"total\":0,")).rows == 0)
    }

    @Test(
        "what is no FHIR is refused with its line",
        arguments: [
            ("", "the file is empty"), ("booking,start\nA,2026-06-11\n", "line 1: not JSON"),
            ("<html>", "line 1: not JSON"),
            (" \n\n x", "line 3: not JSON"),
            ("{\"resourceType\":\"Appointment\",\n\"id\":\"a\"}\n}", "line 3: not JSON"),
            ("{}\n\n{\"resourceType\":\n\"Bundle\"", "line 3: the file ends within what starts here"),
            ("{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":[]}", "a history has every version"),
            ("\0", "line 1: not JSON"), ("[1,\n2", "line 1: the file ends"),
        ])
    func refused(text: String, reason: String) {
        #expect(refusal(text)?.contains(reason) == true, "\(refusal(text) ?? "-")")
    }

    @Test("another encoding is refused with what to declare, and read where it is declared")
    func encodings() throws {
        let latin =
            Array("{\"resourceType\":\"Appointment\",\"id\":\"a\",\"comment\":\"caf".utf8) + [0xe9] + Array("\"}".utf8)
        #expect(refusal(of: latin)?.contains("windows-1252") == true)
        let layout = ScheduleLayout(format: .fhir, encoding: .windows1252)
        let read = try Schedule.read(bytes: latin, layout: layout, rules: london, coverage: anyCoverage)
        #expect(read.appointments[0].personal == ["note": "café"])
    }

    private func refusal(of bytes: [UInt8]) -> String? {
        SchedulesTests.refusal(bytes, name: "s.json", fhir)?.description
    }
}
