import Bookings
import Foundation

/// A part of the work, as `--only` names it.
enum Part: String, CaseIterable {
    case record, verify, reconcile, lookup, growth
}

/// The measurements with one number of bookings, one after another over one ledger.
struct Suite {
    let workload: Workload
    let parts: Set<Part>
    /// True for the number that was asked for; false for a smaller one, of which only the growth is looked at.
    let isWhole: Bool
    let runs: Int
    let folder: String
    let daybook: String
    private(set) var measurements: [Measurement] = []
    private(set) var meanEntryLength = 0

    init(workload: Workload, parts: Set<Part>, isWhole: Bool, runs: Int, folder: String) throws {
        self.workload = workload
        self.parts = parts
        self.isWhole = isWhole
        self.runs = runs
        self.folder = folder
        daybook = try Programs.beside("daybook")
    }

    private var bookings: Int { workload.bookings }
    private var ledgerFolder: String { folder + "/ledger" }

    private func wants(_ part: Part) -> Bool {
        parts.contains(part) || parts.contains(.growth) && part != .growth
    }

    mutating func run() throws {
        Progress.say("\(Figures.grouped(bookings)) bookings are made and recorded")
        try Files.makeFolder(folder)
        if isWhole, parts.contains(.record) { try measureBatches() }
        try load()
        if wants(.verify) { try measureVerify() }
        if wants(.lookup) { try measureLookup() }
        if wants(.reconcile) { try measureReconcile() }
        if isWhole, parts.contains(.reconcile) { try measureNights() }
        if isWhole, parts.contains(.lookup) || parts.contains(.verify) { try measureState() }
    }

    // MARK: Record

    private mutating func measureBatches() throws {
        for (batch, events) in [(1, 1000), (10, 5000), (100, 30_000), (1000, 100_000)] {
            let part = Workload(seed: workload.seed, bookings: min(events, bookings), epoch: workload.epoch)
            Progress.say("recording \(Figures.grouped(batch)) a batch, and the same rows through SQLite's C API")
            let place = "\(folder)/recording-\(batch)"
            try Files.makeFolder(place)
            let times = try WorkerAnswer.of(
                ["recording", "--folder", place, "--batch", "\(batch)", "--runs", "\(runs)"]
                    + WorkloadOptions.arguments(part), in: place, as: Recording.Times.self)
            Files.remove(place)
            var one = Measurement(
                "record, \(Figures.grouped(batch)) a batch", bookings: bookings, count: part.bookings, unit: "events",
                runs: times.ours)
            one.limitRuns = times.limit
            one.limitIs = "the same rows in the same transactions, prepared statements, synchronous=FULL"
            measurements.append(one)
        }
        let part = Workload(seed: workload.seed, bookings: max(1, bookings / 10), epoch: workload.epoch)
        try Workload.write(to: folder + "/events.ndjson", part.bookings) { part.event($0) + [0x0a] }
        _ = try command(["init", "--origin", "bench.example/command"] + files("command"))
        let outcome = try command(["record", "events.ndjson"] + files("command"))
        measurements.append(
            Measurement(
                "daybook record FILE", bookings: bookings, count: part.bookings, unit: "events", [outcome]))
        for name in ["events.ndjson", "command.sqlite", "command-keys"] { Files.remove("\(folder)/\(name)") }
    }

    private mutating func load() throws {
        let times = try WorkerAnswer.of(
            ["load", "--folder", ledgerFolder] + WorkloadOptions.arguments(workload), in: folder, as: Load.Times.self)
        meanEntryLength = times.meanEntryLength
        measurements.append(
            Measurement(
                "record all, 1,000 a batch", bookings: bookings, count: bookings, unit: "events", runs: [times.seconds])
        )
        measurements.append(
            Measurement(
                "record the last tenth of all", bookings: bookings, count: times.lastTenthCount, unit: "events",
                runs: [times.lastTenth]))
    }

    // MARK: Verify

