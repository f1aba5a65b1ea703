import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

/// A Python that has what `samples/verify_evidence.py` needs.
enum Python {
    static let script = Fixtures.checkout.appending(path: "samples/verify_evidence.py")

    /// The first that is new enough and has `cryptography`; `nil` where there is none.
    static let program: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        let test = "import sys, cryptography.hazmat.primitives.asymmetric.ed25519; sys.exit(sys.version_info < (3, 9))"
        return folders.map { "\($0)/python3" }.first { path in
            FileManager.default.isExecutableFile(atPath: path)
                && (try? World().run(path, ["-c", test]).status) == 0
        }
    }()

    /// What becomes of every small change to a file: the script's own functions, many times in one process.
    static let driver = """
        import copy, importlib.util, json, sys

        from cryptography.exceptions import InvalidSignature

        spec = importlib.util.spec_from_file_location("verify_evidence", sys.argv[1])
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        given = json.load(sys.stdin)
        trusted = [script.read_key(given["verifier"])]
        good = given["text"].encode()
        tried, accepted = 0, []
        malformed = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError)

        def attempt(data, what):
            global tried
            if data == good:
                return
            tried += 1
            try:
                script.verify(data, trusted, [])
                accepted.append(what)
            except (ValueError, InvalidSignature, *malformed):
                pass

        def spelled(value):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

        def places(value, path=()):
            for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
                yield path + (key,)
                yield from places(value[key], path + (key,))

        def changed(path, change):
            whole = copy.deepcopy(evidence)
            above = whole
            for key in path[:-1]:
                above = above[key]
            change(above, path[-1])
            return spelled(whole)

        def put(value):
            return lambda above, key: above.__setitem__(key, value)

        evidence = json.loads(good)
        if given["change"] == "characters":
            for place in range(len(good)):
                attempt(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], f"bit of {place}")
                attempt(good[:place] + b"A" + good[place + 1 :], f"A at {place}") if good[place] != 65 else None
                attempt(good[:place] + good[place + 1 :], f"without {place}")
        elif given["change"] == "omissions":
            for path in places(evidence):
                if len(path) > 1 and path[-2] in ("entries", "leaves", "proof"):
                    attempt(changed(path, lambda above, key: above.pop(key)), f"without {path}")
                elif path[-1] in ("entries", "leaves", "proof", "bytes", "state", "checkpoint", "index"):
                    attempt(changed(path, lambda above, key: above.pop(key)), f"without {path}")
        else:
            deep = "[" * 100_000
            for path in places(evidence):
                for value in (None, True, 0, -1, 2**53, 10**30, 0.5, "", "x", "\\ud800", "\\0", [], [0], {}, {"x": [{}]}):
                    try:
                        attempt(changed(path, put(value)), f"{path} = {value!r}")
                    except UnicodeEncodeError:
                        attempt(changed(path, put("@")).replace(b'"@"', b'"\\\\ud800"'), f"{path} = half a pair")
                attempt(changed(path, put("@")).replace(b'"@"', deep.encode()), f"{path} = deep")
        print(json.dumps({"tried": tried, "accepted": accepted}))
        """
}

/// The verifier for auditors that shares no code with the program, held against evidence good and forged.
@Suite(
    .enabled(
        if: Python.program != nil, "there is no python3 of 3.9 or later on PATH that has the package cryptography"))
struct `The Python verifier` {
    private struct Vectors: Decodable {
        struct Evidence: Decodable { let name, text: String }
        let origin, seed, verifier: String
        let evidence, evidenceRefused: [Evidence]
        let checkpoints: [String: String]
        let roots: [String]
    }
    private let vectors: Vectors
    private let world: World

    init() throws {
        vectors = try Fixtures.vectors("daybook_ledger_v1.json", as: Vectors.self)
        world = try World()
    }

    private func verify(_ text: String, _ more: [String] = [], trust: String? = nil) throws -> World.Outcome {
        try world.write(text, to: "evidence.json")
        let outcome = try world.run(
            #require(Python.program),
            [Python.script.path, "evidence.json", "--trust", trust ?? vectors.verifier] + more)
        #expect(!outcome.errors.contains("Traceback"), "\(outcome.errors)")
        return outcome
    }

    private func text(_ name: String) throws -> String {
        try #require(vectors.evidence.first { $0.name == name }).text
    }

