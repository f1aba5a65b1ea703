import ArgumentParser
import Bookings
import Foundation
import LedgerStore
import Synchronization
import Transparency

/// What ten years of nightly readings take, in the ledger's own store.
struct Readings: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records ten years of nightly readings of a schedule, and says what room they take.",
        discussion: """
            Each night the schedule is another: a ninetieth of its bookings have taken place and leave the window, one in \
            five hundred is cancelled and leaves its export, as many come in, and a few that were gone are there again. \
            Each reading, its check and its checkpoint are recorded as daybook nightly does. At the end the tree of each \
            hundredth reading is built again from what is kept, and held against what its entry committed to.
            """)

    @Option(help: "How many nights.") var nights = 3650
    @Option(help: "How many bookings stand in the schedule each night.") var bookings = 20_000
    @Option(help: "From which the schedule is made.") var seed: UInt64 = 1

    private static let source: Identifier = "crm"

    func run() throws {
        try reporting {
            let folder = try BenchFolder(named: nil)
            defer { folder.remove() }
            let clock = NightClock()
            let ledger = try Ledger.create(
                path: BenchLedger.path(in: folder.path), origin: "bench.example/readings",
                keys: KeyDirectory(path: BenchLedger.keys(in: folder.path)), clock: { clock.now }
            ).ledger
            var schedule = ChangingSchedule(bookings: bookings, seed: seed)
            let started = systemTime()
            for night in 0..<nights {
                clock.set(Timestamp("2026-01-01T03:00:00Z")! + Int64(night) * 86_400)
                let snapshot = schedule.reading(of: Readings.source, at: clock.now - 3600)
                try record(snapshot, in: ledger)
                if night % 365 == 364 { Progress.say("\(night + 1) nights are recorded") }
            }
            let seconds = Double(systemTime().microseconds - started.microseconds) / 1e6
            let rebuilt = try rebuild(ledger)
            let sizes = try Readings.sizes(BenchLedger.path(in: folder.path))
            print(
                "\(Figures.grouped(nights)) nights of \(Figures.grouped(bookings)) bookings, \(Figures.grouped(schedule.made)) in all:"
            )
            for (name, bytes) in sizes.tables where bytes > 1 << 16 {
                print("  \(name.padding(toLength: 24, withPad: " ", startingAt: 0)) \(Readings.megabytes(bytes))")
            }
            print("  the ledger's file        \(Readings.megabytes(sizes.file))")
            print(
                "\(Figures.grouped(sizes.file / nights)) bytes a night; \(Int(seconds * 1000) / nights) ms a night; "
                    + "\(rebuilt) readings built again from what is kept, each as its entry says.")
        }
    }

    private func record(_ snapshot: Snapshot, in ledger: Ledger) throws {
        guard let reading = try ledger.record(snapshot) else { throw BenchError("a reading was not recorded") }
        let body = JSONValue.object([
            "source": .string(Readings.source.text), "reading": .integer(reading.index), "critical": .integer(0),
            "error": .integer(0), "warning": .integer(0), "info": .integer(0), "exit": .integer(0),
        ])
        try ledger.recordCheck(of: Readings.source, body: body, findings: [])
        try ledger.checkpoint()
    }

    /// Builds the tree of each hundredth reading again, and requires that it is the one committed to; gives how many.
    private func rebuild(_ ledger: Ledger) throws -> Int {
        let history = try ledger.history()
        guard history.verification.defects.isEmpty else { throw BenchError("the ledger is not sound") }
        let all = history.bookings.values.sorted { $0.key < $1.key }
        var count = 0
        for reading in history.readings.enumerated().filter({ $0.offset % 100 == 0 || $0.offset == nights - 1 }).map(
            \.element)
        {
            let tree = Commitment { leaf in
                for booking in all where booking.presences.contains(where: { $0.contains(reading.index) }) {
                    leaf(booking.key, CommitmentTree.snapshotLeaf(booking.key))
                }
            }
            guard tree.root == reading.root, tree.size == reading.size else {
                throw BenchError("the reading of entry \(reading.index) is not what is kept of it")
            }
            count += 1
        }
        return count
    }

    /// The bytes of the file, and of each table and index in it.
    private static func sizes(_ path: String) throws -> (file: Int, tables: [(name: String, bytes: Int)]) {
        let file = try SQLite(path)
        try file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        // Where this SQLite cannot tell of single tables, the file says enough.
        let names = (try? file.texts("SELECT name FROM dbstat GROUP BY name ORDER BY name")) ?? []
        let bytes = (try? file.integers("SELECT sum(pgsize) FROM dbstat GROUP BY name ORDER BY name")) ?? []
        let tables = zip(names, bytes).map { (name: $0, bytes: $1) }.sorted { $0.bytes > $1.bytes }
        return ((attributes?[.size] as? NSNumber)?.intValue ?? 0, tables)
    }

    private static func megabytes(_ bytes: Int) -> String { "\(Figures.grouped((bytes + 500_000) / 1_000_000)) MB" }
}

/// A clock that is set each night.
private final class NightClock: Sendable {
    private let moment = Mutex(Timestamp("2026-01-01T03:00:00Z")!)

    var now: Timestamp { moment.withLock { $0 } }

    func set(_ later: Timestamp) { moment.withLock { $0 = later } }
}

/// A schedule that changes from night to night as one of a practice does.
private struct ChangingSchedule {
    private let bookings: Int
    private var present: [Int]
    private var gone: [Int] = []
    private var random: UInt64
    /// How many bookings ever stood in it.
    private(set) var made: Int

    init(bookings: Int, seed: UInt64) {
        self.bookings = bookings
        present = Array(0..<bookings)
        made = bookings
        random = seed
    }

    /// The schedule of this night; then a day passes.
    mutating func reading(of source: Identifier, at moment: Timestamp) -> Snapshot {
        var coverage = Coverage(source: source, takenAt: moment)
        coverage.isComplete = true
        coverage.cancelled = .removed
        let rows = present.enumerated().map {
            LiveAppointment(booking: Identifier("A-\(1_000_001 + $1)"), appointment: Appointment(), row: $0 + 2)
        }
        let snapshot = Snapshot(
            coverage: coverage, appointments: rows, rows: rows.count, digest: .sha256(Array(moment.text.utf8)))
        pass()
        return snapshot
    }

    private mutating func pass() {
        // The oldest have taken place.
        present.removeFirst(min(present.count, bookings / 90))
        for _ in 0..<bookings / 500 where !present.isEmpty {
            gone.append(present.remove(at: Int(next() % UInt64(present.count))))
        }
        if gone.count > bookings / 50 { gone.removeFirst(gone.count - bookings / 50) }
        for _ in 0..<bookings / 4000 where !gone.isEmpty {
            present.append(gone.remove(at: Int(next() % UInt64(gone.count))))
        }
        while present.count < bookings {
            present.append(made)
            made += 1
        }
    }

    private mutating func next() -> UInt64 {
        random &+= 0x9e37_79b9_7f4a_7c15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
