/// Texts one behind the other, each known by its place; what comes again is kept once.
struct TextArena: Sendable {
    // A text is its length in seven bits a byte, then its bytes, and starts at a multiple of four: so four bytes can
    // say where, up to 16 GiB. Place 0 holds nothing and means none.
    private var bytes: [UInt8] = [0, 0, 0, 0]
    // Places of texts by their hash; 0 is free.
    private var slots = [UInt32](repeating: 0, count: 256)
    private var shared = 0

    private static let mostShared = 1 << 17

    /// Keeps a text that others may have too; 0 for none.
    mutating func add(_ text: String?) -> UInt32 {
        guard var text else { return 0 }
        return text.withUTF8 { text in
            var slot = Int(truncatingIfNeeded: ByteHash.hash(text)) & (slots.count - 1)
            while slots[slot] != 0 {
                if withBytes(slots[slot], { $0!.hasBytes(of: text) }) { return slots[slot] }
                slot = (slot + 1) & (slots.count - 1)
            }
            let place = add(text)
            // Past so many, remembering costs more than it saves.
            guard shared < TextArena.mostShared else { return place }
            slots[slot] = place
            shared += 1
            if shared * 2 > slots.count { grow() }
            return place
        }
    }

    /// Keeps a text that no other row has.
    mutating func add(unshared text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { add($0) }
    }

    /// Keeps values by name; 0 for none.
    mutating func add(_ values: [String: String]) -> UInt32 {
        guard !values.isEmpty else { return 0 }
        let parts = values.sorted { $0.key < $1.key }.map { (name: add($0.key), value: add(unshared: $0.value)) }
        var list: [UInt8] = []
        for number in parts.flatMap({ [$0.name, $0.value] }) {
            withUnsafeBytes(of: number) { list.append(contentsOf: $0) }
        }
        return list.withUnsafeBufferPointer { add($0) }
    }

    private mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        while bytes.count & 3 != 0 { bytes.append(0) }
        let place = UInt32(bytes.count / 4)
        var count = text.count
        while count > 0x7f {
            bytes.append(UInt8(count & 0x7f) | 0x80)
            count >>= 7
        }
        bytes.append(UInt8(count))
        bytes.append(contentsOf: text)
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt32](repeating: 0, count: old.count * 2)
        for place in old where place != 0 {
            var slot = withBytes(place) { Int(truncatingIfNeeded: ByteHash.hash($0!)) } & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = place
        }
    }

    /// Lends the text at a place; `nil` at place 0.
    func withBytes<Result>(_ place: UInt32, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        guard place != 0 else { return body(nil) }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = Int(place) * 4
            var count = 0
            var shift = 0
            while bytes[start] & 0x80 != 0 {
                count |= Int(bytes[start] & 0x7f) << shift
                shift += 7
                start += 1
            }
            count |= Int(bytes[start]) << shift
            start += 1
            return body(UnsafeBufferPointer(rebasing: bytes[start..<start + count]))
        }
    }

    /// The text at a place, copied out; `nil` at place 0.
    func text(_ place: UInt32) -> String? {
        withBytes(place) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// The values at a place.
    func values(_ place: UInt32) -> [String: String] {
        withBytes(place) { list in
            var values: [String: String] = [:]
            for part in TextArena.parts(list) { values[text(part.name)!] = text(part.value)! }
            return values
        }
    }

    /// Lends the value of a name among the values at a place.
    func withValue<Result>(
        _ name: StaticString, of place: UInt32, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
    ) -> Result {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return withBytes(place) { list in
            let part = TextArena.parts(list).first { part in withBytes(part.name) { $0!.hasBytes(of: name) } }
            return withBytes(part?.value ?? 0, body)
        }
    }

    private static func parts(
        _ list: UnsafeBufferPointer<UInt8>?
    ) -> some Sequence<(name: UInt32, value: UInt32)> {
        let raw = UnsafeRawBufferPointer(list ?? UnsafeBufferPointer(start: nil, count: 0))
        return stride(from: 0, to: raw.count, by: 8).lazy.map { place in
            (
                raw.loadUnaligned(fromByteOffset: place, as: UInt32.self),
                raw.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
            )
        }
    }
}
