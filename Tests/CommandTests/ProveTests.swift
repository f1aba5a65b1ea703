import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

/// `daybook prove`, and the two programs that check what it made, as their users run them.
struct `Evidence, made and checked by the programs,` {
    private static let mounts =
        getuid() == 0 && (try? World().shell("unshare -m mount -t tmpfs none /mnt").status) == 0

    private static let header = "booking,start,end,status,practitioner,client.id"
    private static let rows = [
        "A-1001,2026-09-22T10:00:00+01:00,2026-09-22T10:30:00+01:00,booked,dr-shah,C-204",
        "A-1002,2026-11-10T10:00:00+00:00,2026-11-10T10:30:00+00:00,booked,dr-shah,C-204",
        "B-7,2026-09-22T11:00:00+01:00,2026-09-22T11:30:00+01:00,booked,dr-shah,C-9",
    ]

    private static func created(_ event: Int, _ booking: String, time: String, client: String) -> String {
        let row = rows.first { $0.hasPrefix(booking + ",") }!.split(separator: ",")
        return
            #"{"specversion":"1.0","id":"e-\#(event)","source":"crm","type":"booking.created","subject":"\#(booking)","#
            + #""time":"2026-03-04T\#(time)Z","data":{"actor":{"kind":"user","id":"desk1"},"appointment":{"start":"\#(row[1])","#
            + #""end":"\#(row[2])","status":"booked","practitioner":"dr-shah"},"client":{\#(client)}}}"# + "\n"
    }

