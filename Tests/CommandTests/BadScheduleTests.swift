import Bookings
import Foundation
import TestSupport
import Testing

/// A text that is refused, and words of why. It may be long, and is not printed whole.
private struct Refused: CustomTestStringConvertible {
    let text: String
    let word: String
    var testDescription: String { "\(text.prefix(60).debugDescription): \(word)" }
}

/// An export, or the configuration that says how to read it, that is not what it should be.
struct `A bad export` {
    private func observe(_ bytes: [UInt8], _ extra: String = "") throws -> (World, World.Outcome) {
        let world = try World()
        try world.initialize()
        try Data(bytes).write(to: URL(filePath: world.path("s.csv")))
        let outcome = try world.bounded(
            "daybook observe s.csv --source crm --from 2026-01-01 --to 2027-01-01 --complete --cancelled kept "
                + "--zone Europe/London --taken-at 2026-06-01T02:00:00Z \(extra)")
        return (world, outcome)
    }

    private static let wide = String(repeating: "c,", count: 500_000)
    private static let tall = "\"" + String(repeating: "\n", count: 10_000) + "Ref\",start\nA-1,\n"

    private static let wider = "booking,start" + String(repeating: ",c", count: 1_000_000) + "\nA-1,\n"
    private static let soon = "booking,start\n" + (0..<30).map { "A-\($0),soon\n" }.joined()
    private static let clients =
        "booking,start,status\n" + (0..<30).map { "A-\($0),2026-06-11 09:30,Client \($0)\n" }.joined()

    private static let refused: [(String, String)] = [
        ("", "s.csv: the file is empty"), ("\u{feff}", "s.csv, line 1: the file has no header"),
        (String(repeating: "\n", count: 10_000), "no header"),
        (",,,\n,,,\n", "no header"), ("\"", "line 1: the quote opened on this line is not closed"),
        ("booking,start\n\"A-1,2026\nA-2,\n", "line 2: the quote opened on this line is not closed"),
        ("booking,start\n\"A\"1,\n", "line 2: something follows a closing quote"),
        ("booking,start,booking\n1,,2\n", "column booking: two columns of this name"),
        ("booking,start,start\n1,,2\n", "column start: two columns of this name"),
        ("A-1,2026-06-11 09:30,Asha Patel\n", "the first line seems to be no header but a row"),
        ("Booking,Start\nA-1,\n", "column booking: no column of this name; the file has \"Booking\", \"Start\""),
        ("booking;start,x\nA-1;\n", "column booking: no column of this name"),
        ("booking\nA-1\n", "column start: no column of this name"),
        (wide, "line 1: a header of more than 4096 columns"), (wider, "line 1: a row of more than 1048576 bytes"),
        (tall, "column booking: no column of this name"),
        ("booking,start\nA-1,\nA\0,\n", "line 3: a NUL byte"),
        ("booking,start\n\u{1b}[2J\0", "line 2: a NUL byte"),
        ("\u{1b}[2J\u{202e},start\n", "column booking: no column of this name"),
        ("{\"booking\":\"A\"}\n", "no column of this name"),
        ("PK\u{3}\u{4}\0\0", "line 1: a NUL byte"), ("<html><body>", "column booking: no column of this name"),
        (soon, "30 of 30 starts cannot be read"),
        (
            clients,
            "column status: the column holds more than 20 words"
        ),
    ]

    @Test(arguments: refused.map { Refused(text: $0, word: $1) })
    fileprivate func `is refused as a whole with the place and the remedy, and nothing is recorded`(
        bad: Refused
    ) throws {
        let (world, outcome) = try observe(Array(bad.text.utf8))
        outcome.expect(65, says: ["s.csv", bad.word])
        #expect(outcome.errors.utf8.count < 4000)
        #expect(!outcome.errors.contains("Asha"))
        #expect(try world.daybook("verify", "--projections", "--json").json["size"]?.integer == 1)
    }

