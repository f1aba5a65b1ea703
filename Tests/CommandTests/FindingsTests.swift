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
