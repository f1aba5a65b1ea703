import Auditing
import Bookings
import TestSupport
import Testing
import Transparency

@Suite("What two readings say")
struct ObservationTests {
    private func snapshot(_ rows: [LiveAppointment], _ time: String = "06-10 02:00", source: Identifier = "crm")
        -> Snapshot
    {
        var coverage = june
        coverage.source = source
        coverage.takenAt = at(time)
        return Snapshot(coverage: coverage, appointments: rows, rows: rows.count, digest: .zero)
    }

    private func observe(_ book: Book, _ rows: [LiveAppointment], _ time: String = "06-10 02:00") -> Observation {
        Observation(of: snapshot(rows, time), after: book.history)
    }

    /// A source without events whose first reading had A, with client C-1.
    private var known: Book {
        var book = Book()
        book.read("06-08 02:00", ["A"])
        book.create("A", booked(), "06-08 02:00", client: "C-1") { ($0.basis, $0.occurred) = (.baseline, nil) }
        return book
    }

    @Test func `the first reading is the baseline`() {
        let observation = observe(Book(), [row("B"), row("A", client: "C-1"), row("B", number: 4)])
        #expect(observation.events.map(\.booking) == ["B", "A"], "in the order of the rows, each id once")
        #expect(observation.events.allSatisfy { $0.type == .created && $0.basis == .baseline && $0.source == "crm" })
        #expect(observation.events[1].said == booked())
        #expect(observation.events[1].personal == ["client.id": "C-1"])
        #expect((observation.appeared, observation.changed, observation.cancelled) == (2, 0, 0))
    }

