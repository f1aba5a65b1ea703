package import Transparency

/// Compares the start of entries with what must stand there, so that a chain is checked without reading JSON.
package struct EntryPrefix {
    private let head: [UInt8]
    // Where the name stands; empty where it is none that an entry can have.
    private let origin: Range<Int>
    private static let link = Array(",\"previous\":\"".utf8)
    private static let quote = UInt8(ascii: "\"")

    /// The start of the entries of the ledger of this name.
    package init(origin: String) {
        let start = "{\"daybook\":1,\"origin\":\""
        head = Array("\(start)\(origin)\",\"index\":".utf8)
        let place = start.utf8.count
        self.origin = place..<place + (Entry.isValidOrigin(origin) ? origin.utf8.count : 0)
    }

    /// The length of ``Entry/prefix(origin:index:previous:)`` where the bytes start with that; else `nil`.
    package func length(in bytes: UnsafeRawBufferPointer, index: Int, previous: Hash) -> Int? {
        let bytes = bytes.bindMemory(to: UInt8.self)
        let digits = EntryPrefix.digits(of: index)
        let count = head.count + digits + EntryPrefix.link.count + 45
        guard bytes.count >= count, starts(bytes, at: 0, with: head) else { return nil }
        var rest = index
        for place in stride(from: head.count + digits - 1, through: head.count, by: -1) {
            guard bytes[place] == UInt8(ascii: "0") + UInt8(rest % 10) else { return nil }
            rest /= 10
        }
        let hash = UnsafeBufferPointer(rebasing: bytes[count - 45..<count - 1])
        guard starts(bytes, at: head.count + digits, with: EntryPrefix.link), bytes[count - 1] == EntryPrefix.quote,
            Hash(base64: hash) == previous
        else { return nil }
        return count
    }

    /// Reads an entry of which ``length(in:index:previous:)`` gave this length: what stands before is not read again.
    package func view(
        _ bytes: UnsafeRawBufferPointer, length: Int, index: Int, previous: Hash
    ) throws(EntryError) -> EntryView {
        guard !origin.isEmpty, index <= JSONValue.largestInteger else { return try EntryView(bytes) }
        let name = UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[origin])
        return try EntryView(
            bytes, after: length, origin: JSONText(bytes: name, isEscaped: false), index: index, previous: previous)
    }

    private func starts(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, with expected: [UInt8]) -> Bool {
        expected.withUnsafeBufferPointer {
            UnsafeBufferPointer(rebasing: bytes[place..<place + $0.count]).hasBytes(of: $0)
        }
    }

    private static func digits(of index: Int) -> Int {
        var digits = 1
        var rest = index
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        return digits
    }
}