    /// A checkpoint of this ledger signed by its key.
    private func note(_ size: Int, root: String) throws -> String {
        let seed = try #require(Data(base64Encoded: vectors.seed))
        guard let key = SigningKey(seed: [UInt8](seed)) else { throw CocoaError(.coderInvalidValue) }
        return Checkpoint(origin: vectors.origin, size: size, root: try #require(Hash(base64: root)))
            .signed(by: key).description
    }

    @Test func `accepts the good evidence and says what is proven, declared and open`() throws {
        #expect(vectors.evidence.count == 8)
        for evidence in vectors.evidence {
            let outcome = try verify(evidence.text)
            #expect(outcome.status == 0, "\(evidence.name): \(outcome.output)\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.first == "accepted")
            for start in ["Proven: ", "Declared: ", "Cannot be said: ", "Not checked: ", "Entry 21: "] {
                #expect(lines.contains { $0.hasPrefix(start) }, "\(evidence.name): \(start)")
            }
            #expect(outcome.output.contains("up to entry 21, of 2026-03-03T02:00:02.000000Z, the entries about "))
            #expect(outcome.output.contains("what 2 later entries of 24 say"), "always said")
        }
        let dropped = try verify(text("present then dropped")).output
        #expect(dropped.contains("client.name: Asha Patel"))
        #expect(
            dropped.contains("Declared: the reading in entry 19, of 2026-03-02T02:00:01.000000Z, has the booking."))
        #expect(
            dropped.contains("Declared: the reading in entry 20, of 2026-03-03T02:00:01.000000Z, lacks the booking."))
        let erased = try verify(text("superseded, cancelled, deleted, partly erased")).output
        #expect(erased.contains("note: erased, says entry 22"))
        #expect(erased.contains("entries about A-1003 are [4, 5]."))
        #expect(erased.contains("entries about A-1009 are [5, 6, 7, 8]."))
        #expect(try verify(text("absent between two")).output.contains("entries about A-1005 are none."))
    }

    @Test(arguments: [
        ("notice left out", "entry 3, named by the state, is left out"),
        ("erased points at a notice", "entry 7 does not say"),
        ("false absence", "entry 21 leaves open whether it has A-1002"),
        ("disclosure of another entry", "entry 1 did not seal what is disclosed of it"),
        ("unknown member", "a member of the file is"),
        ("altered entry", "the proof of entry 1 does not lead"),
        ("foreign entry", "entry 2 is not about this booking"),
        ("no state", "a member of the file is"),
    ])
    func `refuses forged evidence and says which step failed`(name: String, step: String) throws {
        #expect(vectors.evidenceRefused.count == 8)
        let forged = try #require(vectors.evidenceRefused.first { $0.name == name })
        let outcome = try verify(forged.text)
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("refused: \(step)"), "\(outcome.output)")
        #expect(outcome.output.split(separator: "\n").count == 1, "one line")
    }

    @Test(arguments: [
        ("superseded, cancelled, deleted, partly erased", "characters", 20_000),
        ("superseded, cancelled, deleted, partly erased", "omissions", 60),
        ("present then dropped", "omissions", 50), ("with its sibling", "omissions", 40),
        ("absent between two", "omissions", 20), ("present then dropped", "values", 1_000),
        ("superseded, cancelled, deleted, partly erased", "values", 1_000),
    ])
    func `refuses every small change, and breaks over none`(name: String, change: String, least: Int) throws {
        let given: [String: String] = ["text": try text(name), "verifier": vectors.verifier, "change": change]
        let outcome = try world.run(
            #require(Python.program), ["-c", Python.driver, Python.script.path],
            input: JSONEncoder().encode(given))
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        let json = try outcome.json
        #expect(json["accepted"]?.array == [], "accepted all the same")
        #expect(try #require(json["tried"]?.integer) >= least)
    }

    @Test func `holds the file against notes that were kept`() throws {
        let good = try text("present then dropped")
        try world.write(#require(vectors.checkpoints["4"]), to: "held-4")
        try world.write(#require(vectors.checkpoints["24"]), to: "held-24")
        let held = try verify(good, ["--held", "held-4", "--held", "held-24"])
        #expect(held.status == 0)
        #expect(held.output.contains("Proven: the held note held-4 is of this history."))
        #expect(held.output.contains("Proven: the held note held-24 is of this history."))

        // No proof in the file leads from this one, nor from one that is newer than the file.
        try world.write(note(10, root: vectors.roots[10]), to: "held-10")
        try world.write(note(25, root: vectors.roots[10]), to: "held-25")
        for name in ["held-10", "held-25"] {
            let open = try verify(good, ["--held", "held-4", "--held", name])
            #expect(open.status == 3)
            #expect(open.output.contains("Cannot be said: the held note \(name) is of this history."))
        }

        for size in [4, 24] {
            try world.write(note(size, root: vectors.roots[10]), to: "forked")
            let forked = try verify(good, ["--held", "held-10", "--held", "forked"])
            #expect(forked.status == 2)
            #expect(forked.output.hasPrefix("refused: AR403: the held note forked is signed"), "\(forked.output)")
        }

        try world.write("rubbish", to: "rubbish")
        let rubbish = try verify(good, ["--held", "rubbish"])
        #expect(rubbish.status == 3)
        #expect(rubbish.output.contains("Cannot be said: the held note rubbish is of this history."))
    }

    @Test func `trusts only the key that it was given`() throws {
        let other = VerifierKey(name: vectors.origin, publicKey: SigningKey().publicKey)
        let outcome = try verify(text("present then dropped"), trust: other.text)
        #expect(outcome.status == 2)
        #expect(outcome.output == "refused: the file is signed by another key than those that you trust\n")
        #expect(try verify(text("present then dropped"), ["--trust", other.text]).status == 0, "one of two")
    }

    @Test(arguments: [
        ("\"proof\":[", "\"proof\":{"), ("\"proof\":[\"", "\"proof\":[[\""), ("\"index\":1,", "\"index\":true,"),
        ("\"index\":1,", "\"index\":\"1\","), ("\"index\":1,", "\"index\":1e400,"), ("\"index\":1,", "\"index\":-1,"),
        ("\"state\":{", "\"state\":[{"), ("\"booking\":\"A-1001\"", "\"booking\":\"\\ud800\""),
        ("\"booking\":\"A-1001\"", "\"booking\":{\"a\":[]}"), ("\"checkpoint\":\"", "\"checkpoint\":null,\"x\":\""),
        ("\"entries\":[", "\"entries\":\(String(repeating: "[", count: 200_000))"),
        ("\"index\":1,", "\"index\":\(String(repeating: "9", count: 20_000)),"),
    ])
    func `ends over no malformed value`(old: String, new: String) throws {
        let good = try text("present then dropped")
        try #require(good.contains(old))
        let outcome = try verify(good.replacing(old, with: new, maxReplacements: 1))
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("refused: "), "\(outcome.output)")
        #expect(outcome.output.split(separator: "\n").count == 1, "one line")
    }

    @Test func `can be read in one sitting`() throws {
        let lines = try String(contentsOf: Python.script, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 251, "250 lines, and nothing after the last line's end")
        #expect(lines.last == "")
        #expect(lines.allSatisfy { $0.count <= 120 })
    }

    @Test func `says what was given wrongly`() throws {
        let good = try text("present then dropped")
        let later = good.replacing("daybook-evidence/v1", with: "daybook-evidence/v2")
        #expect(try verify(later).output.hasPrefix("refused: the file is of a version"))
        for text in ["", "{}", "[]", "null", "\u{feff}" + good, " " + good, "{\"format\":\"daybook-report/v1\"}"] {
            #expect(try verify(text).status == 65)
        }
        for text in [good + "\n", String(good.dropLast()), "{\"format\":\"daybook-evidence/v1\"}"] {
            #expect(try verify(text).status == 2)
        }
        #expect(try verify(good, trust: "key").status == 64)
        #expect(try verify(good, ["--strange"]).status == 64)
        #expect(try verify(good, ["--held", "nowhere"]).status == 66)
        let python = try #require(Python.program)
        #expect(try world.run(python, [Python.script.path, "evidence.json"]).status == 64)
        #expect(try world.run(python, [Python.script.path, "none", "--trust", vectors.verifier]).status == 66)
    }

    @Test func `prints no control characters of the file to the terminal`() throws {
        // Refused, and the name of the held note is printed all the same.
        let outcome = try verify(text("present then dropped"), ["--held", "no\u{1b}[2J"])
        #expect(outcome.status == 66)
        #expect(!outcome.errors.contains("\u{1b}"))
    }
}
