/// Turns bytes of another encoding into UTF-8, piece by piece, however they are cut.
///
/// What is no character of the encoding becomes ``damage``, which is no UTF-8: whoever looks at the line refuses it.
struct Transcoder {
    private let encoding: ScheduleLayout.Encoding
    // Of UTF-16: the first byte of a unit and the first unit of a pair, where the other has not come yet.
    private var byte: UInt8?
    private var high: UInt16?
    private var isBigEndian: Bool?

    /// A byte that stands nowhere in UTF-8.
    static let damage: UInt8 = 0xff

    /// The most bytes that so many bytes can become, with what was left over from before.
    static func most(_ count: Int) -> Int { 3 * count + 8 }

    init(_ encoding: ScheduleLayout.Encoding) {
        self.encoding = encoding
    }

    /// Writes the UTF-8 of these bytes at `out`, which has room for ``most(_:)``, and returns how many bytes it is.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var end = out
        switch encoding {
        case .utf8:
            for byte in bytes { Transcoder.put(byte, &end) }
        case .windows1252:
            for byte in bytes {
                if byte < 0x80 {
                    Transcoder.put(byte, &end)
                } else if byte >= 0xa0 {
                    Transcoder.put(Unicode.Scalar(byte), &end)
                } else {
                    Transcoder.put(Unicode.Scalar(Transcoder.windows[Int(byte) - 0x80]), &end)
                }
            }
        case .utf16:
            for second in bytes {
                guard let first = byte else {
                    byte = second
                    continue
                }
                byte = nil
                guard let isBigEndian else {
                    // The byte order mark; that it is one was asked of the file's first bytes.
                    isBigEndian = first == 0xfe
                    continue
                }
                take(isBigEndian ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first), &end)
            }
        }
        return end - out
    }

    /// Writes what is left over at the end of the file, as ``decode(_:to:)`` does.
    mutating func finish(to out: UnsafeMutablePointer<UInt8>) -> Int {
        var end = out
        if byte != nil || high != nil { Transcoder.put(Transcoder.damage, &end) }
        return end - out
    }

    private mutating func take(_ unit: UInt16, _ end: inout UnsafeMutablePointer<UInt8>) {
        if let first = high {
            high = nil
            if UTF16.isTrailSurrogate(unit) {
                let scalar = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(unit) - 0xdc00)
                return Transcoder.put(Unicode.Scalar(scalar), &end)
            }
            Transcoder.put(Transcoder.damage, &end)
        }
        if UTF16.isLeadSurrogate(unit) { high = unit } else { Transcoder.put(Unicode.Scalar(unit), &end) }
    }

    private static func put(_ byte: UInt8, _ end: inout UnsafeMutablePointer<UInt8>) {
        end.pointee = byte
        end += 1
    }

    private static func put(_ scalar: Unicode.Scalar?, _ end: inout UnsafeMutablePointer<UInt8>) {
        guard let scalar else { return put(damage, &end) }
        for byte in UTF8.encode(scalar)! { put(byte, &end) }
    }

    // Bytes 0x80 … 0x9f; five of them are no characters, and what they are here is no scalar.
    private static let windows: [UInt16] = [
        0x20ac, 0xd800, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xd800,
        0x017d, 0xd800, 0xd800, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0xd800, 0x017e, 0x0178,
    ]
}
