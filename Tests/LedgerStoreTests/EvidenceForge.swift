import Bookings
import Evidence
import Foundation
import TestSupport
import Testing
import Transparency

/// A ledger that is made by hand and with its key, and so can lie in every way in which its holder could: entries of any
/// content, links and types, trees over any leaves. Its proofs are those of the RFC's own definition.
struct EvidenceForge {
    static let origin = "forge.example/daybook"

    private(set) var entries: [[UInt8]] = []
    private var trees: [Int: [[UInt8]]] = [:]
    private let seed: [UInt8]

    init(seed: UInt8 = 9) {
        self.seed = [UInt8](repeating: seed, count: 32)
        add("ledger.opened", #""body":{"format":"daybook/v1"}"#)
    }

    var verifier: VerifierKey {
        get throws { try key().verifierKey(name: EvidenceForge.origin) }
    }

    private func key() throws -> SigningKey {
        guard let key = SigningKey(seed: seed) else { throw CocoaError(.coderInvalidValue) }
        return key
    }

    /// Adds an entry with these members behind its type, and gives its index.
    @discardableResult
    mutating func add(_ type: String, _ members: String, previous: Hash? = nil, daybook: Int = 1) -> Int {
        let index = entries.count
        let link = (previous ?? entries.last.map { .leaf($0) } ?? .zero).base64
        let time = "2026-01-05T08:00:\(index < 10 ? "0" : "")\(index).000000Z"
        entries.append(
            Array(
                (#"{"daybook":\#(daybook),"origin":"\#(EvidenceForge.origin)","index":\#(index),"previous":"\#(link)","#
                    + #""recorded":"\#(time)","type":"\#(type)",\#(members)}"#).utf8))
        return index
    }

    @discardableResult
    mutating func create(_ booking: String, supersedes: String? = nil, source: String = "crm", sealed: String = "")
        -> Int
    {
        let former = supersedes.map { #","supersedes":"\#($0)""# } ?? ""
        return add(
            "booking.created",
            #""source":"\#(source)","basis":"reported","booking":"\#(booking)"\#(former),"appointment":{}\#(sealed)"#)
    }

    /// Adds a state that says this, true or not: ids of the source `crm` with their entries, in this order.
    @discardableResult
    mutating func state(_ ids: (id: String, entries: [Int])..., previous: Hash? = nil) -> Int {
        let leaves = ids.map {
            CommitmentTree.stateLeaf(
                BookingKey(source: "crm", booking: Identifier($0.id)), entries: $0.entries)
        }
        let root = NaiveTree(entries: leaves).root(size: leaves.count).base64
        trees[entries.count] = leaves
        return add("ledger.state", #""body":{"size":\#(leaves.count),"root":"\#(root)"}"#, previous: previous)
    }

    /// Adds a complete reading of a source that saw these ids.
    @discardableResult
    mutating func reading(_ ids: String..., source: String = "crm") -> Int {
        let leaves = ids.map {
            CommitmentTree.snapshotLeaf(BookingKey(source: Identifier(source), booking: Identifier($0)))
        }
        let tree = NaiveTree(entries: leaves)
        trees[entries.count] = leaves
        return add(
            "snapshot.taken",
            #""source":"\#(source)","body":{"takenAt":"2026-01-05T07:00:00.000000Z","complete":true,"rows":1,"#
                + #""digest":"\#(Hash.zero.base64)","size":\#(leaves.count),"root":"\#(tree.root(size: leaves.count).base64)"}"#
        )
    }

    /// The checkpoint over the first entries; over all of them without a number.
    func note(_ size: Int? = nil, root: Hash? = nil, origin: String = EvidenceForge.origin) throws -> SignedNote {
        let size = size ?? entries.count
        let root = root ?? NaiveTree(entries: entries).root(size: size)
        return Checkpoint(origin: origin, size: size, root: root).signed(by: try key())
    }

    /// An entry under the checkpoint over the first entries; over all of them without a number.
    func included(_ index: Int, size: Int? = nil) -> Evidence.Included {
        let proof = NaiveTree(entries: entries).inclusionProof(of: index, size: size ?? entries.count)
        return Evidence.Included(index: index, bytes: entries[index], proof: proof)
    }

    /// The state or reading at an index with these of its leaves.
    func commitment(_ index: Int, leaves places: [Int]) -> Evidence.Commitment {
        let leaves = trees[index] ?? []
        let tree = NaiveTree(entries: leaves)
        return Evidence.Commitment(
            included(index),
            leaves: places.map {
                Evidence.Leaf(
                    leaf: String(decoding: leaves[$0], as: UTF8.self), index: $0,
                    proof: tree.inclusionProof(of: $0, size: leaves.count))
            })
    }

    /// Evidence of these entries under this state, of which these leaves are shown.
    func evidence(
        of booking: Identifier, entries shown: [Int], state: Int, leaves: [Int], readings: [(Int, [Int])] = []
    ) throws -> Evidence {
        var evidence = Evidence(
            origin: EvidenceForge.origin, verifier: try verifier, source: "crm", booking: booking,
            checkpoint: try note(),
            entries: shown.map { Evidence.ShownEntry(included($0)) }, state: commitment(state, leaves: leaves))
        evidence.snapshots = readings.map { commitment($0.0, leaves: $0.1) }
        return evidence
    }

    func held(_ size: Int) throws -> Evidence.Consistency {
        Evidence.Consistency(
            held: try note(size), proof: NaiveTree(entries: entries).consistencyProof(from: size, to: entries.count))
    }
}

/// What both verifiers say of one file: they share no code, and must never disagree.
struct BothVerifiers {
    let verifier: VerifierKey
    let held: [SignedNote]

    init(_ verifier: VerifierKey, held: [SignedNote] = []) {
        self.verifier = verifier
        self.held = held
    }

    /// What is wrong with the file in this program's word; `nil` where it is accepted.
    static func refusal(of bytes: [UInt8], by verifier: EvidenceVerifier) -> String? {
        switch Result(catching: { () throws(EvidenceFormError) in try Evidence(bytes: bytes) }) {
        case .success(let evidence): verifier.verify(evidence).refusal?.kind.rawValue
        case .failure: "form"
        }
    }

    /// Requires that both refuse the file, this program for this reason; or that both accept it.
    func expect(
        _ refusal: EvidenceRefusal.Kind?, of evidence: Evidence, status: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let here = BothVerifiers.refusal(of: evidence.bytes, by: EvidenceVerifier(trusted: [verifier], held: held))
        #expect(here == refusal?.rawValue, sourceLocation: sourceLocation)
        let question = PythonVerifier.Question(evidence.bytes, held: held.map(\.description))
        guard let there = try PythonVerifier.answers(to: [question], trusting: verifier.text)?.first else { return }
        #expect(
            there.status == status ?? (refusal == nil ? 0 : 2), "\(there.output)", sourceLocation: sourceLocation)
    }
}
