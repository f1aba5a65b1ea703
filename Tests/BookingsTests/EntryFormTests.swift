import Bookings
import Testing
import Transparency

@Suite("The form of an entry")
struct EntryFormTests {
    private let plain = String(decoding: created().bytes, as: UTF8.self)

    private func answer(_ old: String, _ new: String) throws -> Answer {
        let text = plain.replacing(old, with: new, maxReplacements: 1)
        try #require(text != plain, "nothing was replaced")
        return Answer(utf8(text))
    }

    @Test func `the smallest booking`() throws {
        #expect(
            plain == #"{"daybook":1,"origin":"example.org/book","index":7,"previous":"\#(Hash.leaf([1]).base64)","#
                + #""recorded":"2026-01-12T10:04:17.204311Z","type":"booking.created","source":"crm","basis":"reported","#
                + #""booking":"A-1","appointment":{}}"#)
        #expect(Answer(utf8(plain)) == .entry(created()))
    }

    @Test(arguments: [
        (#","source":"crm""#, ""), (#","basis":"reported""#, ""), (#","booking":"A-1""#, ""),
        (#","appointment":{}"#, ""),
        (#"}}"#, #"},"body":{"x":1}}"#), (#"}}"#, #"},"sealed":{}}"#), (#""basis":"reported""#, #""basis":"guessed""#),
        (#""basis":"reported","#, #""basis":"reported","actor":{},"#),
        (#""basis":"reported","#, #""basis":"reported","reason":"No","#),
        (#""basis":"reported","#, #""basis":"reported","actor":{"kind":"client","id":"C-1"},"#),
        (#""basis":"reported","#, #""basis":"reported","actor":{"id":"x","kind":"user"},"#),
        (#""basis":"reported","#, #""basis":"reported","actor":{"kind":"user","id":""},"#),
        (#""basis":"reported","#, #""basis":"reported","actor":{"kind":"robot"},"#),
        (#""source":"crm","#, #""source":"","#), (#""source":"crm","#, #""source":"crm","sequence":-1,"#),
        (#""source":"crm","#, #""source":"crm","sequence":9007199254740992,"#),
        (#""source":"crm","#, #""source":"crm","occurred":"2026-01-12T10:04:17Z","#),
        (#""source":"crm","#, #""source":"crm","occurred":"2026-02-30T10:04:17.000000Z","#),
        (#""source":"crm","#, #""source":"c\u0072m","#), (#""source":"crm","#, #""source":"c\/m","#),
        (#""source":"crm","#, #""source":"c\u0000m","#), (#""source":"crm","#, #""source":"c\u001Fm","#),
        (#""source":"crm","#, #""source":"c\u0009m","#), (#""source":"crm","#, #""source":"c\u007fm","#),
        (#""index":7"#, #""index":-7"#), (#""index":7"#, #""index":07"#), (#""index":7"#, #""index":7.0"#),
        (#""index":7"#, #""index":7e0"#), (#""index":7"#, #""index":"7""#),
        (#""index":7"#, #""index":9223372036854775808"#),
        (#""index":7"#, #""index":-9223372036854775808"#), (#""index":7"#, #""index":-0"#),
        (#""daybook":1"#, #""daybook":"1""#), (#""origin":"example.org/book""#, #""origin":"Example.org""#),
        (#""origin":"example.org/book""#, #""origin":"""#), (#"Z","type""#, #"+00:00","type""#),
        (#""appointment":{}"#, #""appointment":{"start":"2026-06-11T09:30:00Z"}"#),
        (#""appointment":{}"#, #""appointment":{"start":"2026-06-11T09:30:00-00:00"}"#),
        (#""appointment":{}"#, #""appointment":{"start":"2026-06-11T09:30+01:00"}"#),
        (#""appointment":{}"#, #""appointment":{"status":"confirmed"}"#),
        (#""appointment":{}"#, #""appointment":{"word":""}"#),
        (#""appointment":{}"#, #""appointment":{"zone":"Europe/London","start":"2026-06-11T09:30:00+01:00"}"#),
        (#""appointment":{}"#, #""appointment":{"room":"1"}"#), (#""appointment":{}"#, #""appointment":[]"#),
        (#""appointment":{}"#, #""appointment":{"series":null}"#),
    ])
    func `what the printer would not have printed is refused`(old: String, new: String) throws {
        #expect(try answer(old, new) == .refused)
    }

    @Test(arguments: [
        (#""daybook":1"#, #""daybook":2"#), (#""daybook":1"#, #""daybook":0"#),
        (#""type":"booking.created""#, #""type":"booking.dreamt""#),
    ])
    func `another version or type is not understood`(old: String, new: String) throws {
        #expect(try answer(old, new) == .notUnderstood)
    }

    @Test func `not understood is only what is well formed`() throws {
        for (old, new) in [
            (#""daybook":1"#, #""daybook":2"#), (#""type":"booking.created""#, #""type":"booking.dreamt""#),
        ] {
            let text = plain.replacing(old, with: new)
            #expect(Answer(utf8(text)) == .notUnderstood)
            #expect(Answer(utf8(text + "}")) == .refused, "\(new)")
            #expect(Answer(utf8(String(text.dropLast()))) == .refused, "\(new)")
            #expect(Answer(utf8(String(text.prefix(80)))) == .refused, "\(new)")
            #expect(Answer(utf8(text.replacing("A-1", with: "A-1\\u0000"))) == .refused, "\(new)")
        }
    }

    @Test func `a body of another shape is not understood`() {
        var entry = Entry(
            origin: "example.org", index: 3, previous: .zero, recorded: Timestamp(seconds: 0), type: .ledgerState)
        entry.body = .object(["size": .integer(1), "root": .string(Hash.zero.base64)])
        #expect(Answer(entry.bytes) == .entry(entry))
        for body in [
            #"{"size":1}"#, #"{"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","size":1}"#,
            #"{"size":-1,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"size":1,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
            #"{"size":1,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","more":true}"#, #"7"#,
        ] {
            let text = String(decoding: entry.bytes, as: UTF8.self).replacing(
                #"{"size":1,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#, with: body)
            #expect(Answer(utf8(text)) == .notUnderstood, "\(body)")
        }
    }

    @Test func `what could not be read again is not printed`() async {
        await #expect(processExitsWith: .failure) { _ = created { $0.booking = "" }.bytes }
        await #expect(processExitsWith: .failure) {
            var entry = Entry(
                origin: "example.org", index: 3, previous: .zero, recorded: Timestamp(seconds: 0), type: .caseOpened)
            entry.body = .object(["case": .string("")])
            _ = entry.bytes
        }
    }

    @Test func `erased fields stand in ascending entries, each with names`() {
        func row(_ index: Int, _ names: String...) -> JSONValue { .array([.integer(index), .strings(names)]) }
        func answer(_ erased: JSONValue) -> Answer {
            var entry = Entry(
                origin: "example.org", index: 30, previous: .zero, recorded: Timestamp(seconds: 0),
                type: .erasureCompleted)
            entry.body = .object(["erased": .array([row(0, "note")])])
            let text = String(decoding: entry.bytes, as: UTF8.self)
            return Answer(utf8(text.replacing(#"[[0,["note"]]]"#, with: erased.text)))
        }
        #expect(answer(.array([row(0, "note"), row(2, "client.name", "note")])) != .notUnderstood)
        for erased: JSONValue in [
            .array([row(2, "note"), row(2, "other")]), .array([row(2, "note"), row(1, "other")]),
            .array([row(-1, "note")]),
            .array([row(1)]), .array([row(1, "Name")]), .array([.array([.integer(1)])]),
        ] {
            #expect(answer(erased) == .notUnderstood, "\(erased.text)")
        }
    }

    @Test func `sealed fields stand in byte order, each once, under lower-case names`() throws {
        let digest = Hash.leaf([2])
        let field = { (name: String) in #""\#(name)":"\#(Base64.url.encode(digest.bytes))""# }
        func answer(_ names: String...) throws -> Answer {
            try self.answer(
                #""appointment":{}"#, #""appointment":{},"sealed":{\#(names.map(field).joined(separator: ","))}"#)
        }
        #expect(
            try answer("client.id", "client.name", "note")
                == .entry(
                    created {
                        $0.sealed = ["client.id", "client.name", "note"].map { .init(name: $0, digest: digest) }
                    }))
        #expect(try answer("client.name", "client.id") == .refused)
        #expect(try answer("note", "note") == .refused)
        #expect(try answer("Note") == .refused)
        #expect(try answer("1note") == .refused)
        #expect(try answer(String(repeating: "n", count: 64)) != .refused)
        #expect(try answer(String(repeating: "n", count: 65)) == .refused)
        #expect(
            try self.answer("}}", #"},"sealed":{"note":"\#(digest.base64)"}}"#) == .refused,
            "base64 of the other alphabet")
    }

    @Test func `an entry has at most 65,535 bytes`() throws {
        let longest = Entry.longest - created { $0.appointment?.service = "x" }.bytes.count + 1
        let entry = created { $0.appointment?.service = String(repeating: "x", count: longest) }
        #expect(entry.bytes.count == 65_535)
        #expect(Answer(entry.bytes) == .entry(entry))
        #expect(
            Answer(created { $0.appointment?.service = String(repeating: "x", count: longest + 1) }.bytes) == .refused)
    }

    @Test func `composed and decomposed letters are two entries`() {
        let (composed, decomposed) = (created { $0.booking = "\u{e9}" }, created { $0.booking = "e\u{301}" })
        #expect(composed != decomposed)
        #expect(composed.bytes != decomposed.bytes)
        #expect(Answer(decomposed.bytes) == .entry(decomposed))
    }

    @Test func `codes, names of fields and names of ledgers`() {
        for text in ["a", "9", "no-show", "a_b.c-1", String(repeating: "a", count: 64)] {
            #expect(Entry.isCode(text), "\(text)")
        }
        for text in ["", "A", "-a", ".a", "a b", "é", String(repeating: "a", count: 65), "a\n"] {
            #expect(!Entry.isCode(text), "\(text)")
        }
        #expect(Entry.isFieldName("client.id"))
        #expect(!Entry.isFieldName("9a"))
        for text in ["a", "/", "riverside.example/day_book-1", String(repeating: "a", count: 255)] {
            #expect(Entry.isValidOrigin(text), "\(text)")
        }
        for text in ["", "A", "a b", "a+b", "a,b", "a:b", "é", String(repeating: "a", count: 256)] {
            #expect(!Entry.isValidOrigin(text), "\(text)")
        }
    }
}
