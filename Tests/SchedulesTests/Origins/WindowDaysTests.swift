import Bookings
import Testing

@testable import Schedules

/// The days of a window where a place asks for them.
struct `The days of a window` {
    private func window(_ from: String?, _ to: String?) -> WindowDays {
        var coverage = Coverage(source: "crm", takenAt: Timestamp(seconds: 1_780_000_000))
        coverage.from = from.flatMap { WallTime(canonical: $0) }
        coverage.to = to.flatMap { WallTime(canonical: $0) }
        return WindowDays(of: coverage, name: "the place")
    }

    @Test func `are local, its first and the first behind it`() throws {
        let days = window("2026-06-01T00:00:00+01:00", "2026-09-01T00:00:00+01:00")
        #expect(
            try days.put(into: "d >= '{from}' AND d < '{to}' OR '{from}'")
                == "d >= '2026-06-01' AND d < '2026-09-01' OR '2026-06-01'")
        #expect(
            try window("2026-06-01T23:59:00-05:00", "2026-08-31T00:01:00+01:00").put(into: "{from} {to}")
                == "2026-06-01 2026-09-01")
        #expect(try window(nil, nil).put(into: "{ from } {too}") == "{ from } {too}")
    }

    @Test func `are asked for where there are none, and the place is named`() {
        #expect(throws: ScheduleError.self) { try window(nil, "2026-08-31T00:01:00+01:00").put(into: "{from}") }
        let error = #expect(throws: ScheduleError.self) {
            try window("2026-06-01T00:00:00+01:00", nil).put(into: "{to}")
        }
        #expect(error?.description.hasPrefix("the place: {to} stands for a day") == true)
    }
}
