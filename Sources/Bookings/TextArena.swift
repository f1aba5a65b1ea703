/// Texts one behind the other, each known by its place; what comes again is kept once.
struct TextArena: Sendable {
    // A text is its length in seven bits a byte, then its bytes, and starts at a multiple of four: so four bytes can
    // say where, up to 16 GiB. Place 0 holds nothing and means none; at place 1 stands the name that is asked for most.
    private var bytes: [UInt8] = [0, 0, 0, 0]
    // Values of a person are many; kept apart, they leave the few names of practitioners and rooms in the cache.
    private var texts = Table()
    private var records = Table()

    /// Where the name `client.id` stands.
    static let clientID: UInt32 = 1

    init() {
        let place = add("client.id")
        assert(place == TextArena.clientID)
    }

    /// Keeps a text that others may have too; 0 for none.
    mutating func add(_ text: String?) -> UInt32 {
        guard var text else { return 0 }
        return text.withUTF8 { add($0) }
    }

    /// Keeps a text that others may have too; 0 for none.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>?) -> UInt32 {
        guard let text else { return 0 }
        return TextArena.share(text, in: &texts, &bytes)
    }

    /// Keeps a text that no other row has.
    mutating func add(unshared text: UnsafeBufferPointer<UInt8>) -> UInt32 { TextArena.append(text, to: &bytes) }

    /// Keeps values by name, which others may have too; 0 for none.
    mutating func add(record: [UInt8]) -> UInt32 {
        guard !record.isEmpty else { return 0 }
        return record.withUnsafeBufferPointer { TextArena.share($0, in: &records, &bytes) }
    }

    /// Keeps values by name; 0 for none.
    mutating func add(_ values: [String: String]) -> UInt32 {
        var record: [UInt8] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let name = add(name)
            var value = value
            value.withUTF8 { TextArena.append(name, $0, to: &record) }
        }
        return add(record: record)
    }

    /// Adds a value to a record in the making, under the name at a place.
    static func append(_ name: UInt32, _ value: UnsafeBufferPointer<UInt8>, to record: inout [UInt8]) {
        withUnsafeBytes(of: (name, UInt32(value.count))) { record.append(contentsOf: $0) }
        record.append(contentsOf: value)
    }

    /// The same for good: nothing is added any more, and what finds texts again is gone.
    var finished: TextArena {
        var arena = self
        arena.texts = Table()
        arena.records = Table()
        return arena
    }

    // MARK: Sharing

    /// The places of texts by their hash, eight bytes each: the hash's upper half, then the place; 0 is free.
    private struct Table: Sendable {
        var slots = [UInt64](repeating: 0, count: 256)
        var count = 0

        // Past so many, remembering costs more than it saves.
        static let most = 1 << 18

        mutating func grow() {
            let old = slots
            slots = [UInt64](repeating: 0, count: old.count * 2)
            for one in old where one != 0 {
                // Where a text would stand follows from the half of its hash that is kept.
                var slot = Int(one >> 32) & (slots.count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = one
            }
        }
    }

    private static func share(
        _ text: UnsafeBufferPointer<UInt8>, in table: inout Table, _ bytes: inout [UInt8]
    ) -> UInt32 {
        let hash = ByteHash.hash(text) >> 32
        var slot = Int(hash) & (table.slots.count - 1)
        while true {
            let one = table.slots[slot]
            if one == 0 { break }
            let place = UInt32(truncatingIfNeeded: one)
            if one >> 32 == hash, TextArena.text(at: place, in: bytes, { $0.hasBytes(of: text) }) { return place }
            slot = (slot + 1) & (table.slots.count - 1)
        }
        let place = append(text, to: &bytes)
        guard table.count < Table.most else { return place }
        table.slots[slot] = hash << 32 | UInt64(place)
        table.count += 1
        if table.count * 2 > table.slots.count { table.grow() }
        return place
    }

    private static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) -> UInt32 {
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

    // MARK: Reading

    private static func text<Result>(
        at place: UInt32, in bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { body(LentTexts(bytes: $0)[place]) }
    }

    /// Lends all texts, to look at several of one row.
    func lending<Result>(_ body: (LentTexts) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(LentTexts(bytes: $0)) }
    }

    /// Lends the text at a place; `nil` at place 0.
    func withBytes<Result>(_ place: UInt32, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        guard place != 0 else { return body(nil) }
        return TextArena.text(at: place, in: bytes) { body($0) }
    }

    /// The text at a place, copied out; `nil` at place 0.
    func text(_ place: UInt32) -> String? {
        withBytes(place) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// The values at a place.
    func values(_ place: UInt32) -> [String: String] {
        withBytes(place) { record in
            var values: [String: String] = [:]
            var rest = record ?? UnsafeBufferPointer(start: nil, count: 0)
            while let (name, value) = LentTexts.takeValue(&rest) {
                values[text(name)!] = String(decoding: value, as: UTF8.self)
            }
            return values
        }
    }

    /// Lends the value of `client.id` among the values at a place.
    func withClientID<Result>(of place: UInt32, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        lending { body($0.clientID(of: place)) }
    }
}

/// The texts of an arena while they are lent.
struct LentTexts {
    fileprivate let bytes: UnsafeBufferPointer<UInt8>

    /// The text at a place other than 0.
    subscript(place: UInt32) -> UnsafeBufferPointer<UInt8> {
        var start = Int(place) * 4
        var count = Int(bytes[start] & 0x7f)
        var shift = 7
        while bytes[start] & 0x80 != 0 {
            start += 1
            count |= Int(bytes[start] & 0x7f) << shift
            shift += 7
        }
        start += 1
        return UnsafeBufferPointer(rebasing: bytes[start..<start + count])
    }

    /// The value of `client.id` among the values at a place.
    func clientID(of place: UInt32) -> UnsafeBufferPointer<UInt8>? {
        guard place != 0 else { return nil }
        var rest = self[place]
        while let (name, value) = LentTexts.takeValue(&rest) {
            if name == TextArena.clientID { return value }
        }
        return nil
    }

    fileprivate static func takeValue(
        _ rest: inout UnsafeBufferPointer<UInt8>
    ) -> (name: UInt32, value: UnsafeBufferPointer<UInt8>)? {
        guard !rest.isEmpty else { return nil }
        let raw = UnsafeRawBufferPointer(rest)
        let name = raw.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
        let end = 8 + Int(raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let value = UnsafeBufferPointer(rebasing: rest[8..<end])
        rest = UnsafeBufferPointer(rebasing: rest[end...])
        return (name, value)
    }
}
