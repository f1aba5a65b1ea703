import Bookings

/// A rule by which something comes again (RFC 5545 §3.3.10).
struct RecurrenceRule {
    enum Frequency: Int, Comparable {
        case secondly, minutely, hourly, daily, weekly, monthly, yearly

        static func < (left: Frequency, right: Frequency) -> Bool { left.rawValue < right.rawValue }
    }

    /// A day of the week, 0 for Monday; the first, second … or last one of a month or year where `ordinal` is not 0.
    struct Weekday: Hashable {
        var ordinal: Int
        var day: Int
    }

    /// The number of the line at which it stands.
    let line: Int
    var frequency = Frequency.daily
    var interval = 1
    var count: Int?
    var until: ICalendarTime?
    /// The day on which a week begins, 0 for Monday.
    var weekStart = 0
    var months: [Int] = []
    var weeks: [Int] = []
    var daysOfYear: [Int] = []
    var daysOfMonth: [Int] = []
    var weekdays: [Weekday] = []
    var hours: [Int] = []
    var minutes: [Int] = []
    var seconds: [Int] = []
    var places: [Int] = []

    /// Why a text is no rule.
    struct Mistake: Error {
        let reason: String
    }

    /// The most values of one part: all days of a year from both its ends.
    static let mostValues = 732

    /// Reads a rule; `line` is where it stands.
    init(_ text: Cell, line: Int) throws(Mistake) {
        self.line = line
        var seen: [Cell] = []
        for part in text.split(separator: UInt8(ascii: ";")) {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else {
                throw Mistake(reason: "a part without \"=\"")
            }
            let name = Cell(rebasing: part[..<equals])
            guard !seen.contains(where: { $0.elementsEqual(name) }), seen.count < 20 else {
                throw Mistake(reason: "a part that stands twice")
            }
            seen.append(name)
            try take(name, Cell(rebasing: part[(equals + 1)...]))
        }
        guard seen.contains(where: { $0.isWord("FREQ") }) else { throw Mistake(reason: "no FREQ") }
    }

    private mutating func take(_ name: Cell, _ value: Cell) throws(Mistake) {
        if name.isWord("FREQ") {
            frequency = try Self.frequency(value)
        } else if name.isWord("INTERVAL") {
            guard let number = value.smallNumber, number > 0 else {
                throw Mistake(reason: "INTERVAL is no number from 1 on")
            }
            interval = number
        } else if name.isWord("COUNT") {
            guard let number = value.smallNumber, number > 0 else {
                throw Mistake(reason: "COUNT is no number from 1 on")
            }
            count = number
        } else if name.isWord("UNTIL") {
            until = ICalendarTime(value, zone: nil)
            if until == nil { throw Mistake(reason: "UNTIL is no date or time, as 20260611T083000Z") }
        } else if name.isWord("WKST") {
            guard let day = Self.weekday(value) else { throw Mistake(reason: "WKST is no day, as MO") }
            weekStart = day
        } else if name.isWord("BYDAY") {
            weekdays = try Self.list(value, "BYDAY") { Self.ordinalWeekday($0) }
        } else if name.isWord("BYMONTH") {
            months = try Self.numbers(value, "BYMONTH", 1...12)
        } else if name.isWord("BYWEEKNO") {
            weeks = try Self.numbers(value, "BYWEEKNO", 1...53, isSigned: true)
        } else if name.isWord("BYYEARDAY") {
            daysOfYear = try Self.numbers(value, "BYYEARDAY", 1...366, isSigned: true)
        } else if name.isWord("BYMONTHDAY") {
            daysOfMonth = try Self.numbers(value, "BYMONTHDAY", 1...31, isSigned: true)
        } else if name.isWord("BYHOUR") {
            hours = try Self.numbers(value, "BYHOUR", 0...23)
        } else if name.isWord("BYMINUTE") {
            minutes = try Self.numbers(value, "BYMINUTE", 0...59)
        } else if name.isWord("BYSECOND") {
            // No clock here shows a second 60: in a list with others it names nothing.
            seconds = try Self.numbers(value, "BYSECOND", 0...60).filter { $0 < 60 }
            if seconds.isEmpty { throw Mistake(reason: "BYSECOND has no second from 0 to 59") }
        } else if name.isWord("BYSETPOS") {
            places = try Self.numbers(value, "BYSETPOS", 1...366, isSigned: true)
        } else if name.isWord("RSCALE"), value.isWord("GREGORIAN") {
            return
        } else {
            throw Mistake(reason: "a part that is not understood, \(MalformationList.quoted(name.text))")
        }
    }

    private static func frequency(_ value: Cell) throws(Mistake) -> Frequency {
        if value.isWord("WEEKLY") { return .weekly }
        if value.isWord("DAILY") { return .daily }
        if value.isWord("MONTHLY") { return .monthly }
        if value.isWord("YEARLY") { return .yearly }
        if value.isWord("HOURLY") { return .hourly }
        if value.isWord("MINUTELY") { return .minutely }
        if value.isWord("SECONDLY") { return .secondly }
        throw Mistake(reason: "FREQ is none of SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY")
    }

    private static func weekday(_ value: Cell) -> Int? {
        if value.isWord("MO") { return 0 }
        if value.isWord("TU") { return 1 }
        if value.isWord("WE") { return 2 }
        if value.isWord("TH") { return 3 }
        if value.isWord("FR") { return 4 }
        if value.isWord("SA") { return 5 }
        return value.isWord("SU") ? 6 : nil
    }

    private static func ordinalWeekday(_ value: Cell) -> Weekday? {
        guard value.count >= 2, let day = weekday(Cell(rebasing: value[(value.count - 2)...])) else { return nil }
        let ordinal = Cell(rebasing: value[..<(value.count - 2)])
        guard !ordinal.isEmpty else { return Weekday(ordinal: 0, day: day) }
        return signed(ordinal, 1...53, isSigned: true).map { Weekday(ordinal: $0, day: day) }
    }

    private static func signed(_ text: Cell, _ range: ClosedRange<Int>, isSigned: Bool) -> Int? {
        let sign = text.first
        let hasSign = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        guard !hasSign || isSigned, let number = Cell(rebasing: text[(hasSign ? 1 : 0)...]).smallNumber,
            range.contains(number)
        else { return nil }
        return sign == UInt8(ascii: "-") ? -number : number
    }

    /// Distinct numbers in ascending order.
    private static func numbers(
        _ value: Cell, _ name: String, _ range: ClosedRange<Int>, isSigned: Bool = false
    ) throws(Mistake) -> [Int] {
        let all = try list(value, name) { signed($0, range, isSigned: isSigned) }
        return Set(all).sorted()
    }

    private static func list<Element>(
        _ value: Cell, _ name: String, _ read: (Cell) -> Element?
    ) throws(Mistake) -> [Element] {
        let parts = value.split(
            separator: UInt8(ascii: ","), maxSplits: mostValues, omittingEmptySubsequences: false)
        guard parts.count <= mostValues else { throw Mistake(reason: "\(name) has more than \(mostValues) values") }
        var all: [Element] = []
        for part in parts {
            guard let element = read(Cell(rebasing: part)) else {
                throw Mistake(reason: "\(name) has a value that it cannot have")
            }
            all.append(element)
        }
        return all
    }
}
