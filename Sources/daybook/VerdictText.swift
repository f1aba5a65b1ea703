import Auditing
import Bookings
import Console

/// How a verdict is printed for the manager: the paragraph first, then what it rests on.
struct VerdictText {
    let verdict: Verdict
    let clock: LocalClock

    var text: String {
        var lines = [Terminal.bold("Verdict: \(verdict.answer.rawValue)"), "", Terminal.folded(verdict.sentence), ""]
        if !verdict.timeline.steps.isEmpty {
            lines.append(Terminal.bold("What happened, as recorded and observed"))
            lines += TimelineText(timeline: verdict.timeline, clock: clock).lines
            lines.append("")
        }
        if let loss = verdict.windowOfLoss, let present = loss.present {
            lines.append("It was lost between \(clock.text(present)) and \(clock.text(loss.absent)).")
            lines.append("")
        }
        if !verdict.findings.isEmpty {
            lines.append(Terminal.bold("Findings"))
            for finding in verdict.findings {
                lines.append(
                    "  \(finding.code.rawValue) \(finding.code.name) (\(finding.severity.rawValue), \(finding.confidence.rawValue))"
                )
                lines.append("    " + Terminal.folded(finding.sentence, indent: 4))
            }
            lines.append("")
        }
        lines.append(Terminal.bold("How far this goes"))
        for limit in verdict.limits { lines.append("  - " + Terminal.folded(limit, indent: 4)) }
        let words = verdict.assurance.map { "\($0.rawValue) (\(AssuranceText.meaning($0)))" }
        lines.append("  - Assurance: \(words.isEmpty ? "none" : words.joined(separator: "; "))")
        return lines.joined(separator: "\n")
    }
}
