import Bookings
import TestSupport
import Testing
import Transparency

@Suite("Entries at random")
struct EntryPropertyTests {
    @Test(arguments: [1, 20_260_112, UInt64.max])
    func `what is printed is read again as the same entry`(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = EntryGenerator(seed: seed)
        for _ in 0..<1500 {
            let entry = generator.entry()
            let bytes = entry.bytes
            let again = try Entry(bytes: bytes)
            #expect(again == entry, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            #expect(again.bytes == bytes, "seed \(seed)")
            #expect(try bytes.withUnsafeBytes { try Entry(bytes: $0) } == entry)
            #expect(
                bytes.starts(with: Entry.prefix(origin: entry.origin, index: entry.index, previous: entry.previous)))
            let start = Entry.prefix(origin: entry.origin, index: entry.index, previous: entry.previous)
            func length(_ index: Int, _ previous: Hash) -> Int? {
                bytes.withUnsafeBytes {
                    EntryPrefix(origin: entry.origin).length(in: $0, index: index, previous: previous)
                }
            }
            #expect(length(entry.index, entry.previous) == start.count)
            #expect(length(entry.index + 1, entry.previous) == nil)
            #expect(length(entry.index, .emptyTree) == nil)
            #expect(!bytes.contains { $0 < 0x20 }, "no control character stands in the bytes")
        }
    }

    /// What the chain has compared is not read again: the rest is understood, and refused, as in one piece.
    @Test(arguments: [21, 22, 23])
    func `an entry read behind its start says what it says in one piece`(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = EntryGenerator(seed: seed)
        var random = SplitMix64(seed: seed)
        for _ in 0..<400 {
            let entry = generator.entry()
            let prefix = EntryPrefix(origin: entry.origin)
            let length = Entry.prefix(origin: entry.origin, index: entry.index, previous: entry.previous).count
            var bytes = entry.bytes
            for change in 0..<8 {
                if change > 0 {
                    let place = Int.random(in: length..<bytes.count, using: &random)
                    switch change % 3 {
                    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes = entry.bytes + [UInt8](repeating: 0x7d, count: change - 1)
                    }
                }
                let (whole, behind) = bytes.withUnsafeBytes { bytes in
                    (
                        Result { () throws(EntryError) in try Entry(bytes: bytes) },
                        Result { () throws(EntryError) in
                            Entry(try prefix.view(bytes, length: length, index: entry.index, previous: entry.previous))
                        }
                    )
                }
                #expect(whole == behind, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
                if bytes.count <= length + 1 { break }
            }
        }
    }

    @Test func `every type is met`() throws {
        var generator = EntryGenerator(seed: 3)
        for type in EntryType.allCases {
            for _ in 0..<20 {
                let entry = generator.entry(of: type)
                #expect(try Entry(bytes: entry.bytes) == entry, "\(type.rawValue)")
            }
        }
    }

    /// Changes of each kind at every place: an entry has one spelling, so what is still read prints the changed bytes.
    @Test(arguments: [11, 12, 13, 14, 15, 16])
    func `one changed byte is refused, or is another entry with just these bytes`(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = EntryGenerator(seed: seed)
        var entry = generator.entry()
        while entry.bytes.count > 1200 { entry = generator.entry() }
        let bytes = entry.bytes
        var accepted = 0
        func check(_ changed: [UInt8], _ what: String) {
            guard changed != bytes, case .entry(let other) = Answer(changed) else { return }
            accepted += 1
            #expect(other.bytes == changed, "seed \(seed), \(what)")
        }
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                check(changed, "bit \(bit) of byte \(place) flipped")
            }
            var shorter = bytes
            shorter.remove(at: place)
            check(shorter, "byte \(place) left out")
            for byte in [
                UInt8(ascii: "0"), UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: ","), 0x0a,
                0xc3,
            ] {
                var longer = bytes
                longer.insert(byte, at: place)
                check(longer, "byte \(byte) put in at \(place)")
            }
        }
        for byte in UInt8.min ... .max { #expect(Answer(bytes + [byte]) == .refused, "byte \(byte) after the end") }
        #expect(accepted > 100, "changes inside texts are entries of their own")
    }

    @Test func `an entry cut anywhere is refused`() {
        var generator = EntryGenerator(seed: 21)
        for type in EntryType.allCases {
            let bytes = generator.entry(of: type).bytes
            for count in stride(from: 0, to: bytes.count, by: bytes.count > 2000 ? 97 : 1) {
                #expect(Answer(Array(bytes.prefix(count))) == .refused, "\(type.rawValue), \(count) bytes")
            }
        }
    }

    @Test func `random bytes are refused`() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &random)
            #expect(Answer(random.bytes(count)) == .refused)
        }
    }
}
