import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

/// `daybook key`: what signs, and how it is changed.
struct `The key` {
    private static let changes: [Faults.Call] = [.write, .sync, .truncate, .rename, .unlink]

    @Test func `is shown, changed, and followed by whoever trusts the old one`() throws {
        let world = try World()
        try world.initialize()
        let first = try world.daybook("key", "show", "--json").json
        let old = try #require(first["verifier"]?.string)
        #expect(try world.daybook("key").output.contains("Since"))
        let groups = try #require(first["fingerprint"]?.string).split(separator: " ")
        #expect(groups.count == 16 && groups.allSatisfy { $0.count == 4 })
        try world.daybook("checkpoint", "--out", "held.txt")
        try world.write(Events.created(0..<3), to: "events.ndjson")
        try world.daybook("record", "events.ndjson")
        let rotated = try world.daybook("key", "rotate", "--by", "ana", "--reason", "yearly", "--json")
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(try rotated.json["from"]?.string == old && rotated.json["entry"]?.integer == 4)
        let new = try #require(try rotated.json["to"]?.string)
        #expect(try world.recording("events.ndjson") == (0, 3))
        try world.daybook("checkpoint", "--state", "--out", "later.txt")
        for key in [old, new] {
            #expect(
                try world.defects("--trust", key, "--held", "held.txt", "--held", "later.txt", "--projections") == "")
        }
        let stranger = SigningKey().verifierKey(name: "demo.example/daybook").text
        #expect(try world.daybook("verify", "--trust", stranger).status == 2)
        let shown = try world.daybook("key", "show", "--json").json
        #expect(shown["verifier"]?.string == new && shown["unfinished"]?.boolean == false)
        #expect(shown["earlier"]?.array?.first?["verifier"]?.string == old)
        #expect(try world.daybook("key", "show").output.contains("Before      \(old), until"))
        #expect(try world.daybook("doctor", "--json").output.contains(new))
        let keys = try world.shell("ls daybook-keys; stat -c %a daybook-keys/signing.pem").output
        #expect(keys == "lock\nretired\nsigning.pem\nverifier\n600\n")
    }

    @Test(arguments: [
        (["key", "rotate"], Int32(64), "--by"), (["key", "rotate", "--by", ""], 64, "--by"),
        (["key", "rotate", "--by", "ana", "--reason", "It was stolen"], 64, "--reason"),
        (["key", "rotate", "--by", "ana", "--keys", "nowhere"], 2, "--keys"),
        (["key", "show", "--keys", "nowhere"], 66, "nowhere"),
    ])
    func `is not changed by mistake`(_ arguments: [String], status: Int32, word: String) throws {
        let world = try World()
        try world.initialize()
        let before = try world.shell("cat daybook-keys/*").output
        let outcome = try world.daybook(arguments)
        #expect(outcome.status == status && outcome.errors.contains(word), "\(outcome.status) \(outcome.errors)")
        #expect(try world.shell("cat daybook-keys/*").output == before)
    }

    @Test(.enabled(if: Faults.isAvailable, "no C compiler is here"))
    func `signs at any kill, and the next call completes the change`() throws {
        let prepared = try World()
        try prepared.initialize()
        try prepared.write(Events.created(0..<2), to: "one.ndjson")
        try prepared.write(Events.created(2..<4), to: "two.ndjson")
        try prepared.daybook("record", "one.ndjson")
        let old = try #require(try prepared.daybook("key", "show", "--json").json["verifier"]?.string)
        let command = ["key", "rotate", "--by", "ana"]
        let calls = try prepared.calls(Self.changes, of: command)
        let places = calls.indices.filter { ($0 == 0 || calls[$0 - 1] != calls[$0]) && !calls[$0].hasSuffix("-shm") }
        try #require(places.count > 12)
        for place in places.map({ $0 + 1 }) {
            let world = try prepared.copied()
            let killed = try world.daybook(
                command, under: Faults(Self.changes, .KILL, from: place, file: "\(world.folder.path)*"))
            let trace = Comment(rawValue: "killed at call \(place), \(calls[place - 1])")
            #expect(killed.status == SIGKILL, trace)
            #expect(try world.defects("--projections", "--trust", old) == "", trace)
            #expect(try world.recording("two.ndjson") == (2, 0), trace)
            #expect(try world.defects("--projections", "--trust", old) == "", "it goes on to be signed: \(trace)")
            let again = try world.daybook(command + ["--json"])
            #expect(again.status == 0, "\(trace) \(again.errors)")
            #expect(try world.daybook("record", "one.ndjson", "two.ndjson").status == 0, trace)
            let new = try #require(try world.daybook("key", "show", "--json").json["verifier"]?.string)
            #expect(new != old, trace)
            for key in [old, new] { #expect(try world.defects("--projections", "--trust", key) == "", trace) }
            let shown = try world.daybook("key", "show", "--json").json
            #expect(shown["unfinished"]?.boolean == false, trace)
            let keys = try FileManager.default.contentsOfDirectory(atPath: world.path("daybook-keys"))
            #expect(!keys.contains("next.pem"), trace)
        }
    }
}
