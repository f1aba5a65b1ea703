import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

/// What recurring-ical-events makes of a calendar.
struct CalendarAnswers: Decodable {
    let vectors: [Answer]

    struct Answer: Decodable, CustomTestStringConvertible, Sendable {
        let file: String
        let from: String
        let to: String
        let rows: [Row]

        var testDescription: String { file }
    }

    struct Row: Decodable, Hashable, Sendable {
        let uid: String
        let start: String
        let end: String
        let status: String?
        let location: String?

        var line: String { "\(uid) \(start) \(end) \(status ?? "CONFIRMED") \(location ?? "-")" }
    }

    static func of(_ name: String) throws -> [Answer] {
        try Fixtures.vectors("ical/\(name)", as: CalendarAnswers.self).vectors
    }
}

struct `Calendars come to what recurring-ical-events makes of them` {
    static let utc = SourceRules(zone: "UTC", zones: .system)

    /// Rows as the other program shows them: times in UTC, an event without an end being one of no length.
    private func lines(_ read: Snapshot, within answer: CalendarAnswers.Answer) throws -> [String] {
        let (from, to) = (Timestamp(answer.from)!, Timestamp(answer.to)!)
        return try read.appointments.compactMap { row in
            let start = try #require(row.appointment.start)
            // What the file writes out is a row whatever the window is.
            guard start.moment >= from, start.moment < to else { return nil }
            let uid = row.appointment.series ?? row.booking.text
            let end = row.appointment.end ?? start
            let status = row.appointment.word ?? "CONFIRMED"
            return "\(uid) \(basic(start)) \(basic(end)) \(status) \(row.appointment.location ?? "-")"
        }.sorted()
    }

    private func expected(_ answer: CalendarAnswers.Answer) -> [String] {
        func timed(_ text: String) -> String {
            text.count == 8 ? text + "T000000Z" : text.count == 15 ? text + "Z" : text
        }
        return answer.rows.map { row in
            "\(row.uid) \(timed(row.start)) \(timed(row.end)) \(row.status ?? "CONFIRMED") \(row.location ?? "-")"
        }.sorted()
    }

    @Test(arguments: try CalendarAnswers.of("answers.json"))
    func `of our own calendars`(_ answer: CalendarAnswers.Answer) throws {
        let file = Fixtures.checkout.appending(components: "Tests", "Vectors", "ical", answer.file)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        for chunk in [3, 64, 1 << 16] {
            let read = try calendar(text, chunk: chunk, rules: Self.utc, from: answer.from, to: answer.to)
            #expect(try lines(read, within: answer) == expected(answer))
            #expect(read.malformations == [])
            #expect(Set(read.ids).count == read.ids.count)
        }
    }

    static let samples = ProcessInfo.processInfo.environment["DAYBOOK_ICS_SAMPLES"]

    @Test(
        .enabled(if: samples != nil, "DAYBOOK_ICS_SAMPLES names no folder with other people's calendars"),
        arguments: try CalendarAnswers.of("samples.json"))
    func `of other people's calendars`(_ answer: CalendarAnswers.Answer) throws {
        let file = URL(filePath: Self.samples!).appending(path: answer.file)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let read = try calendar(text, rules: Self.utc, from: answer.from, to: answer.to)
        #expect(try lines(read, within: answer) == expected(answer))
        #expect(read.malformations == [])
    }

    @Test(.enabled(if: samples != nil, "DAYBOOK_ICS_SAMPLES names no folder with other people's calendars"))
    func `events without an id are named, and are no rows`() throws {
        // recurring-ical-events does not read this one: an event of it has no start.
        let file = URL(filePath: Self.samples!).appending(path: "icalendar_issue_722_missing_timezones.ics")
        let read = try calendar(String(decoding: try Data(contentsOf: file), as: UTF8.self), rules: Self.utc)
        #expect(read.ids == [])
        #expect(read.malformations.count { $0.reason == "the row has no id of a booking" } == read.rows)
    }
}
