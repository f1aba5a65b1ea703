import ArgumentParser
import Bookings
import Console
import LedgerStore
import Transparency

struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the ledger's tree as files that any web server can hand out.",
        discussion: """
            The folder is a log as https://c2sp.org/tlog-tiles describes it: checkpoint, the tree in tiles, and the key in \
            verifier. With it anybody can hold a checkpoint or a proof against the ledger without asking you. What is \
            published before stays as it is; give the same command again after each night, or when one was cut short.

            The tree is hashes only. With --entries the entries themselves are published too: which booking was made, \
            changed or cancelled when, its times, practitioner and place, by which login. Names, telephone numbers, notes \
            and whatever else is personal are sealed in them, and are not published. Ids of bookings and logins are: see \
            that they say nothing about a person. What was published once cannot be called back.
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: ArgumentHelp("The folder; made where it is not there.", valueName: "dir")) var directory: String
    @Flag(help: "Publish the entries as well: ids, times and logins can be read by anybody.") var entries = false

    func run() throws {
        try reporting {
            let ledger = try options.open(options.configuration())
            let publication = try ledger.publish(to: directory, entries: entries)
            let checkpoint = publication.checkpoint
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-publication/v1"), "directory": .string(directory),
                        "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
                        "root": .string(checkpoint.root.base64), "entries": .boolean(entries),
                        "verifier": .string(publication.verifier.text), "written": .integer(publication.written),
                        "removed": .integer(publication.removed),
                    ]))
            } else {
                let size = checkpoint.size
                let what = entries ? "\(size.entries) and their tree" : "the tree of \(size.entries)"
                Terminal.print(
                    """
                    Published   \(what), in \(directory)
                    Files       \(publication.written) written, \(publication.removed) outdated ones taken away
                    Verifier    \(publication.verifier.text)
                    """)
            }
        }
    }
}
