import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore

struct Attest: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records that a named person says what became of a booking.",
        discussion: """
            For a booking that disappeared from the schedule of a source that reports no events: who says that it was \
            cancelled or deleted, or that it goes on under another id, and why. The attestation is a record of its own; it \
            does not change what was observed.

            daybook attest A-1001 --cancelled --by jane --reason client-request
            daybook attest A-1001 --moved-to A-1177 --by jane --reason "moved by a week at her request"
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: ArgumentHelp("The id of a booking; several where one reason holds for all.", valueName: "booking"))
    var bookings: [String]
    @Option(help: ArgumentHelp("The source, where several have this id.", valueName: "id")) var source: String?
    @Flag(help: "It was cancelled.") var cancelled = false
    @Flag(help: "It was deleted.") var deleted = false
    @Option(help: ArgumentHelp("It goes on as this booking, which is recorded.", valueName: "new-id"))
    var movedTo: String?
    @Option(help: ArgumentHelp("Who says so: a login or a name at the practice.", valueName: "who")) var by: String
    @Option(
        help: ArgumentHelp(
            "Why: a short code such as client-request, or a sentence (which is sealed).", valueName: "reason"))
    var reason: String

    func validate() throws {
        guard [cancelled, deleted, movedTo != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Say one of --cancelled, --deleted and --moved-to NEW-ID.")
        }
        guard !bookings.isEmpty else { throw ValidationError("Name the booking.") }
        guard movedTo == nil || bookings.count == 1 else {
            throw ValidationError("Only one booking can go on as \(movedTo!).")
        }
        guard !by.isEmpty, !reason.isEmpty else { throw ValidationError("--by and --reason must say something.") }
        guard by.utf8.count <= 256, reason.utf8.count <= 4096 else {
            throw ValidationError("--by takes at most 256 bytes, --reason 4096.")
        }
    }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            // All are looked up before any is attested.
            let keys = try bookings.map { try ledger.only($0, source: source) }
            let successor = try movedTo.map { try succession(of: keys[0], by: $0, in: ledger) }
            let entries = try keys.map { try attest($0, by: successor, in: ledger) }
            try ledger.checkpoint()
            show(keys, entries)
        }
    }

    private func attest(_ key: BookingKey, by successor: BookingKey?, in ledger: Ledger) throws -> Int {
        var event = Event(
            type: successor != nil ? .modified : cancelled ? .cancelled : .deleted, source: key.source,
            booking: successor?.booking ?? key.booking)
        if successor != nil { event.supersedes = key.booking }
        event.basis = .attested
        event.actor = Entry.Actor(kind: .user, id: by)
        if Entry.isCode(reason) { event.reason = reason } else { event.personal["reason.text"] = reason }
        return try ledger.record(event)
    }

    private func show(_ keys: [BookingKey], _ entries: [Int]) {
        guard !options.json else {
            let attested = zip(keys, entries).map { key, entry in
                JSONValue.object([
                    "entry": .integer(entry), "source": .string(key.source.text), "booking": .string(key.booking.text),
                    "movedTo": movedTo.map { .string($0) },
                ])
            }
            return Terminal.print(
                JSONValue.object(["format": .string("daybook-attestation/v1"), "attested": .array(attested)]))
        }
        let what = movedTo.map { "goes on as booking \($0)" } ?? "was \(cancelled ? "cancelled" : "deleted")"
        for (key, entry) in zip(keys, entries) {
            Terminal.print("Recorded as entry \(entry): \(by) attests that booking \(key.booking) \(what).")
        }
    }

    /// The booking that this one became, where the record does not speak against it.
    private func succession(of key: BookingKey, by id: String, in ledger: Ledger) throws -> BookingKey {
        let successor = try ledger.only(id, source: key.source.text)
        if let refusal = try ledger.history(of: [key, successor]).refusal(thatWas: key, becomes: successor) {
            throw Terminal.fail(refusal, 65)
        }
        return successor
    }
}
