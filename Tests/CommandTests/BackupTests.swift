import Bookings
import Foundation
import TestSupport
import Testing

/// Copies, what putting one back means, and how it goes on from there.
struct `A backup` {
    @Test func `under load is whole; put back it is noticed; another ledger goes on from the last checkpoint`() throws {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(0..<200), to: "first.ndjson")
        for batch in 0..<10 {
            try world.write(Events.created(0..<20, prefix: "l\(batch)-"), to: "load-\(batch).ndjson")
        }
        try #require(world.recording("first.ndjson").recorded == 200)
        let load = try world.start("for b in 0 1 2 3 4 5 6 7 8 9; do daybook record load-$b.ndjson || exit 1; done")
        for copy in 0..<4 {
            let outcome = try world.daybook("backup", "copy-\(copy).sqlite", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        load.waitUntilExit()
        #expect(load.terminationStatus == 0)
        #expect(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
        for copy in 0..<4 {
            let name = "copy-\(copy).sqlite"
            #expect(try world.defects("--ledger", name, "--keys", "none", "--projections") == "")
            let size = try #require(
                try world.daybook("verify", "--ledger", name, "--keys", "none", "--json").json["size"]?.integer)
            #expect(size >= 201 && (size - 201) % 20 == 0, "whole batches: \(size)")
            #expect(try world.daybook("backup", name).status == 73, "nothing is written over")
            #expect(!FileManager.default.fileExists(atPath: world.path("\(name)-wal")))
        }

        #expect(try world.shell("rm -f daybook.sqlite-*; cp copy-0.sqlite daybook.sqlite").status == 0)
        let verified = try world.daybook("verify", "--json", "--held", "held.txt")
        #expect(verified.status == 2)
        #expect(try verified.json["defects"]?.array?.contains { $0["code"]?.string == "AR403" } == true)
        #expect(verified.output.contains("older copy"), "\(verified.output)")
        #expect(try world.daybook("doctor").output.contains("older copy"))
        #expect(try world.daybook("record", "load-9.ndjson").status == 2)
        let listed = try world.daybook("history", "A-1", "--json")
        #expect(try listed.json["booking"]?.string == "A-1", "reading works")

        let next = ["--ledger", "next.sqlite", "--keys", "next-keys"]
        let made = try world.daybook(["init", "--origin", "demo.example/next", "--after", "held.txt"] + next)
        #expect(made.status == 0, "\(made.errors)")
        let all = ["first.ndjson"] + (0..<10).map { "load-\($0).ndjson" }
        #expect(try world.recording(all + next) == (400, 0), "what the booking system still has is recorded again")
        #expect(try world.defects("--ledger", "next.sqlite", "--keys", "next-keys", "--projections") == "")
        let first = try world.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                "import sqlite3; print(sqlite3.connect('next.sqlite').execute('select bytes from entry').fetchone()[0].decode())",
            ])
        let after = try JSONValue(parsing: Array(first.output.utf8))["body"]?["after"]
        #expect(after?["origin"]?.string == "demo.example/daybook" && after?["size"]?.integer == 401)
    }
}
