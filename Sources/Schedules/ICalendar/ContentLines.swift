import Bookings
import Foundation
import Transparency

/// The content lines of an iCalendar file, unfolded one after another (RFC 5545 §3.1).
///
/// Lines end in CRLF or LF. Of the file, no more is in memory than one chunk and one content line, which has at most
/// ``ByteWindow/longestRecord`` bytes with its folds. Every line is UTF-8 without NUL, or the file is refused: a fold
/// may fall into the middle of a character, so that this is asked of unfolded lines.
struct ContentLines: ~Copyable {
    private var window: ByteWindow
    private let encoding: ScheduleLayout.Encoding
    // The bytes of the present line, which go before the next one is looked for.
    private var used = 0
    private var linesBefore = 0
    /// The number of the line with which the present content line begins, from 1.
    private(set) var line = 0
    /// The present content line, valid until the next.
    private(set) var bytes = Cell(start: nil, count: 0)

    init(_ window: consuming ByteWindow, encoding: ScheduleLayout.Encoding) {
        self.window = window
        self.encoding = encoding
    }

    /// What errors call the file.
    var path: String { window.path }

    /// Refuses what is empty or in another encoding.
    mutating func start() throws(ScheduleError) { try window.start() }

    /// SHA-256 of the whole file, once ``advance()`` has come to its end.
    mutating func finishDigest() -> Hash { window.finishDigest() }

    /// Moves to the next content line that is not blank; false at the end of the file.
    mutating func advance() throws(ScheduleError) -> Bool {
        while true {
            window.use(used)
            used = 0
            line = linesBefore + 1
            guard let found = try find() else {
                line = max(1, linesBefore)
                return false
            }
            used = found.whole
            linesBefore += found.lines
            var length = found.text
            if found.lines > 1 { length = ContentLines.unfold(window.bytes, length) }
            if length > 0, window.bytes[length - 1] == ContentLines.carriageReturn { length -= 1 }
            guard length > 0 else { continue }
            bytes = Cell(rebasing: window.bytes[..<length])
            try check()
            return true
        }
    }

    private static let lineFeed: UInt8 = 0x0a
    private static let carriageReturn: UInt8 = 0x0d

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The length of the next content line as it stands, without and with its end, and its number of lines; `nil` at
    /// the end of the file.
    private mutating func find() throws(ScheduleError) -> (text: Int, whole: Int, lines: Int)? {
        var searched = 0
        var lines = 1
        while true {
            let bytes = window.bytes
            let end = bytes[searched...].firstIndex(of: ContentLines.lineFeed)
            guard (end ?? bytes.count) <= ByteWindow.longestRecord else { throw tooLong() }
            guard let end else {
                if window.isComplete { return bytes.isEmpty ? nil : (bytes.count, bytes.count, lines) }
                searched = bytes.count
                try window.fill()
                continue
            }
            // Whether the line goes on, only the byte behind its end tells.
            if end + 1 < bytes.count {
                guard ContentLines.isBlank(bytes[end + 1]) else { return (end, end + 1, lines) }
                lines += 1
                searched = end + 1
            } else if window.isComplete {
                return (end, end + 1, lines)
            } else {
                searched = end
                try window.fill()
            }
        }
    }

    /// Takes the folds out of the first `length` bytes, in place, and returns how many are left.
    private static func unfold(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ length: Int) -> Int {
        var to = 0
        var from = 0
        while from < length {
            if bytes[from] == lineFeed {
                if to > 0, bytes[to - 1] == carriageReturn { to -= 1 }
                from += 2
                continue
            }
            bytes[to] = bytes[from]
            to += 1
            from += 1
        }
        return to
    }

    private func check() throws(ScheduleError) {
        var isASCII = true
        for byte in bytes {
            if byte == 0 { throw failure(CSVScanner.nullReason) }
            if byte >= 0x80 { isASCII = false }
        }
        if !isASCII, CSVScanner.lineThatIsNotUTF8(bytes) != nil { throw failure(encoding.refusal) }
    }

    private func tooLong() -> ScheduleError {
        let name = window.bytes.prefix(64).prefix { $0 != 0x3a && $0 != 0x3b }
        let isName = !name.isEmpty && name.allSatisfy(ContentLine.isNameSign)
        let property = isName ? "the property \(String(decoding: name, as: UTF8.self))" : "a line"
        return failure("\(property) has more than \(ByteWindow.longestRecord) bytes; is this an iCalendar file?")
    }

    /// The file refused at the present line.
    func failure(_ reason: String) -> ScheduleError {
        .badFile(path: path, line: line, column: nil, reason: reason)
    }
}

/// A property as it stands in a line: `NAME;PARAMETER=value:value`.
struct ContentLine {
    let name: Cell
    let value: Cell
    // What stands between name and value.
    private let parameters: Cell

    /// `nil` for a line that has no name or no value.
    init?(_ bytes: Cell) {
        let name = bytes.prefix(while: ContentLine.isNameSign)
        guard !name.isEmpty, name.endIndex < bytes.count else { return nil }
        var at = name.endIndex
        if bytes[at] == ContentLine.semicolon {
            var isQuoted = false
            while at < bytes.count, isQuoted || bytes[at] != ContentLine.colon {
                if bytes[at] == ContentLine.quote { isQuoted.toggle() }
                at += 1
            }
        }
        guard at < bytes.count, bytes[at] == ContentLine.colon else { return nil }
        self.name = Cell(rebasing: name)
        parameters = Cell(rebasing: bytes[name.endIndex..<at])
        value = Cell(rebasing: bytes[(at + 1)...])
    }

    private static let semicolon = UInt8(ascii: ";")
    private static let colon = UInt8(ascii: ":")
    private static let quote = UInt8(ascii: "\"")

    static func isNameSign(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte & 0xdf) && byte >= 0x41 || (0x30...0x39).contains(byte) || byte == 0x2d
            || byte == 0x5f
    }

    /// The value of a parameter, without its quotes; `nil` where there is none of this name.
    func parameter(_ wanted: StaticString) -> Cell? {
        var at = 0
        while at < parameters.count {
            // Each begins with a semicolon, and ends before the next that is not inside quotes.
            let start = at + 1
            var isQuoted = false
            at = start
            while at < parameters.count, isQuoted || parameters[at] != ContentLine.semicolon {
                if parameters[at] == ContentLine.quote { isQuoted.toggle() }
                at += 1
            }
            let one = parameters[start..<at]
            guard let equals = one.firstIndex(of: UInt8(ascii: "=")) else { continue }
            guard Cell(rebasing: one[..<equals]).isWord(wanted) else { continue }
            let value = Cell(rebasing: one[(equals + 1)...])
            guard value.count >= 2, value.first == ContentLine.quote, value.last == ContentLine.quote else {
                return value
            }
            return Cell(rebasing: value[1..<(value.count - 1)])
        }
        return nil
    }
}

extension Cell {
    /// True for this word, given in capitals, in any case of its letters.
    func isWord(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return isWord(Cell(start: word.utf8Start, count: count))
    }

    /// True for this word, given in capitals, in any case of its letters.
    func isWord(_ word: Cell) -> Bool {
        guard count == word.count else { return false }
        for place in 0..<count where self[place] != word[place] {
            guard (0x61...0x7a).contains(self[place]), self[place] & 0xdf == word[place] else { return false }
        }
        return true
    }

    /// The number that these digits make, at most nine of them; `nil` for anything else.
    var smallNumber: Int? {
        guard (1...9).contains(count), allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
