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
