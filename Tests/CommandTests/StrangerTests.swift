import Bookings
import Foundation
import TestSupport
import Testing

/// What a stranger broke by hand, one test a break.
struct `A stranger` {
    private func event(
        _ id: Int, _ type: String, _ booking: String, at time: String = "2026-10-01T09:00:00Z", data: String
    ) -> String {
        #"{"specversion":"1.0","id":"e-\#(id)","source":"crm","type":"\#(type)","subject":"\#(booking)","time":"\#(time)","#
            + #""sequence":"\#(id)","data":\#(data)}"# + "\n"
    }

    private let standing =
        #"{"actor":{"kind":"user","id":"jane"},"appointment":{"start":"2026-11-10T09:30:00+00:00","end":"2026-11-10T10:00:00+00:00","status":"booked","practitioner":"dr-shah"},"client":{"id":"C-1","name":"Asha Patel"}}"#

    private func world(_ events: String...) throws -> World {
        let world = try World()
        try world.initialize()
        #expect(try world.daybook("record", input: Data(events.joined().utf8)).status == 0)
        return world
    }

    @discardableResult
    private func check(
        _ world: World, _ rows: String..., takenAt: String = "2026-11-01T02:00:00Z", command: String = "reconcile",
        cancelled: String = "kept", extra: [String] = []
    ) throws -> World.Outcome {
        let name = "export-\(takenAt.prefix(10)).csv"
        try world.write(
            (["booking,start,end,status,practitioner,client.id"] + rows).joined(separator: "\n") + "\n", to: name)
        return try world.daybook(
            [
                command, name, "--source", "crm", "--from", "2026-10-01", "--to", "2027-01-01", "--complete",
                "--cancelled",
                cancelled, "--taken-at", takenAt, "--json",
            ] + extra)
    }

    private func verdict(_ world: World, _ arguments: String...) throws -> (
        answer: String?, text: String, codes: Set<String>
    ) {
        let outcome = try world.daybook(["investigate", "--json"] + arguments)
        let json = try outcome.json
        return (json["verdict"]?.string, json["sentence"]?.string ?? outcome.errors, Set(json.findings.map(\.code)))
    }

    private let row = "A,2026-11-10T09:30:00+00:00,2026-11-10T10:00:00+00:00,booked,dr-shah,C-1"

    @Test func `asks for the old id of a booking that was given a new one`() throws {
        let moved =
            #"{"actor":{"kind":"client","id":"C-1"},"supersedes":"A","appointment":{"start":"2026-11-10T10:00:00+00:00","end":"2026-11-10T10:30:00+00:00"}}"#
        let world = try world(
            event(1, "booking.created", "A", data: standing), event(2, "booking.modified", "B", data: moved))
        let report = try check(world, "B,2026-11-10T10:00:00+00:00,2026-11-10T10:30:00+00:00,booked,dr-shah,C-1")
        #expect(try report.json.findings.filter { $0.severity != "info" }.isEmpty, "\(report.output)")
        for arguments in [["--booking", "A"], ["--booking", "B"], ["--client", "C-1", "--around", "2026-11-10"]] {
            let outcome = try world.daybook(["investigate", "--json"] + arguments)
            #expect(try outcome.json["verdict"]?.string == "present", "\(outcome.output)\(outcome.errors)")
        }
        let claimed = try verdict(world, "--booking", "B", "--claimed-start", "2026-11-10T09:30:00+00:00")
        #expect(claimed.answer == "moved")
        #expect(!claimed.text.contains("never moved"))
    }

