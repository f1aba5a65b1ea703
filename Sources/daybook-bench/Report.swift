import Foundation

/// One piece of work that was measured.
struct Measurement: Encodable {
    /// What was done.
    let work: String
    /// How many bookings the ledger has.
    let bookings: Int
    /// How many things it was done to: entries, events, rows; 1 where the work does not grow with them.
    let count: Int
    /// What one of those is.
    let unit: String
    /// Each run's seconds.
    let runs: [Double]
    /// The seconds of each run of the limit, for as many of them; `nil` where there is none to be had.
    var limitRuns: [Double]?
    /// What the limit is.
    var limitIs: String?
    /// The largest resident memory of all runs, in bytes.
    var memory: Int?
    /// True where the memory is less than what was measured.
    var isMemoryOnlyABound: Bool?

    /// The median of the runs.
    var seconds: Double { median(runs) }
    var rate: Double { Double(count) / seconds }
    /// How many of them a second the limit does.
    var limit: Double? { limitRuns.map { Double(count) / median($0) } }
    var ratio: Double? { limit.map { rate / $0 } }

    private enum CodingKeys: String, CodingKey {
        case work, bookings, count, unit, runs, seconds, rate, limitIs, limitRuns, limit, ratio, memory,
            isMemoryOnlyABound
    }

    init(_ work: String, bookings: Int, count: Int, unit: String, runs: [Double]) {
        self.work = work
        self.bookings = bookings
        self.count = count
        self.unit = unit
        self.runs = runs
    }

    /// A command's runs.
    init(_ work: String, bookings: Int, count: Int, unit: String, _ outcomes: [Command.Outcome]) {
        self.init(work, bookings: bookings, count: count, unit: unit, runs: outcomes.map(\.seconds))
        let largest = outcomes.max { $0.peak < $1.peak }
        memory = largest?.peak
        isMemoryOnlyABound = largest?.isPeakOnlyABound
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(work, forKey: .work)
        try container.encode(bookings, forKey: .bookings)
        try container.encode(count, forKey: .count)
        try container.encode(unit, forKey: .unit)
        try container.encode(runs, forKey: .runs)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(rate, forKey: .rate)
        try container.encodeIfPresent(limitIs, forKey: .limitIs)
        try container.encodeIfPresent(limitRuns, forKey: .limitRuns)
        try container.encodeIfPresent(limit, forKey: .limit)
        try container.encodeIfPresent(ratio, forKey: .ratio)
        try container.encodeIfPresent(memory, forKey: .memory)
        try container.encodeIfPresent(isMemoryOnlyABound, forKey: .isMemoryOnlyABound)
    }
}

/// All that one run measured, and on what.
struct Report: Encodable {
    let format = "daybook-bench/v1"
    let bookings: Int
    let seed: UInt64
    let meanEntryLength: Int
    let cores: Int
    let processor: String
    let isDebugBuild: Bool
    let measurements: [Measurement]

    private enum CodingKeys: String, CodingKey {
        case format, bookings, seed, meanEntryLength, cores, processor, isDebugBuild, measurements
    }

    init(workload: Workload, meanEntryLength: Int, measurements: [Measurement]) {
        bookings = workload.bookings
        seed = workload.seed
        self.meanEntryLength = meanEntryLength
        self.measurements = measurements
        cores = ProcessInfo.processInfo.activeProcessorCount
        processor = Report.processorName()
        isDebugBuild = Build.isDebug
    }

    private static func processorName() -> String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    /// One object, its members in byte order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// How this program was built.
enum Build {
    #if DEBUG
        static let isDebug = true
    #else
        static let isDebug = false
    #endif
}
