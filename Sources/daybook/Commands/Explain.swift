import ArgumentParser
import Auditing
import Bookings
import Console

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a code means, what it usually is when nothing is wrong, and what to do.")

    @Argument(help: "A code as AR101; without one, all are listed.") var code: String?
    @Flag(help: "Print one JSON object instead of words.") var json = false

    func run() throws { try reporting { try say() } }

    private func say() throws {
        guard let code else {
            let all = FindingCode.allCases
            if json {
                Terminal.print(
                    JSONValue.object(["format": .string("daybook-codes/v1"), "codes": .array(all.map(object))]))
            } else {
                Terminal.print(
                    all.map { "\($0.rawValue)  \($0.severity.rawValue.padding(to: 8))  \($0.name)" }.joined(
                        separator: "\n"))
            }
            return
        }
        guard let known = FindingCode(rawValue: code.uppercased()) else {
            throw ValidationError("There is no code \(code); daybook explain lists them.")
        }
        if json {
            Terminal.print(object(known))
            return
        }
        let explanation = known.explanation
        Terminal.print(
            """
            \(Terminal.bold("\(known.rawValue) \(explanation.name)")) (\(explanation.severity.rawValue))

            \(Terminal.folded(explanation.definition))

            Usual innocent causes: \(Terminal.folded(explanation.innocentCauses, indent: 0, width: 76))

            What to do: \(Terminal.folded(explanation.remedy, indent: 0, width: 87))
            """)
    }

    private func object(_ code: FindingCode) -> JSONValue {
        let explanation = code.explanation
        return .object([
            "code": .string(code.rawValue), "name": .string(explanation.name),
            "severity": .string(explanation.severity.rawValue),
            "definition": .string(explanation.definition), "innocentCauses": .string(explanation.innocentCauses),
            "remedy": .string(explanation.remedy),
        ])
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
