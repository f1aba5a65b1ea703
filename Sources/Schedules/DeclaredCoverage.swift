public import Bookings

/// What a configuration says of every reading of a source, once and for all.
public struct DeclaredCoverage: Sendable, Equatable {
    /// Where the window begins; `nil` for no bound.
    public var from: WindowBound?
    /// Before what the window ends; `nil` for no bound.
    public var to: WindowBound?
    /// When the schedule looked so; `nil` for when its file was last written.
    public var takenAt: Timestamp?
    /// True where nothing inside the window is left out.
    public var isComplete = false
    /// Whether cancelled rows stay in the export; `nil` where nobody said.
    public var cancelled: Coverage.Cancelled?
    /// The practitioners whose appointments are in it; `nil` for all.
    public var practitioners: Set<String>?

    /// A JSON file beside the export that says what each one covers, where its exporter writes one: it stands in the
    /// place of all the rest.
    public var file: String?

    /// Coverage of which nothing is declared.
    public init() {}
}

extension Configuration.Source {
    /// The coverage of a reading of this source: of the file at `path`, or one taken `now` where there is no file.
    ///
    /// `today`, `+90d` and `-7d` count from the day on which the schedule was *taken*, in the source's zone (UTC
    /// where it has none): an export of last night reaches as far as it reached last night, however late it is read.
    public func coverage(ofReading path: String?, now: Timestamp) throws(ScheduleError) -> Coverage {
        var moment = now
        if let takenAt = coverage.takenAt {
            moment = takenAt
        } else if let path {
            moment = try Schedule.written(path: path, now: now)
        }
        var reading = Coverage(source: id, takenAt: moment)
        let rules = ZoneRules.system
        let local = moment.seconds + Int64(rules.offset(zone ?? "UTC", moment.seconds) ?? 0)
        let day = CivilTime(seconds: local)?.day ?? 0
        reading.from = coverage.from.flatMap { $0.time(zone: zone ?? "UTC", rules: rules, day: day) }
        reading.to = coverage.to.flatMap { $0.time(zone: zone ?? "UTC", rules: rules, day: day) }
        reading.isComplete = coverage.isComplete
        reading.cancelled = coverage.cancelled
        reading.practitioners = coverage.practitioners
        reading.zone = zone
        return reading
    }
}

extension Coverage {
    // The clocks of two machines differ by less.
    private static let mostAhead: Int64 = 600

    /// Refuses a reading of the file at `path` that says it was taken more than ten minutes after now: once it is
    /// recorded, it stands in the ledger for good, and every reading until then would be the older one. The
    /// reason says that on the practice's clocks, and where the time is put right.
    public func refuseFuture(
        path: String, now: Timestamp, reason: @autoclosure () -> String
    ) throws(ScheduleError) {
        guard takenAt > now + Coverage.mostAhead else { return }
        throw .badFile(path: path, line: nil, column: nil, reason: reason())
    }
}