    /// Two bookings made in one call, of which the schedule lost the first, and one of somebody else; `held.txt` is from
    /// before it was lost. Entries: 1–3 bookings, 4 and 6 readings.
    private func practice() throws -> World {
        let world = try World()
        try world.write(
            """
            sources:
              - id: crm
                zone: Europe/London
                coverage: { from: 2026-03-01, to: 2026-12-31, complete: yes, cancelled: kept }
                schedule: { format: csv, path: export.csv }

            """, to: "daybook.yaml")
        let asha = #""id":"C-204","name":"Asha Patel""#
        try world.write(
            Self.created(1, "A-1001", time: "09:15:02", client: asha)
                + Self.created(2, "A-1002", time: "09:15:40", client: asha)
                + Self.created(3, "B-7", time: "11:00:00", client: #""id":"C-9","name":"Bo Lind""#),
            to: "events.ndjson")
        try world.initialize()
        for command in ["record events.ndjson", "checkpoint --out held.txt"] {
            try #require(world.shell("daybook \(command)").status == 0)
        }
        for (day, rows) in [(5, Self.rows), (6, Array(Self.rows.dropFirst()))] {
            try world.write(([Self.header] + rows).joined(separator: "\n") + "\n", to: "export.csv")
            let outcome = try world.daybook("observe", "crm", "--taken-at", "2026-03-0\(day)T02:00:00Z")
            try #require(outcome.status == (day == 5 ? 0 : 1), "\(outcome.errors)")
        }
        return world
    }

    private func file(_ world: World, _ name: String = "out/evidence.json") throws -> JSONValue {
        try JSONValue(canonical: Array(Data(contentsOf: URL(filePath: world.path(name)))))
    }

    /// The newest entry of the ledger.
    private func lastEntry(of world: World) throws -> JSONValue {
        let program = """
            import sqlite3
            print(sqlite3.connect("daybook.sqlite").execute("SELECT bytes FROM entry ORDER BY position DESC").fetchone()[0].decode())
            """
        return try world.run("/usr/bin/env", ["python3", "-c", program]).json
    }

    private func size(of world: World) throws -> Int {
        try #require(try lastEntry(of: world)["index"]?.integer) + 1
    }

    /// Checks a file with both programs, which are one, and requires that they say the same and break over nothing.
    private func check(
        _ world: World, _ arguments: String, from input: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> World.Outcome {
        let ending = input.map { " < \($0)" } ?? ""
        let outcome = try world.shell("daybook-verify \(arguments)\(ending)")
        let other = try world.shell("daybook verify-evidence \(arguments)\(ending)")
        #expect(outcome.status == other.status && outcome.output == other.output, sourceLocation: sourceLocation)
        #expect(
            outcome.errors == other.errors.replacing("daybook:", with: "daybook-verify:")
                || outcome.status == 64 && other.status == 64, sourceLocation: sourceLocation)
        for trace in ["Fatal error", "Stack dump", "Swift/", "NSError", "Error Domain"] {
            #expect(!outcome.errors.contains(trace), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
        #expect(outcome.status < 128, sourceLocation: sourceLocation)
        return outcome
    }

    // MARK: The story

    @Test func `tells of a booking that was dropped to whoever trusts nobody`() throws {
        let world = try practice()
        let made = try world.daybook(
            "prove", "A-1001", "--out", "out", "--disclose", "client.name", "--siblings", "--held", "held.txt", "--by",
            "manager.ana", "--for", "Asha Patel's insurer")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors == "", "nothing to say besides")
        let bytes = try Array(Data(contentsOf: URL(filePath: world.path("out/evidence.json"))))

        // That it left the house is recorded: which file, by whom, and, sealed, for whom.
        let exported = try lastEntry(of: world)
        #expect(exported["type"]?.string == "evidence.exported")
        #expect(exported["body"]?["digest"]?.string == Hash.sha256(bytes).base64)
        #expect(exported["body"]?["booking"]?.string == "A-1001" && exported["body"]?["source"]?.string == "crm")
        #expect(exported["actor"]?["id"]?.string == "manager.ana")
        #expect(exported["sealed"]?.members?.map(\.name) == ["recipient"])
        #expect(!exported.text.contains("insurer"))
        let verified = try world.daybook("verify", "--projections", "--json").json
        #expect(verified["defects"]?.array == [])
        #expect(verified["unprotected"]?.integer == 0, "a checkpoint has it")

        let file = try file(world)
        #expect(file["entries"]?.array?.compactMap { $0["index"]?.integer } == [1, 2])
        #expect(file["entries"]?.array?.map { $0["disclosures"]?.array?.count ?? 0 } == [1, 0], "no sibling's client")
        #expect(file["siblings"]?.array?.compactMap(\.string) == ["A-1002"])
        #expect(file["snapshots"]?.array?.compactMap { $0["index"]?.integer } == [4, 6])
        #expect(file["consistency"]?.array?.count == 1)

        let said = try check(world, "out/evidence.json --trust daybook-keys/verifier --held held.txt")
        #expect(said.status == 0 && said.errors.isEmpty, "\(said.errors)")
        let text = said.output.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
        for words in [
            "Booking A-1001 (Tuesday 22 September 2026 at 10:00 with dr-shah) is recorded",
            "show it on 5 March 2026 at 02:00 UTC, and no longer on 6 March 2026 at 02:00 UTC.",
            "client.name: Asha Patel [entry 1]", "1 entry about the booking stands in the ledger demo.example/daybook",
            "Booking A-1002 (Tuesday 10 November 2026 at 10:00 with dr-shah), recorded as made",
            "by the same login, is recorded too: entry 2. Whose it is, is not disclosed.",
            "That these are all entries about the booking up to entry 8.",
            "What these sealed fields hold, which are not shown: client.id.",
            "Whose the other booking is that is shown beside it.", "signed (", "held (",
        ] {
            #expect(text.contains(words), "\(words)\n\(said.output)")
        }
        #expect(!text.contains("C-204") && !text.contains("Bo Lind") && !text.contains("insurer"))

        if let python = Python.program {
            let key = try world.shell("cat daybook-keys/verifier").output.trimmingCharacters(in: .newlines)
            let second = try world.run(
                python, [Python.script.path, "out/evidence.json", "--trust", key, "--held", "held.txt"])
            #expect(second.status == 0, "\(second.output)\(second.errors)")
        }
        let page = try String(contentsOfFile: world.path("out/evidence.html"), encoding: .utf8)
        #expect(page.contains("A-1001") && page.contains("Asha Patel") && !page.contains("C-204"))
    }

    @Test func `keeps the evidence that lay there, under a number of its own`() throws {
        let world = try practice()
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: world.path("out")).sorted()
        }
        func digest(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: world.path("out/\(name)"))) }
        try world.shell("daybook prove A-1001 --out out --disclose all").expect(0, says: [])
        let first = try digest("evidence.json")
        try world.shell("daybook prove A-1001 --out out").expect(0, says: ["kept as evidence-1.json and .html"])
        #expect(try digest("evidence-1.json") == first && digest("evidence.json") != first)
        try world.shell("rm out/evidence.html; daybook prove A-1001 --out out").expect(
            0, says: ["evidence-2.json: delete"])
        #expect(
            try files() == ["evidence-1.html", "evidence-1.json", "evidence-2.json", "evidence.html", "evidence.json"])
    }

    @Test func `is refused after any change, and the step that failed is said`() throws {
        let world = try practice()
        try #require(try world.shell("daybook prove A-1001 --out out --disclose all").status == 0)
        let changes = [
            (#"s/"source":"crm","booking":"A-1001"/"source":"crm","booking":"A-1002"/"#, "false-absence"),
            (#"s/"origin":"demo/"origin":"demi/"#, "wrong-origin"),
            (
                #"s/"disclosures":\["[^"]*",/"disclosures":["WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIiwiY2xpZW50LmlkIiwiQm8iXQ",/"#,
                "foreign-disclosure"
            ),
            (#"s/"entries":\[{.*}\],"state"/"state"/"#, "entry-missing"),
        ]
        for (change, kind) in changes {
            #expect(try world.shell("sed '\(change)' out/evidence.json > forged.json").status == 0)
            let said = try check(world, "forged.json --trust daybook-keys/verifier")
            #expect(said.status == 2)
            #expect(said.output.contains("Refused (\(kind)):"), "\(change)\n\(said.output)")
            #expect(!said.output.contains("Proven"))
            let json = try check(world, "forged.json --trust daybook-keys/verifier --json --explain").json
            #expect(json["accepted"]?.boolean == false && json["refusal"]?["kind"]?.string == kind)
            #expect(json["steps"]?.array?.last?["outcome"]?.string == "refused")
        }
    }

    // MARK: What is disclosed

    @Test func `discloses the fields that are named, and refuses those that are not there`() throws {
        let world = try practice()
        func prove(_ more: String) throws -> (fields: [String], errors: String) {
            let made = try world.shell("rm -rf out; daybook prove A-1001 --out out \(more)")
            #expect(made.status == 0, "\(made.errors)")
            let json = try check(world, "out/evidence.json --json").json
            let disclosed = json["entries"]?.array?.first?["disclosed"]?.members ?? []
            return (disclosed.map(\.name), made.errors)
        }
        #expect(try prove("") == ([], ""))
        #expect(try prove("--disclose all") == (["client.id", "client.name"], ""))
        #expect(try prove("--disclose client.id --disclose all") == (["client.id", "client.name"], ""))
        let before = try size(of: world)
        try world.shell(
            "daybook prove A-1001 --out no --disclose client.fax --disclose client.name --disclose Client.Name"
        )
        .expect(
            64,
            says: [
                "--disclose Client.Name, client.fax: no such field of this booking was sealed; client.id, client.name can be "
                    + "disclosed"
            ])
        try world.shell("daybook prove Z-1 --out no --disclose all --disclose client.name")
            .expect(64, says: ["--disclose client.name: no such field of this booking was sealed; none is disclosed"])
        #expect(try size(of: world) == before, "nothing is recorded")
        #expect(!FileManager.default.fileExists(atPath: world.path("no")), "nothing is written")
        #expect(try world.shell("daybook prove Z-1 --out none --disclose all").status == 0)
    }

    // MARK: Checkpoints from elsewhere

    @Test func `tells a note of another ledger from one that disagrees`() throws {
        let world = try practice()
        let other = try World()
        try other.daybook("init", "--origin", "other.example/daybook")
        try other.daybook("checkpoint", "--out", world.path("other.txt"))
        let twin = try World()
        try twin.initialize()
        try twin.daybook("checkpoint", "--out", world.path("twin.txt"))
        // Somebody has the key, and signed another history with it.
        try forge(in: world)

        try #require(try world.shell("daybook prove A-1001 --out plain").status == 0)
        for (name, status, words) in [
            ("held.txt", 0 as Int32, ""), ("other.txt", 3, "is of another ledger, or no key of this one signed it"),
            ("twin.txt", 3, "is of another ledger, or no key of this one signed it"),
            ("fork.txt", 2, "AR403"), ("events.ndjson", 65, "this is not a signed checkpoint"),
            ("nowhere", 66, "there is no such file"),
        ] {
            let before = try size(of: world)
            let made = try world.shell("daybook prove A-1001 --out out --held \(name)")
            #expect(made.status == status, "\(name): \(made.errors)")
            #expect(words.isEmpty || made.errors.contains(words), "\(name): \(made.errors)")
            let isExported = try lastEntry(of: world)["type"]?.string == "evidence.exported"
            #expect(try isExported && size(of: world) > before || status == 2 || status > 60, "\(name)")
            guard status < 60 else { continue }
            // The same note in the hands of whoever checks a file that does not reach it.
            let said = try check(world, "plain/evidence.json --trust daybook-keys/verifier --held \(name)")
            #expect(
                said.status == (name == "held.txt" ? 3 : name == "fork.txt" ? 3 : status), "\(name): \(said.output)")
        }
        // A note of the file's own size is reached, and disagrees.
        let told = try check(world, "plain/evidence.json --trust daybook-keys/verifier --held same.txt")
        #expect(told.status == 2 && told.output.contains("AR403"), "\(told.output)")
        // The same note twice is one.
        let twice = try world.shell("daybook prove A-1001 --out out --held held.txt --held held.txt")
        #expect(twice.status == 0, "\(twice.errors)")
        #expect(try file(world)["consistency"]?.array?.count == 1)
        #expect(try check(world, "out/evidence.json --trust daybook-keys/verifier --held held.txt").status == 0)
    }

    @Test func `names a note of more entries than the ledger has, and is made all the same`() throws {
        let world = try practice()
        try world.write(Events.created(100..<130), to: "more.ndjson")
        // Ledger and lock are put back together, so that the lock cannot tell; somebody outside has a note from after.
        try #require(
            try world.shell(
                """
                mkdir older && daybook backup older/daybook.sqlite && cp daybook-keys/lock older && \
                daybook record more.ndjson && daybook checkpoint --out ahead.txt && \
                rm daybook.sqlite* && cp older/daybook.sqlite . && cp older/lock daybook-keys/lock
                """
            ).status == 0)
        let made = try world.daybook("prove", "A-1001", "--out", "out", "--held", "ahead.txt", "--held", "held.txt")
        #expect(made.status == 3, "\(made.errors)")
        let named =
            "entries that you hold is not reached by the file, which says nothing for or against it. It is newer"
        #expect(made.errors.contains(named) && made.errors.split(separator: "\n").count == 1, "\(made.errors)")
        #expect(try file(world)["consistency"]?.array?.count == 1, "the other one is reached")
        #expect(try lastEntry(of: world)["type"]?.string == "evidence.exported")
        let said = try check(world, "out/evidence.json --trust daybook-keys/verifier --held ahead.txt")
        #expect(said.status == 3 && said.output.replacing(#/\s+/#, with: " ").contains(named), "\(said.output)")
        #expect(try world.daybook("verify", "--held", "ahead.txt").output.contains("AR403"), "the ledger is told of it")
    }

    /// Writes two notes signed by the ledger's own key over roots that it never had: `fork.txt` of 3 entries, and
    /// `same.txt` of as many as the evidence will be under.
    private func forge(in world: World) throws {
        let pem = try String(contentsOfFile: world.path("daybook-keys/signing.pem"), encoding: .utf8)
        let key = try SigningKey(pem: pem)
        for (name, size) in [("fork.txt", 3), ("same.txt", try self.size(of: world) + 1)] {
            let note = Checkpoint(origin: "demo.example/daybook", size: size, root: .leaf([7])).signed(by: key)
            try world.write(note.description, to: name)
        }
    }

    // MARK: What is not there

    @Test func `shows that nothing is recorded about an id`() throws {
        let world = try practice()
        let made = try world.daybook("prove", "A-1001x", "--out", "out")
        #expect(made.status == 0, "the one source of the configuration is meant: \(made.errors)")
        let said = try check(world, "out/evidence.json --trust daybook-keys/verifier")
        #expect(said.status == 0)
        let words = said.output.replacing("\n", with: " ")
        #expect(words.contains("nothing is recorded about a booking A-1001x of crm."), "\(words)")
        // The id of another source: what is proven is said, and that there is one elsewhere.
        let elsewhere = try world.daybook("prove", "A-1001", "--source", "web", "--out", "web")
        #expect(elsewhere.status == 0)
        #expect(
            elsewhere.errors.contains(
                #"no booking "A-1001" of the source "web" is recorded: that is what is proven; there is one of "crm""#))
        #expect(try check(world, "web/evidence.json --trust daybook-keys/verifier").output.contains("A-1001 of web."))
        // Without a configuration nobody knows which source is meant.
        try FileManager.default.removeItem(atPath: world.path("daybook.yaml"))
        let open = try world.daybook("prove", "A-1001x", "--out", "open")
        #expect(open.status == 66 && open.errors.contains("name it with --source"), "\(open.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("open")))
        #expect(try world.daybook("prove", "A-1001x", "--source", "crm", "--out", "open").status == 0)
        for arguments in [["A-1", "--source", ""], [""], [String(repeating: "x", count: 1025)]] {
            let refused = try world.daybook(["prove", "--out", "long"] + arguments)
            #expect(refused.status == 64, "\(refused.errors.prefix(200))")
        }
        // What an id could do to a terminal it does not do.
        let strange = try world.daybook("prove", "\u{1b}[2J\u{202e}", "--source", "crm", "--out", "strange")
        #expect(strange.status == 0)
        let shown = try check(world, "strange/evidence.json --trust daybook-keys/verifier --explain")
        #expect(shown.status == 0 && !(strange.output + shown.output).contains { "\u{1b}\u{202e}".contains($0) })
    }

    @Test func `of an id that several sources have needs the source`() throws {
        let world = try practice()
        try world.write(
            Self.created(9, "A-1001", time: "12:00:00", client: #""id":"W-1""#).replacing("\"crm\"", with: "\"web\""),
            to: "web.ndjson")
        try #require(try world.shell("daybook record web.ndjson").status == 0)
        let open = try world.daybook("prove", "A-1001", "--out", "out")
        #expect(open.status == 64 && open.errors.contains("crm, web"), "\(open.errors)")
        #expect(try world.daybook("prove", "A-1001", "--out", "out", "--source", "web").status == 0)
        #expect(try file(world)["entries"]?.array?.count == 1)
        #expect(try file(world)["snapshots"] == nil, "no reading of it has the booking")
    }

    // MARK: Where nothing can be written

    @Test func `that cannot be put where it should go is not recorded as exported`() throws {
        let world = try practice()
        try FileManager.default.createDirectory(
            atPath: world.path("taken/evidence.json/x"), withIntermediateDirectories: true)
        for out in ["events.ndjson", "events.ndjson/deeper", "taken"] {
            let made = try world.daybook("prove", "A-1001", "--out", out)
            #expect(made.status == 73, "\(out): \(made.errors)")
            #expect(made.errors.contains("daybook: \(out)") && !made.errors.contains("Domain"), "\(made.errors)")
            #expect(try lastEntry(of: world)["type"]?.string == "ledger.state", "\(out)")
        }
        #expect(try world.daybook("prove", "A-1001", "--out", "deep/er/out").status == 0)
        #expect(try world.daybook("verify", "--json").json["defects"]?.array == [])
    }

    @Test func `is made from the last note and state where the ledger's lock is lost or ahead`() throws {
        let prepared = try practice()
        try #require(
            try prepared.shell("daybook backup old.sqlite && daybook checkpoint --state > newest.txt").status == 0)
        let cases = [
            ("rm daybook-keys/lock", 2 as Int32, "The last checkpoint and state serve; nothing is recorded"),
            ("cp held.txt daybook-keys/lock && sed -i s/demo/demi/ daybook-keys/lock", 2, "nothing is recorded"),
        ]
        for (damage, verified, words) in cases {
            let world = try prepared.copied()
            try #require(try world.shell(damage).status == 0)
            let before = try size(of: world)
            let made = try world.daybook("prove", "A-1001", "--out", "out", "--disclose", "all")
            #expect(made.status == 2, "\(damage): \(made.errors)")
            #expect(made.errors.contains(words), "\(damage): \(made.errors)")
            #expect(try size(of: world) == before, "\(damage): something was recorded")
            #expect(try check(world, "out/evidence.json --trust daybook-keys/verifier").status == 0)
            #expect(try world.daybook("verify").status == verified, "what is wrong stays wrong")
        }
        // Put back to a copy from before any state: there is nothing to prove completeness with.
        let world = try prepared.copied()
        try #require(try world.shell("rm -f daybook.sqlite* && mv old.sqlite daybook.sqlite").status == 0)
        let made = try world.daybook("prove", "A-1001", "--out", "out")
        #expect(made.status != 0 && made.errors.contains("AR403") && made.errors.contains("no state"), "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("out")))
    }

    @Test func `is made from an older copy by the key that signed it then`() throws {
        let world = try practice()
        try #require(
            try world.shell(
                """
                daybook checkpoint --state > newest.txt && cp daybook-keys/verifier old.key && \
                daybook backup old.sqlite && daybook key rotate --by ana && \
                rm daybook.sqlite* && mv old.sqlite daybook.sqlite
                """
            ).status == 0)
        let made = try world.daybook("prove", "A-1001", "--out", "out", "--json")
        #expect(made.status == 2 && made.errors.contains("AR403"), "\(made.errors)")
        let old = try String(contentsOfFile: world.path("old.key"), encoding: .utf8)
        #expect(try made.json["verifier"]?.string == old.trimmingCharacters(in: .newlines))
        #expect(try check(world, "out/evidence.json --trust old.key").status == 0)
        let later = try check(world, "out/evidence.json --trust daybook-keys/verifier")
        #expect(later.status == 2 && later.output.contains("Wrong key"), "it cannot show the change: \(later.output)")
    }

    @Test(.enabled(if: mounts, "nothing can be mounted here"))
    func `is made from a ledger that may only be read`() throws {
        let world = try practice()
        try #require(try world.shell("daybook checkpoint --state > newest.txt").status == 0)
        let before = try size(of: world)
        let out = try World()
        let made = try world.shell(
            "unshare -m bash -c 'mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && "
                + "daybook prove A-1001 --out \(out.folder.path)/out'")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors.contains("nothing is recorded"), "\(made.errors)")
        #expect(try size(of: world) == before)
        let said = try check(world, "\(out.folder.path)/out/evidence.json --trust daybook-keys/verifier")
        #expect(said.status == 0 && said.output.contains("up to entry 8"), "\(said.output)")
    }

    // MARK: What is checked

    @Test func `is read from standard input, and as JSON`() throws {
        let world = try practice()
        let made = try world.daybook("prove", "A-1001", "--out", "out", "--json")
        let export = try made.json
        #expect(export["format"]?.string == "daybook-export/v1")
        let bytes = try Array(Data(contentsOf: URL(filePath: world.path("out/evidence.json"))))
        #expect(export["digest"]?.string == Hash.sha256(bytes).base64)
        #expect(export["entries"]?.array?.compactMap(\.integer) == [1] && export["state"]?.integer == 8)
        let json = try check(world, "- --trust daybook-keys/verifier --json --explain", from: "out/evidence.json").json
        #expect(json["accepted"]?.boolean == true && json["refusal"] == nil)
        #expect(json["assurance"]?.array?.compactMap(\.string) == ["consistent", "signed"])
        #expect(json["sentence"]?.string?.hasPrefix("Booking A-1001 (Tuesday 22 September 2026") ?? false)
        #expect(json["steps"]?.array?.allSatisfy { $0["outcome"]?.string == "agrees" } ?? false)
        // Without a key from elsewhere it is never called signed, and says so.
        let unsigned = try check(world, "-", from: "out/evidence.json")
        #expect(unsigned.status == 0 && unsigned.output.contains("Not signed by a key that you gave."))
        #expect(!unsigned.output.contains("signed (a checkpoint"))
        // An editor's line feed at the end is no part of it; anything else is.
        #expect(try world.shell("echo >> out/evidence.json").status == 0)
        #expect(try check(world, "out/evidence.json").status == 0)
        #expect(try world.shell("echo >> out/evidence.json").status == 0)
        #expect(try check(world, "out/evidence.json").status == 65)
    }

    @Test func `is told from what is none`() throws {
        let world = try practice()
        try #require(try world.shell("daybook prove A-1001 --out out").status == 0)
        try #require(
            try world.shell(
                """
                : > empty; printf '\\n' > line; head -c 1000 /dev/zero > zeros; printf '\\0' > nul
                head -c 100000 /dev/urandom > garbage; truncate -s 65M huge
                head -c 3000 out/evidence.json > cut; (printf '\\xef\\xbb\\xbf'; cat out/evidence.json) > marked
                sed 's/,"/, "/' out/evidence.json > spaced; sed 's/v1/v2/' out/evidence.json > later
                sed 's/"checkpoint":"/"checkpoint":"\\\\u0000/' out/evidence.json > inside
                sed 's/"booking":"A-1001"/"booking":"A-1001","booking":"A-1001"/' out/evidence.json > doubled
                (head -c 100000 /dev/zero | tr '\\0' '[') > deep; echo '{"format":"daybook-report/v1"}' > report
                printf '{"format":"daybook-evidence/v1"}' > bare; (printf '"'; head -c 60000000 /dev/zero | tr '\\0' a) > long
                """
            ).status == 0)
        for name in [
            "empty", "line", "zeros", "nul", "garbage", "huge", "cut", "marked", "spaced", "later", "inside", "doubled",
            "deep", "report", "bare", "long", "events.ndjson", "daybook.sqlite", "out/evidence.html",
        ] {
            let said = try check(world, "\(name) --trust daybook-keys/verifier")
            #expect(said.status == 65, "\(name): \(said.output.prefix(300))\(said.errors.prefix(300))")
            #expect(said.output.isEmpty && said.errors.hasPrefix("daybook-verify: \(name): "), "\(name)")
            #expect(said.errors.split(separator: "\n").count == 1 && said.errors.utf8.count < 400, "\(said.errors)")
        }
        #expect(try check(world, "later").errors.contains(#"of version "daybook-evidence/v2""#))
        for (arguments, status) in [
            ("nowhere", 66 as Int32), ("out", 66), ("", 64), ("out/evidence.json --strange", 64),
            ("out/evidence.json --trust x", 64), ("out/evidence.json --trust ''", 64),
            ("out/evidence.json --trust events.ndjson", 65), ("out/evidence.json --held nowhere", 66),
            ("out/evidence.json --held events.ndjson", 65), ("out/evidence.json --held huge", 65),
        ] {
            #expect(try check(world, arguments).status == status, "\(arguments)")
        }
        #expect(try check(world, "-", from: "/dev/null").status == 65)
    }
}
