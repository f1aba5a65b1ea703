import Foundation
import TestSupport
import Testing
import Transparency

@testable import daybook

/// A witness that answers as the files in its folder say; it keeps what it was asked.
private final class FakeWitness {
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static let source = """
        import http.server, pathlib, time

        class Witness(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                kind = self.path.split("/")[1]
                body = self.rfile.read(int(self.headers["Content-Length"]))
                pathlib.Path("asked").write_bytes(self.path.encode() + b"\\n" + body)
                if kind == "silent":
                    time.sleep(30)
                if kind == "moved":
                    self.send_response(307)
                    self.send_header("Location", "/200/add-checkpoint")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(int(kind) if kind.isdigit() else 200)
                if kind == "409":
                    self.send_header("Content-Type", "text/x.tlog.size")
                answer = pathlib.Path("answer").read_bytes()
                if kind not in ("endless", "dripping"):
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                try:
                    while kind in ("endless", "dripping"):
                        self.wfile.write(b"x" * (65536 if kind == "endless" else 1))
                        self.wfile.flush()
                        time.sleep(0.05 if kind == "dripping" else 0)
                except OSError:
                    pass

            do_GET = do_POST

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Witness)
        server.daemon_threads = True
        pathlib.Path("port.new").write_text(str(server.server_port))
        pathlib.Path("port.new").rename("port")
        server.serve_forever()
        """

    let world: World
    private let process: Process

    init() throws {
        world = try World()
        try world.write(FakeWitness.source, to: "witness.py")
        try world.write("", to: "answer")
        process = try world.start("exec \(FakeWitness.python ?? "python3") witness.py")
    }

    deinit { try? world.kill([process]) }

    /// The submission prefix of the witness that answers in this way.
    func prefix(_ kind: String) async throws -> String {
        for _ in 0..<600 {
            if let port = try? String(contentsOfFile: world.path("port"), encoding: .utf8) {
                return "http://127.0.0.1:\(port)/\(kind)"
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.fileReadNoSuchFile)
    }
}

@Suite(.enabled(if: FakeWitness.python != nil, "there is no python3 in /usr/bin to act as a witness"))
struct `A witness over HTTP` {
    private let fake: FakeWitness
    private let request: AddCheckpoint
    private let witness: VerifierKey
    private let line: SignedNote.Signature

    init() throws {
        fake = try FakeWitness()
        let tree = NaiveTree(count: 9, seed: 1)
        let note = Checkpoint(origin: "demo.example/daybook", size: 9, root: tree.root(size: 9))
            .signed(by: SigningKey())
        request = AddCheckpoint(old: 4, proof: tree.consistencyProof(from: 4, to: 9), note: note)
        let key = SigningKey()
        witness = VerifierKey(name: "witness.example", algorithm: .cosignature, publicKey: key.publicKey)
        let signature = key.sign(Array("cosignature/v1\ntime 1767139200\n\(note.text)".utf8))
        let time = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: 1_767_139_200 >> $0) }
        line = .init(name: witness.name, keyID: witness.keyID, signature: time + signature)
        let lines = SignedNote(text: "", signatures: [line]).description.dropFirst()
        try fake.world.write(String(lines), to: "answer")
    }

    private func submit(_ kind: String, seconds: Int64 = 20) async throws -> AddCheckpoint.Answer {
        try Witness.submit(request, to: await fake.prefix(kind), keys: [witness], seconds: seconds)
    }

    @Test func `is sent the request, and its cosignature is added`() async throws {
        let expected = SignedNote(text: request.note.text, signatures: request.note.signatures + [line])
        for kind in ["200", "200/"] {
            guard case .cosigned(let cosignatures, let note) = try await submit(kind) else {
                Issue.record("\(kind)")
                continue
            }
            #expect(cosignatures.map(\.time) == [1_767_139_200])
            #expect(note == expected)
            let asked = try String(contentsOfFile: fake.world.path("asked"), encoding: .utf8)
            #expect(asked == "/200/add-checkpoint\n\(request.body)")
        }
    }

    @Test func `refuses, and each refusal is told apart`() async throws {
        #expect(try await submit("403") == .unknownKey)
        #expect(try await submit("404") == .unknownLog)
        #expect(try await submit("422") == .inconsistent)
        #expect(try await submit("500") == .unusable("the witness answered with status 500"))
        try fake.world.write("3\n", to: "answer")
        #expect(try await submit("409") == .otherSize(3))
    }

    @Test func `sends elsewhere, and nobody goes there`() async throws {
        #expect(try await submit("moved") == .unusable("the witness answered with status 307"))
        let asked = try String(contentsOfFile: fake.world.path("asked"), encoding: .utf8)
        #expect(asked.hasPrefix("/moved/"))
    }

    @Test func `answers without end, and is cut off`() async throws {
        #expect(try await submit("endless") == .unusable("the witness answered with more than 65536 bytes"))
    }

    @Test(arguments: ["silent", "dripping"]) func `keeps us waiting, and is given up`(kind: String) async throws {
        await #expect(throws: Witness.Failure.self) { try await submit(kind, seconds: 1) }
    }

    @Test func `is not there`() {
        // Nobody listens on the port for a service that was given up long ago.
        #expect(throws: Witness.Failure.self) {
            try Witness.submit(request, to: "http://127.0.0.1:1", keys: [witness], seconds: 5)
        }
        for prefix in [
            "", "witness.example", "file:///etc/passwd", "ftp://witness.example", "http://", "http:// x", "http://?",
            "https://witness.example?a", "https://witness.example#a",
        ] {
            #expect(throws: Witness.Failure.badURL(prefix), "\(prefix)") {
                try Witness.submit(request, to: prefix, keys: [witness])
            }
        }
    }
}
