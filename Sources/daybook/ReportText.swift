import Auditing
import Bookings
import Console
import LedgerStore
import Schedules
import Transparency

/// How a report is printed: for people, and as `daybook-report/v1`.
struct ReportText {
    private let outcome: Check.Outcome
    private var report: Report { outcome.report }
    private var status: ExitStatus { outcome.status }

    /// False where the command does more than this check, and may end with another status.
    private let namesExit: Bool

    init(_ outcome: Check.Outcome, namesExit: Bool = true) {
        self.outcome = outcome
        self.namesExit = namesExit
    }

    private var clock: LocalClock { LocalClock(zone: report.coverage.zone, rules: .system) }

    var json: JSONValue {
        let counts = report.counts
        return .object([
            "format": .string("daybook-report/v1"), "ledger": report.verification.identity,
            "snapshot": .object([
                "source": .string(report.coverage.source.text), "takenAt": .string(report.coverage.takenAt.text),
                "rows": .integer(report.rows), "digest": .string(report.digest.base64),
                "reading": outcome.reading.map { .integer($0) }, "coverage": report.coverage.json,
            ]),
            "observed": outcome.observation.map {
                .object([
                    "appeared": .integer($0.appeared), "changed": .integer($0.changed),
                    "cancelled": .integer($0.cancelled),
                ])
            },
            "assurance": .strings(report.assurance.map(\.rawValue)), "expected": .integer(report.expected),
            "agreeing": .integer(report.agreeing), "findings": .array(report.findings.map(\.json)),
            "unsettled": outcome.unsettled.isEmpty ? nil : .array(outcome.unsettled.map(\.json)),
            "resolved": .array(
                outcome.resolved.map {
                    .object(["code": .string($0.code), "booking": ($0.booking?.text).map { .string($0) }])
                }),
            "counts": .object(
                [Severity.critical, .error, .warning, .info].map { .init($0.rawValue, .integer(counts[$0] ?? 0)) }),
            "exit": .integer(Int(status.rawValue)),
        ])
    }

    var text: String {
        var lines: [String] = []
        let source = report.coverage.source
        lines.append(
            Terminal.bold(
                "\(source): \(Words.count(report.rows, "row")) in the schedule, as of \(clock.text(report.coverage.takenAt))"
            ))
        let expected =
            report.expected == 1
            ? "; 1 booking was expected in the window" : "; \(report.expected) bookings were expected in the window"
        let agree = report.agreeing == 1 ? "1 agrees" : "\(report.agreeing) agree"
        lines.append("  \(agree) with the record\(report.expected == 0 ? "" : expected).")
        if let observation = outcome.observation {
            lines.append(
                "  Recorded from this reading: \(observation.appeared) seen for the first time, \(observation.changed) changed, "
                    + "\(observation.cancelled) cancelled.")
        }
        if report.findings.isEmpty { lines.append("  Nothing to report: record and schedule agree.") }
        for finding in report.findings {
            lines.append("")
            let life = finding.life.flatMap { $0 == .new ? nil : " (\($0.rawValue))" } ?? ""
            lines.append("\(Terminal.severity(finding.severity)) \(finding.code.rawValue) \(finding.code.name)\(life)")
            lines.append("         " + Terminal.folded(finding.sentence, indent: 9))
        }
        if !outcome.unsettled.isEmpty {
            lines += ["", Terminal.folded(ReportText.unsettled(outcome.unsettled, by: "export"))]
        }
        if !outcome.resolved.isEmpty {
            let names = outcome.resolved.map { "\($0.code)\($0.booking.map { " \($0)" } ?? "")" }
            lines.append("")
            lines.append(Terminal.folded("No longer found since the check before: \(names.joined(separator: ", "))."))
        }
        lines.append("")
        lines.append(AssuranceText.sentence(report.assurance, report.verification))
        lines.append("Result: \(ReportText.words(status))\(namesExit ? " (exit \(status.rawValue))" : "").")
        return lines.joined(separator: "\n")
    }

