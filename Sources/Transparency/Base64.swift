/// The two base64 alphabets in use, each with one spelling for each byte string (RFC 4648 §3.5 and §4, §5).
///
/// Foundation's decoder accepts stray bits in the last character; a format whose bytes are evidence cannot.
public struct Base64: Sendable {
    private let alphabet: [UInt8]
    private let values: [UInt8]
    private let padded: Bool

    /// `A–Z a–z 0–9 + /`, padded: hashes, keys, signatures, notes.
    public static let standard = Base64(lastTwo: "+/", padded: true)

    /// `A–Z a–z 0–9 - _`, without padding: disclosures and their digests.
    public static let url = Base64(lastTwo: "-_", padded: false)

    private static let invalid: UInt8 = 0xff
    private static let padding = UInt8(ascii: "=")

    private init(lastTwo: String, padded: Bool) {
        alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + Array(lastTwo.utf8)
        var values = [UInt8](repeating: Base64.invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
        self.padded = padded
    }

    /// The one spelling of the bytes.
    public func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var out: [UInt8] = []
        append(bytes, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The one spelling of the bytes.
    public func encode(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { encode($0) }
    }

    /// Appends the one spelling of the bytes.
    public func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        out.reserveCapacity(out.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index + 2 < bytes.count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            out.append(character(group, 18))
            out.append(character(group, 12))
            out.append(character(group, 6))
            out.append(character(group, 0))
            index += 3
        }
        switch bytes.count - index {
        case 1:
            let group = UInt32(bytes[index]) << 16
            out.append(character(group, 18))
            out.append(character(group, 12))
            if padded { out.append(Base64.padding); out.append(Base64.padding) }
        case 2:
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
            out.append(character(group, 18))
            out.append(character(group, 12))
            out.append(character(group, 6))
            if padded { out.append(Base64.padding) }
        default: break
        }
    }

    private func character(_ group: UInt32, _ shift: UInt32) -> UInt8 {
        alphabet[Int(group >> shift & 63)]
    }

    /// True where these characters are the one spelling of 32 bytes.
    func isDigest(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == (padded ? 44 : 43), !padded || text[43] == Base64.padding else { return false }
        return values.withUnsafeBufferPointer { values in
            var seen: UInt8 = 0
            for place in 0..<43 { seen |= values[Int(text[place])] }
            return seen < 64 && values[Int(text[42])] & 3 == 0
        }
    }

    /// The digest that 43 characters and this alphabet's padding spell, or `nil` where they are not the one spelling
    /// of 32 bytes. Allocates nothing.
    func digest(_ text: UnsafeBufferPointer<UInt8>) -> Hash? {
        guard text.count == (padded ? 44 : 43), !padded || text[43] == Base64.padding else { return nil }
        return values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(byteCount: Hash.byteCount, alignment: 8) { bytes -> Hash? in
                var seen: UInt8 = 0
                func value(_ place: Int) -> UInt32 {
                    let value = values[Int(text[place])]
                    seen |= value
                    return UInt32(value)
                }
                for group in 0..<10 {
                    let from = group * 4
                    let bits = value(from) << 18 | value(from + 1) << 12 | value(from + 2) << 6 | value(from + 3)
                    bytes[group * 3] = UInt8(truncatingIfNeeded: bits >> 16)
                    bytes[group * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    bytes[group * 3 + 2] = UInt8(truncatingIfNeeded: bits)
                }
                let last = value(40) << 12 | value(41) << 6 | value(42)
                bytes[30] = UInt8(truncatingIfNeeded: last >> 10)
                bytes[31] = UInt8(truncatingIfNeeded: last >> 2)
                // A value has six bits: what is not of the alphabet has more. The last two bits are no byte's.
                guard seen < 64, last & 3 == 0 else { return nil }
                return Hash(bytes: UnsafeRawBufferPointer(bytes))
            }
        }
    }

    /// The bytes, or `nil` where the text is not exactly what ``encode(_:)-([UInt8])`` would have written.
    public func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var characters = Array(text)
        if padded {
            guard characters.count % 4 == 0 else { return nil }
            for _ in 0..<2 where characters.last == Base64.padding { characters.removeLast() }
        }
        guard characters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count * 3 / 4)
        var group: UInt32 = 0
        var bits = 0
        for character in characters {
            let value = values[Int(character)]
            guard value != Base64.invalid else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= (1 << UInt32(bits)) - 1
            }
        }
        // What is left over are the bits that no byte uses: they are zero in the one spelling.
        return group == 0 ? bytes : nil
    }
}
