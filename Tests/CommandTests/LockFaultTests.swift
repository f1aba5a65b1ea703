import Bookings
import Foundation
import TestSupport
import Testing

/// What becomes of the lock, and what each command says then.
struct `A lock` {
    /// A ledger of seven entries; `old.txt` is its checkpoint of four, `held.txt` of seven.
    private func prepared(origin: String = "demo.example/daybook") throws -> World {
        let world = try World()
        try #require(try world.daybook("init", "--origin", origin).status == 0)
        try world.write(Events.created(0..<3), to: "known.ndjson")
        try world.write(Events.created(3..<6), to: "more.ndjson")
        try world.write(Events.created(6..<9), to: "new.ndjson")
        try #require(world.recording("known.ndjson").recorded == 3)
        try #require(try world.daybook("checkpoint", "--out", "old.txt").status == 0)
        try #require(world.recording("more.ndjson").recorded == 3)
        try #require(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
        return world
    }

    private func lock(_ world: World) throws -> Data {
        try Data(contentsOf: URL(filePath: world.path("daybook-keys/lock")))
    }

    private func setLock(_ bytes: Data, of world: World) throws {
        try bytes.write(to: URL(filePath: world.path("daybook-keys/lock")))
    }

    /// Nothing is written, everything is read, all say so, and a held checkpoint mends it.
    private func expectStopped(_ world: World, _ name: String) throws {
        let before = try? lock(world)
        let recorded = try world.daybook("record", "new.ndjson")
        #expect(recorded.status == 2, "\(name): \(recorded.errors)")
        #expect(recorded.errors.contains("lock"), "\(name): \(recorded.errors)")
        #expect(try world.daybook("checkpoint").status == 2, "\(name)")
        let verified = try world.daybook("verify", "--json")
        #expect(verified.status == 2, "\(name)")
        #expect(try verified.json["defects"]?.array?.first?["code"]?.string == "AR403", "\(name)")
        #expect(try verified.json["size"]?.integer == 7, "\(name)")
        #expect(try world.daybook("history", "A-1").output.contains("A-1"), "\(name): reading works")
        let examined = try world.daybook("doctor")
        #expect(examined.status == 1 && examined.output.contains("BAD   lock"), "\(name): \(examined.output)")
        #expect((try? lock(world)) == before, "\(name): nobody touched it")
        #expect(try world.daybook("doctor", "--adopt-lock", "held.txt").status == 0, "\(name)")
        #expect(try world.recording("new.ndjson") == (3, 0), "\(name)")
        #expect(try world.defects() == "", "\(name)")
    }

    @Test func `that was lost, torn or overwritten stops writing until a held checkpoint mends it`() throws {
        let prepared = try prepared()
        let whole = try lock(prepared)
        let other = try lock(try self.prepared(origin: "other.example/daybook"))
        let twin = try lock(try self.prepared())
        let cases: [(String, Data?)] = [
            ("lost", nil), ("empty", Data()), ("half", whole.prefix(whole.count / 2)),
            ("without its end", whole.dropLast()),
            ("zeros", Data(count: whole.count)), ("bytes", Data([0xff, 0xfe, 0x00, 0x80])),
            ("long", Data(repeating: 0x61, count: 2 << 20)),
            ("of another ledger", other), ("of another ledger of that name", twin),
        ]
        for (name, bytes) in cases {
            let world = try prepared.copied()
            if let bytes {
                try setLock(bytes, of: world)
            } else {
                try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
            }
            try expectStopped(world, name)
        }
    }

    @Test func `that was cut at any length is never taken for a lock`() throws {
        let world = try prepared()
        let whole = try lock(world)
        for length in stride(from: 0, to: whole.count, by: 5) {
            try setLock(whole.prefix(length), of: world)
            let outcome = try world.daybook("record", "new.ndjson")
            #expect(outcome.status == 2, "cut at \(length): \(outcome.output)\(outcome.errors)")
        }
        try setLock(whole, of: world)
        #expect(try world.recording("new.ndjson") == (3, 0))
    }

