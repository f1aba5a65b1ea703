import Bookings
import Foundation
import TestSupport
import Testing

/// A line among events that is not what it should be. The events around it are recorded, and it is not lost itself.
struct `A bad event` {
    private static func event(_ id: String, _ subject: String, data: String = "{}") -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"crm","type":"booking.created","subject":"\#(subject)","data":\#(data)}"#
    }

    private static func good(_ member: String, is value: String) -> String {
        let old = [
            "specversion": #""1.0""#, "id": #""e-7""#, "source": #""crm""#, "type": #""booking.created""#,
            "subject": #""A-7""#, "data": "{}",
        ]
        return event("e-7", "A-7").replacing("\"\(member)\":\(old[member]!)", with: "\"\(member)\":\(value)")
    }

    /// A line that is refused, and a word of why.
    struct Refused: CustomTestStringConvertible {
        let bytes: [UInt8]
        let word: String
        init(_ text: String, _ word: String) { self.init(Array(text.utf8), word) }
        init(_ bytes: [UInt8], _ word: String) { (self.bytes, self.word) = (bytes, word) }
        var testDescription: String { "\(String(decoding: bytes.prefix(60), as: UTF8.self)): \(word)" }
    }

    static let refused: [Refused] = [
        Refused("{", "not JSON"), Refused("}", "not JSON"), Refused("[]", "no JSON object"),
        Refused("null", "no JSON object"), Refused("\"text\"", "no JSON object"), Refused("7", "no JSON object"),
        Refused("{}", "\"specversion\" is missing"), Refused("NaN", "not JSON"), Refused("Infinity", "not JSON"),
        Refused(event("e-7", "A-7") + "x", "something follows"),
        Refused(event("e-7", "A-7") + "{}", "something follows"),
        Refused("{'a':1}", "not JSON"), Refused("{\"a\":1,}", "not JSON"), Refused("// note", "not JSON"),
        Refused("{\"a\":01}", "zero too many"), Refused("{\"a\":+1}", "not JSON"), Refused("{\"a\":.5}", "not JSON"),
        Refused("{\"a\":1.}", "digit is missing"), Refused("{\"a\":0x10}", "not JSON"),
        Refused("{\"a\":TRUE}", "not JSON"),
        Refused(String(repeating: "[", count: 100_000), "nested more than 64 deep"),
        Refused(String(repeating: #"{"a":"#, count: 100_000), "nested more than 64 deep"),
        Refused(String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000), "nested more than 64"),
        Refused(#"{"specversion":"1.0","specversion":"1.0"}"#, "stands there twice"),
        Refused(event("e-7", "A-7", data: #"{"note":"a","note":"b"}"#), "stands there twice"),
        Refused(event("e-7", "A\\u0000B"), "U+0000"), Refused(event("e-7", "A\0B"), "control character"),
        Refused(event("e-7", "A\tB"), "control character"), Refused(event("e-7", "\\ud800"), "surrogate"),
        Refused(event("e-7", "\\udc00x"), "surrogate"), Refused(event("e-7", "\\x41"), "no such escape"),
        Refused(event("e-7", "\\u12G4"), "four hex digits"),
        Refused(Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8), "not UTF-8"),
        Refused(Array(#"{"a":""#.utf8) + [0xc0, 0x80] + Array(#""}"#.utf8), "not UTF-8"),
        Refused(Array(#"{"a":""#.utf8) + [0xed, 0xa0, 0x80] + Array(#""}"#.utf8), "not UTF-8"),
        Refused(Array(#"{"a":"caf"#.utf8) + [0xe9] + Array(#""}"#.utf8), "not UTF-8"),
        Refused([0], "not JSON"), Refused([UInt8](repeating: 0, count: 5000), "not JSON"),
        Refused([0xff, 0xfe, 0x7b, 0x00], "not JSON"), Refused([0xef, 0xbb, 0xbf] + Array("{}".utf8), "not JSON"),
        Refused(good("specversion", is: "1.0"), "\"specversion\" is missing"),
        Refused(good("specversion", is: #""0.3""#), "another version"),
        Refused(good("type", is: "7"), "\"type\" is missing"),
        Refused(good("type", is: "null"), "\"type\" is missing"),
        Refused(good("type", is: #""booking.exploded""#), "none that a source reports"),
        Refused(good("type", is: #""ledger.opened""#), "none that a source reports"),
        Refused(good("type", is: #""snapshot.taken""#), "none that a source reports"),
        Refused(good("type", is: #""Booking.Created""#), "none that a source reports"),
        Refused(good("source", is: "null"), "\"source\" is missing"), Refused(good("source", is: #""""#), "\"source\""),
        Refused(good("source", is: "[]"), "neither text nor"), Refused(good("source", is: "true"), "neither text nor"),
        Refused(good("source", is: "\"" + String(repeating: "s", count: 1025) + "\""), "longer than 1024 bytes"),
        Refused(good("subject", is: "{}"), "neither text nor"), Refused(good("subject", is: "1.5"), "neither text nor"),
        Refused(good("subject", is: "1e3"), "neither text nor"), Refused(good("subject", is: "-0"), "neither text nor"),
        Refused(good("subject", is: "9007199254740992"), "neither text nor"),
        Refused(good("subject", is: "null"), "the booking's id, is missing"),
        Refused(good("subject", is: "\"" + String(repeating: "é", count: 513) + "\""), "longer than 1024 bytes"),
        Refused(good("subject", is: "\"" + String(repeating: "x", count: 65_536) + "\""), "longer than 1024 bytes"),
        Refused(event("e-7", "A-7", data: "\"" + String(repeating: "x", count: 1 << 20) + "\""), "longer than 1048576"),
    ]

    private func expectRefusal(_ lines: [Refused]) throws {
        let world = try World()
        try world.initialize()
        var input = Data()
        for (number, line) in lines.enumerated() {
            input += Data((Self.event("g-\(number)", "G-\(number)") + "\n").utf8) + line.bytes + [0x0a]
        }
        input += Data(Self.event("g-last", "G-last").utf8)
        try input.write(to: URL(filePath: world.path("events")))
        let outcome = try world.bounded("daybook record --json events")
        #expect(outcome.status == 65)
        let answer = try outcome.json
        #expect(answer["recorded"]?.integer == lines.count + 1, "the good ones are recorded")
        let refusals = answer["refused"]?.array ?? []
        try #require(refusals.count == lines.count)
        for (number, (line, refusal)) in zip(lines, refusals).enumerated() {
            #expect(refusal["place"]?.string == "events, line \(2 * number + 2)")
            let reason = refusal["reason"]?.string ?? ""
            #expect(reason.contains(line.word), "\(line.testDescription): \(reason)")
            #expect(reason.unicodeScalars.allSatisfy(World.Outcome.isHarmless))
        }
        let kept = try world.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                "import sqlite3; print('\\n'.join(r[0].hex() for r in sqlite3.connect('daybook.sqlite').execute('select original from dead_letter order by cast(substr(place, instr(place, \"line \") + 5) as integer)')))",
            ])
        let originals = kept.output.split(separator: "\n").map { bytes(hex: String($0)) }
        #expect(originals == lines.map { Array($0.bytes.prefix(IncomingEvent.longest + 1)) }, "each is kept as it came")
        try world.bounded("daybook verify --projections").expect(0, says: [])
        #expect(try world.daybook("history", "G-last").status == 0)
    }

    @Test func `is refused by name and kept, and what stands around it is recorded`() throws {
        try expectRefusal(Self.refused)
    }

    @Test(
        arguments: [
            (#"{"appointment":[]}"#, false), (#"{"appointment":"tomorrow"}"#, false),
            (#"{"appointment":{"start":7}}"#, false),
            (#"{"appointment":{"start":"2026-02-30T09:30:00Z"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T128:00:00Z"}}"#, false),
            (#"{"appointment":{"start":"0000-01-01T00:00:00Z"}}"#, false),
            (#"{"appointment":{"start":"10000-01-01T00:00:00Z"}}"#, false),
            (#"{"appointment":{"start":"2026-06-30T23:59:60Z"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T24:00:00Z"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T09:30:00+24:00"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T09:30:00+99:99"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T09:30:00-00:00"}}"#, false),
            (#"{"appointment":{"start":"9999-12-31T23:59:59-23:59"}}"#, false),
            (#"{"appointment":{"start":"0001-01-01T00:00:00+23:59"}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T09:30:00"}}"#, false), (#"{"appointment":{"start":""}}"#, false),
            (#"{"appointment":{"start":null,"status":[1],"practitioner":{},"zone":1e999}}"#, false),
            (#"{"appointment":{"start":"2026-06-11T09:30:00+01:00","end":false}}"#, true),
            (#"{"client":"Asha","actor":[[]],"reason":{},"note":[],"supersedes":{"a":1}}"#, false),
            (#"{"client":{"id":true,"name":[],"phone":-0,"email":1e999,"born":{}}}"#, false), ("[1,2]", false),
            ("null", false),
            ("1e999", false), (#""text""#, false),
            (#"{"client":{"name":"\#(String(repeating: "x", count: 65_536))"}}"#, false),
            (#"{"note":"\#(String(repeating: "é", count: 400_000))"}"#, false),
            (#"{"appointment":{"service":"\#(String(repeating: "\\u0001", count: 20_000))"}}"#, false),
        ] as [(String, Bool)])
    func `has one value that makes no sense, and the rest of it is recorded`(data: String, hasStart: Bool) throws {
        let world = try World()
        try world.initialize()
        try world.write(Self.event("e-1", "A-1", data: data) + "\n", to: "events")
        try world.bounded("daybook record events").expect(0, says: [])
        let history = try world.bounded("daybook history A-1")
        history.expect(0, says: [])
        #expect(history.output.contains("11 June 2026 at 09:30") == hasStart, "\(history.output)")
        try world.bounded("daybook verify --projections").expect(0, says: [])
        #expect(try world.daybook("record", "events").output.contains("1 known already"), "the same event again")
    }

    @Test func `is one of Windows: with a byte order mark and CR LF it is as good as any`() throws {
        let world = try World()
        try world.initialize()
        let lines = "\u{feff}" + Self.event("e-1", "A-1") + "\r\n\r\n" + Self.event("e-2", "A-2") + "\r\n"
        try world.write(lines, to: "events")
        let outcome = try world.bounded("daybook record events")
        outcome.expect(0, says: [])
        #expect(outcome.output.hasPrefix("recorded 2;"))
    }
}

/// Ids as nobody should give them: what is recorded under one is found under it, and steers no terminal.
struct `A strange id` {
    private static let ids = [
        "A\u{1b}[31mred\u{1b}[0m", "\u{1b}]0;title\u{7}", "\u{9b}2J", "A\u{8}\u{8}B", "A\rB", "A\nB", "A\u{202e}B",
        "\u{2066}A\u{2069}", "A\u{200b}B", "A\u{ad}B", "\u{feff}A", "A\u{2028}B", "A\u{85}B", "A\u{7f}", "\u{e0041}A",
        "A\"B", "A'B", "A\\B", "A,B;C", "</script><script>alert(1)</script>", "A%s%n", "$(id)", "`id`", "; rm -rf /",
        "../../etc/passwd", "-A", "--json", "=1+1", "caf\u{e9}", "cafe\u{301}", "😀", "👩‍⚕️", "ﷺ", "Z̴̙a̷͓l̵g̸o",
        "0", "007", "7", "null", "NaN", " ", String(repeating: "x", count: 1024), String(repeating: "é", count: 512),
        "A'; DROP TABLE entry; --",
    ]

    @Test func `is kept apart from every other, and reaches no terminal raw`() throws {
        let world = try World()
        try world.initialize()
        let lines = Self.ids.enumerated().map { number, id in
            JSONValue.object([
                "specversion": .string("1.0"), "id": .string(id), "source": .string("crm"),
                "type": .string("booking.created"), "subject": .string(id), "sequence": .integer(number),
                "time": .string("2026-05-01T09:00:00Z"),
                "data": .object([
                    "appointment": .object([
                        "start": .string("2026-06-11T09:30:00+01:00"), "status": .string("booked"),
                        "practitioner": .string(id),
                    ]), "client": .object(["id": .string("C" + id), "name": .string(id)]),
                ]),
            ]).text
        }
        try world.write(lines.joined(separator: "\n") + "\n", to: "events")
        let recorded = try world.bounded("daybook record events")
        recorded.expect(0, says: [])
        #expect(recorded.output.hasPrefix("recorded \(Self.ids.count);"))
        for id in Self.ids {
            let history = try world.daybook("history", "--json", "--", id)
            #expect(Array((try history.json["booking"]?.string ?? "").utf8) == Array(id.utf8))
            for arguments in [["history", "--", id], ["investigate", "--booking", id]] {
                // What starts like an option is one, where it does not stand behind "--".
                if arguments[0] == "investigate", id.hasPrefix("-") { continue }
                let outcome = try world.daybook(arguments)
                #expect(outcome.output.unicodeScalars.allSatisfy(World.Outcome.isHarmless), "\(arguments[0]) \(id)")
                #expect(outcome.errors.unicodeScalars.allSatisfy(World.Outcome.isHarmless), "\(arguments[0]) \(id)")
                #expect([0, 3].contains(outcome.status), "\(arguments[0]) \(id): \(outcome.errors)")
            }
        }
        try world.write("booking,start,status\nother,2026-06-12T09:30:00+01:00,booked\n", to: "s.csv")
        let report = try world.bounded(
            "daybook reconcile s.csv --source crm --from 2026-06-01 --to 2026-07-01 --complete --cancelled kept "
                + "--taken-at 2026-06-05T02:00:00Z --allow-mass-disappearance --by 'x\u{1b}[2J'")
        report.expect(1, says: [])
        #expect(report.output.split(separator: "\n").count { $0.contains("AR101") } == Self.ids.count)
        try world.bounded("daybook findings").expect(0, says: [])
        try world.bounded("daybook verify --projections").expect(0, says: [])
    }
}
