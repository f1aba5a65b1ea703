import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@Suite("zones: local times become the instants that the clocks of the place mean")
struct ZoneTests {
    private func start(_ time: String, zone: String?) throws -> (text: String?, reasons: [String]) {
        let read = try snapshot("booking,start\nB-1,\(time)\n", rules: SourceRules(zone: zone, zones: .system))
        return (read.appointments[0].appointment.start?.text, read.malformations.map(\.reason))
    }

    @Test(
        "both clock changes of 2026: the skipped hour is refused, of the repeated one the first is meant",
        arguments: [
            ("Europe/London", "2026-03-29 00:59", "2026-03-29T00:59:00+00:00"),
            ("Europe/London", "2026-03-29 02:00", "2026-03-29T02:00:00+01:00"),
            ("Europe/London", "2026-10-25 00:59", "2026-10-25T00:59:00+01:00"),
            ("Europe/London", "2026-10-25 01:30", "2026-10-25T01:30:00+01:00"),
            ("Europe/London", "2026-10-25 02:00", "2026-10-25T02:00:00+00:00"),
            ("Europe/London", "2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00+00:00"),
            ("Europe/London", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00+01:00"),
            ("Europe/London", "2026-10-25T01:30:00Z", "2026-10-25T01:30:00+00:00"),
            ("America/Toronto", "2026-03-08 01:59", "2026-03-08T01:59:00-05:00"),
            ("America/Toronto", "2026-03-08 03:00", "2026-03-08T03:00:00-04:00"),
            ("America/Toronto", "2026-11-01 01:30", "2026-11-01T01:30:00-04:00"),
            ("America/Toronto", "2026-11-01 02:00", "2026-11-01T02:00:00-05:00"),
            ("America/Toronto", "2026-05-09 17:20", "2026-05-09T17:20:00-04:00"),
            ("Asia/Kathmandu", "2026-05-09 17:20:30.25", "2026-05-09T17:20:30+05:45"),
            ("UTC", "2026-05-09t17:20", "2026-05-09T17:20:00+00:00"),
        ])
    func clockChanges(zone: String, written: String, meant: String) throws {
        let found = try start(written, zone: zone)
        #expect(found.text == meant)
        #expect(found.reasons == [])
    }

    @Test(
        "an hour that the clocks skip",
        arguments: [
            ("Europe/London", "2026-03-29 01:00"), ("Europe/London", "2026-03-29 01:59:59"),
            ("America/Toronto", "2026-03-08 02:00"), ("America/Toronto", "2026-03-08 02:30"),
        ])
    func skipped(zone: String, written: String) throws {
        let found = try start(written, zone: zone)
        #expect(found.text == nil)
        #expect(found.reasons == ["\"\(written)\" is skipped by the clocks of \(zone)"])
    }

    @Test("the row's zone comes first, then the rules', then the coverage's; only the row's is kept")
    func order() throws {
        let text = "booking,start,zone\n1,2026-06-11 09:30,Asia/Tokyo\n2,2026-06-11 09:30,\n"
        var coverage = anyCoverage
        coverage.zone = "America/Toronto"
        let both = try snapshot(text, coverage: coverage).appointments.map(\.appointment)
        #expect(both.map { $0.start?.offset } == [9 * 3600, 3600])
        #expect(both.map(\.zone) == ["Asia/Tokyo", nil])
        let declared = try snapshot(text, rules: SourceRules(zones: .system), coverage: coverage).appointments
        #expect(declared.map { $0.appointment.start?.offset } == [9 * 3600, -4 * 3600])
    }

    @Test("times are read as `WallTime` reads them", arguments: 0..<100 as Range<UInt64>)
    func sameAsWallTime(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let zone = ["Europe/London", "America/Toronto", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"]
            .randomElement(using: &random)!
        func two(_ range: ClosedRange<Int>) -> String {
            let number = Int.random(in: range, using: &random)
            return (number < 10 ? "0" : "") + String(number)
        }
        var times: [String] = []
        for _ in 0..<40 {
            let date = "20\(two(24...27))-\([two(0...13), "03", "10"].randomElement(using: &random)!)-\(two(0...32))"
            let seconds = ["", "", ":" + two(0...61)].randomElement(using: &random)!
            let offset = ["", "", "Z", "+" + two(0...24) + ":" + two(0...60), "-00:00", "-0430", "x"].randomElement(
                using: &random)!
            times.append(
                date + ["T", " ", "_"].randomElement(using: &random)! + two(0...24) + ":" + two(0...60) + seconds
                    + offset)
        }
        let rows = times.enumerated().map { "\($0.offset),,\($0.element)\n" }.joined()
        // As ends: a file of which most starts cannot be read is refused.
        let read = try snapshot("booking,start,end\n" + rows, rules: SourceRules(zone: zone, zones: .system))
        #expect(read.appointments.count == times.count)
        for (time, live) in zip(times, read.appointments) {
            let meant = try? WallTime(time, zone: zone, rules: .system)
            #expect(live.appointment.end == meant, "seed \(seed): \(time) in \(zone)")
        }
        #expect(read.malformations.count == read.appointments.count { $0.appointment.end == nil })
    }

    @Test(
        "offsets are Foundation's, asked in any order",
        arguments: ["Europe/London", "Africa/Casablanca", "Asia/Istanbul", "Pacific/Apia"])
    func offsets(zone: String) throws {
        let rules = try #require(TimeZone(identifier: zone))
        var random = SplitMix64(seed: 7)
        for _ in 0..<5000 {
            let instant = Int64.random(in: 0...2_200_000_000, using: &random)
            let meant = rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
            guard ZoneRules.system.offset(zone, instant) == meant else {
                Issue.record("\(zone) at \(instant)")
                return
            }
        }
        for change in [1_774_746_000, 1_792_890_000] as [Int64] where zone == "Europe/London" {
            #expect(ZoneRules.system.offset(zone, change - 1) != ZoneRules.system.offset(zone, change))
        }
    }

    @Test(
        "abbreviations, offsets and made-up names are no zones",
        arguments: ["", "BST", "EST", "GMT+1", "Mars/Base", "europe/london", "../UTC"])
    func noZones(_ name: String) {
        #expect(ZoneRules.system.offset(name, 0) == nil)
    }

    @Test("many threads may ask at once")
    func threads() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<2000).allSatisfy { step in
                        let instant = Int64(task * 31_000_000 + step * 700_000)
                        return ZoneRules.system.offset("America/New_York", instant)
                            == ZoneRules.system.offset("US/Eastern", instant)
                    }
                }
            }
            for await agrees in group { #expect(agrees) }
        }
    }
}
