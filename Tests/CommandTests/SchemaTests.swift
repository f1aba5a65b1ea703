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
        for line in sys.stdin:
            name, _, text = line.partition(" ")
            validator = Draft202012Validator(load(name), registry=registry)
            for error in validator.iter_errors(json.loads(text)):
                print(name, list(error.path), error.message[:300])
                failed = 1
        sys.exit(failed)
        """

    private static let legacy = """
        import json, pathlib, sys
        from jsonschema import Draft202012Validator, RefResolver
        folder = pathlib.Path(sys.argv[1])
        failed = 0
        for line in sys.stdin:
            name, _, text = line.partition(" ")
            schema = json.loads((folder / name).read_text())
            resolver = RefResolver(base_uri=(folder / name).as_uri(), referrer=schema)
            for error in Draft202012Validator(schema, resolver=resolver).iter_errors(json.loads(text)):
                print(name, list(error.path), error.message[:300])
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

    private func validate(_ documents: [(schema: String, text: String)], in world: World) throws {
        guard let script = try script(world) else {
            print("skipped: python3-jsonschema is not installed, so no output was held against its schema")
            return
        }
        let lines = documents.map { "\($0.schema) \($0.text.trimmingCharacters(in: .newlines))\n" }.joined()
        let schemas = Fixtures.checkout.appending(path: "schemas").path
        let outcome = try world.run(
            "/usr/bin/env", ["python3", "-W", "ignore", "-c", script, schemas], input: Data(lines.utf8))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
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
            try add("daybook-verification-v1.schema.json", ["verify", "--json"])
            for booking in ["A-1001", "A-1002", "B-20", "C-5", "D-1", "E-1", "X-9"] {
                try add(
                    "daybook-verdict-v1.schema.json",
                    ["investigate", "--booking", booking, "--claimed-start", "2026-09-22T10:00:00+01:00", "--json"])
            }
            for entry in try entries(of: here) { documents.append(("entry.schema.json", entry)) }
        }
        #expect(documents.count > 100)
        try validate(documents, in: world)
    }

    @Test func `is refused where it does not fit`() throws {
        let world = try World()
        guard let script = try script(world) else { return }
        let schemas = Fixtures.checkout.appending(path: "schemas").path
        let wrong = "daybook-verification-v1.schema.json {\"format\":\"daybook-verification/v1\"}\n"
        let outcome = try world.run(
            "/usr/bin/env", ["python3", "-W", "ignore", "-c", script, schemas], input: Data(wrong.utf8))
        #expect(outcome.status == 1, "a check that cannot fail checks nothing")
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
