import Bookings
import Foundation
import TestSupport
import Testing

/// Where checkpoints go, through the built program: each kind of anchor, done and failed.
struct `An anchor` {
    private let world: World
    private let verifier: String

    init() throws {
        world = try World()
        let made = try world.daybook("init", "--origin", "demo.example/daybook", "--json")
        verifier = try #require(try made.json["verifier"]?.string)
        try world.shell("mkdir kept").requireDone()
    }

    private func configure(_ anchors: String...) throws {
        try world.write("anchors:\n" + anchors.map { "  - \($0)\n" }.joined(), to: "daybook.yaml")
    }

    private func record(_ booking: String) throws {
        let event =
            #"{"specversion":"1.0","id":"e-\#(booking)","source":"crm","type":"booking.created","subject":"\#(booking)","time":"2026-01-12T10:04:16Z","data":{"appointment":{"start":"2026-06-11T09:30:00+01:00","zone":"Europe/London","status":"booked"}}}"#
        #expect(try world.daybook("record", input: Data(event.utf8)).status == 0)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: world.folder.appending(path: name), encoding: .utf8)
    }

    private func timesOutside() throws -> Int {
        let line =
            "import sqlite3; print(sqlite3.connect('daybook.sqlite').execute('SELECT count(*) FROM outside').fetchone()[0])"
        return Int(try world.shell("python3 -c \"\(line)\"").output.trimmingCharacters(in: .newlines)) ?? -1
    }

    @Test func `that is a file or a folder holds what verify takes, with the key`() throws {
        try configure("{ file: newest }", "{ folder: kept }")
        let first = try world.daybook("checkpoint")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("anchor file newest: written, 1 entry"))
        #expect(first.errors.contains("anchor folder kept: written as demo.example_daybook-000000000001.note"))
        try record("A-1")
        #expect(try world.daybook("checkpoint").status == 0)
        #expect(try world.daybook("checkpoint").errors.contains("000000000002.note is there already"))
        #expect(try text("newest") == text("kept/demo.example_daybook-000000000002.note"))
        #expect(try text("newest").hasPrefix("demo.example/daybook\n2\n"))
        for key in ["newest.vkey", "kept/demo.example_daybook.vkey"] { #expect(try text(key) == "\(verifier)\n") }
        let verified = try world.daybook(
            "verify", "--held", "kept", "--held", "newest", "--trust", "newest.vkey", "--json")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(try verified.json["held"]?.array?.map { $0["size"]?.integer } == [1, 2, 2])
        #expect(try timesOutside() == 3)
        #expect(try world.daybook("checkpoint", "--no-anchors").errors.isEmpty)
        #expect(try timesOutside() == 3)
    }

