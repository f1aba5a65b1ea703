import Bookings
import Foundation
import TestSupport
import Testing

/// The life of a finding, from night to night.
struct `A finding` {
    private let nights = Fixtures.checkout.appending(components: "samples", "riverside-dental")

    private func states(_ world: World, _ arguments: String...) throws -> [String: String] {
        let list = try world.daybook(["findings", "--json"] + arguments).json["findings"]?.array ?? []
        return Dictionary(
            list.map { ("\($0["code"]!.string!) \($0["booking"]?.string ?? "")", $0["state"]!.string!) },
            uniquingKeysWith: { $1 })
    }

    private func check(_ night: String, events: Int, in world: World) throws -> World.Outcome {
        let lines = try String(contentsOf: nights.appending(path: "events.ndjson"), encoding: .utf8).split(
            separator: "\n")
        try world.daybook("record", input: Data((lines.prefix(events).joined(separator: "\n") + "\n").utf8))
        let export = nights.appending(components: "nights", night).path
        return try world.daybook("reconcile", export + ".csv", "--coverage", export + ".coverage.json", "--json")
    }

    @Test func `is new, then open, acknowledged, and resolved`() throws {
        let world = try World()
        try world.initialize()
        _ = try check("2026-03-05", events: 460, in: world)
        #expect(try states(world)["AR302 A-1066"] == "new")

        #expect(try check("2026-03-06", events: 477, in: world).status == 1)
        #expect(try states(world)["AR302 A-1066"] == "open")
        #expect(try states(world)["AR101 A-1001"] == "new")

        let list = try world.daybook("findings", "--json").json["findings"]?.array ?? []
        let id = try #require(list.first { $0["code"]?.string == "AR101" }?["id"]?.integer)
        let acknowledged = try world.daybook(
            "findings", "ack", "\(id)", "--by", "manager.ana", "--reason", "client called", "--until", "+30d")
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        let quiet = try check("2026-03-07", events: 492, in: world)
        #expect(quiet.status == 0, "what is acknowledged does not count")
        #expect(
            try quiet.json["findings"]?.array?.first { $0["code"]?.string == "AR101" }?["state"]?.string
                == "acknowledged")

        // In April it would have started before the window: the check has nothing to say about it any more.
        let april = try check("2026-04-01", events: 1045, in: world)
        let resolved = try april.json["resolved"]?.array?.compactMap { $0["booking"]?.string } ?? []
        #expect(resolved.contains("A-1001"))
        #expect(try states(world)["AR101 A-1001"] == nil)
        #expect(try states(world, "--all")["AR101 A-1001"] == "resolved")
        #expect(try world.daybook("verify", "--projections").status == 0)
    }

    /// The state of each finding of a code by what tells it from the others.
    private func details(_ world: World, of code: String) throws -> [String: String] {
        let list = try world.daybook("findings", "--json", "--all").json["findings"]?.array ?? []
        return Dictionary(
            list.filter { $0["code"]?.string == code }.map { ($0["detail"]?.string ?? "", $0["state"]!.string!) },
            uniquingKeysWith: { "\($0), \($1)" })
    }

    private func acknowledge(_ code: String, in world: World) throws {
        let list = try world.daybook("findings", "--json").json["findings"]?.array ?? []
        let id = try #require(list.first { $0["code"]?.string == code }?["id"]?.integer)
        let done = try world.daybook("findings", "ack", "\(id)", "--by", "ana", "--reason", "known", "--until", "+30d")
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func `about a source that is acknowledged hides no other of its code`() throws {
        let world = try World()
        try world.initialize()
        func check(_ rows: String, events: [Int], night: Int) throws -> Int32 {
            let lines = events.map { number in
                #"{"specversion":"1.0","id":"e-\#(number)","source":"crm","type":"booking.created","#
                    + #""subject":"A-\#(number)","sequence":"\#(number)","data":{}}"# + "\n"
            }
            try world.daybook("record", input: Data(lines.joined().utf8))
            try world.write("booking,start,status\n" + rows, to: "s.csv")
            return try world.daybook(
                "reconcile", "s.csv", "--source", "crm", "--fail-on", "warning", "--taken-at",
                "2026-03-0\(night)T02:00:00Z"
            ).status
        }
        #expect(try check("A-1,,gebucht\nA-3,,booked\n", events: [1, 3], night: 1) == 1)
        #expect(try details(world, of: "AR206") == ["gebucht": "new"])
        #expect(try details(world, of: "AR402") == ["number 2": "new"])
        #expect(try world.daybook("findings").output.contains("AR402 capture-gap, crm, number 2: new"))
        try acknowledge("AR206", in: world)
        try acknowledge("AR402", in: world)
        #expect(try check("A-1,,gebucht\nA-3,,booked\n", events: [], night: 2) == 0, "what is known does not count")

        #expect(try check("A-1,,gebucht\nA-3,,booked\nA-5,,neu\n", events: [5], night: 3) == 1)
        #expect(try details(world, of: "AR206") == ["gebucht": "acknowledged", "neu": "new"])
        #expect(try details(world, of: "AR402") == ["number 2": "acknowledged", "number 4": "new"])
        // The first gap is filled: the second is not mistaken for it.
        _ = try check("A-1,,neu\nA-2,,booked\nA-3,,booked\nA-5,,neu\n", events: [2], night: 4)
        #expect(try details(world, of: "AR206") == ["gebucht": "resolved", "neu": "open"])
        #expect(try details(world, of: "AR402") == ["number 2": "resolved", "number 4": "open"])
        #expect(try world.daybook("verify", "--projections").status == 0)
    }

    @Test func `is acknowledged by a name and for a time, or not at all`() throws {
        let world = try World()
        try world.initialize()
        _ = try check("2026-03-05", events: 460, in: world)
        func acknowledge(_ number: String, until: String) throws -> Int32 {
            try world.daybook("findings", "ack", number, "--by", "ana", "--reason", "known", "--until", until).status
        }
        #expect(try acknowledge("99", until: "+30d") == 66)
        #expect(try acknowledge("1", until: "2020-01-01") == 64)
        #expect(try acknowledge("1", until: "for ever") == 64)
        #expect(try world.daybook("findings", "ack", "1", "--until", "+30d").status == 64)
        #expect(try world.daybook("findings", "show", "1").output.contains("What to do"))
    }
}
