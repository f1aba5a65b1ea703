import ArgumentParser
import Auditing
import Bookings
import Foundation
import LedgerStore
import Schedules
import TestSupport
import Testing
import Transparency

@testable import daybook

/// Nights made of real ledgers and real schedules, for what tells of them.
enum Nights {
    private static let riverside = Fixtures.checkout.appending(components: "samples", "riverside-dental")

    static func ledger(of world: World) throws -> Ledger {
        try Ledger.open(
            path: world.path("daybook.sqlite"), keys: KeyDirectory(path: world.path("daybook-keys")), clock: systemClock
        )
    }

    /// The check of a schedule with its coverage, both files of the world; where very many are missing, the test allows it.
    static func check(_ schedule: String, in world: World, allowed: Bool = false) throws -> Check.Outcome {
        let options = try ScheduleOptions.parse(["--coverage", world.path("\(schedule).coverage.json")])
        let reading = try ScheduleReading(
            world.path("\(schedule).csv"), options, Configuration(),
            keys: KeyDirectory(path: world.path("daybook-keys")), now: systemClock())
        var check = Check(ledger: try ledger(of: world), thresholds: Thresholds())
        check.allowedBy = allowed ? "test" : nil
        return try check.compare(reading.snapshot)
    }

    /// A night of these sources, as the run makes it.
    static func night(
        of sources: [Night.SourceNight], in world: World, status: Int32? = nil, at moment: Timestamp? = nil
    ) throws -> Night {
        let ledger = try ledger(of: world)
        let started = moment ?? Timestamp("2026-03-11T02:00:03Z")!
        let gravest = sources.map { source -> Int32 in
            switch source.outcome {
            case .checked(let outcome): outcome.status.rawValue
            case .notRead: 3
            }
        }
        let verification = sources.lazy.compactMap { source -> Verification? in
            guard case .checked(let outcome) = source.outcome else { return nil }
            return outcome.report.verification
        }.last
        var night = Night(
            origin: ledger.origin, started: started, ended: started + 14, sources: sources, verification: verification,
            status: status ?? gravest.first { $0 == 2 } ?? gravest.first { $0 == 1 } ?? gravest.max() ?? 0)
        night.checkpoint = verification.map { Checkpoint(origin: $0.origin, size: $0.size, root: $0.root) }
        return night
    }

