import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules

/// The first night of a new ledger: its one source is read and recorded as the baseline, and whoever is to be told of
/// nights is told of this one.
struct FirstNight {
    let folder: SetupFolder
    let configuration: Configuration
    /// The export that the set-up was made with: where the nightly one is yet to appear, it is read instead.
    let export: String

    /// What the source's check came to, and the night that it is of.
    func play() throws -> (outcome: Check.Outcome, night: Night) {
        var configuration = configuration
        if let path = configuration.sources[0].schedule?.path, !FileManager.default.fileExists(atPath: path) {
            configuration.sources[0].schedule?.origin = ScheduleOrigin(.file(export))
        }
        // Whoever sets up takes the export that is at hand. How old it is says nothing about the nights to come.
        configuration.thresholds.stale = .max
        let ledger = try folder.open()
        let lock = try NightLock(ofLedgerAt: ledger.path)
        defer { withExtendedLifetime(lock) {} }
        let run = NightlyRun(ledger: ledger, configuration: configuration)
        run.begin()
        let night = run.told(try run.play())
        switch night.sources[0].outcome {
        case .checked(let outcome): return (outcome, night)
        case .notRead(let reason, let status): throw Terminal.fail(reason, status)
        }
    }
}
