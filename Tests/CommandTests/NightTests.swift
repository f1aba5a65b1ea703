import Auditing
import Bookings
import Foundation
import LedgerStore
import Schedules
import TestSupport
import Testing
import Transparency

@testable import daybook

/// What a night does when not everything goes well.
struct `A night` {
    private static let header = "booking,start,end,status,practitioner\n"

    private static func row(_ id: String, _ time: String = "09:30", _ status: String = "booked") -> String {
        "\(id),2026-03-20T\(time):00+00:00,2026-03-20T\(time.prefix(2)):59:00+00:00,\(status),dr-shah\n"
    }

    private static func event(
        _ id: String, _ kind: String = "created", at time: String = "2026-03-01T10:00:00Z", start: String = "09:30",
        status: String = "booked"
    ) -> String {
        #"{"specversion":"1.0","id":"\#(kind)-\#(id)-\#(time)","source":"crm","type":"booking.\#(kind)","subject":"\#(id)","#
            + #""time":"\#(time)","data":{"appointment":{"start":"2026-03-20T\#(start):00+00:00","#
            + #""end":"2026-03-20T\#(start.prefix(2)):59:00+00:00","status":"\#(status)","practitioner":"dr-shah"}}}"#
    }

    /// A source of its own file, whose reading is of 02:00 on the day.
    private static func source(_ id: String, _ feed: String = "events", day: String = "2026-03-02") -> String {
        """
          - id: \(id)
            feed: \(feed)
            zone: Europe/London
            coverage: { from: "2026-03-01", to: "2026-06-01", takenAt: "\(day)T02:00:00Z", complete: yes, cancelled: kept }
            schedule: { path: \(id).csv }

        """
    }

    private static func configuration(_ sources: String..., more: String = "") -> String {
        "sources:\n\(sources.joined())\(more)"
    }

