import Bookings
import Foundation
import Schedules

/// The clock of this machine, by which cron goes, beside those of a practice.
struct MachineClock {
    let now: Timestamp

    /// What it is called: its zone, or what is short for it.
    var name: String {
        if let zone = MachineZone.name { return zone }
        return local(at: now).tm_zone.map { String(cString: $0) } ?? "UTC"
    }

    /// By how many seconds it is behind the clocks of a zone; `nil` where the zone is not known.
    func behind(_ zone: String, at moment: Timestamp) -> Int? {
        ZoneRules.system.offset(zone, moment.seconds).map { $0 - local(at: moment).tm_gmtoff }
    }

    /// True where it is behind them by the same all year round.
    func keepsPace(with zone: String) -> Bool {
        let weeks = (0..<53).map { behind(zone, at: now + Int64($0) * 7 * 86_400) }
        return weeks.allSatisfy { $0 == weeks[0] }
    }

    private func local(at moment: Timestamp) -> tm {
        var seconds = time_t(moment.seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }
}
