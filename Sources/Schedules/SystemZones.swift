public import Bookings
import Foundation
import Synchronization

extension ZoneRules {
    /// The rules of this system's time zone tables, remembered year by year. Safe to ask from any thread.
    ///
    /// Known are the names with a place in them, as `Europe/London`, and a few without, as `UTC`. Abbreviations are
    /// not: `BST` is Bangladesh to the tables, and British Summer Time to the person who typed it.
    public static let system: ZoneRules = {
        let zones = SystemZones()
        return ZoneRules { zone, instant in zones.offset(zone, instant) }
    }()
}

extension ZoneRules {
    /// True where the offset of this zone is known.
    func knows(_ zone: String) -> Bool { offset(zone, 0) != nil }
}

/// The offsets of time zones, asked of Foundation once for each zone and year.
private final class SystemZones: Sendable {
    // Behind the lock, since readers and audits may ask at the same time.
    private let zones = Mutex<[String: Zone]>([:])

    // A file full of made-up zones must not fill the memory.
    private static let mostNames = 2000

    func offset(_ name: String, _ instant: Int64) -> Int? {
        zones.withLock { zones in
            if let zone = zones[name] { return zone.offset(instant) }
            let zone = Zone(name)
            if zones.count < SystemZones.mostNames { zones[name] = zone }
            return zone.offset(instant)
        }
    }
}

/// One zone and the changes of its clocks, as far as anybody has asked.
private final class Zone {
    /// From this instant on, clocks are so many seconds ahead of UTC.
    private struct Change {
        let from: Int64
        let offset: Int
    }

    // `nil` where nobody knows a zone of this name.
    private let rules: TimeZone?
    private var stretches: [Int64: [Change]] = [:]

    // About a year: any stretch of time will do that has few changes.
    private static let stretch: Int64 = 31_556_952
    // What a WallTime can show, and a little more.
    private static let known: ClosedRange<Int64> = -1980...8040

    private static let namesWithoutPlace: Set<String> = [
        "UTC", "GMT", "CET", "EET", "MET", "WET", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
    ]

    init(_ name: String) {
        let isName = name.utf8.contains(UInt8(ascii: "/")) || Zone.namesWithoutPlace.contains(name)
        rules = isName ? TimeZone(identifier: name) : nil
    }

    func offset(_ instant: Int64) -> Int? {
        guard let rules else { return nil }
        let (quotient, rest) = instant.quotientAndRemainder(dividingBy: Zone.stretch)
        let number = rest < 0 ? quotient - 1 : quotient
        guard Zone.known.contains(number) else { return nil }
        if let changes = stretches[number] { return Zone.offset(changes, instant) }
        let changes = Zone.changes(rules, number)
        stretches[number] = changes
        return Zone.offset(changes, instant)
    }

    private static func offset(_ changes: [Change], _ instant: Int64) -> Int {
        (changes.last { $0.from <= instant } ?? changes[0]).offset
    }

    private static func changes(_ rules: TimeZone, _ number: Int64) -> [Change] {
        let start = number * stretch
        var date = Date(timeIntervalSince1970: Double(start))
        let end = date.addingTimeInterval(Double(stretch))
        var changes = [Change(from: start, offset: rules.secondsFromGMT(for: date))]
        while let next = rules.nextDaylightSavingTimeTransition(after: date), next > date, next < end {
            let from = Int64(next.timeIntervalSince1970.rounded(.up))
            changes.append(Change(from: from, offset: rules.secondsFromGMT(for: next)))
            date = next
        }
        return changes
    }
}
