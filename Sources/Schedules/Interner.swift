import Foundation

/// Text in a buffer that somebody else holds: valid only until that buffer is filled anew.
typealias Cell = UnsafeBufferPointer<UInt8>

/// Remembers what was made of bytes that come again and again, so that a practitioner's name is one `String`.
///
/// Bounded: past ``most`` keys, or for a long key, values are made anew each time. Hostile keys that fall together
/// cost no more than a few comparisons each.
struct Interner<Value> {
    private struct Entry {
        let hash: UInt64
        let start: Int
        let count: Int
        let value: Value
    }

    private var slots: [Int32] = Array(repeating: -1, count: 1024)
    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private let seed = UInt64.random(in: 0...UInt64.max)

    private static var most: Int { 1 << 17 }
    private static var longestKey: Int { 256 }
    private static var longestProbe: Int { 16 }

    /// What was made of these bytes before, or is made of them now.
    mutating func value(of key: Cell, make: () -> Value) -> Value {
        guard key.count <= Interner.longestKey else { return make() }
        let hash = hash(key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        for _ in 0..<Interner.longestProbe {
            let index = Int(slots[slot])
            guard index >= 0 else {
                let value = make()
                if entries.count < Interner.most { insert(Entry(hash: hash, start: keys.count, count: key.count, value: value), key, slot) }
                return value
            }
            if entries[index].hash == hash, isEqual(index, key) { return entries[index].value }
            slot = (slot + 1) & (slots.count - 1)
        }
        return make()
    }

    private func isEqual(_ index: Int, _ key: Cell) -> Bool {
        let entry = entries[index]
        guard entry.count == key.count else { return false }
        guard let other = key.baseAddress else { return true }
        return keys.withUnsafeBufferPointer { memcmp($0.baseAddress! + entry.start, other, entry.count) == 0 }
    }

    private mutating func insert(_ entry: Entry, _ key: Cell, _ slot: Int) {
        slots[slot] = Int32(entries.count)
        entries.append(entry)
        keys.append(contentsOf: key)
        if entries.count * 2 > slots.count { grow() }
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 4)
        for (index, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            for _ in 0..<Interner.longestProbe {
                if slots[slot] < 0 {
                    slots[slot] = Int32(index)
                    break
                }
                slot = (slot + 1) & (slots.count - 1)
            }
        }
    }

    private func hash(_ key: Cell) -> UInt64 {
        let bytes = UnsafeRawBufferPointer(key)
        var hash = seed ^ UInt64(key.count)
        var at = 0
        while at + 8 <= bytes.count {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var tail: UInt64 = 0
        while at < bytes.count {
            tail = tail << 8 | UInt64(bytes[at])
            at += 1
        }
        return mix(hash ^ tail)
    }

    private func mix(_ word: UInt64) -> UInt64 {
        let (high, low) = word.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return high ^ low
    }
}
