import Auditing
import Bookings
import TestSupport
import Testing
import Transparency

@Suite("What a night watches besides the schedule")
struct NightWatchTests {
    private let watch = NightWatch(reportsEvents: true, missedAfter: 36 * 3600)

    private func snapshot(_ rows: [LiveAppointment], _ time: String = "06-10 02:00") -> Snapshot {
        var coverage = june
        coverage.takenAt = at(time)
        return Snapshot(coverage: coverage, appointments: rows, rows: rows.count, digest: .zero)
    }

    private func report(_ book: Book, _ rows: [LiveAppointment], now: String, _ watch: NightWatch?) -> Report {
        Reconciliation(of: book.history, with: snapshot(rows), now: at(now), watch: watch).report()
    }

    /// A check of a source that completed.
    private func check(_ book: inout Book, _ time: String, of source: String = "crm") {
        book.add(.checkCompleted, nil, time) {
            $0.body = .object([
                "source": .string(source), "critical": .integer(0), "error": .integer(0), "warning": .integer(0),
                "info": .integer(0), "exit": .integer(0),
            ])
        }
    }

    private func gaps(_ checks: [String], now: String) -> [String] {
        var book = Book()
        for time in checks { check(&book, time) }
        check(&book, "06-01 03:00", of: "other")
        return report(book, [], now: now, watch).all(.ar402).map(\.sentence)
    }

    @Test func `a night that did not run is found by the next`() throws {
        #expect(gaps([], now: "06-10 03:00").isEmpty, "nobody waited for one")
        #expect(gaps(["06-09 03:00"], now: "06-10 03:00").isEmpty)
        #expect(gaps(["06-08 15:30"], now: "06-10 03:00").isEmpty, "35 hours and a half")
        let one = try #require(gaps(["06-07 03:00", "06-08 03:00"], now: "06-10 03:00").first)
        #expect(one.contains("between 8 June 2026 at 03:00:01 UTC and 10 June 2026 at 03:00 UTC"))
        // What was run again in the same night says the same, to the moment of the first.
        let again = try #require(gaps(["06-08 03:00", "06-10 03:00", "06-10 05:00"], now: "06-10 08:00").first)
        #expect(again.contains("and 10 June 2026 at 03:00:01 UTC"))
        #expect(gaps(["06-08 03:00", "06-10 03:00"], now: "06-11 03:00").isEmpty, "it was told of")
    }

    @Test func `what a reading added to events is a gap in them, that night`() {
        var book = Book()
        book.create("A")
        book.create("B")
        book.read("06-09 02:00", ["A", "B"])
        book.add(.created, "OLD", "06-09 02:00") { ($0.basis, $0.occurred) = (.observed, nil) }
        book.read("06-10 02:00", ["A", "B", "C"])
        let moved = booked("06-16 11:00")
        book.add(.modified, "A", "06-10 02:00") { ($0.basis, $0.occurred, $0.appointment) = (.observed, nil, moved) }
        book.create("C", booked(), "06-10 02:00") { ($0.basis, $0.occurred) = (.observed, nil) }
        let rows = [row("A", moved), row("B"), row("C"), row("OLD")]
        let found = report(book, rows, now: "06-10 03:00", watch).all(.ar402)
        #expect(found.map(\.booking) == ["A", "C"])
        #expect(found.allSatisfy { $0.severity == .error && $0.confidence == .proven && $0.entries.count == 1 })
        #expect(found[0].sentence.contains("no event of crm said so"))
        let quiet = NightWatch(reportsEvents: false, missedAfter: nil)
        for other in [quiet, nil] {
            #expect(report(book, rows, now: "06-10 03:00", other).all(.ar402).isEmpty, "readings are all that there is")
        }
    }

    @Test func `an export is stale by the clock only where a night waits for a new one`() {
        var book = Book()
        book.create("A")
        for (now, watch, isStale) in [
            ("06-11 13:00", watch, false), ("06-11 15:00", watch, true),
            ("06-11 15:00", NightWatch(reportsEvents: true, missedAfter: nil), false), ("06-11 15:00", nil, false),
        ] as [(String, NightWatch?, Bool)] {
            #expect(report(book, [row("A")], now: now, watch).all(.ar203).count == (isStale ? 1 : 0), "\(now)")
        }
    }

