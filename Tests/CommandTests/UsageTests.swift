import Bookings
import Foundation
import TestSupport
import Testing

/// What a person gets wrong, and what they are told: one line, with the remedy and the right status; never a trace.
struct `A mistake` {
    private func expect(
        _ outcome: World.Outcome, status: Int32, says words: String..., at location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)", sourceLocation: location)
        for word in words {
            #expect(outcome.errors.contains(word), "should say \(word): \(outcome.errors)", sourceLocation: location)
        }
        #expect(!outcome.errors.contains("Fatal error"), sourceLocation: location)
        #expect(!outcome.errors.contains(".swift"), "no place in the source is shown", sourceLocation: location)
    }

    @Test func `about the ledger is named with its remedy`() throws {
        let world = try World()
        expect(try world.daybook("verify"), status: 66, says: "there is no ledger", "daybook init")
        expect(try world.daybook("init", "--origin", "Not A Name"), status: 64, says: "Not A Name", "a-z")
        try world.initialize()
        expect(
            try world.daybook("init", "--origin", "demo.example/other"), status: 73, says: "daybook.sqlite",
            "is there already")
        expect(
            try world.daybook("init", "--origin", "demo.example/other", "--ledger", "other.sqlite"), status: 66,
            says: "a signing key is there already")
        #expect(!FileManager.default.fileExists(atPath: world.path("other.sqlite")), "nothing is left behind")
        try world.write("not a database at all, though it is long enough to be taken for one", to: "text.sqlite")
        expect(
            try world.daybook("verify", "--ledger", "text.sqlite"), status: 65,
            says: "text.sqlite is not a Daybook ledger")
        try world.write("", to: "empty.sqlite")
        expect(
            try world.daybook("verify", "--ledger", "empty.sqlite"), status: 65,
            says: "empty.sqlite is not a Daybook ledger")
        expect(
            try world.daybook("record", "--keys", "nowhere", input: Data("{}\n".utf8)), status: 2,
            says: "name their directory with --keys")
    }

    @Test(
        arguments: [
            ("reconcile x.csv --source crm --map what", "Usage: daybook reconcile [", "daybook reconcile"),
            ("findings ack 7 --by a --reason b --until soon", "Usage: daybook findings ack [", "daybook findings ack"),
            ("explain AR999", "Usage: daybook explain [", "daybook explain"),
            ("setup x.csv --dates dd", "Usage: daybook setup [", "daybook setup"),
            ("investigate", "Usage: daybook investigate ", "daybook investigate"),
        ])
    func `in an option is told with the usage of its own command`(line: String, usage: String, command: String) throws {
        let world = try World()
        try world.initialize()
        try world.write("Ref\n", to: "x.csv")
        let outcome = try world.shell("daybook \(line)")
        expect(outcome, status: 64, says: "Error: ", usage, "See '\(command) --help' for more information.")
        #expect(!outcome.errors.contains("<subcommand>"), "\(outcome.errors)")
    }

    @Test func `about options is named`() throws {
        let world = try World()
        try world.initialize()
        expect(try world.daybook("reconcile"), status: 64, says: "<file>")
        expect(try world.daybook("reconcile", "x.csv"), status: 64, says: "--source")
        expect(try world.daybook("reconcile", "x.csv", "--source", "crm"), status: 66, says: "x.csv")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--map", "what=Ref"), status: 64,
            says: "our columns are")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--status", "DNA=missed"), status: 64,
            says: "noshow")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--from", "soon"), status: 64,
            says: "--from soon")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--cancelled", "maybe"), status: 64,
            says: "kept or removed")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--fail-on", "loud"), status: 64,
            says: "--fail-on loud")
        expect(
            try world.daybook("reconcile", "x.csv", "--source", "crm", "--allow-mass-disappearance"), status: 64,
            says: "--by WHO")
        expect(try world.daybook("investigate"), status: 64, says: "--client")
        expect(
            try world.daybook("investigate", "--booking", "A", "--around", "someday"), status: 64,
            says: "--around someday")
        expect(try world.daybook("explain", "AR999"), status: 64, says: "AR999")
        expect(try world.daybook("history", "A-1"), status: 66, says: "no booking \"A-1\" is recorded")
        expect(try world.daybook("attest", "A-1", "--deleted", "--by", "me", "--reason", "x"), status: 66, says: "A-1")
        expect(
            try world.daybook("verify", "--trust", "nonsense"), status: 64, says: "neither a verifier key nor a file")
        expect(try world.daybook("verify", "--held", "nowhere.txt"), status: 66, says: "nowhere.txt")
    }

    @Test func `in an export is named by line and column`() throws {
        let world = try World()
        try world.initialize()
        func reconcile(_ csv: Data) throws -> World.Outcome {
            try csv.write(to: URL(filePath: world.path("s.csv")))
            return try world.daybook(
                "reconcile", "s.csv", "--source", "crm", "--zone", "Europe/London", "--from", "2026-01-01", "--to",
                "2027-01-01",
                "--complete", "--cancelled", "kept", "--taken-at", "2026-03-01T02:00:00Z", "--json")
        }
        expect(try reconcile(Data()), status: 65, says: "s.csv")
        expect(try reconcile(Data("a,b\n1,2\n".utf8)), status: 65, says: "booking", "--map")
        expect(try reconcile(Data("booking,start\n\"A-1,2026\n".utf8)), status: 65, says: "line 2", "quote")
        expect(try reconcile(Data([0x62, 0x6f, 0x0a, 0xff, 0xfe])), status: 65)
        let report = try reconcile(
            Data("booking,start,status\nA-1,2026-02-30T10:00,booked\nA-2,2026-03-29T01:30,weird\n".utf8)
        ).json
        let codes = report.findings.map(\.code)
        #expect(codes.contains("AR112") && codes.contains("AR206"))
    }

    @Test func `in an event loses nothing that can be read`() throws {
        let world = try World()
        try world.initialize()
        let good =
            #"{"specversion":"1.0","id":"e-1","source":"crm","type":"booking.created","subject":"A-1","data":{"client":{"name":"Asha Patel"}}}"#
        let lines = [
            Data(good.utf8), Data("{".utf8), Data([0xff, 0xfe, 0x7b]), Data("[]".utf8), Data("null".utf8),
            Data("   ".utf8),
            Data(#"{"specversion":"1.0","type":"booking.exploded","source":"crm","subject":"A-1"}"#.utf8),
            Data(
                #"{"specversion":"1.0","id":"e-2","type":"booking.created","source":"crm","subject":"A\u0000B"}"#.utf8),
            Data(String(repeating: "[", count: 100_000).utf8), Data(repeating: 0x61, count: 3 << 20),
            Data(
                good.replacingOccurrences(of: "e-1", with: "e-3").replacingOccurrences(of: "\"A-1\"", with: "\"A-2\"")
                    .utf8),
        ]
        let outcome = try world.daybook("record", "--json", input: Data(lines.joined(separator: Data("\n".utf8))))
        #expect(outcome.status == 65)
        let answer = try outcome.json
        #expect(answer["recorded"]?.integer == 2)
        #expect(answer["refused"]?.array?.count == 8)
        #expect(!outcome.errors.contains("Asha"), "no personal value in what is said")
        #expect(try world.daybook("verify", "--projections").status == 0)
        #expect(try world.daybook("history", "A-2").status == 0)
    }

    @Test(arguments: [
        "A\"1", "A\n1", "A'; DROP TABLE entry; --", "</script><script>alert(1)</script>", "A-😀", "e\u{301}", "é",
        "A\\1", " lead", "\u{202e}abc",
    ])
    func `is no booking's id, however strange`(_ id: String) throws {
        let world = try World()
        try world.initialize()
        let event = JSONValue.object([
            "specversion": .string("1.0"), "id": .string("e-1"), "source": .string("crm"),
            "type": .string("booking.created"),
            "subject": .string(id), "time": .string("2026-06-01T09:00:00Z"),
            "data": .object([
                "appointment": .object(["start": .string("2026-06-11T09:30:00+01:00"), "status": .string("booked")])
            ]),
        ])
        #expect(try world.daybook("record", input: Data(event.bytes + [0x0a])).status == 0)
        #expect(try world.daybook("history", "--json", "--", id).json["booking"]?.string == id)
        let quoted = "\"" + id.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        try world.write("booking,start,status\n\(quoted),2026-06-11T09:30:00+01:00,booked\n", to: "s.csv")
        let report = try world.daybook(
            "reconcile", "s.csv", "--source", "crm", "--from", "2026-01-01", "--to", "2027-01-01", "--complete",
            "--cancelled", "kept",
            "--taken-at", "2026-11-20T02:00:00Z", "--json")
        let json = try report.json
        // A white space around a cell is the export's, not the id's; any other id comes back as it went.
        if id == id.trimmingCharacters(in: .whitespaces) {
            #expect(json["agreeing"]?.integer == 1, "\(report.output)")
        }
        #expect(try world.daybook("verify", "--projections").status == 0)
    }
}

/// What must be noticed of a ledger, through the command line.
struct `A ledger` {
    private func filled() throws -> World {
        let world = try World()
        let scenario = Fixtures.checkout.appending(
            components: "samples", "scenarios", "seed002a_silently_dropped_with_sibling")
        for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
            try world.copy(scenario.appending(path: file))
        }
        try world.initialize()
        return world
    }

    @Test func `that was put back to an older copy is read, says so, and is not written`() throws {
        let world = try filled()
        #expect(try world.daybook("backup", "old.sqlite").status == 0)
        #expect(try world.daybook("record", "events.ndjson").status == 0)
        #expect(
            try world.shell("rm -f daybook.sqlite-wal daybook.sqlite-shm; cp old.sqlite daybook.sqlite").status == 0)
        let verified = try world.daybook("verify", "--json")
        #expect(verified.status == 2)
        #expect(try verified.json["defects"]?.array?.first?["code"]?.string == "AR403")
        #expect(try world.daybook("history", "A-1001").status == 66, "reading works")
        let recorded = try world.daybook("record", "events.ndjson")
        #expect(recorded.status == 2)
        #expect(recorded.errors.contains("older copy"))
        #expect(try world.daybook("checkpoint").status == 2)
        let report = try world.daybook("reconcile", "schedule.csv", "--coverage", "coverage.json", "--json")
        #expect(report.status == 2)
        #expect(try report.json.findings.contains { $0.code == "AR403" })
    }

    @Test func `that lost its lock is mended from a held checkpoint only`() throws {
        let world = try filled()
        #expect(try world.daybook("record", "events.ndjson").status == 0)
        #expect(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
        #expect(try world.shell("rm daybook-keys/lock").status == 0)
        let refused = try world.daybook("record", "events.ndjson")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--adopt-lock"))
        #expect(try world.daybook("doctor").status == 1)
        #expect(try world.daybook("doctor", "--adopt-lock", "held.txt").status == 0)
        #expect(try world.daybook("record", "events.ndjson").status == 0)
    }

    @Test func `that was lost goes on openly under another name`() throws {
        let world = try filled()
        #expect(try world.daybook("record", "events.ndjson").status == 0)
        #expect(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
        let made = try world.daybook(
            "init", "--origin", "demo.example/again", "--after", "held.txt", "--ledger", "again.sqlite", "--keys",
            "again-keys")
        #expect(made.status == 0, "\(made.errors)")
        let verified = try world.daybook(
            "verify", "--ledger", "again.sqlite", "--keys", "again-keys", "--held", "held.txt", "--json")
        #expect(verified.status == 3, "the held checkpoint is of the ledger before")
        #expect(try verified.json["unreached"]?.array?.count == 1)
    }

    @Test func `is signed and held only where the verifier says so`() throws {
        let world = try filled()
        #expect(try world.daybook("record", "events.ndjson").status == 0)
        #expect(try world.daybook("checkpoint", "--out", "held.txt").status == 0)
        func assurance(_ arguments: String...) throws -> [String] {
            try world.daybook(["verify", "--json"] + arguments).json["assurance"]?.array?.compactMap(\.string) ?? []
        }
        #expect(try assurance() == ["consistent"])
        #expect(try assurance("--trust", "daybook-keys/verifier") == ["consistent", "signed"])
        #expect(try assurance("--held", "held.txt") == ["consistent", "held"])
        #expect(
            try assurance("--held", "held.txt", "--trust", "daybook-keys/verifier") == ["consistent", "signed", "held"])
    }

    @Test func `and its secrets are the owner's alone`() throws {
        let world = try filled()
        #expect(try world.daybook("record", "events.ndjson").status == 0)
        #expect(try world.daybook("backup", "copy.sqlite").status == 0)
        for (name, mode) in [
            ("daybook.sqlite", 0o600), ("daybook-keys/signing.pem", 0o600), ("daybook-keys", 0o700),
            ("copy.sqlite", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: world.path(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
        }
        #expect(try world.shell("chmod 644 daybook-keys/signing.pem").status == 0)
        let refused = try world.daybook("checkpoint")
        #expect(refused.errors.contains("chmod 600"))
    }
}
