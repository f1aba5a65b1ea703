/// The first line of a file that Excel is to open, `sep=;`: it names the delimiter, and is no header.
struct SeparatorLine {
    let delimiter: UInt8
    /// How many bytes it takes, its end included.
    let length: Int

    /// The most bytes that it takes.
    static let longest = 7

    /// `nil` where a file starts with anything else.
    init?(_ bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(SeparatorLine.longest))
        guard start.count >= 6, start[..<4].map({ $0 | 0x20 }) == Array("sep=".utf8).map({ $0 | 0x20 }),
            ScheduleLayout.delimiters.contains(start[4]), start[5] == 0x0a || start[5] == 0x0d
        else { return nil }
        delimiter = start[4]
        length = start.count > 6 && start[5] == 0x0d && start[6] == 0x0a ? 7 : 6
    }
}
