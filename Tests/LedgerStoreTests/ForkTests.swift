import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Evidence of a fork")
struct ForkTests {
    private let world: World
    private let key: String

    init() throws {
        world = try World()
        key = try world.keys.signingKey().pem
    }

    /// A note that the ledger's key signed, of another history.
    private func foreign(_ size: Int, root: Hash = .zero) throws -> SignedNote {
        Checkpoint(origin: World.origin, size: size, root: root).signed(by: try SigningKey(pem: key))
    }

    /// What is made, printed, read again and looked at with the ledger's key.
    private func evidence(_ held: SignedNote...) throws -> (evidence: ForkEvidence, showing: ForkEvidence.Showing)? {
        guard let made = try world.ledger.forkEvidence(for: held) else { return nil }
        let read = try ForkEvidence(bytes: made.json.bytes + [0x0a])
        #expect(read == made)
        return (read, try read.verify(with: [world.verifier]))
    }

    @Test func `is two notes of one size, or one proof`() throws {
        try world.fill(6)
        let own = try world.ledger.checkpoint()
        try world.fill(300, from: 100)
        try world.ledger.checkpoint()
        #expect(try evidence(foreign(7))?.showing == .provenByNotes(size: 7))
        #expect(try evidence(foreign(7))?.evidence.present == own)
        for size in [1, 2, 3, 4, 5, 6] {
            let found = try #require(try evidence(foreign(size)))
            // The world's first note is of one entry.
            #expect(found.showing == (size == 1 ? .provenByNotes(size: 1) : .provenByProof(smaller: size, larger: 7)))
        }
        for size in [8, 128, 256, 300] {
            #expect(try evidence(foreign(size))?.showing == .provenByProof(smaller: size, larger: 307))
        }
        // Beyond its end the ledger says nothing about another history.
        #expect(try evidence(foreign(308)) == nil)
        #expect(try evidence(own, world.first) == nil)
        // Two held ones that contradict each other need no ledger.
        #expect(try evidence(foreign(900), foreign(900, root: .emptyTree))?.showing == .provenByNotes(size: 900))
    }

    @Test func `is a claim where the ledger signed nothing as large`() throws {
        try world.fill(10)
        let found = try #require(try evidence(foreign(9)))
        #expect(found.showing == .claimed(held: 9, present: 1))
        #expect(found.evidence.part == nil)
        #expect(found.showing.sentence.hasPrefix("Claimed, not proven"))
    }

    @Test func `of notes that nobody known signed is not made`() throws {
        try world.fill(5)
        try world.ledger.checkpoint()
        let stranger = Checkpoint(origin: World.origin, size: 3, root: .zero).signed(by: SigningKey())
        let other = Checkpoint(origin: "other.example/daybook", size: 3, root: .zero)
            .signed(by: try SigningKey(pem: key))
        #expect(try evidence(stranger, other) == nil)
        let reader = try world.reopened(isReadOnly: true, withKeys: false)
        #expect(try reader.forkEvidence(for: [foreign(3)]) == nil, "nobody named a key")
        #expect(try reader.forkEvidence(for: [foreign(3)], trusting: [world.verifier]) != nil)
    }

    @Test func `that was changed anywhere is refused, or shows the same`() throws {
        try world.fill(12)
        try world.ledger.checkpoint()
        let (evidence, showing) = try #require(try evidence(foreign(5)))
        let bytes = evidence.json.bytes
        for place in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[place] ^= 1 << bit
                guard let read = try? ForkEvidence(bytes: other), let shown = try? read.verify(with: [world.verifier])
                else { continue }
                #expect(shown == showing && read.held == evidence.held && read.present == evidence.present)
                #expect(read.part == evidence.part, "byte \(place), bit \(bit)")
            }
        }
        for count in bytes.indices {
            #expect(throws: ForkEvidence.Refusal.malformed) { try ForkEvidence(bytes: Array(bytes[..<count])) }
        }
    }

    @Test func `is not made up from notes that fit`() throws {
        try world.fill(3)
        let older = try world.ledger.checkpoint()
        try world.fill(4, from: 10)
        let newer = try world.ledger.checkpoint()
        let tree = try world.bytes().map { Hash.leaf($0) }
        let naive = NaiveTree(leaves: tree)
        let keys = [world.verifier]
        func made(_ held: SignedNote, _ present: SignedNote, _ part: ForkEvidence.Part?) -> ForkEvidence {
            ForkEvidence(origin: World.origin, verifier: world.verifier, held: held, present: present, part: part)
        }
        let proof = naive.consistencyProof(from: 4, to: 8)
        let honest = ForkEvidence.Part(root: naive.root(size: 4), proof: proof)
        #expect(throws: ForkEvidence.Refusal.noFork) { try made(older, newer, honest).verify(with: keys) }
        #expect(throws: ForkEvidence.Refusal.noFork) { try made(newer, older, honest).verify(with: keys) }
        #expect(throws: ForkEvidence.Refusal.noFork) { try made(older, older, nil).verify(with: keys) }
        // Another root for the first entries needs another proof, and there is none.
        let lie = ForkEvidence.Part(root: .zero, proof: proof)
        #expect(throws: ForkEvidence.Refusal.badProof) { try made(older, newer, lie).verify(with: keys) }
        #expect(throws: ForkEvidence.Refusal.badProof) { try made(older, older, lie).verify(with: keys) }
        #expect(try made(older, newer, nil).verify(with: keys) == .claimed(held: 4, present: 8))
        let foreign = SigningKey().verifierKey(name: World.origin)
        #expect(throws: ForkEvidence.Refusal.notSigned) { try made(older, newer, nil).verify(with: [foreign]) }
        let renamed = ForkEvidence(
            origin: "other.example/daybook", verifier: world.verifier, held: older, present: newer, part: nil)
        #expect(throws: ForkEvidence.Refusal.wrongOrigin) { try renamed.verify(with: keys) }
        let empty = Checkpoint(origin: World.origin, size: 0, root: .emptyTree).signed(by: try SigningKey(pem: key))
        #expect(throws: ForkEvidence.Refusal.noFork) { try made(empty, newer, nil).verify(with: keys) }
    }

    @Test func `how the ledger stands to each held checkpoint is said in their order`() throws {
        try world.fill(9)
        let own = try world.ledger.checkpoint()
        let stranger = Checkpoint(origin: World.origin, size: 3, root: .zero).signed(by: SigningKey())
        let request = VerificationRequest(
            trust: [world.verifier], held: [try foreign(5), own, stranger, try foreign(99), world.first])
        let verification = try world.ledger.verify(request)
        #expect(verification.held.map(\.standing) == [.forked, .consistent, .unknown, .ahead, .consistent])
        #expect(verification.held.map(\.checkpoint.size) == [5, 10, 3, 99, 1])
    }

}
