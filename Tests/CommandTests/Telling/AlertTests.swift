import Bookings
import Foundation
import Schedules
import TestSupport
import Testing

@testable import daybook

@Suite(.enabled(if: LocalServer.isAvailable, "python3 is not installed"))
struct `An alert` {
    @Test func `by webhook is signed over its moment and its body`() throws {
        let world = try World()
        let server = try LocalServer(in: world)
        let night = try Nights.hostile(in: world)
        try world.write("a-key-of-somebody's\n", to: "secret")
        #expect(try world.shell("chmod 600 secret").status == 0)
        let telling = try Nights.telling(
            "alerts: [ { webhook: '\(server.address)/hook?x=1', secretFile: secret } ]", in: world)
        #expect(telling.tell(night).map(\.line) == ["webhook 127.0.0.1: taken"])
        let request = try #require(try server.requests.first)
        #expect(request.method == "POST" && request.path == "/hook?x=1")
        #expect(request.headers["content-type"] == "application/json")
        let stamp = try #require(request.headers["x-daybook-timestamp"])
        #expect(abs((Int64(stamp) ?? 0) - systemClock().seconds) < 600)
        let expected = try world.python(
            """
            import hashlib, hmac, sys
            body = sys.stdin.read().encode("latin-1")
            print("sha256=" + hmac.new(b"a-key-of-somebody's", sys.argv[1].encode() + b"." + body, hashlib.sha256).hexdigest())
            """, [stamp], input: Data(request.body.utf8))
        #expect(request.headers["x-daybook-signature-256"] == expected.trimmingCharacters(in: .newlines))
        let body = try JSONValue(parsing: Array(try #require(request.body.data(using: .isoLatin1))))
        #expect(body["format"]?.string == "daybook-alert/v1" && body["allWell"]?.boolean == false)
        #expect(body["id"]?.string == request.headers["x-daybook-id"])
        #expect(body["new"]?.array?.contains { $0["booking"]?.string == Nights.hostile[0] } == true)
        #expect(!request.body.contains("Secret") && !request.body.contains("7700"))
        // A key that others can read is not used.
        #expect(try world.shell("chmod 644 secret").status == 0)
        #expect(telling.tell(night)[0].sentence.contains("others can read this secret"))
        #expect(try server.requests.count == 1)
    }

    @Test func `that fails does not stop the others, and is said without what is secret`() throws {
        let world = try World()
        let server = try LocalServer(in: world)
        let night = try Nights.clean(in: world)
        try world.write(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$DAYBOOK_HEADLINE\" > '\(world.path("words"))'; cat > '\(world.path("told"))'\n",
            to: "tell")
        #expect(try world.shell("chmod 755 tell").status == 0)
        let telling = try Nights.telling(
            """
            alerts:
              - { email: ana@example.org, sendmail: /nowhere/sendmail }
              - { webhook: "\(server.address)/refuses/hush" }
              - { webhook: "http://127.0.0.1:1/hush" }
              - { command: [/bin/false] }
              - { command: ['\(world.path("tell"))', --x, "a b"] }
            ping: { url: "\(server.address)/check/hush/" }
            metrics: { textfile: '\(world.path("nowhere"))/x.prom' }
            """, in: world)
        telling.start()
        let outcomes = telling.tell(night)
        #expect(outcomes.map(\.isDone) == [false, false, false, false, true, false, true], "\(outcomes.map(\.line))")
        #expect(!outcomes.map(\.line).joined().contains("hush"), "\(outcomes.map(\.line))")
        #expect(Telling.status(of: night, outcomes) == 69)
        #expect(Telling.status(of: night, outcomes.filter { $0.isDone }) == 0)
        let count = NightSummary(night).compared
        #expect(
            try String(contentsOfFile: world.path("words"), encoding: .utf8)
                == "--x\na b\nall well – \(count) appointments agree\n")
        let told = try JSONValue(parsing: Array(Data(contentsOf: world.folder.appending(path: "told"))))
        #expect(told["allWell"]?.boolean == true && told["compared"]?.integer == count)
        let asked = try server.requests.map(\.path)
        #expect(asked == ["/check/hush/start", "/refuses/hush", "/refuses/hush", "/check/hush/69"])
        #expect(try server.requests.last?.body.contains("All \(count) appointments agree; 1 of 1 source read.") == true)
    }

    @Test func `is told of the nights for which it was asked`() throws {
        func told(_ night: Night) -> [Configuration.Alert.When] {
            Configuration.Alert.When.allCases.filter {
                AlertMessage(of: night, when: $0, report: nil, client: nil).isFor($0)
            }
        }
        #expect(try told(Nights.clean(in: World())) == [.always])
        let world = try World()
        let first = try Nights.riverside(["2026-03-02", "2026-03-05", "2026-03-06"], in: world)
        func night(_ outcome: Check.Outcome) throws -> Night {
            try Nights.night(of: [.init(id: "crm", zone: "Europe/London", outcome: .checked(outcome))], in: world)
        }
        #expect(try told(night(first)) == [.always, .findings, .new])
        let same = try night(Nights.riverside(["2026-03-07"], in: world))
        #expect(told(same) == [.always, .findings])
        #expect(
            NightWords(summary: NightSummary(same)).subject
                == "Daybook: 1 appointment is still missing from the schedule")
        var failed = same
        failed.anchors = [.init(anchor: "folder /mnt/usb", isDone: false, sentence: "there is no such folder")]
        #expect(told(failed) == [.always, .findings, .new])
    }