    @Test func `it is none where anything of the source is recorded, and still one where only another source's is`() {
        var reported = Book()
        reported.create("Z")
        #expect(observe(reported, [row("A")]).events.map(\.basis) == [.observed])
        var empty = Book()
        empty.read("06-08 02:00", [])
        #expect(
            observe(empty, [row("A")]).events.map(\.basis) == [.observed], "a reading without rows is a first one too")
        var other = Book()
        other.source = "other"
        other.read("06-08 02:00", ["A"])
        other.create("A")
        #expect(observe(other, [row("A")]).events.map(\.basis) == [.baseline])
    }

    @Test func `rows that have all moved by a zone's hour are nobody's moves, and a few are`() {
        var book = Book()
        let ids = (0..<8).map { Identifier("S-\($0)") }
        book.read("06-08 02:00", Set(ids))
        for id in ids { book.create(id, booked(), "06-08 02:00") { ($0.basis, $0.occurred) = (.baseline, nil) } }
        func rows(shifted count: Int) -> [LiveAppointment] {
            ids.enumerated().map { number, id in
                LiveAppointment(
                    booking: id, appointment: booked(number < count ? "06-15 10:30" : "06-15 09:30"), row: number + 2)
            }
        }
        #expect(observe(book, rows(shifted: 8)).events.isEmpty)
        #expect(observe(book, rows(shifted: 8)).changed == 0)
        let found = Reconciliation(
            of: book.history, with: snapshot(rows(shifted: 8)), thresholds: Thresholds(), now: at("06-10 03:00")
        ).report().findings
        #expect(found.contains { $0.code == .ar110 } && !found.contains { $0.code == .ar104 })
        // Half a day that is moved by an hour is the practice's own doing.
        #expect(observe(book, rows(shifted: 4)).events.map(\.type) == Array(repeating: .modified, count: 4))
    }

    @Test func `what appears later is observed, and what vanished is nothing`() {
        let observation = observe(known, [row("B")])
        #expect(observation.events.map(\.booking) == ["B"])
        #expect(observation.events[0].basis == .observed)
        #expect((observation.appeared, observation.changed, observation.cancelled) == (1, 0, 0))
    }

    @Test(
        arguments: [
            { $0 = booked("06-16 11:00") }, { $0.practitioner = "D8" }, { $0.service = "x-ray" },
            { $0.location = "2" }, { $0.status = .arrived }, { $0.end = wall("06-15 10:15") },
        ] as [@Sendable (inout Appointment) -> Void])
    func `a change is observed, complete`(change: @Sendable (inout Appointment) -> Void) throws {
        let shown = booked("06-15 09:30", change)
        let observation = observe(known, [row("A", shown, client: "C-1")])
        let event = try #require(observation.events.first)
        #expect(observation.events.count == 1)
        #expect((event.type, event.basis, event.said) == (.modified, .observed, shown))
        #expect((observation.appeared, observation.changed, observation.cancelled) == (0, 1, 0))
    }

    @Test func `what the row does not say, and the same minute in another offset, is no change`() {
        for shown in [
            Appointment(),
            booked { $0.start = WallTime(canonical: "2026-06-15T08:30:59+00:00") },
            booked { ($0.practitioner, $0.end) = (nil, nil) },
        ] { #expect(observe(known, [row("A", shown)]).events.isEmpty, "\(shown.json.text)") }
    }

    @Test func `a row that is shown as cancelled is a cancellation, once, and one that stands again a change`() throws {
        let cancelled = booked { $0.status = .cancelled }
        let observation = observe(known, [row("A", cancelled)])
        #expect(observation.events.map(\.type) == [.cancelled])
        #expect((observation.appeared, observation.changed, observation.cancelled) == (0, 0, 1))
        var book = known
        book.read("06-09 02:00", ["A"])
        book.add(.cancelled, "A", "06-09 02:00") { ($0.basis, $0.occurred) = (.observed, nil) }
        #expect(observe(book, [row("A", cancelled)]).events.isEmpty)
        #expect(observe(book, [row("A", booked())]).events.map(\.type) == [.modified])
    }

    @Test func `an older reading than one that was read says nothing`() {
        let rows = [row("B"), row("A", booked("06-20 11:00"))]
        #expect(observe(known, rows, "06-07 02:00").events.isEmpty)
        #expect(observe(known, rows, "06-08 02:00").events.count == 2, "of the same time it does")
    }

    @Test func `a row against an attested cancellation, or of a deleted booking, is for people to settle`() {
        for type in [EntryType.cancelled, .deleted] {
            var book = known
            book.add(type, "A", "06-09 10:00") { $0.basis = .attested }
            #expect(observe(book, [row("A", client: "C-1")]).events.isEmpty, "\(type)")
            #expect(book.report([row("A", client: "C-1")]).codes == [type == .deleted ? "AR102" : "AR105"])
        }
    }

    @Test func `an id that became another client's at another time is no change, and stays a finding`() {
        let other = row("A", booked("06-20 11:00"), client: "C-2")
        #expect(observe(known, [other]).events.isEmpty)
        #expect(known.report([other]).codes == ["AR101", "AR108"])
        #expect(
            observe(known, [row("A", booked(), client: "C-2")]).events.map(\.type) == [.modified],
            "at the same time it is one")
        #expect(observe(known, [row("A", booked("06-20 11:00"))]).events.map(\.type) == [.modified], "not said whose")
    }

    /// A source without events, edited at random: what was observed resolves everything but what is gone.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `night after night only what vanished is found`(seed: UInt64) {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        var book = Book()
        var live: [Identifier: Appointment] = [:]
        var gone: Set<Identifier> = []
        for night in 1...20 {
            for _ in 0..<10 {
                let id = Identifier("A-\(Int.random(in: 0..<60, using: &random))")
                switch (live[id], Int.random(in: 0..<5, using: &random)) {
                case (nil, _):
                    live[id] = booked(
                        "07-\(Int.random(in: 10...28, using: &random)) 1\(Int.random(in: 0...9, using: &random)):00")
                case (_?, 0): live[id] = nil
                case (_?, 1): live[id]!.status = .cancelled
                case (_?, 2): live[id]!.status = .booked
                case (let known?, _): live[id]!.start = WallTime(instant: known.start!.instant + 900, offset: 3600)
                }
            }
            let time = "06-\(night < 10 ? "0" : "")\(night) 02:00"
            let rows = live.sorted { $0.key < $1.key }.map { row($0.key, $0.value) }
            let events = observe(book, rows, time).events
            gone = gone.union(book.history.bookings.keys.map(\.booking)).subtracting(live.keys)
            for id in gone where book.state(id)?.standing != .live { gone.remove(id) }
            book.read(time, Set(live.keys)) { ($0.from, $0.to) = (nil, nil) }
            for event in events {
                book.add(event.type, event.booking, time) {
                    ($0.basis, $0.occurred, $0.appointment) = (event.basis, nil, event.completed(from: nil))
                }
            }
            let report = book.report(rows, allowedBy: "the test") {
                ($0.takenAt, $0.from, $0.to) = (at(time), nil, nil)
            }
            #expect(
                report.findings.map { "\($0.code.rawValue) \($0.booking!)" } == gone.sorted().map { "AR101 \($0)" },
                "seed \(seed), night \(night)")
        }
    }
}