    @Test func `an event that comes after it was observed is not a second creation`() {
        var book = Book()
        book.read("06-09 02:00", ["A"])
        book.create("A", booked(), "06-09 02:00") { ($0.basis, $0.occurred) = (.observed, nil) }
        book.create("A", booked(), "06-08 18:00")
        #expect(book.report([row("A")]).all(.ar407).isEmpty)
        book.create("A", booked(), "06-09 18:00")
        #expect(book.report([row("A")]).all(.ar407).count == 1, "but the next one is")
    }

    // MARK: Readings beside events

    private func observe(_ book: Book, _ rows: [LiveAppointment]) -> Observation {
        Observation(of: snapshot(rows), after: book.history, besideEvents: 120)
    }

    @Test func `beside events the first reading is the baseline of what they never told`() {
        var book = Book()
        book.create("A")
        let first = observe(book, [row("A"), row("B"), row("C", booked("06-15 10:30"))])
        #expect(first.events.map(\.booking) == ["B", "C"])
        #expect(first.events.allSatisfy { $0.basis == .baseline })
        book.read("06-09 02:00", ["A"])
        #expect(observe(book, [row("A"), row("B")]).events.map(\.basis) == [.observed])
    }

    @Test(arguments: [
        ("06-10 01:57", true), ("06-10 01:58", true), ("06-10 01:58:01", false), ("06-10 01:59", false),
        ("06-10 02:01", false),
        ("06-10 02:30", false),
    ])
    func `beside events what they said close to the reading, or after it, stands`(_ time: String, _ isJudged: Bool) {
        var book = Book()
        book.create("A")
        book.read("06-09 02:00", ["A"])
        book.add(.modified, "A", time) { $0.appointment = booked("06-16 11:00") }
        let observation = observe(book, [row("A")])
        #expect(observation.events.isEmpty == !isJudged, "the export may be older than the event")
        #expect(observe(book, [row("A", booked("06-16 11:00"))]).events.isEmpty)
    }

    // MARK: First seen, last seen, missing since

    private func sighting(_ book: Book, _ booking: Identifier = "A") -> Sighting? {
        book.history.bookings[BookingKey(source: "crm", booking: booking)].flatMap {
            Sighting(of: $0, readings: book.history.readings, skew: 120)
        }
    }

    @Test func `a booking is missing since the first complete reading that should have shown it`() throws {
        var book = Book()
        book.create("A")
        book.read("06-05 02:00", ["B"]) { $0.from = wall("06-20 00:00") }
        #expect(sighting(book) == nil, "no reading had it")
        book.read("06-06 02:00", ["A", "B"])
        book.read("06-07 02:00", ["A", "B"])
        var seen = try #require(sighting(book))
        #expect((seen.first, seen.last, seen.missingSince) == (at("06-06 02:00"), at("06-07 02:00"), nil))
        book.read("06-08 02:00", ["B"]) { $0.isComplete = false }
        book.read("06-09 02:00", ["B"]) { $0.from = wall("06-20 00:00") }
        #expect(sighting(book)?.missingSince == nil, "neither could have shown it")
        book.read("06-10 02:00", ["B"])
        book.read("06-11 02:00", ["B"])
        seen = try #require(sighting(book))
        #expect((seen.first, seen.last, seen.missingSince) == (at("06-06 02:00"), at("06-07 02:00"), at("06-10 02:00")))
        #expect(
            seen.text(.utc)
                == "first seen on 6 June 2026 at 02:00 UTC, last on 7 June 2026 at 02:00 UTC, missing since 10 June 2026 at "
                + "02:00 UTC")
        book.read("06-12 02:00", ["A", "B"])
        #expect(sighting(book)?.missingSince == nil, "it came back")
        #expect(sighting(book, "B")?.missingSince == nil)
    }
}
