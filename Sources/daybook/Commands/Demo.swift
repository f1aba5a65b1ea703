import ArgumentParser
import Auditing
import Bookings
import Console
import Foundation
import LedgerStore
import Schedules
import Synchronization
import Transparency

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays the whole story on sample data, in a folder of its own.",
        discussion: """
            For each story: what the booking system reported is recorded, the live schedule is compared with it, and the \
            client's question is answered. The folders are left behind: every command that is shown can be run in them.
            """)

    @Option(help: ArgumentHelp("The folder to make.", valueName: "dir")) var dir = "daybook-demo"
    @Option(
        help: ArgumentHelp("Where samples/scenarios is; else beside the program or in this folder.", valueName: "dir"))
    var samples: String?

    func run() throws {
        try reporting {
            let scenarios = try DemoSamples.folder(samples) + "/scenarios"
            try DemoFolder.prepare(dir)
            Terminal.print(
                Terminal.folded(
                    "A client arrives; the desk says: \"Our system shows no record and no deletion of your appointment.\" These are "
                        + "true stories. Each has a ledger of its own under \(dir)/."))
            for (number, story) in DemoStory.all.enumerated() {
                try story.play(number: number + 1, from: scenarios, in: dir)
            }
            Terminal.print("")
            Terminal.print(Terminal.bold("Look around"))
            Terminal.print(
                """
                \(DemoSamples.pathHint)  cd \(dir)/1-dropped
                  daybook history A-1001                    what is recorded about it
                  daybook verify --held checkpoint.txt      recompute the ledger, and hold it against the checkpoint
                  daybook explain AR101                     what the code means, and what to do
                """)
        }
    }
}

/// One story: the claim, the folder of its sample, and how the question is put.
private struct DemoStory {
    let title: String
    let sample: String
    let folder: String
    let claim: String
    let arguments: [String]

    static let all = [
        DemoStory(
            title: "Silently dropped", sample: "seed002a_silently_dropped_with_sibling", folder: "dropped",
            claim: "\"I booked two appointments in March, in one call. You have only the one in November.\"",
            arguments: ["--client", "P-42", "--claimed-start", "2026-09-22T10:00:00+01:00"]),
        DemoStory(
            title: "Nothing was ever recorded", sample: "seed002b_never_recorded", folder: "never-recorded",
            claim: "The same words; but the record has only the booking in November.",
            arguments: ["--client", "P-42", "--claimed-start", "2026-09-22T10:00:00+01:00"]),
        DemoStory(
            title: "Deleted by a temp", sample: "seed002c_deleted_by_staff", folder: "deleted",
            claim: "The same words; a temp had taken the booking for a duplicate.",
            arguments: ["--client", "P-42", "--claimed-start", "2026-09-22T10:00:00+01:00"]),
        DemoStory(
            title: "5:20 or 5:30", sample: "seed000_time_disagreement_520_vs_530", folder: "time-disagreement",
            claim: "\"You told me 5:30. I was there, and you had cancelled me for being late.\"",
            arguments: ["--client", "P-7", "--claimed-start", "2026-05-09T17:30:00-04:00"]),
        DemoStory(
            title: "5:30, moved without a word", sample: "seed000_variant_moved_without_notice", folder: "moved",
            claim: "The same words; this time the practice had moved it.",
            arguments: ["--client", "P-7", "--claimed-start", "2026-05-09T17:30:00-04:00"]),
        DemoStory(
            title: "The whole day cancelled, one client not reached",
            sample: "seed001_practice_cancelled_unreachable_client", folder: "not-reached",
            claim: "\"I drove for two hours. Nobody told me.\"",
            arguments: ["--client", "P-9", "--around", "2026-06-03"]),
        DemoStory(
            title: "Entered incorrectly", sample: "seed004_entered_incorrectly", folder: "altered",
            claim: "\"My appointment is on the 25th\"; the schedule says the 26th.",
            arguments: ["--booking", "D-1"]),
    ]

