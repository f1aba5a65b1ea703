import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@Suite("what the configuration adds to rows: constants, and zones by practitioner")
struct EnrichmentTests {
    @Test("a constant stands where the row says nothing, in every format")
    func constants() throws {
        var layout = ScheduleLayout()
        layout.constants = ["location": "surgery-1", "status": "DNA", "client.phone": "+44 1"]
        let csv = try snapshot("booking,start,location\nA,,surgery-2\nB,, \nC,,\n", layout)
        #expect(csv.appointments.map(\.appointment.location) == ["surgery-2", "surgery-1", "surgery-1"])
        #expect(csv.appointments.allSatisfy { $0.appointment.status == .noshow && $0.appointment.word == "DNA" })
        #expect(csv.appointments.allSatisfy { $0.personal == ["client.phone": "+44 1"] })
        let lines = try snapshot(
            "{\"booking\":\"A\",\"start\":\"\",\"location\":[1]}\n{\"booking\":\"B\",\"start\":\"\",\"location\":null}\n",
            name: "s.ndjson",
            layout)
        #expect(lines.appointments.map(\.appointment.location) == [nil, "surgery-1"])
        #expect(lines.malformations.map(\.column) == ["location"])
        layout.format = .fhir
        let fhir = try snapshot(
            "{\"resourceType\":\"Appointment\",\"id\":\"a\",\"status\":\"booked\"}", name: "x", layout)
        #expect(fhir.appointments[0].appointment.location == "surgery-1")
        #expect(fhir.appointments[0].appointment.status == .booked)
    }

    @Test("what is constant for no row is refused")
    func badConstants() {
        var layout = ScheduleLayout()
        for word in ["booking", "start", "end", "occurrence", "room"] {
            layout.constants = [word: "x"]
            #expect(throws: ScheduleError.self) { try snapshot("booking,start\n", layout) }
        }
    }

    @Test("a practitioner's zone comes after the row's own and before the source's, for events too")
    func zones() throws {
        var rules = london
        rules.practitionerZones = ["Dr Weiss": "Europe/Berlin", "Dr Nowhere": "Mars/Olympus"]
        let read = try snapshot(
            """
            booking,start,practitioner,zone
            A,2026-06-11 09:30,Dr Weiss,
            B,2026-06-11 09:30,dr-shah,
            C,2026-06-11 09:30, Dr Weiss ,America/New_York
            D,2026-06-11T07:30:00Z,Dr Weiss,
            E,2026-06-11 09:30,,
            F,2026-06-11T09:30:00+05:30,Dr Weiss,
            G,2026-06-11 09:30,Dr Nowhere,
            """, rules: rules)
        #expect(
            read.appointments.map { $0.appointment.start?.text } == [
                "2026-06-11T09:30:00+02:00", "2026-06-11T09:30:00+01:00", "2026-06-11T09:30:00-04:00",
                "2026-06-11T09:30:00+02:00", "2026-06-11T09:30:00+01:00", "2026-06-11T09:30:00+05:30",
                "2026-06-11T09:30:00+01:00",
            ])
        #expect(read.appointments.map(\.appointment.zone) == [nil, nil, "America/New_York", nil, nil, nil, nil])
        rules.zone = nil
        let without = try snapshot(
            "booking,start,practitioner\nA,2026-06-11 09:30,Dr Weiss\nB,2026-06-11 09:30,D7\n", rules: rules)
        #expect(without.appointments.map { $0.appointment.start?.text } == ["2026-06-11T09:30:00+02:00", nil])
        #expect(without.malformations.map(\.kind) == [.noZone])
        let json = try JSONValue(
            parsing: Array(
                """
                {"specversion":"1.0","id":"e","source":"crm","type":"booking.created","subject":"A",
                 "data":{"appointment":{"start":"2026-06-11 09:30","practitioner":"Dr Weiss"}}}
                """.utf8))
        #expect(try Event(cloudEvent: json, rules: rules).said.start?.text == "2026-06-11T09:30:00+02:00")
    }
}

@Suite("presets: exports of known systems")
struct PresetTests {
    private func read(_ preset: Preset, _ more: (inout ScheduleLayout) -> Void = { _ in }) throws -> Snapshot {
        var source = Configuration.Source(id: "crm")
        source.zone = "Europe/London"
        var layout = preset.layout
        more(&layout)
        source.schedule = Configuration.ScheduleFile(path: "", layout: layout)
        let name = preset.rawValue + (layout.format == .csv ? ".csv" : ".ndjson")
        return try Schedule.read(
            path: Fixtures.checkout.appending(path: "samples/presets/\(name)").path, layout: layout,
            rules: source.rules,
            coverage: anyCoverage)
    }

    private func row(_ live: LiveAppointment) -> String {
        let appointment = live.appointment
        let parts: [String?] = [
            live.booking.text, appointment.start?.text, appointment.end.map { String($0.text.dropFirst(11)) },
            appointment.status?.rawValue, appointment.practitioner, appointment.service, appointment.location,
            live.personal.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
        ]
        return parts.map { $0 ?? "-" }.joined(separator: " | ")
    }

