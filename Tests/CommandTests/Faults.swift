import Bookings
import Foundation
import TestSupport

/// Calls to the operating system that fail in the program that is run: `Tests/FaultInjection/faults.c`.
struct Faults: CustomStringConvertible {
    enum Call: String, CaseIterable {
        case open, read, write, sync, truncate, rename, unlink
    }

    /// What becomes of a call.
    enum Error: String {
        case ENOSPC, EIO, EROFS, EACCES
        /// The program is ended there, in the middle of a write.
        case KILL
        /// The program is halted there, until it is sent SIGCONT.
        case STOP
        /// Half of it is written.
        case SHORT
    }

    let calls: [Call]
    let error: Error?
    /// The first that fails, counted from 1, and how many from there; all where 0.
    var from = 1
    var times = 0
    /// What the file's absolute path matches, as of a shell.
    var file = "*"
    /// The clock, in seconds from the true time.
    var clock = 0
    /// Where each call that matches is noted.
    var log: String?

    init(_ calls: [Call] = [], _ error: Error? = nil, from: Int = 1, times: Int = 0, file: String = "*") {
        self.calls = calls
        self.error = error
        self.from = from
        self.times = times
        self.file = file
    }

    static func clock(_ seconds: Int) -> Faults {
        var faults = Faults()
        faults.clock = seconds
        return faults
    }

    var description: String {
        "\(calls.map(\.rawValue).joined(separator: ",")) \(error?.rawValue ?? "-") from \(from), \(times) times"
    }

    var environment: [String: String] {
        var environment = [
            "LD_PRELOAD": Faults.library ?? "", "FAULT_CALL": calls.map(\.rawValue).joined(separator: ","),
            "FAULT_FILE": file, "FAULT_FROM": "\(from)", "FAULT_TIMES": "\(times)", "FAULT_CLOCK": "\(clock)",
        ]
        environment["FAULT_ERRNO"] = error?.rawValue
        environment["FAULT_COUNT"] = log
        return environment
    }

    static let isAvailable = library != nil

    /// The library that is loaded before the program; `nil` where no C compiler is here.
    private static let library: String? = {
        let source = Fixtures.checkout.appending(components: "Tests", "FaultInjection", "faults.c").path
        // Beside the program, and put there whole: several test processes may do so at once.
        let library = World.program.deletingLastPathComponent().appending(path: "faults.so").path
        let fresh = "\(library).\(getpid())"
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        for folder in folders {
            for name in ["clang", "cc", "gcc"] {
                let compiler = Process()
                compiler.executableURL = URL(filePath: "\(folder)/\(name)")
                compiler.arguments = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", fresh, source, "-ldl"]
                guard FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)"),
                    (try? compiler.run()) != nil
                else { continue }
                compiler.waitUntilExit()
                if compiler.terminationStatus == 0, rename(fresh, library) == 0 { return library }
            }
        }
        print("no C compiler is here: tests of a failing disk, of kills and of the clock are skipped")
        return nil
    }()
}

extension World {
    /// The calls of these kinds that a command makes on this world's files, in order, as `write …/daybook.sqlite-wal`.
    func calls(_ kinds: [Faults.Call], of command: [String]) throws -> [String] {
        let copy = try copied()
        var faults = Faults(kinds, nil, file: "\(copy.folder.path)*")
        faults.log = copy.folder.path + ".calls"
        defer { try? FileManager.default.removeItem(atPath: faults.log!) }
        _ = try copy.daybook(command, under: faults)
        let log = String(decoding: try Data(contentsOf: URL(filePath: faults.log!)), as: UTF8.self)
        return log.split(separator: "\n").map { $0.replacingOccurrences(of: copy.folder.path, with: "…") }
    }

    /// What was recorded, known already and refused when these events were recorded once more.
    func recording(_ files: String...) throws -> (recorded: Int, repeated: Int) { try recording(files) }

    func recording(_ arguments: [String]) throws -> (recorded: Int, repeated: Int) {
        let outcome = try daybook(["record", "--json"] + arguments)
        let json = try outcome.json
        return (json["recorded"]?.integer ?? -1, json["repeated"]?.integer ?? -1)
    }

    /// The number of entries.
    func size() throws -> Int? { try daybook("verify", "--json").json["size"]?.integer }

    /// What `verify` finds wrong, in its words; empty where nothing is.
    func defects(_ arguments: String...) throws -> String {
        let outcome = try daybook(["verify"] + arguments)
        return outcome.status == 0 ? "" : "\(outcome.status): \(outcome.output)\(outcome.errors)"
    }
}

/// Bookings as a booking system reports them.
enum Events {
    static func created(_ range: Range<Int>, prefix: String = "") -> String {
        range.map { number in
            #"{"specversion":"1.0","id":"e-\#(prefix)\#(number)","source":"crm","type":"booking.created","#
                + #""subject":"A-\#(prefix)\#(number)","time":"2026-10-01T09:00:00Z","data":{"client":{"name":"Asha Patel"},"#
                + #""appointment":{"start":"2026-11-10T09:30:00+00:00","status":"booked"}}}"# + "\n"
        }.joined()
    }
}
