import Bookings

/// Which order of day and month the written starts and ends have: the one in which the calendar has them all.
///
/// The judge is the ``TimeReader`` that reads them every night. Where both orders fit, a person is asked.
struct DateGuess {
    let outcome: ExportGuess.Dates
    /// The years in which the times lie; `nil` where none can be read.
    let years: ClosedRange<Int>?

    private static let most = 3000

    init(_ texts: [String], given: DatePattern?) {
        let texts = Array(texts.lazy.filter { !$0.isEmpty }.prefix(DateGuess.most))
        let outcome = DateGuess.decide(texts, given)
        let reader = DateGuess.reader(outcome.pattern)
        let read = texts.compactMap { reader($0) }.map { $0.civil.date.year }
        self.outcome = outcome
        years = read.min().flatMap { first in read.max().map { first...$0 } }
    }

    private static func decide(_ texts: [String], _ given: DatePattern?) -> ExportGuess.Dates {
        guard !texts.isEmpty else { return .unreadable(why: "no row has a start") }
        if let given {
            let bad = failures(texts, given, spare: true).count
            guard bad > 0 else { return .pattern(given, why: "as you said") }
            return .unreadable(why: "\(bad) of \(texts.count) are not written as \(given)")
        }
        let iso = failures(texts, nil, spare: true)
        guard let bad = iso.first else { return .iso(why: "year, month and day stand in this order") }
        var counts: [WrittenTime.Shape: Int] = [:]
        for case .both(let shape)? in texts.map(WrittenTime.init) { counts[shape.plain, default: 0] += 1 }
        guard let shape = counts.max(by: { $0.value < $1.value })?.key else {
            return .unreadable(why: complaint(bad, nil))
        }
        let mark = String(decoding: [shape.mark], as: UTF8.self)
        if shape.hasYearFirst {
            let pattern = DatePattern(["yyyy", "MM", "dd"].joined(separator: mark))!
            guard let bad = failures(texts, pattern, spare: true).first else {
                return .pattern(pattern, why: "the year stands first")
            }
            return .unreadable(why: complaint(bad, pattern))
        }
        guard shape.hasYearLast else { return .unreadable(why: complaint(bad, nil)) }
        return order(texts, mark)
    }

    private static func order(_ texts: [String], _ mark: String) -> ExportGuess.Dates {
        let dayFirst = DatePattern(["dd", "MM", "yyyy"].joined(separator: mark))!
        let monthFirst = DatePattern(["MM", "dd", "yyyy"].joined(separator: mark))!
        let notDayFirst = failures(texts, dayFirst, spare: false).count
        let notMonthFirst = failures(texts, monthFirst, spare: false).count
        // One slip of the pen decides nothing: one start in twenty must speak.
        let enough = max(1, texts.count / 20)
        let few = texts.count / 50
        if notDayFirst <= few, notMonthFirst >= enough, notMonthFirst > notDayFirst {
            return .pattern(dayFirst, why: "\(times(notMonthFirst)) a day above 12 in the first place")
        }
        if notMonthFirst <= few, notDayFirst >= enough, notDayFirst > notMonthFirst {
            return .pattern(monthFirst, why: "\(times(notDayFirst)) a day above 12 in the second place")
        }
        if notDayFirst <= few, notMonthFirst <= few {
            return .ambiguous(
                [dayFirst, monthFirst],
                why: "no day is above 12 often enough to tell whether the day or the month stands first")
        }
        return .unreadable(
            why: notDayFirst == texts.count && notMonthFirst == texts.count
                ? complaint(texts[0], dayFirst)
                : "some of its dates have the day first and some the month; export it anew, with dates as 2026-06-11")
    }

    private static func times(_ count: Int) -> String { count == 1 ? "1 start has" : "\(count) starts have" }

    /// The texts that cannot be read; none, with `spare`, where it is no more than one in fifty.
    private static func failures(_ texts: [String], _ pattern: DatePattern?, spare: Bool) -> [String] {
        let read = reader(pattern)
        let bad = texts.filter { read($0) == nil }
        return spare && bad.count <= texts.count / 50 ? [] : bad
    }

    private static func reader(_ pattern: DatePattern?) -> (String) -> WallTime? {
        // The order of the numbers is asked, not the hour that the clocks of a place skip.
        var reader = TimeReader(rules: ZoneRules { _, _ in 0 }, dates: pattern)
        let clock = reader.clock("UTC")
        return { text in
            var text = text
            return text.withUTF8 { try? reader.time($0, clock: clock) }
        }
    }

    private static func complaint(_ text: String, _ pattern: DatePattern?) -> String {
        var text = text
        return "one is " + text.withUTF8 { DatePattern.complaint($0, pattern: pattern) }
    }
}

extension WrittenTime.Shape {
    /// The same for one digit and for two.
    fileprivate var plain: Self { WrittenTime.Shape(lengths: lengths.map { $0 == 1 ? 2 : $0 }, mark: mark) }
}
