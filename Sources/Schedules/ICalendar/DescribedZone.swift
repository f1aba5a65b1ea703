import Bookings

/// A zone as a calendar describes it: a VTIMEZONE (RFC 5545 §3.6.5).
struct DescribedZone {
    /// A STANDARD or a DAYLIGHT: from its onsets on, clocks are `to` seconds ahead of UTC, and were `from` before.
    private struct Observance {
        var start: Int64?
        var from: Int?
        var to: Int?
        var rules: [RecurrenceRule] = []
        var dates: [Int64] = []
        /// True where something in it could not be read.
        var isBroken = false
    }

    private var observances: [Observance] = []

    /// Begins a part of the description.
    mutating func open() {
        if observances.count <= DescribedZone.mostParts { observances.append(Observance()) }
    }

    /// Takes in a property of the part that was begun last.
    mutating func take(_ name: Cell, _ value: Cell, line: Int) {
        guard var last = observances.popLast() else { return }
        defer { observances.append(last) }
        if name.isWord("DTSTART") {
            last.start = ICalendarTime(value, zone: nil)?.civil
        } else if name.isWord("TZOFFSETFROM") {
            last.from = DescribedZone.offset(value)
        } else if name.isWord("TZOFFSETTO") {
            last.to = DescribedZone.offset(value)
        } else if name.isWord("RDATE") {
            for part in value.split(separator: UInt8(ascii: ",")) {
                let period = ICalendarPeriod(Cell(rebasing: part), zone: nil)
                if let period { last.dates.append(period.start.civil) } else { last.isBroken = true }
            }
        } else if name.isWord("RRULE") {
            do throws(RecurrenceRule.Mistake) {
                last.rules.append(try RecurrenceRule(value, line: line))
            } catch {
                last.isBroken = true
            }
            if last.rules.count > DescribedZone.mostRules {
                last.rules = []
                last.isBroken = true
            }
        }
    }

    /// The most onsets of one zone: the longest of the system's tables have some two hundred.
    private static let most = 20_000
    private static let mostParts = 1000
    private static let mostRules = 16
    // The end of the year 2100: an open rule is followed so far.
    private static let horizon: Int64 = 4_133_980_800
    private static let mostSteps = 1_000_000

    /// The changes of a zone's clocks in their order.
    struct Changes {
        fileprivate var all: [(instant: Int64, offset: Int)] = []
        // What holds before the first.
        fileprivate var earlier = 0
        // Past this instant nobody knows.
        fileprivate var end = Int64.max

        /// Seconds that clocks are ahead of UTC at an instant. Logarithmic in the number of changes.
        func offset(_ instant: Int64) -> Int? {
            guard instant < end else { return nil }
            var low = 0
            var high = all.count
            while low < high {
                let middle = (low + high) / 2
                if all[middle].instant <= instant { low = middle + 1 } else { high = middle }
            }
            return low == 0 ? earlier : all[low - 1].offset
        }
    }

    /// The changes; `nil` where the description is not whole, or too much.
    func changes() -> Changes? {
        guard observances.count <= DescribedZone.mostParts else { return nil }
        var changes = Changes()
        var steps = DescribedZone.mostSteps
        var first: (instant: Int64, from: Int)?
        for observance in observances {
            guard !observance.isBroken, let start = observance.start, let from = observance.from,
                let to = observance.to
            else { return nil }
            var onsets = [start] + observance.dates
            for rule in observance.rules {
                if rule.until == nil, rule.count == nil { changes.end = DescribedZone.horizon }
                let last = rule.until.map { $0.civil + ($0.clock == .utc ? Int64(from) : 0) } ?? .max
                let end = RecurrenceExpansion(rule, start: start).expand(
                    from: start, to: min(last, DescribedZone.horizon), steps: &steps
                ) { time in
                    onsets.append(time)
                    return onsets.count < DescribedZone.most
                }
                if case .tooMuch = end { return nil }
            }
            guard changes.all.count + onsets.count <= DescribedZone.most else { return nil }
            for onset in onsets {
                let instant = onset - Int64(from)
                changes.all.append((instant, to))
                if first.map({ instant < $0.instant }) ?? true { first = (instant, from) }
            }
        }
        guard let first else { return nil }
        changes.earlier = first.from
        changes.all.sort { $0.instant < $1.instant }
        return changes
    }

    /// Reads `+0100`, `-0330`, `+005328`.
    static func offset(_ text: Cell) -> Int? {
        guard text.count == 5 || text.count == 7, let sign = text.first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let number = Cell(rebasing: text[1...]).smallNumber
        else { return nil }
        let (hours, minutes, seconds) =
            text.count == 5
            ? (number / 100, number % 100, 0) : (number / 10_000, number / 100 % 100, number % 100)
        guard hours < 24, minutes < 60, seconds < 60 else { return nil }
        let offset = hours * 3600 + minutes * 60 + seconds
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}
