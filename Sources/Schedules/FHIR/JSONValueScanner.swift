/// Finds where a JSON value ends, by its strings and brackets alone: with a counter and without a stack, so that no
/// nesting is too deep for it, and in bytes that are not all there yet.
///
/// What it delimits need be no JSON; whoever reads the value finds that out.
struct JSONValueScanner {
    private var at: Int
    private var depth = 0
    private var isString = false
    private var isEscaped = false
    private var isScalar = false

    /// A scanner at the first byte of a value.
    init(at start: Int) {
        at = start
    }

    /// The place behind the value; `nil` where the bytes do not reach so far. To be asked again with the same bytes and
    /// more behind them. The place of the first byte itself where no value starts there.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>, isComplete: Bool) -> Int? {
        while at < bytes.count {
            let byte = bytes[at]
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                    if depth == 0 { return at + 1 }
                }
                at += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                if isScalar { return at }
                isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if isScalar { return at }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return at }
                depth -= 1
                if depth == 0 { return at + 1 }
            case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return at }
            default:
                if depth == 0 { isScalar = true }
            }
            at += 1
        }
        return isComplete && isScalar ? at : nil
    }
}

/// The parts of an object or a list as they lie in the bytes, none of them read: of a Bundle of many megabytes one
/// entry at a time becomes a value.
struct JSONParts {
    let bytes: UnsafeBufferPointer<UInt8>

    /// Calls `body` with the name, between its quotes, and the place of each member of the object at a place. Nothing
    /// more is called for where the object's own commas, colons and quotes are not as they must be; then false.
    func members(
        of object: Range<Int>, _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Void
    ) -> Bool {
        var at = object.lowerBound
        guard take("{", &at) else { return false }
        if take("}", &at) { return at == object.upperBound }
        repeat {
            skipSpace(&at)
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), let name = value(at: at) else { return false }
            at = name.upperBound
            guard take(":", &at), let value = value(at: at) else { return false }
            body(UnsafeBufferPointer(rebasing: bytes[(name.lowerBound + 1)..<(name.upperBound - 1)]), value)
            at = value.upperBound
        } while take(",", &at)
        return take("}", &at) && at == object.upperBound
    }

    /// Calls `body` with the place of each element of the list at a place; false where the list is none.
    func elements<Failure: Error>(
        of list: Range<Int>, _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var at = list.lowerBound
        guard take("[", &at) else { return false }
        if take("]", &at) { return at == list.upperBound }
        repeat {
            guard let value = value(at: at) else { return false }
            try body(value)
            at = value.upperBound
        } while take(",", &at)
        return take("]", &at) && at == list.upperBound
    }

    /// The place of the value that is next.
    private func value(at place: Int) -> Range<Int>? {
        var at = place
        skipSpace(&at)
        var scanner = JSONValueScanner(at: at)
        guard let end = scanner.end(in: bytes, isComplete: true), end > at else { return nil }
        return at..<end
    }

    private func take(_ sign: Unicode.Scalar, _ at: inout Int) -> Bool {
        skipSpace(&at)
        guard at < bytes.count, bytes[at] == UInt8(ascii: sign) else { return false }
        at += 1
        return true
    }

    private func skipSpace(_ at: inout Int) {
        while at < bytes.count, JSONParts.isSpace(bytes[at]) { at += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }
}
