import ArgumentParser
import Auditing
import Bookings
import Console
import Evidence

extension EvidencePage {
    /// The page of evidence that was verified, with moments on these clocks.
    init(
        _ content: EvidenceContent, _ report: EvidenceReport, assurance: [Bookings.Assurance], made: String,
        clock: LocalClock
    ) {
        let evidence = content.evidence
        self.init(
            booking: evidence.booking.text, source: evidence.source.text, summary: report.account,
            verifier: evidence.verifier, checkpoint: content.checkpoint, made: made,
            program: Daybook.configuration.version, evidence: evidence.bytes)
        caution = report.caution
        zone = clock.zone
        timeline = report.timeline.steps.map {
            Step(
                when: clock.text($0.at), sentence: $0.sentence,
                knowledge: $0.knowledge == .recorded ? .recorded : .observed, entry: $0.index)
        }
        disclosed = content.records.flatMap { record in
            record.disclosed.sorted { $0.key < $1.key }.map {
                Disclosed(entry: record.index, field: $0.key, value: $0.value)
            }
        }
        withheld = content.records.flatMap { record in
            record.withheld.map { Withheld(entry: record.index, field: $0) }
        }
        erased = content.records.flatMap { record in
            record.erased.map { Erased(entry: record.index, field: $0.field, by: $0.by) }
        }
        proven = report.proven
        declared = report.declared
        cannotSay = report.cannotSay
        // Whoever makes the page trusts their own key: what holds for its reader, the reader finds out.
        self.assurance = assurance.filter { $0 != .signed }.map {
            EvidencePage.Assurance(word: $0.rawValue, sentence: AssuranceText.meaning($0))
        }
    }
}