    @Test func `of a test reaches everybody, and says that nobody needs to do anything`() throws {
        let world = try World()
        try world.initialize()
        for name in ["a", "b"] {
            try world.write("#!/bin/sh\ncat > '\(world.path(name)).told'\n", to: name)
            #expect(try world.shell("chmod 755 \(name)").status == 0)
        }
        let telling = try Nights.telling(
            """
            alerts:
              - { email: ana@example.org, sendmail: '\(world.path("a"))', when: new }
              - { command: ['\(world.path("b"))'], when: findings }
            """, in: world)
        #expect(telling.test().map(\.isDone) == [true, true])
        let mail = try String(contentsOfFile: world.path("a.told"), encoding: .utf8)
        #expect(mail.contains("This is a test") && mail.hasPrefix("To: ana@example.org\nSubject: =?utf-8?B?"))
        let json = try JSONValue(parsing: Array(Data(contentsOf: world.folder.appending(path: "b.told"))))
        #expect(
            json["test"]?.boolean == true && json["headline"]?.string?.contains("nobody needs to do anything") == true)
    }

    @Test func `to a check that is pinged is cut at a whole character`() {
        for start in 0..<4 {
            let body = String(repeating: "x", count: start) + String(repeating: "€🩺", count: 3000)
            let cut = Pings.cut(body)
            #expect(cut.count <= Pings.most && cut.count > Pings.most - 4)
            #expect(String(validating: cut, as: UTF8.self) != nil)
        }
        #expect(Pings.cut("short") == Array("short".utf8) && Pings.cut("") == [])
    }

    @Test func `fits its schema`() throws {
        guard World.hasPython("jsonschema") else {
            return print("python3 has no jsonschema: nothing is held against its schema")
        }
        let world = try World()
        var night = try Nights.hostile(in: world)
        night.missed = (from: Timestamp("2026-03-08T02:00:00Z")!, to: Timestamp("2026-03-11T02:00:00Z")!, nights: 2)
        let ledger = try Nights.ledger(of: world)
        let messages = [
            AlertMessage(of: night, when: .always, report: "/r/x.html", client: { ledger.client(of: $0) }),
            AlertMessage(of: try Nights.clean(in: World()), when: .always, report: nil, client: nil),
            AlertMessage(of: try Nights.missing(in: World()), when: .always, report: nil, client: nil),
            .test(origin: "demo.example/daybook", at: systemClock()),
        ]
        let script = """
            import json, pathlib, sys
            import jsonschema
            here = pathlib.Path(sys.argv[1])
            schemas = {p.name: json.loads(p.read_text()) for p in here.glob("*.schema.json")}
            schema = schemas["daybook-alert-v1.schema.json"]
            try:
                from referencing import Registry, Resource
                others = Registry().with_resources((n, Resource.from_contents(s)) for n, s in schemas.items())
                known = jsonschema.Draft202012Validator(schema, registry=others)
            except ImportError:
                base = (here / "daybook-alert-v1.schema.json").as_uri()
                others = jsonschema.RefResolver(base_uri=base, referrer=schema)
                known = jsonschema.Draft202012Validator(schema, resolver=others)
            for line in sys.stdin:
                print(len(list(known.iter_errors(json.loads(line)))), *[e.message[:300] for e in known.iter_errors(json.loads(line))])
            """
        let lines = messages.map { $0.json.text + "\n" } + ["{}\n"]
        let faults = try world.python(
            script, [Fixtures.checkout.appending(path: "schemas").path], input: Data(lines.joined().utf8)
        ).split(separator: "\n").map(String.init)
        #expect(faults.prefix(4) == ["0", "0", "0", "0"], "\(faults)")
        #expect(faults[4].first != "0", "a check that cannot fail checks nothing")
    }

    @Test func `says of a schedule in doubt that it is the schedule, and not the appointments`() throws {
        let world = try World()
        let partial = try Nights.riverside(["2026-03-02", "2026-03-09"], in: world)
        let night = try Nights.night(
            of: [.init(id: "crm", zone: "Europe/London", outcome: .checked(partial))], in: world)
        let summary = NightSummary(night)
        let words = NightWords(summary: summary)
        #expect(summary.unjudged > 0 && summary.missing.isEmpty && night.status == 3)
        #expect(
            words.subject
                == "Daybook: the schedule is in doubt, and \(summary.unjudged) appointments could not be judged")
        let message = AlertMessage(of: night, when: .always, report: nil, client: nil)
        #expect(message.text.contains("To clients: Ring nobody on the strength of this"))
        #expect(message.text.contains("New warnings (1)") && message.text.contains("AR302 A-1066"))

        let other = try Nights.hostile(in: World(), allowed: false)
        #expect(
            NightWords(summary: NightSummary(other)).subject
                == "Daybook: 1 schedule is in doubt, and \(Nights.hostile.count) appointments could not be judged, 1 of 2 sources was not read"
        )
    }

    @Test func `tells what else went wrong`() throws {
        var night = try Nights.clean(in: World())
        (night.status, night.troubles) = (74, [("the disk is full", 74)])
        let message = AlertMessage(of: night, when: .new, report: nil, client: nil)
        #expect(message.subject == "Daybook: not all of the night's work could be done")
        #expect(message.text.contains("* the disk is full") && message.isFor(.new))
        #expect(message.json["troubles"]?.array?.map(\.string) == ["the disk is full"])
        night.verification = night.verification?.adding([
            Defect(code: "AR401", index: 3, kind: .edited, sentence: "Entry 3 was edited.")
        ])
        let damaged = AlertMessage(of: night, when: .always, report: nil, client: nil)
        #expect(damaged.subject.contains("the record itself is damaged"))
        #expect(damaged.text.contains("AR401: Entry 3 was edited.") && damaged.text.contains("Stop writing"))
    }
}
