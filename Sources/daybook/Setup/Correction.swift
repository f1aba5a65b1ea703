import Bookings
import Foundation
import Schedules

/// `start=Date+Time`, `DNA=noshow`, `dates=MM/dd/yyyy`, `identity=client.name,start`: what a person says is otherwise than
/// it was read.
enum Correction {
    case column(String, [String])
    /// No column holds the ids.
    case noIDs
    case identity([String])
    case status(String, Appointment.Status)
    case dates(DatePattern)

    /// Reads what was typed, about an export as it is understood so far.
    init(_ text: String, _ export: SetupExport) throws(Dialogue.Nonsense) {
        guard let first = text.firstIndex(of: "="), let last = text.lastIndex(of: "=") else {
            throw Dialogue.Nonsense("say yes, or what is otherwise, as start=Date+Time, or press Ctrl-C to stop")
        }
        let (ours, theirs) = Correction.split(text, first)
        switch ours {
        case "dates":
            guard let pattern = DatePattern(theirs) else {
                throw Dialogue.Nonsense("write how dates are written, as dates=dd/MM/yyyy or dates=MM/dd/yyyy")
            }
            self = .dates(pattern)
        case "identity": self = .identity(try Correction.identity(theirs, export.guess))
        case "booking" where ["-", "none"].contains(theirs): self = .noIDs
        case "start" where theirs == "-":
            throw Dialogue.Nonsense("an appointment without a start is none; name the columns that hold it")
        case _ where ScheduleLayout.words.contains(ours):
            self = .column(ours, try Correction.columns(theirs, export.guess.header))
        default:
            let (word, status) = Correction.split(text, last)
            self = try Correction.meaning(of: word, status, export)
        }
    }

    private static func split(_ text: String, _ mark: String.Index) -> (String, String) {
        func trimmed(_ part: Substring) -> String { part.trimmingCharacters(in: .whitespaces) }
        return (trimmed(text[..<mark]), trimmed(text[text.index(after: mark)...]))
    }

    /// What stands between the plus signs, unless a column has the sign in its name.
    static func names(in text: String, _ header: [String]) -> [String] {
        if header.contains(text) { return [text] }
        return text.split(separator: "+").map {
            header.contains(String($0)) ? String($0) : $0.trimmingCharacters(in: .whitespaces)
        }
    }

    /// Columns of the file as they are written with a + between them; `-` for none.
    static func columns(_ text: String, _ header: [String]) throws(Dialogue.Nonsense) -> [String] {
        let columns = names(in: text, header)
        guard !columns.isEmpty else { throw Dialogue.Nonsense("behind the = stands a column, or - for none") }
        if columns != ["-"], let stranger = columns.first(where: { !header.contains($0) }) {
            throw Dialogue.Nonsense(
                "no column is called \"\(stranger)\"; they are " + header.joined(separator: ", "))
        }
        return columns
    }

    /// Our words of which ids can be made, each of which a column is known to hold.
    static func identity(_ text: String, _ guess: ExportGuess) throws(Dialogue.Nonsense) -> [String] {
        let known = guess.columns.map(\.word)
        guard let words = SetupOptions.identity(text), words.contains("start") else {
            let typed = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            if let column = typed.first(where: guess.header.contains) {
                throw Dialogue.Nonsense(
                    "\"\(column)\" is a column of the file; say first what it holds, as client.name=\(column)")
            }
            throw Dialogue.Nonsense(
                "write words with commas, start among them, of " + ScheduleLayout.identityWords.joined(separator: ", "))
        }
        if let stranger = words.first(where: { !known.contains($0) }) {
            let example = guess.unused.first?.column ?? "Column"
            throw Dialogue.Nonsense(
                "no column is known to hold \(stranger); name it first, as \(stranger)=\(example)")
        }
        return words
    }

    private static func meaning(
        of word: String, _ text: String, _ export: SetupExport
    ) throws(Dialogue.Nonsense) -> Correction {
        let words = Set(export.guess.statuses.map(\.word)).union(export.given.status.keys).sorted()
        if words.contains(word) {
            guard let status = Appointment.Status(rawValue: text) else {
                let all = Appointment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw Dialogue.Nonsense("\"\(word)\" means one of \(all)")
            }
            return .status(word, status)
        }
        guard Appointment.Status(rawValue: text) == nil else {
            throw Dialogue.Nonsense(
                "no row has the status \"\(word)\"; the words are "
                    + words.map { "\"\($0)\"" }.joined(separator: ", "))
        }
        if export.guess.header.contains(word), ScheduleLayout.words.contains(text) {
            throw Dialogue.Nonsense("our word stands first: \(text)=\(word)")
        }
        throw Dialogue.Nonsense(
            "\"\(word)\" is no status of the file, and none of our words, which are "
                + ScheduleLayout.words.joined(separator: ", ") + ", dates and identity")
    }

    /// What is said of the export with this.
    func applied(to given: ExportGuess.Given) -> ExportGuess.Given {
        var given = given
        switch self {
        case .column(let word, let columns):
            given.columns[word] = columns
            // A column that holds the ids, or none for what they were made of: then they are not made so.
            if word == "booking" || columns == ["-"] && given.identity.contains(word) { given.identity = [] }
        case .noIDs: given.columns["booking"] = nil
        case .identity(let words):
            given.columns["booking"] = nil
            given.identity = words
        case .status(let word, let status): given.status[word] = status
        case .dates(let pattern): given.dates = pattern
        }
        return given
    }
}
