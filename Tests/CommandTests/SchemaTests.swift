import Bookings
import Foundation
import TestSupport
import Testing

/// What the program prints as JSON is what `schemas/` promises: held against each other by python3-jsonschema.
struct `Every JSON output` {
    private static let python = """
        import json, pathlib, sys
        from jsonschema import Draft202012Validator
        from referencing import Registry, Resource
        folder = pathlib.Path(sys.argv[1])
        load = lambda name: json.loads((folder / name).read_text())
        registry = Registry(retrieve=lambda uri: Resource.from_contents(load(uri)))
        failed = 0
        for number, line in enumerate(sys.stdin):
            name, _, text = line.partition(" ")
            validator = Draft202012Validator(load(name), registry=registry)
            for error in validator.iter_errors(json.loads(text)):
                print(number, name, list(error.path), error.message[:300])
                failed = 1
        sys.exit(failed)
        """

    private static let legacy = """
        import json, pathlib, sys
        from jsonschema import Draft202012Validator, RefResolver
        folder = pathlib.Path(sys.argv[1])
        failed = 0
        for number, line in enumerate(sys.stdin):
            name, _, text = line.partition(" ")
            schema = json.loads((folder / name).read_text())
            resolver = RefResolver(base_uri=(folder / name).as_uri(), referrer=schema)
            for error in Draft202012Validator(schema, resolver=resolver).iter_errors(json.loads(text)):
                print(number, name, list(error.path), error.message[:300])
                failed = 1
        sys.exit(failed)
        """

    /// The script that the installed library understands; `nil` where there is none.
    private func script(_ world: World) throws -> String? {
        let modern = try world.run("/usr/bin/env", ["python3", "-c", "import jsonschema, referencing"])
        if modern.status == 0 { return `Every JSON output`.python }
        let old = try world.run("/usr/bin/env", ["python3", "-c", "import jsonschema"])
        return old.status == 0 ? `Every JSON output`.legacy : nil
    }

    /// What does not fit: a line for each fault, by the place of its document; `nil` where nothing can look.
    private func faults(of documents: [(schema: String, text: String)], in world: World) throws -> [Int: [String]]? {
        guard let script = try script(world) else {
            print("skipped: python3-jsonschema is not installed, so no output was held against its schema")
            return nil
        }
        let lines = documents.map { "\($0.schema) \($0.text.trimmingCharacters(in: .newlines))\n" }.joined()
        let schemas = Fixtures.checkout.appending(path: "schemas").path
        let outcome = try world.run(
            "/usr/bin/env", ["python3", "-W", "ignore", "-c", script, schemas], input: Data(lines.utf8))
        try #require(outcome.errors.isEmpty, "\(outcome.errors.suffix(2000))")
        return Dictionary(grouping: outcome.output.split(separator: "\n").map(String.init)) {
            Int($0.prefix { $0 != " " }) ?? -1
        }
    }

    private func validate(_ documents: [(schema: String, text: String)], in world: World) throws {
        let faults = try faults(of: documents, in: world) ?? [:]
        #expect(faults.isEmpty, "\(faults.values.joined().prefix(20).joined(separator: "\n"))")
    }

