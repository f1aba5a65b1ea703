import Bookings
import TestSupport
import Testing
import Transparency

@Suite("Reading JSON")
struct JSONReaderTests {
    private struct Canonicalization: Decodable {
        struct Vector: Decodable {
            let name, input_base64, output_base64: String
        }
        let vectors: [Vector]
    }

    private func free(_ text: String) -> JSONValue? { try? JSONValue(parsing: utf8(text)) }
    private func canonical(_ text: String) -> JSONValue? { try? JSONValue(canonical: utf8(text)) }

    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .boolean(true)), ("\t\r\n false", .boolean(false)), ("0", .integer(0)),
        ("-1", .integer(-1)),
        ("9007199254740991", .integer(9_007_199_254_740_991)), ("-9007199254740991", .integer(-9_007_199_254_740_991)),
        ("9007199254740992", .number("9007199254740992")), ("-9007199254740992", .number("-9007199254740992")),
        ("9223372036854775807", .number("9223372036854775807")),
        ("-9223372036854775808", .number("-9223372036854775808")),
        ("-9223372036854775809", .number("-9223372036854775809")),
        ("123456789012345678901234567890", .number("123456789012345678901234567890")),
        ("-0", .number("-0")), ("1.0", .number("1.0")), ("-0.5", .number("-0.5")), ("1e9", .number("1e9")),
        ("1E+9", .number("1E+9")),
        ("0e-0", .number("0e-0")), ("[]", .array([])), ("[ ]", .array([])), ("{ }", .object([])),
        ("[1 , [ ] ,{}]", .array([.integer(1), .array([]), .object([])])),
        ("{ \"a\" : 1 }", .object([.init("a", .integer(1))])),
        ("{\"\":\"\"}", .object([.init("", .string(""))])), ("\"\\u00e9\\/\\b\\f\"", .string("é/\u{8}\u{c}")),
        ("\"\\ud834\\uDD1E\"", .string("𝄞")), ("\"\\ud800\\udc00\\udbff\\udfff\"", .string("\u{10000}\u{10ffff}")),
        ("\"\u{7f}\u{2028}\"", .string("\u{7f}\u{2028}")), ("\"\\uFFFF\"", .string("\u{ffff}")),
    ])
    func `what RFC 8259 allows is read`(text: String, value: JSONValue) {
        #expect(free(text) == value, "\(text)")
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "+1", "01", "-", "-01", "1.", ".5", "1e", "1e+", "1.e1",
        "0x1", "1 2", "[", "]", "[1", "[1,",
        "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "{1:1}", "{'a':1}", "'a'", "\"", "\"a",
        "\"\\\"", "\"\\", "\"\\x\"", "\"\\u\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"a\nb\"", "\"a\tb\"",
        "\"a\u{1}b\"", "\"a\u{1f}b\"", "\"\u{0}\"",
        "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"",
        "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud800\\u0041\"",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", "1//", "/**/1",
        "\u{feff}1", "\u{a0}1", "\u{b}1",
        "[1}", "{\"a\":1]", "\"a\"\"b\"", "1,", "\u{0}", "1\u{0}",
    ])
    func `what RFC 8259 does not allow, and what cannot be recorded, is refused`(text: String) {
        #expect(free(text) == nil, "\(text.debugDescription)")
        #expect(canonical(text) == nil, "\(text.debugDescription)")
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xe0, 0x80, 0x80, 0x22],
            [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xff, 0x22], [0x22, 0xf0, 0x9f, 0x98, 0x22], [0xff],
            [0x22, 0xed, 0xb0, 0x80, 0x22],
            [0x22, 0x5c, 0x6e, 0xc3, 0x22], [0x22, 0x5c, 0x6e, 0xc3, 0x5c, 0x6e, 0xa9, 0x22], [0x22, 0xef, 0xbb, 0x22],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(throws: JSONError.self) { try JSONValue(canonical: bytes) }
    }

    @Test(arguments: [
        "null", " 1", "1 ", "[1, 2]", "[ ]", "{ }", "{\"a\" :1}", "{\"a\": 1}", "-0", "1.0", "1e0", "9007199254740992",
        "-9007199254740992", "-9223372036854775808",
        "\"\\/\"", "\"\\u0041\"", "\"\\u00e9\"", "\"\\u0009\"", "\"\\u000a\"", "\"\\u0008\"", "\"\\u000c\"",
        "\"\\u000d\"", "\"\\u001F\"", "\"\\u0022\"", "\"\\u005c\"",
        "\"\\u007f\"", "\"\\ud834\\udd1e\"", "[null]", "{\"a\":null}",
    ])
    func `the one spelling has no other`(text: String) {
        #expect(free(text) != nil, "\(text)")
        #expect(canonical(text) == nil, "\(text)")
    }

    @Test func `every character has one spelling that is read back`() throws {
        for value in UInt32(1)...0x11_0000 where value < 0x3000 || value % 251 == 0 || value > 0x10_ff00 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(Character(scalar))
            let bytes = JSONValue.string(text).bytes
            #expect(
                try JSONValue(canonical: bytes).string?.utf8.elementsEqual(text.utf8) == true,
                "U+\(String(value, radix: 16))")
            #expect(
                try JSONValue(parsing: bytes).string?.utf8.elementsEqual(text.utf8) == true,
                "U+\(String(value, radix: 16))")
            let isEscaped = value < 0x20 || text == "\"" || text == "\\"
            #expect((bytes.count == text.utf8.count + 2) == !isEscaped, "U+\(String(value, radix: 16))")
        }
        #expect(
            JSONValue.string("\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/").text == #""\u0001\b\t\n\u000b\f\r\u001f\"\\/""#)
    }

    @Test func `lists and objects nest 64 deep and no deeper`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + (open == "[" ? "" : "1")
                    + String(repeating: close, count: depth)
            }
            #expect(free(nested(64)) != nil)
            #expect(canonical(nested(64)) != nil)
            #expect(free(nested(65)) == nil)
            #expect(canonical(nested(65)) == nil)
            #expect(free(String(repeating: open, count: 1_000_000)) == nil)
        }
    }

    @Test func `members twice are told apart by bytes, not by canonical equivalence`() throws {
        let value = try #require(free("{\"\u{e9}\":1,\"e\u{301}\":2}"))
        #expect(value.members?.count == 2)
        #expect(value["e\u{301}"] == .integer(2))
        #expect(value["\u{e9}"] == .integer(1))
        #expect(free("{\"\u{e9}\":1,\"\\u00e9\":2}") == nil)
    }

    @Test func `a member twice is refused in an object of any size, wherever the two stand`() {
        for count in [2, 15, 16, 17, 18, 40] {
            let names = (0..<count).map { "\"m\($0)\":0" }
            #expect(free("{" + names.joined(separator: ",") + "}")?.members?.count == count)
            for (first, second) in [(0, count - 1), (count - 2, count - 1), (0, 1), (count / 2, count - 1)]
            where first != second {
                var twice = names
                twice[second] = names[first]
                #expect(free("{" + twice.joined(separator: ",") + "}") == nil, "\(first) and \(second) of \(count)")
            }
        }
    }

    @Test func `members keep their order, and sorted puts them in byte order at every depth`() throws {
        let value = try #require(free(#"{"b":[{"d":1,"c":2}],"a":{"\uffff":1,"😀":2,"Z":3},"A":4}"#))
        #expect(value.members?.map(\.name) == ["b", "a", "A"])
        #expect(value.sorted.text == "{\"A\":4,\"a\":{\"Z\":3,\"\u{ffff}\":1,\"😀\":2},\"b\":[{\"c\":2,\"d\":1}]}")
        #expect(value.sorted.sorted == value.sorted)
    }

    @Test func `the offset of an error is that of the byte that does not fit`() {
        func error(_ text: String) -> JSONError? {
            do throws(JSONError) { _ = try JSONValue(parsing: utf8(text)) } catch { return error }
            return nil
        }
        #expect(error("[1,x]")?.offset == 3)
        #expect(error("[1,x]")?.description.hasPrefix("at byte 4: ") == true)
        #expect(error("{\"a\":1} x")?.offset == 8)
        #expect(error("[1 2]")?.offset == 3)
        #expect(error("")?.offset == 0)
    }

    /// JCS sorts by UTF-16 units and formats numbers as ECMAScript does; what strings say and how they are written is the same.
    @Test func `the known answers of JCS are read, and their strings print as theirs`() throws {
        let file = try Fixtures.vectors("jcs_rfc8785.json", as: Canonicalization.self)
        #expect(file.vectors.map(\.name).sorted() == ["arrays", "french", "structures", "unicode", "values", "weird"])
        for vector in file.vectors {
            let input = try JSONValue(parsing: try #require(Base64.standard.decode(vector.input_base64.utf8)))
            let bytes = try #require(Base64.standard.decode(vector.output_base64.utf8))
            let output = try JSONValue(parsing: bytes)
            #expect(output.bytes == bytes, "\(vector.name): printed as it stands")
            switch vector.name {
            case "values": #expect(input["string"] == output["string"])
            // The astral face sorts before the Hebrew letter in UTF-16, and after it in UTF-8.
            case "weird": #expect(input.sorted == output.sorted)
            case "structures":
                #expect(try JSONValue(parsing: utf8(input.text.replacing("56.0", with: "56"))).sorted == output)
            default: #expect(input.sorted.bytes == bytes, "\(vector.name)")
            }
        }
    }

    @Test func `random changes of JSON never crash, and what is read canonically prints the same bytes`() {
        let seed: UInt64 = 8259
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let start = utf8(
            #"{"a":[1,-2,9007199254740991,true,{"b":"\u0001\"\\é😀"},[],""],"c":{},"d":false,"e":-9223372036854775808}"#)
        for _ in 0..<20_000 {
            var bytes = start
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = bytes.indices.randomElement(using: &random)!
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(utf8("\"\\{}[]:,u0e-9.").randomElement(using: &random)!, at: place)
                }
            }
            if let value = try? JSONValue(canonical: bytes) { #expect(value.bytes == bytes) }
            if let value = try? JSONValue(parsing: bytes) { #expect((try? JSONValue(parsing: value.bytes)) == value) }
        }
    }
}
