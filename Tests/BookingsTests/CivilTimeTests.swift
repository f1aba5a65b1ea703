import Bookings
import TestSupport
import Testing

/// The calendar counted day by day, as on a wall.
private struct Calendar {
    var year = 1
    var month = 1
    var day = 1
    /// 1 January 1 was a Monday on the proleptic Gregorian calendar.
    var weekday = 0
    var number = -719_162

    static func length(_ month: Int, _ year: Int) -> Int {
        if month == 2 { return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28 }
        return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    mutating func next() {
        number += 1
        weekday = (weekday + 1) % 7
        day += 1
        if day > Calendar.length(month, year) { (day, month) = (1, month + 1) }
        if month > 12 { (month, year) = (1, year + 1) }
    }
}

@Suite("Times of the calendar")
struct CivilTimeTests {
    @Test func `every day from year 1 to 9999 agrees with counting them`() {
        var calendar = Calendar()
        var wrong: [Int] = []
        while calendar.year <= 9999 {
            let time = CivilTime(
                year: calendar.year, month: calendar.month, day: calendar.day, hour: 23, minute: 59, second: 59)
            let date = time?.date
            let agrees =
                time?.day == calendar.number && time?.weekday == calendar.weekday && time?.secondOfDay == 86_399
                && date?.year == calendar.year && date?.month == calendar.month && date?.day == calendar.day
                && time?.seconds == Int64(calendar.number) * 86_400 + 86_399
            if !agrees { wrong.append(calendar.number) }
            calendar.next()
        }
        #expect(wrong.isEmpty)
        #expect(calendar.number == 2_932_897, "days were counted up to the end of the year 9999")
    }

    @Test func `the first and the last second there are`() throws {
        let first = try #require(CivilTime(year: 1, month: 1, day: 1))
        let last = try #require(CivilTime(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59))
        #expect(first.text == "0001-01-01T00:00:00")
        #expect(last.text == "9999-12-31T23:59:59")
        #expect(CivilTime(seconds: first.seconds) == first)
        #expect(CivilTime(seconds: last.seconds) == last)
        #expect(CivilTime(seconds: first.seconds - 1) == nil)
        #expect(CivilTime(seconds: last.seconds + 1) == nil)
        #expect(CivilTime(seconds: .min) == nil)
        #expect(CivilTime(seconds: .max) == nil)
        #expect(CivilTime(seconds: 0)?.text == "1970-01-01T00:00:00")
        #expect(CivilTime(seconds: -1)?.text == "1969-12-31T23:59:59")
    }

    @Test(arguments: [
        [0, 1, 1], [10_000, 1, 1], [2026, 0, 1], [2026, 13, 1], [2026, 1, 0], [2026, 1, 32], [2026, 4, 31],
        [2026, 2, 29], [2024, 2, 30], [1900, 2, 29],
        [2100, 2, 29], [2026, 1, 1, 24], [2026, 1, 1, -1], [2026, 1, 1, 0, 60], [2026, 1, 1, 0, -1],
        [2026, 1, 1, 0, 0, 60], [2026, 1, 1, 0, 0, -1],
        [Int.max, 1, 1], [2026, Int.min, 1], [2026, 1, Int.max],
    ])
    func `what no calendar and no clock shows is not a time`(parts: [Int]) {
        let parts = parts + [0, 0, 0]
        #expect(
            CivilTime(
                year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
                == nil)
    }

    @Test func `leap days`() {
        for year in [4, 400, 1600, 2000, 2024, 9996] {
            #expect(CivilTime(year: year, month: 2, day: 29) != nil, "\(year)")
        }
    }

