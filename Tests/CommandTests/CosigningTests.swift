import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

/// A witness by the letter of C2SP tlog-witness, of Python's standard library and of the functions of
/// `samples/verify_evidence.py`: it remembers what it cosigned last, and cosigns only what has grown from that.
private final class StrictWitness {
    private static let source = #"""
        import base64, hashlib, http.server, importlib.util, pathlib, struct, sys

        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spec = importlib.util.spec_from_file_location("verify_evidence", sys.argv[1])
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        log, here = script.read_key(sys.argv[2]), pathlib.Path("witness")
        secret, name = Ed25519PrivateKey.generate(), "witness.example"
        material = b"\4" + secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        last = script.EMPTY

        class Witness(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                global last
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                head, _, note = body.partition("\n\n")
                old, *proof = head.split("\n")
                with open(here / "asked", "a") as asked:
                    asked.write(f"{old} {len(proof)}\n")
                try:
                    tree = script.open_note(note, [log], log.name, "the checkpoint", log)
                except Exception:
                    return self.answer(403)
                if int(old.removeprefix("old ")) > tree.size:
                    return self.answer(400)
                if int(old.removeprefix("old ")) != last.size:
                    return self.answer(409, f"{last.size}\n", "text/x.tlog.size")
                try:
                    last.size and script.require_consistency(last, tree, proof)
                except Exception:
                    return self.answer(422)
                last, time = tree, 1767139200
                text = note[: note.rindex("\n\n") + 1]
                blob = struct.pack(">Q", time) + secret.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
                self.answer(200, f"\u2014 {name} {base64.b64encode(id + blob).decode()}\n")

            def answer(self, status, text="", kind="text/plain"):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Witness)
        server.daemon_threads = True
        key = f"{name}+{id.hex()}+{base64.b64encode(material).decode()}"
        policy = f"log {sys.argv[2]}\nwitness W {key} http://127.0.0.1:{server.server_port}/\nquorum W\n"
        (here / "policy.new").write_text(policy)
        (here / "policy.new").rename(here / "policy")
        server.serve_forever()
        """#

    private let world: World
    private let process: Process

    /// Starts it with its files, `policy` among them, in a folder `witness` of this world.
    init(in world: World) throws {
        self.world = world
        let folder = world.folder.appending(path: "witness")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try world.write(Self.source, to: "witness/witness.py")
        let python = try #require(Python.program)
        process = try world.start(
            "exec \(python) witness/witness.py '\(Python.script.path)' \"$(cat daybook-keys/verifier)\"")
        while !FileManager.default.fileExists(atPath: world.path("witness/policy")) {
            try #require(process.isRunning, "the witness did not start")
            usleep(20_000)
        }
    }

    deinit { try? world.kill([process]) }

    /// The sizes that it was asked with, each with the number of hashes beside it.
    var asked: [String] {
        get throws {
            try String(contentsOfFile: world.path("witness/asked"), encoding: .utf8).split(separator: "\n").map(
                String.init)
        }
    }
}

/// `daybook checkpoint --witness`, with a witness that keeps its word.
@Suite(.enabled(if: Python.program != nil, "there is no python3 with cryptography on PATH to act as a witness"))
struct `A checkpoint that a witness cosigns` {
    @Test func `grows from the one that it saw before, and is believed by the policy`() throws {
        let world = try World()
        try world.initialize()
        let witness = try StrictWitness(in: world)
        func checkpoint(_ out: String) throws -> World.Outcome {
            try world.daybook("checkpoint", "--state", "--witness", "witness/policy", "--out", out)
        }
        try world.write(Events.created(0..<3), to: "events.ndjson")
        try world.daybook("record", "events.ndjson")
        let asks = ["verify", "--trust", "daybook-keys/verifier", "--policy", "witness/policy"]
        let alone = try world.daybook(asks)
        #expect(alone.status == 2 && alone.output.contains("not witnessed: no checkpoint"), "\(alone.output)")
        let first = try checkpoint("first.txt")
        #expect(first.status == 0 && first.errors == "daybook: witness W: cosigned\n", "\(first.errors)")
        #expect(try witness.asked == ["old 0 0"])
        // It has seen a smaller one now, and is shown that this one has grown from it.
        try world.write(Events.created(3..<9), to: "events.ndjson")
        try world.daybook("record", "events.ndjson")
        let second = try checkpoint("second.txt")
        #expect(second.status == 0 && second.errors == "daybook: witness W: cosigned\n", "\(second.errors)")
        let asked = try witness.asked
        #expect(asked.count == 3 && asked[1] == "old 0 0" && asked[2].hasPrefix("old 5 "), "\(asked)")
        for name in ["first.txt", "second.txt"] {
            let note = try SignedNote(String(contentsOfFile: world.path(name), encoding: .utf8))
            #expect(note.signatures.map(\.name) == ["demo.example/daybook", "witness.example"])
        }

        // The ledger keeps the cosigned note, and evidence under it carries the cosignature.
        #expect(try world.daybook("verify", "--held", "second.txt").status == 0)
        let note = try SignedNote(String(contentsOfFile: world.path("second.txt"), encoding: .utf8))
        let witnessed = try world.daybook(asks + ["--json"])
        #expect(witnessed.status == 0, "\(witnessed.output)\(witnessed.errors)")
        #expect(try witnessed.json["witnessedSize"]?.integer == Checkpoint(text: note.text).size)
        #expect(try world.daybook(asks).output.contains("cosigned as your policy asks"))

        try FileManager.default.removeItem(atPath: world.path("daybook-keys/lock"))
        #expect(try world.daybook("prove", "A-1", "--out", "out").status == 2, "from the last note")
        let evidence = try world.daybook(
            "verify-evidence", "out/evidence.json", "--policy", "witness/policy", "--trust", "daybook-keys/verifier",
            "--json")
        #expect(evidence.status == 0, "\(evidence.output)\(evidence.errors)")
        #expect(try evidence.json["assurance"]?.array?.contains(.string("witnessed")) == true, "\(evidence.output)")
    }

    @Test func `is refused where the ledger was put back and grew otherwise`() throws {
        let world = try World()
        try world.initialize()
        let witness = try StrictWitness(in: world)
        try world.write(Events.created(0..<6), to: "events.ndjson")
        try world.write(Events.created(10..<30), to: "others.ndjson")
        let steps = """
            mkdir older && daybook backup older/daybook.sqlite && cp daybook-keys/lock older && \\
            daybook record events.ndjson && daybook checkpoint --witness witness/policy > seen.txt && \\
            rm daybook.sqlite* && cp older/daybook.sqlite . && cp older/lock daybook-keys/lock
            """
        try #require(try world.shell(steps).status == 0)
        // Shorter than what it saw; then longer, and of another history.
        let shorter = try world.daybook("checkpoint", "--witness", "witness/policy", "--out", "shorter.txt")
        #expect(shorter.status == 69, "\(shorter.errors)")
        #expect(shorter.errors.contains("failed: it saw 7 entries before, and this ledger has not grown"))
        try world.daybook("record", "others.ndjson")
        let other = try world.daybook("checkpoint", "--witness", "witness/policy", "--out", "other.txt")
        #expect(other.status == 69, "\(other.errors)")
        #expect(other.errors.contains("it says that the checkpoint is not consistent with one that it saw"))
        #expect(try witness.asked.last?.hasPrefix("old 7 ") == true)
        for name in ["shorter.txt", "other.txt"] {
            let note = try SignedNote(String(contentsOfFile: world.path(name), encoding: .utf8))
            #expect(note.signatures.count == 1, "it is written all the same, and not cosigned")
        }
    }
}
