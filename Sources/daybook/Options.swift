import ArgumentParser
import Bookings
import Foundation
import LedgerStore
import Schedules

/// Where the ledger, its keys and its configuration are: an option, else the environment, else the configuration,
/// else the default.
struct LedgerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger's file. Also DAYBOOK_LEDGER. Default: daybook.sqlite", valueName: "path"))
    var ledger: String?

    @Option(
        help: ArgumentHelp("The folder of key and lock. Also DAYBOOK_KEYS. Default: daybook-keys", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "The configuration. Also DAYBOOK_CONFIG. Default: daybook.yaml, where there is one", valueName: "path"))
    var config: String?

    @Flag(help: "Print one JSON object instead of words.")
    var json = false

    private func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path of the configuration; `nil` where there is none.
    var configurationPath: String? {
        if let path = config ?? environment("DAYBOOK_CONFIG") { return path }
        return FileManager.default.fileExists(atPath: "daybook.yaml") ? "daybook.yaml" : nil
    }

    /// The configuration; an empty one where there is none.
    func configuration() throws(ConfigurationError) -> Configuration {
        guard let path = configurationPath else { return Configuration() }
        return try Configuration.read(path: path)
    }

    func ledgerPath(_ configuration: Configuration) -> String {
        ledger ?? environment("DAYBOOK_LEDGER") ?? configuration.ledger ?? "daybook.sqlite"
    }

    func keyDirectory(_ configuration: Configuration) -> KeyDirectory {
        KeyDirectory(path: keys ?? environment("DAYBOOK_KEYS") ?? configuration.keys ?? "daybook-keys")
    }

    /// Opens the ledger; with its keys where they are there, so that its lock is looked at.
    func open(_ configuration: Configuration) throws(LedgerError) -> Ledger {
        let keys = keyDirectory(configuration)
        let path = ledgerPath(configuration)
        do throws(LedgerError) {
            return try Ledger.open(path: path, keys: keys.hasKey ? keys : nil, clock: systemClock)
        } catch .notFound where keys.isUsed { throw .gone(path: path, keys: keys.path) }
    }
}

/// The computer's clock: the only one that the command line has.
let systemClock: @Sendable () -> Timestamp = {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
}

/// What is read as the live schedule, and what it can be asked about.
struct ScheduleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The id of the source, as in the configuration.", valueName: "id"))
    var source: String?

    @Option(
        help: ArgumentHelp(
            "csv, ndjson, ical or fhir; else by the file's ending, and never fhir.", valueName: "format"))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "One of our columns by the file's, joined by +: --map booking=Ref --map start=Date+Time",
            valueName: "ours=theirs"))
    var map: [String] = []

    @Option(help: ArgumentHelp("A status of the file by FHIR's: --status DNA=noshow", valueName: "theirs=fhir"))
    var status: [String] = []

    @Option(help: ArgumentHelp("The IANA zone of times without an offset, as Europe/London.", valueName: "zone"))
    var zone: String?

    @Option(
        help: ArgumentHelp(
            "How the export writes dates, where not as 2026-06-11: dd/MM/yyyy, MM/dd/yyyy, d.M.yyyy …",
            valueName: "pattern"))
    var dates: String?

    @Option(help: ArgumentHelp("utf-8, windows-1252 or utf-16. Default: utf-8", valueName: "encoding"))
    var encoding: String?

    @Option(help: ArgumentHelp("A JSON file that says what the export covers.", valueName: "file"))
    var coverage: String?

    @Option(
        help: ArgumentHelp(
            "When the export was taken, as 2026-03-05T02:00:00Z. Default: when the file was written.", valueName: "time"
        ))
    var takenAt: String?

    // A day back starts with a dash, and is no option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The export covers starts from here on: today, -7d, 2026-03-05, or a time.", valueName: "when"))
    var from: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The export covers starts before this: +90d, 2026-06-05, or a time.", valueName: "when"))
    var to: String?

    @Flag(help: "Nothing inside the window is left out of the export.")
    var complete = false

    @Option(
        help: ArgumentHelp("Whether cancelled rows stay in the export: kept or removed.", valueName: "kept|removed"))
    var cancelled: String?
}
