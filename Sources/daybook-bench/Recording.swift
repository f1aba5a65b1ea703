import ArgumentParser
import Bookings
import Foundation
import LedgerStore
import Schedules

/// A ledger that a workload is recorded into, with its keys, in a folder.
struct BenchLedger {
    let ledger: Ledger
    private let workload: Workload

    static func path(in folder: String) -> String { folder + "/daybook.sqlite" }
    static func keys(in folder: String) -> String { folder + "/daybook-keys" }

    /// Makes a new one; its clock is behind, so that an export taken now is taken well after everything.
    static func make(in folder: String, for workload: Workload) throws -> BenchLedger {
        try Files.makeFolder(folder)
        let made = try Ledger.create(
            path: path(in: folder), origin: "bench.example/daybook", keys: KeyDirectory(path: keys(in: folder)),
            clock: { systemTime() - Workload.clockBehind })
        return BenchLedger(ledger: made.ledger, workload: workload)
    }

    /// Opens one that is there.
    static func open(in folder: String, for workload: Workload) throws -> BenchLedger {
        let ledger = try Ledger.open(
            path: path(in: folder), keys: KeyDirectory(path: keys(in: folder)),
            clock: { systemTime() - Workload.clockBehind })
        return BenchLedger(ledger: ledger, workload: workload)
    }

    /// Reads and records batches of lines as `daybook record` does, each in one transaction; gives what became of them.
    @discardableResult
    func record(_ batches: some Sequence<ArraySlice<[UInt8]>>) throws -> [RecordOutcome] {
        var rest = batches.makeIterator()
        var outcomes: [RecordOutcome] = []
        try ledger.record(
            channel: "file", next: { _ in rest.next().map(Array.init) },
            read: { IncomingEvent($0, place: "bench") { _ in SourceRules(zones: .system) } },
            told: { outcomes += $1 })
        return outcomes
    }

    /// The mean length of the entries of some bookings, evenly taken.
    func meanEntryLength() throws -> Int {
        let step = max(1, workload.bookings / 64)
        let keys = stride(from: 0, to: workload.bookings, by: step).map {
            BookingKey(source: Identifier(Workload.source), booking: Identifier(workload.id($0)))
        }
        let history = try ledger.history(of: Set(keys))
        let lengths = history.bookings.values.flatMap { $0.entries.map(\.entry.bytes.count) }
        guard !lengths.isEmpty else { throw BenchError("the ledger has none of the bookings that were recorded") }
        return lengths.reduce(0, +) / lengths.count
    }
}

/// The computer's clock.
func systemTime() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
}

/// Makes the ledger of a workload, 1,000 events a batch, and says how long that took.
struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

    @OptionGroup var workload: WorkloadOptions
    @Option var folder: String

    struct Times: Codable {
        var seconds: Double = 0
        /// Of the last tenth of the events, when the ledger is at its largest.
        var lastTenth: Double = 0
        var lastTenthCount = 0
        var meanEntryLength = 0
    }

    func run() throws {
        let workload = workload.workload
        let ledger = try BenchLedger.make(in: folder, for: workload)
        var times = Times()
        let tenth = max(1, workload.bookings / 10)
        for start in stride(from: 0, to: workload.bookings, by: tenth) {
            let end = min(start + tenth, workload.bookings)
            let lines = (start..<end).map { workload.event($0) }
            let taken = try seconds { try ledger.record(lines.batches(of: 1000)) }
            times.seconds += taken
            (times.lastTenth, times.lastTenthCount) = (taken, lines.count)
        }
        times.seconds += try seconds { try ledger.ledger.checkpoint() }
        times.meanEntryLength = try ledger.meanEntryLength()
        try WorkerAnswer.print(times)
    }
}

/// Records the same events into new ledgers, and writes the same rows straight through SQLite's C API, by turns.
struct Recording: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "recording", shouldDisplay: false)

    @OptionGroup var workload: WorkloadOptions
    @Option var folder: String
    @Option var batch: Int
    @Option var runs: Int

    struct Times: Codable {
        var ours: [Double] = []
        var limit: [Double] = []
        var rows = 0
    }

    func run() throws {
        guard batch > 0, runs > 0 else { throw ValidationError("positive numbers are needed") }
        let workload = workload.workload
        let lines = (0..<workload.bookings).map { workload.event($0) }
        let batches = lines.batches(of: batch)

        let traced = try BenchLedger.make(in: folder + "/traced", for: workload)
        let tables = try EmptyTables(of: traced.ledger.path, at: folder + "/empty.sqlite")
        var trace = try RowTrace(installIn: traced.ledger.path)
        let database = try SQLite(traced.ledger.path)
        for batch in batches {
            try traced.record([batch])
            try trace.endTransaction(in: database)
        }
        let rows = try trace.rows(in: database)

        var times = Times()
        times.rows = rows.count
        for run in 0..<runs {
            times.ours.append(try record(batches, as: workload, in: "\(folder)/ours-\(run)"))
            let limit = try tables.open(copy: "\(folder)/limit-\(run).sqlite")
            times.limit.append(try rows.write(to: limit))
            if run == 0 { try tables.check(limit, against: traced.ledger.path) }
        }
        try WorkerAnswer.print(times)
    }

    /// The seconds that recording into a new ledger takes. It is closed when they are known, and not while the limit's run.
    private func record(_ batches: [ArraySlice<[UInt8]>], as workload: Workload, in folder: String) throws -> Double {
        let ledger = try BenchLedger.make(in: folder, for: workload)
        return try seconds {
            try ledger.record(batches)
            try ledger.ledger.checkpoint()
        }
    }
}

extension Array {
    /// The elements in batches of so many, the last of those that are left.
    func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

/// The workload, as it is handed to this program's own processes.
struct WorkloadOptions: ParsableArguments {
    @Option var seed: UInt64
    @Option var bookings: Int
    @Option var epoch: Int64

    var workload: Workload { Workload(seed: seed, bookings: bookings, epoch: epoch) }

    /// The same as arguments.
    static func arguments(_ workload: Workload) -> [String] {
        ["--seed", "\(workload.seed)", "--bookings", "\(workload.bookings)", "--epoch", "\(workload.epoch)"]
    }
}

/// What a process of this program tells the one that started it.
enum WorkerAnswer {
    static func print(_ answer: some Encodable) throws {
        let data = try JSONEncoder().encode(answer)
        FileHandle.standardOutput.write(data)
    }

    /// Runs this program for one part of the work.
    static func of<Answer: Decodable>(_ arguments: [String], in folder: String, as: Answer.Type) throws -> Answer {
        let outcome = try Command(program: Programs.ownPath(), arguments: arguments).run(in: folder, expecting: [0])
        return try JSONDecoder().decode(Answer.self, from: outcome.output)
    }
}
