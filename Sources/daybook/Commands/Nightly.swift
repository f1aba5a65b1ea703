import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct Nightly: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Does the night's work for every configured source.",
        discussion: """
            Each source's schedule is read, and compared with the ledger, every entry of which is verified in doing so. What \
            a schedule shows is recorded for a source with feed: snapshots; for one with feed: both, what its events \
            missed is, and each is AR402. Then the ledger commits to the state of every booking, and a checkpoint of it \
            goes to every anchor. Each 7th night (nightly: { fullVerify: 7 }) projections and states are computed again.

            Run it once a night, by cron or a systemd timer; a night that did not run is reported by the next (AR402). One \
            source that fails does not stop the others, and a night that was interrupted can be run again.

            EXIT STATUS
              2 the ledger's integrity failed; 1 findings at or above error; 3 inconclusive, or a source was not read;
              else 69 an anchor or a time-stamp authority failed, or the status of what else did; 0 clean.
              75 another night of this ledger is running; 64 no source is configured.
            """)

    @OptionGroup var options: LedgerOptions
    @Flag(help: "Send a test to every configured alert, say what became of each, and do nothing else.")
    var testAlerts = false

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            guard configuration.sources.contains(where: { $0.feed != .none }) else {
                throw Terminal.fail(
                    "no source to read is configured here; daybook setup EXPORT does it from an export, or name each under "
                        + "\"sources\" in daybook.yaml", 64)
            }
            let ledger = try options.open(configuration)
            if testAlerts { return try test(NightlyRun(ledger: ledger, configuration: configuration)) }
            let lock = try NightLock(ofLedgerAt: ledger.path)
            defer { withExtendedLifetime(lock) {} }
            let progress = TerminalProgress()
            let run = NightlyRun(ledger: ledger, configuration: configuration, progress: progress.step)
            run.begin()
            let night = run.told(run.played())
            progress.end()
            let text = NightText(night)
            if options.json { Terminal.print(text.json) } else { Terminal.print(text.text) }
            for trouble in night.troubles { Terminal.say(trouble.sentence) }
            if night.status != 0 { throw ExitCode(night.status) }
        }
    }
    private func test(_ run: NightlyRun) throws {
        guard !run.configuration.alerts.isEmpty else {
            throw Terminal.fail("no alert is configured; name each under \"alerts\" in daybook.yaml", 64)
        }
        guard run.testAlerts() else { throw ExitCode(69) }
    }
}
