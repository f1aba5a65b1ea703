import ArgumentParser
import Bookings
import Console
import Foundation
import LedgerStore
import Transparency

struct Initialize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes a ledger, its key and its lock.",
        discussion: """
            The origin is the ledger's name for good, like a web address without https://, as \
            my-practice.example/daybook. It stands in every entry and checkpoint.

            Keep the folder of the keys on another disk or machine than the ledger, and give the verifier key that is \
            printed here to whoever shall check evidence later: your accountant, your insurer.

            --after continues, openly, a ledger that was lost: its last checkpoint is quoted in the first entry.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("The ledger's name: a-z 0-9 . / _ -", valueName: "name")) var origin: String
    @Option(help: ArgumentHelp("The last checkpoint of a ledger that this one continues.", valueName: "file"))
    var after: String?

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let continued = try after.map { try continuedCheckpoint($0) }
            let path = options.ledgerPath(configuration)
            let keys = options.keyDirectory(configuration)
            let made = try Ledger.create(path: path, origin: origin, keys: keys, after: continued, clock: systemClock)
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-ledger/v1"), "origin": .string(origin), "ledger": .string(path),
                        "keys": .string(keys.path), "verifier": .string(made.verifier.text),
                        "fingerprint": .string(made.verifier.fingerprint),
                    ]))
                return
            }
            Terminal.print(
                """
                Ledger      \(path)
                Keys        \(keys.path) (keep this folder apart from the ledger)
                Verifier    \(made.verifier.text)
                Fingerprint \(made.verifier.fingerprint)
                """)
            Terminal.say("give the verifier key to whoever shall check evidence later; it is not a secret")
        }
    }

    /// The checkpoint that the first entry quotes, which must be one that an entry can hold.
    private func continuedCheckpoint(_ path: String) throws -> Checkpoint {
        let checkpoint = try Checkpoint(text: try CheckpointFile.read(path).text)
        guard Entry.isValidOrigin(checkpoint.origin), checkpoint.size <= JSONValue.largestInteger else {
            throw Terminal.fail("\(path): this is a checkpoint, but not of a Daybook ledger", 65)
        }
        return checkpoint
    }
}
