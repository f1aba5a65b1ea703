import Bookings
import Foundation
import TestSupport
import Testing

/// The month of Riverside Dental, played night by night as its README tells it.
struct `Riverside Dental` {
    private struct Expected: Decodable {
        struct Night: Decodable {
            struct Reconcile: Decodable {
                let exit: Int32
                let findings: [ExpectedFinding]
            }
            let night: String
            let events: Int
            let reconcile: Reconcile
        }
        struct Claims: Decodable {
            let night: String
            let claims: [Claim]
        }
        struct Claim: Decodable {
            let arguments: [String]
            let verdict: String
            let codes: [String]
            let exit: Int32
            let windowOfLoss: [String: String]?
        }
        struct ExportOnly: Decodable {
            let observe: [String]
            let windowOfLoss: [String: String]
        }
        let nights: [Night]
        let investigate: Claims
        let exportOnly: ExportOnly

        enum CodingKeys: String, CodingKey {
            case nights, investigate
            case exportOnly = "csv-only"
        }
    }

    private let samples = Fixtures.checkout.appending(components: "samples", "riverside-dental")

    private func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: samples.appending(path: "expected.json")))
    }

    @Test func `tells its story night by night`() throws {
        let expected = try expected()
        let world = try World()
        try world.initialize()
        let events = try String(contentsOf: samples.appending(path: "events.ndjson"), encoding: .utf8)
            .split(separator: "\n")
        #expect(expected.nights.count >= 10)
        for night in expected.nights {
            let soFar = events.prefix(night.events).joined(separator: "\n") + "\n"
            let recorded = try world.daybook("record", input: Data(soFar.utf8))
            #expect(recorded.status == 0, "\(recorded.errors)")
            let export = samples.appending(components: "nights", night.night)
            let report = try world.daybook(
                "reconcile", export.path + ".csv", "--coverage", export.path + ".coverage.json", "--json")
            let serious = try report.json.findings.filter { $0.severity != "info" }
            #expect(serious == night.reconcile.findings.filter { $0.severity != "info" }.sorted(), "\(night.night)")
            #expect(report.status == night.reconcile.exit, "\(night.night)")
            guard night.night == expected.investigate.night else { continue }
            for claim in expected.investigate.claims { try settle(claim, in: world) }
        }
        #expect(try world.daybook("verify", "--projections").status == 0)
    }

    private func settle(_ claim: Expected.Claim, in world: World) throws {
        let verdict = try world.daybook(["investigate", "--json"] + claim.arguments)
        let json = try verdict.json
        #expect(json["verdict"]?.string == claim.verdict, "\(claim.arguments): \(verdict.output)\(verdict.errors)")
        #expect(Set(claim.codes).isSubset(of: json.findings.map(\.code)))
        #expect(verdict.status == claim.exit)
        if let loss = claim.windowOfLoss {
            #expect(json["windowOfLoss"]?["present"]?.string == loss["present"])
            #expect(json["windowOfLoss"]?["absent"]?.string == loss["absent"])
        }
    }

    @Test func `is told from two exports alone`() throws {
        let expected = try expected().exportOnly
        let world = try World()
        let folder = samples.appending(path: "csv-only")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !file.hasPrefix(".") {
            try world.copy(folder.appending(path: file))
        }
        try world.initialize()
        var reports: [World.Outcome] = []
        for export in expected.observe {
            let coverage = export.replacingOccurrences(of: ".csv", with: ".coverage.json")
            reports.append(try world.daybook("observe", export, "--source", "crm", "--coverage", coverage, "--json"))
        }
        #expect(reports.map(\.status) == [0, 1])
        let lost = try reports[1].json.findings.filter { $0.code == "AR101" }
        #expect(lost.map(\.booking) == ["A-1001"])

        let verdict = try world.daybook("investigate", "--client", "Asha Patel", "--around", "2026-03-24", "--json")
        #expect(try verdict.json["verdict"]?.string == "dropped")
        #expect(try verdict.json["windowOfLoss"]?["present"]?.string == expected.windowOfLoss["present"])
        #expect(try verdict.json["windowOfLoss"]?["absent"]?.string == expected.windowOfLoss["absent"])

        let attested = try world.daybook(
            "attest", "A-1001", "--deleted", "--by", "manager.ana", "--reason", "entered twice, says the client")
        #expect(attested.status == 0, "\(attested.errors)")
        let settled = try world.daybook("investigate", "--booking", "A-1001", "--json")
        #expect(try settled.json["verdict"]?.string == "deleted")
        #expect(!settled.output.contains("entered twice"), "a reason in words may be personal, and stays sealed")
    }
}
