import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct Observe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records what an export shows, for a source that reports no events.",
        discussion: """
            The first reading is the baseline; what appears or changes later is recorded as observed. What disappears is \
            not taken for cancelled: it is AR101, with the time between which two readings it was lost, until a named \
            person says what happened (daybook attest). Run it every night on the new export; the report is that of \
            daybook reconcile.
            """)

    @Argument(help: "A file, - for standard input, an address, or the id of a configured source.") var file: String
    @Option(help: ArgumentHelp("critical, error, warning, info or never.", valueName: "severity")) var failOn = "error"
    @OptionGroup(title: "The schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "The ledger") var options: LedgerOptions

    func validate() throws { _ = try FailOn(failOn) }

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let reading = try ScheduleReading(
                file, schedule, configuration, keys: options.keyDirectory(configuration), now: systemClock())
            let ledger = try options.open(configuration)
            var check = Check(ledger: ledger, thresholds: configuration.thresholds)
            check.failOn = try FailOn(failOn).severity
            if configuration.source(reading.snapshot.coverage.source)?.feed == .both {
                check.watch = NightWatch(reportsEvents: true, missedAfter: nil)
            }
            let outcome = try check.compare(reading.snapshot, observing: true)
            try check.finish(outcome, json: options.json)
        }
    }
}

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
            for key in try bookings.map({ try ledger.only($0, source: source) }) { try attest(key, in: ledger) }
            try ledger.checkpoint()
        }
    }

    private func attest(_ key: BookingKey, in ledger: Ledger) throws {
        var event = Event(type: cancelled ? .cancelled : .deleted, source: key.source, booking: key.booking)
        if let movedTo { event = try succession(of: key, by: movedTo, in: ledger) }
        event.basis = .attested
        event.actor = Entry.Actor(kind: .user, id: by)
        if Entry.isCode(reason) { event.reason = reason } else { event.personal["reason.text"] = reason }
        let index = try ledger.record(event)
        if options.json {
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-attestation/v1"), "entry": .integer(index),
                    "source": .string(key.source.text),
                    "booking": .string(key.booking.text), "movedTo": movedTo.map { .string($0) },
                ]))
        } else {
            let what = movedTo.map { "goes on as booking \($0)" } ?? "was \(cancelled ? "cancelled" : "deleted")"
            Terminal.print("Recorded as entry \(index): \(by) attests that booking \(key.booking) \(what).")
        }
    }

    /// That another booking, which stands in the record, is what this one became.
    private func succession(of key: BookingKey, by id: String, in ledger: Ledger) throws -> Event {
        let successor = try ledger.only(id, source: key.source.text)
        let history = try ledger.history(of: [key, successor])
        let investigation = Investigation(history, claim: Claim(), thresholds: Thresholds())
        let end = investigation.successor(of: successor)
        guard end != key, successor != key else {
            throw Terminal.fail(
                "booking \(id) became booking \(key.booking) by what is recorded, so it cannot be what that became", 65)
        }
        var event = Event(type: .modified, source: key.source, booking: successor.booking)
        event.supersedes = key.booking
        return event
    }
}
