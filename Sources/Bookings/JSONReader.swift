/// Why bytes are not JSON, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in words that fit after "at byte 12: ".
    public let reason: String
    /// The offset of the first byte that does not fit.
    public let offset: Int

    /// "at byte 12: an object's member stands there twice".
    public var description: String { "at byte \(offset + 1): \(reason)" }
}

/// Reads JSON (RFC 8259) from bytes: as anybody may write it, or only as we print it.
///
/// Strict in both: UTF-8 without U+0000, no member twice, no lone surrogate, nesting of at most 64.
/// `canonical` also refuses white space, fractions, `null`, and every spelling but the printer's.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let canonical: Bool
    private(set) var offset: Int

    static let deepest = 64

    init(_ bytes: UnsafeBufferPointer<UInt8>, canonical: Bool, offset: Int = 0) {
        self.bytes = bytes
        self.canonical = canonical
        self.offset = offset
    }

    var isAtEnd: Bool { offset == bytes.count }

    func failure(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: offset)
    }

    /// Consumes these bytes if they are next.
    mutating func take(_ expected: StaticString) -> Bool {
        guard isNext(expected, at: offset) else { return false }
        offset += expected.utf8CodeUnitCount
        return true
    }

    /// Consumes a member's name with its quotes and colon, and the comma before it unless it is the object's first.
    mutating func takeMember(_ name: StaticString, isFirst: Bool) -> Bool {
        var place = offset
        if !isFirst {
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { return false }
            place += 1
        }
        let end = place + 1 + name.utf8CodeUnitCount
        guard end + 1 < bytes.count, bytes[place] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\""),
            bytes[end + 1] == UInt8(ascii: ":"), isNext(name, at: place + 1)
        else { return false }
        offset = end + 2
        return true
    }

    private func isNext(_ expected: StaticString, at place: Int) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        return UnsafeBufferPointer(rebasing: bytes[place..<place + count])
            .hasBytes(of: UnsafeBufferPointer(start: expected.utf8Start, count: count))
    }

    mutating func skipSpace() {
        guard !canonical else { return }
        while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
    }

    mutating func value(depth: Int = 0) throws(JSONError) -> JSONValue {
        skipSpace()
        guard offset < bytes.count else { throw failure("the text ends where a value should stand") }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSONReader.deepest else { throw failure("nested more than \(JSONReader.deepest) deep") }
            return bytes[offset] == UInt8(ascii: "{") ? try object(depth: depth + 1) : try array(depth: depth + 1)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: break
        }
        if take("true") { return .boolean(true) }
        if take("false") { return .boolean(false) }
        if !canonical, take("null") { return .null }
        throw failure("no JSON value starts like this")
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var members: [JSONValue.Member] = []
        var names = MemberNames()
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            let name = try string()
            guard names.insert(name, after: members) else { throw failure("an object's member stands there twice") }
            skipSpace()
            guard take(":") else { throw failure("a colon is missing after a member's name") }
            members.append(.init(name, try value(depth: depth)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw failure("an object is not closed") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(",")
        guard take("]") else { throw failure("a list is not closed") }
        return .array(elements)
    }

    /// A number's text, and its value where it is whole and small enough.
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        try digits(afterLeadingZero: offset < bytes.count && bytes[offset] == UInt8(ascii: "0"))
        var whole = true
        if take(".") {
            whole = false
            try digits(afterLeadingZero: false)
        }
        if take("e") || take("E") {
            whole = false
            _ = take("+") || take("-")
            try digits(afterLeadingZero: false)
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if whole, let value = Int(text), value.magnitude <= JSONValue.largestInteger, text != "-0" {
            return .integer(value)
        }
        guard !canonical else { throw failure("only whole numbers of at most 2^53−1 stand in an entry") }
        return .number(text)
    }

    private mutating func digits(afterLeadingZero: Bool) throws(JSONError) {
        let start = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        guard offset > start else { throw failure("a digit is missing in a number") }
        guard !afterLeadingZero || offset == start + 1 else { throw failure("a number starts with a zero too many") }
    }

    /// The whole number that is next; refuses everything else.
    mutating func integer() throws(JSONError) -> Int {
        if let value = shortInteger() { return value }
        guard case .integer(let value) = try number() else { throw failure("this must be a whole number") }
        return value
    }

    /// The whole number that is next where it has 1 to 15 digits and nothing else; else nothing is consumed.
    private mutating func shortInteger() -> Int? {
        var place = offset
        var value = 0
        while place < bytes.count, place < offset + 16, case let digit = bytes[place] &- 0x30, digit <= 9 {
            value = value * 10 + Int(digit)
            place += 1
        }
        let count = place - offset
        guard (1...15).contains(count), count == 1 || bytes[offset] != 0x30 else { return nil }
        if place < bytes.count, [0x2e, 0x65, 0x45].contains(bytes[place]) { return nil }
        offset = place
        return value
    }

    /// The string that is next, with its quotes.
    mutating func string() throws(JSONError) -> String {
        let before = self
        let text = try text()
        guard text.isEscaped else { return text.string }
        self = before
        offset += 1
        return try escapedString(from: offset)
    }

    /// The string that is next, checked, and left where it lies.
    mutating func text() throws(JSONError) -> JSONText {
        guard take("\"") else { throw failure("a string is missing") }
        let start = offset
        let isASCII = skipPlain()
        guard offset < bytes.count else { throw failure("a string is not closed") }
        guard bytes[offset] == UInt8(ascii: "\"") else {
            _ = try escapedString(from: start)
            return JSONText(
                bytes: UnsafeBufferPointer(rebasing: bytes[start..<offset - 1]), isEscaped: true)
        }
        let text = JSONText(bytes: UnsafeBufferPointer(rebasing: bytes[start..<offset]), isEscaped: false)
        guard isASCII || String(validating: text.bytes, as: UTF8.self) != nil else {
            throw JSONError(reason: "this is not UTF-8", offset: start)
        }
        offset += 1
        return text
    }

    /// Goes on to the next quote, backslash or control character, eight bytes at a time; true where all were ASCII.
    private mutating func skipPlain() -> Bool {
        let each: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        var beyond: UInt64 = 0
        let raw = UnsafeRawBufferPointer(bytes)
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quote = word ^ each &* 0x22
            let backslash = word ^ each &* 0x5c
            let stops =
                ((quote &- each) & ~quote | (backslash &- each) & ~backslash | (word &- each &* 0x20) & ~word) & high
            guard stops == 0 else {
                let plain = stops.trailingZeroBitCount / 8
                offset += plain
                // Of the bytes before the stop only; the shift is at most 56 bits.
                return (beyond | word & high & ((1 << UInt64(plain * 8)) - 1)) == 0
            }
            beyond |= word & high
            offset += 8
        }
        while offset < bytes.count, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\""),
            bytes[offset] != UInt8(ascii: "\\")
        {
            beyond |= UInt64(bytes[offset] & 0x80)
            offset += 1
        }
        return beyond == 0
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var out = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw JSONError(reason: "this is not UTF-8", offset: start)
                }
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &out)
            case 0x20...:
                out.append(byte)
                offset += 1
            default: throw failure("a control character stands unescaped in a string")
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard offset < bytes.count else { throw failure("a string is not closed") }
        let letter = bytes[offset]
        offset += 1
        if letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\") { return out.append(letter) }
        if let short = JSONValue.shortEscapes.first(where: { $0.letter == letter })?.byte { return out.append(short) }
        if letter == UInt8(ascii: "/"), !canonical { return out.append(letter) }
        guard letter == UInt8(ascii: "u") else { throw failure("no such escape") }
        let unit = try hexUnit()
        guard unit != 0 else { throw failure("U+0000 cannot be recorded") }
        if canonical {
            guard unit < 0x20, !JSONValue.shortEscapes.contains(where: { $0.byte == unit }) else {
                throw failure("this character is not written so in an entry")
            }
            return out.append(UInt8(unit))
        }
        var scalar = UInt32(unit)
        if (0xd800...0xdbff).contains(unit) {
            guard take("\\u") else { throw failure("half of a surrogate pair") }
            let low = try hexUnit()
            guard (0xdc00...0xdfff).contains(low) else { throw failure("half of a surrogate pair") }
            scalar = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00)
        }
        guard let character = Unicode.Scalar(scalar) else { throw failure("half of a surrogate pair") }
        out.append(contentsOf: UTF8.encode(character)!)
    }

    private mutating func hexUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard offset < bytes.count else { throw failure("a string is not closed") }
            let digit: UInt16
            switch bytes[offset] {
            case 0x30...0x39: digit = UInt16(bytes[offset] - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt16(bytes[offset] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F") where !canonical:
                digit = UInt16(bytes[offset] - UInt8(ascii: "A") + 10)
            default: throw failure("an escape needs four hex digits")
            }
            unit = unit << 4 | digit
            offset += 1
        }
        return unit
    }
}