    @Test(
        arguments: [
            ([0xff, 0xfe, 0x62, 0x00], "", "this is UTF-16", "encoding: utf-16"),
            ([0xfe, 0xff, 0x00, 0x62], "", "this is UTF-16", "encoding: utf-16"),
            (Array("booking,start\nA".utf8) + [0xff], "", "this is not UTF-8", "windows-1252"),
            ([0xef, 0xbb, 0xbf, 0x62], "--encoding windows-1252", "this is UTF-8", "is declared"),
            ([0x62, 0x0a], "--encoding utf-16", "no UTF-16", "byte order mark"),
            ([0xff, 0xfe, 0x00, 0xd8], "--encoding utf-16", "not utf-16", "UTF-8"),
            ([0xff, 0xfe, 0x62], "--encoding utf-16", "not utf-16", "UTF-8"),
            (Array("booking,start\nA".utf8) + [0x81], "--encoding windows-1252", "not windows-1252", "UTF-8"),
        ] as [([UInt8], String, String, String)])
    func `in another encoding is refused with what to declare`(
        bytes: [UInt8], option: String, word: String, remedy: String
    ) throws {
        let (_, outcome) = try observe(bytes, option)
        outcome.expect(65, says: ["s.csv, line", word, remedy])
    }

    @Test func `has rows that are bad, which are findings, and rows that are good, which are recorded`() throws {
        let bad = [
            "B-1,2026-02-30 10:00,booked,", "B-2,2026-06-11 128:00:00,booked,", "B-3,0000-01-01 00:00,booked,",
            "B-4,10000-01-01 00:00,booked,", "B-5,2026-06-30 23:59:60,booked,",
            "B-6,2026-06-11T09:30+99:99,booked,", "B-7,2026-03-29 01:30,booked,", "B-8,-2026-06-11 09:30,booked,",
            "B-9,NaN,booked,", "B-10,2026-06-11 09:30,booked,too,many,fields", "B-11",
            ",2026-06-11 09:30,booked,no id", "\(String(repeating: "x", count: 1025)),2026-06-11 09:30,booked,",
            "B-12,2026-06-11 09:30,\u{1b}[31mOdd\u{202e},",
        ]
        let good = (0..<40).map {
            "G-\($0),2026-06-11 09:30,booked,\($0 == 0 ? String(repeating: "n", count: 65_536) : "")"
        }
        let rows = (good + bad).joined(separator: "\r")
        for end in ["", "\r", "\r\r\r"] {
            let (world, outcome) = try observe(
                Array(("\u{feff}booking,start,status,note\r" + rows + end).utf8), "--json")
            #expect(outcome.status != 0 && outcome.status < 4, "\(outcome.errors)")
            let codes = try outcome.json.findings
            #expect(codes.contains { $0.code == "AR112" } && codes.contains { $0.code == "AR206" })
            for id in ["G-0", "G-39", "B-1", "B-10", "B-11", "B-12"] {
                #expect(try world.daybook("history", id).status == 0, "\(id)")
            }
            let plain = try world.bounded(
                "daybook reconcile s.csv --source crm --zone Europe/London --dry-run; daybook findings")
            plain.expect(0, says: [])
            try world.bounded("daybook verify --projections").expect(0, says: [])
        }
    }

