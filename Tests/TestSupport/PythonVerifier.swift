import Foundation

/// `samples/verify_evidence.py`, run as its users run it, over many files in one process.
public enum PythonVerifier {
    /// What it said of one file.
    public struct Answer: Decodable, Sendable {
        /// Its exit status: 0 accepted, 2 refused, 3 accepted and a held note not compared.
        public let status: Int
        /// What it printed.
        public let output: String
    }

    /// A file with the notes that its verifier kept.
    public struct Question: Encodable, Sendable {
        let file: String
        let held: [String]
        let trust: String?

        /// A question about these bytes; by somebody who trusts another key than the others do, where one is named.
        public init(_ file: [UInt8], held: [String] = [], trusting key: String? = nil) {
            self.file = String(decoding: file, as: UTF8.self)
            self.held = held
            trust = key
        }
    }

    private struct Sheet: Encodable {
        let verifier: String
        let questions: [Question]
    }

    /// The first Python on the path that is new enough and has `cryptography`; `nil` where there is none.
    public static let program: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        let test = "import sys, cryptography.hazmat.primitives.asymmetric.ed25519; sys.exit(sys.version_info < (3, 9))"
        return folders.map { "\($0)/python3" }.first { path in
            FileManager.default.isExecutableFile(atPath: path)
                && (try? run(path, ["-c", test], input: nil, output: .nullDevice)) == 0
        }
    }()

    /// Each file goes through the script's own command line: options, files, exit status.
    private static let driver = """
        import contextlib, io, json, pathlib, sys, tempfile

        path = sys.argv[1]
        code = compile(pathlib.Path(path).read_bytes(), path, "exec")
        given = json.load(sys.stdin)
        folder = pathlib.Path(tempfile.mkdtemp())
        answers = []
        for question in given["questions"]:
            (folder / "evidence.json").write_bytes(question["file"].encode())
            trust = question.get("trust", given["verifier"])
            sys.argv = [path, str(folder / "evidence.json"), "--trust", trust]
            for place, note in enumerate(question["held"]):
                (folder / f"held-{place}").write_bytes(note.encode())
                sys.argv += ["--held", str(folder / f"held-{place}")]
            said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                try:
                    exec(code, {"__name__": "__main__", "__file__": path})
                    status = 0
                except SystemExit as end:
                    status = end.code or 0
            said.flush()
            answers.append({"status": status, "output": said.buffer.getvalue().decode()})
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        print(json.dumps(answers))
        """

    /// What it says of these files, trusting this key; `nil` where there is no Python.
    public static func answers(to questions: [Question], trusting verifier: String) throws -> [Answer]? {
        guard let program else { return nil }
        let folder = FileManager.default.temporaryDirectory.appending(path: "python-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try JSONEncoder().encode(Sheet(verifier: verifier, questions: questions)).write(to: input)
        try Data().write(to: output)
        let script = Fixtures.checkout.appending(components: "samples", "verify_evidence.py").path
        let status = try run(program, ["-c", driver, script], input: input, output: FileHandle(forWritingTo: output))
        guard status == 0 else { throw Broken(status: status) }
        return try JSONDecoder().decode([Answer].self, from: Data(contentsOf: output))
    }

    /// The script broke instead of refusing; what it said of that is on standard error.
    public struct Broken: Error {
        /// How it ended.
        public let status: Int32
    }

    private static func run(
        _ program: String, _ arguments: [String], input: URL?, output: FileHandle
    ) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? .nullDevice
        process.standardOutput = output
        if input == nil { process.standardError = FileHandle.nullDevice }
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
