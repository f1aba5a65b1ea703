import Bookings
import Foundation
import TestSupport
import Testing

/// What somebody found who had to settle disputes with nothing but the program.
struct `A dispute` {
    private static let rows = [
        ("A", "2026-12-03T10:00:00+00:00", "C-1", "Ingrid Schäfer"),
        ("B", "2026-12-08T10:00:00+00:00", "C-1", "Ingrid Schäfer"),
        ("C", "2026-12-17T09:30:00+00:00", "C-2", "Tom Lee"), ("D", "2026-12-18T09:30:00+00:00", "C-3", "Ann Poe"),
    ]

    /// A source that has exports alone, `left` of whose bookings stand in the one of each night.
    private func world(_ nights: [[(String, String, String, String)]], client: Bool = true) throws -> World {
        let world = try World()
        try world.initialize()
        for (night, rows) in nights.enumerated() { try observe(rows, night: night + 1, in: world, client: client) }
        return world
    }

    private func observe(
        _ rows: [(String, String, String, String)], night: Int, in world: World, client: Bool = true
    ) throws {
        let text = rows.map { [$0.0, $0.1, "booked"].joined(separator: ",") + (client ? ",\($0.2),\($0.3)" : "") }
        let head = "booking,start,status" + (client ? ",client.id,client.name" : "")
        try world.write(([head] + text).joined(separator: "\n") + "\n", to: "export.csv")
        _ = try world.daybook(
            "observe", "export.csv", "--source", "crm", "--from", "2026-12-01", "--to", "2027-01-01", "--complete",
            "--cancelled", "kept", "--taken-at", "2026-11-0\(night)T02:00:00Z")
    }

    private func investigate(_ world: World, _ arguments: String...) throws -> (
        status: Int32, answer: String?, sentence: String, json: JSONValue
    ) {
        let outcome = try world.daybook(["investigate", "--json"] + arguments)
        let json = (try? outcome.json) ?? .null
        return (outcome.status, json["verdict"]?.string, json["sentence"]?.string ?? outcome.errors, json)
    }

    @Test func `concludes nothing of a booking that went with very many others`() throws {
        let many = (0..<20).map { number in
            let start = "2026-12-\(10 + number % 10)T10:00:00+00:00"
            return ("M-\(number)", start, "C-1\(number)", "Client \(number)")
        }
        // The first is lost by itself, and the rest but a few in one night.
        let world = try world([many, Array(many.dropFirst()), Array(many.suffix(4))])
        let verdict = try investigate(world, "--booking", "M-3")
        #expect(verdict.answer == "inconclusive" && verdict.status == 3, "\(verdict)")
        #expect(verdict.sentence.contains("nothing is concluded about single ones"))
        #expect(verdict.json.findings.map(\.code).contains("AR202"))
        #expect(!verdict.json.findings.map(\.code).contains("AR101"))
        let alone = try investigate(world, "--booking", "M-0")
        #expect(alone.answer == "dropped" && alone.status == 1, "\(alone)")
    }

