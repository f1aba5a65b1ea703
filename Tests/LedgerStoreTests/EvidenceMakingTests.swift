import Bookings
import Evidence
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Evidence that a ledger makes")
struct EvidenceMakingTests {
    private func key(_ booking: String, source: Identifier = "crm") -> BookingKey {
        BookingKey(source: source, booking: Identifier(booking))
    }

    /// Makes evidence as `prove` does, and holds it against the ledger's key.
    private func prove(_ request: EvidenceRequest, in world: World) throws -> EvidenceVerification {
        if try !world.ledger.stateCovers(request) { _ = try world.ledger.recordState() }
        let note = try world.ledger.checkpoint()
        let evidence = try world.ledger.evidence(for: request, under: note, by: world.verifier)
        #expect(try Evidence(bytes: evidence.bytes) == evidence, "the file is read as it was written")
        return EvidenceVerifier(trusted: [world.verifier], held: request.held).verify(evidence)
    }

    private func world() throws -> World {
        let world = try World()
        try world.record([
            Sample.created("A-1"), Sample.created("A-2"), Sample.modified("A-2", #""service":"x-ray""#),
            Sample.created("A-3"),
        ])
        return world
    }

    @Test func `of one booking: its entries, what is disclosed and what is not`() throws {
        let world = try world()
        let held = try world.ledger.checkpoint()
        var request = EvidenceRequest(key: key("A-2"))
        request.fields = ["client.name"]
        request.held = [held]
        let result = try prove(request, in: world)
        let content = try #require(result.content)
        #expect(result.assurance == [.consistent, .signed, .held])
        #expect(content.records.map(\.index) == [2, 3])
        #expect(content.records[0].disclosed == ["client.name": "Asha Patel"])
        #expect(content.records[0].withheld == ["client.id"])
        #expect(content.records.allSatisfy { $0.isDeclared })
        #expect(!content.isAbsent)
    }

    @Test func `never of another client, whose booking a feed called what this one became`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1"),
            Sample.event(
                "booking.modified", "B-1", data: #""supersedes":"A-1","client":{"id":"C-9","name":"Somebody Else"}"#),
        ])
        for (asked, other) in [("A-1", "B-1"), ("B-1", "A-1")] {
            var request = EvidenceRequest(key: key(asked))
            #expect(try world.ledger.sealedFields(of: key(asked)).left == ["client.id", "client.name"])
            request.fields = ["client.id", "client.name"]
            let records = try #require(try prove(request, in: world).content).records
            #expect(records.count == 2)
            for record in records {
                let isAsked = record.entry?.booking?.text == asked
                #expect(record.disclosed.isEmpty != isAsked, "\(asked), beside \(other): \(record.disclosed)")
            }
        }
    }

    @Test func `the newest state serves as long as it covers the booking`() throws {
        let world = try world()
        _ = try world.ledger.recordState()
        let size = try world.ledger.size()
        #expect(try prove(EvidenceRequest(key: key("A-1")), in: world).refusal == nil)
        #expect(try world.ledger.size() == size, "no other state was needed")
        try world.record(Sample.event("booking.cancelled", "A-1"))
        let after = EvidenceRequest(key: key("A-1"))
        #expect(try !world.ledger.stateCovers(after))
        #expect(try world.ledger.stateCovers(EvidenceRequest(key: key("A-3"))))
        // What came after the state is shown all the same, included and not declared.
        let evidence = try world.ledger.evidence(for: after, under: world.ledger.checkpoint(), by: world.verifier)
        let content = try #require(EvidenceVerifier(trusted: [world.verifier]).verify(evidence).content)
        #expect(content.records.map(\.isDeclared) == [true, false])
        #expect(try #require(prove(after, in: world).content).records.map(\.isDeclared) == [true, true])
    }

    @Test(arguments: ["A-0", "A-11", "A-9", "é"])
    func `of an id that nobody recorded: between, before and after the others`(id: String) throws {
        let world = try world()
        let content = try #require(prove(EvidenceRequest(key: key(id)), in: world).content)
        #expect(content.isAbsent)
        #expect(content.records.isEmpty)
        let other = try #require(prove(EvidenceRequest(key: key(id, source: "a")), in: world).content)
        #expect(other.isAbsent)
    }

    @Test func `of a ledger in which nothing is recorded`() throws {
        let content = try #require(prove(EvidenceRequest(key: key("A-1")), in: World()).content)
        #expect(content.isAbsent)
        #expect(content.evidence.state.leaves.isEmpty)
    }

    @Test func `a sibling is shown without its client`() throws {
        let world = try world()
        var request = EvidenceRequest(key: key("A-2"))
        request.siblings = ["A-3", "A-2"]
        request.fields = ["client.id", "client.name"]
        let content = try #require(prove(request, in: world).content)
        #expect(content.siblings == ["A-3"])
        #expect(content.records.map { $0.disclosed.count } == [2, 0, 0])
        #expect(content.records.last?.withheld == ["client.id", "client.name"])
    }

    @Test func `of a booking that was re-keyed, asked for by either id`() throws {
        let world = try world()
        try world.record(
            Sample.event(
                "booking.modified", "B-9", data: #""supersedes":"A-2","appointment":{"service":"exam"}"#))
        for id in ["A-2", "B-9"] {
            let content = try #require(prove(EvidenceRequest(key: key(id)), in: world).content)
            #expect(content.ids == ["A-2", "B-9"])
            #expect(content.records.map(\.index) == [2, 3, 5])
        }
    }

    @Test func `under an older note, what came after it leads nowhere`() throws {
        let world = try world()
        _ = try world.ledger.recordState()
        let note = try world.ledger.checkpoint()
        try world.record(
            Sample.event("booking.modified", "B-9", data: #""supersedes":"A-2","appointment":{"service":"exam"}"#))
        _ = try world.ledger.recordState()
        let evidence = try world.ledger.evidence(
            for: EvidenceRequest(key: key("A-2")), under: note, by: world.verifier)
        let content = try #require(EvidenceVerifier(trusted: [world.verifier]).verify(evidence).content)
        #expect(content.ids == ["A-2"])
        #expect(content.records.map(\.index) == [2, 3])
    }

    @Test func `a note of another ledger, and the same note twice, are not carried into the file`() throws {
        let (world, other) = (try world(), try World(origin: "other.example/daybook"))
        let held = try world.ledger.checkpoint()
        var request = EvidenceRequest(key: key("A-1"))
        request.held = [held, try other.ledger.checkpoint(), held]
        let result = try prove(request, in: world)
        #expect(try #require(result.content).evidence.consistency.map(\.held) == [held])
        #expect(result.assurance == [.consistent, .signed, .held])
        #expect(result.unreached.map { $0.checkpoint?.origin } == ["other.example/daybook"])
    }

    @Test func `an older copy of a ledger whose key was changed since proves by the key of its time`() throws {
        let world = try world()
        _ = try world.ledger.recordState()
        try world.ledger.checkpoint()
        try world.copyDatabase(to: "older.sqlite")
        let change = try world.ledger.rotateKey(by: Entry.Actor(kind: .user, id: "mary"), reason: nil)
        try world.ledger.queue.close()
        try world.restore("older.sqlite")
        let older = try world.reopened(isReadOnly: true)
        let note = try #require(try older.lastNote())
        let signer = try #require(try world.keys.signer(of: note))
        #expect(signer == change.from)
        let request = EvidenceRequest(key: key("A-2"))
        let evidence = try older.evidence(for: request, under: note, by: signer)
        #expect(evidence.rotations.isEmpty)
        #expect(EvidenceVerifier(trusted: [change.from]).verify(evidence).refusal == nil)
        #expect(EvidenceVerifier(trusted: [change.to]).verify(evidence).refusal?.kind == .wrongKey)
        #expect(try world.keys.signer(of: World().first) == nil, "somebody else's")
    }

    @Test func `a note that two keys signed is carried with the signatures that its reader can check`() throws {
        let world = try world()
        _ = try world.ledger.recordState()
        let change = try world.ledger.rotateKey(by: Entry.Actor(kind: .user, id: "mary"), reason: nil)
        let both = try #require(change.note)
        #expect(both.signatures.count == 2)
        for key in [change.from, change.to] {
            let evidence = try world.ledger.evidence(
                for: EvidenceRequest(key: self.key("A-2")), under: both, by: key)
            #expect(try evidence.checkpoint.verify(with: [key]) == [key] && evidence.checkpoint.signatures.count == 1)
            #expect(evidence.rotations.count == (key == change.to ? 1 : 0))
            #expect(EvidenceVerifier(trusted: [change.from]).verify(evidence).refusal == nil)
            // One that an earlier program made carries both: each that names a key of the ledger must be by it.
            var earlier = evidence
            earlier.checkpoint = both
            #expect(EvidenceVerifier(trusted: [change.from]).verify(earlier).refusal == nil)
            guard key == change.to else { continue }
            let broken = SignedNote.Signature(
                name: change.from.name, keyID: change.from.keyID, signature: both.signatures[1].signature)
            earlier.checkpoint = SignedNote(text: both.text, signatures: [broken, both.signatures[1]])
            #expect(EvidenceVerifier(trusted: [change.to]).verify(earlier).refusal?.kind == .badSignature)
        }
    }

    @Test func `an entry that was changed in the file of the ledger proves nothing`() throws {
        let world = try world()
        _ = try world.ledger.recordState()
        let note = try world.ledger.checkpoint()
        try world.tamper {
            try $0.execute(
                sql:
                    "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'dr-shah', 'dr-evil') AS BLOB) WHERE position = 1"
            )
        }
        let evidence = try world.ledger.evidence(
            for: EvidenceRequest(key: key("A-1")), under: note, by: world.verifier)
        #expect(EvidenceVerifier(trusted: [world.verifier]).verify(evidence).refusal?.kind == .notIncluded)
    }

    @Test(arguments: [1, 2, 255, 256, 257, 511, 512, 513, 1300])
    func `proofs in the blocks of a state are those of the whole tree`(count: Int) throws {
        let world = try World()
        let names = (0..<count).map { "\($0 % 3 == 0 ? "b" : "a")-\($0 * 7919 % 10_007)" }
        for start in stride(from: 0, to: count, by: 500) {
            try world.record(
                names[start..<min(start + 500, count)].map {
                    Sample.created($0).replacing(#""crm""#, with: $0.hasPrefix("b") ? #""web""# : #""crm""#)
                })
        }
        let state = try world.ledger.recordState()
        // Later entries, some of them of ids between the others, must not change what the state committed to.
        try world.record(["a-0", "zz", names[0]].map { Sample.created($0) })
        try world.ledger.queue.read { database in
            let leaves = StateLeaves(database: database, before: state)
            var whole: [(key: BookingKey, bytes: [UInt8])] = []
            try leaves.forEach(from: nil) { key, bytes in
                whole.append((key, bytes))
                return true
            }
            let body = try #require(EntryStore(database).entry(at: state)?.body)
            #expect(body["size"]?.integer == whole.count)
            let root = try #require(body["root"]?.string.flatMap { Hash(base64: $0) })
            #expect(NaiveTree(entries: whole.map(\.bytes)).root(size: whole.count) == root)
            #expect(try TreeBlock.read(of: state, from: database).count == (whole.count + 255) / 256)
            let tree = try CommittedTree(of: state, size: whole.count, leaves: leaves, in: database)
            let merkle = MerkleTree(size: whole.count, reader: tree)
            for place in [0, 1, 254, 255, 256, 257, whole.count / 2, whole.count - 1] where place < whole.count {
                #expect(try tree.rank(of: whole[place].key) == (place, true))
                try Proof.verifyInclusion(
                    of: .leaf(whole[place].bytes), at: place, size: whole.count, root: root,
                    proof: merkle.inclusionProof(of: place))
            }
            for id in ["", "a-0", "a-5000x", "b", "zzz"] {
                for source in ["", "crm", "d", "web", "x"] {
                    let key = BookingKey(source: Identifier(source), booking: Identifier(id))
                    let rank = try tree.rank(of: key)
                    #expect(rank.index == whole.filter { $0.key < key }.count, "\(key)")
                    #expect(rank.isThere == whole.contains { $0.key == key }, "\(key)")
                }
            }
        }
    }
}
