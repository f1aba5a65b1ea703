import ArgumentParser
import Auditing
import Bookings
import LedgerStore
import Schedules
import Transparency

struct Reconcile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the live schedule with the record.",
        discussion: """
            Verifies the ledger, judges the export, compares booking by booking, and prints what differs. SCHEDULE is a
            CSV or NDJSON file, an address, or the id of a source in daybook.yaml, which may also name a program or a \
            database; its own column names are booking, start, end, \
            zone, status, practitioner, service, location, client.id, client.name, client.phone.

            Absence proves something only inside a declared window: say what the export covers with --coverage FILE, or \
            with --from, --to, --complete and --cancelled. The reading is recorded, so that it can be said later when a \
            booking was last seen; the same file again is recorded once.

            EXIT STATUS  2 the ledger's integrity failed; 1 findings at or above --fail-on; 3 inconclusive; 0 clean.
            """)

    @Argument(help: "A file, - for standard input, an address, or the id of a configured source.") var file: String
    @Option(help: ArgumentHelp("critical, error, warning, info or never.", valueName: "severity")) var failOn = "error"
    @Flag(help: "Print what was read, normalised, and do nothing else.") var dryRun = false
    @Flag(help: "Compare without recording the reading.") var readOnly = false
    @Flag(help: "Judge single bookings even where very many are missing. Needs --by.") var allowMassDisappearance =
        false
    @Option(help: ArgumentHelp("Who allows it; this is recorded.", valueName: "who")) var by: String?
    @OptionGroup(title: "The schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "The ledger") var options: LedgerOptions

    func validate() throws {
        _ = try FailOn(failOn)
        guard allowMassDisappearance == (by != nil) else {
            throw ValidationError("--allow-mass-disappearance and --by WHO belong together: who allows it is recorded.")
        }
        guard by.map({ (1...256).contains($0.utf8.count) }) ?? true else {
            throw ValidationError("--by takes 1 to 256 bytes.")
        }
    }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let reading = try ScheduleReading(
                file, schedule, configuration, keys: options.keyDirectory(configuration), now: systemClock())
            if dryRun {
                SnapshotText(snapshot: reading.snapshot).print(json: options.json)
                return
            }
            let ledger = try options.open(configuration)
            var check = Check(ledger: ledger, thresholds: configuration.thresholds)
            check.allowedBy = by
            check.records = !readOnly
            check.failOn = try FailOn(failOn).severity
            try check.reconcile(reading.snapshot, json: options.json)
        }
    }
}

/// The level at which findings make a command fail.
struct FailOn {
    let severity: Severity?

    init(_ word: String) throws {
        if word == "never" {
            severity = nil
            return
        }
        guard let known = Severity(rawValue: word) else {
            throw ValidationError("--fail-on \(word): use critical, error, warning, info or never")
        }
        severity = known
    }
}
