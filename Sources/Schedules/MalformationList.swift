import Bookings

/// What is not what it should be, gathered: trouble of one row by row as far as ``most``, trouble of a column once.
struct MalformationList: Sendable {
    private var single: [Malformation] = []
    private var more = (count: 0, row: 0)
    private var columnsWithoutZone: [(column: String, row: Int, count: Int)] = []
    private var words: [Identifier: (place: Int, row: Int, count: Int)] = [:]

    /// How many malformations of single rows are listed.
    static let most = 1000
    /// How many words for a status a practice may have forgotten to explain; where there are more, they are none.
    static let mostWords = 20

    /// True where more than ``mostWords`` words for a status are explained nowhere: they may be anything, names too.
    var hasTooManyWords: Bool { words.count > MalformationList.mostWords }

    /// A value of one row.
    mutating func add(_ booking: Identifier?, row: Int, column: String, _ reason: @autoclosure () -> String) {
        guard single.count < MalformationList.most else {
            if more.count == 0 { more.row = row }
            more.count += 1
            return
        }
        single.append(Malformation(kind: .malformed, booking: booking, row: row, column: column, reason: reason()))
    }

    /// A local time, and no zone from anywhere.
    mutating func addNoZone(row: Int, column: String, count: Int = 1) {
        if let place = columnsWithoutZone.firstIndex(where: { $0.column == column }) {
            columnsWithoutZone[place].count += count
        } else {
            columnsWithoutZone.append((column, row, count))
        }
    }

    /// A status that nobody mapped.
    mutating func addUnmapped(_ word: String, row: Int, count: Int = 1) {
        if words[Identifier(word)] != nil {
            words[Identifier(word)]!.count += count
        } else if !hasTooManyWords {
            words[Identifier(word)] = (words.count, row, count)
        }
    }

    /// Adds another list as if its values had been added here one by one, in rows that come after `row`.
    mutating func append(_ next: MalformationList, after row: Int) {
        for one in next.single {
            add(one.booking, row: row + one.row, column: one.column, one.reason)
        }
        if next.more.count > 0 {
            if more.count == 0 { more.row = row + next.more.row }
            more.count += next.more.count
        }
        for (column, first, count) in next.columnsWithoutZone {
            addNoZone(row: row + first, column: column, count: count)
        }
        for (word, seen) in next.words.sorted(by: { $0.value.place < $1.value.place }) {
            addUnmapped(word.text, row: row + seen.row, count: seen.count)
        }
    }

    /// All of it, where there are not too many words: single rows in their order, then what was gathered.
    var all: [Malformation] {
        var all = single
        if more.count > 0 {
            let reason = "\(more.count) more values are not what they should be, and not listed"
            all.append(Malformation(kind: .malformed, booking: nil, row: more.row, column: "row", reason: reason))
        }
        for (word, seen) in words.sorted(by: { $0.value.place < $1.value.place }) {
            let reason =
                "the status \(MalformationList.quoted(word.text)) is not mapped; \(MalformationList.rows(seen.count)); "
                + MalformationList.mapping(of: word.text)
            all.append(
                Malformation(
                    kind: .unmappedStatus, booking: nil, row: seen.row, column: Word.status.name, reason: reason,
                    word: word.text))
        }
        for (column, row, count) in columnsWithoutZone {
            let reason = "a local time, and no zone is declared; \(MalformationList.rows(count))"
            all.append(Malformation(kind: .noZone, booking: nil, row: row, column: column, reason: reason))
        }
        return all
    }

    private static func rows(_ count: Int) -> String { count == 1 ? "1 row has it" : "\(count) rows have it" }

    /// What to type so that a word for a status is mapped: as an option, and as a line of the configuration. Where the word
    /// is a usual one its status is proposed; else a place is left for it, since a wrong one that is pasted would let a
    /// cancelled appointment pass for one that is kept.
    static func mapping(of word: String) -> String {
        let known = StatusWords.status(of: word)?.rawValue
        let ask =
            "say which of FHIR's statuses it is (booked, cancelled, noshow, arrived, fulfilled …"
            + (known.map { "; this is most often \($0)" } ?? "") + ")"
        let status = known ?? "STATUS"
        // What is cut or not printable cannot be copied from here.
        guard quoted(word) == "\"\(word)\"" else { return "\(ask): under the source's status in the configuration" }
        let key = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let line = "under the source in the configuration, status: { \"\(key)\": \(status) }"
        // An option's word ends at the first "=", and what starts with a dash is taken for another option.
        guard !word.contains("="), !word.hasPrefix("-") else { return "\(ask): \(line)" }
        return "\(ask): --status \(shellWord(word + "=" + status)), or \(line)"
    }

    private static func shellWord(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789_-.=".unicodeScalars.contains($0)
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// A source's word in quotes, cut where it is long, without what would upset a terminal.
    static func quoted(_ text: String) -> String {
        let plain = String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(64).map {
                    $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
                        ? "\u{fffd}" : $0
                }))
        return "\"" + plain + (text.unicodeScalars.count > 64 ? "…" : "") + "\""
    }
}