    func play(number: Int, from scenarios: String, in dir: String) throws {
        let name = "\(number)-\(folder)"
        let here = "\(dir)/\(name)"
        try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
        for file in ["events.ndjson", "schedule.csv", "coverage.json"] {
            try FileManager.default.copyItem(atPath: "\(scenarios)/\(sample)/\(file)", toPath: "\(here)/\(file)")
        }
        Terminal.print("\n" + String(repeating: "─", count: 78))
        Terminal.print(Terminal.bold("\(number). \(title)"))
        Terminal.print(Terminal.folded(claim))

        let clock = StoryClock()
        let ledger = try Ledger.create(
            path: "\(here)/daybook.sqlite", origin: "demo.example/\(name)",
            keys: KeyDirectory(path: "\(here)/daybook-keys"),
            clock: { clock.now }
        ).ledger
        command("cd \(name); daybook init --origin demo.example/\(name)")
        command("daybook record events.ndjson")
        try record("\(here)/events.ndjson", in: ledger, clock: clock)
        let coverage = try CoverageFile.read(path: "\(here)/coverage.json", rules: .system)
        clock.advance(to: coverage.takenAt + 60)
        command("daybook checkpoint --out checkpoint.txt      (on a stick, or in a mail to the accountant)")
        try keepCheckpoint(of: ledger, at: "\(here)/checkpoint.txt")
        command("daybook reconcile schedule.csv --coverage coverage.json")
        let snapshot = try Schedule.read(
            path: "\(here)/schedule.csv", layout: ScheduleLayout(), rules: SourceRules(zones: .system),
            coverage: coverage)
        let outcome = try Check(ledger: ledger, thresholds: Thresholds()).compare(snapshot)
        for finding in outcome.report.findings {
            Terminal.print(
                "  \(finding.code.rawValue) \(finding.code.name): " + Terminal.folded(finding.sentence, indent: 4))
        }
        if outcome.report.findings.isEmpty { Terminal.print("  Nothing to report: record and schedule agree.") }
        command("daybook investigate " + arguments.joined(separator: " "))
        let verdict = try Dispute(Investigate.parse(arguments), ledger, Configuration()).settle()
        Terminal.print("  " + Terminal.bold("Verdict: \(verdict.answer.rawValue)"))
        Terminal.print("  " + Terminal.folded(verdict.sentence, indent: 2))
    }

    private func command(_ line: String) {
        Terminal.print("\n$ \(line)")
    }

    private func keepCheckpoint(of ledger: Ledger, at path: String) throws {
        let note = try ledger.checkpoint()
        try Data(note.description.utf8).write(to: URL(filePath: path))
        try ledger.noteHeldOutside(size: try ledger.size())
        Terminal.print("  \(try ledger.size().entries), signed.")
    }

    /// Records each event a second after it happened, as a booking system would report it.
    private func record(_ path: String, in ledger: Ledger, clock: StoryClock) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        for (number, line) in lines.enumerated() {
            let event = IncomingEvent(Array(line.utf8), place: "\(path), line \(number + 1)") { _ in
                SourceRules(zones: .system)
            }
            if case .success(let event) = event.content, let occurred = event.occurred {
                clock.advance(to: occurred + 1)
            }
            _ = try ledger.record([event], channel: "file")
        }
        try ledger.checkpoint()
        Terminal.print("  \(lines.count) \(lines.count == 1 ? "event" : "events") recorded.")
    }
}

/// A clock that the story sets; it never runs back.
private final class StoryClock: Sendable {
    private let moment = Mutex(Timestamp("2026-01-05T08:00:00Z")!)

    var now: Timestamp { moment.withLock { $0 } }

    func advance(to later: Timestamp) {
        moment.withLock { $0 = max($0, later) }
    }
}

/// Where the program and the samples are: the samples named, beside the program in a checkout, in this folder, or where a package puts them.
private enum DemoSamples {
    /// How to have the program found by its name, where a shell would not find it.
    static var pathHint: String {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard !places.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/daybook") }),
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return "" }
        return "  export PATH=\"\(URL(filePath: program).deletingLastPathComponent().path):$PATH\"\n"
    }

    static func folder(_ named: String?) throws -> String {
        var places = named.map { [$0] } ?? ["samples", "/usr/share/daybook/samples"]
        if named == nil, let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            var folder = URL(filePath: program).deletingLastPathComponent()
            for _ in 0..<6 {
                places.insert(folder.appending(path: "samples").path, at: places.count - 1)
                folder.deleteLastPathComponent()
            }
        }
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/scenarios") }) else {
            throw Terminal.fail(
                "the sample data is not here; run this in Daybook's checkout, or name its folder with --samples", 66)
        }
        return found
    }
}

/// The demo's folder: made afresh where it is the demo's own, never where it is something else.
private enum DemoFolder {
    private static let mark = "/made-by-daybook-demo"

    static func prepare(_ dir: String) throws {
        if FileManager.default.fileExists(atPath: dir) {
            guard FileManager.default.fileExists(atPath: dir + mark) else {
                throw LedgerError.alreadyExists(path: dir)
            }
            try FileManager.default.removeItem(atPath: dir)
        }
        try FileManager.default.createDirectory(atPath: dir, withIntermediateDirectories: true)
        try Data("daybook demo makes this folder afresh each time.\n".utf8).write(to: URL(filePath: dir + mark))
    }
}