/// The names of an object's members so far. Few are compared one by one; the set is for objects made to be slow.
private struct MemberNames {
    private static let few = 16
    private var seen: Set<Identifier> = []

    /// False for a name that one of the members has.
    mutating func insert(_ name: String, after members: [JSONValue.Member]) -> Bool {
        let name = Identifier(name)
        guard members.count >= MemberNames.few else { return !members.contains { Identifier($0.name) == name } }
        if seen.isEmpty { seen = Set(members.map { Identifier($0.name) }) }
        return seen.insert(name).inserted
    }
}

extension JSONValue {
    /// Reads one JSON value as anybody may write it (RFC 8259): white space and any escape are fine; a member twice,
    /// U+0000, a lone surrogate or bytes that are not UTF-8 are not.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSONValue.parse(bytes, canonical: false)
    }

    /// Reads one JSON value, refusing whatever ``bytes`` would not have printed.
    public init(canonical bytes: [UInt8]) throws(JSONError) {
        self = try JSONValue.parse(bytes, canonical: true)
    }

    private static func parse(_ bytes: [UInt8], canonical: Bool) throws(JSONError) -> JSONValue {
        try withReader(bytes, canonical: canonical) { (reader) throws(JSONError) in
            let value = try reader.value()
            reader.skipSpace()
            guard reader.isAtEnd else { throw reader.failure("something follows the value") }
            return value
        }
    }

    static func withReader<Result>(
        _ bytes: [UInt8], canonical: Bool, _ body: (inout JSONReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        // The typed throw cannot cross the standard library's closure here, so the outcome is carried out of it.
        var outcome: Swift.Result<Result, JSONError>?
        bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, canonical: canonical)
            do throws(JSONError) { outcome = .success(try body(&reader)) } catch { outcome = .failure(error) }
        }
        return try outcome!.get()
    }
}
