import Bookings
import Transparency

/// Reads comma-separated values into rows.
struct CSVSchedule: ~Copyable {
    private var window: ByteWindow
    private let layout: ScheduleLayout
    private var scanner = CSVScanner(delimiter: UInt8(ascii: ","), encoding: .utf8)
    private var line = 1
    private var bytesRead = 0
    private var row = Row()
    private var joined: [UInt8] = []
    // The places of the words in a row with the places of their columns: one in the common case, else several.
    private var single: [(word: Int, column: Int)] = []
    private var several: [(word: Int, columns: [Int])] = []
    private var width = 0

    private static let mostReserved = 4_000_000

    init(_ window: consuming ByteWindow, layout: ScheduleLayout) {
        self.window = window
        self.layout = layout
    }

    /// Reads all rows into the reader, and returns the digest of the file.
    consuming func read(into reader: inout RowReader) throws(ScheduleError) -> Hash {
        try window.start()
        try readHeader()
        while let length = try next() {
            row.number += 1
            if !isBlank {
                takeRow(&reader)
                // If the rest of the file is like its start, the rows are moved in memory only once.
                if reader.rows == 1000, let size = window.size {
                    reader.reserve(min(size / (bytesRead / 1000) + 1000, CSVSchedule.mostReserved))
                }
            }
            use(length)
        }
        return window.finishDigest()
    }

    /// Finds the next record, and returns its length; `nil` at the end of the file.
    private mutating func next() throws(ScheduleError) -> Int? {
        while true {
            let bytes = window.bytes
            if bytes.isEmpty, window.isComplete { return nil }
            let outcome =
                bytes.isEmpty ? .unfinished(quoteOpenedAt: nil) : scanner.scan(bytes, isComplete: window.isComplete)
            switch outcome {
            case .record(let length):
                guard length <= ByteWindow.longestRecord else { throw tooLong() }
                bytesRead += length
                return length
            case .refused(let after, let reason): throw failure(reason, line: line + after)
            case .unfinished(let opened):
                if let opened, window.isComplete || bytes.count > ByteWindow.longestRecord {
                    throw failure("the quote opened on this line is not closed", line: line + opened)
                }
                guard bytes.count <= ByteWindow.longestRecord else { throw tooLong() }
                try window.fill()
            }
        }
    }

    private mutating func use(_ length: Int) {
        window.use(length)
        line += scanner.lines
    }

    /// True for a row in which nothing stands, as spreadsheets leave them at the end.
    private var isBlank: Bool {
        if let first = scanner.fields.first, first.end > first.start, window.bytes[first.start] > 0x20 { return false }
        return !scanner.overflows && scanner.fields.allSatisfy { cell($0).trimmedOfASCII.isEmpty }
    }

    private func cell(_ field: CSVScanner.Field) -> Cell {
        Cell(rebasing: window.bytes[field.start..<field.end])
    }

    private mutating func takeRow(_ reader: inout RowReader) {
        let bytes = window.bytes
        row.shape = shape
        for (word, column) in single {
            guard column < scanner.fields.count else {
                row.cells[word] = Cell(start: nil, count: 0)
                continue
            }
            let field = scanner.fields[column]
            row.cells[word] = Cell(start: bytes.baseAddress! + field.start, count: field.end - field.start)
        }
        guard !several.isEmpty else { return reader.read(row) }
        joined.removeAll(keepingCapacity: true)
        var ends: [Int] = []
        for (_, columns) in several {
            for column in columns where column < scanner.fields.count {
                joined.append(contentsOf: cell(scanner.fields[column]).trimmed)
                joined.append(0x20)
            }
            ends.append(joined.count)
        }
        // Only now does the joined text stay where it is.
        joined.withUnsafeBufferPointer { joined in
            var start = 0
            for ((word, _), end) in zip(several, ends) {
                row.cells[word] = Cell(rebasing: joined[start..<end])
                start = end
            }
            reader.read(row)
        }
    }

