import Bookings
import Foundation
import Schedules

/// The zone of this machine's clocks, as a proposal for the practice's.
enum MachineZone {
    /// `nil` where the machine runs on UTC, as servers do: that says nothing of where the practice is.
    static var name: String? {
        let named = [ProcessInfo.processInfo.environment["TZ"], link, file].compactMap { $0 }.first { !$0.isEmpty }
        guard let named, isKnown(named), ZoneRules.system.offset(named, 0) != 0 || !isUTC(named) else { return nil }
        return named
    }

    static func isKnown(_ zone: String) -> Bool { ZoneRules.system.offset(zone, 0) != nil }

    private static func isUTC(_ zone: String) -> Bool {
        ["UTC", "UCT", "GMT", "Zulu", "Universal", "Greenwich"].contains { zone == $0 || zone == "Etc/\($0)" }
    }

    private static var link: String? {
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/etc/localtime")
        return target?.components(separatedBy: "zoneinfo/").last
    }

    private static var file: String? {
        FileManager.default.contents(atPath: "/etc/timezone").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
