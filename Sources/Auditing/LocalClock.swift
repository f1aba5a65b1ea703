public import Bookings

/// Shows moments on the clocks of the practice: a manager thinks in those, not in UTC.
public struct LocalClock: Sendable {
    /// The IANA zone; `nil` where none is known, and then UTC is shown and said.
    public let zone: String?
    private let rules: ZoneRules

    /// The clocks of a zone, by these rules.
    public init(zone: String?, rules: ZoneRules) {
        self.zone = zone
        self.rules = rules
    }

    /// UTC, and it says so.
    public static let utc = LocalClock(zone: nil, rules: .none)

    /// The clocks of a zone, where this one has none.
    func orElse(_ zone: String?) -> LocalClock {
        self.zone == nil ? LocalClock(zone: zone, rules: rules) : self
    }

    private func civil(_ moment: Timestamp) -> (time: CivilTime, isLocal: Bool) {
        if let zone, let offset = rules.offset(zone, moment.seconds),
            let local = CivilTime(seconds: moment.seconds + Int64(offset))
        {
            return (local, true)
        }
        return (CivilTime(seconds: moment.seconds)!, false)
    }

    /// `6 March 2026 at 02:00`, with seconds where there are any, and `UTC` behind it where no zone is known.
    public func text(_ moment: Timestamp) -> String {
        let (time, isLocal) = civil(moment)
        let seconds = time.secondOfDay % 60 == 0 ? "" : ":\(time.text.suffix(2))"
        return "\(Words.date(time)) at \(time.clockText)\(seconds)\(isLocal ? "" : " UTC")"
    }

    /// `6 March 2026`: the day on these clocks.
    func day(_ moment: Timestamp) -> String { Words.date(civil(moment).time) }

    /// Minutes after midnight on these clocks; `nil` where no zone is known.
    func minuteOfDay(_ moment: Timestamp) -> Int? {
        let (time, isLocal) = civil(moment)
        return isLocal ? time.secondOfDay / 60 : nil
    }

    /// `2026-03-06 02:00:00`, and `UTC` behind it where no zone is known: for columns.
    public func column(_ moment: Timestamp) -> String {
        let (time, isLocal) = civil(moment)
        return "\(time.dateText) \(time.text.dropFirst(11))\(isLocal ? "" : " UTC")"
    }

    /// `Times are those of Europe/London.`
    var note: String { zone.map { "Times of day are those of \($0)." } ?? "Times of day are in UTC." }
}
