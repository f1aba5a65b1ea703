import Bookings
import Evidence
import Transparency

/// Evidence that breaks one rule each, around a ledger of every kind of entry that evidence shows.
struct Forgeries {
    /// A file, and the step that must not agree; `nil` where all must.
    struct Case {
        let name: String
        let evidence: Evidence
        let step: String?
    }

    private(set) var cases: [Case] = []

    private static let crm: Identifier = "crm"
    private static func key(_ id: Identifier) -> BookingKey { BookingKey(source: crm, booking: id) }
    private static let honest: [(BookingKey, [Int])] = [
        (key("A-1"), [1, 3]), (key("A-2"), [3]), (key("B-1"), [2]), (key("C-1"), [4]),
    ]
    private static let disclosures = (0..<5).map { place in
        Disclosure(salt: [UInt8](repeating: UInt8(place), count: 16), name: "client.name", value: "Client \(place)")
    }

    /// A-1 became A-2; B-1 is its sibling; C-1 is somebody else's. `spoil` changes an entry before it is recorded.
    private static func good(
        _ leaves: [(BookingKey, [Int])] = honest, spoil: (inout Entry) -> Void = { _ in }
    ) -> (ledger: SmallLedger, evidence: Evidence) {
        var ledger = SmallLedger()
        func book(_ id: Identifier, _ type: EntryType = .created, after former: Identifier? = nil) {
            let index = ledger.size
            _ = ledger.append(type) { entry in
                entry.source = crm
                entry.booking = id
                entry.supersedes = former
                entry.basis = .reported
                entry.appointment = Appointment()
                entry.sealed = [disclosures[index].sealed]
                spoil(&entry)
            }
        }
        book("A-1")
        book("B-1")
        book("A-2", .modified, after: "A-1")
        book("C-1")
        let first = ledger.reading(["A-2", "B-1", "C-1"].map { key($0) })
        let second = ledger.reading(["B-1", "C-1"].map { key($0) })
        let state = ledger.state(leaves)
        let erased: JSONValue = .array([.array([.integer(1), .strings(["client.name"])])])
        _ = ledger.append(.erasureCompleted) { $0.body = .object(["erased": erased]) }
        for id in ["A-2", "C-1"] as [Identifier] {
            _ = ledger.append(.noticeSent) { entry in
                entry.source = crm
                entry.booking = id
                entry.body = .object(["reached": .boolean(true)])
            }
        }
        var evidence = ledger.evidence(about: key("A-1"), state: state)
        evidence.state.leaves = state.leaves.filter { !$0.leaf.contains("C-1") }
        evidence.siblings = ["B-1"]
        evidence.entries = [1, 2, 3, 8, 9].map { Evidence.ShownEntry(ledger.included($0)) }
        evidence.entries[0].erased = [.init(field: "client.name", by: 8)]
        evidence.entries[2].disclosures = [disclosures[3].text]
        // come before B-1, the first id of the second reading.
        evidence.snapshots = [
            Evidence.Commitment(ledger.included(5), leaves: [first.leaves[0]]),
            Evidence.Commitment(ledger.included(6), leaves: [second.leaves[0]]),
        ]
        return (ledger, evidence)
    }

