import Bookings
import TestSupport
import Testing

/// A zone an hour ahead of UTC from 29 March 2026 01:00 UTC to 25 October 2026 01:00 UTC, and others.
let zones = ZoneRules { zone, instant in
    let (spring, autumn) = (Timestamp("2026-03-29T01:00:00Z")!.seconds, Timestamp("2026-10-25T01:00:00Z")!.seconds)
    switch zone {
    case "Test/London": return (spring..<autumn).contains(instant) ? 3600 : 0
    case "Test/Kathmandu": return 5 * 3600 + 45 * 60
    // A day that never was: from ten hours behind to fourteen ahead at the end of 29 December 2011.
    case "Test/Apia": return instant < Timestamp("2011-12-30T10:00:00Z")!.seconds ? -10 * 3600 : 14 * 3600
    case "Test/Old": return -75
    default: return nil
    }
}

@Suite("Times on the wall")
struct WallTimeTests {
    private func read(_ text: String, zone: String? = "Test/London") -> Result<String, WallTimeError> {
        do throws(WallTimeError) { return .success(try WallTime(text, zone: zone, rules: zones).text) } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [
        ("2026-06-11T09:30:00+01:00", "2026-06-11T09:30:00+01:00"),
        ("2026-06-11T09:30:00+05:30", "2026-06-11T09:30:00+05:30"),
        ("2026-06-11T08:30:00Z", "2026-06-11T09:30:00+01:00"), ("2026-01-11T08:30:00Z", "2026-01-11T08:30:00+00:00"),
        ("2026-06-11T09:30", "2026-06-11T09:30:00+01:00"), ("2026-06-11 09:30:59.999", "2026-06-11T09:30:59+01:00"),
        ("2026-03-29T00:59:59", "2026-03-29T00:59:59+00:00"), ("2026-03-29T02:00:00", "2026-03-29T02:00:00+01:00"),
        ("2026-10-25T00:59:59", "2026-10-25T00:59:59+01:00"), ("2026-10-25T01:00:00", "2026-10-25T01:00:00+01:00"),
        ("2026-10-25T01:59:59", "2026-10-25T01:59:59+01:00"), ("2026-10-25T02:00:00", "2026-10-25T02:00:00+00:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00+01:00"), ("2026-10-25T01:30:00Z", "2026-10-25T01:30:00+00:00"),
        ("2026-03-29T00:59:59Z", "2026-03-29T00:59:59+00:00"), ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00+01:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-06-11T09:30:00-12:00", "2026-06-11T09:30:00-12:00"),
        ("2026-06-11T09:30:00+0100", "2026-06-11T09:30:00+01:00"),
    ])
    func `with an offset, in Z, or on the clocks of the zone`(text: String, canonical: String) {
        #expect(read(text) == .success(canonical))
        #expect(WallTime(canonical: canonical)?.text == canonical)
    }

    @Test func `the hour that a change skips is refused, second by second at its ends`() {
        for text in ["2026-03-29T01:00:00", "2026-03-29T01:30", "2026-03-29T01:59:59"] {
            #expect(read(text) == .failure(.skipped(zone: "Test/London")), "\(text)")
        }
        #expect(read("2011-12-30T12:00", zone: "Test/Apia") == .failure(.skipped(zone: "Test/Apia")))
        #expect(read("2011-12-29T23:59", zone: "Test/Apia") == .success("2011-12-29T23:59:00-10:00"))
        #expect(read("2011-12-31T00:00", zone: "Test/Apia") == .success("2011-12-31T00:00:00+14:00"))
    }

    @Test func `a bare time converts back to itself, all through the days of the changes`() throws {
        for day in ["2026-03-29", "2026-10-25", "2026-06-11"] {
            for minute in stride(from: 0, to: 1440, by: 7) where !(day == "2026-03-29" && (60..<120).contains(minute)) {
                let text = "\(day)T\(minute / 600)\(minute / 60 % 10):\(minute % 60 / 10)\(minute % 10):00"
                let time = try WallTime(text, zone: "Test/London", rules: zones)
                #expect(time.civil.text == text)
                #expect(zones.offset("Test/London", time.instant) == time.offset)
            }
        }
    }