    @Test func `fits its schema`() throws {
        let samples = Fixtures.checkout.appending(components: "samples", "scenarios")
        var documents: [(schema: String, text: String)] = []
        let world = try World()
        for name in try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted() {
            let folder = samples.appending(path: name)
            guard FileManager.default.fileExists(atPath: folder.appending(path: "coverage.json").path),
                name != "seed003_complaint_timeline"
            else { continue }
            let here = try World()
            for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
                try here.copy(folder.appending(path: file))
            }
            documents.append(("coverage.schema.json", try here.shell("tr -d '\\n' < coverage.json").output))
            try here.initialize()
            try here.daybook("record", "events.ndjson")
            func add(_ schema: String, _ arguments: [String]) throws {
                documents.append((schema, try here.daybook(arguments).output))
            }
            let schedule = ["schedule.csv", "--coverage", "coverage.json", "--json"]
            try add("daybook-snapshot-v1.schema.json", ["reconcile", "--dry-run"] + schedule)
            try add("daybook-report-v1.schema.json", ["reconcile"] + schedule)
            try here.daybook("findings", "ack", "1", "--by", "ana", "--reason", "known already", "--until", "+30d")
            try add("daybook-report-v1.schema.json", ["reconcile"] + schedule)
            try add("daybook-findings-v1.schema.json", ["findings", "--all", "--json"])
            try here.write(
                """
                sources:
                  - { id: pms, coverage: { file: coverage.json }, schedule: { path: schedule.csv } }
                  - { id: gone, schedule: { path: gone.csv } }
                anchors: [ { folder: nowhere } ]
                """, to: "night.yaml")
            try add("daybook-night-v1.schema.json", ["nightly", "--config", "night.yaml", "--json"])
            try add("daybook-verification-v1.schema.json", ["verify", "--json"])
            for booking in ["A-1001", "A-1002", "B-20", "C-5", "D-1", "E-1", "X-9"] {
                try add(
                    "daybook-verdict-v1.schema.json",
                    ["investigate", "--booking", booking, "--claimed-start", "2026-09-22T10:00:00+01:00", "--json"])
            }
            for entry in try entries(of: here) { documents.append(("entry.schema.json", entry)) }
        }
        let practice = try `A practice that sets itself up`.world()
        let setup = ["setup", "export.csv", "--json"] + `A practice that sets itself up`.answers
        documents.append(("daybook-setup-v1.schema.json", try practice.daybook(setup).output))
        #expect(documents.count > 100)
        try validate(documents, in: world)
    }

    @Test(.enabled(if: TimestampAuthority.isAvailable, "the openssl program is not installed"))
    func `of held checkpoints, time-stamps and a fork fits its schema`() throws {
        let world = try World()
        try world.initialize()
        let authority = try TimestampAuthority()
        try Data(authority.root).write(to: world.folder.appending(path: "root.pem"))
        // The same ledger twice, and then each with an entry of its own: a fork.
        try world.shell("cp -r . ../copy-$$ && mv ../copy-$$ other").requireSuccess()
        let paths = ["--ledger", "other/daybook.sqlite", "--keys", "other/daybook-keys"]
        #expect(try world.daybook(["checkpoint", "--state", "--out", "held.note"] + paths).status == 0)
        let asked = try world.daybook("stamp", "--request", "r.tsq", "--json")
        #expect(asked.status == 0)
        let query = Array(try Data(contentsOf: world.folder.appending(path: "r.tsq")))
        try Data(authority.answer(to: query)).write(to: world.folder.appending(path: "r.tsr"))
        let answered = ["stamp", "--request", "r.tsq", "--response", "r.tsr", "--json"]
        let stamps = try [[], ["--tsa-roots", "root.pem"]].map { try world.daybook(answered + $0) }
        #expect(stamps.allSatisfy { $0.status == 0 })
        let stamped = try world.daybook("verify", "--json", "--tsa-roots", "root.pem")
        let forked = try world.daybook(
            "verify", "--json", "--held", "held.note", "--fork-evidence", "fork.json", "--tsa-roots", "root.pem")
        #expect(try stamped.json["stamps"] != nil && forked.json["held"] != nil)
        let fork = try String(contentsOf: world.folder.appending(path: "fork.json"), encoding: .utf8)
        try validate(
            [
                ("daybook-verification-v1.schema.json", stamped.output),
                ("daybook-verification-v1.schema.json", forked.output), ("daybook-fork-v1.schema.json", fork),
                ("daybook-stamp-request-v1.schema.json", asked.output),
                ("daybook-stamp-v1.schema.json", stamps[0].output), ("daybook-stamp-v1.schema.json", stamps[1].output),
            ] + entries(of: world).map { ("entry.schema.json", $0) }, in: world)
    }

    @Test func `of keys, erasures and publications fits its schema`() throws {
        let world = try World()
        try world.initialize()
        try world.write(Events.created(0..<3) + "no event\n", to: "events.ndjson")
        try world.daybook("record", "events.ndjson")
        var documents: [(schema: String, text: String)] = []
        func add(_ format: String, _ arguments: String...) throws {
            let outcome = try world.daybook(arguments + ["--json"])
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            documents.append(("daybook-\(format)-v1.schema.json", outcome.output))
        }
        try add("key", "key", "show")
        try add("rotation", "key", "rotate", "--by", "ana")
        try add("rotation", "key", "rotate", "--by", "ana", "--reason", "yearly")
        try add("key", "key", "show")
        try add("erasure", "erase", "--booking", "A-1", "--dry-run")
        for _ in 1...2 { try add("erasure", "erase", "--booking", "A-1", "--by", "ana", "--reason", "client-request") }
        try add("erasure", "erase", "--field", "client.name", "--by", "ana", "--reason", "client-request")
        try add("erasure", "erase", "--reapply")
        try add("publication", "publish", "tree")
        try add("publication", "publish", "log", "--entries")
        try validate(documents, in: world)
    }

    @Test func `is refused where it does not fit`() throws {
        let world = try World()
        let formats = [
            "verification", "key", "rotation", "erasure", "publication", "stamp", "stamp-request", "export",
        ]
        let documents = formats.map { ("daybook-\($0)-v1.schema.json", #"{"format":"daybook-\#($0)/v1"}"#) }
        guard let faults = try faults(of: documents, in: world) else { return }
        #expect(faults.keys.sorted() == Array(formats.indices), "a check that cannot fail checks nothing")
    }

    @Test func `about evidence fits its schema`() throws {
        let world = try World()
        let vectors = try Fixtures.vectors("daybook_ledger_v1.json", as: EvidenceTexts.self)
        var documents = vectors.evidence.map { (schema: "evidence.schema.json", text: $0.text) }
        func verified(_ file: String, _ more: String...) throws {
            let said = try world.daybook(["verify-evidence", file, "--json"] + more).output
            documents.append(("daybook-evidence-verification-v1.schema.json", said))
        }
        for (place, file) in (vectors.evidence + vectors.evidenceRefused).enumerated() {
            try world.write(file.text, to: "file-\(place)")
            let isOfForm = !["no state", "unknown member"].contains(file.name)
            if isOfForm { try verified("file-\(place)", "--trust", vectors.verifier, "--explain") }
        }
        let samples = Fixtures.checkout.appending(components: "samples", "scenarios")
        for name in ["seed002a_silently_dropped_with_sibling", "seed002c_deleted_by_staff"] {
            let here = try World()
            for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
                try here.copy(samples.appending(components: name, file))
            }
            try here.initialize()
            try here.daybook("checkpoint", "--out", "held.txt")
            try here.daybook("record", "events.ndjson")
            try here.daybook("reconcile", "schedule.csv", "--coverage", "coverage.json")
            for booking in ["A-1001", "A-1002", "nobody"] {
                let made = try here.daybook(
                    "prove", booking, "--source", "pms", "--out", "out", "--disclose", "all", "--siblings", "--held",
                    "held.txt", "--json")
                #expect(made.status == 0, "\(made.errors)")
                documents.append(("daybook-export-v1.schema.json", made.output))
                let file = try String(contentsOfFile: here.path("out/evidence.json"), encoding: .utf8)
                documents.append(("evidence.schema.json", file))
                try verified(here.path("out/evidence.json"), "--trust", here.path("daybook-keys/verifier"))
                try verified(here.path("out/evidence.json"), "--held", here.path("held.txt"))
                try world.copy(here.folder.appending(path: "held.txt"), as: UUID().uuidString)
            }
        }
        // A note of another ledger cannot be compared with.
        try verified(
            "file-0", "--held",
            #require(FileManager.default.contentsOfDirectory(atPath: world.folder.path).first { $0.count == 36 }))
        #expect(documents.count > 40)
        try validate(documents, in: world)
    }

    /// One thing is wrong with the form of each; what is wrong otherwise, a schema cannot say.
    @Test func `about evidence is refused where a schema can`() throws {
        let vectors = try Fixtures.vectors("daybook_ledger_v1.json", as: EvidenceTexts.self)
        let good = try #require(vectors.evidence.first { $0.name == "superseded, cancelled, deleted, partly erased" })
        let other = try #require(vectors.evidence.first { $0.name == "present then dropped" })
        let changes: [(String, String)] = [
            (#""format":"daybook-evidence/v1""#, #""format":"daybook-evidence/v2""#),
            (#""booking":"A-1009","checkpoint""#, #""booking":"","checkpoint""#),
            (#""booking":"A-1009","checkpoint""#, #""booking":"A-1009","siblings":[],"checkpoint""#),
            (#","checkpoint":"#, #","note":"","checkpoint":"#), (#""verifier":""#, #""verifier":"+"#),
            (#""entries":[{"index":4"#, #""entries":[{"index":-4"#),
            (#""entries":[{"index":4"#, #""entries":[{"index":4.5"#),
            (#""entries":[{"index":4,"bytes":""#, #""entries":[{"index":4,"bytes":"="#),
            (#""entries":[{"index":4,"#, #""entries":[{"#), (#""field":"note""#, #""field":"Note""#),
            (#""by":22"#, #""by":"22""#), (#","state":{"#, #","states":{"#),
            (#"{"leaf":"{\"source\":\"crm\","#, #"{"leaf":"{\"sources\":\"crm\","#),
            (#","proof":[""#, #","proof":["A"#), ("\\n\\n\u{2014} ", "\\n\u{2014} "),
        ]
        var documents = [good.text, other.text]
        for (from, to) in changes {
            let changed = good.text.replacingOccurrences(
                of: from, with: to, range: good.text.range(of: from))
            #expect(changed != good.text, "\(from) does not stand there")
            documents.append(changed)
        }
        documents += vectors.evidenceRefused.filter { ["no state", "unknown member"].contains($0.name) }.map(\.text)
        let faults = try faults(of: documents.map { ("evidence.schema.json", $0) }, in: World())
        guard let faults else { return }
        #expect(faults[0] == nil && faults[1] == nil, "\(faults[0] ?? []) \(faults[1] ?? [])")
        for place in documents.indices.dropFirst(2) {
            #expect(faults[place] != nil, "\(place < changes.count + 2 ? changes[place - 2].1 : "a vector") fits")
        }
    }

    private struct EvidenceTexts: Decodable {
        struct File: Decodable { let name, text: String }
        let verifier: String
        let evidence, evidenceRefused: [File]
    }

    /// The entries of a ledger as they are stored.
    private func entries(of world: World) throws -> [String] {
        let program = """
            import sqlite3
            for (entry,) in sqlite3.connect("daybook.sqlite").execute("SELECT bytes FROM entry"): print(entry.decode())
            """
        let stored = try world.run("/usr/bin/env", ["python3", "-c", program])
        #expect(stored.status == 0, "\(stored.errors)")
        return stored.output.split(separator: "\n").map(String.init)
    }
}

extension World.Outcome {
    fileprivate func requireSuccess() throws { try #require(status == 0, "\(errors)") }
}
