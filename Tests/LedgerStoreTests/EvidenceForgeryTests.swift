import Bookings
import Evidence
import Foundation
import TestSupport
import Testing
import Transparency

/// Files that only the holder of a ledger's key can make: everything is signed and included, and something is a lie. Both
/// verifiers must see it, or neither.
@Suite("Evidence that the ledger's own holder forged")
struct EvidenceForgeryTests {
    @Test func `a true one is accepted`() throws {
        var forge = EvidenceForge()
        let (a, b) = (forge.create("A"), forge.create("B"))
        let reading = forge.reading("A", "B")
        let state = forge.state(("A", [a]), ("B", [b]))
        let both = BothVerifiers(try forge.verifier)
        try both.expect(nil, of: forge.evidence(of: "A", entries: [a], state: state, leaves: [0]))
        try both.expect(nil, of: forge.evidence(of: "AB", entries: [], state: state, leaves: [0, 1]))
        try both.expect(
            nil, of: forge.evidence(of: "B", entries: [b], state: state, leaves: [1], readings: [(reading, [1])]))
    }

    @Test func `another source's reading says nothing, even where it has the same id`() throws {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let other = forge.reading("A", source: "diary")
        let own = forge.reading("A")
        let state = forge.state(("A", [a]))
        let both = BothVerifiers(try forge.verifier)
        func evidence(_ readings: (Int, [Int])...) throws -> Evidence {
            try forge.evidence(of: "A", entries: [a], state: state, leaves: [0], readings: readings)
        }
        // In its tree the leaf of (diary, A) lies above where (crm, A) would be: it shows it absent, never present.
        try both.expect(.falseCommitment, of: evidence((other, [0])))
        try both.expect(nil, of: evidence((other, [0]), (own, [0])))
        let verified = EvidenceVerifier(trusted: [try forge.verifier]).verify(try evidence((other, [0]), (own, [0])))
        #expect(verified.content?.readings.map(\.isPresent) == [false, true])
    }

