import Bookings

/// A day of the calendar with what rules ask of it.
struct CalendarDay {
    /// Days since 1970-01-01.
    let number: Int
    let year: Int
    let month: Int
    let day: Int

    /// The day of this number; `nil` outside the years 1 to 9999.
    init?(number: Int) {
        guard let date = CivilTime(seconds: Int64(number) * 86_400)?.date else { return nil }
        self.number = number
        year = date.year
        month = date.month
        day = date.day
    }

    init(number: Int, year: Int, month: Int, day: Int) {
        self.number = number
        self.year = year
        self.month = month
        self.day = day
    }

    /// The number of a date's day; `nil` where no calendar has it, or outside the years 1 to 9999.
    static func number(year: Int, month: Int, day: Int) -> Int? {
        CivilTime(year: year, month: month, day: day)?.day
    }

    /// The number of the day in which so many seconds after 1970-01-01T00:00:00 lie.
    static func number(_ civil: Int64) -> Int { Int(floorDivide(civil, 86_400)) }

    /// The quotient that is cut towards the past.
    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// 0 for Monday … 6 for Sunday.
    var weekday: Int { CalendarDay.weekday(number) }

    static func weekday(_ number: Int) -> Int { ((number + 3) % 7 + 7) % 7 }

    var lengthOfMonth: Int { CalendarDay.length(ofMonth: month, year: year) }

    var lengthOfYear: Int { CalendarDay.isLeap(year) ? 366 : 365 }

    /// 1 for 1 January.
    var dayOfYear: Int { CalendarDay.number(year: year, month: 1, day: 1).map { number - $0 + 1 } ?? 0 }

    /// The number of the week, and how many its year has, where a week begins on `weekStart` and a year's first week
    /// is the one with at least four of its days. `nil` at the end of the calendar.
    func week(startingOn weekStart: Int) -> (week: Int, of: Int)? {
        func first(_ year: Int) -> Int? {
            guard let fourth = CalendarDay.number(year: year, month: 1, day: 4) else { return nil }
            return fourth - (CalendarDay.weekday(fourth) - weekStart + 7) % 7
        }
        var year = year
        guard let own = first(year) else { return nil }
        if number < own { year -= 1 } else if let next = first(year + 1), number >= next { year += 1 }
        guard let start = first(year), let end = first(year + 1) else { return nil }
        return ((number - start) / 7 + 1, (end - start) / 7)
    }
}
