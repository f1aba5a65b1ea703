import Bookings
import Schedules
import Testing
import Transparency

@Suite("NDJSON: one object a line, flat or nested")
struct NDJSONTests {
    @Test("flat and nested members are the same; whole numbers are text; null is absent")
    func shapes() throws {
        let text = """
            {"booking":"B-1","start":"2026-06-11T09:30:00+01:00","status":"DNA","client.id":"P-1","client.name":"Asha"}
            {"booking":17,"start":null,"client":{"id":4,"name":" Asha ","x":1},"practitioner":7,"note":""}\r

            {"start":"2026-06-11 09:30","booking":"B-3"}
            """
        for chunk in [1, 2, 5, 64, 4096] {
            let read = try snapshot(text, name: "x.ndjson", chunk: chunk)
            #expect(read.appointments.map(\.booking) == ["B-1", "17", "B-3"])
            #expect(read.appointments.map(\.row) == [1, 2, 4])
            #expect(
                read.appointments.map(\.personal) == [
                    ["client.id": "P-1", "client.name": "Asha"], ["client.id": "4", "client.name": "Asha"], [:],
                ])
            #expect(
                read.appointments[0].appointment.status == .noshow && read.appointments[0].appointment.word == "DNA")
            #expect(read.appointments[1].appointment.practitioner == "7")
            #expect(read.appointments[2].appointment.start?.text == "2026-06-11T09:30:00+01:00")
            #expect(read.rows == 3)
            #expect(read.malformations == [])
            #expect(read.digest == Hash.sha256(Array(text.utf8)))
        }
    }

    @Test("dotted paths and joined members")
    func mapped() throws {
        let layout = ScheduleLayout(
            format: .ndjson,
            columns: ["booking": ["data.ref"], "start": ["data.when.date", "time"], "status": ["a.b"]])
        let text =
            "{\"data\":{\"ref\":\"B-1\",\"when\":{\"date\":\"2026-06-11\"}},\"time\":\"09:30\",\"a.b\":\"booked\"}\n"
        let read = try snapshot(text, name: "x", layout)
        #expect(read.appointments.map(\.booking) == ["B-1"])
        #expect(read.appointments[0].appointment.start?.text == "2026-06-11T09:30:00+01:00")
        #expect(read.appointments[0].appointment.status == .booked)
    }

    @Test("values that are neither text nor whole numbers are left out and named; ids are kept with their spaces")
    func strange() throws {
        let text =
            "{\"booking\":\" B 1 \",\"start\":1.5,\"practitioner\":[\"D7\"],\"note\":true}\n{\"booking\":{},\"start\":\"\"}\n{}\n"
        let read = try snapshot(text, name: "x.ndjson")
        #expect(read.appointments.map(\.booking) == [" B 1 "])
        #expect(read.appointments[0].appointment == Appointment())
        #expect(read.appointments[0].personal == [:])
        #expect(read.rows == 3)
        #expect(
            read.malformations.map(\.line) == [
                "1 start: neither text nor a whole number", "1 practitioner: neither text nor a whole number",
                "1 note: neither text nor a whole number", "2 booking: neither text nor a whole number",
                "3 booking: the row has no id of a booking",
            ])
    }
}