    @Test func `an entry of a later program is shown only where it is about the booking and follows the state`() throws
    {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let early = forge.add("booking.split", #""source":"crm","booking":"A""#)
        let state = forge.state(("A", [a]))
        let late = forge.add("booking.split", #""source":"crm","booking":"A""#)
        let newer = forge.add(
            "booking.created", #""source":"crm","supersedes":"A","booking":"X","new":true"#, daybook: 2)
        let foreign = forge.add("booking.split", #""source":"crm","booking":"B""#)
        let elsewhere = forge.add("booking.split", #""source":"diary","booking":"A""#)
        let about = forge.add("practice.closed", #""body":{}"#)
        let both = BothVerifiers(try forge.verifier)
        func evidence(_ entries: Int...) throws -> Evidence {
            try forge.evidence(of: "A", entries: [a] + entries, state: state, leaves: [0])
        }
        try both.expect(nil, of: evidence(late, newer))
        for index in [foreign, elsewhere, about] { try both.expect(.entryNotDeclared, of: evidence(index)) }
        var disclosed = try forge.evidence(of: "A", entries: [early, late], state: state, leaves: [0])
        disclosed.entries[0] = Evidence.ShownEntry(forge.included(a))
        try both.expect(nil, of: disclosed)
        disclosed.entries[1].disclosures = [Disclosure(name: "client.name", value: "Asha").text]
        try both.expect(.foreignDisclosure, of: disclosed)
        disclosed.entries = [Evidence.ShownEntry(forge.included(a)), Evidence.ShownEntry(forge.included(early))]
        try both.expect(.entryNotDeclared, of: disclosed)
    }

    @Test func `a state that names an entry of a later program is refused`() throws {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let split = forge.add("booking.split", #""source":"crm","booking":"A""#)
        let state = forge.state(("A", [a, split]))
        try BothVerifiers(forge.verifier).expect(
            .unreadableEntry, of: forge.evidence(of: "A", entries: [a, split], state: state, leaves: [0]))
    }

    @Test func `a leaf that is shown beside an absent id is held to the entries too`() throws {
        var forge = EvidenceForge()
        // S was shown as T before: the entry must stand in both leaves.
        let s = forge.create("S", supersedes: "T")
        let t = forge.create("T")
        let true_ = forge.state(("S", [s]), ("T", [s, t]))
        let false_ = forge.state(("S", [s]), ("T", [t]))
        let both = BothVerifiers(try forge.verifier)
        // T is not asked about: it is the neighbour of U, which is absent; S is a sibling.
        for (state, refusal) in [(true_, nil), (false_, EvidenceRefusal.Kind.entryNotDeclared)] {
            var evidence = try forge.evidence(of: "U", entries: [s], state: state, leaves: [0, 1])
            evidence.siblings = ["S"]
            try both.expect(refusal, of: evidence)
        }
    }

    @Test func `a state that leaves out, adds or mixes up entries is refused`() throws {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let b = forge.create("B", supersedes: "A")
        let c = forge.create("C")
        let states =
            [
                (forge.state(("A", [a, b]), ("B", [b]), ("C", [c])), nil),
                (forge.state(("A", [a]), ("B", [b]), ("C", [c])), .entryNotDeclared),
                (forge.state(("A", [a, b, c]), ("B", [b]), ("C", [c])), .entryMissing),
                (forge.state(("A", [a, b]), ("B", [a, b]), ("C", [c])), .falseCommitment),
                (forge.state(("A", [a, b]), ("B", [b, 99]), ("C", [c])), .falseCommitment),
                (forge.state(("B", [b]), ("A", [a, b]), ("C", [c])), .falseCommitment),
            ] as [(Int, EvidenceRefusal.Kind?)]
        let both = BothVerifiers(try forge.verifier)
        for (state, refusal) in states {
            try both.expect(refusal, of: forge.evidence(of: "A", entries: [a, b], state: state, leaves: [0, 1]))
        }
        try both.expect(
            .falseCommitment, of: forge.evidence(of: "A", entries: [a, b, c], state: states[2].0, leaves: [0, 1]))
        // Two leaves of one id, and an id left out, cannot be told from what is shown of them.
        let twice = forge.state(("A", [a, b]), ("A", [a, b]), ("B", [b]))
        try both.expect(
            .falseCommitment, of: forge.evidence(of: "A", entries: [a, b], state: twice, leaves: [0, 1, 2]))
    }

    @Test func `an entry that does not follow the one before it, which is shown, is refused`() throws {
        for place in 0..<3 {
            var forge = EvidenceForge()
            let wrong = Hash.leaf([1])
            let a = forge.create("A")
            forge.add(
                "notice.sent", #""source":"crm","booking":"A","body":{"reached":true}"#,
                previous: place == 0 ? wrong : nil)
            let state = forge.state(("A", [a, a + 1]), previous: place == 1 ? wrong : nil)
            let late = forge.add(
                "booking.split", #""source":"crm","booking":"A""#, previous: place == 2 ? wrong : nil)
            try BothVerifiers(forge.verifier).expect(
                .brokenChain, of: forge.evidence(of: "A", entries: [a, a + 1, late], state: state, leaves: [0]))
        }
    }

    @Test func `an erasure is shown without what it sealed`() throws {
        var forge = EvidenceForge()
        let (name, who) = (
            Disclosure(name: "client.name", value: "Asha"), Disclosure(name: "actor.client", value: "C-7")
        )
        func sealed(_ disclosure: Disclosure) -> String {
            let digest = Base64.url.encode(Disclosure.digest(of: disclosure.text).bytes)
            return #""sealed":{"\#(disclosure.name)":"\#(digest)"}"#
        }
        let a = forge.create("A", sealed: "," + sealed(name))
        let state = forge.state(("A", [a]))
        let erasure = forge.add("erasure.completed", #"\#(sealed(who)),"body":{"erased":[[\#(a),["client.name"]]]}"#)
        var evidence = try forge.evidence(of: "A", entries: [a, erasure], state: state, leaves: [0])
        evidence.entries[0].erased = [Evidence.Erased(field: "client.name", by: erasure)]
        let both = BothVerifiers(try forge.verifier)
        try both.expect(nil, of: evidence)
        evidence.entries[1].disclosures = [who.text]
        try both.expect(.foreignDisclosure, of: evidence)
        evidence.entries[1].disclosures = []
        evidence.entries[0].disclosures = [name.text]
        try both.expect(.unfoundedErasure, of: evidence)
        evidence.entries[0].erased = []
        try both.expect(.entryNotDeclared, of: evidence)
    }

    @Test func `an erasure that was recorded before what it lists is none`() throws {
        var forge = EvidenceForge()
        let name = Disclosure(name: "client.name", value: "Asha")
        let erasure = forge.add("erasure.completed", #""body":{"erased":[[2,["client.name"]],[3,["client.name"]]]}"#)
        let a = forge.create(
            "A",
            sealed: #","sealed":{"client.name":"\#(Base64.url.encode(Disclosure.digest(of: name.text).bytes))"}"#)
        #expect(a == 2)
        let state = forge.state(("A", [a]))
        var evidence = try forge.evidence(of: "A", entries: [erasure, a], state: state, leaves: [0])
        evidence.entries[1].erased = [Evidence.Erased(field: "client.name", by: erasure)]
        try BothVerifiers(forge.verifier).expect(.unfoundedErasure, of: evidence)
    }

    @Test func `a change from a key to itself is none`() throws {
        var forge = EvidenceForge()
        let key = try forge.verifier.text
        let change = forge.add("key.rotated", #""body":{"from":"\#(key)","to":"\#(key)"}"#)
        let a = forge.create("A")
        let state = forge.state(("A", [a]))
        var evidence = try forge.evidence(of: "A", entries: [a], state: state, leaves: [0])
        let held = try forge.held(change + 1)
        evidence.rotations = [
            Evidence.Rotation(
                checkpoint: held.held, proof: held.proof, entry: forge.included(change, size: change + 1))
        ]
        try BothVerifiers(forge.verifier).expect(.brokenRotation, of: evidence)
    }

    @Test func `a held note is reached by a time-stamp's checkpoint too`() throws {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let state = forge.state(("A", [a]))
        var evidence = try forge.evidence(of: "A", entries: [a], state: state, leaves: [0])
        let stamped = try forge.held(2)
        evidence.timestamps = [
            Evidence.Timestamped(checkpoint: stamped.held, proof: stamped.proof, token: [0x30, 3, 2, 1, 1])
        ]
        let verified = EvidenceVerifier(trusted: [try forge.verifier], held: [stamped.held]).verify(evidence)
        #expect(verified.assurance == [.consistent, .signed, .held] && verified.unreached.isEmpty)
        try BothVerifiers(forge.verifier, held: [stamped.held]).expect(nil, of: evidence)
        let forked = try forge.note(2, root: .zero)
        try BothVerifiers(forge.verifier, held: [forked]).expect(.forked, of: evidence)
    }

    @Test func `a held note says something only where it is this ledger's`() throws {
        var forge = EvidenceForge()
        let a = forge.create("A")
        let state = forge.state(("A", [a]))
        var evidence = try forge.evidence(of: "A", entries: [a], state: state, leaves: [0])
        evidence.consistency = [try forge.held(2)]
        var stranger = EvidenceForge(seed: 10)
        stranger.create("A")
        func expect(_ refusal: EvidenceRefusal.Kind?, _ status: Int, held: SignedNote...) throws {
            try BothVerifiers(forge.verifier, held: held).expect(refusal, of: evidence, status: status)
        }
        let elsewhere = try forge.note(2, origin: "other.example/daybook")
        try expect(nil, 0, held: forge.note(2), forge.note())
        try expect(nil, 3, held: forge.note(1))
        try expect(nil, 3, held: forge.note(0))
        try expect(nil, 3, held: stranger.note(2), forge.note(2))
        try expect(nil, 3, held: elsewhere)
        try expect(.forked, 2, held: elsewhere, forge.note(2, root: .zero))
        let verified = EvidenceVerifier(trusted: [try forge.verifier], held: [elsewhere, try forge.note(2)])
            .verify(evidence)
        #expect(verified.assurance.map(\.rawValue) == ["consistent", "signed", "held"])
        #expect(verified.unreached.map { $0.checkpoint?.origin } == ["other.example/daybook"])
        // The same one twice is said twice, and no more.
        evidence.consistency += [try forge.held(2)]
        try expect(nil, 0, held: forge.note(2))
        evidence.consistency = [Evidence.Consistency(held: try forge.note(0), proof: [])]
        try expect(.notConsistent, 2)
    }
}
