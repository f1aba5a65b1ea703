import Bookings

/// One row as a file has it: a cell for each word, empty where there is nothing.
struct Row {
    /// The cells, in the order of ``Word``. Valid only while the row is being read.
    var cells: [Cell] = Array(repeating: Cell(start: nil, count: 0), count: Word.allCases.count)
    /// The row's number in the file, the header being 1.
    var number = 0
    /// Why the row's cells may not belong to their columns.
    var shape: String?
    /// Words whose values were neither text nor a whole number.
    var strange: [Word] = []
    /// Whether white space around an id belongs to the format and not to the id.
    var trimsIdentifiers = true

    subscript(word: Word) -> Cell { cells[word.rawValue] }
}

extension Cell {
    /// Without the white space around it.
    var trimmed: Cell {
        let ascii = trimmedOfASCII
        guard let first = ascii.first, let last = ascii.last, first >= 0x80 || last >= 0x80 else { return ascii }
        // Beyond ASCII there is white space too (U+00A0 above all), and it takes a decoder to see it.
        let scalars = String(decoding: ascii, as: UTF8.self).unicodeScalars
        let leading = scalars.prefix(while: \.properties.isWhitespace)
        let trailing = scalars[leading.endIndex...].reversed().prefix(while: \.properties.isWhitespace)
        let head = leading.reduce(0) { $0 + UTF8.width($1) }
        let tail = trailing.reduce(0) { $0 + UTF8.width($1) }
        guard head + tail > 0 else { return ascii }
        return Cell(rebasing: ascii[head..<(ascii.count - tail)]).trimmed
    }

    /// Without the ASCII white space around it.
    var trimmedOfASCII: Cell {
        guard var low = baseAddress, count > 0 else { return self }
        var high = low + count
        while low < high, Cell.isSpace(low.pointee) { low += 1 }
        while low < high, Cell.isSpace((high - 1).pointee) { high -= 1 }
        return Cell(start: low, count: high - low)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// The text, which was checked to be UTF-8 before.
    var text: String { String(decoding: self, as: UTF8.self) }
}
