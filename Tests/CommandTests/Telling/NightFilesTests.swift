import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@testable import daybook

@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed"))
struct `The files of a night` {
    @Test func `lie where they were asked for, for nobody else to read, and go when their time has come`() throws {
        let world = try World()
        let night = try Nights.clean(in: world)
        let telling = try Nights.telling(
            """
            reports:
              html: reports/{date}.html
              json: other/night.json
              csv: reports/{date}.csv
              keep: 30d
            """, in: world)
        try world.shell(
            "mkdir reports; touch reports/2026-02-01.html reports/2026-03-01.html reports/2026-99-01.html reports/x2020-01-01.html reports/2020-01-01.csv reports/2020-01-01.txt"
        ).requireClean()
        let outcomes = telling.tell(night)
        #expect(outcomes.allSatisfy(\.isDone) && outcomes.count == 3, "\(outcomes.map(\.line))")
        let listed = try world.shell("cd reports && ls").output.split(separator: "\n").map(String.init)
        #expect(
            listed == [
                "2020-01-01.txt", "2026-03-01.html", "2026-03-11.csv", "2026-03-11.html", "2026-99-01.html",
                "x2020-01-01.html",
            ])
        #expect(
            try world.shell("stat -c %a reports/2026-03-11.* other other/night.json").output == "600\n600\n700\n600\n")
        #expect(
            try String(contentsOfFile: world.path("other/night.json"), encoding: .utf8).hasPrefix(
                #"{"format":"daybook-night/v1""#))
        let html = try String(contentsOfFile: world.path("reports/2026-03-11.html"), encoding: .utf8)
        #expect(html.contains("appointments agree"))
    }

    @Test func `that cannot be written are said, and the alert is told all the same`() throws {
        let world = try World()
        let night = try Nights.clean(in: world)
        try world.write("", to: "file")
        let telling = try Nights.telling(
            "reports: { html: file/x.html }\nalerts: [ { command: [/bin/true] } ]", in: world)
        let outcomes = telling.tell(night)
        #expect(outcomes.map(\.isDone) == [false, true], "\(outcomes.map(\.line))")
        #expect(Telling.status(of: night, outcomes) == 69)
    }

    @Test func `have a table that no spreadsheet takes for a formula`() throws {
        let world = try World()
        let night = try Nights.hostile(in: world)
        let ledger = try Nights.ledger(of: world)
        let table = NightTable(summary: NightSummary(night), client: { ledger.client(of: $0) }).text
        let script = """
            import csv, io, json, sys
            text = sys.stdin.buffer.read().decode()
            print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), strict=True))))
            """
        let rows = try JSONDecoder().decode(
            [[String]].self, from: Data(try world.python(script, input: Data(table.utf8)).utf8))
        #expect(rows[0].prefix(3) == ["night", "source", "code"])
        #expect(rows.allSatisfy { $0.count == rows[0].count })
        let bookings = Set(rows.map { $0[7] })
        for text in Nights.hostile {
            let isFormula = ["=", "+", "-", "@"].contains(text.prefix(1))
            #expect(
                bookings.contains { $0.utf8.elementsEqual(((isFormula ? "'" : "") + text).utf8) }, "\(text.prefix(30))")
        }
        #expect(rows.flatMap(\.self).allSatisfy { !["=", "+", "-", "@"].contains($0.prefix(1)) })
        #expect(rows.contains { $0.last?.hasPrefix("'+44 7700 900") == true })
        #expect(!NightTable(summary: NightSummary(night), client: nil).text.contains("7700"))
    }

    @Test(.enabled(if: World.hasPython("prometheus_client"), "prometheus_client for Python is not installed"))
    func `have metrics that Prometheus reads, and that remember the last success`() throws {
        let world = try World()
        let night = try Nights.hostile(in: world)
        let path = world.path("daybook.prom")
        let script = """
            import json, sys
            from prometheus_client.parser import text_string_to_metric_families
            found = {}
            for family in text_string_to_metric_families(open(sys.argv[1]).read()):
                assert family.documentation and family.type == "gauge", family
                for s in family.samples: found.setdefault(s.name, []).append([s.labels, s.value])
            print(json.dumps(found))
            """
        func read() throws -> JSONValue { try JSONValue(parsing: Array(try world.python(script, [path]).utf8)) }
        func value(_ found: JSONValue, _ name: String) -> String? { found[name]?.array?.first?.array?.last.map(\.text) }
        var clean = try Nights.clean(in: World())
        try Metrics(night: clean, status: 0).write(to: path)
        let before = try read()
        #expect(value(before, "daybook_last_success_timestamp_seconds") == "\(clean.ended.seconds).0")
        #expect(value(before, "daybook_run_duration_seconds") == "14.0")
        #expect(value(before, "daybook_source_read") == "1.0" && value(before, "daybook_exit_status") == "0.0")
        clean.ended = clean.ended + 86_400
        try Metrics(night: clean, status: 69).write(to: path)
        let after = try read()
        #expect(value(after, "daybook_last_run_timestamp_seconds") == "\(clean.ended.seconds).0")
        #expect(
            value(after, "daybook_last_success_timestamp_seconds")
                == value(before, "daybook_last_success_timestamp_seconds"))
        // Findings do not keep a night from being one, and a source that was not read does.
        try Metrics(night: night, status: 1).write(to: path)
        #expect(
            value(try read(), "daybook_last_success_timestamp_seconds")
                == value(before, "daybook_last_success_timestamp_seconds"))
        try Metrics(night: night, status: 3).write(to: path)
        let hostile = try read()
        let sources = hostile["daybook_source_read"]?.array?.compactMap { $0.array?.first?["source"]?.string }
        #expect(sources == ["crm", "n<b>orth\"\u{202e}"])
        #expect(
            hostile["daybook_findings"]?.array?.contains {
                $0.array?.first?["code"]?.string == "AR101" && $0.array?.last?.text == "\(Nights.hostile.count).0"
            } == true, "\(hostile.text)")
        #expect(try world.shell("stat -c %a daybook.prom; ls -A | grep -c new").output == "644\n0\n")
        #expect(Metrics.escaped("a\\b\"\u{301}\nc") == "a\\\\b\\\"\u{301}\\nc")
    }
}

extension World.Outcome {
    fileprivate func requireClean() throws { try #require(status == 0, "\(errors)") }
}