    @Test func `that has what is not of the ledger's past is not written over`() throws {
        try configure("{ file: newest }", "{ folder: kept }")
        try record("A-1")
        #expect(try world.daybook("checkpoint").status == 0)
        let held = try text("newest")
        // Another ledger of the same name, whose keeper has another key and no older lock.
        try world.shell("rm -r daybook.sqlite* daybook-keys").requireDone()
        try world.initialize()
        for booking in ["B-1", "B-2"] { try record(booking) }
        let outcome = try world.daybook("checkpoint")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("anchor file newest: failed: AR403: newest is a checkpoint of 2 entries"))
        #expect(outcome.errors.contains("anchor folder kept: failed: AR403"))
        #expect(try text("newest") == held && text("newest.vkey") == "\(verifier)\n")
        #expect(try timesOutside() == 0)
        try world.write("my shopping list\n", to: "newest")
        #expect(try world.daybook("checkpoint").errors.contains("newest is there and is no checkpoint"))
        #expect(try text("newest") == "my shopping list\n")
    }

    @Test func `that fails stops no other, and is said`() throws {
        try configure(
            "{ folder: nowhere }", "{ command: [/nowhere/program] }", "{ command: [/bin/false] }",
            "{ command: [/bin/sh, -c, 'kill -9 $$'] }", "{ command: [/bin/sleep, '60'], timeout: 1s }",
            "{ email: ana@example.org, sendmail: /nowhere/sendmail }", "{ put: 'http://127.0.0.1:1/x?key=hush' }",
            "{ file: newest }")
        let outcome = try world.daybook("checkpoint", "--json")
        #expect(outcome.status == 69)
        let anchors = try outcome.json["anchors"]?.array ?? []
        #expect(anchors.map { $0["done"]?.boolean } == [false, false, false, false, false, false, false, true])
        let words = anchors.map { $0["sentence"]?.string ?? "" }
        for (sentence, part) in zip(
            words,
            [
                "no such folder", "may not be run", "ended with status 1", "ended by signal 9", "within 1 s",
                "not there",
                "127.0.0.1:1/x: ", "written",
            ])
        { #expect(sentence.contains(part), "\(sentence)") }
        #expect(!outcome.errors.contains("hush") && !outcome.output.contains("hush"))
        #expect(try timesOutside() == 1)
    }

    @Test func `that is a command gets the note on its input and the key beside it, and no shell`() throws {
        try world.write(
            "#!/bin/sh\ncat > got\nprintf '%s' \"$DAYBOOK_VERIFIER\" > key\nprintf '%s|' \"$@\" > words\necho said\n",
            to: "keep")
        try world.shell("chmod 755 keep").requireDone()
        try configure("{ command: [\(world.path("keep")), 'a b', '$(touch owned)', '; touch owned'] }")
        let outcome = try world.daybook("checkpoint")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try text("got") == outcome.output && text("key") == verifier)
        #expect(try text("words") == "a b|$(touch owned)|; touch owned|")
        #expect(!FileManager.default.fileExists(atPath: world.path("owned")))
        #expect(outcome.errors.contains("said") && !outcome.output.contains("said"))
    }

    @Test func `that is a mail is one that can be read and kept`() throws {
        try world.write("#!/bin/sh\necho \"$@\" > words\ncat > mail\n", to: "sendmail")
        try world.shell("chmod 755 sendmail").requireDone()
        try configure("{ email: ana@example.org, sendmail: sendmail }")
        let outcome = try world.daybook("checkpoint")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let mail = try text("mail")
        #expect(try text("words") == "-t -i\n")
        #expect(mail.hasPrefix("To: ana@example.org\nSubject: Checkpoint of demo.example/daybook: 1 entry\n"))
        #expect(mail.contains("\n\(verifier)\n"))
        let rule = String(repeating: "-", count: 79) + "\n"
        let parts = mail.components(separatedBy: rule)
        try #require(parts.count == 3)
        try world.write(parts[1], to: "from-mail")
        #expect(try world.daybook("verify", "--held", "from-mail", "--trust", verifier).status == 0)
    }

    @Test(.enabled(if: LocalServer.isAvailable, "python3 is not installed: no server"))
    func `that is an address gets the note, the key and the token, and nobody else does`() throws {
        let server = try LocalServer(in: world)
        try world.write("a-secret.token\n", to: "token")
        try configure(
            "{ put: '\(server.address)/put/x', tokenFile: token }",
            "{ put: '\(server.address)/moved', tokenFile: token }",
            "{ put: '\(server.address)/fail' }")
        let open = try world.daybook("checkpoint")
        #expect(open.status == 69 && open.errors.contains("chmod 600"))
        #expect(try server.requests.map(\.path) == ["/fail"], "a token that others can read is not used")
        try world.shell("chmod 600 token").requireDone()
        let outcome = try world.daybook("checkpoint")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("/put/x: taken"), "\(outcome.errors)")
        #expect(outcome.errors.contains("answered 307") && outcome.errors.contains("answered 500"))
        #expect(!outcome.errors.contains("secret"))
        let put = try #require(try server.requests.first { $0.path == "/put/x" })
        #expect(Array(put.body.unicodeScalars.map { UInt8($0.value) }) == Array(outcome.output.utf8))
        #expect(put.method == "PUT" && put.headers["x-daybook-verifier"] == verifier)
        #expect(put.headers["authorization"] == "Bearer a-secret.token")
        #expect(try server.requests.map(\.path) == ["/fail", "/put/x", "/moved", "/fail"], "no redirect is followed")
        #expect(try server.requests.last?.headers["authorization"] == nil)
    }
}

extension World.Outcome {
    fileprivate func requireDone() throws { try #require(status == 0, "\(errors)") }
}
