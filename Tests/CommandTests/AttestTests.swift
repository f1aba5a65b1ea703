import Bookings
import Foundation
import TestSupport
import Testing

/// `daybook attest`: what a named person says of a booking, and what the record does not let anybody say.
struct `An attestation` {
    /// A, N and M of one client, Z of another, X of nobody, D that is deleted.
    private func world() throws -> World {
        let world = try World()
        try world.initialize()
        func event(_ id: Int, _ booking: String, _ client: String?, _ type: String = "created") -> String {
            let own = client.map { #","client":{"id":"\#($0)"}"# } ?? ""
            let data =
                type == "deleted"
                ? "" : #","appointment":{"start":"2099-03-2\#(id % 10)T09:30:00+00:00","status":"booked"}\#(own)"#
            return
                #"{"specversion":"1.0","id":"e-\#(id)","source":"crm","type":"booking.\#(type)","time":"2026-03-01T09:0\#(id % 10):00Z","subject":"\#(booking)","data":{"booking":"\#(booking)"\#(data)}}"#
        }
        let events = [
            event(1, "A", "C-1"), event(2, "N", "C-1"), event(3, "M", "C-1"), event(4, "Z", "C-9"), event(5, "X", nil),
            event(6, "D", "C-1"), event(7, "D", "C-1", "deleted"), event(8, "B", "C-1"),
        ]
        try world.write(events.joined(separator: "\n") + "\n", to: "events.ndjson")
        try world.daybook("record", "events.ndjson").expect(0, says: [])
        return world
    }

    private func moved(_ one: String, _ other: String, in world: World) throws -> World.Outcome {
        try world.daybook("attest", one, "--moved-to", other, "--by", "jane", "--reason", "client-request")
    }

    @Test func `links what one booking became, and nothing that the record speaks against`() throws {
        let world = try world()
        try moved("A", "N", in: world).expect(0, says: [])
        let refusals = [
            ("A", "A", "does not go on as itself"), ("A", "M", "going on as booking N already"),
            ("A", "N", "going on as booking N already"), ("N", "A", "booking A became booking N by what is recorded"),
            ("M", "N", "what booking A became; two do not become one"),
            ("M", "Z", "recorded for two clients"),
        ]
        let size = try world.size()
        for (one, other, why) in refusals { try moved(one, other, in: world).expect(65, says: [why]) }
        try moved("A", "nobody", in: world).expect(66, says: ["nobody"])
        #expect(try world.size() == size, "what is refused is not recorded")
        // The chain is followed to its end, and does not come back.
        try moved("N", "M", in: world).expect(0, says: [])
        try moved("M", "A", in: world).expect(65, says: ["booking A became booking M by what is recorded"])
        try moved("M", "N", in: world).expect(65, says: ["booking N became booking M"])
        // From the newest to the oldest it is said as well; and of one that was deleted then, which it stays.
        try moved("B", "A", in: world).expect(0, says: [])
        try moved("X", "D", in: world).expect(0, says: [])
        #expect(try world.daybook("investigate", "--booking", "X", "--json").json["verdict"]?.string == "deleted")
        let verdict = try world.daybook("investigate", "--booking", "B", "--json").json
        #expect(verdict["booking"]?.string == "M")
        #expect(try world.daybook("verify", "--projections").status == 0)
    }

    @Test func `of several is one answer, and all or nothing`() throws {
        let world = try world()
        let done = try world.daybook(
            "attest", "A", "N", "--cancelled", "--by", "jane", "--reason", "practice-closed", "--json")
        #expect(try done.json["attested"]?.array?.map { $0["booking"]?.string } == ["A", "N"])
        let size = try world.size()
        try world.daybook("attest", "M", "nobody", "--cancelled", "--by", "jane", "--reason", "x").expect(
            66, says: ["nobody"])
        for wrong in [["A", "N", "--moved-to", "M"], ["A", "--cancelled", "--moved-to", "M"], ["A"], ["--deleted"]] {
            #expect(try world.daybook(["attest"] + wrong + ["--by", "jane", "--reason", "x"]).status == 64, "\(wrong)")
        }
        #expect(try world.size() == size)
    }
}