    @Test func `the texts of a time`() throws {
        let time = try #require(CivilTime(year: 426, month: 3, day: 7, hour: 9, minute: 5, second: 1))
        #expect(time.text == "0426-03-07T09:05:01")
        #expect(time.dateText == "0426-03-07")
        #expect(time.clockText == "09:05")
    }
}

@Suite("Moments in UTC")
struct TimestampTests {
    @Test(arguments: [
        ("2026-01-12T10:04:17.204311Z", "2026-01-12T10:04:17.204311Z"),
        ("2026-01-12T10:04:17Z", "2026-01-12T10:04:17.000000Z"),
        ("2026-01-12T10:04:17.2Z", "2026-01-12T10:04:17.200000Z"),
        ("2026-01-12T10:04:17.9999999Z", "2026-01-12T10:04:17.999999Z"),
        ("2026-01-12T10:04:17.00000099999999999999999999Z", "2026-01-12T10:04:17.000000Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2026-01-12T10:04:17+01:00", "2026-01-12T09:04:17.000000Z"),
        ("2026-01-01T00:30:00.5+05:45", "2025-12-31T18:45:00.500000Z"),
        ("2026-12-31T23:30:00-03:30", "2027-01-01T03:00:00.000000Z"),
        ("2026-01-12t10:04:17z", "2026-01-12T10:04:17.000000Z"),
        ("2026-01-12 10:04:17Z", "2026-01-12T10:04:17.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("2026-01-12T10:04:17+00:00", "2026-01-12T10:04:17.000000Z"),
        ("2026-01-12T10:04:17+23:59", "2026-01-11T10:05:17.000000Z"),
    ])
    func `moments are read in any offset, digits after the sixth cut`(text: String, canonical: String) throws {
        let moment = try #require(Timestamp(text))
        #expect(moment.text == canonical)
        #expect(Timestamp(canonical: canonical) == moment)
        #expect((Timestamp(canonical: text) != nil) == (text == canonical))
    }

    @Test(arguments: [
        "", "2026-01-12", "2026-01-12T10:04:17", "2026-01-12T10:04:17-00:00", "2026-02-30T10:04:17Z",
        "2026-01-12T24:00:00Z", "2026-01-12T10:60:00Z",
        "2026-12-31T23:59:60Z", "2026-01-12T10:04:17.Z", "2026-01-12T10:04:17+24:00", "2026-01-12T10:04:17+01:60",
        "2026-01-12T10:04:17+1:00",
        "2026-01-12T10:04:17+01", "2026-01-12T10:04:17ZZ", " 2026-01-12T10:04:17Z", "2026-01-12T10:04:17Z ",
        "26-01-12T10:04:17Z", "2026-1-12T10:04:17Z",
        "2026-01-12T10:04:17UTC", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "２026-01-12T10:04:17Z",
        "-026-01-12T10:04:17Z", "2026-01-12T10:04:17.5", "2026-13-12T10:04:17Z",
    ])
    func `what is no moment is not read`(text: String) {
        #expect(Timestamp(text) == nil)
        #expect(Timestamp(canonical: text) == nil)
    }

    @Test func `seconds are cut towards the past, differences towards zero`() {
        let before = Timestamp(microseconds: -1)
        #expect(before.seconds == -1)
        #expect(before.text == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp.seconds(from: before, to: Timestamp(microseconds: 999_998)) == 0)
        #expect(Timestamp.seconds(from: before, to: Timestamp(microseconds: 999_999)) == 1)
        #expect(Timestamp.seconds(from: Timestamp(seconds: 5), to: Timestamp(seconds: 2)) == -3)
        #expect(Timestamp(seconds: 5) + 3 == Timestamp(seconds: 8))
        #expect(Timestamp(seconds: 5) - 8 == Timestamp(seconds: -3))
        #expect(before < Timestamp(seconds: 0))
    }

    @Test func `the ends of time hold`() {
        #expect(Timestamp(microseconds: .max).text == "9999-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: .min).text == "0001-01-01T00:00:00.000000Z")
    }

    @Test func `texts and moments are a pair`() {
        let seed: UInt64 = 3339
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        for _ in 0..<5000 {
            let moment = Timestamp(
                microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
            #expect(Timestamp(canonical: moment.text) == moment, "\(moment.text)")
        }
    }
}
