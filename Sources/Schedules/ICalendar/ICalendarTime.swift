import Bookings

/// A date, or a date with a time, as an iCalendar property has it (RFC 5545 §3.3.4, §3.3.5).
struct ICalendarTime: Hashable {
    /// On which clock it stands.
    enum Clock: Hashable {
        /// A whole day, on the clocks of wherever one is.
        case date
        /// A time on the clocks of wherever one is.
        case floating
        case utc
        /// The zone of this number: see ``ICalendarZones/number(of:)``.
        case zone(Int)
    }

    /// What the clock shows, as seconds since 1970-01-01T00:00:00 on it; of a date its midnight.
    var civil: Int64
    var clock: Clock

    var isDate: Bool { clock == .date }

    /// The day, counted from 1970-01-01.
    var day: Int { CalendarDay.number(civil) }
}

extension ICalendarTime {
    /// Reads `20260611`, `20260611T083000` or `20260611T083000Z`; `zone` is the number of the zone that the property
    /// names. A second 60 is read as 59: no clock that counts as POSIX does has it.
    init?(_ text: Cell, zone: Int?) {
        guard text.count == 8 || text.count == 15 || text.count == 16,
            let date = Cell(rebasing: text[..<8]).smallNumber
        else { return nil }
        var time = 0
        var clock = Clock.date
        if text.count > 8 {
            guard text[8] == UInt8(ascii: "T") || text[8] == UInt8(ascii: "t"),
                let number = Cell(rebasing: text[9..<15]).smallNumber
            else { return nil }
            time = number % 100 == 60 ? number - 1 : number
            clock = zone.map { .zone($0) } ?? .floating
        }
        if text.count == 16 {
            guard text[15] == UInt8(ascii: "Z") || text[15] == UInt8(ascii: "z") else { return nil }
            clock = .utc
        }
        guard
            let civil = CivilTime(
                year: date / 10_000, month: date / 100 % 100, day: date % 100, hour: time / 10_000,
                minute: time / 100 % 100, second: time % 100)
        else { return nil }
        self.init(civil: civil.seconds, clock: clock)
    }
}

/// A length of time as iCalendar has it: days on the calendar, and then seconds (RFC 5545 §3.3.6).
struct ICalendarDuration: Hashable {
    var days = 0
    var seconds: Int64 = 0

    /// Reads `PT30M`, `P1DT12H`, `P2W`, `-PT5M`.
    init?(_ text: Cell) {
        var at = 0
        var isNegative = false
        if let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            isNegative = sign == UInt8(ascii: "-")
            at = 1
        }
        guard at < text.count, text[at] & 0xdf == UInt8(ascii: "P") else { return nil }
        at += 1
        var isTime = false
        var parts = 0
        while at < text.count {
            if !isTime, text[at] & 0xdf == UInt8(ascii: "T") {
                isTime = true
                at += 1
                continue
            }
            let digits = text[at...].prefix { (0x30...0x39).contains($0) }
            at += digits.count
            guard let number = Cell(rebasing: digits).smallNumber, at < text.count else { return nil }
            switch (text[at] & 0xdf, isTime) {
            case (UInt8(ascii: "W"), false): days += number * 7
            case (UInt8(ascii: "D"), false): days += number
            case (UInt8(ascii: "H"), true): seconds += Int64(number) * 3600
            case (UInt8(ascii: "M"), true): seconds += Int64(number) * 60
            case (UInt8(ascii: "S"), true): seconds += Int64(number)
            default: return nil
            }
            at += 1
            parts += 1
            // More parts than there are units would only serve to make the sum too large.
            guard parts <= 5 else { return nil }
        }
        guard parts > 0 else { return nil }
        if isNegative {
            days = -days
            seconds = -seconds
        }
    }
}

/// An occurrence that a property adds: a start, and an end or a length where it says one (RFC 5545 §3.3.9).
struct ICalendarPeriod {
    var start: ICalendarTime
    var end: ICalendarTime?
    var duration: ICalendarDuration?

    /// Reads a date, a time, or a period as `20260611T083000Z/PT30M`.
    init?(_ text: Cell, zone: Int?) {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else {
            guard let start = ICalendarTime(text, zone: zone) else { return nil }
            self.start = start
            return
        }
        guard let start = ICalendarTime(Cell(rebasing: text[..<slash]), zone: zone) else { return nil }
        self.start = start
        let rest = Cell(rebasing: text[(slash + 1)...])
        end = ICalendarTime(rest, zone: zone)
        duration = ICalendarDuration(rest)
        if end == nil, duration == nil { return nil }
    }
}
