import Bookings
import Foundation
import TestSupport
import Testing

/// Programs that are ended with `kill -9`: what was acknowledged is there, the ledger is sound, and the same command
/// goes on from where it was.
struct `A program that is killed` {
    /// A writer as a booking system might be one: notes, after the program said so, what was recorded.
    private static func writer(_ name: String) -> String {
        let event =
            #"{"specversion":"1.0","id":"e-%s","source":"crm","type":"booking.created","subject":"A-%s","data":{}}\n"#
        return """
            n=0
            while :; do
                n=$((n+1))
                for part in a b c; do printf '\(event)' \(name)-$n-$part \(name)-$n-$part; done > \(name).ndjson
                daybook record --json \(name).ndjson > \(name).out && cat \(name).ndjson >> acknowledged.ndjson
            done
            """
    }

    @Test(arguments: [UInt64(3)]) func `at random moments loses nothing that was acknowledged`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try World()
        try world.initialize()
        try world.write("", to: "acknowledged.ndjson")
        var acknowledged = 0
        for round in 0..<25 {
            let load = [
                try world.start(Self.writer("x\(round)")), try world.start(Self.writer("y\(round)")),
                try world.start("while :; do daybook checkpoint; done"),
            ]
            // From the first answer of this round on, at any moment.
            while try self.acknowledged(world) == acknowledged { usleep(1000) }
            usleep(.random(in: 0..<150_000, using: &random))
            try world.kill(load)
            #expect(try world.defects("--projections") == "", "round \(round)")
            acknowledged = try self.acknowledged(world)
            #expect(try world.recording("acknowledged.ndjson") == (0, acknowledged), "round \(round)")
            // The input that was interrupted: all of it or nothing is there, and once more completes it.
            for name in ["x\(round)", "y\(round)"] {
                let text = (try? String(contentsOfFile: world.path("\(name).ndjson"), encoding: .utf8)) ?? ""
                guard text.hasSuffix("\n"), text.split(separator: "\n").count == 3 else { continue }
                let again = try world.recording("\(name).ndjson")
                #expect(again == (3, 0) || again == (0, 3), "round \(round)")
                #expect(try world.recording("\(name).ndjson") == (0, 3), "round \(round)")
            }
        }
    }

    private func acknowledged(_ world: World) throws -> Int {
        try Data(contentsOf: URL(filePath: world.path("acknowledged.ndjson"))).count { $0 == 0x0a }
    }

    @Test(arguments: [UInt64(4)]) func `while it reads a long input has recorded a beginning of it`(seed: UInt64) throws
    {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let (world, count) = (try World(), 1500)
        try world.initialize()
        try world.write(Events.created(0..<count), to: "all.ndjson")
        for _ in 0..<4 {
            let program = try world.start("cat all.ndjson | daybook record")
            usleep(.random(in: 50_000..<300_000, using: &random))
            try world.kill([program])
            #expect(try world.defects() == "")
            let recorded = try #require(try world.daybook("verify", "--json").json["size"]?.integer) - 1
            guard recorded > 0 else { continue }
            try world.write(Events.created(0..<recorded), to: "beginning.ndjson")
            #expect(try world.recording("beginning.ndjson") == (0, recorded), "in order, and without a gap")
        }
        let rest = try world.recording("all.ndjson")
        #expect(rest.recorded + rest.repeated == count)
        #expect(try world.recording("all.ndjson") == (0, count))
        #expect(try world.defects("--projections") == "")
    }

    private static let changes: [Faults.Call] = [.write, .sync, .truncate, .rename, .unlink]

    /// The places at which a command is ended: each call that is of another kind, or on another file, than the one
    /// before. What lies in memory that programs share (`-shm`) is made anew by whoever comes next.
    private func places(_ world: World, _ command: [String]) throws -> [Int] {
        let calls = try world.calls(Self.changes, of: command)
        let places = calls.indices.filter { ($0 == 0 || calls[$0 - 1] != calls[$0]) && !calls[$0].hasSuffix("-shm") }
        try #require(places.count > 5)
        return places.map { $0 + 1 }
    }

    private static let export = [
        "export.csv", "--source", "crm", "--from", "2026-10-01", "--to", "2027-01-01", "--complete", "--cancelled",
        "kept", "--taken-at", "2026-10-02T02:00:00Z",
    ]

    @Test(
        .enabled(if: Faults.isAvailable, "no C compiler is here"),
        arguments: [
            ["record", "new.ndjson"], ["checkpoint", "--state"], ["backup", "copy.sqlite"], ["observe"] + export,
            ["reconcile"] + export,
        ])
    func `at any call of its work can be run again`(_ command: [String]) throws {
        let prepared = try World()
        try prepared.initialize()
        try prepared.write(Events.created(0..<3), to: "known.ndjson")
        try prepared.write(Events.created(3..<6), to: "new.ndjson")
        try prepared.write(
            "booking,start,status\nA-1,2026-11-10T09:30:00+00:00,booked\nB-1,2026-11-11T09:30:00+00:00,booked\n",
            to: "export.csv")
        try #require(prepared.recording("known.ndjson").recorded == 3)
        let undisturbed = try prepared.copied()
        let whole = try undisturbed.daybook(command)
        for place in try places(prepared, command) {
            let world = try prepared.copied()
            let faults = Faults(Self.changes, .KILL, from: place, file: "\(world.folder.path)*")
            let killed = try world.daybook(command, under: faults)
            let trace = Comment(rawValue: "\(command) killed at call \(place): \(killed.output)")
            #expect(killed.status == SIGKILL, trace)
            #expect(try world.defects("--projections") == "", trace)
            let again = try world.daybook(command)
            // A copy that has its name is whole, and is not written over.
            let isCopied = command[0] == "backup" && again.status == 73
            #expect(again.status == whole.status || isCopied, "\(trace) \(again.errors)")
            if command[0] == "backup" {
                #expect(try world.defects("--ledger", "copy.sqlite") == "", trace)
            }
            // The reading, what was inferred from it, and the check are each recorded once.
            if command.count > 4 { #expect(try world.size() == undisturbed.size(), trace) }
            guard command[0] == "record" else { continue }
            #expect(try world.recording("known.ndjson", "new.ndjson") == (0, 6), trace)
        }
    }

    @Test(.enabled(if: Faults.isAvailable, "no C compiler is here"))
    func `inside init leaves what the next init completes`() throws {
        let prepared = try World()
        let command = ["init", "--origin", "demo.example/daybook"]
        for place in try places(prepared, command) {
            let world = try World()
            let killed = try world.daybook(
                command, under: Faults(Self.changes, .KILL, from: place, file: "\(world.folder.path)*"))
            let trace = Comment(rawValue: "killed at call \(place): \(killed.output)")
            #expect(killed.status == SIGKILL, trace)
            let again = try world.daybook(command)
            // Where the first checkpoint stands, the ledger was made; it is not made twice.
            #expect(again.status == 0 || again.errors.contains("is there already"), "\(trace) \(again.errors)")
            let verified = try world.daybook("verify", "--json", "--trust", "daybook-keys/verifier")
            #expect(verified.status == 0, "\(trace) \(verified.output)")
            #expect(try verified.json["size"]?.integer == 1, trace)
            #expect(try verified.json["assurance"]?.array?.compactMap(\.string) == ["consistent", "signed"], trace)
            let keys = try FileManager.default.contentsOfDirectory(atPath: world.path("daybook-keys"))
            #expect(!keys.contains { $0.hasPrefix("signing.pem.") }, "no half of a secret lies about: \(keys)")
        }
    }

    @Test func `inside init leaves nothing that another ledger's name or key completes`() throws {
        let world = try World()
        // An empty file is what the first call leaves; the key beside it was there before.
        try world.daybook("init", "--origin", "demo.example/old", "--ledger", "old.sqlite")
        try world.write("", to: "daybook.sqlite")
        let taken = try world.daybook("init", "--origin", "demo.example/old")
        #expect(taken.status == 66)
        #expect(taken.errors.contains("a signing key is there already"))
        #expect(try world.daybook("init", "--origin", "demo.example/old").status == 66, "nor the second time")
        #expect(try world.daybook("init", "--origin", "demo.example/new", "--keys", "keys").status == 0)
        #expect(try world.defects("--keys", "keys") == "")
        let mode = try FileManager.default.attributesOfItem(atPath: world.path("daybook.sqlite"))[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600, "also where somebody else had made the file")
    }
}
