import Bookings
import Console
import Foundation
import LedgerStore
import Transparency

extension HeldCheckpoint {
    /// One line for whoever holds it.
    var line: String {
        let words =
            switch standing {
            case .consistent: "the ledger has grown from it"
            case .ahead: "it is of more entries than the ledger has"
            case .forked: "it is signed, and of another history"
            case .unknown: "it is of another ledger (\(checkpoint.origin)), or no key that is known signed it"
            case .unjudged: "nothing can be said: the ledger itself is not sound"
            }
        return "Held      " + Terminal.folded("\(checkpoint.size.entries): \(words)", indent: 10)
    }

    /// The checkpoint and its standing, as `daybook verify --json` has it.
    var json: JSONValue {
        .object([
            "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
            "root": .string(checkpoint.root.base64), "standing": .string(standing.rawValue),
        ])
    }
}

/// What `verify --fork-evidence` writes.
enum ForkFile {
    /// Writes evidence where a held checkpoint is of another history, and says what it shows.
    static func write(
        _ path: String, held: [SignedNote], trust: [VerifierKey], verification: Verification, of ledger: Ledger
    ) throws {
        guard let evidence = try ledger.forkEvidence(for: held, trusting: trust) else {
            let isShorter = verification.held.contains { $0.standing == .ahead }
            Terminal.say(
                isShorter
                    ? "no fork evidence was written: the ledger is shorter than what you hold, and that may be an older copy; "
                        + "keep the checkpoint and this copy"
                    : "no fork evidence was written: no two checkpoints contradict each other")
            return
        }
        do throws(DurableFileError) {
            try DurableFile.write(evidence.json.bytes + [0x0a], to: path, mode: 0o644)
        } catch {
            throw Terminal.fail("\(path): \(error.description)", 73)
        }
        let own = trust + [evidence.verifier]
        let showing = (try? evidence.verify(with: own))?.sentence ?? ""
        Terminal.say("\(path): \(showing) Anybody can check it: daybook verify-fork \(path) --trust KEY")
    }
}
