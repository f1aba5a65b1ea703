import Bookings
import Testing

@testable import Auditing

@Suite("The words of findings")
struct WordsTests {
    @Test(
        arguments: [
            (0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (250, "4 minutes 10 seconds"),
            (3599, "59 minutes 59 seconds"), (3600, "1 hour"), (3661, "1 hour 1 minute"), (68_400, "19 hours"),
            (86_400, "24 hours"), (172_799, "47 hours 59 minutes"), (172_800, "2 days"), (260_000, "3 days"),
            (-250, "4 minutes 10 seconds"), (-3600, "1 hour"),
        ] as [(Int64, String)])
    func `durations as people say them`(seconds: Int64, words: String) {
        #expect(Words.duration(seconds) == words)
    }

    @Test func `places in a row as people say them`() {
        let places = [1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 101, 111, 112, 113, 122, 569]
        #expect(
            places.map(Words.ordinal).joined(separator: " ")
                == "1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 101st 111th 112th 113th 122nd 569th")
    }

    @Test func `days and times as people say them`() {
        #expect(Words.time(wall("09-22 10:00")) == "Tuesday 22 September 2026 at 10:00")
        #expect(Words.day(wall("02-01 00:00").civil) == "Sunday 1 February 2026")
        #expect(Words.date(wall("12-31 23:59").civil) == "31 December 2026")
        #expect(
            Words.booking("A-1", booked()) == "Booking A-1 (Monday 15 June 2026 at 09:30 with D7)")
        #expect(Words.booking("A-1", booked { $0.practitioner = nil }) == "Booking A-1 (Monday 15 June 2026 at 09:30)")
        #expect(Words.booking("A-1", Appointment()) == "Booking A-1")
        #expect(Words.booking("A-1", nil) == "Booking A-1")
    }

    @Test func `each kind of actor is told apart, and nobody is invented`() {
        let nobody = "somebody that the source does not name"
        #expect(Words.actor(nil) == nobody)
        #expect(Words.actor(.init(kind: .unknown)) == nobody)
        #expect(Words.actor(.init(kind: .unknown, id: "x")) == "x")
        #expect(Words.actor(.init(kind: .client, id: "C-1")) == "the client")
        #expect(Words.actor(.init(kind: .user, id: "jane")) == "the login jane")
        #expect(Words.actor(.init(kind: .job, id: "night")) == "the job night")
        #expect(Words.actor(.init(kind: .sync, id: "google")) == "the synchronisation google")
        #expect(Words.actor(.init(kind: .api, id: "web")) == "the interface web")
        #expect(Words.actor(.init(kind: .job)) == "a job that the source does not name")
        #expect(Words.name(of: .init(kind: .user, id: "jane")) == "jane")
        #expect(Words.name(of: nil) == "somebody")
    }

    @Test func `lists and counts`() {
        let ids = (1...12).map { Identifier("A-\($0)") }
        #expect(Words.list([]) == "")
        #expect(Words.list(Array(ids.prefix(2))) == "A-1, A-2")
        #expect(Words.list(Array(ids.prefix(10))).hasSuffix("A-10"))
        #expect(Words.list(ids).hasSuffix("A-10 and 2 more"))
        #expect(Words.list(ids, most: 1) == "A-1 and 11 more")
        #expect(Words.count(1, "entry", "entries") == "1 entry")
        #expect(Words.count(2, "entry", "entries") == "2 entries")
        #expect(Words.count(0, "row") == "0 rows")
    }

    @Test(arguments: [
        ("A\u{1b}[31m", "A\\u{1b}[31m"), ("A\nB", "A\\u{a}B"), ("A\u{202e}B", "A\\u{202e}B"), ("A\u{7f}", "A\\u{7f}"),
        ("A\u{200b}B", "A\\u{200b}B"), ("Zo\u{eb} 🦷", "Zo\u{eb} 🦷"), ("", ""),
    ])
    func `an id is shown, and never steers a terminal`(id: String, shown: String) {
        #expect(Words.quoted(Identifier(id)) == shown)
    }
}

@Suite("Clocks of the practice")
struct LocalClockTests {
    /// London and New York in 2026, by the rules of that year.
    private static let rules = ZoneRules { zone, instant in
        let summer = { (from: String, to: String) in
            (Timestamp("2026-\(from):00Z")!.seconds..<Timestamp("2026-\(to):00Z")!.seconds).contains(instant)
        }
        return switch zone {
        case "Europe/London": summer("03-29T01:00", "10-25T01:00") ? 3600 : 0
        case "America/New_York": summer("03-08T07:00", "11-01T06:00") ? -14_400 : -18_000
        case "Asia/Kathmandu": 20_700
        default: nil
        }
    }

