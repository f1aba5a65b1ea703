import Foundation
import Testing

/// A web server on this computer, of Python's standard library, that behaves well or badly by the path that is asked.
final class LocalServer {
    private let process: Process
    private let world: World
    /// `http://127.0.0.1:PORT`.
    let address: String

    /// True where Python is there to run it.
    static let isAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import http.server"]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private static let script = #"""
        import http.server, json, pathlib, subprocess, sys, time
        authority, here = sys.argv[1], pathlib.Path(sys.argv[2])
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, body=b"", headers=()):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with open(here / "requests", "a") as out:
                    out.write(json.dumps({"method": self.command, "path": self.path, "body": body.decode("latin-1"),
                                          "headers": {k.lower(): v for k, v in self.headers.items()}}) + "\n")
                return body
            def stamp(self, body):
                (here / "query").write_bytes(body)
                subprocess.run(["/usr/bin/openssl", "ts", "-reply", "-config", "ca.cnf", "-queryfile", here / "query",
                                "-out", here / "answer"], cwd=authority, check=True, stderr=subprocess.DEVNULL)
                return (here / "answer").read_bytes()
            def do_POST(self):
                body = self.take()
                if self.path == "/tsa": self.answer(200, self.stamp(body))
                elif self.path == "/old":
                    if not (here / "old").exists(): (here / "old").write_bytes(self.stamp(body))
                    self.answer(200, (here / "old").read_bytes())
                elif self.path == "/cut": self.answer(200, self.stamp(body)[:-1])
                elif self.path.startswith(("/hook", "/check")): self.answer(200)
                else: self.other()
            def do_PUT(self):
                self.take()
                if self.path.startswith("/put"): self.answer(201)
                else: self.other()
            def do_GET(self):
                self.take()
                self.other()
            def other(self):
                if self.path == "/moved": self.answer(307, headers=[("Location", "/tsa")])
                elif self.path == "/huge": self.answer(200, b"x" * 2_000_000)
                elif self.path == "/slow":
                    time.sleep(30)
                else: self.answer(500, b"secret words of a server")
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        (here / "port.new").write_text(str(server.server_port))
        (here / "port.new").rename(here / "port")
        server.serve_forever()
        """#

    /// Starts it with its files in a folder `server` of this world; time-stamps are of the authority in a folder.
    init(in world: World, authority: URL? = nil) throws {
        self.world = world
        let folder = world.folder.appending(path: "server")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try world.write(LocalServer.script, to: "server/server.py")
        process = try world.start(
            "exec python3 server/server.py '\(authority?.path ?? "/nowhere")' '\(folder.path)'")
        let port = folder.appending(path: "port")
        while !FileManager.default.fileExists(atPath: port.path) {
            try #require(process.isRunning, "the server did not start")
            usleep(20_000)
        }
        address = "http://127.0.0.1:\(try String(contentsOf: port, encoding: .utf8))"
    }

    deinit { try? world.kill([process]) }

    /// What was asked of it so far.
    struct Request: Decodable {
        let method: String
        let path: String
        let body: String
        let headers: [String: String]
    }

    var requests: [Request] {
        get throws {
            let file = world.folder.appending(path: "server/requests")
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map { try JSONDecoder().decode(Request.self, from: Data($0.utf8)) }
        }
    }
}
