import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// A ledger whose key is changed: whoever trusts any of its keys can follow.
@Suite("Rotation of keys")
struct KeyRotationTests {
    private static let mary = Entry.Actor(kind: .user, id: "mary")

    @discardableResult
    private func rotate(_ ledger: Ledger) throws -> KeyRotation {
        try ledger.rotateKey(by: KeyRotationTests.mary, reason: "yearly")
    }

    @Test func `is recorded, signed by both, and followed from every key to the last`() throws {
        let world = try World()
        try world.fill(3)
        var keys = [world.verifier]
        var held = [try world.ledger.checkpoint()]
        for round in 1...3 {
            let rotation = try rotate(world.ledger)
            #expect(rotation.from == keys.last && rotation.to != rotation.from)
            let entry = try world.entry(rotation.index)
            #expect(entry.type == .keyRotated && entry.actor == Self.mary && entry.reason == "yearly")
            let lock = try #require(try world.keys.lock())
            #expect(try lock.verify(with: [rotation.from]) == [rotation.from])
            #expect(try lock.verify(with: [rotation.to]) == [rotation.to])
            #expect(try world.keys.verifierKey() == rotation.to && !world.keys.hasNextKey)
            keys.append(rotation.to)
            try world.fill(2, from: 100 * round)
            let note = try world.ledger.checkpoint()
            #expect(throws: NoteError.self) { try note.verify(with: [rotation.from]) }
            held.append(note)
        }
        for key in keys {
            let verification = try world.ledger.verify(.init(trust: [key], held: held, projections: true))
            #expect(verification.assurance == [.consistent, .signed, .held], "\(verification)")
            let reader = try world.reopened(isReadOnly: true, withKeys: false)
            #expect(try reader.verify(.init(trust: [key])).assurance == [.consistent, .signed])
        }
        #expect(try world.ledger.verify(.init(held: [held[0]])).assurance == [.consistent, .held])
        let rotations = try world.ledger.rotations()
        #expect(rotations.map(\.from) == Array(keys.dropLast()) && rotations.map(\.to) == Array(keys.dropFirst()))
        for rotation in rotations {
            let note = try #require(rotation.note)
            let checkpoint = try Checkpoint(verifying: note, with: [rotation.from])
            #expect(checkpoint.size > rotation.index)
        }
        #expect(try world.reopened(withKeys: false).rotations().map(\.to) == Array(keys.dropFirst()))
        #expect(try world.keys.retired() == Array(keys.dropLast()))
        for name in ["signing.pem"] {
            let mode = try FileManager.default.attributesOfItem(atPath: world.keys.file(name))[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test func `a verifier of a later key still believes no forged older note`() throws {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        let old = try world.keys.signingKey()
        let rotation = try rotate(world.ledger)
        let forged = Checkpoint(origin: World.origin, size: 2, root: .zero).signed(by: old)
        #expect(try world.ledger.verify(.init(trust: [rotation.to], held: [forged])).kinds == [.forked])
        try world.tamper {
            try $0.execute(sql: "INSERT INTO checkpoint VALUES (2, ?)", arguments: [forged.description])
        }
        #expect(!(try world.ledger.verify(.init(trust: [rotation.to])).defects.isEmpty))
    }

    @Test func `a change that no checkpoint of the old key has is not followed`() throws {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        let rotation = try rotate(world.ledger)
        // The note by which the old key gives its word is lost; the new key alone cannot give it.
        let own = try world.keys.signingKey()
        try world.fill(1, from: 50)
        try world.ledger.checkpoint()
        try world.tamper { database in
            try database.execute(sql: "DELETE FROM checkpoint WHERE size = \(rotation.index + 1)")
            let root = try #require(try Head(reading: database)).frontier.root
            let note = Checkpoint(origin: World.origin, size: rotation.index + 2, root: root).signed(by: own)
            try database.execute(
                sql: "INSERT OR REPLACE INTO checkpoint VALUES (?, ?)",
                arguments: [rotation.index + 2, note.description])
            // What the old key signed has not the entry.
            try database.execute(sql: "DELETE FROM checkpoint WHERE size < 4")
        }
        let reader = try world.reopened(withKeys: false)
        #expect(
            try reader.verify(.init(trust: [rotation.from])).assurance == [.consistent, .signed], "by its older note")
        try world.tamper { try $0.execute(sql: "DELETE FROM checkpoint WHERE size = 4") }
        #expect(try reader.verify(.init(trust: [rotation.from])).assurance == [.consistent])
        #expect(try world.ledger.rotations().isEmpty)
    }

    @Test(arguments: [true, false])
    func `a change that somebody plants is not signed`(hidden: Bool) throws {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        // With the file and without the keys: an entry that hands over to a key of theirs.
        let theirs = SigningKey().verifierKey(name: World.origin)
        try world.ledger.append { appender in
            var entry = appender.entry(.keyRotated)
            entry.body = .object(["from": .string(world.verifier.text), "to": .string(theirs.text)])
            try appender.append(entry)
        }
        if hidden { try world.tamper { try $0.execute(sql: "DELETE FROM journal WHERE type = 'key.rotated'") } }
        let refused = #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(refused?.description.contains("another key signs") ?? false)
        #expect(throws: LedgerError.self) { try rotate(world.ledger) }
        #expect(try world.keys.verifierKey() == world.verifier)
        #expect(try world.ledger.verify(.init(trust: [theirs])).assurance == [.consistent])
    }

    /// The states in which a call can be ended: what is there then, by the files and entries that it leaves.
    @Test(arguments: ["a key", "an entry", "signed", "signed, and others after", "half switched"])
    func `a call that was ended early leaves a ledger that signs, and the next completes it`(state: String) throws {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        let next = SigningKey()
        let to = next.verifierKey(name: World.origin)
        func record() throws {
            try world.ledger.append { appender in
                var entry = appender.entry(.keyRotated)
                entry.body = .object(["from": .string(world.verifier.text), "to": .string(to.text)])
                try appender.append(entry)
            }
        }
        try world.keys.write(next.pem, to: "next.pem", mode: 0o600)
        switch state {
        case "a key": break
        case "an entry": try record()
        case "half switched":
            try rotate(world.ledger)
            let new = try world.keys.signingKey()
            try world.keys.write(new.pem, to: "next.pem", mode: 0o600)
            try world.keys.write(SigningKey().pem, to: "signing.pem", mode: 0o600)
        default:
            try record()
            try world.ledger.sign(isAnew: true) { checkpoint throws(LedgerError) in
                checkpoint.signed(by: try world.keys.signingKey(), and: try world.keys.nextKey())
            }
            if state.hasSuffix("after") {
                try world.fill(1, from: 70)
                try world.ledger.checkpoint()
            }
        }
        let ledger = try world.reopened()
        _ = try ledger.record([IncomingEvent.of(Sample.created("N-1", event: "n-1"))], channel: "file")
        try ledger.checkpoint()
        #expect(try ledger.verify(.init(trust: [world.verifier])).assurance == [.consistent, .signed])
        let rotation = try rotate(ledger)
        #expect(rotation.from == world.verifier && rotation.to == to)
        #expect(try world.keys.verifierKey() == to && !world.keys.hasNextKey)
        let recorded = try world.entries().filter { $0.type == .keyRotated }
        #expect(recorded.count == 1, "it is recorded once")
        _ = try ledger.record([IncomingEvent.of(Sample.created("N-2", event: "n-2"))], channel: "file")
        try ledger.checkpoint()
        for key in [world.verifier, to] {
            #expect(try ledger.verify(.init(trust: [key], projections: true)).assurance == [.consistent, .signed])
        }
        #expect(try ledger.rotations().map(\.to) == [to])
        try Checking.everything(ledger)
    }

    @Test func `a change that was given up is not on the way to the present key`() throws {
        let world = try World()
        try world.fill(1)
        let lost = SigningKey().verifierKey(name: World.origin)
        let lock = try world.ledger.checkpoint()
        try world.ledger.append { appender in
            var entry = appender.entry(.keyRotated)
            entry.body = .object(["from": .string(world.verifier.text), "to": .string(lost.text)])
            try appender.append(entry)
        }
        // Signed while its key was there, and the key was lost after.
        try world.ledger.queue.read { database in
            let root = try #require(try Head(reading: database)).frontier.root
            try world.keys.writeLock(
                Checkpoint(origin: World.origin, size: 3, root: root).signed(by: try world.keys.signingKey()))
        }
        #expect(lock.text != (try world.keys.lock()?.text))
        let rotation = try rotate(world.ledger)
        #expect(try world.ledger.rotations().map(\.to) == [rotation.to])
    }

    @Test func `a lost lock is adopted from a checkpoint of the key before`() throws {
        let world = try World()
        try world.fill(2)
        let early = try world.ledger.checkpoint()
        try rotate(world.ledger)
        try FileManager.default.removeItem(atPath: world.keys.lockPath)
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        try world.reopened().adoptLock(early)
        try world.fill(1, from: 9)
        try world.ledger.checkpoint()
        try world.checkEverything()
        let stranger = Checkpoint(origin: World.origin, size: 1, root: .zero).signed(by: SigningKey())
        #expect(throws: LedgerError.self) { try world.ledger.adoptLock(stranger) }
    }

    @Test func `a ledger that was open while the key was changed signs with the new one`() throws {
        let world = try World()
        try world.fill(2)
        let other = try world.reopened()
        try other.checkpoint()
        let rotation = try rotate(world.ledger)
        _ = try other.record([IncomingEvent.of(Sample.created("N-1", event: "n-1"))], channel: "file")
        #expect(try other.checkpoint().verify(with: [rotation.to]) == [rotation.to])
        try Checking.everything(other)
    }
}
