import Bookings
import Foundation

extension CSVSchedule {
    /// A part of a file that starts between two records, and ends so.
    struct Piece: Sendable {
        /// Its place among the pieces, from 0.
        let number: Int
        /// False where a record has no end, or is none, in all that may be looked at.
        var isWhole = true
        /// Why there are no bytes.
        var failure: ScheduleError?
    }

    /// The next piece, copied; `nil` where there is none.
    mutating func nextPiece(into piece: inout [UInt8]) -> Piece? {
        guard !isDone else { return nil }
        var next = Piece(number: pieces)
        pieces += 1
        var length = 0
        do throws(ScheduleError) {
            while length == 0 {
                let bytes = UnsafeBufferPointer(window.bytes)
                if window.isComplete {
                    isDone = true
                    length = bytes.count
                    break
                }
                if bytes.count >= 2 * window.chunk { length = wholeRecords(bytes) }
                if length == 0, bytes.count > ByteWindow.longestRecord {
                    isDone = true
                    next.isWhole = false
                    length = bytes.count
                }
                if length == 0 { try window.fill() }
            }
        } catch {
            isDone = true
            next.failure = error
            return next
        }
        piece.removeAll(keepingCapacity: true)
        piece.append(contentsOf: window.bytes[..<length])
        window.use(length)
        return next
    }

    /// How many bytes certainly are whole records, and no part of another; 0 where that cannot be told.
    private mutating func wholeRecords(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        // Where no quote stands, every line feed ends a record.
        if memchr(bytes.baseAddress!, 0x22, bytes.count) == nil, let end = bytes.lastIndex(of: 0x0a) {
            return end + 1
        }
        var length = 0
        while case .record(let one) = scanner.find(
            UnsafeBufferPointer(rebasing: bytes[length...]), isComplete: false)
        {
            length += one
        }
        return length
    }
}

/// Joins what pieces came to, in the order of the file.
struct JoinedPieces {
    private let path: String
    private let size: Int?
    private var line: Int
    private var row: Int
    private var rows = AllRows()
    private var failure: ScheduleError?
    private var next = 0
    private var waiting: [Int: CSVRows.Outcome] = [:]
    /// Those who packed the rows, by number.
    var packers: [Int: RowPacker] = [:]

    private static let mostReserved = 4_000_000

    /// Nothing yet of a file whose pieces begin behind this line and row.
    init(path: String, size: Int?, line: Int, row: Int) {
        self.path = path
        self.size = size
        self.line = line
        self.row = row
    }

    /// Takes what a piece came to; false where nothing more is needed.
    mutating func append(_ outcome: CSVRows.Outcome, _ number: Int) -> Bool {
        waiting[number] = outcome
        while failure == nil, let outcome = waiting.removeValue(forKey: next) {
            reserve(outcome)
            rows.append(outcome.rows, after: row)
            switch outcome.failure {
            case nil: break
            case .source(let error): failure = error
            case .refused(let after, let reason):
                failure = .badFile(path: path, line: line + after, column: nil, reason: reason)
            }
            next += 1
            line += outcome.lines
            row += outcome.records
        }
        return failure == nil
    }

    /// If the rest of the file is like its start, the rows are moved in memory only once.
    private mutating func reserve(_ first: CSVRows.Outcome) {
        guard next == 0, let size, first.records > 0, first.bytes > 0 else { return }
        let count = size / max(1, first.bytes / first.records) + 1000
        rows.reserveCapacity(min(count, JoinedPieces.mostReserved))
    }

    /// All rows.
    mutating func finish() throws(ScheduleError) -> AllRows {
        if let failure { throw failure }
        rows.appointments.adoptTexts(of: packers.sorted { $0.key < $1.key }.map(\.value))
        return rows
    }
}
