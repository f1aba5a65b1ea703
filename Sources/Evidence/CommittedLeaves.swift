import Bookings
import Transparency

/// Leaves of a state's or a reading's tree, each shown to be in it.
struct CommittedLeaves {
    /// One id, as the tree has it.
    struct Leaf {
        let key: BookingKey
        let index: Int
        /// The entries of the id; none in a reading's tree.
        let entries: [Int]
    }

    private let leaves: [Leaf]
    private let size: Int
    private let what: String

    /// Requires that every leaf is in the tree of this root, spelled as it must be, and that they ascend by id.
    init(
        _ shown: [Evidence.Leaf], size: Int, root: Hash, hasEntries: Bool, _ what: String
    ) throws(EvidenceRefusal) {
        self.size = size
        self.what = what
        guard size > 0 || root == .emptyTree else {
            throw EvidenceRefusal(.falseCommitment, "The tree of \(what) is said to be empty, and has another root.")
        }
        var leaves: [Leaf] = []
        for one in shown {
            let bytes = Array(one.leaf.utf8)
            do throws(ProofError) {
                try Proof.verifyInclusion(of: .leaf(bytes), at: one.index, size: size, root: root, proof: one.proof)
            } catch {
                throw EvidenceRefusal(.falseCommitment, "Leaf \(one.index) is not in the tree of \(what).")
            }
            guard let leaf = CommittedLeaves.read(bytes, index: one.index, hasEntries: hasEntries) else {
                throw EvidenceRefusal(.falseCommitment, "Leaf \(one.index) of \(what) is not spelled as a leaf is.")
            }
            guard leaves.last.map({ $0.key < leaf.key }) ?? true else {
                throw EvidenceRefusal(
                    .falseCommitment,
                    "The ids in the tree of \(what) are out of order: it cannot show that any is absent.")
            }
            leaves.append(leaf)
        }
        self.leaves = leaves
    }

    private static func read(_ bytes: [UInt8], index: Int, hasEntries: Bool) -> Leaf? {
        guard let json = try? JSONValue(canonical: bytes), let source = json["source"]?.string,
            let booking = json["booking"]?.string
        else { return nil }
        let key = BookingKey(source: Identifier(source), booking: Identifier(booking))
        guard hasEntries else {
            return CommitmentTree.snapshotLeaf(key) == bytes ? Leaf(key: key, index: index, entries: []) : nil
        }
        let entries = json["entries"]?.array?.compactMap(\.integer) ?? []
        guard !entries.isEmpty, zip(entries, entries.dropFirst()).allSatisfy({ $0 < $1 }),
            CommitmentTree.stateLeaf(key, entries: entries) == bytes
        else { return nil }
        return Leaf(key: key, index: index, entries: entries)
    }

    subscript(key: BookingKey) -> Leaf? { leaves.first { $0.key == key } }

    /// The leaves that show an id to be absent: two neighbours around it, or the one end of the tree that it lies beyond.
    func absence(of key: BookingKey) throws(EvidenceRefusal) -> Set<Int> {
        guard size > 0 else { return [] }
        let after = leaves.firstIndex { $0.key > key } ?? leaves.endIndex
        let above = after < leaves.endIndex ? leaves[after] : nil
        let below = after > leaves.startIndex ? leaves[after - 1] : nil
        switch (below, above) {
        case (let below?, let above?) where above.index == below.index + 1: return [below.index, above.index]
        case (_, let above?) where above.index == 0: return [0]
        case (let below?, _) where below.index == size - 1: return [below.index]
        default:
            throw EvidenceRefusal(
                .falseAbsence,
                "\(what.prefix(1).uppercased() + what.dropFirst()) is said to have nothing about the id \(key.booking), and "
                    + "the leaves shown do not show that.")
        }
    }

    /// Every leaf is there for an id that is asked about.
    func requireNoOther(than used: Set<Int>) throws(EvidenceRefusal) {
        guard let other = leaves.first(where: { !used.contains($0.index) }) else { return }
        throw EvidenceRefusal(.falseCommitment, "Leaf \(other.index) of \(what) is shown and belongs to nothing here.")
    }
}
