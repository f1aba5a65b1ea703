import Bookings
import Foundation
import TestSupport
import Testing

/// An export without ids, compared by ids that are made under a secret of the key directory.
struct `An export without ids` {
    private func world() throws -> World {
        let world = try World()
        try world.initialize()
        try world.write(
            """
            sources:
              - id: paper
                feed: snapshots
                zone: Europe/London
                coverage: { from: 2026-06-01, to: 2026-07-01, complete: yes, cancelled: kept }
                schedule: { path: list.csv, identity: [client.id, practitioner, start] }
            """, to: "daybook.yaml")
        try list(world, ["C-204,D7,2026-06-11 09:30", "C-205,D7,2026-06-11 10:00", "C-206,D8,2026-06-12 08:00"])
        return world
    }

    private func list(_ world: World, _ rows: [String]) throws {
        try world.write("client.id,practitioner,start\n" + rows.joined(separator: "\n") + "\n", to: "list.csv")
    }

    private func observe(_ world: World, at time: String) throws -> World.Outcome {
        try world.daybook("observe", "paper", "--taken-at", time, "--json")
    }

    private var secret: String { "daybook-keys/identity" }

    @Test func `keeps its ids from night to night, and shows a move as likely replaced`() throws {
        let world = try world()
        let first = try observe(world, at: "2026-06-01T02:00:00Z")
        #expect(first.status == 0, "\(first.errors)")
        let made = try Data(contentsOf: URL(filePath: world.path(secret)))
        #expect(made.count == 45)
        let mode = try FileManager.default.attributesOfItem(atPath: world.path(secret))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let same = try world.daybook("reconcile", "paper", "--taken-at", "2026-06-02T02:00:00Z", "--json")
        #expect(same.status == 0, "\(same.output)")
        #expect(try same.json.findings.filter { $0.code != "AR406" } == [])
        try list(world, ["C-204,D7,2026-06-11 09:40", "C-205,D7,2026-06-11 10:00", "C-206,D8,2026-06-12 08:00"])
        let moved = try world.daybook("reconcile", "paper", "--taken-at", "2026-06-03T02:00:00Z", "--json")
        let found = try moved.json.findings
        #expect(found.contains { $0.code == "AR111" && $0.confidence == "likely" }, "\(found)")
        #expect(try Data(contentsOf: URL(filePath: world.path(secret))) == made)
        let ids = try moved.json["findings"]?.array?.compactMap { $0["booking"]?.string } ?? []
        #expect(!ids.isEmpty && ids.allSatisfy { $0.hasPrefix("id-") && $0.utf8.count == 25 })
        #expect(!moved.output.contains("C-204"))
    }

    @Test func `shows a move night after night as likely replaced, until somebody says that it is`() throws {
        let world = try world()
        #expect(try observe(world, at: "2026-06-01T02:00:00Z").status == 0)
        try list(world, ["C-204,D7,2026-06-11 09:40", "C-205,D7,2026-06-11 10:00", "C-206,D8,2026-06-12 08:00"])
        var booking = ""
        for (night, life) in [(2, "new"), (3, "open")] {
            let outcome = try observe(world, at: "2026-06-0\(night)T02:00:00Z")
            #expect(outcome.status == 0, "\(outcome.output)")
            let findings = try outcome.json["findings"]?.array?.filter { $0["severity"]?.string != "info" } ?? []
            #expect(findings.map { $0["code"]?.string } == ["AR111"] && findings.first?["state"]?.string == life)
            booking = findings.first?["booking"]?.string ?? ""
        }
        let verdict = try world.daybook("investigate", "--booking", booking, "--json")
        #expect(try verdict.json["verdict"]?.string == "altered", "\(verdict.output)")
        // The third morning: it moves on, and another booking goes without a trace.
        try list(world, ["C-204,D7,2026-06-18 09:40", "C-205,D7,2026-06-11 10:00"])
        let third = try observe(world, at: "2026-06-04T02:00:00Z")
        let found = try third.json.findings.filter { $0.code != "AR406" }
        #expect(found.map(\.code) == ["AR101", "AR111", "AR111"] && third.status == 1, "\(third.output)")
        #expect(found[0].confidence == "likely", "what a made id cannot prove is not called proven")
        let successor = try #require(
            try third.json["findings"]?.array?.first {
                $0["code"]?.string == "AR111" && $0["booking"]?.string != booking
            }?[
                "booking"]?.string)
        let strange = try world.daybook("attest", booking, "--moved-to", "id-nobody", "--by", "jane", "--reason", "x")
        #expect(strange.status == 66 && strange.errors.contains("id-nobody"), "\(strange.errors)")
        let attested = try world.daybook(
            "attest", booking, "--moved-to", successor, "--by", "jane", "--reason", "client-request")
        #expect(
            attested.status == 0 && attested.output.contains("goes on as booking \(successor)"), "\(attested.errors)")
        let back = try world.daybook("attest", successor, "--moved-to", booking, "--by", "jane", "--reason", "x")
        #expect(back.status == 65 && back.errors.contains("became"), "\(back.errors)")
        let fourth = try observe(world, at: "2026-06-05T02:00:00Z")
        #expect(try fourth.json.findings.filter { $0.code != "AR406" }.map(\.code) == ["AR101", "AR111"])
        #expect(try world.daybook("verify", "--projections").status == 0)
    }

    @Test func `names rows of the same identity, and refuses a secret that is lost, open or no secret`() throws {
        let world = try world()
        _ = try observe(world, at: "2026-06-01T02:00:00Z")
        try list(
            world,
            [
                "C-204,D7,2026-06-11 09:30", "C-204,D7,2026-06-11 09:30", "C-205,D7,2026-06-11 10:00",
                "C-206,D8,2026-06-12 08:00",
            ])
        let twice = try world.daybook("reconcile", "paper", "--taken-at", "2026-06-02T02:00:00Z", "--json")
        #expect(try twice.json.findings.contains { $0.code == "AR205" })
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: world.path(secret))
        let open = try observe(world, at: "2026-06-03T02:00:00Z")
        #expect(open.status != 0 && open.errors.contains("chmod 600"), "\(open.errors)")
        try world.write("c2VjcmV0\n", to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: world.path(secret))
        let broken = try observe(world, at: "2026-06-03T02:00:00Z")
        #expect(broken.status != 0 && broken.errors.contains("no secret for ids"), "\(broken.errors)")
        let nowhere = try world.daybook("observe", "paper", "--keys", "elsewhere")
        #expect(nowhere.status != 0 && nowhere.errors.contains("no such folder"), "\(nowhere.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("elsewhere")))
    }

    @Test func `gets one secret where many readings begin at the same moment`() throws {
        let world = try world()
        let line = "daybook reconcile paper --taken-at 2026-06-02T02:00:00Z --dry-run --json"
        let outcome = try world.shell((0..<6).map { "\(line) > out-\($0) & " }.joined() + "wait")
        #expect(outcome.status == 0)
        let outputs = try (0..<6).map { try String(contentsOfFile: world.path("out-\($0)"), encoding: .utf8) }
        #expect(Set(outputs).count == 1 && outputs[0].contains("id-"))
        let left = try FileManager.default.contentsOfDirectory(atPath: world.path("daybook-keys"))
        #expect(!left.contains { $0.contains(".new") }, "\(left)")
    }
}