    private mutating func measureVerify() throws {
        var outcomes: [Command.Outcome] = []
        var limits = HashingLimit.Times()
        for run in 0..<runs {
            Progress.say("verifying, and hashing the same straight on libcrypto: \(run + 1) of \(runs)")
            let times = try WorkerAnswer.of(
                ["hashing", "--leaf", "\(meanEntryLength)", "--count", "\(bookings)", "--runs", "2"], in: folder,
                as: HashingLimit.Times.self)
            limits.oneCore += times.oneCore
            limits.allCores += times.allCores
            outcomes.append(try verify())
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        if isWhole {
            for (name, times) in [("1 core", limits.oneCore), ("\(cores) cores", limits.allCores)] {
                measurements.append(
                    Measurement(
                        "the limit of verify, \(name)", bookings: bookings, count: bookings, unit: "leaves", runs: times
                    ))
            }
        }
        var one = Measurement("verify", bookings: bookings, count: bookings, unit: "entries", outcomes)
        one.limitRuns = limits.allCores
        one.limitIs = "a leaf and a node hash for each entry, on all cores, straight on libcrypto"
        measurements.append(one)
    }

    private func verify(_ options: String...) throws -> Command.Outcome {
        let outcome = try command(["verify", "--json"] + options + ledgerFiles)
        let answer = try Suite.object(outcome)
        guard (answer["assurance"] as? [String])?.contains("consistent") ?? false else {
            throw BenchError("daybook verify does not find the ledger consistent, which it should be")
        }
        return outcome
    }

    // MARK: Look-ups and states

    private mutating func measureLookup(_ when: String = "") throws {
        let booking = bookings / 2
        try measure("investigate by name\(when)", runs: max(runs, 3)) { suite in
            let client = suite.workload.clientName(booking)
            return try suite.command(
                ["investigate", "--json", "--client", client, "--around", suite.workload.day(booking), "--zone"]
                    + [Workload.zone] + suite.ledgerFiles, expecting: [0, 1, 3])
        }
        guard isWhole else { return }
        try measure("history of a booking\(when)", runs: max(runs, 3)) { suite in
            try suite.command(["history", suite.workload.id(booking), "--json"] + suite.ledgerFiles)
        }
    }

    private mutating func measureState() throws {
        Progress.say("recording a state, and verifying it and the look-up tables")
        measurements.append(
            Measurement(
                "checkpoint --state", bookings: bookings, count: bookings, unit: "bookings",
                [try command(["checkpoint", "--state", "--json"] + ledgerFiles)]))
        if parts.contains(.lookup) {
            try measureLookup(", with a state")
            try measureEvidence()
        }
        guard parts.contains(.verify) else { return }
        try measure("verify, with a state", count: bookings, unit: "entries", runs: 1) { try $0.verify() }
        try measure("verify --projections, with a state", count: bookings, unit: "entries", runs: 1) {
            try $0.verify("--projections")
        }
    }

    private mutating func measureEvidence() throws {
        let id = workload.id(bookings / 2)
        try measure("prove a booking, with a state", runs: 5) { suite in
            try suite.command(["prove", id, "--out", "evidence", "--json"] + suite.ledgerFiles)
        }
        let key = try String(contentsOfFile: BenchLedger.keys(in: ledgerFolder) + "/verifier", encoding: .utf8)
        let verifier = try Programs.beside("daybook-verify")
        try measure("daybook-verify", runs: 5) { suite in
            try Command(
                program: verifier,
                arguments: ["evidence/evidence.json", "--trust", key.trimmingCharacters(in: .whitespacesAndNewlines)]
            )
            .run(in: suite.folder, expecting: [0])
        }
        Files.remove("\(folder)/evidence")
    }

    // MARK: Reconcile

    private mutating func measureReconcile() throws {
        Progress.say("reconciling with \(Figures.grouped(bookings)) live rows")
        try writeSchedule(differences: 100)
        try measureReconciling(
            "reconcile, 100 differences", "--read-only", runs: isWhole ? min(runs, 3) : 1, finds: 100)
        guard isWhole else { return }
        try writeSchedule(differences: 0)
        try measureReconciling("reconcile, no difference", "--read-only", runs: 1, finds: 0)
        try writeSchedule(missing: bookings / 100)
        try measureReconciling("reconcile, 1 in 100 missing", "--read-only", runs: 1, finds: bookings / 100)
    }

    /// The nightly check, which also records the reading: the first night every row is new, the next only a hundred differ.
    private mutating func measureNights() throws {
        try writeSchedule(differences: 0)
        try measureReconciling("reconcile and record, first night", runs: 1, finds: 0)
        try writeSchedule(differences: 100)
        try measureReconciling("reconcile and record, next night", runs: 1, finds: 100)
        try measureNightly()
        Files.remove(folder + "/schedule.csv")
    }

    /// The whole of a night: the same, projections and states computed again, a new state, a checkpoint.
    private mutating func measureNightly() throws {
        let configuration = """
            sources:
              - id: \(Workload.source)
                zone: \(Workload.zone)
                coverage: { from: today, to: +400d, complete: yes, cancelled: kept }
                schedule: { path: schedule.csv }
            """
        do { try Data(configuration.utf8).write(to: URL(filePath: folder + "/nightly.yaml")) } catch {
            throw BenchError("\(folder)/nightly.yaml cannot be written")
        }
        let work = "nightly, projections too"
        try measure(work, count: bookings, unit: "rows", runs: 1) { suite in
            let outcome = try suite.command(
                ["nightly", "--json", "--config", "nightly.yaml"] + suite.ledgerFiles, expecting: [0, 1])
            guard Suite.occurrences(of: #""notRead""#, in: outcome.output) == 0 else {
                throw BenchError("\(work): the schedule was not read")
            }
            return outcome
        }
        Files.remove(folder + "/nightly.yaml")
    }

    private func writeSchedule(differences: Int = 0, missing: Int = 0) throws {
        let count = bookings
        try Workload.write(to: folder + "/schedule.csv", first: Workload.columns, count) { booking in
            // The nth booking that differs is the one at which the share of those before it reaches n.
            func place(among wanted: Int) -> Int? {
                let before = booking * wanted / count
                return (booking + 1) * wanted / count > before ? before : nil
            }
            if place(among: missing) != nil { return workload.row(booking, .missing) }
            // Each is moved by another time: many that are moved by the same are one finding, about zones.
            guard let number = place(among: differences) else { return workload.row(booking) }
            return workload.row(
                booking, number.isMultiple(of: 2) ? .otherPractitioner : .moved(minutes: Int64(number)))
        }
    }

    private mutating func measureReconciling(_ work: String, _ options: String..., runs: Int, finds: Int) throws {
        try measure(work, count: bookings, unit: "rows", runs: runs) { suite in
            let taken = systemTime().text
            let outcome = try suite.command(
                [
                    "reconcile", "schedule.csv", "--json", "--source", Workload.source, "--zone", Workload.zone,
                    "--from",
                    "today", "--to", "+400d", "--complete", "--cancelled", "kept", "--taken-at", taken,
                ] + options + suite.ledgerFiles, expecting: [0, 1])
            // Others are hints beside these, as bookings that one login made in the same breath.
            let found = Suite.occurrences(of: #""code":"AR1"#, in: outcome.output)
            guard found == finds else {
                throw BenchError("\(work): \(found) bookings were found to differ, and \(finds) do")
            }
            return outcome
        }
    }

    // MARK: Commands

    private mutating func measure(
        _ work: String, count: Int = 1, unit: String = "", runs: Int, _ run: (Suite) throws -> Command.Outcome
    ) throws {
        let suite = self
        let outcomes = try (0..<runs).map { _ in try run(suite) }
        measurements.append(Measurement(work, bookings: bookings, count: count, unit: unit, outcomes))
    }

    private var ledgerFiles: [String] {
        ["--ledger", BenchLedger.path(in: ledgerFolder), "--keys", BenchLedger.keys(in: ledgerFolder)]
    }

    private func files(_ name: String) -> [String] { ["--ledger", "\(name).sqlite", "--keys", "\(name)-keys"] }

    private func command(_ arguments: [String], expecting statuses: Set<Int32> = [0]) throws -> Command.Outcome {
        try Command(program: daybook, arguments: arguments).run(in: folder, expecting: statuses)
    }

    /// How often a text occurs: a large report is not read into objects, since this program's own memory is the least
    /// that can be told of the next command's.
    private static func occurrences(of text: String, in data: Data) -> Int {
        var count = 0
        var rest = data.startIndex..<data.endIndex
        while let found = data.range(of: Data(text.utf8), in: rest) {
            count += 1
            rest = found.upperBound..<data.endIndex
        }
        return count
    }

    private static func object(_ outcome: Command.Outcome) throws -> [String: Any] {
        guard let object = try? JSONSerialization.jsonObject(with: outcome.output) as? [String: Any] else {
            throw BenchError("daybook did not print one JSON object")
        }
        return object
    }
}

/// What is going on, for whoever waits.
enum Progress {
    static func say(_ text: String) {
        FileHandle.standardError.write(Data("daybook-bench: \(text)\n".utf8))
    }
}
