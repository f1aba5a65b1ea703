import ArgumentParser
import Bookings
import Foundation

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook-bench",
        abstract: "Measures Daybook beside the limit of the machine it runs on.",
        discussion: """
            A figure alone says little: machines differ, and so do minutes. So the work and its limit are measured by \
            turns in one run, and the ratio counts.

              swift build -c release
              export PATH="$PWD/.build/release:$PATH"
              daybook-bench --quick             20,000 bookings, to see it
              daybook-bench                     a million; takes 5 GB of disk
              daybook-bench measure --help      the options, and what the limits are
              daybook-bench kill --times 1000   what kill -9 does to a recording
              daybook-bench readings            what room ten years of nightly readings take
            """,
        subcommands: [
            Measure.self, Kill.self, Readings.self, HashingLimit.self, Load.self, Recording.self, KilledRecorder.self,
        ],
        defaultSubcommand: Measure.self)
}

extension Part: ExpressibleByArgument {}

struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures, and prints a table (the default).",
        discussion: """
            What the limits are:

              verify    a leaf hash and a node hash for each entry (RFC 6962), of the entries' mean length, on all cores, \
            straight on libcrypto with everything in memory
              record    the rows that recording wrote, in the same transactions and tables, straight through SQLite's C \
            API with prepared statements, without triggers, each transaction on the disk before the next

            Commands are measured whole, from start to end, with the largest memory that they had. "< 30 MiB" means that \
            it was less than this program's own, which is all that the system tells. Bookings are made from a seed: a \
            booking is one event and one entry. Everything lies in one folder, which is removed at the end.

            Parts for --only: record verify reconcile lookup growth.
            """)

    @Option(help: "How many bookings.") var entries: Int?
    @Flag(help: "20,000 bookings, and one run of each.") var quick = false
    @Flag(help: "Print the figures as one JSON object.") var json = false
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Only these parts of the work. Default: all.", valueName: "part")) var only: [Part] = []
    @Option(help: ArgumentHelp("An empty folder on the disk to be measured; it is kept.", valueName: "dir"))
    var folder: String?
    @Option(help: "From which the bookings are made.") var seed: UInt64 = 1

    func validate() throws {
        guard (1000...100_000_000).contains(entries ?? 1000) else {
            throw ValidationError("--entries takes 1,000 to 100,000,000: fewer measure nothing.")
        }
    }

    func run() throws {
        try reporting {
            let bookings = entries ?? (quick ? 20_000 : 1_000_000)
            let parts = Set(only.isEmpty ? Part.allCases : only)
            _ = try Programs.beside("daybook")
            let folder = try BenchFolder(named: folder)
            defer { folder.remove() }
            Progress.say("in \(folder.path)")
            if Build.isDebug { Progress.say("this is a debug build: its figures say little") }
            let workload = Workload(seed: seed, bookings: bookings, now: systemTime().seconds)
            let sizes = parts.contains(.growth) ? [bookings / 100, bookings / 10, bookings] : [bookings]
            var measurements: [Measurement] = []
            var length = 0
            // Of fewer than a thousand nothing can be seen but the start of a program.
            for size in sizes where size >= 1000 {
                var suite = try Suite(
                    workload: Workload(seed: seed, bookings: size, epoch: workload.epoch), parts: parts,
                    isWhole: size == bookings, runs: quick ? 1 : 3, folder: "\(folder.path)/\(size)")
                try suite.run()
                measurements += suite.measurements
                length = suite.meanEntryLength
                if self.folder == nil { Files.remove(suite.folder) }
            }
            let report = Report(workload: workload, meanEntryLength: length, measurements: measurements)
            print(json ? try report.json() : Tables(report: report).text)
        }
    }
}

extension ParsableCommand {
    /// Runs a command's body, and gives an error one line.
    func reporting(_ body: () throws -> Void) throws {
        do { try body() } catch let error as BenchError {
            Progress.say(error.description)
            throw ExitCode(1)
        }
    }
}
