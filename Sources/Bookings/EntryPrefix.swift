package import Transparency

/// Compares the start of entries with what must stand there, so that a chain is checked without reading JSON.
package struct EntryPrefix {
    private let head: [UInt8]
    private static let link = Array(",\"previous\":\"".utf8)
    private static let quote = UInt8(ascii: "\"")

    /// The start of the entries of the ledger of this name.
    package init(origin: String) {
        head = Array("{\"daybook\":1,\"origin\":\"\(origin)\",\"index\":".utf8)
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
