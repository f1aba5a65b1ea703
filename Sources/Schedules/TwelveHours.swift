/// Times of day on a clock of twelve hours, as `9:30 AM`, `12:05:30pm` and `1:15 p.m.`.
enum TwelveHours {
    /// Appends what a text like ` 9:30 PM` says as ` 21:30`. False, and nothing is appended, for any other text.
    ///
    /// There is no hour 0 and none after 12 on such a clock: `13:30 PM` is a mistake whose meaning nobody knows.
    static func respell(_ text: Slice<Cell>, into out: inout [UInt8]) -> Bool {
        guard let first = text.first, first == 0x20 || first | 0x20 == UInt8(ascii: "t"), text.count <= longest else {
            return false
        }
        var rest = text.dropFirst()
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...2).contains(digits.count) else { return false }
        let hour = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        rest = rest.dropFirst(digits.count)
        let minutes = rest.prefix { (0x30...0x3a).contains($0) }
        guard minutes.first == UInt8(ascii: ":"), minutes.count == 3 || minutes.count == 6, (1...12).contains(hour),
            let isAfternoon = isAfternoon(rest.dropFirst(minutes.count))
        else { return false }
        let whole = hour % 12 + (isAfternoon ? 12 : 0)
        out += [0x20, 0x30 + UInt8(whole / 10), 0x30 + UInt8(whole % 10)]
        out += minutes
        return true
    }

    private static let longest = 24

    /// What `AM` or `PM` says; `nil` for any other text.
    private static func isAfternoon(_ mark: Slice<Cell>) -> Bool? {
        // Some programs write the narrow or the hard space of typesetters between the digits and the mark.
        let text = String(decoding: mark, as: UTF8.self).lowercased().filter { !$0.isWhitespace && $0 != "." }
        return text == "pm" ? true : text == "am" ? false : nil
    }
}
