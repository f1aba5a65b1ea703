import ArgumentParser
import Bookings
import Console
import LedgerStore
import Schedules

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes events from files or standard input, one CloudEvents object a line.",
        discussion: """
            One event, on one line:

              {"specversion":"1.0","id":"e-1","source":"crm",
               "type":"booking.created","subject":"A-1001",
               "time":"2026-01-12T10:04:16Z","sequence":"1","data":{
               "actor":{"kind":"user","id":"reception.jane"},
               "appointment":{"start":"2026-06-11T09:30:00+01:00",
               "status":"booked","practitioner":"dr-shah"},
               "client":{"id":"C-204","name":"Asha Patel"}}}

            Types: booking.created|modified|cancelled|deleted, notice.sent|failed, \
            capture.started|stopped|heartbeat|gap. An event may carry only what changed; null clears.

            What was recorded is on the disk when this command says so. The same event again is not recorded twice. A \
            line that cannot be read is kept among the dead letters and told of in the ledger; then the exit status \
            is 65, and everything else is recorded all the same.
            """)

    @OptionGroup var options: LedgerOptions
    @Argument(help: "Files of events; - or nothing is standard input.") var files: [String] = []

    func run() throws {
        try reporting {
            let configuration = try options.configuration()
            let ledger = try options.open(configuration)
            var tally = Tally()
            do {
                try recordAll(in: ledger, configuration, &tally)
                if tally.total > 0 { try ledger.checkpoint() }
            } catch {
                if tally.total > 0 {
                    Terminal.say(
                        "\(tally.total) events were dealt with and are on the disk; running this again is safe")
                }
                throw error
            }
            tally.report(size: try ledger.size(), json: options.json)
            if tally.refusals > 0 { throw ExitCode(65) }
        }
    }

    private func recordAll(in ledger: Ledger, _ configuration: Configuration, _ tally: inout Tally) throws {
        for file in files.isEmpty ? ["-"] : files {
            guard var lines = LineReader(path: file) else {
                throw Terminal.fail("\(file): there is no such file, or it may not be read", 66)
            }
            let name = file == "-" ? "standard input" : file
            try ledger.record(
                channel: file == "-" ? "stdin" : "file",
                next: { mayWait in try lines.next(waiting: mayWait) },
                read: { line in
                    IncomingEvent(line.bytes, place: "\(name), line \(line.number)") { source in
                        configuration.source(source)?.rules ?? SourceRules(zones: .system)
                    }
                },
                told: { events, outcomes in
                    for (event, outcome) in zip(events, outcomes) { tally.count(outcome, of: event.incoming) }
                })
        }
    }
}

/// How many events became what.
private struct Tally {
    private var recorded = 0
    private var repeated = 0
    private var conflicting = 0
    private(set) var refusals = 0
    // The first of them: a file that is all rubbish must not fill the memory.
    private var listed: [(place: String, reason: String, index: Int)] = []

    private static let mostListed = 10_000
    private static let mostSaid = 20

    var total: Int { recorded + repeated + conflicting + refusals }

    mutating func count(_ outcome: RecordOutcome, of event: IncomingEvent) {
        switch outcome {
        case .recorded: recorded += 1
        case .conflicting(let index, let earlier):
            conflicting += 1
            Terminal.say(
                "\(event.place): recorded as entry \(index), though entry \(earlier) has the same event id and other content"
            )
        case .repeated: repeated += 1
        case .refused(let reason, let index):
            refusals += 1
            if refusals <= Tally.mostListed { listed.append((event.place, reason.description, index)) }
            if refusals <= Tally.mostSaid {
                Terminal.say(
                    "\(event.place): refused: \(reason); the original, up to its first 1 MiB, is kept (entry \(index))")
            }
        }
    }

    func report(size: Int, json: Bool) {
        if json {
            let refused = listed.map {
                JSONValue.object([
                    "place": .string($0.place), "reason": .string($0.reason), "entry": .integer($0.index),
                ])
            }
            Terminal.print(
                JSONValue.object([
                    "format": .string("daybook-recording/v1"), "recorded": .integer(recorded),
                    "repeated": .integer(repeated),
                    "conflicting": .integer(conflicting), "refused": .array(refused),
                    "notListed": refusals > listed.count ? .integer(refusals - listed.count) : nil,
                    "size": .integer(size),
                ]))
            return
        }
        if refusals > Tally.mostSaid { Terminal.say("… and \(refusals - Tally.mostSaid) more lines were refused") }
        var words = ["recorded \(recorded + conflicting)"]
        if repeated > 0 { words.append("\(repeated) known already") }
        if conflicting > 0 {
            words.append("\(conflicting) of them with an event id that came before with other content")
        }
        if refusals > 0 { words.append("refused \(refusals), kept among the dead letters") }
        Terminal.print(words.joined(separator: ", ") + "; the ledger has \(size.entries).")
    }
}