    /// Riverside Dental up to the night of a day, every night before checked; `days` are days of March.
    static func riverside(_ days: [String], in world: World) throws -> Check.Outcome {
        struct Expected: Decodable {
            struct Night: Decodable {
                let night: String
                let events: Int
            }
            let nights: [Night]
        }
        let expected = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: riverside.appending(path: "expected.json")))
        let events = try String(contentsOf: riverside.appending(path: "events.ndjson"), encoding: .utf8)
            .split(separator: "\n")
        if !FileManager.default.fileExists(atPath: world.path("daybook.sqlite")) { try world.initialize() }
        var last: Check.Outcome?
        for night in expected.nights where days.contains(night.night) {
            let soFar = events.prefix(night.events).joined(separator: "\n") + "\n"
            #expect(try world.daybook("record", input: Data(soFar.utf8)).status == 0)
            for end in ["csv", "coverage.json"] {
                try world.copy(riverside.appending(components: "nights", "\(night.night).\(end)"))
            }
            last = try check(night.night, in: world)
        }
        return try #require(last)
    }

    /// The night in which Riverside's A-1001 is missing, with a second source that was not read.
    static func missing(in world: World) throws -> Night {
        let outcome = try riverside(["2026-03-02", "2026-03-05", "2026-03-10"], in: world)
        return try night(
            of: [
                .init(id: "crm", zone: "Europe/London", outcome: .checked(outcome)),
                .init(
                    id: "north", zone: "Europe/London",
                    outcome: .notRead(reason: "/srv/north.csv: there is no such file", status: 66)),
            ], in: world)
    }

    /// A night on which all is well.
    static func clean(in world: World) throws -> Night {
        let outcome = try riverside(["2026-03-02"], in: world)
        return try night(of: [.init(id: "crm", zone: "Europe/London", outcome: .checked(outcome))], in: world)
    }

    /// Texts as somebody writes them who means harm, or only a practice with an odd system.
    static let hostile: [String] = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "'\" onmouseover='alert(3)", "<!-- ",
        "</bdi></p></article><h1>Free</h1>", "a\nBcc: thief@example.org", "a\r\nSubject: other\r\n\r\nbody",
        "\u{202e}gnp.exe", "\u{200f}\u{2067}rtl", "👩🏽‍⚕️ Dr. Ünal", "\"\u{301}<b>", "=cmd|' /C calc'!A0", "+1", "-1",
        "@SUM(1)",
        "&lt;b&gt;", "{{7*7}}", "%s%n", "\u{0}\u{7}\u{1b}[31m".replacingOccurrences(of: "\u{0}", with: ""),
        String(repeating: "W", count: 1000),
    ]

    /// A night in which a booking for each of these texts is missing: it is the booking's id, and its practitioner's name
    /// too; the longest name is as long as an entry takes.
    static func hostile(in world: World, allowed: Bool = true) throws -> Night {
        var lines: [String] = []
        for (place, text) in hostile.enumerated() {
            let practitioner = place == hostile.count - 1 ? String(repeating: "Ŵ", count: 28_000) : text
            lines.append(
                JSONValue.object([
                    "specversion": .string("1.0"), "id": .string("e-\(place)"), "source": .string("crm"),
                    "type": .string("booking.created"), "subject": .string(text),
                    "time": .string("2026-01-12T10:04:16Z"), "sequence": .string("\(place + 1)"),
                    "data": .object([
                        "actor": .object([
                            "kind": .string("user"), "id": .string(text.isEmpty ? "x" : String(text.prefix(200))),
                        ]),
                        "appointment": .object([
                            "start": .string("2026-03-24T09:30:00+00:00"), "zone": .string("Europe/London"),
                            "status": .string("booked"), "practitioner": .string(practitioner),
                            "service": .string(text), "location": .string(text),
                        ]),
                        "client": .object([
                            "id": .string("C-\(place)"), "name": .string("Secret \(text)"),
                            "phone": .string("+44 7700 900\(100 + place)"),
                        ]),
                    ]),
                ]).text)
        }
        try world.initialize()
        let recorded = try world.daybook("record", input: Data((lines.joined(separator: "\n") + "\n").utf8))
        try #require(recorded.status == 0, "\(recorded.errors)")
        try world.write("booking,start,status\nB-1,2026-03-24T10:00:00+00:00,booked\n", to: "odd.csv")
        try world.write(
            #"{"source":"crm","takenAt":"2026-03-11T02:00:00Z","coverage":{"from":"2026-03-01T00:00:00+00:00","to":"2026-06-01T00:00:00+00:00","complete":true,"cancelled":"kept"}}"#,
            to: "odd.coverage.json")
        let outcome = try check("odd", in: world, allowed: allowed)
        return try night(
            of: [
                .init(id: "crm", zone: "Europe/London", outcome: .checked(outcome)),
                .init(
                    id: Identifier("n<b>orth\"\u{202e}"), zone: nil,
                    outcome: .notRead(reason: "<script>alert(9)</script>\nBcc: x@example.org", status: 66)),
            ], in: world)
    }

    /// A configuration read from a file of the world.
    static func configuration(_ text: String, in world: World) throws -> Configuration {
        try world.write(text, to: "telling.yaml")
        return try Configuration.read(path: world.path("telling.yaml"))
    }

    static func telling(_ text: String, in world: World) throws -> Telling {
        let ledger = try ledger(of: world)
        return Telling(
            configuration: try configuration(text, in: world), origin: ledger.origin,
            json: { night in .object(["format": .string("daybook-night/v1"), "exit": .integer(Int(night.status))]) },
            client: { ledger.client(of: $0) })
    }
}

extension World {
    /// True where Python has this module.
    static func hasPython(_ module: String) -> Bool {
        (try? World().run("/usr/bin/env", ["python3", "-c", "import \(module)"]).status) == 0
    }

    /// What a script of Python's prints.
    func python(_ script: String, _ arguments: [String] = [], input: Data? = nil) throws -> String {
        let outcome = try run("/usr/bin/env", ["python3", "-c", script] + arguments, input: input)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }
}
