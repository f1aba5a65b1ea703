import ArgumentParser
import Console

struct VerifyEvidence: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks an evidence file about one booking, as daybook-verify does.",
        discussion: EvidenceOptions.discussion)

    @OptionGroup var options: EvidenceOptions

    func run() throws { try options.run() }
}
