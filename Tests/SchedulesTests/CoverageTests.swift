import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@Suite("coverage: what an exporter declares, from a file or from the configuration")
struct CoverageTests {
    private func coverage(_ text: String) throws -> Coverage {
        try CoverageFile.coverage(Array(text.utf8), name: "coverage.json", rules: .system)
    }

    private let partial = """
        {
         "source": "pms",
         "takenAt": "2026-11-01T00:00:00Z",
         "zone": "Europe/London",
         "coverage": {
          "from": "2026-09-01T00:00:00Z",
          "to": "2027-01-01T00:00:00Z",
          "complete": false,
          "totalReported": 10,
          "practitioners": [
           "D7",
           "D9"
          ],
          "rowCount": 4,
          "cancelled": "kept"
         }
        }
        """

    @Test("a file as the scenarios have it")
    func scenario() throws {
        var expected = Coverage(source: "pms", takenAt: try #require(Timestamp("2026-11-01T00:00:00Z")))
        expected.zone = "Europe/London"
        expected.from = WallTime(canonical: "2026-09-01T01:00:00+01:00")
        expected.to = WallTime(canonical: "2027-01-01T00:00:00+00:00")
        expected.totalReported = 10
        expected.rowCount = 4
        expected.practitioners = ["D7", "D9"]
        expected.cancelled = .kept
        #expect(try coverage(partial) == expected)
        expected.isComplete = true
        #expect(try coverage(partial.replacing("false", with: "true")) == expected)
    }

    @Test("a date is its first moment in the zone, also where the clocks skip midnight")
    func dates() throws {
        let text = partial.replacing("2026-09-01T00:00:00Z", with: "2026-09-01")
        #expect(try coverage(text).from?.text == "2026-09-01T00:00:00+01:00")
        let cairo = text.replacing("Europe/London", with: "Africa/Cairo").replacing("2026-09-01", with: "2026-04-24")
        #expect(try coverage(cairo).from?.text == "2026-04-24T01:00:00+03:00")
    }

    @Test("nothing is declared but source and time")
    func bare() throws {
        let read = try coverage(
            "{\"source\":\"pms\",\"takenAt\":\"2026-11-01T00:00:00Z\",\"zone\":null,\"coverage\":null}")
        #expect(read == Coverage(source: "pms", takenAt: Timestamp("2026-11-01T00:00:00Z")!))
    }

    @Test("a file that says no moment has the one that the caller knows, and no other")
    func noMoment() throws {
        let written = try #require(Timestamp("2026-11-02T03:00:00Z"))
        for text in [
            "{\"source\":\"pms\",\"takenAt\":null,\"zone\":null,\"coverage\":null}", "{\"source\":\"pms\"}",
        ] {
            let read = try CoverageFile.coverage(
                Array(text.utf8), name: "coverage.json", rules: .system, takenAt: written)
            #expect(read == Coverage(source: "pms", takenAt: written))
        }
        let said = try CoverageFile.coverage(
            Array(partial.utf8), name: "coverage.json", rules: .system, takenAt: written)
        #expect(said.takenAt == Timestamp("2026-11-01T00:00:00Z"))
        #expect(throws: ScheduleError.self) {
            try CoverageFile.coverage(
                Array("{\"source\":\"pms\",\"takenAt\":\"soon\"}".utf8), name: "c", rules: .system, takenAt: written)
        }
    }

    @Test("the sample that declares nothing is coverage of which nothing is declared")
    func sample() throws {
        let path = Fixtures.checkout.appending(path: "samples/scenarios/seed003_complaint_timeline/coverage.json").path
        let written = try Schedule.written(path: path, now: Timestamp(seconds: 0))
        let read = try CoverageFile.read(path: path, rules: .system, takenAt: written)
        #expect(read == Coverage(source: "pms", takenAt: written))
        #expect(try Schedule.written(path: "-", now: Timestamp(seconds: 7)) == Timestamp(seconds: 7))
    }

