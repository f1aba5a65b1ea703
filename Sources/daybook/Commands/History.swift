import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the timeline of one booking.",
        discussion: """
            Each entry shown is verified to be in the ledger's tree. Personal values are not shown; of each sealed field it \
            is said whether its value is kept, was erased (by which entry), is missing, or is not the one that was sealed. \
            With --tsa-roots it is said between which moments each entry was recorded, as time-stamps in the ledger bound it.
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: "The booking's id.") var booking: String
    @Option(help: ArgumentHelp("The source, where several have this id.", valueName: "id")) var source: String?

    @Option(
        help: ArgumentHelp("Root certificates, in PEM, of time-stamp authorities that you believe.", valueName: "file"))
    var tsaRoots: String?

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            let key = try ledger.only(booking, source: source)
            let history = try ledger.history(of: [key])
            let histories = history.bookings.values.filter { !$0.entries.isEmpty }.sorted { $0.key < $1.key }
            let shown = history.bookings[key].flatMap { Replay(readings: []).state(of: $0) }?.appointment.zone
            let clock = LocalClock(zone: configuration.source(key.source)?.zone ?? shown, rules: .system)
            let stamps = try tsaRoots.map { try ledger.stamps(under: try FileArgument.roots($0)) }
            let timeline = Timeline(of: histories, readings: history.readings, clock: clock)
            let sealed = SealedFields(of: histories)
            let seen = history.bookings[key].flatMap {
                Sighting(of: $0, readings: history.readings, skew: configuration.thresholds.skew)
            }
            if options.json {
                Terminal.print(
                    JSONValue.object([
                        "format": .string("daybook-history/v1"), "source": .string(key.source.text),
                        "booking": .string(key.booking.text), "timeline": .array(timeline.steps.map(\.json)),
                        "seen": seen?.json, "sealed": sealed.json,
                        "assurance": .strings(history.verification.assurance.map(\.rawValue)),
                        "stamped": stamps?.json(of: timeline.steps.compactMap(\.index)),
                    ]))
            } else {
                Terminal.print(Terminal.bold("Booking \(key.booking) of \(key.source)"))
                if let seen { Terminal.print("  In the schedule: \(seen.text(clock))") }
                let text = stamps.map { StampText(stamps: $0, clock: clock) }
                let lines = TimelineText(timeline: timeline, clock: clock) { text?.bound(of: $0) }.lines
                Terminal.print(lines.joined(separator: "\n"))
                if !sealed.rows.isEmpty { Terminal.print(Terminal.bold("Sealed values")) }
                for row in sealed.rows {
                    Terminal.print(
                        "  entry \(row.entry): "
                            + Terminal.folded(
                                "\(row.fields.joined(separator: ", ")): \(row.standing.sentence)", indent: 4))
                }
                if let stamps, stamps.holding.isEmpty {
                    Terminal.say("no time-stamp in the ledger holds under the roots that you gave")
                }
            }
            let defects = history.verification.defects + (stamps?.defects ?? [])
            for defect in defects { Terminal.say("\(defect.code): \(defect.sentence)") }
            if !defects.isEmpty { throw ExitCode(2) }
        }
    }
}
