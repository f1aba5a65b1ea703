import Console
import LedgerStore
import Transparency

/// Asks the witnesses of a policy to cosign a checkpoint (C2SP tlog-witness).
struct Cosigning {
    let policy: WitnessPolicy
    let ledger: Ledger

    /// What became of one witness.
    struct Outcome {
        let witness: String
        let isDone: Bool
        let sentence: String
    }

    /// The note with the cosignatures of all witnesses that gave one, and what became of each that has an address.
    func cosign(_ note: SignedNote) throws -> (note: SignedNote, outcomes: [Outcome]) {
        var note = note
        var outcomes: [Outcome] = []
        for witness in policy.witnesses {
            guard let url = witness.url else { continue }
            do {
                let sentence: String
                switch try ask(witness.key, at: url, about: note) {
                case .cosigned(_, let cosigned):
                    note = cosigned
                    outcomes.append(Outcome(witness: witness.name, isDone: true, sentence: "cosigned"))
                    continue
                case .otherSize(let size):
                    sentence = "it saw \(size.entries) before, and this ledger has not grown from that"
                case .unknownKey: sentence = "it does not know the key that signed the checkpoint"
                case .unknownLog: sentence = "it does not know this ledger"
                case .inconsistent: sentence = "it says that the checkpoint is not consistent with one that it saw"
                case .unusable(let reason): sentence = reason
                }
                outcomes.append(Outcome(witness: witness.name, isDone: false, sentence: sentence))
            } catch let failure as Witness.Failure {
                outcomes.append(Outcome(witness: witness.name, isDone: false, sentence: failure.description))
            }
        }
        return (note, outcomes)
    }

    /// Asks once as if it had seen nothing, and again from the size that it answers with.
    private func ask(_ key: VerifierKey, at url: String, about note: SignedNote) throws -> AddCheckpoint.Answer {
        let size = try Checkpoint(text: note.text).size
        let first = try Witness.submit(AddCheckpoint(old: 0, proof: [], note: note), to: url, keys: [key])
        guard case .otherSize(let seen) = first, (1...size).contains(seen) else { return first }
        let proof = try ledger.consistencyProof(from: seen, to: size)
        return try Witness.submit(AddCheckpoint(old: seen, proof: proof, note: note), to: url, keys: [key])
    }
}
