import Bookings
import Schedules
import TestSupport
import Testing

@Suite("FHIR: pages, chunks and white space change nothing")
struct FHIRPropertyTests {
    /// An appointment as it is written, and what must be read of it.
    private struct Made {
        var json: [JSONValue.Member] = [.init("resourceType", .string("Appointment"))]
        var live: LiveAppointment
    }

    private static let pieces = [
        "a", "B", "7", "é", "e\u{301}", "🧑🏽‍⚕️", "\"", "\\", "{", "}", "[", "]", ",", ":", "\n", "/", "</script>",
        "\u{200b}",
    ]

    private func text(_ random: inout SplitMix64) -> String {
        "x"
            + (0..<Int.random(in: 0...5, using: &random)).map { _ in
                FHIRPropertyTests.pieces.randomElement(using: &random)!
            }
            .joined() + "y"
    }

    private func made(_ number: Int, _ random: inout SplitMix64) -> Made {
        var appointment = Appointment()
        var personal: [String: String] = [:]
        let id = "\(number)" + text(&random)
        var members: [JSONValue.Member] = [.init("id", .string(id))]
        let words: [Appointment.Status] = [.proposed, .pending, .booked, .cancelled, .enteredInError, .waitlist]
        appointment.status = words.randomElement(using: &random)!
        members.append(.init("status", .string(appointment.status!.rawValue)))
        if Bool.random(using: &random) {
            let start = WallTime(instant: Int64.random(in: 0..<4_000_000_000, using: &random), offset: 3600)!
            appointment.start = start
            members.append(.init("start", .string(start.text)))
        }
        var participants: [JSONValue] = []
        func add(_ kind: String, _ id: String, _ display: String?) {
            let reference = (Bool.random(using: &random) ? "https://f.example/r4/" : "") + "\(kind)/\(id)"
            participants.append(
                .object([
                    "actor": .object(["reference": .string(reference), "display": display.map { .string($0) }])
                ]))
        }
        if Bool.random(using: &random) {
            let name = text(&random)
            add("Patient", "p\(number)", name)
            personal["client.id"] = "Patient/p\(number)"
            personal["client.name"] = name
        }
        if Bool.random(using: &random) {
            add("Practitioner", "D\(number % 3)", nil)
            appointment.practitioner = "Practitioner/D\(number % 3)"
        }
        if !participants.isEmpty { members.append(.init("participant", .array(participants))) }
        if Bool.random(using: &random) {
            let note = text(&random)
            members.append(.init("comment", .string(note)))
            personal["note"] = note
        }
        if Bool.random(using: &random) { members.append(.init("extension", .array([.object([]), .number("1.5")]))) }
        var made = Made(
            live: LiveAppointment(booking: Identifier(id), appointment: appointment, personal: personal, row: number))
        made.json += members.shuffled(using: &random)
        return made
    }

    /// A value with white space wherever JSON allows it.
    private func spaced(_ value: JSONValue, _ random: inout SplitMix64) -> String {
        let space = ["", " ", "\n", "\r\n\t"].randomElement(using: &random)!
        switch value {
        case .array(let elements):
            return "[" + space + elements.map { spaced($0, &random) + space }.joined(separator: "," + space) + "]"
        case .object(let members):
            return "{" + space
                + members.map {
                    JSONValue.string($0.name).text + space + ":" + space + spaced($0.value, &random) + space
                }.joined(separator: "," + space) + "}"
        default: return value.text
        }
    }

    @Test("random appointments in random pages, spellings and chunks", arguments: 0..<200 as Range<UInt64>)
    func splits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let all = (1...Int.random(in: 1...20, using: &random)).map { made($0, &random) }
        var text = ""
        var rest = all[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...rest.count, using: &random))
            rest = rest.dropFirst(piece.count)
            let resources = piece.map { JSONValue.object($0.json) }
            guard Bool.random(using: &random) else {
                text += resources.map { spaced($0, &random) }.joined(separator: "\n") + "\n"
                continue
            }
            let total = Bool.random(using: &random) ? JSONValue.integer(piece.count) : nil
            let page: [JSONValue.Member?] = [
                .init("resourceType", .string("Bundle")), .init("type", .string("searchset")),
                total.map { .init("total", $0) },
                .init("entry", .array(resources.map { .object(["resource": $0]) })),
            ]
            text += spaced(.object(page.compactMap(\.self).shuffled(using: &random)), &random)
        }
        let read = try fhirSnapshot(text, chunk: Int.random(in: 1...300, using: &random))
        #expect(Array(read.appointments) == all.map(\.live), "seed \(seed)")
        #expect(read.malformations == [], "seed \(seed)")
        #expect(read.coverage.shortfall == nil, "seed \(seed)")
    }

    @Test("damaged bytes are refused or read, and never bring the reader down", arguments: 0..<400 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let resources = (1...3).map { JSONValue.object(made($0, &random).json) }
        let bundle = JSONValue.object([
            "resourceType": .string("Bundle"), "total": .integer(3),
            "link": .array([.object(["relation": .string("next"), "url": .string("x")])]),
            "entry": .array(resources.map { .object(["resource": $0]) }),
        ])
        var bytes = Array(spaced(bundle, &random).utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default:
                bytes.insert(Array("\"\\{}[],:\n\0".utf8).randomElement(using: &random)!, at: place)
            }
        }
        let whole = outcome(bytes, chunk: 1 << 16)
        #expect(outcome(bytes, chunk: 3) == whole, "seed \(seed)")
    }

    private struct Outcome: Equatable {
        var appointments: [LiveAppointment] = []
        var malformations: [Malformation] = []
        var coverage: Coverage?
        var error: ScheduleError?
    }

    private func outcome(_ bytes: [UInt8], chunk: Int) -> Outcome {
        do throws(ScheduleError) {
            let read = try Schedule.read(
                bytes: bytes, name: "x", chunk: chunk, layout: fhir, rules: london, coverage: anyCoverage)
            return Outcome(
                appointments: Array(read.appointments), malformations: read.malformations, coverage: read.coverage)
        } catch { return Outcome(error: error) }
    }
}