    @Test func `leaves an event out, and with it the time of the next`() throws {
        let world = try world(
            event(1, "booking.created", "A", data: standing),
            event(3, "booking.modified", "A", data: #"{"appointment":{"location":"surgery-2"}}"#))
        try check(world, row, takenAt: "2026-10-30T02:00:00Z")
        let report = try check(world, "Z,2026-11-12T09:30:00+00:00,,booked,dr-shah,C-9")
        let codes = try report.json.findings
        #expect(
            codes.contains { $0.code == "AR101" && $0.booking == "A" && $0.confidence == "likely" }, "\(report.output)")
        #expect(!codes.contains { $0.code == "AR116" })
    }

    @Test func `waits until the window has moved on, and the loss is still known`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try check(world, row, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-05T02:00:00Z")
        try check(world, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-06T02:00:00Z")
        try world.write("booking,start,status\nB,2026-12-01T09:00:00+00:00,booked\n", to: "later.csv")
        try world.daybook(
            "reconcile", "later.csv", "--source", "crm", "--from", "2026-11-20", "--to", "2027-01-01", "--complete",
            "--cancelled",
            "kept", "--taken-at", "2026-11-20T02:00:00Z")
        let found = try verdict(world, "--booking", "A")
        #expect(found.answer == "dropped", "\(found.text)")
    }

    @Test func `deletes a booking after the schedule already lacked it`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try check(world, row, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-05T02:00:00Z")
        try check(world, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-06T02:00:00Z")
        let late = event(
            2, "booking.deleted", "A", at: "2026-11-01T09:00:00Z",
            data: #"{"actor":{"kind":"user","id":"temp"},"reason":"duplicate"}"#)
        try world.daybook("record", input: Data(late.utf8))
        let found = try verdict(world, "--booking", "A")
        #expect(found.answer == "deleted")
        #expect(found.codes.isSuperset(of: ["AR101", "AR304"]), "\(found.codes)")
        #expect(found.text.contains("afterwards"))
    }

    @Test func `reads an older export after a newer one`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try check(world, row, takenAt: "2026-11-06T02:00:00Z")
        let old = try check(world, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-05T02:00:00Z")
        #expect(try old.json.findings.contains { $0.code == "AR203" })
        #expect(try verdict(world, "--booking", "A").answer == "present", "a later reading shows it")
    }

    @Test func `reads only one practitioner's rows`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try world.write(
            #"{"source":"crm","takenAt":"2026-11-06T02:00:00Z","coverage":{"from":"2026-10-01T00:00:00Z","to":"2027-01-01T00:00:00Z","complete":true,"cancelled":"kept","practitioners":["dr-weiss"]}}"#,
            to: "c.json")
        try world.write("booking,start,status,practitioner\nW,2026-11-12T09:00:00+00:00,booked,dr-weiss\n", to: "w.csv")
        try world.daybook("reconcile", "w.csv", "--coverage", "c.json")
        #expect(try verdict(world, "--booking", "A").answer == "inconclusive")
    }

    @Test func `attests something, and nobody is said to have done it`() throws {
        let world = try World()
        try world.initialize()
        try check(
            world, row, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-05T02:00:00Z",
            command: "observe")
        try check(
            world, "B,2026-12-01T09:00:00+00:00,,booked,dr-shah,C-2", takenAt: "2026-11-06T02:00:00Z",
            command: "observe")
        try world.daybook("attest", "A", "--deleted", "--by", "manager.jane", "--reason", "the client called us")
        let found = try verdict(world, "--booking", "A")
        #expect(found.answer == "deleted")
        #expect(found.text.contains("manager.jane attested"))
        #expect(found.text.contains("A reason is recorded, and sealed"))
        #expect(!found.text.contains("deleted by"))
        #expect(!found.codes.contains("AR302"))
    }

    @Test func `runs two observations at once`() throws {
        let world = try World()
        try world.initialize()
        let rows = (0..<500).map { "A-\($0),2026-12-01T09:00:00+00:00,booked" }.joined(separator: "\n")
        try world.write("booking,start,status\n\(rows)\n", to: "e.csv")
        let command =
            "daybook observe e.csv --source crm --from 2026-10-01 --to 2027-01-01 --complete --cancelled kept --taken-at 2026-11-20T02:00:0"
        #expect(try world.shell("\(command)0Z >a 2>&1 & \(command)5Z >b 2>&1 & wait").status == 0)
        let count = try world.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                "import sqlite3; print(sqlite3.connect('daybook.sqlite').execute(\"select count(*) from entry where cast(bytes as text) like '%booking.created%'\").fetchone()[0])",
            ])
        #expect(count.output.trimmingCharacters(in: .newlines) == "500", "\(count.output)\(count.errors)")
    }

    /// Runs SQL on the ledger's file, as somebody with access to it could.
    private func tamper(_ world: World, _ sql: String) throws {
        let program =
            "import sqlite3,sys; c=sqlite3.connect('daybook.sqlite'); c.executescript(sys.argv[1]); c.commit()"
        let outcome = try world.run("/usr/bin/env", ["python3", "-c", program, sql])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(arguments: [
        "update head set frontier = zeroblob(length(frontier))", "update head set last = zeroblob(32)",
        "update head set size = size + 1",
    ])
    func `changes where the ledger ends, and nothing is signed over it`(_ sql: String) throws {
        let world = try world(
            event(1, "booking.created", "A", data: standing), event(2, "booking.created", "B", data: standing))
        let lock = try world.shell("cat daybook-keys/lock").output
        try tamper(world, sql)
        #expect(
            try world.daybook("record", input: Data(event(3, "booking.created", "C", data: standing).utf8)).status != 0)
        #expect(try world.shell("cat daybook-keys/lock").output == lock)
        #expect(try world.daybook("verify").status == 2)
    }

    @Test func `plants a delivery to have an event passed over`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try tamper(world, "insert into delivery values (1, cast('e-2' as blob), 1, null, null)")
        let recorded = try world.daybook(
            "record", "--json", input: Data(event(2, "booking.created", "B", data: standing).utf8))
        #expect(try recorded.json["recorded"]?.integer == 1)
        #expect(try world.daybook("verify", "--projections").status == 2)
    }

