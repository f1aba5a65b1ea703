import ArgumentParser
import Bookings
import Foundation
import LedgerStore

/// Kills a recording program at moments that chance picks, and looks at what is left.
struct Kill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kills a recording with kill -9 again and again, and checks what is left.",
        discussion: """
            A program records events in batches of 1 to 50, signs now and then, and says of each batch that it is \
            recorded only when it is. It is killed at a random moment, also while it opens the ledger. Then the ledger \
            is verified, and every event that was said to be recorded must be in it. The next program goes on from what \
            was said, so that it sends again what was recorded and not answered: nothing may be in the ledger twice.

            EXIT STATUS  0 nothing is missing, doubled or damaged; 1 something is.
            """)

    @Option(help: "How many times.") var times = 100
    @Option(help: "From which the moments are picked. Default: a new one, which is printed.") var seed: UInt64?
    @Option(help: ArgumentHelp("The longest that a recording lives, in milliseconds.", valueName: "ms")) var within =
        150
    @Flag(help: "Print the counts as one JSON object.") var json = false
    @Option(help: ArgumentHelp("An empty folder on the disk to be used; it is kept.", valueName: "dir"))
    var folder: String?

    func validate() throws {
        guard times > 0, (1...60_000).contains(within) else {
            throw ValidationError("--times takes a positive number, --within 1 to 60,000.")
        }
    }

    func run() throws {
        try reporting {
            let folder = try BenchFolder(named: folder)
            let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
            Progress.say("seed \(seed), in \(folder.path)")
            // As many as there is room for in the longest life of every recording.
            let workload = Workload(seed: seed, bookings: 100_000_000, now: systemTime().seconds)
            _ = try BenchLedger.make(in: folder.path, for: workload)
            var rounds = KillRounds(workload: workload, folder: folder.path, seed: seed)
            for round in 1...times {
                try rounds.kill(within: within)
                if round.isMultiple(of: 50) { Progress.say("killed \(round) times; \(rounds.counts.words)") }
            }
            try rounds.checkAll()
            // What is wrong is left where it is, to be looked at.
            folder.remove()
            print(
                json
                    ? String(decoding: try JSONEncoder().encode(rounds.counts), as: UTF8.self)
                    : "Killed \(times) times (seed \(seed)): \(rounds.counts.words). Nothing that was acknowledged is "
                        + "missing, nothing is there twice, and the ledger is consistent after each.")
        }
    }
}

/// The rounds of killing, and what was acknowledged in them.
struct KillRounds {
    let workload: Workload
    let folder: String
    private let seed: UInt64
    private(set) var counts: Counts
    private var random: Chance
    /// The index of the entry of each event that was acknowledged, the first first.
    private var acknowledged: [Int] = []
    private var recordedBefore = 0

    struct Counts: Encodable {
        let seed: UInt64
        var killed = 0
        /// Events that were said to be recorded.
        var acknowledged = 0
        /// Times that the program was killed before it had said anything.
        var killedBeforeAnyAnswer = 0
        /// Events that were recorded, and whose answer was lost.
        var unanswered = 0

        var words: String {
            "\(Figures.grouped(acknowledged)) events acknowledged, \(Figures.grouped(unanswered)) recorded whose answer "
                + "was lost, \(killedBeforeAnyAnswer) times killed before any answer"
        }
    }

    init(workload: Workload, folder: String, seed: UInt64) {
        self.workload = workload
        self.folder = folder
        self.seed = seed
        counts = Counts(seed: seed)
        random = Chance(state: seed)
    }

    /// Lets a program record, kills it, and checks the ledger.
    mutating func kill(within milliseconds: Int) throws {
        let first = acknowledged.count
        let answers = try recordAndKill(
            from: first, after: Int.random(in: 0...milliseconds * 1000, using: &random),
            batches: random.next())
        counts.killed += 1
        if answers.isEmpty { counts.killedBeforeAnyAnswer += 1 }
        acknowledged += answers
        counts.acknowledged = acknowledged.count
        let ledger = try openForCheck()
        let verification = try ledger.verify()
        guard verification.defects.isEmpty, verification.assurance.contains(.consistent) else {
            throw lost("verify finds: \(verification.defects.map(\.sentence).joined(separator: " "))")
        }
        // Entry 0 says that the ledger was opened; each event is one entry after it.
        let recorded = verification.size - 1
        guard recorded >= acknowledged.count else {
            throw lost("\(acknowledged.count) events were acknowledged, and \(recorded) are there")
        }
        // Some of those answered now may have been recorded by a program that was killed before.
        counts.unanswered += recorded - max(recordedBefore, acknowledged.count)
        recordedBefore = recorded
        try check(answered: first..<acknowledged.count, in: ledger)
    }

