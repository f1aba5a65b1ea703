import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

enum Readings {
    static func snapshot(_ ids: [String], day: Int, source: Identifier = "crm") -> Snapshot {
        let coverage = Coverage(source: source, takenAt: Timestamp(seconds: 1_780_000_000 + Int64(day) * 86_400))
        let rows = ids.enumerated().map {
            LiveAppointment(booking: Identifier($1), appointment: Appointment(), row: $0 + 2)
        }
        return Snapshot(
            coverage: coverage, appointments: rows, rows: rows.count, digest: Hash.sha256(Array("\(day) \(ids)".utf8)))
    }
}

extension World {
    /// Records a reading, and what was inferred from it with all that is recorded at hand.
    @discardableResult
    func read(_ snapshot: Snapshot, _ observed: [Event] = []) throws -> (index: Int, isNew: Bool) {
        try #require(try ledger.record(snapshot, observed: observed, inferredAt: ledger.size()))
    }
}

@Suite("Readings of the schedule")
struct ReadingTests {
    /// `daybook-bench readings` measures ten years of 20,000 bookings; this holds the same in small: a night costs what
    /// changed in it, and a handful of hashes, however many bookings stand in the schedule.
    @Test func `a night takes the room of what changed in it`() throws {
        let world = try World()
        let (count, changes) = (2000, 10)
        func record(_ nights: Range<Int>) throws -> Int {
            for night in nights {
                let ids = (night * changes..<night * changes + count).map { "A-\(1_000_000 + $0)" }
                try world.read(Readings.snapshot(ids, day: night))
            }
            return try #require(
                try world.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        }
        let before = try record(0..<40)
        let after = try record(40..<80)
        // Every id each night would be 40,000 bytes and more.
        #expect((after - before) / 40 < 4000, "\((after - before) / 40) bytes a night")
        let history = try world.ledger.history()
        for night in [0, 17, 79] {
            let reading = history.readings[night]
            let present = history.bookings.values.filter { $0.presences.contains { $0.contains(reading.index) } }
            let tree = NaiveTree(entries: present.map(\.key).sorted().map { CommitmentTree.snapshotLeaf($0) })
            #expect(
                reading.size == count && reading.root == tree.root(size: count), "night \(night), from what is kept")
        }
    }

    @Test(arguments: [UInt64(21), 22, 23])
    func `presences are what a set for each reading gives`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try World()
        let ids = (0..<14).map { "A-\($0)" } + ["caf\u{e9}", "cafe\u{301}"]
        var seen: [Identifier: [(index: Int, ids: Set<Identifier>)]] = [:]
        for day in 0..<40 {
            let source: Identifier = Bool.random(using: &random) ? "crm" : "web"
            if Bool.random(using: &random) { try world.record(Sample.created("A-\(day % 14)")) }
            let keep = [0, 2, 9].randomElement(using: &random)!
            let present = ids.filter { _ in Int.random(in: 0..<10, using: &random) < keep }
            let (index, isNew) = try world.read(Readings.snapshot(present, day: day, source: source))
            #expect(isNew)
            seen[source, default: []].append((index, Set(present.map { Identifier($0) })))
        }
        let history = try world.ledger.history()
        var expected: [BookingKey: [Presence]] = [:]
        for (source, readings) in seen {
            for id in ids.map({ Identifier($0) }) {
                var run: Int?
                var last: Int?
                for (index, present) in readings {
                    if present.contains(id) {
                        run = run ?? index
                    } else if let first = run {
                        expected[BookingKey(source: source, booking: id), default: []].append(
                            Presence(first: first, last: last))
                        run = nil
                    }
                    last = index
                }
                if let first = run {
                    expected[BookingKey(source: source, booking: id), default: []].append(
                        Presence(first: first, last: nil))
                }
            }
            for (index, present) in readings {
                let leaves = present.sorted().map {
                    CommitmentTree.snapshotLeaf(BookingKey(source: source, booking: $0))
                }
                let tree = NaiveTree(entries: leaves)
                let reading = try #require(history.readings.first { $0.index == index })
                #expect(reading.root == tree.root(size: leaves.count) && reading.size == leaves.count)
            }
        }
        #expect(history.bookings.mapValues(\.presences).filter { !$0.value.isEmpty } == expected)
        for key in expected.keys {
            #expect(try world.ledger.history(of: [key]).bookings[key]?.presences == expected[key])
        }
        try world.checkEverything()
    }

    @Test func `a reading that is limited to some practitioners is read back as one, from its entry`() throws {
        let world = try World()
        var coverage = Coverage(source: "crm", takenAt: Timestamp(seconds: 1_780_000_000))
        coverage.isComplete = true
        coverage.practitioners = ["dr-shah", "dr-jones"]
        try world.read(Snapshot(coverage: coverage, appointments: [LiveAppointment](), rows: 0, digest: .zero))
        let history = try world.reopened().history()
        #expect(history.readings.map(\.coverage) == [coverage])
        let entry = try #require(history.journal.last { $0.type == .snapshotTaken })
        #expect(entry.body?["practitioners"] == .strings(["dr-jones", "dr-shah"]))
    }

    @Test func `the same reading is recorded once`() throws {
        let world = try World()
        let snapshot = Readings.snapshot(["A-1"], day: 1)
        var event = Event(type: .created, source: "crm", booking: "A-1")
        event.basis = .baseline
        #expect(try world.read(snapshot, [event]) == (1, true))
        #expect(try world.read(snapshot, [event]) == (1, false))
        #expect(try world.ledger.size() == 3)
        #expect(try world.read(Readings.snapshot(["A-1"], day: 2)).isNew)
        #expect(try world.read(Readings.snapshot(["A-1", "A-2"], day: 2)).isNew, "other bytes")
        #expect(try world.read(Readings.snapshot(["A-1"], day: 1, source: "web")).isNew, "another source")
        #expect(try world.read(snapshot) == (1, false), "also later")
        try world.checkEverything()
    }

    @Test func `what was inferred before something else was recorded is not recorded`() throws {
        let world = try World()
        let size = try world.ledger.size()
        try world.record(Sample.created("A-1"))
        let snapshot = Readings.snapshot(["A-1"], day: 1)
        let event = Event(type: .created, source: "crm", booking: "A-1")
        #expect(try world.ledger.record(snapshot, observed: [event], inferredAt: size) == nil)
        #expect(try world.ledger.size() == 2)
        #expect(try world.read(snapshot) == (2, true))
        try world.checkEverything()
    }

    @Test func `an id that stands twice is one leaf, and an empty reading is one`() throws {
        let world = try World()
        _ = try world.read(Readings.snapshot(["A-1", "A-1"], day: 1))
        _ = try world.read(Readings.snapshot([], day: 2))
        let readings = try world.ledger.history().readings
        #expect(readings.map(\.size) == [1, 0] && readings.map(\.rows) == [2, 0])
        #expect(readings[1].root == .emptyTree)
        #expect(try world.ledger.history().bookings[.crm("A-1")]?.presences == [Presence(first: 1, last: 1)])
        try world.checkEverything()
    }

    @Test func `what was inferred stands after its reading, with its basis`() throws {
        let world = try World()
        var created = Event(type: .created, source: "crm", booking: "A-1")
        created.basis = .baseline
        created.said.status = .booked
        created.personal = ["client.name": "Zoë O’Brien"]
        var changed = Event(type: .modified, source: "crm", booking: "A-1")
        changed.basis = .observed
        changed.said.location = "room-2"
        _ = try world.read(Readings.snapshot(["A-1"], day: 1), [created, changed])
        let entries = try world.entries()
        #expect(entries.map(\.type) == [.ledgerOpened, .snapshotTaken, .created, .modified])
        #expect(entries.map(\.basis) == [nil, nil, .baseline, .observed])
        #expect(entries[3].appointment?.status == .booked)
        #expect(try world.ledger.bookings(under: ["name:obrien"]) == [.crm("A-1")])
        try world.checkEverything()
    }
}
