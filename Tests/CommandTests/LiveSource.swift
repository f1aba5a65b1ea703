import Bookings
import Foundation
import Testing

/// A practice whose schedule is read from where it lives, night after night.
struct LiveSource {
    let world: World

    /// A world with a ledger, and one source `crm` whose schedule is in this place.
    init(in world: World, schedule: String, status: String = "{}") throws {
        self.world = world
        try configure(schedule, status: status)
        try world.initialize()
    }

    func configure(_ schedule: String, status: String = "{}") throws {
        try world.write(
            """
            sources:
              - id: crm
                feed: snapshots
                zone: Europe/London
                status: \(status)
                coverage: { from: 2026-03-01, to: 2026-12-31, complete: yes, cancelled: kept }
                schedule: \(schedule)

            """, to: "daybook.yaml")
    }

    /// The reading of one night of March.
    func night(_ day: Int) throws -> World.Outcome {
        try world.daybook("observe", "crm", "--taken-at", "2026-03-0\(day)T02:00:00Z", "--json")
    }

    /// Requires that what is removed between two nights is found lost on the second, with the time between which it was.
    func expectLoss(of booking: String, when remove: () throws -> Void) throws {
        let first = try night(2)
        try #require(first.status == 0, "\(first.output)\(first.errors)")
        try remove()
        let second = try night(3)
        #expect(second.status == 1, "\(second.output)\(second.errors)")
        let lost = try second.json.findings.filter { $0.code == "AR101" }
        #expect(lost.map(\.description) == ["AR101 \(booking) critical proven"], "\(second.output)")
        let verdict = try world.daybook("investigate", "--booking", booking, "--json").json
        #expect(verdict["verdict"]?.string == "dropped")
        #expect(verdict["windowOfLoss"]?["present"]?.string?.hasPrefix("2026-03-02T02:00:00") == true)
        #expect(verdict["windowOfLoss"]?["absent"]?.string?.hasPrefix("2026-03-03T02:00:00") == true)
    }

    /// Requires that a reading from this place ends with this status, is told of in these words, and proves nothing lost.
    func expectRefusal(
        _ schedule: String, status: Int32 = 69, _ words: String..., night day: Int = 4,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try configure(schedule)
        let outcome = try night(day)
        #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
        let isReported = !outcome.output.isEmpty
        let proven =
            isReported ? try outcome.json.findings.filter { $0.code == "AR101" && $0.confidence == "proven" } : []
        #expect(proven == [], sourceLocation: sourceLocation)
    }
}

/// Some bookings, and how they are written as CSV.
enum Exports {
    static func csv(_ numbers: some Sequence<Int>) -> String {
        "booking,start,end,status,practitioner,client.id,client.name\r\n"
            + numbers.map { number in
                "A-\(number),2026-06-\(10 + number) 09:30,2026-06-\(10 + number) 10:00,booked,dr-shah,C-\(number),"
                    + "Asha Patel \(number)\r\n"
            }.joined()
    }
}
