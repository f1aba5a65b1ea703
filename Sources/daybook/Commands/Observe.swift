import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct Observe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records what an export shows, for a source that reports no events.",
        discussion: """
            The first reading is the baseline; what appears or changes later is recorded as observed. What disappears is \
            not taken for cancelled: it is AR101, with the time between which two readings it was lost, until a named \
            person says what happened (daybook attest). Run it every night on the new export; the report is that of \
            daybook reconcile.
            """)

    @Argument(help: "A file, - for standard input, an address, or the id of a configured source.") var file: String
    @Option(help: ArgumentHelp("critical, error, warning, info or never.", valueName: "severity")) var failOn = "error"
    @OptionGroup(title: "The schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "The ledger") var options: LedgerOptions

    func validate() throws { _ = try FailOn(failOn) }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let reading = try ScheduleReading(
                file, schedule, configuration, keys: options.keyDirectory(configuration), now: systemClock())
            let ledger = try options.open(configuration)
            var check = Check(ledger: ledger, thresholds: configuration.thresholds)
            check.failOn = try FailOn(failOn).severity
            if configuration.source(reading.snapshot.coverage.source)?.feed == .both {
                check.watch = NightWatch(reportsEvents: true, missedAfter: nil)
            }
            let outcome = try check.compare(reading.snapshot, observing: true)
            try check.finish(outcome, json: options.json)
        }
    }
}
