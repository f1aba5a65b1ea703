import ArgumentParser
import Bookings
import Console
import LedgerStore

struct Erase: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erases personal values for good, and records that it was done.",
        discussion: """
            The ledger holds a personal value only as a salted digest. This takes away the value and its salt beside the \
            ledger, the words by which it was searched for, originals of refused events that may hold it, and what \
            findings quoted of it. The entries stay, and every checkpoint and all evidence still verify. Who asked for it, \
            when, and which fields of which entries are gone is recorded; whose they were is not.

              daybook erase --client C-204 --reason client-request --by manager.ana
              daybook erase --booking A-1001 …   all fields of the booking, under all ids that it had
              daybook erase --field note …       the field wherever it stands; with the others, only there

            Of a client: every entry with this client's id (compared exactly), who-did-it where that was the client, and \
            the entries without an id of bookings that were never anybody else's. Where an id was used for several \
            clients, what cannot be told apart is left, and listed.

            --dry-run says what would go. Backups, evidence that was handed out and copies of the file elsewhere are not \
            reached: erase there too. After a backup is put back, --reapply erases again what had been erased before: the \
            list of it lies beside the lock.

            EXIT STATUS  0 erased, or nothing is left to erase; 66 no such booking; 75 erased and recorded, but another \
            program was reading all that time: the values may still stand in the file ending in -wal until --reapply \
            says that it is done.
            """)

    @OptionGroup var options: LedgerOptions
    @Option(help: ArgumentHelp("Everything of the client with this id.", valueName: "id")) var client: String?
    @Option(help: ArgumentHelp("Everything of this booking.", valueName: "id")) var booking: String?
    @Option(
        help: ArgumentHelp("This field only, as client.phone or note; may be given several times.", valueName: "name"))
    var field: [String] = []
    @Option(help: ArgumentHelp("Of this source only.", valueName: "id")) var source: String?
    @Option(help: ArgumentHelp("Who asks for it: a login or a name at the practice.", valueName: "who")) var by: String?
    @Option(help: ArgumentHelp("Why: a short code such as client-request.", valueName: "code")) var reason: String?
    @Flag(help: "Say what would be erased, and erase nothing.") var dryRun = false
    @Flag(help: "Erase again what was erased before and is there again.") var reapply = false

    func validate() throws {
        let names = client != nil || booking != nil || !field.isEmpty
        guard names != reapply else {
            throw ValidationError(
                reapply
                    ? "--reapply erases what is on the list: it takes no --client, --booking or --field"
                    : "Say what to erase: --client ID, --booking ID or --field NAME.")
        }
        guard !reapply || !dryRun && source == nil else {
            throw ValidationError("--reapply takes neither --dry-run nor --source")
        }
        for name in field where !Entry.isFieldName(name) {
            throw ValidationError("--field \(name): a field is called like client.phone or note")
        }
        for id in [client, booking, source] { guard id != "" else { throw ValidationError("An id is not empty.") } }
        if let by {
            guard (1...256).contains(by.utf8.count) else { throw ValidationError("--by takes 1 to 256 bytes.") }
        }
        if let reason, !Entry.isCode(reason) {
            throw ValidationError(
                "--reason \(reason): a code of a-z 0-9 . _ -, as client-request; it stays in the ledger")
        }
        guard dryRun || reapply || by != nil && reason != nil else {
            throw ValidationError("Say who asks for it and why: --by WHO --reason CODE.")
        }
    }

    func run() throws {
        try reporting {
            let ledger = try options.open(try options.configuration())
            var scope = ErasureScope(
                client: client, source: source.map { Identifier($0) }, fields: Set(field))
            scope.booking = try booking.map { try ledger.only($0, source: source) }
            if dryRun { return show(try ledger.erasure(of: scope), isDone: false) }
            let actor =
                by.map { Entry.Actor(kind: .user, id: $0) } ?? Entry.Actor(kind: .job, id: "daybook erase --reapply")
            let erasure =
                try reapply
                ? ledger.reapplyErasures(by: actor, reason: reason ?? "reapplied")
                : ledger.erase(scope, by: actor, reason: reason!)
            if !erasure.completed.isEmpty { try ledger.checkpoint() }
            show(erasure, isDone: true)
            guard try ledger.emptyWriteAheadLog() else {
                throw Terminal.fail(
                    "another program is reading the ledger, so the values may still stand in \(ledger.path)-wal until this is "
                        + "run again: daybook erase --reapply", 75)
            }
        }
    }

    private func show(_ erasure: Erasure, isDone: Bool) {
        if erasure.unreadable > 0 {
            Terminal.say("of the list beside the lock, lines cannot be read (\(erasure.unreadable)): they were changed")
        }
        guard !options.json else { return Terminal.print(json(erasure, isDone: isDone)) }
        let count = erasure.erased.count
        let fields =
            "\(erasure.count) \(erasure.count == 1 ? "field" : "fields") of \(count.entries)"
        if erasure.erased.isEmpty {
            Terminal.print(nothing)
        } else if isDone, let first = erasure.requested, let last = erasure.completed.last {
            Terminal.print("Erased \(fields); recorded as entries \(first) to \(last).")
        } else {
            Terminal.print("Would erase \(fields):")
            for (entry, fields) in erasure.erased {
                Terminal.print("  entry \(entry): \(fields.joined(separator: " "))")
            }
        }
        if erasure.missing > 0 {
            Terminal.print(
                "Among them: fields that had no value any more, though no erasure was recorded (\(erasure.missing)).")
        }
        if erasure.letters > 0 {
            Terminal.print(
                "Among them: originals of refused events that hold the values, or of which it cannot be told (\(erasure.letters))."
            )
        }
        if erasure.findings > 0 {
            Terminal.print("Findings that quoted a value lost their words until the next check (\(erasure.findings)).")
        }
        if !erasure.left.isEmpty {
            Terminal.print(
                Terminal.folded(
                    "Left as they are: entries \(erasure.left.map(String.init).joined(separator: ", ")), of a booking id that "
                        + "several clients had, where it cannot be told whose they are. To erase a whole booking: --booking ID"
                ))
        }
    }

    private var nothing: String {
        if reapply { return "Nothing that was erased is there again." }
        guard let client, booking == nil else { return "Nothing is left to erase." }
        return Terminal.folded(
            "Nothing is left to erase: no entry discloses the client id \"\(client)\". It was erased, or is spelled otherwise; a name does not do, since "
                + "several may have it: daybook investigate --client NAME finds the bookings, and --booking ID erases one."
        )
    }

    private func json(_ erasure: Erasure, isDone: Bool) -> JSONValue {
        .object([
            "format": .string("daybook-erasure/v1"), "done": .boolean(isDone), "fields": .integer(erasure.count),
            "erased": .array(
                erasure.erased.map { .array([.integer($0.entry), .strings($0.fields)]) }),
            "missing": .integer(erasure.missing), "letters": .integer(erasure.letters),
            "findings": .integer(erasure.findings), "left": .array(erasure.left.map { .integer($0) }),
            "requested": erasure.requested.map { .integer($0) },
            "completed": .array(erasure.completed.map { .integer($0) }),
        ])
    }
}
