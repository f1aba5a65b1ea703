/// Hashes bytes under a secret of this process: who chooses the ids in an export cannot choose where they fall.
///
/// Not for anything that is kept: another process hashes otherwise.
package enum ByteHash {
    // What the standard library seeds its own hashes with.
    private static let seed: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }()

    package static func hash(_ bytes: UnsafeBufferPointer<UInt8>, also other: UInt64 = 0) -> UInt64 {
        var hash = seed ^ other ^ UInt64(bytes.count)
        for offset in stride(from: 0, to: bytes.count, by: 8) { hash = mix(hash ^ word(bytes, at: offset)) }
        return mix(hash)
    }

    package static func hash(_ text: String, also other: UInt64 = 0) -> UInt64 {
        var text = text
        return text.withUTF8 { hash($0, also: other) }
    }

    package static func hash(_ word: UInt64) -> UInt64 { mix(mix(seed ^ word)) }

    /// Eight bytes, zeros behind the end.
    package static func word(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt64 {
        if offset + 8 <= bytes.count {
            return UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        var word: UInt64 = 0
        for place in stride(from: bytes.count - 1, through: offset, by: -1) { word = word << 8 | UInt64(bytes[place]) }
        return word
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let (high, low) = word.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return high ^ low
    }
}
