import Dispatch
import Foundation

/// One run of another program: no shell, its input whole, its time and its output bounded.
///
/// It is the first of a process group of its own, so that what it started ends with it where it has to be ended. Through
/// Foundation's `Process`, which the anchors have used from the start: one way of running programs, and no library more.
package struct ProgramRun {
    /// The program's path.
    package var program: String
    package var arguments: [String]
    package var input: [UInt8]
    /// Added to this program's own environment.
    package var environment: [String: String]
    /// The folder in which it runs; `nil` for this program's own.
    package var folder: String?
    /// After how many seconds it is ended, and counts as failed.
    package var timeout: Int64

    package init(
        program: String, arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        folder: String? = nil, timeout: Int64
    ) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.folder = folder
        self.timeout = timeout
    }

    /// Requires that it ends in time, with the status 0. What it prints goes to standard error.
    package func run() throws(OutsideError) {
        let end = try run(output: .standardError, errors: .standardError) { false }
        guard end == .exit(0) else { throw OutsideError(sentence: "\(program) \(end)") }
    }

    /// How it ended, and what it printed; one that prints more than `largest` bytes is ended. What it said on standard
    /// error beyond 16 MiB ends it too, and the first 4 KiB of that are given.
    func capture(largest: Int) throws(OutsideError) -> (end: End, output: [UInt8], errors: [UInt8]) {
        let (output, errors) = (try ProgramRun.namelessFile(), try ProgramRun.namelessFile())
        let most = (output: Int64(largest), errors: Int64(16 << 20))
        func isTooMuch() -> Bool {
            ProgramRun.size(output) > most.output || ProgramRun.size(errors) > most.errors
        }
        let end = try run(output: output, errors: errors, isTooMuch)
        guard !isTooMuch() else {
            throw OutsideError(
                sentence: ProgramRun.size(output) > most.output
                    ? "\(program) printed more than \(largest) bytes" : "\(program) said too much on standard error")
        }
        return (end, try ProgramRun.contents(output, most: largest), try ProgramRun.contents(errors, most: 4096))
    }

    /// How a program ended.
    enum End: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let status): "ended with status \(status)"
            case .signal(let number): "was ended by signal \(number)"
            }
        }
    }

    /// Runs it to its end, unless it takes too long, or `isEnough` says so, which is asked every few moments.
    private func run(
        output: FileHandle, errors: FileHandle, _ isEnough: () -> Bool
    ) throws(OutsideError) -> End {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw OutsideError(sentence: "\(program) is not there, or may not be run")
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = try inputFile()
        process.standardOutput = output
        process.standardError = errors
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do { try process.run() } catch { throw OutsideError(sentence: "\(program) cannot be started") }
        let deadline = DispatchTime.now() + .seconds(Int(timeout))
        while ended.wait(timeout: min(deadline, .now() + .milliseconds(50))) != .success {
            if isEnough() {
                end(process, ended)
                return .signal(SIGTERM)
            }
            guard DispatchTime.now() < deadline else {
                end(process, ended)
                throw OutsideError(sentence: "\(program) did not end within \(timeout) s, and was ended")
            }
        }
        let status = process.terminationStatus
        return process.terminationReason == .exit ? .exit(status) : .signal(status)
    }

    /// Ends the program and what it started: it is the first of a group of its own.
    private func end(_ process: Process, _ ended: DispatchSemaphore) {
        let number = process.processIdentifier
        let whom = getpgid(number) == number ? -number : number
        kill(whom, SIGTERM)
        let isOver = ended.wait(timeout: .now() + .seconds(2)) == .success
        // Its group may outlive it; by itself it is gone, and its number may be another's.
        guard !isOver || whom < 0 else { return }
        kill(whom, SIGKILL)
        guard !isOver else { return }
        _ = ended.wait(timeout: .now() + .seconds(2))
    }

    // MARK: Files without a name

    /// The input as a file: neither a program that does not read nor one that reads slowly can hold this one up.
    private func inputFile() throws(OutsideError) -> FileHandle {
        let file = try ProgramRun.namelessFile()
        do {
            try file.write(contentsOf: Data(input))
            try file.seek(toOffset: 0)
        } catch { throw OutsideError(sentence: "no temporary file can be written") }
        return file
    }

    /// A file that has no name any more, and is gone with this program.
    private static func namelessFile() throws(OutsideError) -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutsideError(sentence: "no temporary file can be made") }
        unlink(path)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func size(_ file: FileHandle) -> Int64 {
        var status = stat()
        return fstat(file.fileDescriptor, &status) == 0 ? Int64(status.st_size) : .max
    }

    private static func contents(_ file: FileHandle, most: Int) throws(OutsideError) -> [UInt8] {
        let count = Int(min(size(file), Int64(most)))
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(
                    file.fileDescriptor, buffer.baseAddress! + filled, count - filled, off_t(filled))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { break }
                filled += read
            }
        }
        guard bytes.count == count else { throw OutsideError(sentence: "a temporary file cannot be read") }
        return bytes
    }
}
