import Bookings
import Console
import Foundation
import Schedules

/// What is asked about the export itself: what it leaves open, and whether what was read is right.
struct ExportQuestions {
    var export: SetupExport
    var dialogue: Dialogue

    /// Asks what the file leaves open, and looks again after each answer.
    mutating func settleDoubts() throws {
        guard dialogue.isInteractive else {
            for doubt in export.guess.doubts { _ = try ask(doubt) }
            return
        }
        while let doubt = export.guess.doubts.first {
            guard let answer = try ask(doubt) else { return }
            if doubt.about == .column("booking"), answer == ExportQuestions.none {
                export.given.identity = try identity() ?? []
            } else {
                apply(answer, to: doubt.about)
            }
            try export.lookAgain()
        }
    }

    private mutating func ask(_ doubt: ExportGuess.Doubt) throws -> String? {
        if doubt.about == .dates, doubt.proposals.isEmpty {
            throw Terminal.fail(
                "\(export.path): its dates cannot be read: \(doubt.sentence) (or name other columns with --map "
                    + "start=Date+Time)", 65)
        }
        let choices = doubt.proposals
        let header = export.guess.header
        let question = ExportQuestions.question(doubt, export.guess)
        // What the file leaves open is proposed to nobody: a wrong answer would pass for a right one.
        return try dialogue.ask(question, given: nil, proposal: nil) { (text) throws(Dialogue.Nonsense) in
            let answer = Int(text).flatMap {
                (1...max(1, choices.count)).contains($0) ? choices.dropFirst($0 - 1).first : nil
            }
            return try ExportQuestions.read(answer ?? text, doubt.about, header)
        }
    }

    /// What is answered where no column holds the ids.
    private static let none = "none"

    /// Of what ids are made.
    private mutating func identity() throws -> [String]? {
        let guess = export.guess
        let proposal = guess.identityProposal
        return try dialogue.ask(
            .init(
                text: "Then an id is made of what tells two appointments apart. Of what?",
                reason:
                    "Where one of these changes, the appointment has another id, and is told as probably the same under "
                    + "a new one. Write our words with commas; columns are known for "
                    + guess.columns.map(\.word).joined(separator: ", ") + ".",
                option: "--identity"),
            given: nil, proposal: proposal.joined(separator: ", ")
        ) { (text) throws(Dialogue.Nonsense) in
            guard let words = SetupOptions.identity(text), words.contains("start") else {
                throw Dialogue.Nonsense(
                    "write words with commas, start among them, of "
                        + ScheduleLayout.identityWords.joined(separator: ", "))
            }
            if let stranger = words.first(where: { word in !guess.columns.contains { $0.word == word } }) {
                throw Dialogue.Nonsense("no column is known to hold \(stranger)")
            }
            return words
        }
    }

    private static func question(_ doubt: ExportGuess.Doubt, _ guess: ExportGuess) -> Dialogue.Question {
        let numbered = doubt.proposals.enumerated().map { "\($0 + 1)  \($1)" }
        switch doubt.about {
        case .column(let word):
            let choices = numbered.isEmpty ? ["its columns: " + guess.header.joined(separator: ", ")] : numbered
            let isID = word == "booking"
            return .init(
                text: "Which column holds \(FoundText.meaning(of: word))?",
                reason: doubt.sentence + ".\n" + choices.joined(separator: "\n")
                    + "\nTwo columns that belong together are written with a +, as Date+Time."
                    + (isID ? "\nIf no column does, answer none." : ""),
                option: "--map \(word)=\(word == "start" ? "Date+Time" : "Ref")"
                    + (isID ? ", or --identity \(guess.identityProposal.joined(separator: ","))" : ""))
        case .dates:
            return .init(
                text: "Is 03/04/2026 the 3rd of April (day first) or the 4th of March (month first)?",
                reason: doubt.sentence + ".\n" + numbered.joined(separator: "\n"),
                option: "--dates " + (doubt.proposals.first ?? "dd/MM/yyyy"))
        case .status(let word):
            let key = word.contains(" ") ? "'\(word)=booked'" : "\(word)=booked"
            return .init(
                text: "What does the status \"\(word)\" mean?",
                reason: doubt.sentence + ".\nOne of " + doubt.proposals.joined(separator: ", "),
                option: "--status \(key)")
        }
    }

