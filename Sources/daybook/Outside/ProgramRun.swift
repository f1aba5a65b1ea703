import Dispatch
import Foundation

/// One run of another program: no shell, its input whole, its time bounded. What it prints goes to standard error.
struct ProgramRun {
    /// The program's path.
    var program: String
    var arguments: [String]
    var input: [UInt8]
    /// Added to this program's own environment.
    var environment: [String: String] = [:]
    /// After how many seconds it is ended, and counts as failed.
    var timeout: Int64

    /// Requires that it ends in time, with the status 0.
    func run() throws(OutsideError) {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw OutsideError(sentence: "\(program) is not there, or may not be run")
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try inputFile()
        process.standardOutput = FileHandle.standardError
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do { try process.run() } catch { throw OutsideError(sentence: "\(program) cannot be started") }
        guard ended.wait(timeout: .now() + .seconds(Int(timeout))) == .success else {
            end(process, ended)
            throw OutsideError(sentence: "\(program) did not end within \(timeout) s, and was ended")
        }
        let status = process.terminationStatus
        guard process.terminationReason == .exit else {
            throw OutsideError(sentence: "\(program) was ended by signal \(status)")
        }
        guard status == 0 else { throw OutsideError(sentence: "\(program) ended with status \(status)") }
    }

    /// The input as a file that has no name any more: neither a program that does not read nor one that reads slowly can
    /// hold this one up.
    private func inputFile() throws(OutsideError) -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutsideError(sentence: "no temporary file can be made") }
        unlink(path)
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(input))
            try file.seek(toOffset: 0)
        } catch { throw OutsideError(sentence: "no temporary file can be written") }
        return file
    }

    /// Ends the program and what it started: it is the first of a group of its own.
    private func end(_ process: Process, _ ended: DispatchSemaphore) {
        let number = process.processIdentifier
        let whom = getpgid(number) == number ? -number : number
        kill(whom, SIGTERM)
        guard ended.wait(timeout: .now() + .seconds(2)) != .success else { return }
        kill(whom, SIGKILL)
        _ = ended.wait(timeout: .now() + .seconds(2))
    }
}
