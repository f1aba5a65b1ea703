import Auditing
import Bookings
import LedgerStore
import Transparency

/// What a night's report cannot say, each with what would change that.
struct NightLimits {
    let summary: NightSummary

    var sentences: [String] {
        var sentences: [String] = []
        for source in summary.notRead.prefix(20) {
            sentences.append(
                "Nothing is known of \(NightWords.line(source.source.text, most: 100)) for this night: it was not read."
            )
        }
        for (source, outcome) in summary.checked.prefix(50) {
            sentences += about(NightWords.line(source.id.text, most: 100), outcome)
        }
        if summary.night.verification.map({ !$0.assurance.contains(.held) }) ?? true {
            sentences.append(
                "Whether the whole record was rewritten together with its key: only a checkpoint that lay elsewhere shows "
                    + "that (daybook verify --held).")
        }
        if let unprotected = summary.night.verification?.unprotected, unprotected > 0, summary.night.checkpoint == nil {
            sentences.append(
                "\(Words.count(unprotected, "entry", "entries")) after the last checkpoint would not be missed after a roll-back."
            )
        }
        sentences.append(
            "What was booked and lost again between two readings, where the booking system reports no events: no reading "
                + "showed it.")
        return sentences
    }

    private func about(_ source: String, _ outcome: Check.Outcome) -> [String] {
        let coverage = outcome.report.coverage
        var sentences: [String] = []
        if !coverage.isComplete {
            sentences.append(
                "Whether a booking that \(source) does not show is gone: nobody declares that its export is complete.")
        }
        if coverage.cancelled == .removed {
            sentences.append(
                "Whether a row that \(source) lacks was cancelled or lost: its export leaves cancelled rows out.")
        }
        if let outside = outcome.report.findings.first(where: { $0.code == .ar115 }) {
            sentences.append("\(source): \(NightWords.line(outside.sentence))")
        }
        return sentences
    }
}
