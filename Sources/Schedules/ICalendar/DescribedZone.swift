import Bookings

/// A zone as a calendar describes it: a VTIMEZONE (RFC 5545 §3.6.5).
struct DescribedZone {
    /// A STANDARD or a DAYLIGHT: from its onsets on, clocks are `to` seconds ahead of UTC, and were `from` before.
    struct Observance {
        var start: Int64?
        var from: Int?
        var to: Int?
        var rules: [RecurrenceRule] = []
        var dates: [Int64] = []
        /// True where something in it could not be read.
        var isBroken = false
    }

    var observances: [Observance] = []

    /// The most parts, and the most onsets, of one zone. The Olson tables' longest have some two hundred.
    static let most = 20_000
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
