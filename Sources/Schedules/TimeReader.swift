import Bookings

/// Reads written times as ``WallTime/init(_:zone:rules:)`` does, and also with a date in a file's own order, an hour of
/// one digit, or an offset of whole hours, `+01`. Remembers the days on which a zone's clocks do not change: a time on such a day needs no question
/// to the rules.
struct TimeReader {
    private let rules: ZoneRules
    private let dates: DatePattern?
    private var respelled: [UInt8] = []
    private var clocks: [Clock] = []
    private var places: [Identifier: Int] = [:]

    // A file full of made-up zones must not fill the memory.
    private static let mostClocks = 2000

    private struct Clock {
        let zone: String
        let isKnown: Bool
        // The offset of a day without a change of clocks; `nil` for a day with one.
        var days: [Int: Int?] = [:]
        var lastDay = Int.min
        var lastOffset: Int?
    }

    init(rules: ZoneRules, dates: DatePattern?) {
        self.rules = rules
        self.dates = dates
    }

    /// The number by which ``time(_:clock:)`` knows a zone; `nil` for a zone that nobody knows.
    mutating func clock(_ zone: String) -> Int? {
        if let place = places[Identifier(zone)] { return clocks[place].isKnown ? place : nil }
        let isKnown = rules.knows(zone)
        guard isKnown || clocks.count < TimeReader.mostClocks else { return nil }
        places[Identifier(zone)] = clocks.count
        clocks.append(Clock(zone: zone, isKnown: isKnown))
        return isKnown ? clocks.count - 1 : nil
    }

    /// The time that these bytes tell on the clocks of a zone.
    mutating func time(_ text: Cell, clock: Int?) throws(WallTimeError) -> WallTime {
        if dates == nil, let time = common(text, clock) { return time }
        // Taken out for a moment, so that it can be read while this is changed.
        var other: [UInt8] = []
        swap(&other, &respelled)
        defer { swap(&other, &respelled) }
        guard DatePattern.respell(text, by: dates, into: &other) else { return try usual(text, clock) }
        return try other.withUnsafeBufferPointer { text throws(WallTimeError) in try usual(text, clock) }
    }

    /// A time in a spelling that `WallTime` reads.
    private mutating func usual(_ text: Cell, _ clock: Int?) throws(WallTimeError) -> WallTime {
        if let time = common(text, clock) { return time }
        // Every other spelling, and every refusal, is the business of the one definition.
        let zone = clock.map { clocks[$0].zone }
        return try WallTime(String(decoding: text, as: UTF8.self), zone: zone, rules: rules)
    }

    /// A time in its common spelling, on a day without a change of clocks; `nil` for any other.
    private mutating func common(_ text: Cell, _ clock: Int?) -> WallTime? {
        guard let written = Written(text) else { return nil }
        if let offset = written.offset {
            return WallTime(instant: written.civil.seconds - Int64(offset), offset: offset)
        }
        guard let clock, let offset = steadyOffset(written.civil, clock) else { return nil }
        return WallTime(instant: written.civil.seconds - Int64(offset), offset: offset)
    }

    private mutating func steadyOffset(_ civil: CivilTime, _ clock: Int) -> Int? {
        let day = civil.day
        if clocks[clock].lastDay == day { return clocks[clock].lastOffset }
        let offset: Int?
        if let known = clocks[clock].days[day] {
            offset = known
        } else {
            offset = TimeReader.steadyOffset(day: day, zone: clocks[clock].zone, rules: rules)
            clocks[clock].days[day] = .some(offset)
        }
        clocks[clock].lastDay = day
        clocks[clock].lastOffset = offset
        return offset
    }

    /// The offset of every moment from a day and two hours before the day to a day and two hours after it, where it
    /// is whole minutes and the same all along: then `WallTime.resolve` comes to it for any time of the day.
    private static func steadyOffset(day: Int, zone: String, rules: ZoneRules) -> Int? {
        let midnight = Int64(day) * 86_400
        guard let offset = rules.offset(zone, midnight), offset % 60 == 0 else { return nil }
        // No zone changes its clocks and changes them back within six hours.
        for hour in stride(from: Int64(-42), through: 66, by: 6)
        where rules.offset(zone, midnight + hour * 3600) != offset {
            return nil
        }
        return offset
    }
}

/// A time in its common spelling: `2026-06-11 09:30`, with `T`, seconds and an offset if need be, `+01:00` or `+01`.
private struct Written {
    let civil: CivilTime
    /// `nil` for a bare time.
    let offset: Int?

    /// `nil` for any other spelling, and for what no calendar has.
    init?(_ text: Cell) {
        var digits = Digits(text)
        guard text.count >= 16, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " "), text[13] == UInt8(ascii: ":")
        else { return nil }
        var rest = 16
        var second = 0
        if text.count >= 19, text[16] == UInt8(ascii: ":") {
            second = digits.pair(17)
            rest = 19
        }
        let year = digits.pair(0) * 100 + digits.pair(2)
        let month = digits.pair(5)
        let day = digits.pair(8)
        let hour = digits.pair(11)
        let minute = digits.pair(14)
        var offset: Int?
        if text.count == rest + 6, text[rest + 3] == UInt8(ascii: ":") {
            let hours = digits.pair(rest + 1)
            let minutes = digits.pair(rest + 4)
            let isNegative = text[rest] == UInt8(ascii: "-")
            let seconds = hours * 3600 + minutes * 60
            guard isNegative || text[rest] == UInt8(ascii: "+"), hours < 24, minutes < 60,
                !(isNegative && seconds == 0)
            else { return nil }
            offset = isNegative ? -seconds : seconds
        } else if text.count == rest + 3, text[rest] == UInt8(ascii: "-") || text[rest] == UInt8(ascii: "+") {
            // As PostgreSQL writes an offset of whole hours.
            let hours = digits.pair(rest + 1)
            let isNegative = text[rest] == UInt8(ascii: "-")
            guard hours < 24, !(isNegative && hours == 0) else { return nil }
            offset = (isNegative ? -hours : hours) * 3600
        } else if text.count != rest {
            return nil
        }
        guard digits.areDigits,
            let civil = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        self.civil = civil
        self.offset = offset
    }

    /// Reads pairs of digits, and notes when something else stood there.
    private struct Digits {
        let text: Cell
        var areDigits = true

        init(_ text: Cell) {
            self.text = text
        }

        mutating func pair(_ place: Int) -> Int {
            let tens = text[place] &- 0x30
            let ones = text[place + 1] &- 0x30
            if tens > 9 || ones > 9 { areDigits = false }
            return Int(tens) * 10 + Int(ones)
        }
    }
}
