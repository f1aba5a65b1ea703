import Bookings
import Foundation
import Transparency

/// What a row is given that its file does not have: constants, and an id made of other cells.
struct RowAdditions {
    private let constants: [(word: Word, range: Range<Int>)]
    private let text: [UInt8]
    private let identity: [Word]
    private let key: [UInt8]
    private let source: Identifier

    /// `nil` where rows are read as they are.
    init?(_ layout: ScheduleLayout, rules: SourceRules, source: Identifier) {
        var constants: [(word: Word, range: Range<Int>)] = []
        var text: [UInt8] = []
        for (name, value) in layout.constants {
            guard let word = Word(name: name) else { continue }
            let start = text.count
            text.append(contentsOf: value.utf8)
            constants.append((word, start..<text.count))
        }
        self.constants = constants
        self.text = text
        identity = layout.identity.compactMap { Word(name: $0) }
        key = rules.identityKey ?? []
        self.source = source
        if constants.isEmpty, identity.isEmpty { return nil }
    }

    /// Lends the row with the constants in it where it has nothing of its own.
    func withConstants(_ row: borrowing Row, _ body: (inout Row) -> Void) {
        var filled = copy row
        text.withUnsafeBufferPointer { text in
            for (word, range) in constants where filled[word].trimmedOfASCII.isEmpty && !row.strange.contains(word) {
                filled.cells[word.rawValue] = Cell(rebasing: text[range])
            }
            body(&filled)
        }
    }

    /// True where the ids of bookings are made.
    var makesIdentity: Bool { !identity.isEmpty }

    /// The id of a row, `start` being what its start says to the minute, or why it has none.
    ///
    /// It stands in the ledger in clear, and a client's id is in it: so it is a keyed digest, of which 128 bits are
    /// written. Names count without capital letters, composition and blanks, ids to the letter.
    func identity(of row: borrowing Row, start: Int64?) -> Result<String, MissingCell> {
        var parts: [JSONValue] = [.string(source.text)]
        for word in identity {
            let cell = row[word].trimmed
            guard !cell.isEmpty else { return .failure(MissingCell(word: word)) }
            parts.append(.string(word.name))
            // However a start is written, it is the same moment.
            if word == .start, let start {
                parts.append(.integer(Int(start)))
            } else {
                parts.append(.string(RowAdditions.names.contains(word) ? RowAdditions.folded(cell.text) : cell.text))
            }
        }
        let digest = Hash.keyed(key, JSONValue.array(parts).bytes)
        return .success(Identifier(made: Array(digest.bytes)[..<16]).text)
    }

    /// What people write, and write otherwise another time.
    private static let names: Set<Word> = [.clientName, .clientEmail, .practitioner, .service, .location]

    /// A name without what is no difference between two people: capital letters, another composition of a letter, blanks.
    private static func folded(_ name: String) -> String {
        name.precomposedStringWithCanonicalMapping.lowercased().split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }

    /// A cell that an id needs, and that is empty.
    struct MissingCell: Error {
        let word: Word
    }
}
