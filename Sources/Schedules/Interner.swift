import Foundation

/// Text in a buffer that somebody else holds: valid only until that buffer is filled anew.
typealias Cell = UnsafeBufferPointer<UInt8>

/// Remembers what was made of bytes that come again and again, so that a practitioner's name is one `String`.
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
    private let seed = UInt64.random(in: 0...UInt64.max)

    private static var most: Int { 1 << 17 }
    private static var longestKey: Int { 256 }
    private static var longestProbe: Int { 16 }

    /// What was made of these bytes before, or is made of them now.
    mutating func value(of key: Cell, make: () -> Value) -> Value {
        guard key.count <= Interner.longestKey else { return make() }
        let hash = hash(key)
        let start = (word(key, at: 0), word(key, at: 8))
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
            memcmp($0.baseAddress! + Int(slot.rest), key.baseAddress! + 16, key.count - 16) == 0
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

    /// Eight bytes of the key, zeros behind its end.
    private func word(_ key: Cell, at offset: Int) -> UInt64 {
        if offset + 8 <= key.count {
            return UnsafeRawBufferPointer(key).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        var word: UInt64 = 0
        for place in stride(from: key.count - 1, through: offset, by: -1) { word = word << 8 | UInt64(key[place]) }
        return word
    }

    private func hash(_ key: Cell) -> UInt64 {
        var hash = seed ^ UInt64(key.count)
        for offset in stride(from: 0, to: key.count, by: 8) { hash = mix(hash ^ word(key, at: offset)) }
        return hash
    }

    private func mix(_ word: UInt64) -> UInt64 {
        let (high, low) = word.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return high ^ low
    }
}
