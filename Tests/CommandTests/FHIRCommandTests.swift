import Bookings
import Foundation
import TestSupport
import Testing

/// A schedule in FHIR, read by the whole program.
struct `A FHIR schedule` {
    private static let window = [
        "--from", "2026-06-01", "--to", "2026-07-01", "--complete", "--cancelled", "kept", "--zone", "Europe/London",
    ]

    private func reconcile(_ world: World, _ file: String, input: Data? = nil, _ more: String...) throws
        -> World.Outcome
    {
        try world.daybook(
            ["reconcile", file, "--format", "fhir", "--source", "riverside"] + `A FHIR schedule`.window + more,
            input: input)
    }

    @Test func `is read from a pipe, and says what it lacks where a page is missing`() throws {
        let world = try World()
        try world.initialize()
        let folder = Fixtures.checkout.appending(path: "samples/fhir/search")
        let pages = try ["page-1.json", "page-2.json"].map { try Data(contentsOf: folder.appending(path: $0)) }
        let whole = try reconcile(world, "-", input: pages[0] + pages[1], "--json")
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(Set(try whole.json.findings.map(\.code)) == ["AR103"])
        let first = try reconcile(world, "-", input: pages[0], "--json")
        #expect(first.status == 3)
        let findings = try first.json["findings"]?.array ?? []
        let partial = findings.filter { $0["code"]?.string == "AR201" }
        #expect(partial.count == 1)
        #expect(
            partial.first?["sentence"]?.string
                == "The export is not whole, and holds 3 of 5 rows: the last page has a next link, and what follows it was "
                + "not read. Nothing is concluded from what it lacks.")
        #expect(try first.json["snapshot"]?["coverage"]?["complete"]?.boolean == false)
        #expect(try first.json["snapshot"]?["coverage"]?["shortfall"]?.string?.contains("next link") == true)
    }

    @Test
    func `is a bulk export in a folder, of the moment that its manifest tells, and what vanishes from it is found`()
        throws
    {
        let world = try World()
        try world.initialize()
        let bulk = Fixtures.checkout.appending(path: "samples/fhir/bulk")
        try world.copy(bulk, as: "bulk")
        try world.write(
            """
            sources:
              - id: riverside
                feed: snapshots
                zone: Europe/London
                coverage: { from: 2026-06-01, to: 2026-07-01, complete: yes, cancelled: kept }
                schedule: { format: fhir, path: bulk }
            """, to: "daybook.yaml")
        let observed = try world.daybook("observe", "riverside", "--json")
        #expect(observed.status == 0, "\(observed.errors)")
        let gone = world.path("bulk/appointments-1.ndjson")
        let lines = try String(contentsOfFile: gone, encoding: .utf8).split(separator: "\n")
        try world.write(lines.dropFirst().joined(separator: "\n") + "\n", to: "bulk/appointments-1.ndjson")
        for (name, old, new) in [
            ("manifest.json", "\"count\": 3", "\"count\": 2"), ("manifest.json", "06-01T02", "06-02T02"),
        ] {
            let text = try String(contentsOfFile: world.path("bulk/" + name), encoding: .utf8)
            try world.write(text.replacing(old, with: new), to: "bulk/" + name)
        }
        let compared = try world.daybook("reconcile", "riverside", "--json")
        #expect(compared.status == 1, "\(compared.errors)")
        #expect(try compared.json.findings.map(\.code) == ["AR101"])
        #expect(try compared.json["snapshot"]?["takenAt"]?.string == "2026-06-02T02:00:00.000000Z")
        try FileManager.default.removeItem(atPath: gone)
        let partial = try world.daybook("reconcile", "riverside", "--json")
        #expect(partial.status == 3)
        #expect(partial.output.contains("the file \\\"appointments-1.ndjson\\\" is not beside the manifest"))
    }
}