    private static let expected: [(Preset, [String])] = [
        (
            .easyappointments,
            [
                "41 | 2026-06-11T09:30:00+01:00 | 10:00:00+01:00 | booked | 2 | 1 | Riverside 4 | client.id=204,note=prefers mornings",
                "42 | 2026-06-11T10:00:00+01:00 | 10:20:00+01:00 | booked | 3 | 1 | - | client.id=205",
                "43 | 2026-06-12T14:00:00+01:00 | 14:30:00+01:00 | cancelled | 2 | 2 | Riverside 4 | client.id=204",
                "44 | 2026-06-15T08:00:00+01:00 | 08:30:00+01:00 | pending | 2 | 2 | Riverside 4 | client.id=206",
            ]
        ),
        (
            .openemr,
            [
                "1201 | 2026-06-11T09:30:00+01:00 | 10:00:00+01:00 | proposed | 5 | Office Visit | 3 2 | client.id=204,note=prefers mornings",
                "1202 | 2026-06-11T10:00:00+01:00 | 10:15:00+01:00 | arrived | 5 | Established Patient | 3 | client.id=205",
                "1203 | 2026-06-12T08:00:00+01:00 | 08:45:00+01:00 | cancelled | 6 | New Patient | 3 1 | client.id=206",
                "1204 | 2026-06-15T11:00:00+01:00 | 11:30:00+01:00 | noshow | 6 | Office Visit | 3 1 | client.id=204",
            ]
        ),
        (
            .opendental,
            [
                "18 | 2026-06-11T09:30:00+01:00 | - | booked | 1 | Ex, PA | 3 | client.id=204,note=prefers mornings",
                "19 | 2026-05-29T10:00:00+01:00 | - | fulfilled | 1 | Pro | 3 | client.id=205",
                "20 | 2026-06-12T08:00:00+01:00 | - | cancelled | 2 | Seal, Seal | 1 | client.id=206",
                "21 | 2026-06-15T11:00:00+01:00 | - | booked | 2 | - | 1 | client.id=204",
            ]
        ),
        (
            .cliniko,
            [
                "9001 | 2026-06-11T09:30:00+01:00 | 10:00:00+01:00 | booked | @practitioners/1 | @appointment_types/2 | "
                    + "@businesses/1 | client.id=@patients/204,client.name=Asha Patel,note=prefers mornings",
                "9002 | 2026-05-29T10:00:00+01:00 | 10:30:00+01:00 | arrived | @practitioners/1 | @appointment_types/2 | "
                    + "@businesses/1 | client.id=@patients/205,client.name=Ben Ode",
                "9003 | 2026-05-28T08:00:00+01:00 | 08:30:00+01:00 | noshow | @practitioners/2 | @appointment_types/2 | "
                    + "@businesses/1 | client.id=@patients/206,client.name=Cara Lind",
                "9004 | 2026-06-15T11:00:00+01:00 | 11:30:00+01:00 | cancelled | @practitioners/2 | "
                    + "@appointment_types/2 | @businesses/1 | client.id=@patients/204,client.name=Asha Patel",
            ]
        ),
        (
            .django,
            [
                "7 | 2026-06-11T09:30:00+01:00 | 10:00:00+01:00 | booked | 1 | 2 | - | client.id=204,client.phone=+447700900123",
                "8 | 2026-06-11T10:00:00+01:00 | 10:30:00+01:00 | booked | 1 | 2 | - | client.id=205",
                "9 | 2026-06-12T08:00:00+01:00 | 08:45:00+01:00 | booked | 2 | 1 | - | client.id=206,client.phone=+447700900125",
            ]
        ),
    ]

    @Test("each sample is read cleanly", arguments: expected)
    func samples(preset: Preset, rows: [String]) throws {
        let read = try read(preset)
        #expect(read.malformations == [])
        let api = "https://api.uk1.cliniko.com/v1/"
        #expect(read.appointments.map { row($0).replacing(api, with: "@") } == rows)
    }

    @Test("every preset has its sample, and maps to words and columns that can be")
    func all() {
        #expect(Set(PresetTests.expected.map(\.0)) == Set(Preset.allCases))
        for preset in Preset.allCases {
            #expect(Set(preset.layout.columns.keys).isSubset(of: ScheduleLayout.words))
            #expect(preset.layout.preset == preset && preset.layout.format != nil)
        }
    }

    @Test("what is said beside a preset counts more")
    func overridden() throws {
        let read = try read(.openemr) {
            $0.columns["location"] = ["pc_room"]
            $0.constants["location"] = "hall"
        }
        #expect(read.appointments.map(\.appointment.location) == ["2", "hall", "1", "1"])
        var source = Configuration.Source(id: "crm")
        source.status = ["-": .booked]
        source.schedule = Configuration.ScheduleFile(path: "", layout: Preset.openemr.layout)
        #expect(source.rules.status(of: "-") == .booked && source.rules.status(of: "x") == .cancelled)
    }
}
