/// How a file writes its dates, as `dd.MM.yyyy` or `M/d/yyyy`: day, month and a year of four digits in any order, with
/// one of `.`, `/`, `-` and a space between two of them.
///
/// Which of day and month comes first is never guessed from the dates themselves: until the thirteenth of a month a
/// wrong guess would pass for a right one. `d` and `dd` alike read one digit or two, and so do `M` and `MM`.
public struct DatePattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as it was written.
    public let description: String
    private let parts: [Part]
    private let marks: [UInt8]

    private enum Part: Hashable {
        case day, month, year

        init?(_ letters: Substring) {
            switch letters {
            case "d", "dd": self = .day
            case "M", "MM": self = .month
            case "yyyy": self = .year
            default: return nil
            }
        }
    }

    /// Reads a pattern; `nil` for any other text.
    public init?(_ text: String) {
        let marks = text.utf8.filter(DatePattern.isMark)
        let parts = text.split(omittingEmptySubsequences: false) { $0.utf8.first.map(DatePattern.isMark) ?? false }
            .map(Part.init)
        guard marks.count == 2, Set(parts) == [.day, .month, .year] else { return nil }
        description = text
        self.parts = parts.compactMap { $0 }
        self.marks = marks
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-") || byte == 0x20
    }

    /// What a date of this pattern looks like.
    var example: String {
        let texts = parts.map { part in
            switch part {
            case .day: "24"
            case .month: "11"
            case .year: "2026"
            }
        }
        return texts[0] + mark(0) + texts[1] + mark(1) + texts[2]
    }

    private func mark(_ place: Int) -> String { String(decoding: [marks[place]], as: UTF8.self) }

    /// Appends the date at the start of a text as `2026-11-24`, and returns how many bytes of the text it takes; `nil`
    /// where none of this pattern stands there. Whether a calendar has it is not asked.
    private func respell(_ text: Cell, into out: inout [UInt8]) -> Int? {
        var at = 0
        var day = 0
        var month = 0
        var year = 0
        for place in 0..<3 {
            if place > 0 {
                guard at < text.count, text[at] == marks[place - 1] else { return nil }
                at += 1
            }
            let most = parts[place] == .year ? 4 : 2
            let start = at
            var number = 0
            while at < text.count, at - start < most, text[at] &- 0x30 <= 9 {
                number = number * 10 + Int(text[at] - 0x30)
                at += 1
            }
            switch parts[place] {
            case .day: day = number
            case .month: month = number
            case .year: year = number
            }
            guard at > start, parts[place] != .year || at - start == 4 else { return nil }
        }
        DatePattern.append(year / 100, to: &out)
        DatePattern.append(year % 100, to: &out)
        out.append(UInt8(ascii: "-"))
        DatePattern.append(month, to: &out)
        out.append(UInt8(ascii: "-"))
        DatePattern.append(day, to: &out)
        return at
    }

    private static func append(_ pair: Int, to out: inout [UInt8]) {
        out.append(0x30 + UInt8(pair / 10))
        out.append(0x30 + UInt8(pair % 10))
    }
}

extension DatePattern {
    /// Puts a time into `out` as `WallTime` reads it: its date by a pattern, or in ISO's order, and its hour with two
    /// digits, on a clock of 24 hours. False where the text itself is to be read.
    static func respell(_ text: Cell, by pattern: DatePattern?, into out: inout [UInt8]) -> Bool {
        out.removeAll(keepingCapacity: true)
        var at = 10
        let isRespelled: Bool
        if let length = pattern?.respell(text, into: &out) {
            at = length
            isRespelled = true
        } else {
            guard text.count > at, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return false }
            out.append(contentsOf: text[..<at])
            isRespelled = false
        }
        if TwelveHours.respell(text[at...], into: &out) { return true }
        let space = UInt8(ascii: " ")
        let hasShortHour =
            text.count > at + 2 && (text[at] == space || text[at] | 0x20 == UInt8(ascii: "t"))
            && text[at + 1] &- 0x30 <= 9 && text[at + 2] == UInt8(ascii: ":")
        if hasShortHour {
            out.append(space)
            out.append(UInt8(ascii: "0"))
            at += 1
        }
        out.append(contentsOf: text[at...])
        return isRespelled || hasShortHour
    }

    /// What to say of a text that is no date and time: how one is written, or what to declare.
    static func complaint(_ text: Cell, pattern: DatePattern?) -> String {
        if let pattern { return "no date and time; one is written \(pattern.example) 09:30 (dates: \(pattern))" }
        let usual = "no date and time; one is written 2026-06-11 09:30"
        guard let (digits, mark) = shape(text) else { return usual }
        func remedy(_ pattern: String) -> String {
            "write \"dates: \(pattern)\" in the schedule's configuration, or --dates \(pattern)"
        }
        switch (digits[0], digits[1], digits[2]) {
        case (4, 2, 2) where mark == "-": return usual
        case (4, 1...2, 1...2): return "no date in its usual order; " + remedy("yyyy\(mark)MM\(mark)dd")
        case (1...2, 1...2, 4):
            return "a date of which nobody said whether day or month comes first; "
                + remedy("dd\(mark)MM\(mark)yyyy") + " (MM\(mark)dd\(mark)yyyy if it is the month)"
        case (1...2, 1...2, 2): return "a date whose year has two digits; export it with four"
        default: return usual
        }
    }

    /// The lengths of three numbers at the start of a text, and the mark that stands between them.
    private static func shape(_ text: Cell) -> (digits: [Int], mark: String)? {
        guard let mark = text.first(where: { !(0x30...0x39).contains($0) }), isMark(mark) else { return nil }
        let numbers = text.prefix { $0 == mark || (0x30...0x39).contains($0) }
            .split(separator: mark, maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        return numbers.count == 3 ? (numbers.map(\.count), String(decoding: [mark], as: UTF8.self)) : nil
    }
}