    private func clock(_ zone: String?) -> LocalClock { LocalClock(zone: zone, rules: LocalClockTests.rules) }

    @Test(
        arguments: [
            (nil, "6 March 2026 at 02:00 UTC"), ("Europe/London", "6 March 2026 at 02:00"),
            ("America/New_York", "5 March 2026 at 21:00"), ("Asia/Kathmandu", "6 March 2026 at 07:45"),
            ("Mars/Base", "6 March 2026 at 02:00 UTC"),
        ] as [(String?, String)])
    func `a moment on the clocks of a zone; in UTC, and said so, where none is known`(zone: String?, text: String) {
        #expect(clock(zone).text(at("03-06 02:00")) == text)
    }

    @Test func `seconds where there are any`() {
        #expect(clock("Europe/London").text(at("03-06 02:00:07.5")) == "6 March 2026 at 02:00:07")
        #expect(LocalClock.utc.text(at("03-06 02:00:07")) == "6 March 2026 at 02:00:07 UTC")
        #expect(LocalClock.utc.text(at("03-06 02:00:00.9")) == "6 March 2026 at 02:00 UTC")
    }

    @Test func `the hour that is skipped is not shown, and the one that is repeated is shown twice`() {
        let london = clock("Europe/London")
        #expect(london.text(at("03-29 00:59")) == "29 March 2026 at 00:59")
        #expect(london.text(at("03-29 01:00")) == "29 March 2026 at 02:00")
        #expect(london.text(at("10-25 00:30")) == "25 October 2026 at 01:30")
        #expect(london.text(at("10-25 01:30")) == "25 October 2026 at 01:30")
        #expect(london.text(at("10-25 02:00")) == "25 October 2026 at 02:00")
    }

    @Test func `columns, minutes of the day, and what is said of the zone`() {
        #expect(clock("Europe/London").column(at("06-10 23:30:05")) == "2026-06-11 00:30:05")
        #expect(LocalClock.utc.column(at("06-10 23:30:05")) == "2026-06-10 23:30:05 UTC")
        #expect(clock("Europe/London").minuteOfDay(at("06-10 23:30")) == 30)
        #expect(clock("Mars/Base").minuteOfDay(at("06-10 23:30")) == nil)
        #expect(clock("Europe/London").note == "Times of day are those of Europe/London.")
        #expect(LocalClock.utc.note == "Times of day are in UTC.")
    }

    @Test func `a zone of its own comes before the reading's`() {
        #expect(clock("Europe/London").orElse("America/New_York").zone == "Europe/London")
        #expect(clock(nil).orElse("America/New_York").zone == "America/New_York")
        #expect(clock(nil).orElse(nil).zone == nil)
    }
}

@Suite("What each code means")
struct ExplanationTests {
    @Test func `every code of the design is there, once, and no other`() {
        let numbers =
            Array(101...116) + Array(201...207) + Array(301...305) + Array(401...407)
        #expect(FindingCode.allCases.map(\.rawValue) == numbers.map { "AR\($0)" })
        #expect(FindingCode.explanations.count == FindingCode.allCases.count)
        #expect(Set(FindingCode.allCases.map(\.name)).count == FindingCode.allCases.count, "no name twice")
    }

    @Test(arguments: FindingCode.allCases)
    func `each has a name, a definition, innocent causes and what to do, in whole sentences`(code: FindingCode) {
        let explanation = code.explanation
        #expect(explanation.name.allSatisfy { $0.isLowercase || $0 == "-" })
        for text in [explanation.definition, explanation.innocentCauses, explanation.remedy] {
            #expect(text.first?.isUppercase == true && text.hasSuffix("."), "\(text)")
            #expect(!text.contains("  "), "\(text)")
            #expect(!text.lowercased().contains("client error") && !text.lowercased().contains("fault"), "\(text)")
        }
    }

    /// The severities of the taxonomy, written down a second time.
    @Test(arguments: [
        (Severity.critical, [101, 108, 401, 403]),
        (.error, [102, 104, 105, 106, 110, 112, 113, 201, 202, 203, 205, 402]),
        (.warning, [103, 107, 109, 111, 204, 206, 207, 302, 304, 404, 406, 407]),
        (.info, [114, 115, 116, 301, 303, 305, 405]),
    ])
    func `each is as bad as the taxonomy says`(severity: Severity, numbers: [Int]) {
        #expect(FindingCode.allCases.filter { $0.severity == severity }.map(\.rawValue) == numbers.map { "AR\($0)" })
    }
}
