public import Bookings
import Foundation
import Transparency

/// What the live schedule shows, read into a snapshot: the second of the two routes that an audit compares.
///
/// A value that is not what it should be is left out of its row and named in the snapshot's malformations; the row
/// stays. A file that cannot be understood as a whole is refused, with the line and what to do; so is one of which most
/// starts cannot be read, or whose statuses are so many words that they must be something else.
public enum Schedule {
    /// Reads a file, or standard input for `-`, as a stream: of the file itself no more than a few hundred kilobytes
    /// are in memory, or one record of at most 1 MiB; of iCalendar, what rows need of one calendar object.
    ///
    /// A local time is one of the row's own zone, else of `rules.zone`, else of `coverage.zone`.
    public static func read(
        path: String, layout: ScheduleLayout, rules: SourceRules, coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        if layout.format == .fhir, let export = try BulkManifest.find(path) {
            try refuseMistake(layout, in: .fhir, path: export.path)
            let (rows, digest) = try export.read(layout, reader(0, layout, rules, coverage))
            return try snapshot(rows, digest, layout, coverage, path: export.path)
        }
        let window = ByteWindow(try ByteSource(path: path), encoding: layout.encoding)
        return try read(window, format: layout.format(of: path), layout, rules, coverage, readers: readers)
    }

    /// Reads bytes in memory as ``read(path:layout:rules:coverage:)`` reads a file called `name`. The result is the
    /// same for every size of `chunk`; it must be at least 1.
    public static func read(
        bytes: [UInt8], name: String = "schedule.csv", chunk: Int = 256 << 10,
        layout: ScheduleLayout = ScheduleLayout(),
        rules: SourceRules, coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        try read(
            bytes: bytes, name: name, chunk: chunk, readers: Schedule.readers, layout: layout, rules: rules,
            coverage: coverage)
    }

    /// The same for every number of `readers`, from 1 to 16.
    package static func read(
        bytes: [UInt8], name: String, chunk: Int, readers: Int, layout: ScheduleLayout, rules: SourceRules,
        coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        let window = ByteWindow(ByteSource(bytes: bytes, path: name), chunk: chunk, encoding: layout.encoding)
        return try read(window, format: layout.format(of: name), layout, rules, coverage, readers: readers)
    }

    /// As many rows are read at the same time.
    private static var readers: Int { min(ProcessInfo.processInfo.activeProcessorCount, RowPacker.most) }

    private static func read(
        _ window: consuming sending ByteWindow, format: ScheduleLayout.Format, _ layout: ScheduleLayout,
        _ rules: SourceRules,
        _ coverage: Coverage, readers: Int
    ) throws(ScheduleError) -> Snapshot {
        let path = window.path
        try refuseMistake(layout, in: format, path: path)
        var coverage = coverage
        let rules = format == .ical ? ICalendarRows.statuses(rules) : rules
        let (rows, digest) =
            switch format {
            case .csv:
                try CSVSchedule.read(window, layout, readers: readers) { [coverage] in
                    reader($0, layout, rules, coverage)
                }
            case .ndjson: try NDJSONSchedule(window, layout: layout).read(reader(0, layout, rules, coverage))
            case .ical:
                try ICalendarSchedule(window, layout, rules, coverage, reader(0, layout, rules, coverage))
                    .read(narrowing: &coverage)
            case .fhir: try FHIRSchedule.read(window, layout, reader(0, layout, rules, coverage))
            }
        return try snapshot(rows, digest, layout, coverage, path: path)
    }

    /// A reader of the rows of a schedule, the one of this number.
    private static func reader(
        _ number: Int, _ layout: ScheduleLayout, _ rules: SourceRules, _ coverage: Coverage
    ) -> RowReader {
        RowReader(rules: rules, coverage: coverage, dates: layout.dates, number: number)
    }

    private static func refuseMistake(
        _ layout: ScheduleLayout, in format: ScheduleLayout.Format, path: String
    ) throws(ScheduleError) {
        guard let mistake = layout.mistake(in: format) else { return }
        throw .badFile(path: path, line: nil, column: nil, reason: mistake)
    }

    private static func snapshot(
        _ rows: AllRows, _ digest: Hash, _ layout: ScheduleLayout, _ coverage: Coverage, path: String
    ) throws(ScheduleError) -> Snapshot {
        try refuseWrongColumns(rows, layout, path: path)
        let index = BookingIndex(rows.appointments, rows.index)
        return Snapshot(
            coverage: coverage.told(by: rows, twice: index.repeated.count), appointments: rows.appointments,
            index: index, malformations: rows.malformations.all, rows: rows.count, digest: digest)
    }

    // Of fewer rows nobody can say whether the rows are odd or the reading is.
    private static let fewRows = 5

    private static func refuseWrongColumns(
        _ rows: AllRows, _ layout: ScheduleLayout, path: String
    ) throws(ScheduleError) {
        // Its words are not printed: if the column is the wrong one, they may be the clients' names.
        guard !rows.malformations.hasTooManyWords else {
            throw .badFile(
                path: path, line: nil, column: layout.title(of: .status),
                reason: "the column holds more than \(MalformationList.mostWords) words for a status that nobody "
                    + "explained: is it the right column? If it is, explain them under the configuration's `status`")
        }
        let count = rows.appointments.count
        let bad = rows.badStarts
        guard count >= fewRows, bad.count * 2 > count, let first = bad.first else { return }
        let remedy =
            first.reason.contains("--dates")
            ? "" : ". Is this the right column, and does the configuration say how its times are written?"
        throw .badFile(
            path: path, line: nil, column: layout.title(of: .start),
            reason: "\(bad.count) of \(count) starts cannot be read, the first in row \(first.row): "
                + first.reason + remedy)
    }

    /// When the schedule in a file looked so, as far as the file tells: when it was last written. Standard input is of
    /// this moment, and a bulk export of the moment that its manifest tells.
    public static func written(path: String, now: Timestamp) throws(ScheduleError) -> Timestamp {
        if path == "-" { return now }
        if let export = try? BulkManifest.find(path) { return export.transactionTime }
        return Timestamp(seconds: try ByteSource.modified(path: path))
    }
}