    private static func read(
        _ answer: String, _ about: ExportGuess.Doubt.About, _ header: [String]
    ) throws(Dialogue.Nonsense) -> String {
        switch about {
        case .column(let word):
            if word == "booking", answer.lowercased() == none { return none }
            if let stranger = answer.split(separator: "+").first(where: { !header.contains(String($0)) }) {
                throw Dialogue.Nonsense(
                    "no column is called \"\(stranger)\"; they are " + header.joined(separator: ", "))
            }
        case .dates:
            guard DatePattern(answer) != nil else {
                throw Dialogue.Nonsense("write it as dd/MM/yyyy, MM/dd/yyyy or dd.MM.yyyy")
            }
        case .status:
            guard Appointment.Status(rawValue: answer) != nil else {
                let all = Appointment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw Dialogue.Nonsense("it is one of \(all)")
            }
        }
        return answer
    }

    private mutating func apply(_ answer: String, to about: ExportGuess.Doubt.About) {
        switch about {
        case .column(let word): export.given.columns[word] = answer.split(separator: "+").map(String.init)
        case .dates: export.given.dates = DatePattern(answer)
        case .status(let word): export.given.status[word] = Appointment.Status(rawValue: answer)
        }
    }

    // MARK: Reading back

    /// Reads the whole export, asks about words that stand only further down, and has five rows confirmed.
    mutating func confirm(zone: String?, now: Timestamp) throws -> Snapshot? {
        guard export.guess.doubts.isEmpty else { return nil }
        while true {
            let snapshot = try export.read(zone: zone, now: now)
            let strangers = snapshot.malformations.compactMap(\.word)
            if !strangers.isEmpty {
                for word in strangers {
                    let doubt = ExportGuess.Doubt(
                        about: .status(word), sentence: "it stands in the file, and in no list that is known here",
                        proposals: Appointment.Status.allCases.map(\.rawValue))
                    if let answer = try ask(doubt) { apply(answer, to: doubt.about) }
                }
                guard dialogue.isInteractive else { return snapshot }
                try export.lookAgain()
                continue
            }
            // Names are for the person at the terminal, and for no log.
            let names = dialogue.isInteractive || isatty(STDERR_FILENO) == 1
            dialogue.tell("\nThis is how some of its rows are read:\n" + FoundText.rows(of: snapshot, names: names))
            dialogue.tell(FoundText.summary(of: snapshot))
            let question = Dialogue.Question(
                text: "Is that right? Compare it with the appointment book.",
                reason: "If not, say what is otherwise, as start=Date+Time, DNA=noshow, dates=MM/dd/yyyy or service=-.",
                option: "--yes")
            let known = export.guess
            let answer = try dialogue.ask(question, given: nil, proposal: dialogue.takesProposals ? "yes" : nil) {
                (text) throws(Dialogue.Nonsense) -> Correction? in
                if !text.contains("="), try Dialogue.Question.yesOrNo(text) { return nil }
                guard let correction = Correction(text, known) else {
                    throw Dialogue.Nonsense(
                        "say yes, or what is otherwise, as start=Date+Time, or press Ctrl-C to stop")
                }
                return correction
            }
            guard let correction = answer ?? nil else { return snapshot }
            export.given = correction.applied(to: export.given)
            try export.lookAgain()
            try settleDoubts()
        }
    }
}

/// `start=Date+Time`, `DNA=noshow`, `dates=MM/dd/yyyy`: what a person says is otherwise than it was read.
private enum Correction {
    case column(String, [String])
    case status(String, Appointment.Status)
    case dates(DatePattern)

    init?(_ text: String, _ guess: ExportGuess) {
        guard let mark = text.lastIndex(of: "=") else { return nil }
        let (left, right) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
        if left == "dates", let pattern = DatePattern(right) {
            self = .dates(pattern)
        } else if ScheduleLayout.words.contains(left) {
            let columns = right.split(separator: "+").map(String.init)
            guard !columns.isEmpty, columns == ["-"] || columns.allSatisfy(guess.header.contains) else { return nil }
            self = .column(left, columns)
        } else if let status = Appointment.Status(rawValue: right), guess.statuses.contains(where: { $0.word == left })
        {
            self = .status(left, status)
        } else {
            return nil
        }
    }

    func applied(to given: ExportGuess.Given) -> ExportGuess.Given {
        var given = given
        switch self {
        case .column(let word, let columns):
            given.columns[word] = columns
            // A column that holds the ids, or none for what they were made of: then they are not made so.
            if word == "booking" || columns == ["-"] && given.identity.contains(word) { given.identity = [] }
        case .status(let word, let status): given.status[word] = status
        case .dates(let pattern): given.dates = pattern
        }
        return given
    }
}
