/// A date and a time of day on the proleptic Gregorian calendar, without a zone.
///
/// Only real ones exist: no 30 February, no hour 24, no second 60, years 1 to 9999.
public struct CivilTime: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00 on the same clock.
    public let seconds: Int64

    /// The time so many seconds after 1970-01-01T00:00:00 on the same clock; `nil` outside the years 1 to 9999.
    public init?(seconds: Int64) {
        guard (CivilTime.earliest...CivilTime.latest).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// The time with these components; `nil` where no calendar has it.
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...CivilTime.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
        seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Reads `2026-01-12T10:04:17`, the one spelling that entries use, from its 19 bytes at `place`.
    init?(canonical bytes: UnsafeBufferPointer<UInt8>, at place: Int) {
        var digits = FixedDigits(bytes, at: place)
        let year = digits.pair(0) * 100 + digits.pair(2)
        let (month, day) = (digits.pair(5), digits.pair(8))
        let (hour, minute, second) = (digits.pair(11), digits.pair(14), digits.pair(17))
        guard digits.areDigits, digits.has("-", 4), digits.has("-", 7), digits.has("T", 10), digits.has(":", 13),
            digits.has(":", 16)
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static let earliest: Int64 = -62_135_596_800
    private static let latest: Int64 = 253_402_300_799

    /// Days since 1970-01-01: the same number for every moment of a day.
    public var day: Int {
        Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    }

    /// Seconds since midnight, 0 … 86,399.
    public var secondOfDay: Int { Int(seconds - Int64(day) * 86_400) }

    /// Year, month and day.
    public var date: (year: Int, month: Int, day: Int) { CivilTime.date(day) }

    /// 0 for Monday … 6 for Sunday.
    public var weekday: Int { ((day + 3) % 7 + 7) % 7 }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Years counted from March put the leap day last, so that a month's first day is a linear formula.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Appends `2026-01-12T10:04:17`.
    func append(to out: inout [UInt8]) {
        let (year, month, day) = date
        appendDigits(year, 4, to: &out)
        out.append(UInt8(ascii: "-"))
        appendDigits(month, 2, to: &out)
        out.append(UInt8(ascii: "-"))
        appendDigits(day, 2, to: &out)
        out.append(UInt8(ascii: "T"))
        let second = secondOfDay
        appendDigits(second / 3600, 2, to: &out)
        out.append(UInt8(ascii: ":"))
        appendDigits(second / 60 % 60, 2, to: &out)
        out.append(UInt8(ascii: ":"))
        appendDigits(second % 60, 2, to: &out)
    }

    /// `2026-01-12`.
    public var dateText: String { String(text.prefix(10)) }

    /// `10:04`.
    public var clockText: String { String(text.dropFirst(11).prefix(5)) }

    /// `2026-01-12T10:04:17`.
    public var text: String {
        var out: [UInt8] = []
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}

func appendDigits(_ value: Int, _ width: Int, to out: inout [UInt8]) {
    let end = out.count + width
    out.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
    var rest = value
    for place in stride(from: end - 1, through: end - width, by: -1) {
        out[place] += UInt8(rest % 10)
        rest /= 10
    }
}

/// Reads a text whose signs have fixed places, and remembers whether something else than a digit stood where one should.
struct FixedDigits {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let start: Int
    private(set) var areDigits = true

    /// The caller sees to it that the bytes reach as far as it asks.
    init(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int = 0) {
        self.bytes = bytes
        self.start = start
    }

    /// The number that two digits make.
    mutating func pair(_ place: Int) -> Int {
        let tens = bytes[start + place] &- 0x30
        let ones = bytes[start + place + 1] &- 0x30
        if tens > 9 || ones > 9 { areDigits = false }
        return Int(tens) * 10 + Int(ones)
    }

    func has(_ sign: Unicode.Scalar, _ place: Int) -> Bool {
        bytes[start + place] == UInt8(ascii: sign)
    }
}

/// Reads the pieces of a written time from the left.
struct TimeScanner {
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func digits(_ count: Int) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// `2026-01-12`, then `T` or a space, then `10:04` or `10:04:17`, with any fraction of a second in micro-seconds,
    /// cut after the sixth digit.
    mutating func civilTime() -> (time: CivilTime, microseconds: Int)? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take("T") || take("t") || take(" "),
            let hour = digits(2), take(":"), let minute = digits(2)
        else { return nil }
        var second = 0
        var fraction = 0
        if take(":") {
            guard let value = digits(2) else { return nil }
            second = value
            if take(".") || take(",") {
                guard let parsed = microseconds() else { return nil }
                fraction = parsed
            }
        }
        guard
            let time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return (time, fraction)
    }

    private mutating func microseconds() -> Int? {
        var value = 0
        var count = 0
        while let digit = digits(1) {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return value
    }

    /// `Z`, or `±hh:mm` in seconds; `nil` for anything else, also for `-00:00`.
    mutating func offset() -> Offset? {
        if take("Z") || take("z") { return .zulu }
        let negative: Bool
        if take("+") { negative = false } else if take("-") { negative = true } else { return nil }
        guard let hours = digits(2), take(":") || !isAtEnd, let minutes = digits(2), hours < 24, minutes < 60 else {
            return nil
        }
        let seconds = hours * 3600 + minutes * 60
        guard !(negative && seconds == 0) else { return nil }
        return .seconds(negative ? -seconds : seconds)
    }

    enum Offset: Equatable {
        case zulu
        case seconds(Int)

        var seconds: Int {
            switch self {
            case .zulu: 0
            case .seconds(let seconds): seconds
            }
        }
    }
}