    @Test func `of a source that was never connected does not say that all agree`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.write(Self.configuration(Self.source("crm")), to: "daybook.yaml")
        try world.write(Self.header + Self.row("A-1") + Self.row("A-2", "10:30"), to: "crm.csv")
        let night = try world.night("2026-03-02T03:00:00Z")
        #expect(night.findings(.new) == ["AR103"] && night.status == 0)
        #expect(!night.isAgreed)
        #expect(!NightText(night).text.contains("agree;"))
        #expect(!NightWords(summary: NightSummary(night)).subject.contains("all well"))
    }

    @Test func `of an export that breaks off leaves what it does not show as it was`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.write(Self.configuration(Self.source("crm")), to: "daybook.yaml")
        for (number, id) in ["A-1", "A-2", "A-3"].enumerated() {
            try world.record(Self.event(id, start: "0\(number + 7):30"))
        }
        try world.record(
            Self.event("A-1", "cancelled", at: "2026-03-01T11:00:00Z", start: "07:30", status: "cancelled"))
        let rows = [Self.row("A-1", "07:30"), Self.row("A-2", "08:30"), Self.row("A-3", "09:30")]
        try world.write(Self.header + rows.joined(), to: "crm.csv")
        #expect(try world.night("2026-03-02T03:00:00Z").findings(.new).contains("AR105 A-1"))
        // The next export has only its end, and says that it has not all.
        let coverage =
            #"{"source":"crm","takenAt":"2026-03-03T02:00:00Z","zone":"Europe/London","coverage":{"#
            + #""from":"2026-03-01","to":"2026-06-01","complete":true,"cancelled":"kept","totalReported":3}}"#
        try world.write(coverage, to: "crm.json")
        let partial = Self.source("crm", day: "2026-03-03")
            .replacing(#/coverage: .*/#, with: "coverage: { file: crm.json }")
        try world.write(Self.configuration(partial), to: "daybook.yaml")
        try world.write(Self.header + rows[1...].joined(), to: "crm.csv")
        let second = try world.night("2026-03-03T03:00:00Z")
        #expect(second.findings(.new).contains("AR201") && !second.resolved.contains("AR105 A-1"))
        try world.write(Self.configuration(Self.source("crm", day: "2026-03-04")), to: "daybook.yaml")
        try world.write(Self.header + rows.joined(), to: "crm.csv")
        #expect(try world.night("2026-03-04T03:00:00Z").findings(.open).contains("AR105 A-1"))
    }

    @Test func `that could not be done at all is told of`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.write(
            Self.configuration(Self.source("crm"), more: "reports: { csv: told.csv }\n"), to: "daybook.yaml")
        let path = world.folder.appending(path: "daybook.sqlite").path
        let other = try Ledger.open(path: path, clock: { [clock = world.clock] in clock.now })
        // The disk gives something else than it was given.
        for suffix in ["", "-wal"] { try Data(repeating: 7, count: 40_960).write(to: URL(filePath: path + suffix)) }
        let run = NightlyRun(
            ledger: other,
            configuration: try Configuration.read(path: world.folder.appending(path: "daybook.yaml").path))
        let night = run.told(run.played())
        #expect(night.failure != nil && night.status == night.failure && !night.troubles.isEmpty)
        #expect(night.notRead.keys.map(\.text) == ["crm"])
        #expect(FileManager.default.fileExists(atPath: world.folder.appending(path: "told.csv").path))
    }

    @Test func `that cannot read a source reads the others, and says why`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        let sources = ["crm", "gone", "torn", "web"].map { Self.source($0, $0 == "web" ? "snapshots" : "events") }
        try world.write(
            Self.configuration(
                sources[0], sources[1], sources[2], sources[3], "  - id: nowhere\n"), to: "daybook.yaml")
        try world.record(Self.event("A-1"))
        try world.write(Self.header + Self.row("A-1"), to: "crm.csv")
        try world.write(Self.header + Self.row("W-1") + Self.row("W-2"), to: "web.csv")
        try world.write("what,is,this\n1,2,3\n", to: "torn.csv")
        let night = try world.night("2026-03-02T03:00:00Z")
        #expect(night.sources.map(\.id.text) == ["crm", "gone", "torn", "web", "nowhere"])
        #expect(night.notRead == ["gone": 66, "torn": 65, "nowhere": 64])
        #expect(night.read.map(\.id.text) == ["crm", "web"])
        #expect(night.status == 3, "what was not read is not known")
        #expect(night.checkpoint != nil && night.state != nil)
        // Something found outweighs something not known; both are told.
        try world.write(Self.header, to: "web.csv")
        try world.write(Self.header + Self.row("A-1", "10:30"), to: "crm.csv")
        try world.write(
            Self.configuration(
                Self.source("crm", day: "2026-03-03"), Self.source("gone"), Self.source("web", "snapshots")),
            to: "daybook.yaml")
        let next = try world.night("2026-03-03T03:00:00Z")
        #expect(next.status == 1 && next.notRead == ["gone": 66])
        #expect(next.findings(.new).contains("AR104 A-1"))
    }

    @Test func `over sources that events and readings both tell of fills what the events missed`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        for id in ["A-1", "A-2", "A-3", "A-4"] { try world.record(Self.event(id)) }
        func night(_ day: String, _ rows: String) throws -> Night {
            try world.write(
                Self.configuration(Self.source("crm", "both", day: day), more: "thresholds: { heldOutside: 90d }\n"),
                to: "daybook.yaml")
            try world.write(Self.header + rows, to: "crm.csv")
            return try world.night("\(day)T03:00:00Z")
        }
        let all = Self.row("A-1") + Self.row("A-2") + Self.row("A-3") + Self.row("A-4")
        // What stood there before readings began is found, and no event is asked for it.
        let first = try night("2026-03-02", all + Self.row("OLD"))
        #expect(first.status == 0 && first.findings(.new) == [])
        let found = try world.ledger.history(of: [BookingKey(source: "crm", booking: "OLD")])
        #expect(found.bookings.values.flatMap(\.entries).map(\.entry.basis) == [.baseline])

        // One new, one moved, one cancelled, one gone; and one moved by an event while the export was being made.
        try world.record(Self.event("A-4", "modified", at: "2026-03-03T01:59:30Z", start: "12:00"))
        let rows = Self.row("A-1", "11:00") + Self.row("A-2", "09:30", "cancelled") + Self.row("A-4") + Self.row("B-1")
        let second = try night("2026-03-03", rows + Self.row("OLD"))
        #expect(second.findings(.new) == ["AR101 A-3", "AR402 A-1", "AR402 A-2", "AR402 B-1"])
        #expect(second.status == 1)
        func state(_ id: Identifier) throws -> BookingState? {
            let key = BookingKey(source: "crm", booking: id)
            let history = try world.ledger.history(of: [key])
            return history.bookings[key].flatMap { Replay(readings: history.readings).state(of: $0) }
        }
        #expect(try state("A-1")?.appointment.start?.text == "2026-03-20T11:00:00+00:00")
        #expect(try state("A-2")?.standing == .cancelled)
        #expect(try state("A-4")?.appointment.start?.text == "2026-03-20T12:00:00+00:00", "the event stands")
        #expect(try state("B-1")?.entry.basis == .observed)

        // Run again, the same night says the same, and records nothing.
        let size = try world.ledger.size()
        let again = try world.night("2026-03-03T03:30:00Z")
        #expect(again.findings(.open) == second.findings(.new) && again.status == 1)
        #expect(try world.ledger.size() == size)

        // An event that comes late is none that cannot be; what is filled is no longer found.
        try world.record(Self.event("B-1", at: "2026-03-03T09:00:00Z"))
        let moved = Self.row("A-1", "11:00") + Self.row("A-2", "09:30", "cancelled") + Self.row("A-4", "12:00")
        let third = try night("2026-03-04", moved + Self.row("B-1") + Self.row("OLD"))
        #expect(third.findings(.new) == [])
        #expect(third.findings(.open) == ["AR101 A-3"])
        #expect(third.resolved == ["AR402 A-1", "AR402 A-2", "AR402 B-1"])
        #expect(!third.findings.contains { $0.code == .ar407 })
    }

    @Test func `that did not run is told of by the next, once`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.record(Self.event("A-1"))
        try world.write(Self.header + Self.row("A-1"), to: "crm.csv")
        func night(_ day: String, _ time: String = "03:00:00") throws -> Night {
            try world.write(
                Self.configuration(Self.source("crm", day: day), more: "thresholds: { heldOutside: 90d }\n"),
                to: "daybook.yaml")
            return try world.night("\(day)T\(time)Z")
        }
        let first = try night("2026-03-02")
        #expect(first.status == 0 && first.missed == nil, "before the first night there was none to miss")
        let late = try night("2026-03-03", "14:00:00")
        #expect(late.status == 0 && late.missed == nil, "35 hours")
        let missing = try night("2026-03-06")
        #expect(missing.findings(.new) == ["AR402"] && missing.status == 1)
        #expect(missing.missed?.nights == 2)
        #expect(try missing.missed?.from == lastCheck(world, before: missing))
        let again = try night("2026-03-06", "08:00:00")
        #expect(again.findings(.open) == ["AR402"], "run again, the same night says the same")
        let next = try night("2026-03-07")
        #expect(next.findings(.new) == [] && next.resolved == ["AR402"] && next.status == 0 && next.missed == nil)
    }

    private func lastCheck(_ world: NightWorld, before night: Night) throws -> Timestamp? {
        try world.ledger.history().journal.filter { $0.type == .checkCompleted && $0.recorded < night.started }
            .map(\.recorded).max()
    }

    @Test func `of the same export again is a check of its own, and an old one is stale`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.record(Self.event("A-1"))
        try world.write(Self.header + Self.row("A-1"), to: "crm.csv")
        try world.write(
            Self.configuration(Self.source("crm"), more: "thresholds: { heldOutside: 90d }\n"), to: "daybook.yaml")
        #expect(try world.night("2026-03-02T03:00:00Z").status == 0)
        #expect(try world.night("2026-03-03T03:00:00Z").status == 0)
        let third = try world.night("2026-03-04T03:00:00Z")
        #expect(third.findings(.new) == ["AR203"] && third.status == 3, "the exporter has stopped")
        #expect(third.missed == nil, "but the nights ran")
        #expect(try world.entries(.snapshotTaken) == 1 && world.entries(.checkCompleted) == 3)
    }

    @Test func `over a damaged ledger compares, says so, and writes nothing`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.record(Self.event("A-1"))
        try world.record(Self.event("A-2"))
        try world.write(Self.header + Self.row("A-1"), to: "crm.csv")
        try world.write(Self.configuration(Self.source("crm", "both")), to: "daybook.yaml")
        let program = """
            import sqlite3
            file = sqlite3.connect("\(world.ledger.path)")
            file.execute("DELETE FROM booking WHERE booking = CAST('A-2' AS BLOB)")
            file.commit()
            """
        let python = try World().run("/usr/bin/env", ["python3", "-c", program])
        try #require(python.status == 0, "\(python.errors)")
        let size = try world.ledger.size()
        let night = try world.night("2026-03-02T03:00:00Z")
        #expect(night.status == 2 && night.verification?.defects.first?.kind == .projection)
        #expect(night.findings(.new).contains("AR101 A-2"), "what can be compared is")
        #expect(night.checkpoint == nil && night.state == nil)
        #expect(try world.ledger.size() == size)
    }

    /// Each source by itself, and all together: what is found, and what is recorded, is the same.
    @Test(arguments: [UInt64(5), 6, 7]) func `of many sources is the nights of each`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let ids = (0..<7).map { "s\($0)" }
        let feeds = ids.map { _ in ["events", "snapshots", "both"].randomElement(using: &random)! }
        let (together, alone) = (
            try NightWorld(opened: "2026-03-01T08:00:00Z"), try NightWorld(opened: "2026-03-01T08:00:00Z")
        )
        for day in ["2026-03-02", "2026-03-03", "2026-03-04"] {
            for (id, feed) in zip(ids, feeds) {
                if feed != "snapshots" {
                    for number in 0..<12 where Bool.random(using: &random) {
                        let start = ["08:00", "09:30", "15:00"].randomElement(using: &random)!
                        let event = Self.event(
                            "A-\(number)", ["created", "modified", "cancelled"].randomElement(using: &random)!,
                            at: "\(day)T00:\(10 + number):00Z", start: start
                        ).replacing(#""source":"crm""#, with: #""source":"\#(id)""#)
                        for world in [together, alone] { try world.record(event) }
                    }
                }
                var rows = Self.header
                for number in 0..<12 where Int.random(in: 0..<10, using: &random) < 8 {
                    rows += Self.row("A-\(number)", ["08:00", "09:30"].randomElement(using: &random)!)
                }
                for world in [together, alone] { try world.write(rows, to: "\(id).csv") }
            }
            let sources = zip(ids, feeds).map { Self.source($0, $1, day: day) }
            try together.write("sources:\n\(sources.joined())", to: "daybook.yaml")
            let night = try together.night("\(day)T03:00:00Z")
            for (minute, (source, id)) in zip(sources, ids).enumerated() {
                try alone.write("sources:\n\(source)", to: "daybook.yaml")
                let single = try alone.night("\(day)T03:0\(minute):00Z")
                let same = try #require(night.sources.first { $0.id.text == id })
                func told(_ source: Night.SourceNight) -> [String] {
                    source.report?.findings.filter { $0.source != nil }
                        .map { "\($0.short) \($0.life?.rawValue ?? "-") \($0.sentence)" }.sorted() ?? ["not read"]
                }
                #expect(told(same) == told(single.sources[0]), "\(day) \(id), seed \(seed)")
                #expect(same.report?.agreeing == single.sources[0].report?.agreeing, "\(day) \(id), seed \(seed)")
                #expect(same.checked == single.sources[0].checked, "\(day) \(id), seed \(seed)")
            }
        }
        #expect(try together.ledger.verify(.init(states: 3, projections: true)).defects.isEmpty)
        for type in [EntryType.snapshotTaken, .checkCompleted, .created, .modified, .cancelled] {
            #expect(try count(type, in: together) == count(type, in: alone), "\(type), seed \(seed)")
        }
    }

    private func count(_ type: EntryType, in world: NightWorld) throws -> Int {
        let history = try world.ledger.history()
        let entries = history.journal + history.bookings.values.flatMap { $0.entries.map(\.entry) }
        return entries.count { $0.type == type }
    }

    @Test func `computes projections and states again each so many nights`() throws {
        let world = try NightWorld(opened: "2026-03-01T08:00:00Z")
        try world.record(Self.event("A-1"))
        try world.write(Self.header + Self.row("A-1"), to: "crm.csv")
        var full: [Int] = []
        for day in [2, 3, 4, 5, 6, 9, 10] {
            let date = day < 10 ? "2026-03-0\(day)" : "2026-03-\(day)"
            try world.write(
                Self.configuration(Self.source("crm", day: date), more: "nightly: { fullVerify: 3 }\n"),
                to: "daybook.yaml")
            let night = try world.night("\(date)T03:00:00Z")
            if night.isFull { full.append(day) }
            #expect(night.verification?.assurance == [.consistent])
        }
        // The first; then each third day since 1970, which the 2nd is; and where that night did not run, the next.
        #expect(full == [2, 5, 9])
    }
}
