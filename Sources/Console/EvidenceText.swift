import Auditing
import Bookings
import Evidence
import Transparency

/// What came of an evidence file, for people and for programs.
struct EvidenceText {
    let evidence: Evidence
    let verification: EvidenceVerification
    let isExplained: Bool

    var text: String {
        var lines = [
            Terminal.bold("Evidence about booking \(evidence.booking) of \(evidence.source), from \(evidence.origin)"),
            "",
        ]
        if let content = verification.content {
            lines += shown(content)
        } else if let refusal = verification.refusal {
            lines.append(Terminal.folded("Refused (\(refusal.kind.rawValue)): \(refusal.sentence)"))
            lines.append("")
            lines.append(Terminal.folded("The file does not show what it says. Nothing in it is to be relied on."))
        }
        if isExplained {
            lines += ["", Terminal.bold("Step by step")]
            for (place, step) in verification.steps.enumerated() {
                let mark =
                    switch step.outcome {
                    case .agrees: "agrees"
                    case .refused: "REFUSED"
                    case .notChecked: "not checked"
                    }
                lines.append("  \(place + 1). " + Terminal.folded("[\(mark)] \(step.sentence)", indent: 5))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func report(of content: EvidenceContent) -> EvidenceReport {
        EvidenceReport(content, isKeyTrusted: verification.assurance.contains(.signed))
    }

    private func shown(_ content: EvidenceContent) -> [String] {
        let report = report(of: content)
        var lines = [Terminal.folded(report.sentence), ""]
        if !report.timeline.steps.isEmpty {
            lines.append(Terminal.bold("What happened, as recorded"))
            lines += TimelineText(timeline: report.timeline, clock: .utc).lines + [""]
        }
        let disclosed = content.records.flatMap { record in
            record.disclosed.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value) [entry \(record.index)]" }
        }
        if !disclosed.isEmpty { lines += [Terminal.bold("Disclosed")] + disclosed + [""] }
        for (title, sentences) in [
            ("Proven", report.proven), (EvidenceReport.declaredTitle, report.declared),
            ("What cannot be said", report.cannotSay),
        ] where !sentences.isEmpty {
            lines.append(Terminal.bold(title))
            lines += sentences.map { "  - " + Terminal.folded($0, indent: 4) } + [""]
        }
        for held in verification.unreached { lines.append(Terminal.folded(held.sentence)) }
        let holds = verification.assurance.map { "\($0.rawValue) (\(AssuranceText.meaning($0)))" }
        lines.append(Terminal.folded("Assurance: \(holds.joined(separator: "; "))."))
        if let lack = verification.lackOfWitnesses { lines.append(Terminal.folded("Not witnessed: \(lack)")) }
        let whose =
            verification.assurance.contains(.signed)
            ? "Key" : "Not signed by a key that you gave. Compare this fingerprint with one that you got elsewhere"
        lines.append("\(whose): \(evidence.verifier.fingerprint)")
        return lines
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("format", .string("daybook-evidence-verification/v1")),
            .init("accepted", .boolean(verification.refusal == nil)),
            .init("origin", .string(evidence.origin)), .init("source", .string(evidence.source.text)),
            .init("booking", .string(evidence.booking.text)), .init("verifier", .string(evidence.verifier.text)),
            .init("fingerprint", .string(evidence.verifier.fingerprint)),
            .init("assurance", .strings(verification.assurance.map(\.rawValue))),
        ]
        if let refusal = verification.refusal {
            members.append(
                .init(
                    "refusal",
                    .object(["kind": .string(refusal.kind.rawValue), "sentence": .string(refusal.sentence)])))
        }
        if let content = verification.content {
            members.append(
                .init(
                    "checkpoint",
                    .object([
                        "size": .integer(content.checkpoint.size), "root": .string(content.checkpoint.root.base64),
                    ])))
            members += report(of: content).json
            members.append(.init("entries", .array(content.records.map(record))))
        }
        members.append(
            .init(
                "unreached",
                .array(
                    verification.unreached.map { held in
                        .object([
                            "origin": (held.checkpoint?.origin).map { .string($0) },
                            "size": (held.checkpoint?.size).map { .integer($0) }, "sentence": .string(held.sentence),
                        ])
                    })))
        if isExplained {
            members.append(
                .init(
                    "steps",
                    .array(
                        verification.steps.map {
                            .object(["sentence": .string($0.sentence), "outcome": .string($0.outcome.rawValue)])
                        })))
        }
        return .object(members)
    }

    private func record(_ record: EvidenceRecord) -> JSONValue {
        .object([
            "index": .integer(record.index), "type": record.entry.map { .string($0.type.rawValue) },
            "declared": .boolean(record.isDeclared),
            "disclosed": .object(
                record.disclosed.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "erased": .array(
                record.erased.map { .object(["field": .string($0.field), "by": .integer($0.by)]) }),
            "withheld": .strings(record.withheld),
        ])
    }
}
