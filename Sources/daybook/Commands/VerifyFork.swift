import ArgumentParser
import Bookings
import Console
import Foundation
import Transparency

struct VerifyFork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-fork", abstract: "Checks a file that shows two histories under one name.",
        discussion: """
            daybook verify --held CHECKPOINT --fork-evidence FILE writes such a file where a checkpoint that somebody \
            kept is correctly signed and not of the ledger's past. No ledger is needed to check it, only the verifier \
            key, which must come from elsewhere than the file.

            EXIT STATUS  0 the fork is proven; 2 the file does not hold; 3 it is a claim only, or no key was given with \
            --trust; 65 the file cannot be read.
            """)

    @Argument(help: "The file, as verify --fork-evidence writes it.") var file: String
    @Option(help: ArgumentHelp("A verifier key that you got elsewhere: its text, or a file.", valueName: "key"))
    var trust: [String] = []
    @Flag(help: "Print one JSON object instead of words.") var json = false

    func run() throws {
        let keys = try trust.map { try VerifierKeyFile.read($0) }
        let evidence: ForkEvidence
        let bytes = try FileArgument.read(file, most: ForkEvidence.largest)
        do throws(ForkEvidence.Refusal) {
            evidence = try ForkEvidence(bytes: bytes)
        } catch {
            throw Terminal.fail("\(file): \(error.sentence)", 65)
        }
        let showing: ForkEvidence.Showing
        do throws(ForkEvidence.Refusal) {
            showing = try evidence.verify(with: keys.isEmpty ? [evidence.verifier] : keys)
        } catch {
            throw Terminal.fail("\(file): \(error.sentence)", 2)
        }
        if json {
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-fork-verification/v1"), "origin": .string(evidence.origin),
                    "showing": .string(showing.word), "signed": .boolean(!keys.isEmpty),
                    "sentence": .string(showing.sentence),
                ]))
        } else {
            Terminal.print("Ledger    \(evidence.origin)\n" + Terminal.folded(showing.sentence))
        }
        if keys.isEmpty {
            Terminal.say(
                "whose key it is was not checked; compare its fingerprint, \(evidence.verifier.fingerprint), with one that you "
                    + "got elsewhere, and give the key with --trust")
        }
        if keys.isEmpty || showing.word == "claimed" { throw ExitCode(3) }
    }
}

extension ForkEvidence.Showing {
    /// `proven` or `claimed`.
    var word: String {
        if case .claimed = self { "claimed" } else { "proven" }
    }
}