    private var shape: String? {
        guard scanner.count != width else { return nil }
        // Empty fields too many are a spreadsheet's habit; a comma too many inside a text is not.
        let beyond = scanner.fields.dropFirst(width)
        if scanner.count > width, !scanner.overflows, beyond.allSatisfy({ $0.start == $0.end }) { return nil }
        return "the row has \(scanner.count) fields, and the header \(width)"
    }

    // MARK: The header

    private mutating func readHeader() throws(ScheduleError) {
        scanner = CSVScanner(delimiter: try delimiter(), encoding: layout.encoding)
        var length = try next()
        row.number = 1
        while let blank = length, isBlank {
            use(blank)
            row.number += 1
            length = try next()
        }
        guard let length else { throw failure("the file has no header; its first line names the columns", line: 1) }
        guard scanner.count <= CSVScanner.most else {
            throw failure("a header of more than \(CSVScanner.most) columns", line: line)
        }
        width = scanner.count
        let names = scanner.fields.map { cell($0).trimmed.text }
        for word in Word.allCases {
            let columns = try columns(of: word, in: names)
            if columns.count == 1 { single.append((word.rawValue, columns[0])) }
            if columns.count > 1 { several.append((word.rawValue, columns)) }
        }
        use(length)
    }

    private func columns(of word: Word, in names: [String]) throws(ScheduleError) -> [Int] {
        let isMapped = layout.columns[word.name] != nil
        var columns: [Int] = []
        for wanted in layout.names(of: word) {
            let found = names.indices.filter { Identifier(names[$0]) == Identifier(wanted) }
            guard found.count < 2 else {
                throw failure("two columns of this name, and one is needed", line: line, column: wanted)
            }
            if let place = found.first {
                columns.append(place)
            } else if isMapped {
                throw failure(
                    "\"\(word.name)\" is mapped to this column, which is not there; \(found: names)", column: wanted)
            } else if Word.required.contains(word) {
                throw failure(
                    "no column of this name; \(found: names). Name the one that holds it in the configuration's `map`, "
                        + "or with --map \(word.name)=\(word == .booking ? "Ref" : "Date")",
                    line: line, column: wanted)
            }
        }
        return columns
    }

    private mutating func delimiter() throws(ScheduleError) -> UInt8 {
        if let delimiter = layout.delimiter { return delimiter }
        while true {
            let bytes = window.bytes
            var seen: Set<UInt8> = []
            var isQuoted = false
            var isWhole = window.isComplete || bytes.count > ByteWindow.longestRecord
            for byte in bytes {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                if isQuoted { continue }
                if (byte == 0x0a || byte == 0x0d), !seen.isEmpty {
                    isWhole = true
                    break
                }
                if byte > 0x20 || byte == 0x09 { seen.insert(byte) }
            }
            if isWhole {
                return [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].first(where: seen.contains) ?? UInt8(ascii: ",")
            }
            try window.fill()
        }
    }

    // MARK: Failures

    private func failure(_ reason: String, line: Int? = nil, column: String? = nil) -> ScheduleError {
        .badFile(path: window.path, line: line ?? self.line, column: column, reason: reason)
    }

    private func tooLong() -> ScheduleError {
        failure("a row of more than \(ByteWindow.longestRecord) bytes; is the delimiter or a quote wrong?")
    }
}

extension DefaultStringInterpolation {
    /// Which columns a header has. Where the first line is data, a client's values stand in it, and are not printed.
    fileprivate mutating func appendInterpolation(found names: [String]) {
        let looksLikeData = names.contains { name in
            name.utf8.contains(UInt8(ascii: "@")) || name.utf8.count { (0x30...0x39).contains($0) } > 3
        }
        guard !looksLikeData else { return appendLiteral("the first line seems to be no header but a row") }
        let shown = names.prefix(40).map { $0.isEmpty ? "(no name)" : MalformationList.quoted($0) }
        appendLiteral("the file has " + shown.joined(separator: ", ") + (names.count > 40 ? " and more" : ""))
    }
}
