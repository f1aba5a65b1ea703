import Bookings
import Foundation
import TestSupport
import Testing

/// Two histories under one name, as two people at two terminals find them.
struct `A fork` {
    /// A ledger, its checkpoint as an auditor kept it, and then another history under the same key.
    private func forked(sameSize: Bool) throws -> World {
        let world = try World()
        try world.initialize()
        func record(_ bookings: String...) throws {
            let events = bookings.map { booking in
                #"{"specversion":"1.0","id":"e-\#(booking)","source":"crm","type":"booking.created","subject":"\#(booking)","time":"2026-01-12T10:04:16Z","data":{"appointment":{"start":"2026-06-11T09:30:00+01:00","zone":"Europe/London","status":"booked"}}}"#
            }
            #expect(try world.daybook("record", input: Data(events.joined(separator: "\n").utf8)).status == 0)
        }
        try record("A-1")
        try world.shell("cp daybook.sqlite old.sqlite && cp -r daybook-keys old-keys").requireSuccess()
        try record("B-1")
        #expect(try world.daybook("checkpoint", "--out", "held.note").status == 0)
        // The older copy is put back with its lock, and goes on.
        try world.shell(
            "rm -f daybook.sqlite* && cp old.sqlite daybook.sqlite && rm -r daybook-keys && mv old-keys daybook-keys"
        )
        .requireSuccess()
        try record("C-1")
        if !sameSize { try record("D-1") }
        return world
    }

    @Test(arguments: [true, false]) func `is shown to anybody who has the key`(sameSize: Bool) throws {
        let world = try forked(sameSize: sameSize)
        if !sameSize {
            // The checkpoint of the same size is not stored in what the other person was given.
            try world.shell(
                "python3 -c \"import sqlite3; c = sqlite3.connect('daybook.sqlite'); c.execute('DELETE FROM checkpoint WHERE size = 3'); c.commit()\""
            )
            .requireSuccess()
        }
        let outcome = try world.daybook("verify", "--held", "held.note", "--fork-evidence", "fork.json")
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("Held      3 entries: it is signed, and of another history"))
        #expect(outcome.errors.contains("Proven: ") && outcome.errors.contains("verify-fork fork.json"))

        let elsewhere = try World()
        try elsewhere.copy(world.folder.appending(path: "fork.json"))
        try elsewhere.copy(world.folder.appending(path: "daybook-keys/verifier"))
        let proven = try elsewhere.daybook("verify-fork", "fork.json", "--trust", "verifier", "--json")
        #expect(proven.status == 0, "\(proven.errors)")
        #expect(try proven.json["showing"]?.string == "proven")
        let text = try elsewhere.daybook("verify-fork", "fork.json", "--trust", "verifier").words
        #expect(text.contains(sameSize ? "both are of 3 entries" : "does not start with the 3 entries"))
        #expect(text.contains("it does not say who did it"))
        let untrusted = try elsewhere.daybook("verify-fork", "fork.json")
        #expect(untrusted.status == 3 && untrusted.errors.contains("fingerprint"))
        let stranger = try World()
        try stranger.initialize()
        try elsewhere.copy(stranger.folder.appending(path: "daybook-keys/verifier"), as: "stranger")
        let refused = try elsewhere.daybook("verify-fork", "fork.json", "--trust", "stranger")
        #expect(refused.status == 2 && refused.errors.contains("not both checkpoints are signed"))
    }

    @Test func `is not made of what fits`() throws {
        let world = try World()
        try world.initialize()
        try world.shell("mkdir held").requireSuccess()
        #expect(try world.daybook("checkpoint", "--out", "held/one.note").status == 0)
        try world.copy(world.folder.appending(path: "daybook-keys/verifier"), as: "held/one.vkey")
        let outcome = try world.daybook("verify", "--held", "held", "--fork-evidence", "fork.json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Held      1 entry: the ledger has grown from it"))
        #expect(outcome.errors.contains("no fork evidence was written"))
        #expect(!FileManager.default.fileExists(atPath: world.path("fork.json")))
        #expect(try world.daybook("verify", "--fork-evidence", "fork.json").status == 64)
        #expect(try world.daybook("verify-fork", "held/one.note").status == 65)
        #expect(try world.daybook("verify-fork", "nowhere").status == 66)
    }
}

extension World.Outcome {
    fileprivate func requireSuccess() throws { try #require(status == 0, "\(errors)") }
}