    @Test func `is about one arrangement, whatever ids it has had`() throws {
        func row(_ id: String, _ day: Int) -> (String, String, String, String) {
            (id, "2026-12-\(day)T10:00:00+00:00", "C-1", "Ingrid Schäfer")
        }
        let other = Self.rows[2]
        let world = try world([[row("A", 10), other], [row("N", 17), other], [row("P", 24), other]])
        for (former, next) in [("A", "N"), ("N", "P")] {
            try world.daybook("attest", former, "--moved-to", next, "--by", "nephew", "--reason", "client-request")
                .expect(0, says: [])
        }
        for day in ["10", "17"] {
            let found = try investigate(world, "--client", "Ingrid Schäfer", "--around", "2026-12-\(day)")
            #expect(found.json["booking"]?.string == "P" && found.answer == "moved", "\(found)")
            #expect(found.sentence.contains("found in the schedule when recording began as booking A for Thursday 10"))
            #expect(!found.sentence.contains("login nephew"), "\(found.sentence)")
        }
        let history = try world.daybook("history", "A").output
        #expect(history.contains("nephew attests that booking A goes on as booking N"), "\(history)")
        #expect(!history.contains("moved from"), "\(history)")
        let evidence = try world.daybook("prove", "A", "--out", "out").output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        #expect(
            evidence.contains(
                "Booking A, which goes on as booking P (Thursday 24 December 2026 at 10:00), is recorded"),
            "\(evidence)")
        let page = try String(contentsOfFile: world.path("out/evidence.html"), encoding: .utf8)
        #expect(page.contains("nephew attests that booking A goes on as booking N"))
        #expect(!page.contains("moved from"))
        try world.shell("daybook verify-evidence out/evidence.html").expect(65, says: ["give evidence.json"])
        let verified = try world.daybook("verify-evidence", "out/evidence.json", "--json").output
        #expect(verified.contains("nephew attests that booking A goes on as booking N"), "\(verified)")
    }

    @Test func `is about the lost booking of a day beside the one that is named`() throws {
        let world = try world([Self.rows, Self.rows.filter { $0.0 != "B" }])
        let found = try investigate(world, "--client", "Ingrid Schäfer", "--around", "2026-12-09")
        #expect(found.status == 1 && found.json.findings.map(\.code).contains("AR101"), "\(found)")
        #expect(
            found.sentence.hasPrefix(
                "Booking B (Tuesday 8 December 2026 at 10:00) of the same client is recorded, and is missing from the schedule. "
                    + "Nothing is recorded for Wednesday 9 December 2026."), "\(found.sentence)")
        let others = found.json["findings"]?.array?.filter { $0["code"]?.string == "AR301" } ?? []
        #expect(
            others.map { $0["sentence"]?.string } == [
                "Booking A (Thursday 3 December 2026 at 10:00) of the same client is recorded, and stands."
            ])
        let several = try investigate(world, "--client", "Ingrid Schäfer")
        #expect(several.status == 64)
        for line in [
            "2 recorded bookings fit", "Thursday 3 December 2026 at 10:00; stands",
            "Tuesday 8 December 2026 at 10:00; is missing from the schedule",
        ] {
            #expect(several.sentence.contains(line), "\(several.sentence)")
        }
    }

    @Test func `is settled by the day alone where the source records no clients`() throws {
        let world = try world([Self.rows, Self.rows.filter { $0.0 != "B" }], client: false)
        let named = try investigate(world, "--client", "Ingrid Schäfer", "--around", "2026-12-08")
        #expect(named.answer == "inconclusive" && named.sentence.contains("crm records no clients"), "\(named)")
        #expect(named.sentence.contains("--around") && !named.sentence.contains("cannot be said whether"))
        for arguments in [["--around", "2026-12-08"], ["--claimed-start", "2026-12-08T10:00"]] {
            let outcome = try world.daybook(["investigate", "--json", "--source", "crm"] + arguments)
            #expect(try outcome.json["verdict"]?.string == "dropped", "\(outcome.output)\(outcome.errors)")
        }
        let later = try investigate(world, "--claimed-start", "2026-12-08T11:00")
        #expect(later.sentence.contains("the time that the client names is not"), "\(later)")
        try world.daybook("investigate", "--around", "2026-12-08", "--source", "other").expect(0, says: [])
        let none = try investigate(world, "--around", "2026-12-11")
        #expect(none.sentence.hasPrefix("Nothing is recorded for Friday 11 December 2026."), "\(none.sentence)")
    }

    @Test func `has examples that are printed as they can be typed`() throws {
        let help = try world([]).daybook("investigate", "--help").output.split(separator: "\n")
        let examples = help.filter { $0.hasPrefix("  daybook investigate") }
        #expect(examples.count == 4 && examples.allSatisfy { $0.count <= 76 }, "\(examples)")
        #expect(help.contains("  daybook investigate --client C-204 --claimed-start 2026-09-22T10:00"))
    }
}
