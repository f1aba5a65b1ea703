/// What a cell looks like that holds a day, a time of day, or both; whether it can be read is asked of ``TimeReader``.
enum WrittenTime: Equatable {
    case day(Shape)
    case clock
    case both(Shape)

    /// How a day is written: the lengths of its three numbers, and what stands between them.
    struct Shape: Hashable {
        let lengths: [Int]
        let mark: UInt8

        var hasYearFirst: Bool { lengths[0] == 4 }
        var hasYearLast: Bool { lengths[2] == 4 && lengths[0] <= 2 }
    }

    /// `nil` for any other text.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 48, let first = bytes.first, (0x30...0x39).contains(first) else { return nil }
        if WrittenTime.isClock(bytes[...]) {
            self = .clock
            return
        }
        guard let (shape, end) = WrittenTime.day(bytes) else { return nil }
        if end == bytes.count {
            self = .day(shape)
        } else if bytes[end] == 0x20 || bytes[end] | 0x20 == UInt8(ascii: "t"), WrittenTime.isClock(bytes[(end + 1)...])
        {
            self = .both(shape)
        } else {
            return nil
        }
    }

    private static func day(_ bytes: [UInt8]) -> (Shape, Int)? {
        var at = 0
        var lengths: [Int] = []
        var mark: UInt8?
        while true {
            let digits = bytes[at...].prefix { (0x30...0x39).contains($0) }.count
            guard (1...4).contains(digits), digits != 3 else { return nil }
            lengths.append(digits)
            at += digits
            if lengths.count == 3 { break }
            guard at < bytes.count, "./- ".utf8.contains(bytes[at]), mark == nil || mark == bytes[at] else {
                return nil
            }
            mark = bytes[at]
            at += 1
        }
        guard lengths[1] <= 2, lengths.count(where: { $0 == 4 }) <= 1 else { return nil }
        return (Shape(lengths: lengths, mark: mark!), at)
    }

    /// `9:30`, `09:30:15.25`, with an offset or AM and PM behind it.
    private static func isClock(_ bytes: ArraySlice<UInt8>) -> Bool {
        let hour = bytes.prefix { (0x30...0x39).contains($0) }
        var rest = bytes.dropFirst(hour.count)
        guard (1...2).contains(hour.count), rest.count >= 3, rest.first == UInt8(ascii: ":"),
            rest.dropFirst().prefix(2).allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        rest = rest.dropFirst(3)
        let more = rest.prefix { (0x30...0x3a).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        let end = String(decoding: rest.dropFirst(more.count), as: UTF8.self).lowercased()
            .filter { !$0.isWhitespace && $0 != "." }
        let isOffset = end.first.map { "+-".contains($0) } ?? false
        return (end.isEmpty || end == "z" || end == "am" || end == "pm" || isOffset && end.count <= 6)
            && (more.isEmpty || more.first == UInt8(ascii: ":"))
    }
}
