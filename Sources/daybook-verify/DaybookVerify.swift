import ArgumentParser
import Console

/// Verifies one evidence file. It links neither the database nor a network: an auditor can read all that it is made of.
@main
struct DaybookVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook-verify",
        abstract: "Checks an evidence file about one booking, offline, trusting nobody.",
        discussion: EvidenceOptions.discussion,
        version: "daybook-verify 0.1.0")

    @OptionGroup var options: EvidenceOptions

    func run() throws { try options.run() }
}
