import Bookings

/// Which columns of a file hold which words.
struct CSVColumns: Sendable {
    /// The number of columns.
    let width: Int
    /// The places of the words in a row with the places of their columns: one in the common case, else several.
    var single: [(word: Int, column: Int)] = []
    var several: [(word: Int, columns: [Int])] = []

    init(width: Int) {
        self.width = width
    }
}

/// Reads the records of one piece of a file after another.
struct CSVRows {
    private let columns: CSVColumns
    private var scanner: CSVScanner
    private(set) var reader: RowReader
    private var row = Row()
    private var joined: [UInt8] = []

    /// What a piece came to.
    struct Outcome: Sendable {
        var rows = ReadRows()
        /// How many records, lines and bytes it has, the blank ones included.
        var records = 0
        var lines = 0
        var bytes = 0
        /// Why nothing is read from here on.
        var failure: Failure?

        enum Failure: Sendable {
            /// The record is none; `line` counts from 0 at the piece's first.
            case refused(line: Int, reason: String)
            /// The bytes could not be had.
            case source(ScheduleError)
        }
    }

    static let tooLong =
        "a row of more than \(ByteWindow.longestRecord) bytes; is the delimiter or a quote wrong?"
    static let openQuote = "the quote opened on this line is not closed"

    init(_ columns: CSVColumns, _ scanner: CSVScanner, _ reader: RowReader) {
        self.columns = columns
        self.scanner = scanner
        self.reader = reader
    }

    /// Reads a piece, counting rows from 1. Of one that is not whole, the last record does not end.
    mutating func read(_ bytes: inout [UInt8], _ piece: CSVSchedule.Piece) -> Outcome {
        var outcome = Outcome()
        outcome.failure = piece.failure.map { .source($0) }
        bytes.withUnsafeMutableBufferPointer { bytes in
            var at = 0
            while at < bytes.count, outcome.failure == nil {
                let rest = UnsafeMutableBufferPointer(rebasing: bytes[at...])
                switch scanner.scan(rest, isComplete: piece.isWhole) {
                case .record(let length) where length <= ByteWindow.longestRecord:
                    outcome.records += 1
                    let record = UnsafeBufferPointer(rebasing: rest[..<length])
                    if !scanner.isBlank(record) {
                        row.number = outcome.records
                        takeRow(record)
                    }
                    at += length
                    outcome.bytes = at
                    outcome.lines += scanner.lines
                case .refused(let line, let reason):
                    outcome.failure = .refused(line: outcome.lines + line, reason: reason)
                case .unfinished(let opened?):
                    outcome.failure = .refused(line: outcome.lines + opened, reason: CSVRows.openQuote)
                case .record, .unfinished(nil):
                    outcome.failure = .refused(line: outcome.lines, reason: CSVRows.tooLong)
                }
            }
        }
        outcome.rows = reader.take()
        return outcome
    }

    private mutating func takeRow(_ bytes: UnsafeBufferPointer<UInt8>) {
        row.shape = shape
        for (word, column) in columns.single {
            row.cells[word] =
                column < scanner.fields.count ? scanner.fields[column].cell(in: bytes) : Cell(start: nil, count: 0)
        }
        guard !columns.several.isEmpty else { return reader.read(row) }
        joined.removeAll(keepingCapacity: true)
        var ends: [Int] = []
        for (_, columns) in columns.several {
            for column in columns where column < scanner.fields.count {
                joined.append(contentsOf: scanner.fields[column].cell(in: bytes).trimmed)
                joined.append(0x20)
            }
            ends.append(joined.count)
        }
        // Only now does the joined text stay where it is.
        joined.withUnsafeBufferPointer { joined in
            var start = 0
            for ((word, _), end) in zip(columns.several, ends) {
                row.cells[word] = Cell(rebasing: joined[start..<end])
                start = end
            }
            reader.read(row)
        }
    }

    private var shape: String? {
        let width = columns.width
        guard scanner.count != width else { return nil }
        // Empty fields too many are a spreadsheet's habit; a comma too many inside a text is not.
        let beyond = scanner.fields.dropFirst(width)
        if scanner.count > width, !scanner.overflows, beyond.allSatisfy({ $0.start == $0.end }) { return nil }
        return "the row has \(scanner.count) fields, and the header \(width)"
    }
}

extension CSVScanner.Field {
    func cell(in record: UnsafeBufferPointer<UInt8>) -> Cell { Cell(rebasing: record[start..<end]) }
}

extension CSVScanner {
    /// True for a row in which nothing stands, as spreadsheets leave them at the end.
    func isBlank(_ record: UnsafeBufferPointer<UInt8>) -> Bool {
        if let first = fields.first, first.end > first.start, record[first.start] > 0x20 { return false }
        return !overflows && fields.allSatisfy { $0.cell(in: record).trimmedOfASCII.isEmpty }
    }
}
