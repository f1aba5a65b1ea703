import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Checkpoints that a verifier trusts or holds")
struct NoteTests {
    @Test func `signed is said only of a key that the verifier names`() throws {
        let world = try World()
        try world.fill(5)
        try world.ledger.checkpoint()
        #expect(try world.ledger.verify().assurance == [.consistent])
        #expect(try world.ledger.verify(.init(trust: [world.verifier])).assurance == [.consistent, .signed])
        let stranger = SigningKey().verifierKey(name: World.origin)
        #expect(try world.ledger.verify(.init(trust: [stranger])).assurance == [.consistent])
        let reader = try world.reopened(isReadOnly: true, withKeys: false)
        #expect(try reader.verify(.init(trust: [world.verifier])).assurance == [.consistent, .signed])
        #expect(try reader.verify(.init(trust: [stranger])).assurance == [.consistent])
    }

    @Test func `held is said of a note that the ledger has grown from`() throws {
        let world = try World()
        try world.fill(300)
        let held = try world.ledger.checkpoint()
        try world.fill(300, from: 500)
        let request = VerificationRequest(trust: [world.verifier], held: [held, world.first])
        #expect(try world.ledger.verify(request).assurance == [.consistent, .signed, .held])
        let reader = try world.reopened(withKeys: false)
        #expect(try reader.verify(.init(held: [held])).assurance == [.consistent], "nobody named a key")
        #expect(try reader.verify(.init(held: [held])).unreached.map(\.size) == [301])
    }

    @Test func `a note of another history is a fork`() throws {
        let (world, other) = (try World(), try World())
        let key = try world.keys.signingKey()
        for one in [world, other] { try one.fill(one === world ? 10 : 11) }
        let foreign = Checkpoint(origin: World.origin, size: 8, root: .zero).signed(by: key)
        let verification = try world.ledger.verify(.init(trust: [world.verifier], held: [foreign]))
        #expect(verification.kinds == [.forked] && verification.defects[0].code == "AR403")
        #expect(verification.assurance.isEmpty)
        let beyond = Checkpoint(origin: World.origin, size: 12, root: .zero).signed(by: key)
        #expect(try world.ledger.verify(.init(trust: [world.verifier], held: [beyond])).kinds == [.rolledBack])
    }

    @Test(arguments: [false, true])
    func `what came after the last note is read too: bytes that fit chain and tree and are no entry`(state: Bool) throws
    {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        try world.record([Sample.created("Z-1")])
        if state { _ = try world.ledger.recordState() }
        try world.tamper { database in
            var head = Head(origin: World.origin)
            let digest = Digest()
            for (place, old) in try Data.fetchAll(database, sql: "SELECT bytes FROM entry ORDER BY position")
                .enumerated()
            {
                let fixed = Entry.prefix(origin: World.origin, index: place, previous: .zero).count
                let text = String(decoding: old.dropFirst(fixed), as: UTF8.self).replacing(
                    #""booking":"Z-1""#, with: #""booking":"Z-1","booking":"Z-1""#)
                let bytes = Entry.prefix(origin: World.origin, index: place, previous: head.last) + Array(text.utf8)
                head.last = .leaf(bytes)
                head.frontier.append(head.last, digest: digest)
                try database.execute(
                    sql: "UPDATE entry SET bytes = ?, leaf = ? WHERE position = ?",
                    arguments: [Data(bytes), Data(head.last.bytes), place])
            }
            try head.write(to: database)
        }
        let ledger = try world.reopened()
        for states in [0, 1] {
            let verification = try ledger.verify(.init(states: states))
            #expect(
                verification.defects.filter { $0.kind == .unreadable }.map(\.index) == [4], "\(verification.defects)")
            #expect(verification.assurance.isEmpty)
        }
        #expect(try ledger.history().verification.kinds.filter { $0 == .unreadable }.count == 1, "and is told once")
    }

    @Test func `a stored note without a line under the ledger's name is named, whatever keys the verifier has`() throws
    {
        let world = try World()
        try world.fill(3)
        let note = try world.ledger.checkpoint()
        let line = try #require(note.description.split(separator: "\n").last)
        let changed = note.description.replacing(line, with: line.replacing("practice.", with: "practise."))
        #expect(changed != note.description, "\(line)")
        func verification(_ text: String, _ request: VerificationRequest) throws -> Verification {
            try world.tamper {
                try $0.execute(sql: "UPDATE checkpoint SET note = ? WHERE size = 4", arguments: [text])
            }
            return try world.reopened(withKeys: false).verify(request)
        }
        for trust in [[], [world.verifier], [SigningKey().verifierKey(name: World.origin)]] {
            #expect(try verification(changed, .init(trust: trust)).kinds == [.signature], "\(trust)")
            #expect(try verification(note.description, .init(trust: trust)).defects.isEmpty, "\(trust)")
        }
    }

