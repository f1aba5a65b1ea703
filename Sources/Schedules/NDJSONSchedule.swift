import Bookings
import Transparency

/// Reads one JSON object a line into rows.
struct NDJSONSchedule: ~Copyable {
    private var window: ByteWindow
    private let layout: ScheduleLayout
    private var row = Row()
    private var text: [UInt8] = []
    private var ranges: [Range<Int>] = []
    // For each word its names, each as it stands and as a path into nested objects.
    private let paths: [[(name: String, path: [String])]]
    private var seen: Set<Word> = []
    private var members: [String] = []

    // Rows are packed so many at a time, or all of them would be in memory twice.
    private static let pieceLength = 4096

    init(_ window: consuming ByteWindow, layout: ScheduleLayout) {
        self.window = window
        self.layout = layout
        paths = Word.allCases.map { word in
            layout.names(of: word).map {
                ($0, $0.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
            }
        }
        row.trimsIdentifiers = false
    }

    /// Reads all rows, and gives the digest of the file with them.
    consuming func read(_ reader: consuming RowReader) throws(ScheduleError) -> (rows: AllRows, digest: Hash) {
        try window.start()
        var rows = AllRows()
        var count = 0
        while let line = try next() {
            row.number += 1
            if !Cell(rebasing: window.bytes[..<line.text]).trimmedOfASCII.isEmpty {
                try take(line.text)
                ranges.withUnsafeBufferPointer { ranges in
                    text.withUnsafeBufferPointer { text in
                        for (place, range) in ranges.enumerated() { row.cells[place] = Cell(rebasing: text[range]) }
                        reader.read(row)
                        count += 1
                    }
                }
            }
            window.use(line.length)
            if row.number.isMultiple(of: NDJSONSchedule.pieceLength) { rows.append(reader.take(), after: 0) }
        }
        if count > 0 { try requireMembers() }
        rows.append(reader.take(), after: 0)
        rows.appointments.adoptTexts(of: [reader.packer])
        return (rows, window.finishDigest())
    }

    /// The length of the next line without and with its end; `nil` at the end of the file.
    private mutating func next() throws(ScheduleError) -> (text: Int, length: Int)? {
        var searched = 0
        while true {
            let bytes = window.bytes
            if let end = bytes[searched...].firstIndex(of: 0x0a) {
                guard end <= ByteWindow.longestRecord else { throw tooLong() }
                return (end, end + 1)
            }
            guard bytes.count <= ByteWindow.longestRecord else { throw tooLong() }
            if window.isComplete { return bytes.isEmpty ? nil : (bytes.count, bytes.count) }
            searched = bytes.count
            try window.fill()
        }
    }

    /// Takes the values of the words out of a line.
    private mutating func take(_ length: Int) throws(ScheduleError) {
        let line = Array(window.bytes[..<length])
        guard !line.contains(0) else { throw failure(CSVScanner.nullReason) }
        let object: JSONValue
        do throws(JSONError) {
            object = try JSONValue(parsing: line)
        } catch {
            guard line.withUnsafeBufferPointer({ CSVScanner.lineThatIsNotUTF8($0) }) == nil else {
                throw failure(layout.encoding.refusal)
            }
            throw failure("not JSON, \(error)")
        }
        guard let named = object.members else {
            throw failure("not a JSON object; each line is one, as {\"booking\":\"B-1\"}")
        }
        if members.isEmpty { members = named.prefix(40).map(\.name) }
        text.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        row.strange = []
        for word in Word.allCases {
            let start = text.count
            for (name, path) in paths[word.rawValue] {
                guard let value = object[name] ?? NDJSONSchedule.value(at: path, in: object) else { continue }
                seen.insert(word)
                if text.count > start { text.append(0x20) }
                switch value {
                case .string(let string): text.append(contentsOf: string.utf8)
                case .integer(let number): text.append(contentsOf: String(number).utf8)
                case .null: break
                case .boolean, .number, .array, .object:
                    if row.strange.last != word { row.strange.append(word) }
                }
            }
            // Half of a joined value is no value.
            if row.strange.last == word { text.removeLast(text.count - start) }
            ranges.append(start..<text.count)
        }
    }

    private static func value(at path: [String], in object: JSONValue) -> JSONValue? {
        guard path.count > 1 else { return nil }
        var value = object
        for name in path {
            guard let inner = value[name] else { return nil }
            value = inner
        }
        return value
    }

    /// A member that no line has is a wrong mapping, not a schedule without it.
    private func requireMembers() throws(ScheduleError) {
        for word in Word.allCases where !seen.contains(word) {
            let isMapped = layout.columns[word.name] != nil && !layout.names(of: word).isEmpty
            guard isMapped || layout.requires(word) else { continue }
            let wanted = layout.title(of: word)
            let found = members.map { MalformationList.quoted($0) }.joined(separator: ", ")
            let remedy =
                isMapped
                ? "" : ". Name the one that holds it in the configuration's `map`, or with --map \(word.name)=…"
            throw .badFile(
                path: window.path, line: nil, column: wanted,
                reason: "no line has this member; the first line has \(found)\(remedy)")
        }
    }

    private func failure(_ reason: String) -> ScheduleError {
        .badFile(path: window.path, line: row.number, column: nil, reason: reason)
    }

    private func tooLong() -> ScheduleError {
        .badFile(
            path: window.path, line: row.number + 1, column: nil,
            reason: "a line of more than \(ByteWindow.longestRecord) bytes; one JSON object stands on each line")
    }
}
