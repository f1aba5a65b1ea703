import Bookings
import Foundation
import TestSupport
import Testing

/// `daybook erase`: what a manager types when a client asks to be forgotten.
struct `Erasing` {
    private static func event(_ number: Int, _ booking: String, _ client: String, _ name: String) -> String {
        #"{"specversion":"1.0","id":"e-\#(number)","source":"crm","type":"booking.created","subject":"\#(booking)","#
            + #""time":"2026-10-01T09:00:00Z","data":{"client":{"id":"\#(client)","name":"\#(name)"},"note":"annotated-\#(number)","#
            + #""appointment":{"start":"2026-11-10T09:30:00+00:00","status":"booked"}}}"# + "\n"
    }

    private func prepared() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(
            Self.event(1, "A-1", "C-1", "Asha Patel") + Self.event(2, "A-2", "C-2", "Ben Okri") + "not an event\n",
            to: "events.ndjson")
        try world.daybook("record", "events.ndjson")
        return world
    }

    private static let asked = ["--by", "ana", "--reason", "client-request"]

    @Test func `a client is asked for, told, done, recorded, and done once`() throws {
        let world = try prepared()
        try world.daybook("checkpoint", "--out", "held.txt")
        let plan = try world.daybook("erase", "--client", "C-1", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("Would erase 4 fields of 2 entries"), "\(plan.output)")
        #expect(plan.output.contains("entry 1: client.id client.name note") && !plan.output.contains("Asha"))
        #expect(
            try world.daybook("investigate", "--client", "Asha Patel").output.contains("A-1"), "nothing is gone yet")
        let done = try world.daybook(["erase", "--client", "C-1"] + Self.asked)
        #expect(done.status == 0 && done.output.contains("recorded as entries 4 to 5"), "\(done.output)\(done.errors)")
        #expect(done.output.contains("originals of refused events"))
        let grep = try world.shell("grep -rl -e Asha -e asha -e C-1 -e 'not an event' . --exclude=events.ndjson")
        #expect(grep.status == 1, "\(grep.output)")
        #expect(try world.defects("--projections", "--held", "held.txt") == "", "the ledger still verifies")
        #expect(!(try world.daybook("investigate", "--client", "Asha Patel").output.contains("A-1")))
        let again = try world.daybook(["erase", "--client", "C-1", "--json"] + Self.asked)
        #expect(again.status == 0)
        #expect(try again.json["fields"]?.integer == 0 && again.json["requested"] == nil)
        #expect(try world.size() == 6)
        let history = try world.daybook("history", "A-1")
        #expect(
            history.output.contains("client.id, client.name, note: erased, as entry 5 records"), "\(history.output)")
        #expect(
            try world.daybook("history", "A-2").output.contains("client.id, client.name, note: kept, and not shown"))
        let json = try world.daybook("history", "A-1", "--json").json
        #expect(json["sealed"]?.array?.first?["state"]?.string == "erased")
        #expect(json["sealed"]?.array?.first?["by"]?.integer == 5)
        let verdict = try world.daybook("investigate", "--booking", "A-1")
        #expect(verdict.output.contains("client.id, client.name, note of entry 1"), "\(verdict.output)")
        #expect(try world.daybook("erase", "--reapply").output == "Nothing that was erased is there again.\n")
    }

    @Test func `a booking and a field`() throws {
        let world = try prepared()
        #expect(try world.daybook(["erase", "--field", "note"] + Self.asked).status == 0)
        let grep = try world.shell("grep -l -a -e annotated-1 -e annotated-2 daybook.sqlite*")
        #expect(grep.status == 1, "\(grep.output)")
        let done = try world.daybook(["erase", "--booking", "A-2", "--json"] + Self.asked)
        #expect(try done.json["erased"]?.array?.first?.text == #"[2,["client.id","client.name"]]"#)
        #expect(try world.defects("--projections") == "")
        let entries = try world.shell(
            "python3 -c \"import sqlite3; [print(b.decode()) for (b,) in sqlite3.connect('daybook.sqlite').execute('SELECT bytes FROM entry')]\""
        ).output
        #expect(
            entries.contains(
                #""type":"erasure.requested","actor":{"kind":"user","id":"ana"},"reason":"client-request""#))
    }

    @Test(arguments: [
        (["--client", "C-1"], Int32(64), "--by WHO --reason CODE"),
        (["--by", "a", "--reason", "b"], 64, "--client ID"),
        (["--reapply", "--client", "C-1"], 64, "--reapply"), (["--field", "Note"] + asked, 64, "--field Note"),
        (["--client", "C-1", "--by", "ana", "--reason", "She asked us"], 64, "--reason She asked us"),
        (["--booking", "A-9"] + asked, 66, "A-9"),
        (["--booking", "A-1", "--source", "web"] + asked, 66, "web"), (["--client", ""] + asked, 64, "empty"),
        (["--client", "C-1", "--keys", "nowhere"] + asked, 2, "--keys"),
    ])
    func `a mistake is named, and nothing is erased`(_ arguments: [String], status: Int32, word: String) throws {
        let world = try prepared()
        let outcome = try world.daybook(["erase"] + arguments)
        #expect(outcome.status == status && outcome.errors.contains(word), "\(outcome.status) \(outcome.errors)")
        #expect(try world.size() == 4)
        #expect(try world.daybook("investigate", "--client", "Asha Patel").output.contains("A-1"))
    }

    @Test func `an id that nobody has is said to be none`() throws {
        let world = try prepared()
        let outcome = try world.daybook(["erase", "--client", "c-1"] + Self.asked)
        #expect(outcome.status == 0 && outcome.output.contains("no entry discloses the client id \"c-1\""))
        #expect(try world.size() == 4, "nothing is recorded")
    }

    @Test func `while another program reads, it is said that the values may still stand there`() throws {
        let world = try prepared()
        let reader = try world.start(
            """
            python3 -c "import sqlite3,time; c=sqlite3.connect('daybook.sqlite',isolation_level=None); c.execute('BEGIN')
            c.execute('SELECT count(*) FROM entry').fetchall(); open('reading','w').close(); time.sleep(600)"
            """)
        while !FileManager.default.fileExists(atPath: world.path("reading")) { usleep(1000) }
        let done = try world.daybook(["erase", "--client", "C-1"] + Self.asked)
        #expect(done.status == 75 && done.errors.contains("daybook erase --reapply"), "\(done.errors)")
        #expect(done.output.contains("Erased 4 fields"), "it is erased and recorded all the same")
        try world.kill([reader])
        #expect(try world.daybook("erase", "--reapply").status == 0)
        #expect(try world.shell("grep -l -a Asha daybook.sqlite*").status == 1)
    }

    @Test(.enabled(if: Faults.isAvailable, "no C compiler is here"))
    func `at any kill it is done or not, and the next call completes it`() throws {
        let prepared = try prepared()
        let command = ["erase", "--client", "C-1"] + Self.asked
        let calls = try prepared.calls([.write, .sync, .truncate, .rename, .unlink], of: command)
        let places = calls.indices.filter { ($0 == 0 || calls[$0 - 1] != calls[$0]) && !calls[$0].hasSuffix("-shm") }
        try #require(places.count > 5)
        for place in places.map({ $0 + 1 }) {
            let world = try prepared.copied()
            let killed = try world.daybook(
                command,
                under: Faults(
                    [.write, .sync, .truncate, .rename, .unlink], .KILL, from: place, file: "\(world.folder.path)*"))
            let trace = Comment(rawValue: "killed at call \(place), \(calls[place - 1])")
            #expect(killed.status == SIGKILL, trace)
            #expect(try world.defects("--projections") == "", trace)
            #expect(try world.daybook(command).status == 0, trace)
            #expect(try world.size() == 6, "recorded once: \(trace)")
            let grep = try world.shell("grep -rl -e Asha -e asha . --exclude=events.ndjson")
            #expect(grep.status == 1, "\(trace): \(grep.output)")
            let list = try String(contentsOfFile: world.path("daybook-keys/erasures"), encoding: .utf8)
            #expect(list.split(separator: "\n").count == 1, trace)
            #expect(try world.defects("--projections") == "", trace)
        }
    }
}
