import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Transparency

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the key that signs, and changes it.",
        discussion: """
            The verifier key is not a secret: give it to whoever shall check evidence later, and let them compare the \
            fingerprint over the telephone.
            """,
        subcommands: [Show.self, Rotate.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the verifier key, its fingerprint, and since when it signs.")

        @OptionGroup var options: LedgerOptions

        func run() throws {
            try reporting {
                let configuration = try options.configuration()
                let keys = options.keyDirectory(configuration)
                let verifier = try keys.verifierKey()
                let ledger = try options.open(configuration)
                let rotations = try ledger.rotations()
                let since = try rotations.last { $0.to == verifier }?.recorded ?? ledger.opened()
                if options.json {
                    Terminal.print(
                        JSONValue.object([
                            "format": .string("daybook-key/v1"), "origin": .string(ledger.origin),
                            "verifier": .string(verifier.text), "fingerprint": .string(verifier.fingerprint),
                            "since": since.map { .string($0.text) }, "unfinished": .boolean(keys.hasNextKey),
                            "earlier": .array(
                                rotations.map {
                                    .object([
                                        "verifier": .string($0.from.text), "fingerprint": .string($0.from.fingerprint),
                                        "until": .string($0.recorded.text), "entry": .integer($0.index),
                                    ])
                                }),
                        ]))
                } else {
                    Terminal.print(KeyText.lines(verifier, since: since).joined(separator: "\n"))
                    for rotation in rotations.reversed() {
                        Terminal.print(
                            "Before      \(rotation.from.text), until \(LocalClock.utc.text(rotation.recorded)) (entry \(rotation.index))"
                        )
                    }
                }
                if keys.hasNextKey {
                    Terminal.say("a change of key was begun and not finished; finish it: daybook key rotate --by WHO")
                }
            }
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new key that signs from now on.",
            discussion: """
                The change is recorded, and the next checkpoint is signed by the old key and the new one: whoever trusts \
                the old one can follow, and older checkpoints and evidence keep their worth. A call that was ended early is \
                completed by the next. The old key is deleted; its public half is kept.

                After a theft this alone does not help: whoever has the old key can hand over to a key of their own, in \
                a ledger of their own. Tell everybody who checks evidence the new verifier key yourself, and to trust the \
                old one no longer but for checkpoints that they held before.
                """)

        @OptionGroup var options: LedgerOptions
        @Option(help: ArgumentHelp("Who changes it: a login or a name at the practice.", valueName: "who")) var by:
            String
        @Option(help: ArgumentHelp("Why: a short code such as yearly.", valueName: "code")) var reason: String?

        func validate() throws {
            guard (1...256).contains(by.utf8.count) else { throw ValidationError("--by takes 1 to 256 bytes.") }
            if let reason, !Entry.isCode(reason) {
                throw ValidationError("--reason \(reason): a code of a-z 0-9 . _ -, as yearly; it stays in the ledger")
            }
        }

        func run() throws {
            try reporting {
                let ledger = try options.open(try options.configuration())
                let rotation = try ledger.rotateKey(by: Entry.Actor(kind: .user, id: by), reason: reason)
                if options.json {
                    Terminal.print(
                        JSONValue.object([
                            "format": .string("daybook-rotation/v1"), "entry": .integer(rotation.index),
                            "from": .string(rotation.from.text), "to": .string(rotation.to.text),
                            "fingerprint": .string(rotation.to.fingerprint),
                            "checkpoint": rotation.note.map { .string($0.description) },
                        ]))
                } else {
                    Terminal.print("Recorded as entry \(rotation.index); the checkpoint of it is signed by both keys.")
                    Terminal.print(KeyText.lines(rotation.to, since: rotation.recorded).joined(separator: "\n"))
                }
                Terminal.say("give the new verifier key to whoever checks evidence; it is not a secret")
            }
        }
    }
}

/// A key for people.
private enum KeyText {
    static func lines(_ key: VerifierKey, since: Timestamp?) -> [String] {
        ["Verifier    \(key.text)", "Fingerprint \(key.fingerprint)"]
            + (since.map { ["Since       \(LocalClock.utc.text($0))"] } ?? [])
    }
}
