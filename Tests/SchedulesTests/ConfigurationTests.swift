import Bookings
import Foundation
import Schedules
import Testing

@Suite("configuration: read as it is written, every mistake named by its line")
struct ConfigurationTests {
    private func read(_ text: String) throws -> Configuration {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "daybook.yaml")
        try Data(text.utf8).write(to: file)
        var configuration = try Configuration.read(path: file.path)
        // Paths are made relative again, so that tests can name them.
        configuration.ledger = configuration.ledger?.replacing(folder.path, with: "@")
        configuration.keys = configuration.keys?.replacing(folder.path, with: "@")
        for place in configuration.sources.indices {
            if let path = configuration.sources[place].schedule?.path?.replacing(folder.path, with: "@") {
                configuration.sources[place].schedule?.origin.place = .file(path)
            }
        }
        for place in configuration.anchors.indices {
            switch configuration.anchors[place].way {
            case .folder(let path):
                configuration.anchors[place].way = .folder(path.replacing(folder.path, with: "@"))
            case .put(let url, let token?):
                configuration.anchors[place].way = .put(
                    url: url, tokenFile: token.replacing(folder.path, with: "@"))
            default: break
            }
        }
        for place in configuration.stamps.indices {
            configuration.stamps[place].roots = configuration.stamps[place].roots?.replacing(folder.path, with: "@")
        }
        return configuration
    }

    private func mistakes(_ text: String) -> [String] { Configuration.mistakes(in: text).map(\.description) }

    @Test("a configuration with everything in it")
    func everything() throws {
        let found = try read(
            """
            ledger: daybook.sqlite
            keys: /etc/daybook-keys
            sources:
              - id: crm
                feed: both            # events | snapshots | both
                zone: Europe/London
                status: { Confirmed: booked, DNA: noshow, No: cancelled }
                coverage: { from: today, to: +90d, takenAt: mtime, complete: yes, cancelled: kept, practitioners: [D7, No, 007] }
                schedule: { format: csv, path: export.csv, delimiter: ";", map: { booking: Ref, start: [Date, Time] },
                            dates: dd.MM.yyyy, encoding: windows-1252 }
              - id: 0017
                schedule:
                  path: "-"
            thresholds: { skew: 90s, late: 1h, stale: 2d, heldOutside: 15m, massRows: 7, massPercent: 20 }
            anchors:
              - { file: /mnt/usb/newest }
              - { folder: kept, timeout: 5m }
              - { command: [/usr/local/bin/keep, --as, No] }
              - { email: accountant@example.org }
              - { email: second@example.org, sendmail: /opt/sendmail, timeout: 10s }
              - { put: "https://example.org/checkpoint?a=1", tokenFile: token }
              - { put: "http://localhost:8080/x", tokenFile: /etc/token }
            stamps: [ { url: "http://tsa.example.org/", roots: tsa.pem, timeout: 30s } ]
            alerts: [ { email: manager@example.org } ]
            """)
        var expected = Configuration()
        expected.ledger = "@/daybook.sqlite"
        expected.keys = "/etc/daybook-keys"
        var crm = Configuration.Source(id: "crm")
        crm.feed = .both
        crm.zone = "Europe/London"
        crm.status = ["Confirmed": .booked, "DNA": .noshow, "No": .cancelled]
        crm.coverage.from = .days(0)
        crm.coverage.to = .days(90)
        crm.coverage.isComplete = true
        crm.coverage.cancelled = .kept
        crm.coverage.practitioners = ["D7", "No", "007"]
        let layout = ScheduleLayout(
            format: .csv, columns: ["booking": ["Ref"], "start": ["Date", "Time"]], delimiter: UInt8(ascii: ";"),
            dates: DatePattern("dd.MM.yyyy"), encoding: .windows1252)
        crm.schedule = Configuration.ScheduleFile(path: "@/export.csv", layout: layout)
        var second = Configuration.Source(id: "0017")
        second.schedule = Configuration.ScheduleFile(path: "-")
        expected.sources = [crm, second]
        expected.thresholds.skew = 90
        expected.thresholds.late = 3600
        expected.thresholds.stale = 172_800
        expected.thresholds.heldOutside = 900
        expected.thresholds.massRows = 7
        expected.thresholds.massPercent = 20
        expected.anchors = [
            .init(.file("/mnt/usb/newest")), .init(.folder("@/kept"), timeout: 300),
            .init(.command(["/usr/local/bin/keep", "--as", "No"])),
            .init(.email(address: "accountant@example.org", sendmail: "/usr/sbin/sendmail")),
            .init(.email(address: "second@example.org", sendmail: "/opt/sendmail"), timeout: 10),
            .init(.put(url: "https://example.org/checkpoint?a=1", tokenFile: "@/token")),
            .init(.put(url: "http://localhost:8080/x", tokenFile: "/etc/token")),
        ]
        expected.stamps = [.init(url: "http://tsa.example.org/", roots: "@/tsa.pem", timeout: 30)]
        expected.alerts = [
            .init(.email(address: "manager@example.org", from: nil, by: .sendmail("/usr/sbin/sendmail")))
        ]
        #expect(found == expected)
        #expect(crm.rules.status(of: "DNA") == .noshow && crm.rules.zone == "Europe/London")
        #expect(found.source("0017") == second && found.source("17") == nil)
    }

    @Test("what is left out has its stated default")
    func defaults() throws {
        let found = try read("sources:\n  - id: crm\n")
        #expect(found.sources == [Configuration.Source(id: "crm")])
        #expect(found.sources[0].feed == .events)
        let thresholds = found.thresholds
        #expect(thresholds.skew == 120 && thresholds.late == 86_400 && thresholds.stale == 129_600)
        #expect(thresholds.heldOutside == 172_800 && thresholds.massRows == 5 && thresholds.massPercent == 10)
        #expect(try read("") == Configuration())
        #expect(try read("# nothing\n") == Configuration())
    }

    @Test("the nights, and a coverage that the exporter writes")
    func nights() throws {
        let found = try read(
            """
            nightly: { fullVerify: 30, at: 02:45, states: 3, missed: 4d }
            sources:
              - { id: crm, coverage: { file: coverage.json }, schedule: { path: export.csv } }
            """)
        #expect((found.nightly.fullVerify, found.nightly.at, found.nightly.states) == (30, 165, 3))
        #expect(found.nightly.missed == 4 * 86_400)
        #expect(found.sources[0].coverage.file?.hasSuffix("/coverage.json") == true)
        let usual = try read("").nightly
        #expect((usual.fullVerify, usual.at, usual.states, usual.missed) == (7, 180, 1, 129_600))
        let mistakes = Configuration.mistakes(
            in: """
                nightly:
                  fullVerify: 0
                  at: 3am
                  states: all
                  missed: 24h
                  every: day
                sources: [ { id: crm, coverage: { file: c.json, complete: yes } } ]
                """)
        let expected = [
            (2, "from 1 to 365"), (3, "a time of day like 03:00"), (4, "from 0 to 1000"), (5, "from 25h"),
            (6, "the nights has no key \"every\""), (7, "stands alone"),
        ]
        #expect(mistakes.count == expected.count, "\(mistakes)")
        for (mistake, (line, words)) in zip(mistakes, expected) {
            #expect(mistake.line == line && mistake.sentence.contains(words), "\(mistake)")
        }
        for time in ["24:00", "3:00", "03:60", "03:00:00", "0300", "-1:00"] {
            #expect(Configuration.mistakes(in: "nightly: { at: \"\(time)\" }").count == 1, "\(time)")
        }
    }

    @Test("all mistakes at once, in the order of their lines")
    func allMistakes() {
        let text = """
            ledgr: daybook.sqlite
            keys: [a]
            sources:
              - feed: events
              - id: crm
                feed: on
                zone: BST
                status: { Confirmed: boked }
                coverage:
                  from: tomorrow
                  to: 90d
                  takenAt: yesterday
                  complete: maybe
                  cancelled: no
                  practitioners: D7
                schedule:
                  format: xlsx
                  delimiter: ":"
                  map: { bookings: Ref, start: [] }
                  dates: dd/MM/yy
                  encoding: latin1
              - id: crm
                schedule: export.csv
            thresholds:
              skew: 120
              massRows: many
              massPercent: 101
            """
        let found = Configuration.mistakes(in: text)
        let expected: [(Int, String)] = [
            (
                1,
                "known are ledger, keys, sources, thresholds, nightly, anchors, stamps, alerts, reports, ping, metrics"
            ),
            (2, "\"keys\" must be a text"),
            (4, "a source needs the key \"id\""), (6, "\"feed\" must be one of events, snapshots, both"),
            (7, "\"BST\""),
            (8, "proposed, pending, booked, arrived"), (10, "today, +90d"), (11, "today, +90d"), (12, "mtime"),
            (13, "yes or no"), (14, "one of kept, removed"), (15, "must be a list"), (17, "one of csv, ndjson"),
            (17, "a schedule must have one of the keys path, url, exec"), (18, "\"delimiter\" must be"),
            (19, "\"bookings\" is none of the words"),
            (19, "\"start\" must be mapped to one column"), (20, "\"dates\" must be written dd.MM.yyyy"),
            (21, "one of utf-8, windows-1252, utf-16"), (22, "two sources have the id crm"),
            (23, "a schedule must be a list of keys"), (25, "120s, 15m, 24h or 2d"), (26, "from 0 to 1000000"),
            (27, "from 0 to 100"),
        ]
        #expect(found.map(\.line) == expected.map(\.0))
        for (mistake, part) in zip(found, expected) { #expect(mistake.sentence.contains(part.1)) }
    }

    @Test(
        "single mistakes",
        arguments: [
            ("ledger: a\nledger: b\n", "line 1: \"ledger\" stands twice"), ("a: [1\nb: 2", "line 2: this is no YAML"),
            ("- ledger\n", "line 1: the configuration must be a list of keys"),
            ("\n\nledger:\n", "line 3: \"ledger\" must be a text, and not empty"),
            ("sources: crm", "line 1: \"sources\" must be a list"),
            ("sources:\n  - id: crm\n    status: [a]", "line 3: \"status\" must be written"),
            (
                "sources:\n  - id: crm\n    coverage: { from: 2026-02-01, to: 2026-01-01 }",
                "line 3: the window ends before"
            ),
            ("sources:\n  - id: crm\n    coverage: { from: +90d, to: today }", "line 3: the window ends before"),
            (
                "sources:\n  - id: crm\n    zone: Europe/London\n    coverage: { from: 2026-03-29 01:30 }",
                "line 4: the clocks of Europe/London skip"
            ),
            ("thresholds: { skew: -5s }", "line 1: \"skew\" must be a duration"),
            ("thresholds: { skew: 99999999999d }", "line 1: \"skew\" must be a duration"),
            ("anchors: [ { path: x } ]", "line 1: an anchor has no key \"path\""),
            ("anchors: [ {} ]", "line 1: an anchor must have one of the keys file, folder, command, email, put"),
            ("anchors:\n  - { file: a, folder: b }", "line 2: an anchor must have one of the keys"),
            ("anchors: [ x ]", "line 1: an anchor must be a list of keys"),
            ("anchors: [ { command: keep it } ]", "line 1: \"command\" must be a list"),
            ("anchors: [ { command: [] } ]", "line 1: \"command\" must be a list"),
            ("anchors: [ { command: [keep] } ]", "line 1: the program of a command must be given with its whole path"),
            ("anchors: [ { command: [/bin/x, [a]] } ]", "line 1: the name of a program or an argument"),
            ("anchors: [ { email: \"a@b.example\\nBcc: c@d.example\" } ]", "line 1: \"email\" must be one address"),
            ("anchors: [ { email: \"a@b.example, c@d.example\" } ]", "line 1: \"email\" must be one address"),
            ("anchors: [ { email: \"-Xx@b.example\" } ]", "line 1: \"email\" must be one address"),
            ("anchors: [ { email: \"Ana <a@b.example>\" } ]", "line 1: \"email\" must be one address"),
            ("anchors: [ { put: example.org/x } ]", "line 1: an address starts with https://"),
            ("anchors: [ { put: \"file:///x\" } ]", "line 1: an address starts with https://"),
            ("anchors: [ { put: \"https://a:b@c.example/\" } ]", "line 1: an address has no name or password"),
            ("anchors:\n  - put: http://c.example/\n    tokenFile: x", "line 3: a token is sent to an https://"),
            ("anchors:\n  - file: x\n    tokenFile: x", "line 3: \"tokenFile\" goes with \"put\""),
            ("anchors:\n  - file: x\n    sendmail: x", "line 3: \"sendmail\" goes with \"email\""),
            ("anchors: [ { file: x, timeout: 2h } ]", "line 1: \"timeout\" must be from 1s to 1h"),
            ("stamps: [ { roots: x } ]", "line 1: a time-stamp authority needs the key \"url\""),
            ("stamps: [ { url: x } ]", "line 1: an address starts with"),
        ])
    func single(_ text: String, _ start: String) {
        #expect(mistakes(text).contains { $0.hasPrefix(start) }, "\(mistakes(text))")
    }

    @Test(
        "a mistake that is often made is told with what was probably meant",
        arguments: [
            (
                "sources: [ { id: a, identity: [start] } ]",
                "zones, status, coverage, schedule; \"identity\" belongs to a schedule"
            ),
            ("sources: [ { id: a, complete: yes } ]", "\"complete\" belongs to a coverage"),
            ("zone: Europe/London", "\"zone\" belongs to a source"),
            ("sources: [ { id: a, timezone: Europe/London } ]", "schedule; \"zone\" is probably meant"),
            ("sources: [ { id: a, tz: Europe/London } ]", "\"zone\" is probably meant"),
            ("sources: [ { id: a, schedule: { path: x, timezone: Europe/London } } ]", "\"zone\" belongs to a source"),
            ("sources: [ { id: a, zone: berlin } ]", "the name \"berlin\"; did you mean Europe/Berlin?"),
            ("sources: [ { id: a, zone: Europe/Londn } ]", "did you mean Europe/London?"),
            ("sources: [ { id: a, zone: Europe/Berlim } ]", "did you mean Europe/Berlin"),
            (
                "sources: [ { id: a, zone: MEZ } ]",
                "\"MEZ\" is not one place; name the practice's, as Europe/Berlin, Europe/Vienna or Europe/Zurich"
            ),
            ("sources: [ { id: a, zone: mesz } ]", "as Europe/Berlin, Europe/Vienna or Europe/Zurich"),
            ("sources: [ { id: a, zone: BST } ]", "as Europe/London"),
            ("sources: [ { id: a, zone: EST } ]", "as America/New_York or America/Toronto"),
            ("sources: [ { id: a, zone: PST } ]", "as America/Los_Angeles or America/Vancouver"),
            ("sources: [ { id: a, zone: new york } ]", "did you mean America/New_York?"),
            (
                "sources:\n\t- id: a",
                "line 2: this is no YAML: found character that cannot start any token; lines are indented"
            ),
            (
                "sources:\n  - id: a\n   feed: both",
                "line 3: this is no YAML: did not find expected '-' indicator; see that the lines"
            ),
            ("sources:\n  - id: a: b", "and that a text with a colon is in quotes"),
        ])
    func hints(_ text: String, _ hint: String) {
        #expect(mistakes(text).contains { $0.contains(hint) }, "\(mistakes(text))")
    }

    @Test("a configuration with mistakes is refused with all of them and its path; one that is not there, with why")
    func refusals() throws {
        let error = #expect(throws: ConfigurationError.self) { try read("a: 1\nb: 2\n") }
        #expect(error?.mistakes.map(\.line) == [1, 2])
        #expect(error?.failure == nil)
        #expect(error?.description.contains("daybook.yaml, line 2: the configuration has no key \"b\"") == true)
        let missing = #expect(throws: ConfigurationError.self) { try Configuration.read(path: "/nowhere/daybook.yaml") }
        #expect(missing?.failure == .noInput(path: "/nowhere/daybook.yaml"))
        #expect(missing?.description == "/nowhere/daybook.yaml: there is no such file")
    }

    @Test("aliases, which could stand for more than any computer holds, are refused; a star or an ampersand is not")
    func aliases() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let refusal = "an alias (*name) of what stands elsewhere (&name) is not read; write it out"
        #expect(mistakes(bomb + "? *a30\n: x\n") == ["line 2: " + refusal])
        #expect(mistakes("ledger: &a x\nkeys: *a\n") == ["line 2: " + refusal])
        #expect(mistakes("ledger: Dr *Shah & Dr *Weiss # &\n") == [])
    }

    @Test("a NUL, which YAML can write as an escape, is in no text")
    func null() {
        #expect(mistakes(#"ledger: "a\0b""#) == ["line 1: \"ledger\" must be a text, and not empty"])
        #expect(mistakes(#"sources: [ { id: "a\x00" } ]"#) == ["line 1: \"id\" must be a text, and not empty"])
    }
}
