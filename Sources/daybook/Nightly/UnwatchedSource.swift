import Auditing
import Bookings
import LedgerStore
import Schedules

/// A source that was read once and that no night reads any more: where the configuration does not know it, renamed
/// perhaps, nobody would see what becomes of its bookings; where that says that it has ended, what was found stays found
/// until somebody has looked at it.
struct UnwatchedSource {
    let id: Identifier
    /// The zone in which its times are told, where the configuration has one.
    let zone: String?
    /// What is amiss, and what to do.
    let sentence: String

    /// All of a ledger, but for those that have ended and have no finding open.
    static func all(in ledger: Ledger, _ configuration: Configuration) throws(LedgerError) -> [UnwatchedSource] {
        let watched = Set(configuration.sources.lazy.filter { $0.feed != .none }.map(\.id))
        var all: [UnwatchedSource] = []
        for reading in try ledger.newestReadings() {
            let id = reading.coverage.source
            guard !watched.contains(id), try ledger.hasBookings(of: id) else { continue }
            let configured = configuration.source(id)
            let clock = LocalClock(zone: configured?.zone ?? reading.coverage.zone, rules: .system)
            let last = "last read as of \(clock.text(reading.coverage.takenAt)), \(Words.count(reading.rows, "row"))"
            if configured == nil {
                let sentence =
                    "it is not in the configuration, and nobody watches its bookings: \(last). Put it back under this id, or "
                    + "name it with feed: none"
                all.append(UnwatchedSource(id: id, zone: nil, sentence: sentence))
                continue
            }
            let open = try ledger.findings(of: id).count {
                $0.state != .acknowledged
                    && $0.finding["severity"]?.string.flatMap(Severity.init(rawValue:)) ?? .error >= .error
            }
            guard open > 0 else { continue }
            let sentence =
                "it is read no more (feed: none), \(last), and \(Words.count(open, "finding")) of it "
                + "\(open == 1 ? "is" : "are") open: daybook findings --source \(id)"
            all.append(UnwatchedSource(id: id, zone: configured?.zone, sentence: sentence))
        }
        return all
    }
}
