import Bookings

/// The texts of one row, gathered word by word, for a format whose rows do not lie in the file as they are read.
struct RowText {
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>] = []
    /// Words whose values were neither text nor a whole number.
    private(set) var strange: [Word] = []

    /// Begins the next row.
    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        strange = []
    }

    /// Adds the cell of the word that comes next in the order of ``Word``: its values, one space between two.
    mutating func append(_ word: Word, _ values: some Sequence<JSONValue>) {
        let start = bytes.count
        for value in values {
            if bytes.count > start { bytes.append(0x20) }
            switch value {
            case .string(let string): bytes.append(contentsOf: string.utf8)
            case .integer(let number): bytes.append(contentsOf: String(number).utf8)
            case .null: break
            case .boolean, .number, .array, .object:
                if strange.last != word { strange.append(word) }
            }
        }
        // Half of a joined value is no value.
        if strange.last == word { bytes.removeLast(bytes.count - start) }
        ranges.append(start..<bytes.count)
    }

    /// Has a reader read the row.
    func read(_ row: inout Row, by reader: inout RowReader) {
        row.strange = strange
        bytes.withUnsafeBufferPointer { bytes in
            for (place, range) in ranges.enumerated() { row.cells[place] = Cell(rebasing: bytes[range]) }
            reader.read(row)
        }
    }
}
