import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Checkpoint and lock")
struct LockTests {
    @Test func `a checkpoint is the lock, is published, and is given again`() throws {
        let world = try World()
        #expect(try world.keys.lock() == world.first)
        try world.record(Sample.created("A-1"))
        let note = try world.ledger.checkpoint()
        #expect(try world.keys.lock() == note)
        #expect(try world.ledger.checkpoint() == note)
        #expect(try world.value("SELECT count(*) FROM checkpoint") == 2)
        #expect(try world.value("SELECT note FROM checkpoint WHERE size = 2") == note.description)
        let checkpoint = try Checkpoint(verifying: note, with: [world.verifier], origin: World.origin)
        let root = try world.ledger.verify().root
        #expect(checkpoint.size == 2 && checkpoint.root == root)
        #expect(try world.ledger.verify().unprotected == 0)
        try world.record(Sample.created("A-2"))
        #expect(try world.ledger.verify().unprotected == 1)
    }

    @Test func `the lock is written before the note is published`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        try world.ledger.queue.write {
            try $0.execute(
                sql: "CREATE TRIGGER stop BEFORE INSERT ON checkpoint BEGIN SELECT raise(ABORT, 'power cut'); END")
        }
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        let lock = try #require(try world.keys.lock())
        #expect(try Checkpoint(text: lock.text).size == 2)
        #expect(try world.value("SELECT max(size) FROM checkpoint") == 1)
        try world.ledger.queue.write { try $0.execute(sql: "DROP TRIGGER stop") }
        #expect(try world.ledger.checkpoint() == lock, "it is published late, and is the same")
        #expect(try world.value("SELECT max(size) FROM checkpoint") == 2)
        try world.checkEverything()
    }

    @Test func `where the lock cannot be written nothing is signed`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        // The lock's temporary file cannot be made where a folder has its name.
        let temporary = "\(world.keys.lockPath).\(getpid()).new"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(try world.keys.lock() == world.first)
        #expect(try world.value("SELECT max(size) FROM checkpoint") == 1)
        try FileManager.default.removeItem(atPath: temporary)
        try world.ledger.checkpoint()
        try world.checkEverything()
    }

    @Test func `a lost lock stops writing, and a held checkpoint mends it`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        let held = try world.ledger.checkpoint()
        try world.record(Sample.created("A-2"))
        try FileManager.default.removeItem(atPath: world.keys.lockPath)
        #expect(throws: LedgerError.self) { try world.record(Sample.created("A-3")) }
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(try world.ledger.history().bookings.count == 2, "reading works")
        try world.ledger.adoptLock(held)
        #expect(try world.record(Sample.created("A-3")) == .recorded(3))
        try world.ledger.checkpoint()
        try world.checkEverything()
    }

    @Test func `a torn or changed lock stops writing and is a defect`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        let whole = try world.ledger.checkpoint().description
        let bad = [
            "", String(whole.prefix(20)), String(whole.dropLast()), whole.replacing("\n2\n", with: "\n1\n"),
            whole.replacing(World.origin, with: "other.example/daybook"),
        ]
        for text in bad {
            try Data(text.utf8).write(to: URL(filePath: world.keys.lockPath))
            #expect(throws: LedgerError.self, "\(text)") { try world.record(Sample.created("A-2")) }
            #expect(throws: LedgerError.self, "\(text)") { try world.ledger.checkpoint() }
            #expect(try world.ledger.verify().kinds == [.signature], "\(text)")
            #expect(try world.ledger.verify().defects.first?.code == "AR403")
        }
        try Data(whole.utf8).write(to: URL(filePath: world.keys.lockPath))
        #expect(try world.record(Sample.created("A-2")) == .recorded(2))
    }

    @Test func `a lock that was cut at any length is not believed`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        let whole = try world.ledger.checkpoint().description
        for length in 0..<whole.utf8.count {
            try Data(whole.utf8.prefix(length)).write(to: URL(filePath: world.keys.lockPath))
            #expect(throws: LedgerError.self, "\(length)") { try world.ledger.checkpoint() }
            #expect(throws: LedgerError.self, "\(length)") { try world.record(Sample.created("A-2")) }
        }
        try Data(whole.utf8).write(to: URL(filePath: world.keys.lockPath))
        #expect(try world.record(Sample.created("A-2")) == .recorded(2))
    }

    @Test func `a lock that is signed by another key is not believed`() throws {
        let world = try World()
        let root = try world.ledger.verify().root
        let forged = Checkpoint(origin: World.origin, size: 1, root: root).signed(by: SigningKey())
        try world.keys.writeLock(forged)
        #expect(throws: LedgerError.self) { try world.record(Sample.created("A-1")) }
        #expect(throws: LedgerError.self) { try world.ledger.adoptLock(forged) }
    }

    @Test func `keys and lock of another ledger are refused`() throws {
        let (one, two) = (try World(), try World(origin: "other.example/daybook"))
        let mixed = try Ledger.open(path: one.path, keys: two.keys, clock: { Timestamp(seconds: 0) })
        #expect(throws: LedgerError.self) { try mixed.record([.of(Sample.created("A-1"))], channel: "file") }
        #expect(throws: LedgerError.self) { try mixed.checkpoint() }
        #expect(try mixed.verify().kinds.contains(.signature))
        // The same name, but other keys: what they signed is not this history.
        let twin = try World()
        try twin.fill(1)
        try twin.ledger.checkpoint()
        try one.fill(1, from: 2)
        let crossed = try Ledger.open(path: one.path, keys: twin.keys, clock: { Timestamp(seconds: 0) })
        #expect(throws: LedgerError.self) { try crossed.record([.of(Sample.created("A-1"))], channel: "file") }
        #expect(try one.ledger.size() == 2)
    }

    @Test func `an older lock is grown from`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        try world.ledger.checkpoint()
        try world.keys.writeLock(world.first)
        #expect(try world.record(Sample.created("A-2")) == .recorded(2))
        #expect(try Checkpoint(text: world.ledger.checkpoint().text).size == 3)
        try world.checkEverything()
    }

    @Test func `an older copy of the file is read and not written`() throws {
        let world = try World()
        try world.fill(3)
        try world.copyDatabase(to: "older.sqlite")
        try world.record(Sample.created("A-9"))
        try world.ledger.checkpoint()
        try world.ledger.queue.close()
        try world.restore("older.sqlite")

        let ledger = try world.reopened()
        #expect(try ledger.size() == 4)
        #expect(throws: LedgerError.self) { try ledger.record([.of(Sample.created("A-1"))], channel: "file") }
        #expect(throws: LedgerError.self) { try ledger.checkpoint() }
        #expect(throws: LedgerError.self) { try ledger.recordState() }
        let verification = try ledger.verify(.init(trust: [world.verifier]))
        #expect(verification.kinds == [.rolledBack] && verification.defects[0].code == "AR403")
        #expect(verification.assurance.isEmpty && verification.size == 4)
        let history = try ledger.history(of: [.crm("A-1")])
        #expect(history.bookings[.crm("A-1")]?.entries.count == 1, "reading works")
        #expect(history.verification.kinds == [.rolledBack], "and says so")
        #expect(try world.keys.lock().map { try Checkpoint(text: $0.text).size } == 5)
        #expect(throws: LedgerError.self) { try ledger.adoptLock(world.first) }
    }

    @Test func `where the file is replaced while it is open nothing is acknowledged`() throws {
        let world = try World()
        try world.fill(3)
        try world.copyDatabase(to: "older.sqlite")
        try world.record(Sample.created("A-9"))
        try world.restore("older.sqlite")
        #expect(throws: LedgerError.self) { try world.record(Sample.created("A-10")) }
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(try world.keys.lock() == world.first)
        #expect(try world.reopened().record([.of(Sample.created("A-10"))], channel: "file") == [.recorded(4)])
    }

    @Test func `a rewritten ledger of the same length is not written`() throws {
        let (world, other) = (try World(), try World())
        for one in [world, other] {
            try one.fill(300, from: one === world ? 1 : 1000)
            try one.ledger.checkpoint()
        }
        try other.copyDatabase(to: "other.sqlite")
        try world.ledger.queue.close()
        try FileManager.default.copyItem(atPath: other.path("other.sqlite"), toPath: world.path("other.sqlite"))
        try world.restore("other.sqlite")
        let ledger = try world.reopened()
        #expect(throws: LedgerError.self) { try ledger.record([.of(Sample.created("A-1"))], channel: "file") }
        #expect(throws: LedgerError.self) { try ledger.checkpoint() }
        let verification = try ledger.verify()
        #expect(verification.defects.contains { $0.code == "AR403" && $0.kind == .rolledBack })
        #expect(try ledger.history(of: [.crm("A-1000")]).verification.kinds == [.rolledBack])
    }

    @Test func `adopting refuses what is newer than the ledger, another history, and an older one`() throws {
        let world = try World()
        try world.fill(2)
        let held = try world.ledger.checkpoint()
        try world.fill(1, from: 9)
        let newest = try world.ledger.checkpoint()
        #expect(throws: LedgerError.self, "the lock is newer") { try world.ledger.adoptLock(held) }
        try world.ledger.adoptLock(newest)
        #expect(try world.keys.lock() == newest)

        let key = try world.keys.signingKey()
        let fork = Checkpoint(origin: World.origin, size: 3, root: .zero).signed(by: key)
        let beyond = Checkpoint(origin: World.origin, size: 40, root: .zero).signed(by: key)
        let foreign = Checkpoint(origin: "other.example/daybook", size: 2, root: .zero).signed(by: key)
        try FileManager.default.removeItem(atPath: world.keys.lockPath)
        for note in [fork, beyond, foreign] {
            #expect(throws: LedgerError.self) { try world.ledger.adoptLock(note) }
            #expect(try world.keys.lock() == nil)
        }
        try world.ledger.adoptLock(held)
        #expect(try world.ledger.checkpoint() == newest, "the same key signs the same")
        try world.checkEverything()
    }

    @Test func `a damaged head is not signed`() throws {
        let world = try World()
        try world.fill(3)
        try world.tamper {
            var frontier: Data = try Data.fetchOne($0, sql: "SELECT frontier FROM head")!
            frontier[5] ^= 1
            try $0.execute(sql: "UPDATE head SET frontier = ?", arguments: [frontier])
        }
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(try world.keys.lock() == world.first, "a root that the entries do not give must never be signed")
    }

    @Test func `a ledger can quote the one that it continues`() throws {
        let old = try World()
        let lost = try Checkpoint(text: old.first.text)
        let world = try World(origin: "practice.example/second", after: lost)
        let after = try world.entry(0).body?["after"]
        #expect(after?["origin"]?.string == World.origin && after?["size"]?.integer == 1)
        #expect(after?["root"]?.string == lost.root.base64)
        try world.checkEverything()
    }
}
