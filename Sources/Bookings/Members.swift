/// Prints an object's members in the order in which they are added, leaving out what has no value.
struct MemberPrinter {
    private var out: [UInt8]
    private var first = true

    init(_ out: consuming [UInt8]) {
        self.out = out
        self.out.append(UInt8(ascii: "{"))
    }

    private mutating func name(_ name: StaticString) {
        if !first { out.append(UInt8(ascii: ",")) }
        first = false
        out.append(UInt8(ascii: "\""))
        out.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        out.append(UInt8(ascii: "\""))
        out.append(UInt8(ascii: ":"))
    }

    mutating func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        JSONValue.append(string: text, to: &out)
    }

    mutating func add(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        self.name(name)
        out.append(contentsOf: String(number).utf8)
    }

    mutating func add(_ name: StaticString, _ time: WallTime) {
        quoted(name) { time.append(to: &$0) }
    }

    mutating func add(_ name: StaticString, _ time: Timestamp?) {
        guard let time else { return }
        quoted(name) { time.append(to: &$0) }
    }

    private mutating func quoted(_ name: StaticString, _ append: (inout [UInt8]) -> Void) {
        self.name(name)
        out.append(UInt8(ascii: "\""))
        append(&out)
        out.append(UInt8(ascii: "\""))
    }

    /// A member whose value prints itself.
    mutating func add(_ name: StaticString, _ append: (inout [UInt8]) -> Void) {
        self.name(name)
        append(&out)
    }

    consuming func close() -> [UInt8] {
        out.append(UInt8(ascii: "}"))
        return out
    }
}

/// Reads an object's members in the one order in which they are printed; what does not come next is not there.
struct MemberReader {
    private var first = true

    /// Consumes the opening brace.
    init(_ reader: inout JSONReader) throws(JSONError) {
        guard reader.take("{") else { throw reader.failure("an object should start here") }
    }

    /// Consumes the member's name if it is the next one.
    mutating func has(_ name: StaticString, _ reader: inout JSONReader) -> Bool {
        guard reader.takeMember(name, isFirst: first) else { return false }
        first = false
        return true
    }

    mutating func require(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) {
        guard has(name, &reader) else { throw reader.failure("the member \"\(name)\" should stand here") }
    }

    /// A string that is not empty.
    mutating func text(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) -> JSONText? {
        guard has(name, &reader) else { return nil }
        let text = try reader.text()
        guard !text.bytes.isEmpty else { throw reader.failure("\"\(name)\" is empty, and would be left out") }
        return text
    }

    mutating func wallTime(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) -> WallTime? {
        guard let text = try text(name, &reader) else { return nil }
        guard let time = WallTime(canonical: text.bytes) else {
            throw reader.failure("\"\(name)\" is no time with an offset")
        }
        return time
    }

    mutating func timestamp(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) -> Timestamp? {
        guard let text = try text(name, &reader) else { return nil }
        guard let time = Timestamp(canonical: text.bytes) else {
            throw reader.failure("\"\(name)\" is no moment in UTC")
        }
        return time
    }

    /// Goes on in an object of which some members were consumed.
    init() {
        first = false
    }

    /// Consumes the closing brace.
    func close(_ reader: inout JSONReader) throws(JSONError) {
        guard reader.take("}") else {
            throw reader.failure("a member stands here that has no place, or is out of order")
        }
    }
}