    @Test("a reading from the future is refused, with what puts it right; clocks may differ a little")
    func future() throws {
        let now = try #require(Timestamp("2026-03-05T02:00:00Z"))
        func refusal(after seconds: Int64) -> ScheduleError? {
            do throws(ScheduleError) {
                try Coverage(source: "crm", takenAt: now + seconds)
                    .refuseFuture(path: "export.csv", now: now, reason: "it lies ahead")
                return nil
            } catch { return error }
        }
        #expect(refusal(after: -86_400) == nil && refusal(after: 600) == nil)
        #expect(
            refusal(after: 86_400)?.description
                == "export.csv: it lies ahead")
        #expect(refusal(after: 601) != nil)
    }

    @Test(
        "what is wrong is named by line and member",
        arguments: [
            ("\"takenAt\": \"2026-11-01T00:00:00Z\"", "\"takenAt\": null", 3, "takenAt"),
            ("\"takenAt\": \"2026-11-01T00:00:00Z\"", "\"takenAt\": \"2026-11-01\"", 3, "takenAt"),
            ("Europe/London", "Europe/Londinium", 4, "zone"), ("\"complete\"", "\"compleet\"", 8, "compleet"),
            ("false", "\"no\"", 8, "complete"), ("\"kept\"", "\"gone\"", 15, "cancelled"),
            ("4,", "-4,", 14, "rowCount"),
            ("\"D7\"", "7", 10, "practitioners"), ("2027-01-01T", "2025-01-01T", 7, "to"),
            ("2026-09-01T00:00:00Z", "today", 6, "from"), ("2026-09-01T00:00:00Z", "2026-03-29 01:30", 6, "from"),
            ("\"pms\"", "\"\"", 2, "source"), ("\"pms\",", "\"pms\", \"sources\": 1,", 2, "sources"),
        ])
    func mistakes(_ change: (was: String, becomes: String, line: Int, column: String)) {
        let text = partial.replacing(change.was, with: change.becomes)
        let error = #expect(throws: ScheduleError.self) { try coverage(text) }
        guard case .badFile("coverage.json", let line, let column, _) = error else {
            return #expect(error == nil, "a bad file")
        }
        #expect(line == change.line && column == change.column)
    }

    @Test("what is not JSON is named by line")
    func notJSON() {
        let error = #expect(throws: ScheduleError.self) { try coverage("{\n \"source\": pms }") }
        guard case .badFile(_, 2, nil, _) = error else { return #expect(error == nil, "line 2") }
    }

    @Test("a configured window counts from the day of the reading, in the source's zone")
    func configured() throws {
        var source = Configuration.Source(id: "crm")
        source.coverage.from = WindowBound("today")
        source.coverage.to = WindowBound("+90d")
        source.coverage.isComplete = true
        source.coverage.cancelled = .removed
        source.coverage.practitioners = ["D7"]
        let late = try #require(Timestamp("2026-08-31T23:30:00Z"))
        let utc = try source.coverage(ofReading: nil, now: late)
        #expect(utc.from?.text == "2026-08-31T00:00:00+00:00" && utc.zone == nil)
        source.zone = "Europe/London"
        let read = try source.coverage(ofReading: nil, now: late)
        #expect(read.takenAt == late && read.source == "crm" && read.zone == "Europe/London")
        #expect(read.from?.text == "2026-09-01T00:00:00+01:00")
        #expect(read.to?.text == "2026-11-30T00:00:00+00:00")
        #expect(read.isComplete && read.cancelled == .removed && read.practitioners == ["D7"])
        source.coverage.takenAt = Timestamp("2026-06-11T12:00:00Z")
        source.coverage.from = WindowBound("-7d")
        source.coverage.to = WindowBound("2026-07-01")
        let past = try source.coverage(ofReading: "/nowhere", now: late)
        #expect(past.from?.text == "2026-06-04T00:00:00+01:00" && past.to?.text == "2026-07-01T00:00:00+01:00")
    }

    @Test("without a moment, a reading was taken when its file was last written")
    func modified() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString).csv").path
        try Data("booking,start\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let written = Date(timeIntervalSince1970: 1_780_000_000)
        try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: path)
        var source = Configuration.Source(id: "crm")
        source.coverage.from = WindowBound("today")
        let read = try source.coverage(ofReading: path, now: Timestamp(seconds: 1_790_000_000))
        #expect(read.takenAt == Timestamp(seconds: 1_780_000_000))
        #expect(read.from?.text == "2026-05-28T00:00:00+00:00")
        #expect(throws: ScheduleError.noInput(path: path + "x")) {
            try source.coverage(ofReading: path + "x", now: Timestamp(seconds: 0))
        }
    }

    @Test(
        "bounds that are none",
        arguments: [
            "", "tomorrow", "90d", "+d", "+1.5d", "--7d", "+99999999999999999999d", "2026-02-30", "2026-6-1", "+-1d",
        ])
    func noBounds(_ text: String) {
        #expect(WindowBound(text) == nil)
    }
}
