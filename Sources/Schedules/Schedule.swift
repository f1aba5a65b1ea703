public import Bookings
import Transparency

/// What the live schedule shows, read into a snapshot: the second of the two routes that an audit compares.
///
/// A value that is not what it should be is left out of its row and named in the snapshot's malformations; the row
/// stays. A file that cannot be understood as a whole is refused, with the line and what to do.
public enum Schedule {
    /// Reads a file, or standard input for `-`, as a stream: of the file itself no more than a few hundred kilobytes
    /// are in memory, or one record of at most 1 MiB.
    ///
    /// A local time is one of the row's own zone, else of `rules.zone`, else of `coverage.zone`.
    public static func read(
        path: String, layout: ScheduleLayout, rules: SourceRules, coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        try read(ByteWindow(ByteSource(path: path)), format: layout.format(of: path), layout, rules, coverage)
    }

    /// Reads bytes in memory as ``read(path:layout:rules:coverage:)`` reads a file called `name`. The result is the
    /// same for every size of `chunk`; it must be at least 1.
    public static func read(
        bytes: [UInt8], name: String = "schedule.csv", chunk: Int = 256 << 10,
        layout: ScheduleLayout = ScheduleLayout(),
        rules: SourceRules, coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        let window = ByteWindow(ByteSource(bytes: bytes, path: name), chunk: chunk)
        return try read(window, format: layout.format(of: name), layout, rules, coverage)
    }

    private static func read(
        _ window: consuming ByteWindow, format: ScheduleLayout.Format, _ layout: ScheduleLayout, _ rules: SourceRules,
        _ coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        if let mistake = layout.mistake { throw .badFile(path: window.path, line: nil, column: nil, reason: mistake) }
        var reader = RowReader(rules: rules, coverage: coverage)
        let digest =
            switch format {
            case .csv: try CSVSchedule(window, layout: layout).read(into: &reader)
            case .ndjson: try NDJSONSchedule(window, layout: layout).read(into: &reader)
            }
        return Snapshot(
            coverage: coverage, appointments: reader.appointments, malformations: reader.malformations.all,
            rows: reader.rows, digest: digest)
    }
}
