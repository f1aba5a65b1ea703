import Bookings
import Schedules
import Testing

@Suite("identity: ids made of what a row says, for exports that have none")
struct IdentityTests {
    private static let key = Array(UInt8(0)..<32)

    private var rules: SourceRules {
        var rules = london
        rules.identityKey = IdentityTests.key
        return rules
    }

    private func layout(_ identity: [String] = ["client.id", "practitioner", "start"]) -> ScheduleLayout {
        var layout = ScheduleLayout()
        layout.identity = identity
        return layout
    }

    private func ids(_ text: String, name: String = "s.csv", _ layout: ScheduleLayout? = nil) throws -> [Identifier] {
        try snapshot(text, name: name, layout ?? self.layout(), rules: rules).appointments.map(\.booking)
    }

    // Computed with Python's hmac: base64url of the first 16 bytes of HMAC-SHA-256 under the bytes 0 to 31.
    private static let known: Identifier = "id-TxkNrbuoE3MaJK-pFZoeTQ"
    private static let odd: Identifier = "id-GBxXdgHW94LBDYycMQUgSQ"

    @Test("a known answer, however the same moment is written, and in every format")
    func knownAnswer() throws {
        let header = "client.id,practitioner,start\n"
        for start in ["2026-06-11T09:30:00+01:00", "2026-06-11 09:30", "2026-06-11T08:30:00Z", " 2026-06-11T09:30:59 "]
        {
            #expect(try ids(header + "C-204, D7 ,\(start)\n") == [IdentityTests.known], "\(start)")
        }
        let json = "{\"client\":{\"id\":\"C-204\"},\"practitioner\":\"D7\",\"start\":\"2026-06-11 09:30\"}"
        #expect(try ids(json, name: "s.ndjson") == [IdentityTests.known])
        #expect(try ids(header + "\"Zoë \"\"Z\"\"\",D7,soon\n") == [IdentityTests.odd])
    }

    @Test("a name is the same however it is written, and an id is not")
    func names() throws {
        for name in ["Zoë O’Brien", "ZOE\u{308} O’BRIEN", "zoë   o’brien", " Zoë\u{a0}O’Brien "] {
            let found = try ids(
                "client.name,start\n\(name),2026-06-11 09:30\n", layout(["client.name", "start"]))
            #expect(found == ["id-p7kwPnGKSr6J-NpYr9md1A"], "\(name)")
        }
        let header = "client.id,practitioner,start\n"
        #expect(try ids(header + "C-204,d7,2026-06-11 09:30\n") == [IdentityTests.known])
        #expect(try ids(header + "c-204,D7,2026-06-11 09:30\n") != [IdentityTests.known])
    }

    @Test("another value, source or secret is another id; nothing of the client shows in it")
    func others() throws {
        let header = "client.id,practitioner,start\n"
        let row = "C-204,D7,2026-06-11 09:30\n"
        let values = [
            "C-205,D7,2026-06-11 09:30", "C-204,D8,2026-06-11 09:30", "C-204,D7,2026-06-11 09:40",
            "C-20,4D7,2026-06-11 09:30",
        ]
        var found = Set(try ids(header + values.joined(separator: "\n")))
        var other = rules
        other.identityKey = [UInt8](repeating: 7, count: 32)
        found.insert(try snapshot(header + row, layout(), rules: other).appointments[0].booking)
        let source = Coverage(source: "other", takenAt: anyCoverage.takenAt)
        found.insert(try snapshot(header + row, layout(), rules: rules, coverage: source).appointments[0].booking)
        found.insert(try ids(header + row, layout(["practitioner", "client.id", "start"]))[0])
        found.insert(IdentityTests.known)
        #expect(found.count == 8)
        #expect(found.allSatisfy { $0.text.hasPrefix("id-") && $0.text.utf8.count == 25 && !$0.text.contains("204") })
    }

    @Test("two rows with one identity are two rows; a row that lacks a part is named and left out")
    func rows() throws {
        let read = try snapshot(
            "client.id,practitioner,start\nC-1,D7,2026-06-11 09:30\nC-1,D7,2026-06-11 09:30\n,D7,2026-06-11 10:00\nC-2,D7,\n",
            layout(), rules: rules)
        #expect(read.rows == 4 && read.appointments.count == 2 && read.index.repeated.count == 1)
        #expect(
            read.malformations.map(\.line) == [
                "4 client.id: the row has none, and the booking's id would be made of it",
                "5 start: the row has none, and the booking's id would be made of it",
            ])
    }

    @Test("a column called booking is not looked at, and one that the id needs must be there")
    func columns() throws {
        let text = "booking,client.id,practitioner,start\nB-1,C-204,D7,2026-06-11 09:30\n"
        #expect(try ids(text) == [IdentityTests.known])
        #expect(throws: ScheduleError.self) { try ids("client.id,start\nC-204,2026-06-11 09:30\n") }
        var constant = layout()
        constant.constants = ["practitioner": "D7"]
        #expect(try ids("client.id,start\nC-204,2026-06-11 09:30\n", constant) == [IdentityTests.known])
        #expect(
            try ids(
                "{\"booking\":{},\"client.id\":\"C-204\",\"practitioner\":\"D7\",\"start\":\"2026-06-11 09:30\"}",
                name: "s.ndjson"
            ).count == 1)
    }

    @Test("without a secret, and of words that change, no id is made")
    func refused() {
        #expect(throws: ScheduleError.self) { try snapshot("client.id,practitioner,start\n", layout()) }
        #expect(throws: ScheduleError.self) { try snapshot("status,start\n", layout(["status"]), rules: rules) }
    }
}