    init() {
        let (ledger, good) = Forgeries.good()
        func add(_ name: String, _ step: String?, _ change: (inout Evidence) -> Void) {
            var forged = good
            change(&forged)
            cases.append(Case(name: name, evidence: forged, step: step))
        }
        func shown(_ index: Int) -> Evidence.ShownEntry { Evidence.ShownEntry(ledger.included(index)) }

        add("as it should be", nil) { _ in }
        add("without the entry after the state", nil) { $0.entries.removeLast() }
        add("a sibling's client", "disclosed") { $0.entries[1].disclosures = [Forgeries.disclosures[2].text] }
        add("a value twice", "disclosed") { $0.entries[2].disclosures += $0.entries[2].disclosures }
        add("a value disclosed and erased", "disclosed") { $0.entries[0].disclosures = [Forgeries.disclosures[1].text] }
        add("a field erased by a notice", "disclosed") { forged in
            forged.entries.remove(at: 3)
            forged.entries[0].erased[0].by = 9
        }
        add("a field erased by an entry that is not shown", "disclosed") { $0.entries.remove(at: 3) }
        add("a field erased that was not", "disclosed") {
            $0.entries[2] = shown(3); $0.entries[2].erased = $0.entries[0].erased
        }
        add("a field erased that never was", "disclosed") { $0.entries[0].erased[0].field = "note" }
        add("an erasure without use", "complete") { $0.entries[0].erased = [] }
        add("somebody else's notice", "complete") { $0.entries.append(shown(10)) }
        add("somebody else's booking", "complete") { $0.entries.insert(shown(4), at: 3) }
        add("an entry left out", "complete") { $0.entries.remove(at: 2) }
        add("a sibling's entry left out", "complete") { $0.entries.remove(at: 1) }
        add("a leaf left out", "complete") { $0.state.leaves.remove(at: 1) }
        add("the booking's own id as a sibling", "complete") { forged in
            forged.siblings = ["A-2"]
            forged.state.leaves.removeLast()
            forged.entries.remove(at: 1)
        }
        add("a sibling that nobody names", "complete") { $0.siblings = [] }
        add("a reading for the state", "state") { $0.state = $0.snapshots[0] }
        add("a leaf of another tree", "state") { $0.state.leaves[0].leaf = $0.snapshots[0].leaves[0].leaf }
        add("a leaf at another place", "state") { $0.state.leaves[2].index += 1 }
        add("only readings without it", "snapshots") { $0.snapshots.removeFirst() }
        add("absent without a neighbour", "snapshots") { $0.snapshots[1].leaves = [] }
        add("a state for a reading", "snapshots") { $0.snapshots.append($0.state) }
        add("a leaf of somebody else", "complete") { $0.state = ledger.whole($0.state, Forgeries.honest) }
        add("a checkpoint without its key's signature", "signature") { $0.checkpoint = ledger.note(seed: 3) }
        add("a checkpoint of another ledger", "signature") { forged in
            let text = forged.checkpoint.text.replacing(SmallLedger.origin, with: "other.example")
            forged.checkpoint = SmallLedger.sign(text: text, 1)
        }
        add("a checkpoint that is none", "signature") { forged in
            forged.checkpoint = SmallLedger.sign(text: "\(SmallLedger.origin)\n011\n\(Hash.zero.base64)\n", 1)
        }
        add("a signature line twice", "signature") { forged in
            let note = forged.checkpoint
            forged.checkpoint = SignedNote(text: note.text, signatures: note.signatures + note.signatures)
        }
        add("a key of another name", "key") { forged in
            forged.verifier = VerifierKey(name: "other.example", publicKey: forged.verifier.publicKey)
        }
        add("a signature over another text", "signature") { forged in
            forged.checkpoint = SignedNote(
                text: ledger.note(size: 10).text, signatures: forged.checkpoint.signatures)
        }
        add("the proof of another entry", "entries") { $0.entries[0].included.proof = $0.entries[1].included.proof }
        add("a proof too long", "entries") { $0.entries[0].included.proof.append(.zero) }
        add("another index", "entries") { $0.entries[4].included.index = 10 }

        func lie(_ name: String, _ step: String, _ leaves: [(BookingKey, [Int])]) {
            cases.append(Case(name: name, evidence: Forgeries.good(leaves).evidence, step: step))
        }
        let honest = Forgeries.honest
        lie("a state that omits an entry", "complete", [(honest[0].0, [1])] + honest.dropFirst())
        lie("a state that omits the second id", "complete", [honest[0]] + honest.dropFirst(2))
        lie(
            "a state that counts a foreign entry", "complete",
            [honest[0], (honest[1].0, [2, 3])] + honest.dropFirst(2))
        lie(
            "a state that names what follows it", "complete", [honest[0], (honest[1].0, [3, 9])] + honest.dropFirst(2))
        lie("a leaf out of order", "state", [(honest[0].0, [3, 1])] + honest.dropFirst())
        lie("a state out of order", "state", [honest[1], honest[0]] + honest.dropFirst(2))
        cases.append(Forgeries.empty(root: .emptyTree, step: nil))
        cases.append(Forgeries.empty(root: .zero, step: "state"))
        func spoil(_ name: String, _ step: String, _ change: @escaping (inout Entry) -> Void) {
            let evidence = Forgeries.good { if $0.index == 3 { change(&$0) } }.evidence
            cases.append(Case(name: name, evidence: evidence, step: step))
        }
        spoil("an entry that follows another one", "chain") { $0.previous = .zero }
        spoil("an entry of another ledger", "entries") { $0.origin = "other.example" }
        spoil("an entry of another place", "entries") { $0.index = 7 }
        spoil("an entry of another source", "complete") { $0.source = "crm2" }
    }
}

extension Forgeries {
    /// A state over no ids, with this root.
    private static func empty(root: Hash, step: String?) -> Case {
        var ledger = SmallLedger()
        let index = ledger.append(.ledgerState) { entry in
            entry.body = .object(["size": .integer(0), "root": .string(root.base64)])
        }
        let state = Evidence.Commitment(ledger.included(index), leaves: [])
        return Case(
            name: "a state over nothing with the root \(root)",
            evidence: ledger.evidence(about: key("A-1"), state: state),
            step: step)
    }
}

extension SmallLedger {
    /// A state over these leaves with all of them shown.
    func whole(_ state: Evidence.Commitment, _ leaves: [(BookingKey, [Int])]) -> Evidence.Commitment {
        Evidence.Commitment(
            state.included,
            leaves: SmallLedger.tree(leaves.map { CommitmentTree.stateLeaf($0.0, entries: $0.1) }).leaves)
    }

    /// Appends a reading that saw these ids, and returns it with all its leaves.
    mutating func reading(_ keys: [BookingKey]) -> Evidence.Commitment {
        let (leaves, root) = SmallLedger.tree(keys.map { CommitmentTree.snapshotLeaf($0) })
        let index = append(.snapshotTaken) { entry in
            entry.source = keys[0].source
            entry.body = .object([
                "takenAt": .string(entry.recorded.text), "complete": .boolean(true), "rows": .integer(keys.count),
                "digest": .string(Hash.zero.base64), "size": .integer(keys.count), "root": .string(root.base64),
            ])
        }
        return Evidence.Commitment(included(index), leaves: leaves)
    }
}
