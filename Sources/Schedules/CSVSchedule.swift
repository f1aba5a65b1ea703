import Bookings
import Dispatch
import Foundation
import Synchronization
import Transparency

/// Reads comma-separated values into rows, on several cores.
///
/// The file is cut into pieces between two records, as far as one look tells where those end. A reader takes a piece,
/// reads its records, and hands over what they came to; that is joined in the order of the file, so that everything is
/// as if one reader had gone from row to row.
struct CSVSchedule: ~Copyable {
    var window: ByteWindow
    private let layout: ScheduleLayout
    var scanner = CSVScanner(delimiter: UInt8(ascii: ","), encoding: .utf8)
    private var line = 1
    private var row = 1
    // The pieces that were cut.
    var pieces = 0
    var isDone = false

    private init(_ window: consuming ByteWindow, _ layout: ScheduleLayout) {
        self.window = window
        self.layout = layout
    }

    /// Reads all rows, and gives the digest of the file with them. `reader` makes a reader of each number below
    /// `readers`.
    static func read(
        _ window: consuming sending ByteWindow, _ layout: ScheduleLayout, readers: Int,
        _ reader: @Sendable (_ number: Int) -> RowReader
    ) throws(ScheduleError) -> (rows: AllRows, digest: Hash) {
        let source = Mutex(CSVSchedule(window, layout))
        let header = try source.withLock { (source) throws(ScheduleError) in try source.readHeader() }
        let joined = Mutex(source.withLock { $0.joined() })
        DispatchQueue.concurrentPerform(iterations: readers) { number in
            var rows = CSVRows(header.columns, header.scanner, reader(number))
            var bytes: [UInt8] = []
            while let piece = source.withLock({ $0.nextPiece(into: &bytes) }) {
                let outcome = rows.read(&bytes, piece)
                guard joined.withLock({ $0.append(outcome, piece.number) }) else { break }
            }
            let packer = rows.reader.packer
            joined.withLock { $0.packers[number] = packer }
        }
        let rows = try joined.withLock { (joined) throws(ScheduleError) in try joined.finish() }
        return (rows, source.withLock { $0.window.finishDigest() })
    }

    /// Nothing of the rows yet.
    private func joined() -> JoinedPieces { JoinedPieces(path: window.path, size: window.size, line: line, row: row) }

    /// Finds the next record, and returns its length; `nil` at the end of the file.
    private mutating func next() throws(ScheduleError) -> Int? {
        while true {
            let bytes = window.bytes
            if bytes.isEmpty, window.isComplete { return nil }
            let outcome =
                bytes.isEmpty ? .unfinished(quoteOpenedAt: nil) : scanner.scan(bytes, isComplete: window.isComplete)
            switch outcome {
            case .record(let length):
                guard length <= ByteWindow.longestRecord else { throw failure(CSVRows.tooLong) }
                return length
            case .refused(let after, let reason): throw failure(reason, line: line + after)
            case .unfinished(let opened):
                if let opened, window.isComplete || bytes.count > ByteWindow.longestRecord {
                    throw failure(CSVRows.openQuote, line: line + opened)
                }
                guard bytes.count <= ByteWindow.longestRecord else { throw failure(CSVRows.tooLong) }
                try window.fill()
            }
        }
    }

    private mutating func use(_ length: Int) {
        window.use(length)
        line += scanner.lines
    }

    // MARK: The header

    private mutating func readHeader() throws(ScheduleError) -> (columns: CSVColumns, scanner: CSVScanner) {
        try window.start()
        let said = try separatorLine()
        scanner = CSVScanner(delimiter: try delimiter(said), encoding: layout.encoding)
        var length = try next()
        while let blank = length, scanner.isBlank(UnsafeBufferPointer(window.bytes)) {
            use(blank)
            row += 1
            length = try next()
        }
        guard let length else { throw failure("the file has no header; its first line names the columns", line: 1) }
        guard scanner.count <= CSVScanner.most else {
            throw failure("a header of more than \(CSVScanner.most) columns", line: line)
        }
        let bytes = UnsafeBufferPointer(window.bytes)
        let names = scanner.fields.map { $0.cell(in: bytes).trimmed.text }
        var found = CSVColumns(width: scanner.count)
        for word in Word.allCases {
            let columns = try columns(of: word, in: names)
            if columns.count == 1 { found.single.append((word.rawValue, columns[0])) }
            if columns.count > 1 { found.several.append((word.rawValue, columns)) }
        }
        use(length)
        return (found, scanner)
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
            } else if layout.requires(word) {
                throw failure(
                    "no column of this name; \(found: names). Name the one that holds it in the configuration's `map`, "
                        + "or with --map \(word.name)=\(word == .booking ? "Ref" : "Date")",
                    line: line, column: wanted)
            }
        }
        return columns
    }

    /// Skips the line `sep=;` that may stand before the header of a file for Excel, and gives the delimiter that it names.
    private mutating func separatorLine() throws(ScheduleError) -> UInt8? {
        while window.bytes.count < SeparatorLine.longest, !window.isComplete { try window.fill() }
        guard let found = SeparatorLine(UnsafeBufferPointer(window.bytes)) else { return nil }
        window.use(found.length)
        line += 1
        row += 1
        return found.delimiter
    }

    /// What the header is cut at: as declared, as the file's first line says, else by what stands in it.
    private mutating func delimiter(_ said: UInt8?) throws(ScheduleError) -> UInt8 {
        if let delimiter = layout.delimiter ?? said { return delimiter }
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