    @Test func `points a booking at another's state`() throws {
        let other = standing.replacingOccurrences(of: "09:30", with: "15:45")
        let world = try world(
            event(1, "booking.created", "A", data: standing), event(2, "booking.created", "B", data: other))
        try tamper(world, "update booking set state = 2 where booking = cast('A' as blob)")
        let change = event(3, "booking.modified", "A", data: #"{"appointment":{"location":"surgery-2"}}"#)
        try world.daybook("record", input: Data(change.utf8))
        #expect(try !world.daybook("history", "A").output.contains("15:45"))
    }

    @Test func `takes the lock away, or plants a trigger, and verify says so`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        #expect(try world.shell("mv daybook-keys/lock lock").status == 0)
        #expect(try world.daybook("verify").status == 2)
        #expect(try world.shell("mv lock daybook-keys/lock").status == 0)
        #expect(try world.daybook("verify").status == 0)
        try tamper(world, "create trigger quiet after insert on entry begin delete from disclosure; end;")
        let verified = try world.daybook("verify", "--json")
        #expect(verified.status == 2)
        #expect(verified.output.contains("trigger quiet"))
    }

    @Test func `swaps the signing key, and nothing is recorded that cannot be signed`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try world.daybook("init", "--origin", "demo.example/other", "--ledger", "o.sqlite", "--keys", "o-keys")
        #expect(try world.shell("cp o-keys/signing.pem daybook-keys/signing.pem").status == 0)
        let size = try world.daybook("verify", "--json").json["size"]?.integer
        #expect(
            try world.daybook("record", input: Data(event(2, "booking.created", "B", data: standing).utf8)).status != 0)
        #expect(try world.daybook("verify", "--json").json["size"]?.integer == size)
    }

    @Test func `changes the look-up tables, and they are made anew`() throws {
        let world = try world(
            event(1, "booking.created", "A", data: standing), event(2, "booking.created", "B", data: standing))
        try tamper(world, "delete from term; update booking set entries = x'09'; update source set sequence = 77")
        #expect(try world.daybook("verify", "--projections").status == 2)
        #expect(try world.daybook("verify").status == 0, "the entries are not concerned")
        let mended = try world.daybook("doctor", "--rebuild")
        #expect(mended.errors.contains("made anew"), "\(mended.errors)")
        #expect(try world.daybook("verify", "--projections").status == 0)
        #expect(try world.daybook("history", "A").status == 0)
    }

    @Test func `gives a window by days, and asks about one booking where the lock is lost`() throws {
        let world = try world(event(1, "booking.created", "A", data: standing))
        try world.write("booking,start,status\nA,2026-11-10T09:30:00+00:00,booked\n", to: "rows.csv")
        let read = try world.daybook(
            "reconcile", "rows.csv", "--source", "crm", "--from", "-7d", "--to", "+90d", "--dry-run")
        #expect(read.status == 0, "\(read.errors)")
        #expect(try world.daybook("history", "A").status == 0)
        try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
        let asked = try world.daybook("history", "A")
        #expect(asked.status == 2 && asked.errors.contains("AR403"), "\(asked.errors)")
    }
}
