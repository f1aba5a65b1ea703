import Bookings
import Foundation
import TestSupport
import Testing

/// `daybook doctor` about sources: each is read as a night would, and nothing is recorded.
struct `Doctor, about sources` {
    private func world(_ schedule: String, _ more: String = "", export: String? = nil) throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(
            """
            sources:
              - id: crm
                feed: snapshots
                zone: Europe/London
                coverage: { complete: yes, cancelled: kept }
                schedule: \(schedule)
            \(more)
            """, to: "daybook.yaml")
        if let export { try world.write(export, to: "list.csv") }
        return world
    }

    /// What is said of sources, as `ok` `warn` `BAD` and the sentence.
    private func said(_ world: World, _ options: String...) throws -> (status: Int32, lines: [String]) {
        let before = try world.size()
        let outcome = try world.daybook(["doctor", "--json"] + options)
        #expect(try world.size() == before, "doctor records nothing")
        let results = try outcome.json["results"]?.array ?? []
        return (
            outcome.status,
            results.filter { $0["about"]?.string == "source crm" }.map {
                "\($0["state"]?.string ?? "") \($0["sentence"]?.string ?? "")"
            }
        )
    }

    private static let good = "booking,start,status\nA-1,2099-03-20T09:30,booked\nA-2,2099-03-20T10:30,booked\n"

    @Test func `counts the rows of an export that can be read`() throws {
        let world = try world("{ path: list.csv }", export: Self.good)
        let (status, lines) = try said(world)
        #expect(status == 0 && lines.count == 1 && lines[0].hasPrefix("good 2 rows read, as of "), "\(lines)")
        #expect(try said(world, "--unread").lines == [])
    }

    @Test(
        arguments: [
            ("{ path: list.csv, map: { start: [Strat] } }", good, 1, "Strat"),
            ("{ path: list.csv, encoding: utf-16 }", good, 1, "cannot be read now"),
            (
                "{ path: list.csv, dates: MM/dd/yyyy }", good.replacing("2099-03-20", with: "20/03/2099"), 0,
                "values cannot be read"
            ),
            (
                "{ path: list.csv }", good.replacing("booked", with: "Zugesagt"), 0,
                "AR206): Zugesagt; name it under status"
            ),
            ("{ path: list.csv }", good.replacing("A-2", with: "A-1"), 0, "1 row has the id of a row before (AR205)"),
            ("{ path: list.csv }", "booking,start\n", 0, "warning 0 rows read"),
            ("{ path: other.csv }", good, 0, "warning it cannot be read now"),
            ("{ exec: [/bin/false] }", good, 0, "warning it cannot be read now"),
            ("{ exec: [/bin/sh, -c, 'cat list.csv'] }", good, 0, "good 2 rows read"),
            ("{ url: 'http://127.0.0.1:9/list.csv', timeout: 2s }", good, 0, "warning it cannot be read now"),
            (
                "{ path: list.csv, identity: [practitioner, start] }", good, 0,
                "warning not read now: its ids are made under a secret"
            ),
        ] as [(String, String, Int32, String)])
    func `says what a night would stumble over`(schedule: String, export: String, status: Int32, sentence: String)
        throws
    {
        let world = try world(schedule, export: export)
        let outcome = try said(world)
        #expect(outcome.status == status && outcome.lines.contains { $0.contains(sentence) }, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: world.path("daybook-keys/identity")))
    }

    @Test func `says that an export is old`() throws {
        let world = try world("{ path: list.csv }", "thresholds: { stale: 36h }", export: Self.good)
        try world.shell("touch -d '3 days ago' list.csv").expect(0, says: [])
        #expect(try said(world).lines.contains { $0.contains("3 days old, and a night would call it stale") })
    }
}
