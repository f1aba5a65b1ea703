import Bookings
import Foundation
import TestSupport
import Testing

/// A folder of `samples/scenarios`, with what the program must answer.
private struct Scenario: CustomTestStringConvertible, Sendable {
    struct Expected: Decodable {
        struct Reconcile: Decodable {
            let exit: Int32
            let findings: [ExpectedFinding]
        }
        struct Investigate: Decodable {
            let arguments: [String]
            let verdict: String
            let codes: [String]
            let exit: Int32
        }
        let reconcile: Reconcile?
        let investigate: Investigate?
        let waits: String?
    }

    let folder: URL

    var testDescription: String { folder.lastPathComponent }

    var expected: Expected {
        get throws {
            try JSONDecoder().decode(Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
        }
    }

    static let all: [Scenario] = {
        let folder = Fixtures.checkout.appending(components: "samples", "scenarios")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { Scenario(folder: folder.appending(path: $0)) }
            .filter { FileManager.default.fileExists(atPath: $0.folder.appending(path: "expected.json").path) }
    }()
}

struct `Every scenario of the samples` {
    @Test func `is there`() {
        #expect(Scenario.all.count >= 14)
    }

    @Test(arguments: Scenario.all)
    fileprivate func `gives the findings, verdict and exit status that it names`(_ scenario: Scenario) throws {
        let expected = try scenario.expected
        guard let reconcile = expected.reconcile else {
            #expect(expected.waits != nil, "a scenario names what it expects, or what it waits for")
            return
        }
        let world = try World()
        for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
            try world.copy(scenario.folder.appending(path: file))
        }
        try world.initialize()
        let recorded = try world.daybook("record", "events.ndjson")
        #expect(recorded.status == 0, "\(recorded.errors)")

        let report = try world.daybook("reconcile", "schedule.csv", "--coverage", "coverage.json", "--json")
        #expect(try report.json.findings == reconcile.findings.sorted())
        #expect(report.status == reconcile.exit)

        guard let dispute = expected.investigate else { return }
        // From the reading that was recorded just now, and from the schedule itself: the same answer.
        for schedule in [[], ["--schedule", "schedule.csv", "--coverage", "coverage.json"]] {
            let verdict = try world.daybook(["investigate", "--json"] + dispute.arguments + schedule)
            let json = try verdict.json
            #expect(json["verdict"]?.string == dispute.verdict, "\(verdict.output)\(verdict.errors)")
            #expect(Set(dispute.codes).isSubset(of: json.findings.map(\.code)))
            #expect(verdict.status == dispute.exit)
            #expect(!verdict.output.lowercased().contains("client error"))
        }
    }

    @Test(arguments: Scenario.all)
    fileprivate func `says the same when it is checked again, and records the reading once`(_ scenario: Scenario) throws
    {
        guard try scenario.expected.reconcile != nil else { return }
        let world = try World()
        for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
            try world.copy(scenario.folder.appending(path: file))
        }
        try world.initialize()
        try world.daybook("record", "events.ndjson")
        let first = try world.daybook("reconcile", "schedule.csv", "--coverage", "coverage.json", "--json")
        let size = try world.daybook("verify", "--json").json["size"]?.integer
        let again = try world.daybook("reconcile", "schedule.csv", "--coverage", "coverage.json", "--json")
        #expect(try again.json.findings == first.json.findings)
        #expect(again.status == first.status)
        #expect(try world.daybook("verify", "--projections", "--json").json["size"]?.integer == size)
        let events = try world.daybook("record", "events.ndjson", "--json")
        #expect(try events.json["recorded"]?.integer == 0)
    }
}
