import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

/// Reads text as an iCalendar file, whose lines may end in LF, with the window from one moment to another.
func calendar(
    _ text: String, chunk: Int = 256 << 10, _ layout: ScheduleLayout = ScheduleLayout(),
    rules: SourceRules = london, from: String? = "2026-01-01T00:00:00Z", to: String? = "2027-01-01T00:00:00Z",
    isComplete: Bool = true, takenAt: String = "2026-06-01T02:00:00Z"
) throws(ScheduleError) -> Snapshot {
    try snapshot(
        text, name: "schedule.ics", chunk: chunk, layout, rules: rules,
        coverage: window(from, to, isComplete: isComplete, takenAt: takenAt))
}

/// The coverage of a reading between two moments.
func window(
    _ from: String?, _ to: String?, isComplete: Bool = true, takenAt: String = "2026-06-01T02:00:00Z"
) -> Coverage {
    var coverage = Coverage(source: "crm", takenAt: Timestamp(takenAt)!)
    coverage.from = from.flatMap { WallTime(instant: Timestamp($0)!.seconds, offset: 0) }
    coverage.to = to.flatMap { WallTime(instant: Timestamp($0)!.seconds, offset: 0) }
    coverage.isComplete = isComplete
    return coverage
}

/// One calendar object around events, or around the lines of one event with the UID `u`.
func object(_ events: String...) -> String {
    let inner = events.map { $0.hasPrefix("BEGIN:") ? $0 : "BEGIN:VEVENT\nUID:u\n\($0)\nEND:VEVENT" }
    return "BEGIN:VCALENDAR\nVERSION:2.0\n\(inner.joined(separator: "\n"))\nEND:VCALENDAR\n"
}

/// A moment as iCalendar writes it in UTC.
func basic(_ time: WallTime) -> String {
    String(time.moment.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z")
}

extension Snapshot {
    /// The ids, in their order.
    var ids: [String] { appointments.map(\.booking.text) }

    /// The ids with their starts, in the order of the starts.
    var starts: [String] {
        appointments.map { "\($0.booking) \($0.appointment.start?.text ?? "-")" }.sorted()
    }
}
