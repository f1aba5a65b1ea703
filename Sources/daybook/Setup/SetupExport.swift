import Bookings
import Console
import Foundation
import Schedules

/// The export that a practice sets up with: its first megabyte, and what is guessed and said of it.
struct SetupExport {
    let path: String
    let written: Timestamp
    var given: ExportGuess.Given
    private(set) var guess: ExportGuess
    private let bytes: [UInt8]
    private let isWhole: Bool

    private static let most = 1 << 20

    init(_ path: String, given: ExportGuess.Given, now: Timestamp) throws {
        guard path != "-" else {
            throw Terminal.fail("set up with a file: the export as it appears each night, not standard input", 64)
        }
        written = try Schedule.written(path: path, now: now)
        let all = try FileArgument.start(path, count: SetupExport.most + 1)
        bytes = Array(all.prefix(SetupExport.most))
        isWhole = all.count <= SetupExport.most
        self.path = path
        self.given = given
        do throws(UnguessableExport) {
            guess = try ExportGuess(bytes, isWhole: isWhole, given: given)
        } catch {
            throw Terminal.fail("\(path): \(error.description)", 65)
        }
        if let format = guess.format, ScheduleLayout.Format(rawValue: format) == nil {
            throw Terminal.fail(
                "\(path): this is \(format), which this version does not read; export a table (CSV)", 65)
        }
    }

    /// Looks again, with what is said now. Where the export cannot be read so, everything stays as it was.
    mutating func look(with given: ExportGuess.Given) throws(UnguessableExport) {
        guess = try ExportGuess(bytes, isWhole: isWhole, given: given)
        self.given = given
    }

    /// The whole export as a night would read it, on the clocks of a zone, with no window.
    func read(zone: String?, now: Timestamp) throws(ScheduleError) -> Snapshot {
        var coverage = Coverage(source: "setup", takenAt: now)
        coverage.zone = zone
        let status = guess.format == nil ? guess.status : given.status
        var rules = SourceRules(zone: zone, status: status, zones: .system)
        // Ids that are made here are looked at and forgotten: those of the nights are made under the keys' secret.
        if !guess.identity.isEmpty {
            var random = SystemRandomNumberGenerator()
            rules.identityKey = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        return try Schedule.read(path: path, layout: guess.layout, rules: rules, coverage: coverage)
    }

    /// The words for a status that a practice explained or that are known, without FHIR's own.
    var status: [String: Appointment.Status] { guess.status.merging(given.status) { $1 } }
}

extension FileArgument {
    /// The first bytes of a file.
    fileprivate static func start(_ path: String, count: Int) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw Terminal.fail("\(path): this is a folder; name the file in it", 66)
        }
        guard let data = CheckpointFile.start(of: path, count: count) else {
            throw Terminal.fail("\(path): it may not be read by this user", 77)
        }
        return Array(data)
    }
}
