import Bookings
import Transparency

/// An entry that is shown, and what it says; `entry` is `nil` for one that this program does not understand.
struct ShownRecord {
    let shown: Evidence.ShownEntry
    let entry: Entry?

    var index: Int { shown.included.index }

    /// The ids of a source that the entry is about; those of an entry that is not understood stand in the same members.
    func bookings(of source: Identifier) -> Set<Identifier> {
        if let entry { return entry.source == source ? Set([entry.booking, entry.supersedes].compactMap(\.self)) : [] }
        guard let json = try? JSONValue(canonical: shown.included.bytes),
            json["source"]?.string.map({ Identifier($0) }) == source
        else { return [] }
        return Set([json["booking"], json["supersedes"]].compactMap { $0?.string.map { Identifier($0) } })
    }
}

/// Which ids the file is about, once the state has been held against the entries.
struct Scope {
    /// The booking, and the ids that it superseded or that superseded it.
    let closure: Set<Identifier>
    /// Other bookings that are shown beside it.
    let siblings: Set<Identifier>
    /// The entries that the state declares, of all these ids.
    let declared: Set<Int>
    /// True where the state declares that nothing is recorded under the booking's id, and nothing follows.
    let isAbsent: Bool
    /// What was shown, for the list of steps.
    let sentence: String
}

/// The newest `ledger.state`, with leaves of its tree.
struct StateCheck {
    let entry: Entry
    let size: Int
    let root: Hash
    private let evidence: Evidence
    private let leaves: CommittedLeaves

    init(_ evidence: Evidence, _ entry: Entry) throws(EvidenceRefusal) {
        guard let size = entry.body?["size"]?.integer,
            let root = entry.body?["root"]?.string.flatMap({ Hash(base64: $0) })
        else { throw EvidenceRefusal(.falseCommitment, "The state does not commit to a tree.") }
        self.entry = entry
        self.size = size
        self.root = root
        self.evidence = evidence
        leaves = try CommittedLeaves(evidence.state.leaves, size: size, root: root, hasEntries: true, "the state")
    }

    /// Holds the entries against the leaves: exactly what is declared is shown, over the closure of `supersedes`.
    func scope(of records: [ShownRecord]) throws(EvidenceRefusal) -> Scope {
        let siblings = Set(evidence.siblings)
        let closure = closure(over: records.compactMap(\.entry))
        guard closure.isDisjoint(with: siblings) else {
            throw EvidenceRefusal(
                .entryNotDeclared, "A booking that is shown as another one belongs to this one by \"supersedes\".")
        }
        var owners: [Int: Set<Identifier>] = [:]
        var used: Set<Int> = []
        var absent: [Identifier] = []
        for id in closure.union(siblings).sorted() {
            let key = BookingKey(source: evidence.source, booking: id)
            if let leaf = leaves[key] {
                used.insert(leaf.index)
                for index in leaf.entries { owners[index, default: []].insert(id) }
            } else {
                used.formUnion(try leaves.absence(of: key))
                absent.append(id)
            }
        }
        try leaves.requireNoOther(than: used)
        try requireShown(owners, records)
        let erasures = Set(records.flatMap { $0.shown.erased.map(\.by) })
        for record in records { try require(record, closure.union(siblings), erasures) }
        let isAbsent = absent.contains(evidence.booking) && !records.contains { $0.entry?.booking == evidence.booking }
        let count = owners.count
        return Scope(
            closure: closure, siblings: siblings, declared: Set(owners.keys), isAbsent: isAbsent,
            sentence: isAbsent && closure.count == 1 && siblings.isEmpty
                ? "The state has no leaf for the booking: its neighbours stand side by side."
                : "The state declares \(count) \(count == 1 ? "entry" : "entries") for the ids shown, and exactly these are "
                    + "shown.")
    }

    /// The booking's own id, and those that its entries lead to, both ways.
    private func closure(over entries: [Entry]) -> Set<Identifier> {
        var closure: Set = [evidence.booking]
        var grows = true
        while grows {
            grows = false
            for entry in entries where entry.source == evidence.source {
                guard let booking = entry.booking, let former = entry.supersedes,
                    closure.contains(booking) != closure.contains(former)
                else { continue }
                closure.formUnion([booking, former])
                grows = true
            }
        }
        return closure
    }

    private func requireShown(_ owners: [Int: Set<Identifier>], _ records: [ShownRecord]) throws(EvidenceRefusal) {
        let byIndex = Dictionary(uniqueKeysWithValues: records.map { ($0.index, $0) })
        for (index, ids) in owners.sorted(by: { $0.key < $1.key }) {
            guard index < entry.index else {
                throw EvidenceRefusal(.falseCommitment, "The state declares entry \(index), which comes after it.")
            }
            guard let record = byIndex[index] else {
                throw EvidenceRefusal(
                    .entryMissing,
                    "The ledger declares that entry \(index) belongs to the booking, and it is not shown.")
            }
            guard let entry = record.entry else {
                throw EvidenceRefusal(
                    .unreadableEntry,
                    "Entry \(index) belongs to the booking, and is of a version or type that this program does not "
                        + "understand.")
            }
            guard entry.type.isAboutBooking, entry.source == evidence.source,
                ids.allSatisfy({ entry.booking == $0 || entry.supersedes == $0 })
            else {
                throw EvidenceRefusal(
                    .falseCommitment, "The state counts entry \(index) to an id that the entry is not about.")
            }
        }
    }

    /// A shown entry is declared, or follows the state and is about one of the ids, or records an erasure that is used.
    private func require(
        _ record: ShownRecord, _ ids: Set<Identifier>, _ erasures: Set<Int>
    ) throws(EvidenceRefusal) {
        if let type = record.entry?.type, type == .erasureCompleted, erasures.contains(record.index) { return }
        let about = record.bookings(of: evidence.source)
        guard record.entry?.type.isAboutBooking ?? true, !about.isDisjoint(with: ids) else {
            throw EvidenceRefusal(.entryNotDeclared, "Entry \(record.index) is shown, and is not about this booking.")
        }
        guard record.index < entry.index else { return }
        for id in about {
            // The leaf of an id that only stands beside an absent one is shown too, and is held to the same.
            let leaf = leaves[BookingKey(source: evidence.source, booking: id)]
            guard leaf?.entries.contains(record.index) ?? !ids.contains(id) else {
                throw EvidenceRefusal(
                    .entryNotDeclared,
                    "Entry \(record.index) is about the booking \(id), and the state, which comes after it, does not "
                        + "declare it.")
            }
        }
    }
}
