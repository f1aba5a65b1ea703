import Bookings

/// Text in a buffer that somebody else holds: valid only until that buffer is filled anew.
typealias Cell = UnsafeBufferPointer<UInt8>

/// Remembers what was made of bytes that come again and again, so that a word is looked up once.
///
/// Bounded: past ``most`` keys, or for a long key, values are made anew each time. Hostile keys that fall together
/// cost no more than a few comparisons each.
struct Interner<Value> {
    // One line of memory tells whether a short key is known: with many clients, each look-up misses the cache.
    // It holds no value, so that looking at it counts no references.
    private struct Slot {
        var hash: UInt64 = 0
        var start: (UInt64, UInt64) = (0, 0)
        var rest: Int32 = 0
        var count: Int32 = -1
        var value: Int32 = -1
    }

    private var slots = Array(repeating: Slot(), count: 512)
    private var values: [Value] = []
    // What of each key goes beyond its first 16 bytes.
    private var rests: [UInt8] = []

    private static var most: Int { 1 << 17 }
    private static var longestKey: Int { 256 }
    private static var longestProbe: Int { 16 }

    /// What was made of these bytes before, or is made of them now.
    mutating func value(of key: Cell, make: () -> Value) -> Value {
        guard key.count <= Interner.longestKey else { return make() }
        let hash = ByteHash.hash(key)
        let start = (ByteHash.word(key, at: 0), ByteHash.word(key, at: 8))
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        for _ in 0..<Interner.longestProbe {
            let slot = slots[place]
            if slot.value < 0 {
                let value = make()
                guard values.count < Interner.most else { return value }
                slots[place] = Slot(
                    hash: hash, start: start, rest: Int32(rests.count), count: Int32(key.count),
                    value: Int32(values.count))
                values.append(value)
                rests.append(contentsOf: key.dropFirst(16))
                if values.count * 2 > slots.count { grow() }
                return value
            }
            if slot.hash == hash, Int(slot.count) == key.count, slot.start == start, restIsEqual(slot, key) {
                return values[Int(slot.value)]
            }
            place = (place + 1) & (slots.count - 1)
        }
        return make()
    }

    private func restIsEqual(_ slot: Slot, _ key: Cell) -> Bool {
        guard key.count > 16 else { return true }
        return rests.withUnsafeBufferPointer {
            Cell(rebasing: $0[Int(slot.rest)..<Int(slot.rest) + key.count - 16]).hasBytes(
                of: Cell(rebasing: key[16...]))
        }
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.value >= 0 {
            var place = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
            for _ in 0..<Interner.longestProbe {
                if slots[place].value < 0 {
                    slots[place] = slot
                    break
                }
                place = (place + 1) & (slots.count - 1)
            }
        }
    }
}
