/// Finds the fields of one record of comma-separated values (RFC 4180) in bytes that may end in the midst of it.
///
/// Beyond the RFC: a line may end in LF, CR LF or CR; a quote inside an unquoted field is that character; spaces may
/// follow a closing quote. Anything else after a closing quote is refused: with the quotes astray nobody can say
/// which column a text belongs to.
struct CSVScanner {
    /// The byte between two fields.
    let delimiter: UInt8
    /// What the file is written in, before it became the UTF-8 that is scanned.
    let encoding: ScheduleLayout.Encoding
    /// The fields of the record, as far as ``most`` of them.
    private(set) var fields: [Field] = []
    /// The number of fields of the record, those beyond ``most`` included.
    private(set) var count = 0
    /// True where a field beyond ``most`` holds something.
    private(set) var overflows = false
    /// How many lines the record takes.
    private(set) var lines = 0
    // All bytes of the fields, one upon the other: 0x80 and more where one is beyond ASCII.
    private var seen: UInt8 = 0

    /// The most fields of which anything is kept.
    static let most = 4096

    /// Where a field's text stands, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        /// True while its quotes are still doubled.
        var isDoubled: Bool
    }

    enum Outcome: Equatable {
        /// A record with its line end takes so many bytes.
        case record(length: Int)
        /// The bytes end before the record does.
        case unfinished(quoteOpenedAt: Int?)
        /// The record is none; `line` counts from 0 at the record's first.
        case refused(line: Int, reason: String)
    }

    init(delimiter: UInt8, encoding: ScheduleLayout.Encoding) {
        self.delimiter = delimiter
        self.encoding = encoding
    }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Finds the record that starts with the first byte. `isComplete` says that no byte follows the last one.
    /// Doubled quotes are made single in place once the record is whole.
    mutating func scan(_ bytes: UnsafeMutableBufferPointer<UInt8>, isComplete: Bool) -> Outcome {
        let outcome = find(UnsafeBufferPointer(bytes), isComplete: isComplete)
        guard case .record(let length) = outcome else { return outcome }
        if seen >= 0x80, let line = CSVScanner.lineThatIsNotUTF8(UnsafeBufferPointer(rebasing: bytes[..<length])) {
            return .refused(line: line, reason: encoding.refusal)
        }
        for index in fields.indices where fields[index].isDoubled { undouble(index, bytes) }
        return outcome
    }

    /// Finds the record that starts with the first byte, without a look at what its fields hold.
    mutating func find(_ bytes: UnsafeBufferPointer<UInt8>, isComplete: Bool) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        count = 0
        overflows = false
        lines = 0
        seen = 0
        let end = bytes.count
        var at = 0
        record: while true {
            if at < end, bytes[at] == CSVScanner.quote {
                let opened = lines
                switch quoted(bytes, from: at + 1) {
                case .closed(let after): at = after
                case .open: return .unfinished(quoteOpenedAt: opened)
                case .null: return .refused(line: lines, reason: CSVScanner.nullReason)
                }
                while at < end, bytes[at] == 0x20, delimiter != 0x20 { at += 1 }
            } else {
                let start = at
                var seen: UInt8 = 0
                while at < end {
                    let byte = bytes[at]
                    if byte == delimiter || byte <= 0x0d && (byte == 0x0a || byte == 0x0d || byte == 0) { break }
                    seen |= byte
                    at += 1
                }
                self.seen |= seen
                add(Field(start: start, end: at, isDoubled: false))
            }
            guard at < end else {
                guard isComplete else { return .unfinished(quoteOpenedAt: nil) }
                break record
            }
            switch bytes[at] {
            case delimiter: at += 1
            case CSVScanner.lineFeed:
                at += 1
                lines += 1
                break record
            case CSVScanner.carriageReturn:
                guard at + 1 < end || isComplete else { return .unfinished(quoteOpenedAt: nil) }
                at += at + 1 < end && bytes[at + 1] == CSVScanner.lineFeed ? 2 : 1
                lines += 1
                break record
            case 0: return .refused(line: lines, reason: CSVScanner.nullReason)
            default:
                return .refused(
                    line: lines,
                    reason: "something follows a closing quote; a quote inside a quoted field is written twice (\"\")")
            }
        }
        return .record(length: at)
    }

    private mutating func add(_ field: Field) {
        if count < CSVScanner.most { fields.append(field) } else if field.start < field.end { overflows = true }
        count += 1
    }

    private enum Quoted {
        case closed(after: Int)
        case open
        case null
    }

    private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Quoted {
        let end = bytes.count
        var at = start
        var isDoubled = false
        while at < end {
            let byte = bytes[at]
            if byte == CSVScanner.quote {
                // Where the bytes end here, the record is unfinished either way, and this quote is looked at again.
                guard at + 1 < end, bytes[at + 1] == CSVScanner.quote else {
                    add(Field(start: start, end: at, isDoubled: isDoubled))
                    return .closed(after: at + 1)
                }
                isDoubled = true
                at += 2
                continue
            }
            if byte == CSVScanner.lineFeed { lines += 1 }
            if byte == 0 { return .null }
            seen |= byte
            at += 1
        }
        return .open
    }

    private mutating func undouble(_ index: Int, _ bytes: UnsafeMutableBufferPointer<UInt8>) {
        let field = fields[index]
        var to = field.start
        var from = field.start
        while from < field.end {
            bytes[to] = bytes[from]
            from += bytes[from] == CSVScanner.quote ? 2 : 1
            to += 1
        }
        fields[index].end = to
        fields[index].isDoubled = false
    }

    static let nullReason = "a NUL byte stands here; this is no text file, or it is damaged"

    /// The line, from 0, of the first byte that is no UTF-8; `nil` where all is well.
    static func lineThatIsNotUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return bytes[..<error.byteOffsets.lowerBound].count { $0 == lineFeed }
        }
    }
}
