import Bookings
import Dispatch
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Several at once", .serialized)
struct ConcurrencyTests {
    /// What went wrong in threads, and what was acknowledged there.
    private final class Log: Sendable {
        let errors = Mutex<[String]>([])
        let acknowledged = Mutex<[String: Int]>([:])
        let notes = Mutex<[SignedNote]>([])
        let isDone = Atomic<Bool>(false)

        func trying(_ body: () throws -> Void) {
            do { try body() } catch { errors.withLock { $0.append("\(error)") } }
        }
    }

    @Test func `two connections record, sign and verify: no loss, no fork, no false alarm`() throws {
        let world = try World()
        let log = Log()
        let ledgers = [world.ledger, try world.reopened()]
        DispatchQueue.concurrentPerform(iterations: 6) { thread in
            log.trying {
                let ledger = ledgers[thread % 2]
                for round in 0..<12 {
                    if thread >= 4 {
                        let request = VerificationRequest(trust: [world.verifier], projections: round % 4 == 0)
                        let verification = try ledger.verify(request)
                        if !verification.defects.isEmpty {
                            log.errors.withLock { $0.append("\(verification.defects)") }
                        }
                        continue
                    }
                    let ids = (0..<20).map { "T\(thread)-\(round)-\($0)" }
                    let outcomes = try ledger.record(
                        ids.map { .of(Sample.created($0, event: $0)) }, channel: "file")
                    for (id, outcome) in zip(ids, outcomes) {
                        guard case .recorded(let index) = outcome else { continue }
                        log.acknowledged.withLock { $0[id] = index }
                    }
                    let note = try ledger.checkpoint()
                    log.notes.withLock { $0.append(note) }
                }
            }
        }
        #expect(log.errors.withLock { $0 } == [])
        let acknowledged = log.acknowledged.withLock { $0 }
        #expect(acknowledged.count == 4 * 12 * 20)
        let entries = try world.entries()
        #expect(entries.count == acknowledged.count + 1)
        for (id, index) in acknowledged { #expect(entries[index].booking?.text == id) }
        // No two notes of one size differ, and all are of this one history.
        let notes = log.notes.withLock { $0 }
        #expect(try world.ledger.verify(.init(trust: [world.verifier], held: notes)).defects.isEmpty)
        #expect(try world.keys.lock().map { try Checkpoint(text: $0.text).size } == entries.count)
        try world.checkEverything()
    }

    @Test func `the same event from several threads is recorded once`() throws {
        let world = try World()
        let log = Log()
        let ledgers = [world.ledger, try world.reopened(), try world.reopened()]
        DispatchQueue.concurrentPerform(iterations: 6) { thread in
            log.trying {
                for number in 0..<20 {
                    let event = Sample.created("A-\(number)", event: "e-\(number)")
                    if case .recorded(let index) = try ledgers[thread % 3].record([.of(event)], channel: "file")[0] {
                        log.acknowledged.withLock { $0["\(thread) \(number)"] = index }
                    }
                }
            }
        }
        #expect(log.errors.withLock { $0 } == [])
        #expect(log.acknowledged.withLock { $0.count } == 20)
        #expect(try world.ledger.size() == 21)
        try world.checkEverything()
    }

    @Test func `a backup under load is whole, private, and a prefix`() throws {
        let world = try World()
        try world.fill(500)
        let log = Log()
        let other = try world.reopened()
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            log.trying {
                if thread == 0 {
                    var number = 0
                    while !log.isDone.load(ordering: .relaxed) {
                        number += 1
                        _ = try other.record([.of(Sample.created("L-\(number)"))], channel: "file")
                    }
                    return
                }
                defer { log.isDone.store(true, ordering: .relaxed) }
                for copy in 0..<6 { try world.ledger.backUp(to: world.path("copy-\(copy).sqlite")) }
            }
        }
        #expect(log.errors.withLock { $0 } == [])
        let bytes = try world.bytes()
        for copy in 0..<6 {
            let path = world.path("copy-\(copy).sqlite")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            #expect(throws: LedgerError.alreadyExists(path: path)) { try world.ledger.backUp(to: path) }
            let ledger = try Ledger.open(path: path, clock: { Timestamp(seconds: 0) })
            try Checking.everything(ledger)
            let copied = try ledger.read {
                try Query($0, "SELECT bytes FROM entry ORDER BY position").all { $0.bytes(0) }
            }
            #expect(copied.count >= 501 && copied[...] == bytes[..<copied.count])
        }
        try world.checkEverything()
    }

    @Test(arguments: [UInt64(31)])
    func `the files as a power cut leaves them open, verify, and hold what was acknowledged`(seed: UInt64) throws {
        print("seed \(seed)")
        let world = try World()
        try world.fill(50)
        let log = Log()
        let rounds = 12
        let floors = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            log.trying {
                if thread == 0 {
                    var number = 0
                    while !log.isDone.load(ordering: .relaxed) {
                        number += 1
                        let index =
                            try world.ledger.record(
                                (0...number % 7).map { .of(Sample.created("L-\(number)-\($0)")) }, channel: "file"
                            ).compactMap { if case .recorded(let index) = $0 { index } else { nil } }.max() ?? 0
                        log.acknowledged.withLock { $0["last"] = index }
                        if number % 5 == 0 { try world.ledger.checkpoint() }
                    }
                    return
                }
                defer { log.isDone.store(true, ordering: .relaxed) }
                var random = SplitMix64(seed: seed)
                for round in 0..<rounds {
                    usleep(.random(in: 0..<20_000, using: &random))
                    floors.withLock { $0.append(log.acknowledged.withLock { $0["last"] ?? 0 }) }
                    // The log first, then the file: as they stood at one moment, or the file a little later.
                    try copyFiles(of: world, to: world.path("cut-\(round)"))
                }
            }
        }
        #expect(log.errors.withLock { $0 } == [])
        let bytes = try world.bytes()
        for (round, floor) in floors.withLock({ $0 }).enumerated() {
            let ledger = try Ledger.open(path: world.path("cut-\(round)"), clock: { Timestamp(seconds: 0) })
            try Checking.everything(ledger)
            let copied = try ledger.read {
                try Query($0, "SELECT bytes FROM entry ORDER BY position").all { $0.bytes(0) }
            }
            #expect(copied[...] == bytes[..<copied.count], "a prefix")
            #expect(copied.count > floor, "what was acknowledged before is there: \(copied.count) of \(floor)")
        }
        try world.checkEverything()
    }

    /// Copies the database and its log while no checkpoint of the log moves pages between them.
    private func copyFiles(of world: World, to path: String) throws {
        // A reader of the database's first state keeps the log from being started again; it does not stop the writer.
        let reader = try DatabaseQueue(path: world.path)
        defer { try? reader.close() }
        try reader.inDatabase { database in
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM head")
            try FileManager.default.copyItem(atPath: world.path, toPath: path)
            if FileManager.default.fileExists(atPath: world.path + "-wal") {
                try FileManager.default.copyItem(atPath: world.path + "-wal", toPath: path + "-wal")
            }
            try database.execute(sql: "COMMIT")
        }
    }
}
