import Bookings
import Foundation
import TestSupport
import Testing

/// The computer's clock steps while the ledger is in use.
@Suite(.enabled(if: Faults.isAvailable, "no C compiler is here"))
struct `A clock that steps` {
    @Test func `either way stops nothing, and is told of`() throws {
        let world = try World()
        try world.initialize()
        let steps = [0, 86_400, -86_400, 30 * 86_400, -10 * 365 * 86_400, 0]
        for (place, seconds) in steps.enumerated() {
            let outcome = try world.daybook(
                ["record", "--json"], input: Data(Events.created(place..<place + 1).utf8), under: .clock(seconds))
            #expect(outcome.status == 0, "\(seconds): \(outcome.errors)")
            #expect(try outcome.json["recorded"]?.integer == 1)
            #expect(try world.daybook(["checkpoint"], under: .clock(seconds)).status == 0)
        }
        #expect(try world.defects("--projections") == "", "the order is that of the indexes, not of the times")
        let times = try world.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                "import sqlite3,json; [print(json.loads(b)['recorded']) for b, in sqlite3.connect('daybook.sqlite').execute('select bytes from entry order by position')]",
            ])
        let recorded = times.output.split(separator: "\n")
        #expect(recorded.count == 1 + steps.count)
        #expect(
            recorded[2] > recorded[1] && recorded[3] < recorded[2] && recorded[5] < recorded[4],
            "the clock did step: \(recorded)")

        let rows = (0..<steps.count).map { "A-\($0),2026-11-10T09:30:00+00:00,booked" }.joined(separator: "\n")
        try world.write("booking,start,status\n\(rows)\n", to: "export.csv")
        let check = [
            "export.csv", "--source", "crm", "--from", "2026-10-01", "--to", "2027-01-01", "--complete", "--cancelled",
            "kept", "--taken-at", "2026-10-02T02:00:00Z", "--json",
        ]
        for seconds in [0, 40 * 86_400] {
            let report = try world.daybook(["reconcile"] + check, under: .clock(seconds))
            let findings = try report.json.findings
            #expect(findings.contains { $0.code == "AR404" }, "\(report.output)\(report.errors)")
            #expect(
                !findings.contains { $0.code == "AR101" || $0.code == "AR401" || $0.code == "AR403" },
                "\(report.output)")
            #expect(try report.json["agreeing"]?.integer == steps.count, "\(report.output)")
        }
        #expect(try world.defects("--projections") == "")
    }
}
