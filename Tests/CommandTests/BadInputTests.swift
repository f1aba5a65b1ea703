import Bookings
import Foundation
import TestSupport
import Testing

extension World.Outcome {
    /// Requires that the program ended by itself, with this status, and said these words to the person.
    func expect(_ status: Int32, says words: [String], at location: SourceLocation = #_sourceLocation) {
        #expect(self.status == status, "\(output.prefix(2000))\(errors.prefix(2000))", sourceLocation: location)
        for word in words {
            #expect(
                errors.contains(word), "should say \"\(word)\": \(errors.prefix(2000))", sourceLocation: location)
        }
        #expect(!errors.contains("Fatal error") && !errors.contains(".swift"), sourceLocation: location)
        for text in [output, errors] {
            #expect(text.unicodeScalars.allSatisfy(World.Outcome.isHarmless), sourceLocation: location)
        }
    }

    /// False for what could steer a terminal or turn its line around.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
    }
}

extension World {
    /// Runs a line of shell in which `daybook` is the program; what takes longer than a minute is stopped, with 124.
    func bounded(_ line: String) throws -> Outcome {
        try run("/usr/bin/timeout", ["60", "/bin/bash", "-c", line])
    }

    /// As ``bounded(_:)``, with the most memory in KiB that the program had; `line` feeds it through a pipe.
    func measured(_ line: String, _ arguments: String) throws -> (outcome: Outcome, peak: Int) {
        let program = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:]).returncode
            open("peak", "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
            sys.exit(status)
            """
        try write(program, to: "measured.py")
        let outcome = try run(
            "/usr/bin/timeout", ["100", "/bin/bash", "-c", "(\(line)) | python3 measured.py daybook \(arguments)"])
        return (outcome, try #require(Int(String(contentsOfFile: path("peak"), encoding: .utf8))))
    }
}

/// What is no file of the kind that was asked for.
struct `A file that is none` {
    private func world() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write("", to: "empty")
        try world.write("booking,start\nA-1,2026-06-11T09:30:00+01:00\n", to: "s.csv")
        #expect(try world.shell("mkdir folder; ln -s loop loop; ln -s nowhere dangling").status == 0)
        return world
    }

    @Test(arguments: [
        ("record none", 66, "none: there is no such file"), ("record folder", 74, "folder: this is a folder"),
        ("record loop", 66, "loop:"), ("record dangling", 66, "dangling:"),
        ("observe none --source crm", 66, "none: there is no such file"),
        ("observe folder --source crm", 74, "folder: this is a folder"),
        ("observe empty --source crm", 65, "empty: the file is empty"),
        ("observe /dev/null --source crm", 65, "the file is empty"),
        ("observe loop --source crm", 74, "loop:"),
        ("observe s.csv --coverage none", 66, "none: there is no such file"),
        ("observe s.csv --coverage folder", 74, "folder: this is a folder"),
        ("observe s.csv --coverage empty", 65, "empty, line 1: not JSON"),
        ("observe s.csv --coverage s.csv", 65, "s.csv, line 1: not JSON"),
        ("verify --config none", 66, "none: there is no such file"),
        ("verify --config folder", 74, "folder: this is a folder"),
        ("verify --config /dev/zero", 65, "longer than 1048576 bytes"),
        ("verify --config s.csv", 65, "s.csv, line 1"),
        ("verify --held none", 66, "none:"), ("verify --held empty", 65, "empty: this is not a signed checkpoint"),
        ("verify --held folder", 66, "folder: no checkpoint lies in this folder"),
        ("verify --held s.csv", 65, "s.csv: this is not a signed checkpoint"),
        ("verify --trust none", 64, "none"), ("verify --trust folder", 64, "folder"),
        ("verify --trust s.csv", 65, "s.csv: this is not a verifier key"),
        ("verify --ledger .", 65, ". is not a Daybook ledger: it is a folder"),
        ("verify --ledger folder/", 65, "is not a Daybook ledger: it is a folder"),
        ("verify --ledger /dev/null", 65, "is not a Daybook ledger"),
        ("verify --ledger s.csv", 65, "s.csv is not a Daybook ledger"),
        ("verify --ledger dangling", 66, "there is no ledger at dangling"),
        ("init --origin a/b --ledger n --keys s.csv", 66, "s.csv"),
        ("init --origin a/b --ledger none/n --keys k", 74, "none/n"),
        ("init --origin a/b --ledger n --keys k --after none", 66, "none:"),
        ("init --origin a/b --ledger n --keys k --after empty", 65, "empty: this is not a signed checkpoint"),
        ("doctor --adopt-lock empty", 65, "empty: this is not a signed checkpoint"),
        ("backup .", 73, ". is there already"), ("backup none/copy", 74, "none/copy"),
        ("checkpoint --out .", 73, ".:"), ("checkpoint --out folder", 73, "folder:"),
    ])
    func `is refused with its name`(_ line: String, status: Int32, word: String) throws {
        let world = try world()
        try world.bounded("daybook \(line)").expect(status, says: [word])
        #expect(!FileManager.default.fileExists(atPath: world.path("n")), "nothing is left behind")
        try world.bounded("daybook verify --projections").expect(0, says: [])
    }

    @Test func `is no reason to record something: an empty one of events, a pipe that gives nothing`() throws {
        let world = try world()
        for line in [
            "record empty", "record /dev/null", "record < /dev/null", "record <(true)", "record <(echo; echo)",
        ] {
            let outcome = try world.bounded("daybook \(line)")
            outcome.expect(0, says: [])
            #expect(outcome.output == "recorded 0; the ledger has 1 entry.\n")
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func `may not be read by this user`() throws {
        let world = try world()
        #expect(try world.shell("chmod 000 s.csv").status == 0)
        try world.bounded("daybook observe s.csv --source crm").expect(77, says: ["s.csv: this user may not read it"])
        try world.bounded("daybook record s.csv").expect(66, says: ["s.csv:", "may not be read"])
    }
}

/// What stands in entries for good comes in through options too.
struct `An option that no entry can hold` {
    private static let long = String(repeating: "x", count: 70_000)
    private static let root = Data(repeating: 1, count: 32).base64EncodedString()
    private static let signature = "— k \(Data(repeating: 1, count: 68).base64EncodedString())\n"

    private func world() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write("booking,start\nA-1,2026-06-11T09:30:00+01:00\n", to: "s.csv")
        return world
    }

    private func requireWhole(_ world: World) throws {
        let verified = try world.daybook("verify", "--projections", "--json")
        #expect(verified.status == 0)
        #expect(try verified.json["size"]?.integer == 1, "nothing was recorded")
        try world.bounded("daybook observe s.csv --source crm --taken-at 2026-06-01T02:00:00Z --fail-on never")
            .expect(0, says: [])
    }

    @Test(arguments: ["", String(repeating: "x", count: 1025), long])
    func `is no id of a source`(_ source: String) throws {
        let world = try world()
        for command in ["observe", "reconcile"] {
            let outcome = try world.daybook(
                command, "s.csv", "--source", source, "--taken-at", "2026-06-01T02:00:00Z")
            outcome.expect(64, says: ["--source", "1 to 1024 bytes"])
        }
        try world.write(#"{"source":"\#(source)","takenAt":"2026-06-01T02:00:00Z"}"#, to: "c.json")
        try world.bounded("daybook observe s.csv --coverage c.json").expect(65, says: ["c.json, line 1", "source"])
        try world.write("sources: [ { id: \"\(source)\" } ]", to: "c.yaml")
        try world.bounded("daybook observe s.csv --config c.yaml").expect(65, says: ["c.yaml, line 1"])
        try requireWhole(world)
    }

    @Test(arguments: [
        (long, "5"), ("demo.example/a", "9007199254740992"), ("demo.example/a", "9223372036854775807"),
        ("Demo", "5"), ("caf\u{e9}", "5"), ("a\u{85}b", "5"), ("</script>", "5"),
    ])
    func `is no checkpoint to continue from`(_ origin: String, size: String) throws {
        let world = try world()
        try world.write("\(origin)\n\(size)\n\(Self.root)\n\n\(Self.signature)", to: "held.txt")
        try world.bounded("daybook init --origin a/b --ledger n --keys k --after held.txt")
            .expect(65, says: ["held.txt: this is a checkpoint, but not of a Daybook ledger"])
        #expect(!FileManager.default.fileExists(atPath: world.path("n")))
        #expect(!FileManager.default.fileExists(atPath: world.path("k")))
        try world.bounded("daybook verify --held held.txt").expect(3, says: [])
        try requireWhole(world)
    }

    @Test func `is no name, and is found under none`() throws {
        let world = try world()
        for text in ["", Self.long] {
            #expect(try world.daybook("history", text).status == 66)
            #expect(try world.daybook("attest", text, "--deleted", "--by", "x", "--reason", "y").status == 66)
            #expect(try world.daybook("init", "--origin", text, "--ledger", "n", "--keys", "k").status == 64)
            #expect(try world.daybook("attest", "A-1", "--deleted", "--by", text, "--reason", "y").status == 64)
            #expect(
                try world.daybook("findings", "ack", "1", "--by", text, "--reason", "y", "--until", "+3d").status == 64)
            #expect(try world.daybook("verify", "--trust", text).status == 64)
        }
        try requireWhole(world)
    }
}

/// Sizes that nobody meant: memory stays what it is.
struct `Far too much` {
    private let event =
        #"{"specversion":"1.0","id":"e-%d","source":"crm","type":"booking.created","subject":"A-%d"}\n"#
    // What the program has without any input is about 40 MB.
    private let most = 80_000
    private let export = "observe - --source crm --taken-at 2026-06-01T02:00:00Z"

    private func world() throws -> World {
        let world = try World()
        try world.initialize()
        return world
    }

    @Test func `in one line of events is cut, kept as far as an event goes, and what stands around it is recorded`()
        throws
    {
        let world = try world()
        let (outcome, peak) = try world.measured(
            "printf '\(event)' 1 1; head -c 20000000 /dev/zero | tr '\\0' a; echo; printf '\(event)' 2 2", "record")
        outcome.expect(65, says: ["standard input, line 2: refused: the event is longer than 1048576 bytes"])
        #expect(outcome.output.hasPrefix("recorded 2, refused 1"))
        #expect(peak < most)
        try world.bounded("daybook verify --projections").expect(0, says: [])
    }

    @Test(arguments: [
        ("printf 'booking,start\\nA,\\n'; head -c 1000000000 /dev/zero | tr '\\0' a", "line 3", "a row of more than"),
        ("printf 'booking,start\\nA,\"'; head -c 1000000000 /dev/zero | tr '\\0' '\\n'", "line 2", "is not closed"),
        ("head -c 1000000000 /dev/zero | tr '\\0' ,", "line 1", "a row of more than 1048576 bytes"),
        ("head -c 1000000000 /dev/zero", "line 1", "NUL"),
        ("printf 'booking,start\\n'; head -c 1000000000 /dev/zero", "line 2", "NUL"),
        ("head -c 500000 /dev/zero | tr '\\0' '\\r'", "line 1", "no header"),
    ])
    func `in a schedule is refused where it starts`(_ line: String, place: String, word: String) throws {
        let (outcome, peak) = try world().measured(line, export)
        outcome.expect(65, says: ["standard input, \(place)", word])
        #expect(peak < most)
    }

    @Test func `in a line of a schedule in JSON is refused where it starts`() throws {
        let (outcome, peak) = try world().measured(
            #"printf '{"booking":"A","start":null}\n{"booking":"'; head -c 1000000000 /dev/zero | tr '\0' a"#,
            export + " --format ndjson")
        outcome.expect(65, says: ["standard input, line 2", "a line of more than 1048576 bytes"])
        #expect(peak < most)
    }

    @Test func `that is rubbish is told of and kept, the first of it by name`() throws {
        let world = try world()
        let (outcome, peak) = try world.measured("for i in $(seq 12000); do echo rubbish; done", "record --json")
        #expect(outcome.status == 65)
        let answer = try outcome.json
        #expect(answer["refused"]?.array?.count == 10_000)
        #expect(answer["notListed"]?.integer == 2000)
        #expect(outcome.errors.split(separator: "\n").count == 20)
        #expect(peak < most)
        try world.bounded("daybook verify --projections").expect(0, says: [])
    }

    @Test func `in a sparse file of one gigabyte is refused by every reader`() throws {
        let world = try world()
        #expect(try world.shell("truncate -s 1G sparse").status == 0)
        for (arguments, status) in [
            ("observe sparse --source crm", 65), ("verify --config sparse", 65), ("verify --ledger sparse", 65),
            ("observe sparse --coverage sparse", 65), ("verify --held sparse", 65), ("verify --trust sparse", 65),
            ("doctor --adopt-lock sparse", 65), ("init --origin a/b --ledger n --keys k --after sparse", 65),
        ] as [(String, Int32)] {
            let (outcome, peak) = try world.measured("true", arguments)
            outcome.expect(status, says: ["sparse"])
            #expect(peak < most, "\(arguments)")
        }
    }
}
