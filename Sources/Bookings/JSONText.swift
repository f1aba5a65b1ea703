/// A string as it stands in JSON, between its quotes: checked, not copied, and lent as long as the bytes are.
package struct JSONText {
    /// The bytes between the quotes.
    package let bytes: UnsafeBufferPointer<UInt8>
    /// True where some of them are escapes.
    package let isEscaped: Bool

    /// True where this is the text.
    package func equals(_ text: StaticString) -> Bool {
        !isEscaped
            && bytes.hasBytes(of: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The text, copied out.
    package var string: String {
        guard isEscaped else { return String(decoding: bytes, as: UTF8.self) }
        let quoted = UnsafeBufferPointer(start: bytes.baseAddress! - 1, count: bytes.count + 2)
        var reader = JSONReader(quoted, canonical: false)
        // It was read without an error once; the looser reader knows every escape that the stricter one does.
        guard let text = try? reader.string() else { preconditionFailure("a checked string that cannot be read") }
        return text
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// True for the same bytes, compared eight at a time: ids are compared a million times a night.
    package func hasBytes(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var place = 0
        while place + 8 <= count {
            guard
                left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            else { return false }
            place += 8
        }
        while place < count {
            guard self[place] == other[place] else { return false }
            place += 1
        }
        return true
    }

    /// True where these bytes come before the others, the first that differs deciding.
    package func precedes(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        let shorter = Swift.min(count, other.count)
        var place = 0
        while place + 8 <= shorter {
            let mine = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let theirs = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            guard mine == theirs else { return mine < theirs }
            place += 8
        }
        while place < shorter {
            guard self[place] == other[place] else { return self[place] < other[place] }
            place += 1
        }
        return count < other.count
    }
}
