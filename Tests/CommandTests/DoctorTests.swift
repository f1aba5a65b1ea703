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

    @Test func `calls a query bad that the database refuses, and a database that is not there yet only to be seen to`()
        throws
    {
        let world = try world("{ format: sqlite, path: visits.sqlite3, query: SELECT * FROM visits WHERE nobody = 1 }")
        let absent = try said(world)
        #expect(absent.status == 0 && absent.lines.contains { $0.hasPrefix("warning it cannot be read now") })
        let table = "import sqlite3; d = sqlite3.connect('visits.sqlite3'); d.execute('CREATE TABLE visits(id)')"
        try world.shell("python3 -c \"\(table)\"").expect(0, says: [])
        let refused = try said(world)
        #expect(refused.status == 1, "\(refused.lines)")
        #expect(
            refused.lines.contains {
                $0.hasPrefix("bad it cannot be read now") && $0.contains("the query is refused: no such column: nobody")
            }, "\(refused.lines)")
    }

    @Test func `tells of a source that was read once and is not configured any more`() throws {
        let world = try world("{ path: list.csv }", export: Self.good)
        try world.daybook("observe", "crm").expect(0, says: [])
        #expect(try said(world).lines.count == 1)
        try world.shell("sed -i 's/id: crm/id: calendar/' daybook.yaml").expect(0, says: [])
        let (status, lines) = try said(world)
        #expect(status == 0 && lines.count == 1, "\(lines)")
        #expect(
            lines.first?.hasPrefix("warning it is not in the configuration, and nobody watches its bookings") == true)
        // What is not known is not called so.
        try world.write("sources: [ { id: calendar, feed: sometimes } ]", to: "daybook.yaml")
        let broken = try world.daybook("doctor")
        #expect(broken.status == 1 && !broken.output.contains("source crm"), "\(broken.output)")
    }

    @Test func `says how to bring a ledger back that is gone, and never to make a new one`() throws {
        let world = try world("{ path: list.csv }", export: Self.good)
        #expect(try world.daybook("doctor").output.contains("write its path under keys in"))
        try world.shell("mkdir away; mv daybook.sqlite* away").expect(0, says: [])
        for command in ["doctor", "nightly", "verify"] {
            let gone = try world.daybook(command)
            let words = (gone.output + gone.errors).replacing(/\s+/, with: " ")
            #expect(
                words.contains("put the ledger's file back, from where it is backed up, or mount the disk"), "\(words)")
            #expect(!words.contains("daybook init"), "\(words)")
        }
        try world.shell("rm -r daybook-keys daybook.yaml; daybook doctor").expect(1, says: [])
        #expect(try world.daybook("doctor").output.contains("daybook init --origin NAME"))
    }

    @Test func `says without a configuration that the keys' new place is named with an option`() throws {
        let world = try World()
        try world.initialize()
        #expect(try world.daybook("doctor").output.replacing(/\s+/, with: " ").contains("and name it with --keys"))
    }

    @Test(arguments: ["observe crm", "nightly"])
    func `a file whose date lies ahead is refused with both clocks to be checked, on the practice's`(command: String)
        throws
    {
        let world = try world("{ path: list.csv }", export: Self.good)
        try world.shell("touch -d '2099-07-01T02:00:00.25Z' list.csv").expect(0, says: [])
        let refused = try world.shell("daybook \(command)")
        let words = (refused.output + refused.errors).replacing(/\s+/, with: " ")
        #expect(
            words.contains("the file's date, 1 July 2099 at 03:00 (Europe/London), lies ahead: it is ")
                && words.contains("Check the clocks of this computer and of the one that writes the file"), "\(words)")
        let said = try world.daybook("observe", "crm", "--taken-at", "2099-07-01T02:00:00Z")
        said.expect(65, says: ["which is still to come", "Correct --taken-at"])
    }
}