    /// What was found before and is not judged now, in a sentence.
    static func unsettled(_ findings: [Finding], by what: String) -> String {
        let names = findings.prefix(20).map { "\($0.code.rawValue)\($0.booking.map { " \(Words.quoted($0))" } ?? "")" }
        let more = findings.count > 20 ? " and \(findings.count - 20) more" : ""
        return "Found before, and not settled by this \(what): \(names.joined(separator: ", "))\(more)."
    }

    static func words(_ status: ExitStatus) -> String {
        switch status {
        case .clean: "clean"
        case .findings: "findings that need a person"
        case .integrity: "the ledger's integrity failed"
        case .inconclusive: "inconclusive: the export does not carry an answer"
        }
    }
}

extension AssuranceText {
    static func sentence(
        _ assurance: [Assurance], _ verification: Verification, asked: Set<Assurance> = []
    ) -> String {
        let holds = assurance.map { "\($0.rawValue) (\(meaning($0)))" }
        let words = [Assurance.signed, .held] + [.stamped, .witnessed].filter(asked.contains)
        let missing = words.filter { !assurance.contains($0) }.map {
            "not \($0.rawValue): \(lack($0, wasAsked: asked.contains($0)))"
        }
        var text = "Assurance: \(holds.isEmpty ? "none" : holds.joined(separator: "; "))."
        if !missing.isEmpty { text += " " + missing.joined(separator: "; ").capitalizedFirst + "." }
        if verification.unprotected > 0 {
            let count = verification.unprotected
            text +=
                " \(count.entries) after the last checkpoint "
                + "\(count == 1 ? "is" : "are") not protected against a roll-back."
        }
        return Terminal.folded(text)
    }

    private static func lack(_ word: Assurance, wasAsked: Bool) -> String {
        switch word {
        case .signed where wasAsked: "no checkpoint of it is signed by a key that you gave, or the ledger is not sound"
        case .held where wasAsked: "it does not agree with what you held, or that says nothing about it"
        case .signed: "no key was given with --trust"
        case .held: "no checkpoint was given with --held, so a rewrite of everything would not show"
        case .witnessed: "no checkpoint of it is cosigned as your policy asks, or the ledger is not sound"
        case .stamped: "no time-stamp in it holds under the roots that you gave, or the ledger is not sound"
        default: ""
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Verification {
    /// Origin, size and root, as every format shows them.
    var identity: JSONValue {
        .object(["origin": .string(origin), "size": .integer(size), "root": .string(root.base64)])
    }

    /// The verification as `daybook-verification/v1`.
    var json: JSONValue {
        .object([
            "format": .string("daybook-verification/v1"), "origin": .string(origin), "size": .integer(size),
            "root": .string(root.base64), "assurance": .strings(assurance.map(\.rawValue)),
            "defects": .array(
                defects.map {
                    .object([
                        "code": .string($0.code), "index": $0.index.map { .integer($0) },
                        "kind": .string($0.kind.rawValue),
                        "sentence": .string($0.sentence),
                    ])
                }),
            "signedSize": signedSize.map { .integer($0) }, "unprotected": .integer(unprotected),
            "unreached": unreached.isEmpty
                ? nil : .array(unreached.map { .object(["origin": .string($0.origin), "size": .integer($0.size)]) }),
            "held": held.isEmpty ? nil : .array(held.map(\.json)), "stamps": stamps?.json,
            "witnessedSize": witnessedSize.map { .integer($0) },
        ])
    }
}

extension Coverage {
    /// What the reading can be asked about.
    var json: JSONValue {
        .object([
            "from": (from?.text).map { .string($0) }, "to": (to?.text).map { .string($0) },
            "complete": .boolean(isComplete), "cancelled": cancelled.map { .string($0.rawValue) },
            "practitioners": practitioners.map { .strings($0.sorted()) }, "rowCount": rowCount.map { .integer($0) },
            "totalReported": totalReported.map { .integer($0) }, "shortfall": shortfall.map { .string($0) },
        ])
    }
}