    /// Reads the whole ledger once more: each event is in it once, where it was said to be.
    func checkAll() throws {
        let ledger = try openForCheck()
        let history = try ledger.history()
        guard history.verification.defects.isEmpty else { throw lost("the whole ledger is not consistent") }
        var indexes: [Identifier: [Int]] = [:]
        for one in history.bookings.values {
            for entry in one.entries.map(\.entry) { indexes[entry.event ?? "", default: []].append(entry.index) }
        }
        for (place, index) in acknowledged.enumerated() {
            let found = indexes[Identifier("e-\(place + 1)")] ?? []
            guard found == [index] else {
                throw lost("event \(place + 1) was acknowledged as entry \(index), and is in \(found)")
            }
        }
        guard let doubled = indexes.first(where: { $0.value.count != 1 }) else { return }
        throw lost("event \(doubled.key) is in the entries \(doubled.value)")
    }

    private func check(answered: Range<Int>, in ledger: Ledger) throws {
        let keys = answered.map {
            BookingKey(source: Identifier(Workload.source), booking: Identifier(workload.id($0)))
        }
        guard !keys.isEmpty else { return }
        let history = try ledger.history(of: Set(keys))
        for (place, key) in zip(answered, keys) {
            let found = history.bookings[key]?.entries.map(\.entry.index) ?? []
            guard found == [acknowledged[place]] else {
                throw lost("event \(place + 1) was acknowledged as entry \(acknowledged[place]), and is in \(found)")
            }
        }
    }

    private func openForCheck() throws -> Ledger {
        try BenchLedger.open(in: folder, for: workload).ledger
    }

    private func lost(_ what: String) -> BenchError {
        BenchError("after \(counts.killed) times, seed \(seed): \(what); the ledger is kept in \(folder)")
    }

    /// The indexes that the program said before it was killed.
    private func recordAndKill(from first: Int, after microseconds: Int, batches: UInt64) throws -> [Int] {
        let answers = Pipe()
        let child = try Command(
            program: Programs.ownPath(),
            arguments: ["killed-recorder", "--folder", folder, "--first", "\(first)", "--batches", "\(batches)"]
                + WorkloadOptions.arguments(workload)
        ).start(in: folder, output: answers.fileHandleForWriting.fileDescriptor)
        try answers.fileHandleForWriting.close()
        usleep(UInt32(microseconds))
        Foundation.kill(child, SIGKILL)
        let text = String(decoding: answers.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status & 0x7f == SIGKILL else {
            let errors = (try? String(contentsOfFile: folder + "/errors", encoding: .utf8)) ?? ""
            throw lost("the recording ended by itself: \(errors)")
        }
        // A line that is not whole was cut off by the kill: nothing was said with it.
        let whole = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
        return whole.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }
}

/// The program that is killed: records, and says the indexes of each batch when it is on the disk.
struct KilledRecorder: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "killed-recorder", shouldDisplay: false)

    @OptionGroup var workload: WorkloadOptions
    @Option var folder: String
    @Option var first: Int
    @Option var batches: UInt64

    func run() throws {
        let workload = workload.workload
        let ledger = try BenchLedger.open(in: folder, for: workload)
        var random = Chance(state: batches)
        var next = first
        while next < workload.bookings {
            let batch = next..<min(workload.bookings, next + Int.random(in: 1...50, using: &random))
            let indexes = try ledger.record([batch.map { workload.event($0) }[...]]).map { outcome in
                switch outcome {
                case .recorded(let index), .repeated(let index): index
                case .conflicting, .refused: throw BenchError("an event was refused, or came with other content")
                }
            }
            FileHandle.standardOutput.write(Data((indexes.map { "\($0)" }.joined(separator: " ") + "\n").utf8))
            next = batch.upperBound
            if Int.random(in: 0..<4, using: &random) == 0 { try ledger.ledger.checkpoint() }
        }
    }
}

/// Chance from a seed (SplitMix64).
struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