@Suite("FHIR: hostile input")
struct HostileFHIRTests {
    private func appointment(_ members: String) -> String { "{\"resourceType\":\"Appointment\",\(members)}" }

    @Test("nesting of any depth is a malformation, or passed over", arguments: [63, 65, 10_000, 200_000])
    func nesting(_ depth: Int) throws {
        let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let read = try fhirSnapshot(
            appointment("\"id\":\"a\",\"status\":\"booked\",\"x\":\(deep)") + deep
                + "{\"resourceType\":\"Slot\",\"x\":\(deep)}" + appointment("\"id\":\"b\",\"status\":\"booked\""))
        #expect(read.appointments.map(\.booking) == (depth < 64 ? ["a", "b"] : ["b"]))
        #expect(read.malformations.count == (depth < 64 ? 1 : 2))
        #expect(read.malformations.allSatisfy { $0.reason.utf8.count < 300 })
    }

    @Test("long names, ids and texts are bounded and named")
    func long() throws {
        let long = String(repeating: "n", count: 65_536)
        let read = try fhirSnapshot(
            appointment("\"\(long)\":1,\"id\":\"a\",\"status\":\"booked\"")
                + appointment("\"id\":\"\(String(repeating: "i", count: 10_000))\",\"status\":\"booked\"")
                + appointment("\"id\":\"c\",\"status\":\"\(long)\"")
                + appointment("\"id\":\"d\",\"status\":\"booked\",\"comment\":\"\(long)\""))
        #expect(read.appointments.map(\.booking) == ["a", "c", "d"])
        #expect(
            read.malformations.map(\.line) == [
                "2 booking: an id of more than 1024 bytes", "3 status: a text of more than 1024 bytes",
            ])
        #expect(read.appointments[2].personal["note"] == long)
        let huge = String(repeating: "h", count: 1 << 20)
        let one = try fhirSnapshot(
            appointment("\"id\":\"\(huge)\"") + appointment("\"id\":\"b\",\"status\":\"booked\""))
        #expect(one.malformations.map(\.reason).first?.hasSuffix("an appointment of more than 1048576 bytes") == true)
        #expect(one.appointments.map(\.booking) == ["b"])
    }

    @Test("ids that are texts of another kind stay what they are; the same one twice is two rows")
    func ids() throws {
        let ids = ["</script>", "a\u{301}", "á", "' OR 1=1", " ", "\u{202e}", "A", "a", "A"]
        let read = try fhirSnapshot(
            ids.map { appointment("\"id\":\(JSONValue.string($0).text),\"status\":\"booked\"") }.joined(separator: "\n")
        )
        #expect(read.appointments.map(\.booking) == ids.map { Identifier($0) })
        #expect(read.index.repeated.map(\.again) == [8])
    }

    @Test("a member that stands twice makes no appointment")
    func twice() throws {
        let read = try fhirSnapshot(
            appointment("\"id\":\"a\",\"id\":\"b\"")
                + "{\"resourceType\":\"Slot\",\"resourceType\":\"Appointment\",\"id\":\"c\"}"
                + "{\"resourceType\":\"Bundle\",\"entry\":[],\"entry\":[{\"resource\":{}}]}"
                + appointment("\"id\":\"d\",\"status\":\"booked\""))
        #expect(read.appointments.map(\.booking) == ["d"])
        #expect(read.malformations.map(\.row) == [1, 2, 3])
        #expect(read.malformations.allSatisfy { $0.reason.contains("an object's member stands there twice") })
    }

    @Test("every member of a wrong type is named, and no wrong type brings the reader down")
    func types() throws {
        let wrong = ["null", "true", "1", "1.5", "\"x\"", "[]", "[null]", "[[]]", "{}", "[{}]", "{\"actor\":[]}"]
        let names = ["start", "end", "status", "participant", "serviceType", "comment", "identifier", "meta"]
        var text = ""
        for name in names {
            for value in wrong {
                text += appointment("\"id\":\"\(name)\(value.utf8.count)\",\"\(name)\":\(value)") + "\n"
            }
        }
        for value in wrong {
            text += appointment("\"id\":\"actor\",\"status\":\"booked\",\"participant\":[{\"actor\":\(value)}]")
            text += appointment(
                "\"id\":\"reference\",\"status\":\"booked\",\"participant\":[{\"actor\":{\"reference\":\(value),\"type\":\(value)}}]"
            )
        }
        let read = try fhirSnapshot(text)
        #expect(read.rows == (names.count + 2) * wrong.count)
        #expect(read.appointments.count == read.rows)
    }
}
