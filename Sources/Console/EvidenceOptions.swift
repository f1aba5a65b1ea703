import ArgumentParser
import Bookings
import Evidence
import Foundation
import Transparency

/// What `daybook verify-evidence` and `daybook-verify` take, and the one way in which both go: file, check, words.
package struct EvidenceOptions: ParsableArguments {
    @Argument(help: "The evidence file; - is standard input.") private var file: String

    @Option(
        help: ArgumentHelp(
            "A verifier key that you got elsewhere: its text, or a file. Several may be given.", valueName: "key"))
    private var trust: [String] = []

    @Option(help: ArgumentHelp("A checkpoint that you kept: a file, or a folder of them.", valueName: "file"))
    private var held: [String] = []

    @Option(
        help: ArgumentHelp(
            "A policy that says whose cosignatures you ask for (C2SP tlog-policy).", valueName: "file"))
    private var policy: String?

    @Option(
        help: ArgumentHelp(
            "The root certificates (PEM) of the time-stamp authorities that you trust.", valueName: "file"))
    private var tsaRoots: String?

    @Flag(help: "Print every step and what came of it.") private var explain = false

    @Flag(help: "Print one JSON object instead of words.") private var json = false

    package init() {}

    /// What both commands' help says.
    package static let discussion = """
        The file is checked without the ledger, without a network and without trusting whoever made it: every entry is \
        held against the signed checkpoint, every disclosed value against what was sealed, and the list of entries \
        against what the ledger declares.

        What it comes to is kept apart: what is proven, what the ledger declares, and what cannot be said. Without \
        --trust the file is held against the key inside it alone: compare the fingerprint with one that you got elsewhere.

        EXIT STATUS  0 everything agrees; 2 the file is refused, or not cosigned as \
        --policy asks; 3 it agrees, and does not reach a checkpoint that you \
        gave with --held; 64 usage; 65 this is not an evidence file; 66 no such file.
        """

    /// The latest moment at which the stamped text was there, as an authority under these roots signed.
    private static func time(
        of token: [UInt8], imprint: Hash, under roots: TimestampRoots
    ) -> Result<Timestamp, EvidenceVerifier.StampRefusal> {
        do throws(TimestampError) {
            let token = try TimestampToken(der: token)
            try roots.verify(token, imprint: imprint)
            return .success(Timestamp(microseconds: token.microseconds + token.accuracy))
        } catch {
            return .failure(EvidenceVerifier.StampRefusal(error.sentence, isUnknown: error == .unknownRoot))
        }
    }

    /// Checks the file, says what it shows, and ends with the status.
    package func run() throws {
        var verifier = EvidenceVerifier(
            trusted: try trust.map { try VerifierKeyFile.read($0) },
            held: try held.flatMap { try CheckpointFile.all(in: $0) })
        if let policy { verifier.quorum = try PolicyFile.quorum(policy, keys: verifier.trusted) }
        if let tsaRoots {
            let roots = try FileArgument.roots(tsaRoots)
            verifier.stamp = { EvidenceOptions.time(of: $0, imprint: $1, under: roots) }
        }
        let path = file == "-" ? "/dev/stdin" : file
        guard let data = CheckpointFile.start(of: path, count: Evidence.longest + 1) else {
            throw Terminal.fail("\(file): there is no such file, or it may not be read", 66)
        }
        let evidence: Evidence
        if data.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "<") {
            throw Terminal.fail("\(file): this is the page for people; give evidence.json, which lies beside it", 65)
        }
        do throws(EvidenceFormError) {
            // A line feed at the end is an editor's, or a terminal's: it is no part of the file.
            evidence = try Evidence(bytes: Array(data.last == 0x0a ? data.dropLast() : data))
        } catch {
            throw Terminal.fail("\(file): \(error.description)", 65)
        }
        let verification = verifier.verify(evidence)
        let text = EvidenceText(evidence: evidence, verification: verification, isExplained: explain)
        if json { Terminal.print(text.json) } else { Terminal.print(text.text) }
        // Asked for and not there: a checkpoint that no witness saw is consistent, and no more.
        let lacksWitnesses = policy != nil && !verification.assurance.contains(.witnessed)
        if verification.refusal != nil || lacksWitnesses { throw ExitCode(2) }
        if !verification.unreached.isEmpty { throw ExitCode(3) }
    }
}
