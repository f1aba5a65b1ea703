import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Transparency

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recomputes the whole ledger from its bytes, and says what holds.",
        discussion: """
            A hash chain alone proves little: whoever holds both database and key can rewrite it all. So this prints an
            assurance, word by word: consistent (bytes, chain and tree agree), signed (a checkpoint is signed by a key \
            that you gave with --trust; the ledger's own files do not count), held (it has grown from a checkpoint that \
            you kept, given with --held), stamped (a third party, whose root you gave with --tsa-roots, signed when it \
            was there), witnessed (a checkpoint of it is cosigned as your --policy asks).

            EXIT STATUS  0 all that was asked for holds; 2 it does not; 3 a checkpoint given with --held is of another \
            ledger, or not signed by a known key, or a time-stamp is by an authority under none of your roots.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("A checkpoint that you kept: a file, or a folder of them.", valueName: "file")) var held:
        [String] = []
    @Option(
        help: ArgumentHelp(
            "Where one of them is of another history: write what shows it to this file, for anybody to check.",
            valueName: "file"))
    var forkEvidence: String?
    @Option(help: ArgumentHelp("A verifier key that you got elsewhere: its text, or a file.", valueName: "key"))
    var trust: [String] = []
    @Option(
        help: ArgumentHelp("Root certificates, in PEM, of time-stamp authorities that you believe.", valueName: "file"))
    var tsaRoots: String?
    @Option(
        help: ArgumentHelp(
            "A policy that says whose cosignatures you ask for (C2SP tlog-policy).", valueName: "file"))
    var policy: String?
    @Option(help: ArgumentHelp("Recompute this many of the newest declared states.", valueName: "n")) var states = 1
    @Flag(help: "Rebuild the look-up tables from the entries and compare: slower.") var projections = false

    func validate() throws {
        guard forkEvidence == nil || !held.isEmpty else {
            throw ValidationError("--fork-evidence needs a checkpoint that you kept: --held")
        }
        guard states >= 0 else { throw ValidationError("--states takes a number of at least 0") }
    }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            let notes = try held.flatMap { try CheckpointFile.all(in: $0) }
            let request = try request(held: notes)
            let verification = try ledger.verify(request)
            if options.json { Terminal.print(verification.json) } else { Terminal.print(text(verification)) }
            if let forkEvidence {
                try ForkFile.write(
                    forkEvidence, held: notes, trust: request.trust, verification: verification, of: ledger)
            }
            // Asked for and not there: a ledger that somebody signed anew with their own key is consistent, and no more.
            let lacksSignature = !trust.isEmpty && !verification.assurance.contains(.signed)
            let isUnknown = verification.stamps?.unknown.isEmpty == false
            let lacksStamp = tsaRoots != nil && !isUnknown && !verification.assurance.contains(.stamped)
            let lacksWitnesses = policy != nil && !verification.assurance.contains(.witnessed)
            if !verification.defects.isEmpty || lacksSignature || lacksStamp || lacksWitnesses { throw ExitCode(2) }
            if !verification.unreached.isEmpty || isUnknown { throw ExitCode(3) }
        }
    }

    private func request(held: [SignedNote]) throws -> VerificationRequest {
        let keys = try trust.map { try VerifierKeyFile.read($0) }
        var request = VerificationRequest(
            trust: keys, held: held, states: states, projections: projections,
            roots: try tsaRoots.map { try FileArgument.roots($0) })
        if let policy {
            let quorum = try PolicyFile.quorum(policy, keys: keys)
            request.quorum = { quorum($0).holds }
        }
        return request
    }

    private func text(_ verification: Verification) -> String {
        var lines = [
            "Ledger    \(verification.origin)", "Entries   \(verification.size)",
            "Root      \(verification.root.base64)", "",
        ]
        for defect in verification.defects {
            lines.append("\(Terminal.bold(defect.code)) \(Terminal.folded(defect.sentence, indent: 6))")
        }
        if !verification.defects.isEmpty { lines.append("") }
        lines += verification.held.map(\.line)
        if let stamps = verification.stamps {
            lines += StampText(stamps: stamps, clock: .utc).lines
        }
        if let size = verification.witnessedSize {
            lines.append("Witnessed the \(size.firstEntries): a checkpoint of them is cosigned as your policy asks")
        }
        lines.append(
            AssuranceText.sentence(
                verification.assurance, verification,
                asked: Set(
                    (trust.isEmpty ? [] : [.signed]) + (held.isEmpty ? [] : [.held])
                        + (tsaRoots == nil ? [] : [.stamped]) + (policy == nil ? [] : [.witnessed]))))
        return lines.joined(separator: "\n")
    }
}
