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
                try settleIdentity()
            } else {
                take(applied(answer, to: doubt.about, export.given))
            }
        }
    }

    /// Looks again with what is said now. An answer with which the export could not be read is told to be none, and taken
    /// back: it is asked for again.
    private mutating func take(_ given: ExportGuess.Given) {
        var other = export
        do throws(UnguessableExport) { try other.look(with: given) } catch {
            return dialogue.refuse("with it the export cannot be read: \(error.description)")
        }
        // A column that is given away is not the start's any more, and no answer would bring it back.
        if other.guess.openStart != nil, export.guess.openStart == nil {
            return dialogue.refuse("with it no column holds the start; name those first, as start=Date+Time")
        }
        if let sentence = other.guess.unreadableDates, export.guess.unreadableDates == nil {
            return dialogue.refuse("with it the dates cannot be read: \(sentence)")
        }
        export = other
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

    private enum Identity {
        case words([String])
        /// Which column holds a word comes first.
        case correction(Correction)
    }

    /// Asks of what ids are made, until it is settled.
    private mutating func settleIdentity() throws {
        while export.guess.identity.isEmpty {
            let export = export
            let guess = export.guess
            let answer = try dialogue.ask(
                .init(
                    text: "Then an id is made of what tells two appointments apart. Of what?",
                    reason:
                        "Where one of these changes, the appointment has another id, and is told as probably the same "
                        + "under a new one. Write our words with commas; columns are known for "
                        + guess.columns.map(\.word).joined(separator: ", ") + "."
                        + ExportQuestions.unnamed(guess),
                    option: "--identity"),
                given: nil, proposal: guess.identityProposal.joined(separator: ", ")
            ) { (text) throws(Dialogue.Nonsense) -> Identity in
                text.contains("=")
                    ? .correction(try Correction(text, export)) : .words(try Correction.identity(text, guess))
            }
            switch answer {
            case .words(let words): take(Correction.identity(words).applied(to: export.given))
            case .correction(let correction): take(correction.applied(to: export.given))
            case nil: return
            }
            // There are ids after all.
            if case .correction(.column("booking", _)) = answer { return }
        }
    }

    /// How a column comes to be known, where the file has one that is not.
    private static func unnamed(_ guess: ExportGuess) -> String {
        let known = guess.columns.map(\.word)
        let word = ["client.name", "client.id", "practitioner", "service"].first { !known.contains($0) }
        guard let word, let column = guess.unused.first?.column else { return "" }
        return " Another column is named first, as \(word)=\(column)."
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
            guard try Correction.columns(answer, header) != ["-"] else {
                throw Dialogue.Nonsense("a column is needed here" + (word == "booking" ? ", or none" : ""))
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

    private func applied(
        _ answer: String, to about: ExportGuess.Doubt.About, _ given: ExportGuess.Given
    ) -> ExportGuess.Given {
        var given = given
        switch about {
        case .column(let word):
            given.columns[word] = Correction.names(in: answer, export.guess.header)
        case .dates: given.dates = DatePattern(answer)
        case .status(let word): given.status[word] = Appointment.Status(rawValue: answer)
        }
        return given
    }

    // MARK: Reading back

    /// Reads the whole export, asks about words that stand only further down, and has five rows confirmed.
    mutating func confirm(zone: String?, now: Timestamp) throws -> Snapshot? {
        guard export.guess.doubts.isEmpty else { return nil }
        // The export as it was before the last correction, with which it may be unreadable.
        var before: SetupExport?
        while true {
            let snapshot: Snapshot
            do throws(ScheduleError) { snapshot = try export.read(zone: zone, now: now) } catch {
                guard let earlier = before else { throw error }
                dialogue.refuse("with it the export cannot be read: \(error.description)")
                (export, before) = (earlier, nil)
                continue
            }
            let strangers = snapshot.malformations.compactMap(\.word)
            if !strangers.isEmpty {
                let given = try meanings(of: strangers)
                guard dialogue.isInteractive else { return snapshot }
                take(given)
                continue
            }
            // Names are for the person at the terminal, and for no log.
            let names = dialogue.isInteractive || isatty(STDERR_FILENO) == 1
            dialogue.tell("\nThis is how some of its rows are read:\n" + FoundText.rows(of: snapshot, names: names))
            dialogue.tell(FoundText.summary(of: snapshot))
            guard let correction = try correction() else { return snapshot }
            before = export
            try correct(correction)
        }
    }

    /// Asks for the meanings of words that stand only further down.
    private mutating func meanings(of words: [String]) throws -> ExportGuess.Given {
        var given = export.given
        for word in words {
            let doubt = ExportGuess.Doubt(
                about: .status(word), sentence: "it stands in the file, and in no list that is known here",
                proposals: Appointment.Status.allCases.map(\.rawValue))
            if let answer = try ask(doubt) { given = applied(answer, to: doubt.about, given) }
        }
        return given
    }

    /// What is otherwise than it was read; `nil` where all is right.
    private mutating func correction() throws -> Correction? {
        let export = export
        let made = export.guess.identity.isEmpty ? "" : ", identity=\(export.guess.identity.joined(separator: ","))"
        let question = Dialogue.Question(
            text: "Is that right? Compare it with the appointment book.",
            reason:
                "If not, say what is otherwise, as start=Date+Time, DNA=noshow, dates=MM/dd/yyyy\(made) or service=-.",
            option: "--yes")
        let answer = try dialogue.ask(question, given: nil, proposal: dialogue.takesProposals ? "yes" : nil) {
            (text) throws(Dialogue.Nonsense) -> Correction? in
            if !text.contains("="), let isRight = try? Dialogue.Question.yesOrNo(text), isRight { return nil }
            return try Correction(text, export)
        }
        return answer ?? nil
    }

    private mutating func correct(_ correction: Correction) throws {
        let made = export.guess.identity
        if case .noIDs = correction {
            try settleIdentity()
        } else {
            take(correction.applied(to: export.given))
        }
        if case .column(let word, ["-"]) = correction, word != "booking", !made.isEmpty, export.guess.identity.isEmpty {
            dialogue.tell("\nSo far ids were made of \(made.joined(separator: ", ")).")
            try settleIdentity()
        }
        try settleDoubts()
        // Two clients of one hour would be one booking, where nothing of the client is in its id.
        let identity = export.guess.identity
        if case .column(let word, let columns) = correction, word.hasPrefix("client."), columns != ["-"],
            !identity.isEmpty, !identity.contains(where: { $0.hasPrefix("client.") })
        {
            dialogue.tell("\nSo far ids are made of \(identity.joined(separator: ", ")), and of nothing of the client.")
            var given = export.given
            given.identity = []
            take(given)
            try settleIdentity()
        }
    }
}

extension ExportGuess {
    /// Why it is open which column holds the start; `nil` where it is not.
    fileprivate var openStart: String? { doubts.first { $0.about == .column("start") }?.sentence }

    /// Why no date can be read, whatever is answered; `nil` where they can.
    fileprivate var unreadableDates: String? {
        doubts.first { $0.about == .dates && $0.proposals.isEmpty }?.sentence
    }
}
