public import Bookings

/// Where a reading's window begins or ends, as a person writes it: `today`, `+90d`, `-7d`, a date or a time.
public enum WindowBound: Equatable, Sendable {
    /// The first moment of the day so many days after the reading's.
    case days(Int)
    /// The first moment of a day, counted from 1970-01-01.
    case date(day: Int)
    /// A time, in a spelling that `WallTime` reads.
    case time(String)

    /// Reads a bound; `nil` for any other text.
    public init?(_ text: String) {
        if text == "today" {
            self = .days(0)
        } else if let sign = text.first, sign == "+" || sign == "-", text.last == "d",
            let count = UInt16(text.dropFirst().dropLast()), count <= 36_500
        {
            self = .days(sign == "-" ? -Int(count) : Int(count))
        } else if let civil = WindowBound.date(text) {
            self = .date(day: civil.day)
        } else {
            // Whether the zone's clocks show it is found out where the zone is known.
            do throws(WallTimeError) { _ = try WallTime(text, zone: nil, rules: .none) } catch  where error == .noZone {
            } catch { return nil }
            self = .time(text)
        }
    }

    /// False for a bound that moves with the day of the reading.
    public var isFixed: Bool {
        if case .days = self { false } else { true }
    }

    /// The bound on the clocks of a zone, where the reading's day is `day`, counted from 1970-01-01; `nil` where they
    /// have no such time.
    public func time(zone: String, rules: ZoneRules, day: Int) -> WallTime? {
        switch self {
        case .days(let count): WindowBound.midnight(day + count, zone: zone, rules: rules)
        case .date(let day): WindowBound.midnight(day, zone: zone, rules: rules)
        case .time(let text): try? WallTime(text, zone: zone, rules: rules)
        }
    }

    /// The first moment of a day: where the clocks skip midnight, the first that they show after it.
    private static func midnight(_ day: Int, zone: String, rules: ZoneRules) -> WallTime? {
        for minutes in stride(from: Int64(0), through: 180, by: 15) {
            guard let civil = CivilTime(seconds: Int64(day) * 86_400 + minutes * 60) else { return nil }
            if let time = try? WallTime.resolve(civil, zone: zone, rules: rules) { return time }
        }
        return nil
    }

    private static func date(_ text: String) -> CivilTime? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        return CivilTime(year: Int(parts[0])!, month: Int(parts[1])!, day: Int(parts[2])!)
    }
}