    @Test func `in JSON is refused by line, or read but for what makes no sense`() throws {
        let world = try World()
        try world.initialize()
        func observe(_ text: String) throws -> World.Outcome {
            try world.write(text, to: "s.ndjson")
            return try world.bounded("daybook observe s.ndjson --source crm --taken-at 2026-06-01T02:00:00Z --dry-run")
        }
        func reconcile(_ text: String) throws -> World.Outcome {
            try world.write(text, to: "s.ndjson")
            return try world.bounded(
                "daybook reconcile s.ndjson --source crm --taken-at 2026-06-01T02:00:00Z --dry-run")
        }
        let good = #"{"booking":"A-1","start":null}"# + "\n"
        for (line, word) in [
            ("[", "not JSON"), (String(repeating: "[", count: 100_000), "nested more than 64 deep"),
            (#"{"booking":"a","booking":"b"}"#, "stands there twice"), ("7", "not a JSON object"),
            (#"{"booking":NaN}"#, "not JSON"), (#"{"booking":"\ud800"}"#, "surrogate"),
            (#"{"booking":"\u0000"}"#, "U+0000"), ("\0", "NUL"),
        ] {
            try reconcile(good + line + "\n" + good).expect(65, says: ["s.ndjson, line 2", word])
        }
        try reconcile(#"{"Ref":1}"# + "\n").expect(65, says: ["s.ndjson", "booking", "\"Ref\""])
        try reconcile(
            good + #"{"booking":-0,"start":1e999}"# + "\n" + #"{"booking":9007199254740992,"start":[]}"# + "\n"
                + #"{"booking":true}"# + "\n"
        ).expect(0, says: [])
    }
}

/// A configuration that is not what it should be.
struct `A bad configuration` {
    private static let bomb: String = {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }()

    private static let keyBomb = bomb + "? *a30\n: x\n"
    private static let sourceBomb = bomb + "sources: *a30\n"
    private static let lists = String(repeating: "[", count: 100_000)
    private static let maps = String(repeating: "{a: ", count: 100_000)
    private static let dashes = String(repeating: "- ", count: 100_000)
    private static let long = String(repeating: "x", count: (1 << 20) + 1)

    private static let refused: [(String, String)] = [
        ("\t- a\n", "line 1: this is no YAML"), ("sources:\n\t- id: a\n", "line 2: this is no YAML"),
        ("ledger: \"\n", "this is no YAML"), ("ledger: a\nledger: b\n", "\"ledger\" stands twice"),
        ("- a\n- b\n", "line 1: the configuration must be a list of keys with values"), ("hello\n", "line 1"),
        ("ledger: a\0b\n", "cannot be read as YAML"), ("ledger: \"a\\0b\"\n", "line 1: \"ledger\" must be a text"),
        ("ledger: [a]\n", "\"ledger\" must be a text"), ("ledger: {a: b}\n", "\"ledger\" must be a text"),
        ("ledger:\n", "\"ledger\" must be a text"), ("sources: 7\n", "\"sources\" must be a list"),
        ("sources: [ {} ]\n", "needs the key \"id\""), ("sources: [ { id: \"\" } ]\n", "\"id\" must be a text"),
        ("sources: [ { id: a }, { id: a } ]\n", "two sources have the id a"),
        ("sources: [ { id: a, zone: Mars/Base } ]\n", "no zone is known by the name \"Mars/Base\""),
        ("sources: [ { id: a, zone: ../../etc/passwd } ]\n", "no zone is known"),
        ("sources: [ { id: a, coverage: { from: 2026-02-30 } } ]\n", "\"from\" must be today"),
        ("sources: [ { id: a, coverage: { to: +99999999999999999999d } } ]\n", "\"to\" must be today"),
        ("sources: [ { id: a, coverage: { takenAt: 10000-01-01T00:00:00Z } } ]\n", "\"takenAt\""),
        ("sources: [ { id: a, status: { x: y } } ]\n", "is mapped to none of"),
        ("sources: [ { id: a, schedule: { path: x, map: { booking: [] } } } ]\n", "must be mapped to one column"),
        ("sources: [ { id: a, schedule: { path: x, map: { booking: [[a]] } } } ]\n", "the name of a column"),
        ("sources: [ { id: \"\\e[31m\", \"\\e]0;x\\a\\u202e\": 1 } ]\n", "has no key"),
        ("thresholds: { massRows: 99999999999999999999 }\n", "whole number"),
        ("thresholds: { massRows: -1 }\n", "whole"),
        ("thresholds: { late: NaN }\n", "duration"), ("thresholds: { late: 9223372036854775807d }\n", "duration"),
        (lists, "this is no YAML"),
        (maps, "this is no YAML"),
        (dashes, "this is no YAML"),
        (long, "longer than 1048576 bytes"),
        (bomb, "an alias (*name)"), (keyBomb, "an alias (*name)"),
        (sourceBomb, "an alias (*name)"), ("a: &a [*a]\n", "an alias (*name)"),
    ]

    @Test(arguments: refused.map { Refused(text: $0, word: $1) })
    fileprivate func `is refused by its line, at once`(bad: Refused) throws {
        let world = try World()
        try world.initialize()
        try world.write(bad.text, to: "daybook.yaml")
        let (outcome, peak) = try world.measured("true", "verify")
        outcome.expect(65, says: ["daybook.yaml", bad.word])
        #expect(peak < 120_000)
    }

    @Test func `with very many sources is refused in no more time than it takes to name them`() throws {
        let world = try World()
        try world.initialize()
        try world.write(
            "sources:\n" + (0..<8000).map { "  - { id: s\($0), zone: x }\n" }.joined(), to: "daybook.yaml")
        try world.bounded("daybook verify").expect(65, says: ["daybook.yaml, line 8001: no zone is known"])
    }
}
