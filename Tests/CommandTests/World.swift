import Bookings
import Foundation
import TestSupport
import Testing

/// A folder of its own in which the built program is run as a person would run it.
final class World {
    let folder: URL
    private let environment: [String: String]

    /// What a command said, and how it ended.
    struct Outcome {
        let output: String
        let errors: String
        let status: Int32

        var json: JSONValue {
            get throws { try JSONValue(parsing: Array(output.utf8)) }
        }
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = [
            "PATH": World.program.deletingLastPathComponent().path + ":/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "HOME": folder.path,
        ]
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The program that was built with the tests.
    static let program: URL = {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appending(path: "daybook")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return Fixtures.checkout.appending(path: ".build/debug/daybook")
    }()

    /// Runs the program with these arguments.
    @discardableResult
    func daybook(_ arguments: String..., input: Data? = nil) throws -> Outcome {
        try run(World.program.path, arguments, input: input)
    }

    /// Runs the program with these arguments.
    func daybook(_ arguments: [String], input: Data? = nil) throws -> Outcome {
        try run(World.program.path, arguments, input: input)
    }

    /// Runs the program with these arguments while calls to the operating system fail.
    func daybook(_ arguments: [String], input: Data? = nil, under faults: Faults) throws -> Outcome {
        try run(World.program.path, arguments, input: input, adding: faults.environment)
    }

    /// Runs a line as a shell would.
    func shell(_ line: String) throws -> Outcome {
        try run("/bin/bash", ["-c", line])
    }

    /// Runs any program. Output goes through files, so that no amount of it can block.
    func run(_ program: String, _ arguments: [String], input: Data? = nil, adding more: [String: String] = [:])
        throws -> Outcome
    {
        let files = try ["in", "out", "err"].map { name -> URL in
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(name)")
            try (name == "in" ? input ?? Data() : Data()).write(to: file)
            return file
        }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment.merging(more) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self), status: process.terminationStatus)
    }

    /// Starts a line as a shell would, as a process group of its own that ``kill(_:)`` can end.
    func start(_ line: String, adding more: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = folder
        process.environment = environment.merging(more) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        // Held by each program of the line: it ends when the last of them has.
        process.standardError = Pipe()
        try process.run()
        try #require(getpgid(process.processIdentifier) == process.processIdentifier)
        return process
    }

    /// Ends lines and every program that they started, as `kill -9` does, and waits until they are gone.
    func kill(_ processes: [Process]) throws {
        for process in processes { Foundation.kill(-process.processIdentifier, SIGKILL) }
        for process in processes { _ = try (process.standardError as? Pipe)?.fileHandleForReading.readToEnd() }
    }

    /// This world's files as they are now, in a world of its own.
    func copied() throws -> World {
        let copy = try World()
        try FileManager.default.removeItem(at: copy.folder)
        try FileManager.default.copyItem(at: folder, to: copy.folder)
        return copy
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Copies a file of the checkout into this folder.
    func copy(_ file: URL, as name: String? = nil) throws {
        try FileManager.default.copyItem(at: file, to: folder.appending(path: name ?? file.lastPathComponent))
    }

    /// A ledger made here.
    @discardableResult
    func initialize() throws -> Outcome {
        let made = try daybook("init", "--origin", "demo.example/daybook")
        try #require(made.status == 0, "\(made.errors)")
        return made
    }
}

/// A finding as the samples' expectations write it.
struct ExpectedFinding: Decodable, Hashable, Comparable, CustomStringConvertible {
    let code: String
    let booking: String?
    let severity: String
    let confidence: String

    init?(_ json: JSONValue) {
        guard let code = json["code"]?.string, let severity = json["severity"]?.string,
            let confidence = json["confidence"]?.string
        else { return nil }
        self.code = code
        booking = json["booking"]?.string
        self.severity = severity
        self.confidence = confidence
    }

    var description: String { "\(code) \(booking ?? "-") \(severity) \(confidence)" }

    static func < (left: ExpectedFinding, right: ExpectedFinding) -> Bool { left.description < right.description }
}

extension JSONValue {
    /// The findings of a report or verdict, sorted.
    var findings: [ExpectedFinding] {
        (self["findings"]?.array ?? []).compactMap { ExpectedFinding($0) }.sorted()
    }
}
