import Bookings

/// What is expanded: occurrences whose place in their series, or whose start, lies in the window of the reading.
///
/// A window without a beginning or an end is followed ``horizon`` days back or ahead of the moment of the reading. Where
/// a series goes on beyond, the reading's coverage is narrowed to what was followed: it says so itself, and nothing is
/// concluded from what lies outside. Where a series could not be followed as far as the window reaches, or not at all,
/// the reading is not complete.
struct ICalendarWindow {
    let from: Int64
    let to: Int64
    private var beginsBefore = false
    private var goesOn = false
    private var isUnsure = false
    // What may still be spent on the rules of the file: so much in all, and a little more for each.
    private var steps = 4_000_000
    private var cost = 50_000

    /// How many days a window without a bound reaches.
    static let horizon: Int64 = 400
    /// How many days and times may be looked at to follow one rule.
    static let mostStepsOfRule = 500_000
    /// How many occurrences one series may have in the window.
    static let mostOccurrences = 10_000
    private static let usualSteps = 2000
    private static let usualOccurrences = 500

    init(_ coverage: Coverage) {
        let reach = ICalendarWindow.horizon * 86_400
        from = coverage.from?.instant ?? coverage.takenAt.seconds - reach
        to = coverage.to?.instant ?? coverage.takenAt.seconds + reach
    }

    func contains(_ instant: Int64) -> Bool { instant >= from && instant < to }

    /// Notes an occurrence at this place.
    mutating func saw(_ place: Int64) {
        if place < from { beginsBefore = true }
        if place >= to { goesOn = true }
    }

    /// Notes that a series may go on behind the window.
    mutating func goesOnBehind() { goesOn = true }

    /// Notes that a series is not known as a whole.
    mutating func isNotKnown() { isUnsure = true }

    /// Takes what following a rule took.
    mutating func spend(steps taken: Int) { steps -= max(0, taken - ICalendarWindow.usualSteps) }

    /// Takes what the rows of a series take: each counts as one, and as one more for each KiB that it has.
    mutating func spend(rows taken: Int) { cost -= max(0, taken - ICalendarWindow.usualOccurrences) }

    /// True where the rules of the file have taken all that a file may take.
    var isSpent: Bool { steps <= 0 || cost <= 0 }

    /// What the coverage of the reading comes to; `offset` is that of the clock on which a bound is written.
    func narrow(_ coverage: inout Coverage, offset: (Int64) -> Int?) {
        if isUnsure { coverage.isComplete = false }
        guard coverage.isComplete else { return }
        func bound(_ instant: Int64) -> WallTime? {
            WallTime(instant: instant, offset: (offset(instant) ?? 0) / 60 * 60)
        }
        if coverage.from == nil, beginsBefore { coverage.from = bound(from) }
        if coverage.to == nil, goesOn { coverage.to = bound(to) }
    }
}