    @Test func `without a zone a bare time is none, and an unknown zone is named`() {
        #expect(read("2026-06-11T09:30", zone: nil) == .failure(.noZone))
        #expect(read("2026-06-11T09:30", zone: "Test/Nowhere") == .failure(.unknownZone("Test/Nowhere")))
        #expect(read("2026-06-11T09:30+01:00", zone: "Test/Nowhere") == .success("2026-06-11T09:30:00+01:00"))
        #expect(read("2026-06-11T09:30Z", zone: nil) == .success("2026-06-11T09:30:00+00:00"))
        #expect(read("2026-06-11T09:30Z", zone: "Test/Nowhere") == .success("2026-06-11T09:30:00+00:00"))
        #expect(read("2026-06-11T09:30Z", zone: "Test/Kathmandu") == .success("2026-06-11T15:15:00+05:45"))
        #expect(
            read("1890-06-11T09:30Z", zone: "Test/Old") == .success("1890-06-11T09:29:00-00:01"),
            "offsets are whole minutes")
    }

    @Test(arguments: [
        "2026-06-11T09:30:00-00:00", "2026-02-30T09:30:00+01:00", "2025-02-29T09:30", "2026-06-11T24:00:00+01:00",
        "2026-06-11T23:59:60+01:00",
        "2026-06-11T128:00", "2026-06-11", "", "09:30", "2026-06-11T09:30:00+1:00", "2026-06-11T09:30:00 +01:00",
        "2026-06-11T09:30:00+01:00[Europe/London]",
        "11/06/2026 09:30", "2026-06-11T9:30", "2026-06-11T09:30:00+", "2026-06-11T09:30:00Zulu",
        "2026-06-11T09:30:00+24:00", "2026-06-11T09:30:00+14:60",
        "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
    ])
    func `what is no time is malformed`(text: String) {
        #expect(read(text) == .failure(.malformed))
        #expect(WallTime(canonical: text) == nil)
    }

    @Test(arguments: [
        "2026-06-11T09:30:00Z", "2026-06-11T09:30:00.000+01:00", "2026-06-11t09:30:00+01:00",
        "2026-06-11 09:30:00+01:00", "2026-06-11T09:30:00+0100",
        "2026-06-11T09:30+01:00", "2026-06-11T09:30:00,1Z", "2026-06-11T09:30:00-00:00", "2026-06-11T09:30:00.1234Z",
    ])
    func `entries use one spelling`(text: String) {
        #expect(WallTime(canonical: text) == nil)
    }

    @Test func `two offsets of one instant are two values that compare as the same minute`() throws {
        let (london, paris) = (
            try #require(WallTime(canonical: "2026-06-11T09:30:00+01:00")),
            try #require(WallTime(canonical: "2026-06-11T10:30:00+02:00"))
        )
        #expect(london != paris)
        #expect(london.instant == paris.instant)
        #expect(london.minute == paris.minute)
        #expect(london.moment.text == "2026-06-11T08:30:00.000000Z")
        #expect(try #require(WallTime(canonical: "2026-06-11T09:30:59+01:00")).minute == london.minute)
        #expect(try #require(WallTime(canonical: "2026-06-11T09:29:59+01:00")).minute == london.minute - 1)
        #expect(try #require(WallTime(instant: -1, offset: 0)).minute == -1)
        #expect(try #require(WallTime(instant: -60, offset: 0)).minute == -1)
        #expect(try #require(WallTime(instant: -61, offset: 0)).minute == -2)
    }

    @Test func `an offset is whole minutes of less than a day`() {
        #expect(WallTime(instant: 0, offset: 30) == nil)
        #expect(WallTime(instant: 0, offset: 86_400) == nil)
        #expect(WallTime(instant: 0, offset: -86_340)?.text == "1969-12-31T00:01:00-23:59")
        #expect(WallTime(instant: .max, offset: 0) == nil)
    }

    @Test func `texts and times are a pair`() {
        let seed: UInt64 = 5545
        print("seed \(seed)")
        var generator = EntryGenerator(seed: seed)
        for _ in 0..<5000 {
            let time = generator.wallTime()
            #expect(WallTime(canonical: time.text) == time, "\(time.text)")
        }
    }
}
