import Bookings
import Evidence
import LedgerStore
import TestSupport
import Testing
import Transparency

/// Evidence from the ledgers of practices at random, held against a walk over all entries and against a verifier that
/// shares no code with this one.
@Suite("Evidence of a random ledger, by both verifiers")
struct EvidenceAgreementTests {
    /// A file, and what its reader may bring.
    private struct Made {
        let evidence: Evidence
        let held: [SignedNote]
        /// The ledger's keys up to the one that signed the file: any of them may be trusted.
        let keys: [VerifierKey]
    }

    /// What is asked of both verifiers.
    private struct Trial {
        enum Answer { case accepted(status: Int), refused, either }
        let bytes: [UInt8]
        var held: [SignedNote] = []
        let trusted: VerifierKey
        var change: EvidenceTampering?
        let answer: Answer
        let about: String
    }

    /// 6 nights each, between which fields are erased and the key changes twice; summer and both clock changes.
    @Test(arguments: [5, 22, 2027] as [UInt64])
    func `says what all entries say, and nothing that was tampered with is believed`(seed: UInt64) throws {
        var ledger = try RandomLedger(seed: seed)
        var made: [Made] = []
        for request in ledger.requests() {
            let note =
                (Bool.random(using: &ledger.random) ? ledger.notes.last : nil)
                ?? ledger.notes.randomElement(using: &ledger.random)!
            // One by which the key changed is signed by two, and proves under either.
            let signer = ledger.signers(of: note).randomElement(using: &ledger.random)!
            let evidence = try ledger.world.ledger.evidence(for: request, under: note, by: signer)
            try ledger.expect(evidence, toAnswer: request, by: signer)
            let keys = ledger.keys[...ledger.keys.firstIndex(of: signer)!]
            made.append(Made(evidence: evidence, held: request.held, keys: Array(keys)))
        }
        let files = made.map(\.evidence)
        #expect(
            files.contains { $0.rotations.count == 2 } && files.contains { $0.rotations.count == 1 }, "seed \(seed)")
        #expect(files.contains { $0.rotations.isEmpty } && made.contains { $0.keys.count > 1 }, "seed \(seed)")
        #expect(files.contains { $0.entries.contains { !$0.erased.isEmpty } }, "seed \(seed)")
        try agree(on: trials(of: made, seed: seed, ledger: &ledger), seed: seed)
    }

    /// Each file as it was made, by a key that has nothing to do with it yet, and tampered with in ten ways.
    private func trials(of made: [Made], seed: UInt64, ledger: inout RandomLedger) -> [Trial] {
        var trials: [Trial] = []
        var tries: [EvidenceTampering: Int] = [:]
        for (place, file) in made.enumerated() {
            let evidence = file.evidence
            let about = "seed \(seed), file \(place) about \(evidence.source) \(evidence.booking)"
            let areReached = file.held.allSatisfy { ledger.isReached($0, by: evidence) }
            trials.append(
                Trial(
                    bytes: evidence.bytes, held: file.held, trusted: file.keys.randomElement(using: &ledger.random)!,
                    answer: .accepted(status: areReached ? 0 : 3), about: about))
            if let later = ledger.keys.dropFirst(file.keys.count).randomElement(using: &ledger.random) {
                trials.append(
                    Trial(bytes: evidence.bytes, trusted: later, answer: .refused, about: "\(about), by a later key"))
            }
            let others = made.map(\.evidence).filter { $0.checkpoint == evidence.checkpoint }
            var count = 0
            // What few files have comes first where it can be done.
            let changes = EvidenceTampering.allCases.shuffled(using: &ledger.random)
                .sorted { tries[$0, default: 0] < tries[$1, default: 0] }
            for change in changes where count < 10 {
                let near = Int.random(in: 0..<4, using: &ledger.random) > 0
                let other =
                    near
                    ? others.randomElement(using: &ledger.random)! : made.randomElement(using: &ledger.random)!.evidence
                guard let changed = change.applied(to: evidence, with: other, in: ledger, using: &ledger.random),
                    changed.bytes != evidence.bytes
                else { continue }
                trials.append(
                    Trial(
                        bytes: changed.bytes, trusted: change.trusted(among: file.keys, using: &ledger.random),
                        change: change, answer: change.isStillTrue ? .either : .refused, about: "\(about), \(change)"))
                count += 1
                tries[change, default: 0] += 1
            }
        }
        return trials
    }

    private func agree(on trials: [Trial], seed: UInt64) throws {
        let answers = try PythonVerifier.answers(
            to: trials.map {
                PythonVerifier.Question($0.bytes, held: $0.held.map(\.description), trusting: $0.trusted.text)
            }, trusting: trials[0].trusted.text)
        var counts: [EvidenceTampering: Int] = [:]
        for (place, trial) in trials.enumerated() {
            if let change = trial.change { counts[change, default: 0] += 1 }
            let verifier = EvidenceVerifier(trusted: [trial.trusted], held: trial.held)
            let here = BothVerifiers.refusal(of: trial.bytes, by: verifier)
            var expected = here == nil ? [0] : here == "form" ? [2, 65] : [2]
            switch trial.answer {
            case .accepted(let status):
                #expect(here == nil, "\(trial.about): \(here ?? "")")
                expected = [status]
            case .refused: #expect(here != nil, "\(trial.about): accepted")
            case .either: break
            }
            guard let answer = answers?[place] else { continue }
            #expect(
                expected.contains(answer.status),
                "\(trial.about): \(here ?? "accepted"), and the Python verifier: \(answer.status) \(answer.output)")
        }
        for change in EvidenceTampering.allCases {
            #expect(counts[change, default: 0] > 0, "seed \(seed): \(change) was never tried")
        }
    }
}
