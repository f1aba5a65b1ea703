/// Finds one of a few values by its word's bytes, without making a `String` of them: a million entries have four each.
struct WordTable<Value: RawRepresentable<String> & CaseIterable & Sendable>: Sendable {
    private struct Word: Sendable {
        // Eight bytes each from the start and from behind them, zeros behind the end: most words are told apart so.
        let start: UInt64
        let next: UInt64
        let bytes: [UInt8]
        let value: Value
    }

    private let words: [Word]

    /// The words of all values.
    init() {
        words = Value.allCases.map { value in
            let bytes = Array(value.rawValue.utf8)
            return bytes.withUnsafeBufferPointer {
                Word(start: ByteHash.word($0, at: 0), next: ByteHash.word($0, at: 8), bytes: bytes, value: value)
            }
        }
    }

    /// The value of this word; `nil` where no value has it.
    func value(of text: UnsafeBufferPointer<UInt8>) -> Value? {
        let start = ByteHash.word(text, at: 0)
        let next = ByteHash.word(text, at: 8)
        for place in words.indices
        where words[place].start == start && words[place].next == next && words[place].bytes.count == text.count {
            let isSame = words[place].bytes.withUnsafeBufferPointer { $0.hasBytes(of: text) }
            if isSame { return words[place].value }
        }
        return nil
    }
}

extension EntryType {
    static let words = WordTable<EntryType>()
}

extension Entry.Basis {
    private static let words = WordTable<Entry.Basis>()

    /// The value of this word; `nil` where no value has it.
    init?(_ text: JSONText) {
        guard !text.isEscaped, let value = Entry.Basis.words.value(of: text.bytes) else { return nil }
        self = value
    }
}

extension Entry.Actor.Kind {
    private static let words = WordTable<Entry.Actor.Kind>()

    /// The value of this word; `nil` where no value has it.
    init?(_ text: JSONText) {
        guard !text.isEscaped, let value = Entry.Actor.Kind.words.value(of: text.bytes) else { return nil }
        self = value
    }
}

extension Appointment.Status {
    private static let words = WordTable<Appointment.Status>()

    /// The value of this word; `nil` where no value has it.
    init?(_ text: JSONText) {
        guard !text.isEscaped, let value = Appointment.Status.words.value(of: text.bytes) else { return nil }
        self = value
    }
}