    @Test func `a note that says nothing here is named and not believed`() throws {
        let world = try World()
        try world.fill(3)
        let root = try world.ledger.verify().root
        let stranger = Checkpoint(origin: World.origin, size: 4, root: root).signed(by: SigningKey())
        let key = try world.keys.signingKey()
        let elsewhere = Checkpoint(origin: "other.example/daybook", size: 2, root: .zero).signed(by: key)
        let good = try world.ledger.checkpoint().description
        let changed = try SignedNote(good.replacing("\n4\n", with: "\n3\n"))
        for note in [stranger, elsewhere, changed] {
            let verification = try world.ledger.verify(.init(trust: [world.verifier], held: [note]))
            #expect(verification.unreached.count == 1 && verification.defects.isEmpty)
            #expect(verification.assurance == [.consistent, .signed], "it is not held")
        }
    }

    @Test func `a stored note that was changed is found, whichever byte it is`() throws {
        let world = try World()
        try world.fill(3)
        let note = try world.ledger.checkpoint().description
        for place in 0..<note.utf8.count - 1 {
            var bytes = Array(note.utf8)
            bytes[place] ^= 1
            let text = String(decoding: bytes, as: UTF8.self)
            try world.ledger.queue.write {
                try $0.execute(sql: "UPDATE checkpoint SET note = ? WHERE size = 4", arguments: [text])
            }
            let verification = try world.ledger.verify(.init(trust: [world.verifier]))
            #expect(!verification.defects.isEmpty && verification.assurance.isEmpty, "byte \(place): \(text)")
        }
    }

    @Test func `a stored note by another key is named to whoever has the ledger's own, and is nothing to others`()
        throws
    {
        let world = try World()
        try world.fill(3)
        let signed = try Checkpoint(text: world.ledger.checkpoint().text)
        let stranger = SigningKey()
        let note = signed.signed(by: stranger).description
        try world.ledger.queue.write {
            try $0.execute(sql: "UPDATE checkpoint SET note = ? WHERE size = 4", arguments: [note])
        }
        let defects = try world.ledger.verify().defects
        #expect(defects.map(\.kind) == [.signature])
        #expect(defects[0].sentence == "The stored checkpoint of 4 entries is not signed by this ledger's key.")
        let reader = try world.reopened(isReadOnly: true, withKeys: false)
        #expect(try reader.verify(.init(trust: [world.verifier])).signedSize == 1)
    }

    @Test func `a stored note moved to another size, and one of another ledger`() throws {
        let world = try World()
        try world.fill(3)
        try world.ledger.checkpoint()
        try world.ledger.queue.write { try $0.execute(sql: "UPDATE checkpoint SET size = 3 WHERE size = 4") }
        #expect(try world.ledger.verify().kinds == [.signature])
        let key = try world.keys.signingKey()
        let foreign = Checkpoint(origin: World.origin, size: 3, root: .zero).signed(by: key).description
        try world.ledger.queue.write {
            try $0.execute(sql: "UPDATE checkpoint SET note = ? WHERE size = 3", arguments: [foreign])
        }
        #expect(try world.ledger.verify().kinds == [.rolledBack])
    }

    @Test func `a false state is named, and an older one when it is asked for`() throws {
        let world = try World()
        try world.fill(20)
        // Whoever falsifies the listing of a booking makes the recorder declare it.
        let before = try world.value("SELECT entries FROM booking WHERE booking = CAST('A-7' AS BLOB)", as: Data.self)
        try world.tamper {
            try $0.execute(sql: "UPDATE booking SET entries = x'01' WHERE booking = CAST('A-7' AS BLOB)")
        }
        let index = try world.ledger.recordState()
        let verification = try world.ledger.verify()
        #expect(verification.kinds == [.falseState] && verification.defects[0].index == index)
        #expect(verification.defects[0].code == "AR401" && verification.assurance.isEmpty)
        try world.tamper {
            try $0.execute(
                sql: "UPDATE booking SET entries = ? WHERE booking = CAST('A-7' AS BLOB)", arguments: [before])
        }
        _ = try world.ledger.recordState()
        #expect(try world.ledger.verify().defects.isEmpty, "the newest holds")
        #expect(try world.ledger.verify(.init(states: 2)).defects.map(\.index) == [index])
        #expect(try world.ledger.verify(.init(states: 0)).defects.isEmpty)
    }

    @Test func `states of nothing, of notices, of deletes and of two sources`() throws {
        let world = try World()
        _ = try world.ledger.recordState()
        #expect(try world.entry(1).body?["root"]?.string == Hash.emptyTree.base64)
        try world.record([
            Sample.created("B-2"), Sample.event("notice.sent", "B-1", data: #""medium":"sms""#), Sample.deleted("B-9"),
            Sample.created("B-2").replacing(#""crm""#, with: #""CRM""#),
            Sample.event("booking.modified", "B-10", data: #""supersedes":"B-2""#),
        ])
        let index = try world.ledger.recordState()
        let leaves = [
            #"{"source":"CRM","booking":"B-2","entries":[5]}"#, #"{"source":"crm","booking":"B-1","entries":[3]}"#,
            #"{"source":"crm","booking":"B-10","entries":[6]}"#, #"{"source":"crm","booking":"B-2","entries":[2,6]}"#,
            #"{"source":"crm","booking":"B-9","entries":[4]}"#,
        ]
        let tree = NaiveTree(entries: leaves.map { Array($0.utf8) })
        #expect(try world.entry(index).body?["root"]?.string == tree.root(size: 5).base64)
        #expect(try world.entry(index).body?["size"]?.integer == 5)
        try world.checkEverything()
    }
}
