import ArgumentParser
import Console
import Foundation

/// Questions to a person, each of which an option can answer beforehand.
///
/// Where nobody sits at the other end it never waits: what lacks an answer is gathered, and named at once with the option
/// for each. A proposal is taken without a question only where `--yes` was said; what the file leaves open has none.
struct Dialogue {
    /// True where somebody can be asked.
    let isInteractive: Bool
    /// True where proposals are taken without a question.
    let takesProposals: Bool
    private var missing: [(option: String, question: String)] = []

    struct Question {
        /// What is asked, with a question mark.
        let text: String
        /// Why it is asked, or what an answer means.
        var reason = ""
        /// The option that answers it, with an example.
        let option: String
    }

    /// Why an answer is none.
    struct Nonsense: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    init(isInteractive: Bool, takesProposals: Bool) {
        self.isInteractive = isInteractive
        self.takesProposals = takesProposals
    }

    /// Says something before the next question; a line keeps its indent where it is folded.
    func tell(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let indent = line.prefix { $0 == " " }
            return indent + Terminal.folded(String(line.dropFirst(indent.count)), indent: indent.count)
        }
        Terminal.tell(lines.joined(separator: "\n"))
    }

    /// Says why an answer was none, before it is asked for again.
    func refuse(_ reason: String) { tell("That is not it: \(reason)" + (reason.hasSuffix("?") ? "" : ".")) }

    /// The answer; `nil` where it is missing and nobody can be asked. Nonsense in an option ends the command, and from a
    /// person is asked again.
    mutating func ask<Answer>(
        _ question: Question, given: String?, proposal: String?, _ read: (String) throws(Nonsense) -> Answer
    ) throws -> Answer? {
        if let given {
            do throws(Nonsense) { return try read(given) } catch {
                let name = question.option.split(separator: " ").first ?? ""
                throw ValidationError("\(name) \(given): \(error.reason)")
            }
        }
        if let proposal, takesProposals, let answer = try? read(proposal) { return answer }
        guard isInteractive else {
            missing.append((question.option, question.text + (proposal.map { " (proposed: \($0))" } ?? "")))
            return nil
        }
        tell("\n" + question.text + (question.reason.isEmpty ? "" : "\n" + question.reason))
        while true {
            Terminal.tell(proposal.map { "[\($0)] > " } ?? "> ", terminator: "")
            guard let line = readLine() else {
                Terminal.tell("")
                throw Terminal.fail("the answers ended before the questions did; nothing was written", 66)
            }
            let text = line.trimmingCharacters(in: .whitespaces)
            guard let answer = text.isEmpty ? proposal : text else {
                tell("An answer is needed here.")
                continue
            }
            do throws(Nonsense) { return try read(answer) } catch { refuse(error.reason) }
        }
    }

    /// Ends the command where an answer is missing, with all that are.
    func settle() throws {
        guard !missing.isEmpty else { return }
        Terminal.say("these answers are missing, and nobody can be asked here; nothing was written:")
        let width = (missing.map(\.option.count).max() ?? 0) + 2
        for (option, question) in missing {
            let padded = option.padding(toLength: max(width, option.count), withPad: " ", startingAt: 0)
            Terminal.tell("  \(padded)\(question)")
        }
        Terminal.tell("--yes takes what is proposed.")
        throw ExitCode(64)
    }
}

extension Dialogue.Question {
    static func yesOrNo(_ text: String) throws(Dialogue.Nonsense) -> Bool {
        switch text.lowercased() {
        case "yes", "y", "true": return true
        case "no", "n", "false": return false
        default: throw Dialogue.Nonsense("say yes or no")
        }
    }
}
