import Foundation

/// Something that a person at the terminal can do something about, in one line.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A program run from its start to its end, as a person would run it.
struct Command {
    let program: String
    let arguments: [String]

    /// What running it took.
    struct Outcome {
        let status: Int32
        let seconds: Double
        /// The largest resident memory, in bytes. The kernel counts in what this program had when it started the
        /// other, so a peak that is not above it is only a bound.
        let peak: Int
        let isPeakOnlyABound: Bool
        let output: Data
        let errors: String
    }

    /// Runs it in a folder, its output in files there, without the `DAYBOOK_…` of the environment.
    func run(in folder: String) throws -> Outcome {
        let own = Command.peakOfThisProgram()
        let clock = ContinuousClock()
        let started = clock.now
        let child = try start(in: folder)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(child, &status, 0, &usage) < 0 {
            guard errno == EINTR else {
                throw BenchError("waiting for \(program): \(String(cString: strerror(errno)))")
            }
        }
        let seconds = clock.now - started
        let peak = Int(usage.ru_maxrss) * 1024
        return Outcome(
            status: status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f), seconds: seconds / .seconds(1),
            peak: peak, isPeakOnlyABound: peak <= own,
            output: FileManager.default.contents(atPath: folder + "/output") ?? Data(),
            errors: String(
                decoding: FileManager.default.contents(atPath: folder + "/errors")?.prefix(4096) ?? Data(),
                as: UTF8.self))
    }

    /// Runs it, and throws where it ends with another status than one of these.
    func run(in folder: String, expecting statuses: Set<Int32>) throws -> Outcome {
        let outcome = try run(in: folder)
        guard statuses.contains(outcome.status) else {
            throw BenchError(
                "\((program as NSString).lastPathComponent) \(arguments.joined(separator: " ")) ended with status "
                    + "\(outcome.status)\(outcome.errors.isEmpty ? "" : ": " + outcome.errors)")
        }
        return outcome
    }

    /// Starts it with its output to the files `output` and `errors`, or to a descriptor, and does not wait.
    func start(in folder: String, output: Int32? = nil) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, folder + "/output", flags, 0o600)
        }
        posix_spawn_file_actions_addopen(&actions, 2, folder + "/errors", flags, 0o600)
        guard FileManager.default.changeCurrentDirectoryPath(folder) else { throw BenchError("\(folder) is not there") }
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DAYBOOK_") }
            .map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let code = Command.withCStrings([program] + arguments) { arguments in
            Command.withCStrings(environment) { posix_spawn(&child, program, &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw BenchError("\(program) does not start: \(String(cString: strerror(code)))") }
        return child
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }

    private static func peakOfThisProgram() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) * 1024
    }
}

/// The programs that are measured: `daybook`, and this one for what must be measured in a process of its own.
enum Programs {
    static let this = "/proc/self/exe"

    /// This program's own path.
    static func ownPath() throws -> String {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: this) else {
            throw BenchError("/proc/self/exe cannot be read: the program does not know where it lies")
        }
        return path
    }

    /// `daybook` or `daybook-verify`, which were built beside this program.
    static func beside(_ name: String) throws -> String {
        let folder = (try ownPath() as NSString).deletingLastPathComponent
        let path = "\(folder)/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchError("there is no \(name) in \(folder); build it first: swift build -c release")
        }
        return path
    }
}

/// Seconds that something took.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(body) / .seconds(1)
}

/// The middle of some figures, or the mean of the two in the middle.
func median(_ figures: [Double]) -> Double {
    let sorted = figures.sorted()
    precondition(!sorted.isEmpty, "the median of nothing")
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
