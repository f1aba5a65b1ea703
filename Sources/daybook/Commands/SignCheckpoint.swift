import ArgumentParser
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Transparency

struct SignCheckpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Signs the present checkpoint, prints it, and sends it to the anchors.",
        discussion: """
            Three lines and a signature: the ledger's name, its number of entries, and the hash of them all. Whoever keeps \
            one can show later that nothing before it was rewritten. Keep them outside this computer: on a stick, in a \
            mail to your accountant, on paper.

            It goes to every place under "anchors" in the configuration, with the verifier key: { file: PATH }, \
            { folder: DIR }, { command: [/PROGRAM, ARGUMENT …] }, { email: ADDRESS }, { put: URL, tokenFile: FILE }. A \
            checkpoint there that is not of this ledger's past is not written over (AR403).

            EXIT STATUS  0 done; 69 an anchor or a witness failed: the others, and what is printed, are done all the same.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("Write it to this file as well, which should lie elsewhere.", valueName: "file"))
    var out: String?
    @Flag(help: "Send it to no anchor, only print it.") var noAnchors = false
    @Option(
        help: ArgumentHelp(
            "Have the witnesses of this policy (C2SP tlog-policy) that have an address cosign it.", valueName: "file"))
    var witness: String?
    @Flag(help: "First record a ledger.state, which commits to the entries of every booking.") var state = false

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            if state { _ = try ledger.recordState() }
            var note = try ledger.checkpoint()
            var cosigned: [Cosigning.Outcome] = []
            if let witness {
                let policy = try PolicyFile.read(witness)
                (note, cosigned) = try Cosigning(policy: policy, ledger: ledger).cosign(note)
                try ledger.keep(note)
            }
            var isOutside = out != nil
            if let out {
                do throws(DurableFileError) {
                    try DurableFile.write(Array(note.description.utf8), to: out, mode: 0o644)
                } catch {
                    throw Terminal.fail("\(out): \(error.description)", 73)
                }
            }
            let checkpoint = try Checkpoint(text: note.text)
            var outcomes: [AnchorDelivery.Outcome] = []
            if !noAnchors, !configuration.anchors.isEmpty {
                let keys = options.keyDirectory(configuration)
                outcomes = try AnchorDelivery(of: note, in: ledger, keys: keys).send(to: configuration.anchors)
                isOutside = isOutside || outcomes.contains(where: \.isDone)
            }
            if isOutside { try ledger.noteHeldOutside(size: checkpoint.size) }
            for outcome in cosigned {
                Terminal.say("witness \(outcome.witness): \(outcome.isDone ? "" : "failed: ")\(outcome.sentence)")
            }
            for outcome in outcomes {
                Terminal.say("anchor \(outcome.anchor): \(outcome.isDone ? "" : "failed: ")\(outcome.sentence)")
            }
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-checkpoint/v1"), "origin": .string(checkpoint.origin),
                        "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                        "note": .string(note.description),
                        "anchors": outcomes.isEmpty ? nil : .array(outcomes.map(\.json)),
                    ]))
            } else {
                Terminal.print(String(note.description.dropLast()))
            }
            if outcomes.contains(where: { !$0.isDone }) || cosigned.contains(where: { !$0.isDone }) {
                throw ExitCode(69)
            }
        }
    }
}

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a consistent copy of the ledger, also while others write.",
        discussion: """
            The copy holds personal values, as the ledger does: keep it as safe. A ledger that is put back from a copy \
            lacks what came after it; that is noticed (AR403), and the way on is daybook init --after CHECKPOINT.
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: "Where the copy goes; nothing is written over.") var file: String

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            try ledger.backUp(to: file)
            let size = try ledger.size()
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-backup/v1"), "file": .string(file), "size": .integer(size),
                    ]))
            } else {
                Terminal.print("Copied \(size.entries) to \(file).")
            }
        }
    }
}
