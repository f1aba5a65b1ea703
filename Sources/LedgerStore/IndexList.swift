/// Ascending entry indexes as the differences from one to the next, seven bits a byte, the lowest first.
enum IndexList {
    static func encode(_ indexes: [Int]) -> [UInt8] {
        var out: [UInt8] = []
        var before = 0
        for index in indexes {
            append(varint: index - before, to: &out)
            before = index
        }
        return out
    }

    static func append(_ index: Int, to list: [UInt8]) -> [UInt8] {
        let indexes = list.withUnsafeBytes { decode($0) }
        guard indexes.last != index else { return list }
        var out = list
        append(varint: index - (indexes.last ?? 0), to: &out)
        return out
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [Int] {
        var indexes: [Int] = []
        var value = 0
        var shift = 0
        var before = 0
        for byte in bytes {
            value |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                before = before &+ value
                indexes.append(before)
                value = 0
                shift = 0
            } else {
                // A list that somebody tampered with must not make the arithmetic trap.
                shift = min(shift + 7, 56)
            }
        }
        return indexes
    }

    private static func append(varint: Int, to out: inout [UInt8]) {
        var rest = UInt64(bitPattern: Int64(varint))
        while rest > 0x7f {
            out.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }
}
