import ArgumentParser
import Auditing
import Bookings
import Foundation
import LedgerStore
import Schedules

/// The first night of a new ledger: its one source is read and recorded as the baseline.
struct FirstNight {
    let folder: SetupFolder
    let configuration: Configuration
    /// The export that the set-up was made with: where the nightly one is yet to appear, it is read instead.
    let export: String

    /// Reads, compares and records, as every night after it will.
    func play() throws -> Check.Outcome {
        let source = configuration.sources[0]
        let isThere = source.schedule.map { FileManager.default.fileExists(atPath: $0.path) } ?? false
        let reading = try ScheduleReading(
            isThere ? source.id.text : export, try ScheduleOptions.parse([]), configuration, now: systemClock())
        let check = Check(ledger: try folder.open(), thresholds: configuration.thresholds)
        return try check.compare(reading.snapshot, observing: true)
    }
}