    @Test func `that is behind is grown from, and one that is ahead stops writing`() throws {
        let world = try prepared()
        let newest = try lock(world)
        try setLock(try Data(contentsOf: URL(filePath: world.path("old.txt"))), of: world)
        #expect(try world.defects() == "")
        #expect(try world.daybook("checkpoint").status == 0)
        #expect(try lock(world) == newest, "the same key signs the same")
        let behind = try prepared()
        #expect(
            try behind.shell(
                "daybook backup old.sqlite && daybook record new.ndjson && rm -f daybook.sqlite-* && mv old.sqlite daybook.sqlite"
            ).status == 0)
        let refused = try behind.daybook("record", "new.ndjson")
        #expect(refused.status == 2 && refused.errors.contains("older copy"), "\(refused.errors)")
        // The checkpoint of what was cut off cannot be adopted, nor can an older one hide that it was.
        let ahead = try lock(behind)
        try ahead.write(to: URL(filePath: behind.path("ahead.txt")))
        for note in ["ahead.txt", "held.txt", "old.txt"] {
            #expect(try behind.daybook("doctor", "--adopt-lock", note).status != 0, "\(note)")
            #expect(try lock(behind) == ahead, "\(note)")
        }
    }

    @Test func `is not mended from what is not its ledger's, not signed, or older`() throws {
        let world = try prepared()
        let other = try prepared(origin: "other.example/daybook")
        let twin = try prepared()
        try FileManager.default.copyItem(atPath: other.path("held.txt"), toPath: world.path("other.txt"))
        try FileManager.default.copyItem(atPath: twin.path("held.txt"), toPath: world.path("twin.txt"))
        try world.write("no checkpoint\n", to: "text.txt")
        let whole = try lock(world)
        let older = try world.daybook("doctor", "--adopt-lock", "old.txt")
        #expect(older.status != 0 && older.errors.contains("the lock is newer (7)"), "\(older.errors)")
        #expect(try lock(world) == whole)
        try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
        for (note, sentence) in [
            ("other.txt", "not signed by the key"), ("twin.txt", "not signed by the key"),
            ("text.txt", "not a signed checkpoint"),
            ("nowhere.txt", "no such file"),
        ] {
            let outcome = try world.daybook("doctor", "--adopt-lock", note)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(note): \(outcome.errors)")
            #expect((try? lock(world)) == nil, "\(note)")
        }
        #expect(try world.daybook("doctor", "--adopt-lock", "old.txt").status == 0, "the oldest is better than none")
        #expect(try world.recording("new.ndjson") == (3, 0))
    }

    @Test func `has leftovers beside it that nobody minds`() throws {
        let world = try prepared()
        for name in ["lock.1.new", "lock.99999.new"] { try world.write("half", to: "daybook-keys/\(name)") }
        #expect(try world.recording("new.ndjson") == (3, 0))
        #expect(try world.defects("--trust", "daybook-keys/verifier") == "")
        #expect(try world.daybook("doctor").status == 0)
    }

    @Test(.enabled(if: Faults.isAvailable, "no C compiler is here"))
    func `that is being mended is not written over a newer one`() throws {
        let world = try prepared()
        try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
        try FileManager.default.copyItem(atPath: world.path("old.txt"), toPath: world.path("daybook-keys/lock"))
        // Adopting is halted where it has looked at the lock and is about to write it; somebody records meanwhile.
        let faults = Faults([.open], .STOP, from: 1, times: 1, file: "*/lock.*.new")
        let adopting = try world.start("exec daybook doctor --adopt-lock held.txt", adding: faults.environment)
        while try !isHalted(adopting.processIdentifier) { usleep(1000) }
        let recording = try world.start("exec daybook record new.ndjson")
        // It ends at once, or waits until adopting has ended: which of them cannot be seen from here.
        for _ in 0..<100 where recording.isRunning { usleep(5000) }
        Foundation.kill(adopting.processIdentifier, SIGCONT)
        adopting.waitUntilExit()
        recording.waitUntilExit()
        #expect(adopting.terminationStatus == 0 && recording.terminationStatus == 0)
        let size = String(decoding: try lock(world), as: UTF8.self).split(separator: "\n")[1]
        #expect(size == "10", "the newest lock stands")
        #expect(try world.defects() == "")
    }

    private func isHalted(_ process: Int32) throws -> Bool {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return status.contains("State:\tT")
    }
}
