/// A JSON value (RFC 8259) whose objects keep the order of their members and whose numbers keep their spelling.
public enum JSONValue: Sendable, Equatable {
    /// `null`: in an incoming event, "clear this". Never in an entry.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number of at most 2^53−1 in size, spelled `0|-?[1-9][0-9]*`.
    case integer(Int)
    /// Any other number, as it was spelled.
    case number(String)
    /// A string.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members in order.
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public let name: String
        /// The member's value.
        public let value: JSONValue

        /// A member by its parts.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The largest whole number that every JSON reader keeps exactly: 2^53 − 1.
    public static let largestInteger = 9_007_199_254_740_991

    /// The value of a member; `nil` where this is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The members of an object in order; `nil` for any other value.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The text of a string; `nil` for any other value.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number of an integer; `nil` for any other value.
    public var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The truth of a boolean; `nil` for any other value.
    public var boolean: Bool? {
        if case .boolean(let truth) = self { truth } else { nil }
    }

    /// The elements of a list; `nil` for any other value.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// An object of the members that have a value, in this order.
    public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// A list of strings.
    public static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    /// The value in its one spelling, without white space: the rules of the entry format.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes of ``text``.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        append(to: &out)
        return out
    }

    /// Appends the value in its one spelling.
    public func append(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .boolean(let truth): out.append(contentsOf: (truth ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .number(let text): out.append(contentsOf: text.utf8)
        case .string(let text): JSONValue.append(string: text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.append(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONValue.append(string: member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.append(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a string with its quotes; only `"`, `\` and U+0001–U+001F are escaped.
    static func append(string text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(string: $0, to: &out) }
    }

    /// Appends a string, of which these are the UTF-8 bytes.
    static func append(string bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        defer { out.append(UInt8(ascii: "\"")) }
        guard bytes.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            return out.append(contentsOf: bytes)
        }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0x20...: out.append(byte)
            default:
                out.append(UInt8(ascii: "\\"))
                if let short = shortEscapes.first(where: { $0.byte == byte })?.letter {
                    out.append(short)
                } else {
                    out.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u00".utf8)
                    out.append(contentsOf: String(byte, radix: 16).utf8)
                }
            }
        }
    }

    static let shortEscapes: [(byte: UInt8, letter: UInt8)] = [
        (0x08, UInt8(ascii: "b")), (0x09, UInt8(ascii: "t")), (0x0a, UInt8(ascii: "n")),
        (0x0c, UInt8(ascii: "f")), (0x0d, UInt8(ascii: "r")),
    ]

    /// The same value with the members of every object in byte order: equal for equal content.
    public var sorted: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.sorted) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        default: self
        }
    }
}
