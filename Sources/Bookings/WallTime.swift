/// A time on the wall of the place where an appointment is, with the offset that its source meant.
///
/// Its text is `2026-06-11T09:30:00+01:00`, never `Z`. Two are compared as instants with ``instant``; `==` also asks
/// for the same offset, which is evidence of its own.
public struct WallTime: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let instant: Int64
    /// Seconds that the clock on the wall is ahead of UTC; whole minutes.
    public let offset: Int

    /// The time on a wall `offset` seconds ahead of UTC at an instant; `nil` outside the years 1 to 9999.
    public init?(instant: Int64, offset: Int) {
        guard offset % 60 == 0, abs(offset) < 86_400, CivilTime(seconds: instant + Int64(offset)) != nil,
            CivilTime(seconds: instant) != nil
        else { return nil }
        self.instant = instant
        self.offset = offset
    }

    /// Reads the one spelling that entries use. The inverse of ``text``.
    public init?(canonical text: String) {
        var text = text
        guard let parsed = text.withUTF8({ WallTime(canonical: $0) }) else { return nil }
        self = parsed
    }

    /// Reads the one spelling that entries use.
    init?(canonical bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 25, let time = CivilTime(canonical: bytes, at: 0) else { return nil }
        var digits = FixedDigits(bytes, at: 20)
        let (hours, minutes) = (digits.pair(0), digits.pair(3))
        let isBehind = bytes[19] == UInt8(ascii: "-")
        guard digits.areDigits, digits.has(":", 2), isBehind || bytes[19] == UInt8(ascii: "+"), hours < 24,
            minutes < 60,
            !isBehind || hours + minutes > 0
        else { return nil }
        let offset = (hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
        self.init(instant: time.seconds - Int64(offset), offset: offset)
    }

    /// What the clock on the wall shows.
    public var civil: CivilTime { CivilTime(seconds: instant + Int64(offset))! }

    /// The instant as a moment in UTC.
    public var moment: Timestamp { Timestamp(seconds: instant) }

    /// `2026-06-11T09:30:00+01:00`.
    public var text: String {
        var out: [UInt8] = []
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    func append(to out: inout [UInt8]) {
        civil.append(to: &out)
        out.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        appendDigits(abs(offset) / 3600, 2, to: &out)
        out.append(UInt8(ascii: ":"))
        appendDigits(abs(offset) / 60 % 60, 2, to: &out)
    }

    /// The whole minutes since 1970 of the instant: what a comparison with a schedule looks at.
    public var minute: Int64 { instant >= 0 ? instant / 60 : (instant - 59) / 60 }
}

/// Where the rules of time zones come from: the pure core asks, and has no table of its own.
public struct ZoneRules: Sendable {
    /// Seconds that clocks in an IANA zone are ahead of UTC at an instant (seconds since 1970); `nil` for a zone
    /// that nobody knows.
    public let offset: @Sendable (_ zone: String, _ instant: Int64) -> Int?

    /// Rules that ask `offset`.
    public init(offset: @escaping @Sendable (_ zone: String, _ instant: Int64) -> Int?) {
        self.offset = offset
    }

    /// Rules that know no zone: only times with an offset are understood.
    public static let none = ZoneRules { _, _ in nil }
}

/// Why a written time is not a time.
public enum WallTimeError: Error, Equatable, Sendable {
    /// No calendar or clock shows it: 30 February, 128:00.
    case malformed
    /// The clocks of the zone skip this hour on this day.
    case skipped(zone: String)
    /// No offset is given, and no zone to take it from.
    case noZone
    /// Nobody knows a zone of this name.
    case unknownZone(String)
}

extension WallTime {
    /// Reads a time as a source writes it: with an offset, in `Z`, or bare on the clocks of `zone`.
    ///
    /// `Z` is written with the zone's offset, or `+00:00` without a zone. A bare time must convert back to itself:
    /// the hour that a clock change skips is refused, and of the hour that it repeats **the first is meant**, which
    /// is what iCalendar says too (RFC 5545 §3.3.5).
    public init(_ text: String, zone: String?, rules: ZoneRules) throws(WallTimeError) {
        var scanner = TimeScanner(text)
        guard let (time, _) = scanner.civilTime() else { throw .malformed }
        if scanner.isAtEnd {
            self = try WallTime.resolve(time, zone: zone, rules: rules)
            return
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { throw .malformed }
        let instant = time.seconds - Int64(offset.seconds)
        let shown = offset == .zulu ? zone.flatMap { rules.offset($0, instant) } ?? 0 : offset.seconds
        guard let value = WallTime(instant: instant, offset: shown - shown % 60) else { throw .malformed }
        self = value
    }

    /// The time that clocks in `zone` show as `civil`.
    public static func resolve(_ civil: CivilTime, zone: String?, rules: ZoneRules) throws(WallTimeError) -> WallTime {
        guard let zone else { throw .noZone }
        // Whatever change there is near this time, a day before and a day after are on its two sides.
        guard let before = rules.offset(zone, civil.seconds - 86_400),
            let after = rules.offset(zone, civil.seconds + 86_400)
        else { throw .unknownZone(zone) }
        let instants = [before, after]
            .filter { rules.offset(zone, civil.seconds - Int64($0)) == $0 }
            .map { civil.seconds - Int64($0) }
        guard let first = instants.min() else { throw .skipped(zone: zone) }
        let offset = Int(civil.seconds - first)
        guard let value = WallTime(instant: first, offset: offset - offset % 60) else { throw .malformed }
        return value
    }
}
