import ArgumentParser
import Bookings
import Console
import Foundation
import LedgerStore
import Transparency

struct SignCheckpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Signs and prints the present checkpoint.",
        discussion: """
            Three lines and a signature: the ledger's name, its number of entries, and the hash of them all. Whoever keeps \
            one can show later that nothing before it was rewritten. Keep them outside this computer: on a stick, in a \
            mail to your accountant, on paper.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("Write it to this file as well, which should lie elsewhere.", valueName: "file"))
    var out: String?
    @Flag(help: "First record a ledger.state, which commits to the entries of every booking.") var state = false

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            if state { _ = try ledger.recordState() }
            let note = try ledger.checkpoint()
            if let out {
                do throws(DurableFileError) {
                    try DurableFile.write(Array(note.description.utf8), to: out, mode: 0o644)
                } catch {
                    throw Terminal.fail("\(out): \(error.description)", 73)
                }
                if let checkpoint = try? Checkpoint(text: note.text) {
                    try ledger.noteHeldOutside(size: checkpoint.size)
                }
            }
            if options.json {
                let checkpoint = try Checkpoint(text: note.text)
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-checkpoint/v1"), "origin": .string(checkpoint.origin),
                        "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                        "note": .string(note.description),
                    ]))
            } else {
                Terminal.print(String(note.description.dropLast()))
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
                Terminal.print("Copied \(size) entries to \(file).")
            }
        }
    }
}
