import Auditing
import Bookings
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// What is settled while the entries are verified is what a comparison with everything would have passed over.
struct SieveTests {
    /// What both ways find in the nights of a practice at random.
    @Test(arguments: [3, 11, 2026] as [UInt64])
    func `a comparison finds the same with a sieve and without`(seed: UInt64) throws {
        let world = try World()
        var practice = Practice(seed: seed)
        var settled = 0
        for _ in 0..<14 {
            let night = practice.night()
            for delivery in night.deliveries where !delivery.isRepeat {
                world.clock.set(delivery.recorded.text)
                _ = try world.ledger.record(delivery.event)
            }
            for check in night.checks {
                world.clock.set(check.at.text)
                let whole = try world.ledger.history()
                let sieved = try world.ledger.history(comparedWith: check.snapshot)
                settled += sieved.settled.entries
                let (plain, quick) = (report(whole, check), report(sieved, check))
                #expect(plain.findings.map(\.story).sorted() == quick.findings.map(\.story).sorted(), "seed \(seed)")
                #expect(plain.expected == quick.expected && plain.agreeing == quick.agreeing, "seed \(seed)")
                #expect(
                    Observation(of: check.snapshot, after: whole).events
                        == Observation(of: check.snapshot, after: sieved).events, "seed \(seed)")
                if check.isRecorded { _ = try world.ledger.record(check.snapshot) }
            }
        }
        #expect(settled > 100, "a sieve that settles nothing would pass this test")
    }

    /// A source that reports no events: rows are lost, come, change, and get new ids; whatever is inferred is recorded.
    @Test(arguments: [1, 5, 2026] as [UInt64])
    func `a comparison of an observed source finds the same with a sieve and without`(seed: UInt64) throws {
        let world = try World()
        var random = SplitMix64(seed: seed)
        var rows: [LiveAppointment] = []
        var replaced = 0
        var settled = 0
        func number(_ below: Int) -> Int { Int(random.next() % UInt64(below)) }
        func row(_ id: Int, client: Int) -> LiveAppointment {
            var appointment = Appointment()
            appointment.start = WallTime(instant: 1_767_600_000 + Int64(number(2000)) * 1800, offset: 0)
            appointment.status = .booked
            appointment.practitioner = "D\(number(3))"
            return LiveAppointment(
                booking: Identifier("B-\(id)"), appointment: appointment, personal: ["client.id": "C-\(client)"],
                row: id)
        }
        var next = 0
        func come() {
            next += 1
            rows.append(row(next, client: number(9)))
        }
        for _ in 0..<30 { come() }
        var at = Timestamp("2026-01-01T02:00:00Z")!
        for night in 1..<40 {
            // Some follow each other within the skew of clocks.
            at = at + [86_400, 86_400, 30, 119, 121][number(5)]
            world.clock.set(at.text)
            for _ in 0..<number(3) { rows.remove(at: number(rows.count)) }
            for _ in 0..<number(4) {
                let place = number(rows.count)
                next += 1
                rows[place] = row(next, client: Int(rows[place].personal["client.id"]!.dropFirst(2))!)
            }
            for _ in 0..<number(4) { come() }
            // An event that says no more than a new time, and one that tells of a booking.
            if night > 1, let place = rows.indices.randomElement(using: &random) {
                var event = Event(type: .modified, source: "paper", booking: rows[place].booking)
                event.said.start = WallTime(instant: 1_767_600_000 + Int64(number(2000)) * 1800, offset: 0)
                event.occurred = at - 7200
                rows[place].appointment.start = event.said.start
                world.clock.set((at - 7100).text)
                _ = try world.ledger.record(event)
                world.clock.set(at.text)
            }
            var coverage = Coverage(source: "paper", takenAt: at)
            coverage.isComplete = night % 7 != 0
            coverage.cancelled = .kept
            coverage.from = WallTime(instant: at.seconds, offset: 0)
            if night % 5 == 0 { coverage.practitioners = ["D0", "D1"] }
            let shown = rows.filter {
                coverage.includes(start: $0.appointment.start, practitioner: $0.appointment.practitioner)
            }
            let snapshot = Snapshot(coverage: coverage, appointments: shown, rows: shown.count, digest: .zero)
            let before = try world.ledger.history(comparedWith: snapshot)
            let observation = Observation(of: snapshot, after: before, besideEvents: 120)
            #expect(
                observation.events
                    == Observation(of: snapshot, after: try world.ledger.history(), besideEvents: 120).events,
                "seed \(seed)")
            _ = try world.ledger.record(
                snapshot, observed: observation.events, inferredAt: before.verification.size)
            let sieved = try world.ledger.history(comparedWith: snapshot)
            func report(_ history: VerifiedHistory) -> Report {
                Reconciliation(
                    of: history, with: snapshot, now: at, massDisappearanceAllowedBy: night % 3 == 0 ? nil : "test"
                ).report()
            }
            let (plain, quick) = (report(try world.ledger.history()), report(sieved))
            #expect(plain.findings.map(\.story).sorted() == quick.findings.map(\.story).sorted(), "seed \(seed)")
            replaced += plain.findings.count { $0.code == .ar111 }
            settled += sieved.settled.entries
        }
        #expect(replaced > 20 && settled > 100, "\(replaced) replaced, \(settled) settled: this tests nothing")
    }

    @Test func `a second entry of a booking takes the first back`() throws {
        let world = try World()
        try world.record([Sample.created("A-1", event: "e-1"), Sample.created("A-2", event: "e-2")])
        let row = try LiveAppointment(booking: "A-1", appointment: world.appointment(1), row: 2)
        var coverage = Coverage(source: "crm", takenAt: Timestamp("2026-01-05T12:00:00Z")!)
        coverage.isComplete = true
        func sieved() throws -> VerifiedHistory {
            try world.ledger.history(
                comparedWith: Snapshot(coverage: coverage, appointments: [row], rows: 1, digest: .zero))
        }
        let before = try sieved()
        #expect(before.settled.entries == 1 && before.settled.agreeing == 1 && before.settled.contains(row: 0))
        #expect(before.bookings.keys.map(\.booking) == ["A-2"])
        var event = Event(type: .cancelled, source: "crm", booking: "A-1")
        event.said.status = .cancelled
        _ = try world.ledger.record(event)
        let after = try sieved()
        #expect(after.settled.entries == 0)
        #expect(after.bookings["crm", "A-1"]?.entries.map(\.entry.index) == [1, 3])
    }

    private func report(_ history: VerifiedHistory, _ check: Practice.Check) -> Report {
        Reconciliation(
            of: history, with: check.snapshot, thresholds: check.thresholds, now: check.at,
            massDisappearanceAllowedBy: check.allowedBy
        ).report()
    }
}

extension Ledger {
    fileprivate func history(comparedWith snapshot: Snapshot) throws -> VerifiedHistory {
        try history { readings, journal in
            let started = journal.first { $0.type == .captureStarted && $0.source == snapshot.coverage.source }
            return Settlement(
                of: snapshot, thresholds: Thresholds(), readings: readings,
                started: started.map { $0.occurred ?? $0.recorded }
            ).sieve()
        }
    }
}

extension Finding {
    fileprivate var story: String { json.text }
}

extension [BookingKey: BookingHistory] {
    fileprivate subscript(source: Identifier, booking: Identifier) -> BookingHistory? {
        self[BookingKey(source: source, booking: booking)]
    }
}
