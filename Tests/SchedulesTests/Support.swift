import Bookings
import Schedules

let anyCoverage = Coverage(source: "crm", takenAt: Timestamp("2026-06-01T02:00:00Z")!)
let london = SourceRules(zone: "Europe/London", status: ["Confirmed": .booked, "DNA": .noshow], zones: .system)

/// Reads text as a file called `name`.
func snapshot(
    _ text: String, name: String = "schedule.csv", chunk: Int = 256 << 10, _ layout: ScheduleLayout = ScheduleLayout(),
    rules: SourceRules = london, coverage: Coverage = anyCoverage
) throws(ScheduleError) -> Snapshot {
    try Schedule.read(
        bytes: Array(text.utf8), name: name, chunk: chunk, layout: layout, rules: rules, coverage: coverage)
}

/// The error that reading bytes ends in; `nil` where it does not.
func refusal(
    _ bytes: [UInt8], name: String = "schedule.csv", _ layout: ScheduleLayout = ScheduleLayout()
) -> ScheduleError? {
    do throws(ScheduleError) {
        _ = try Schedule.read(bytes: bytes, name: name, layout: layout, rules: london, coverage: anyCoverage)
        return nil
    } catch {
        return error
    }
}

/// The line, the column and the reason of a file that was refused as bad.
func bad(
    _ text: String, name: String = "schedule.csv", _ layout: ScheduleLayout = ScheduleLayout()
) -> (line: Int?, column: String?, reason: String)? {
    guard case .badFile(_, let line, let column, let reason) = refusal(Array(text.utf8), name: name, layout) else {
        return nil
    }
    return (line, column, reason)
}

extension Malformation {
    /// "3 end: why", with the kind before it where it is not the usual one.
    var line: String { (kind == .malformed ? "" : "\(kind) ") + "\(row) \(column): \(reason)" }
}
