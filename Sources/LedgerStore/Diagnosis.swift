import Bookings
import GRDB
import Transparency

/// What a broken place in the chain means: edited, deleted, inserted or reordered.
enum Diagnosis {
    static func missing(_ index: Int) -> Defect {
        Defect(code: "AR401", index: index, kind: .deleted, sentence: "Entry \(index) is missing: it was taken out.")
    }

    static func node(_ position: NodePosition) -> Defect {
        Defect(
            code: "AR401", index: position.leaves.lowerBound, kind: .treeNode,
            sentence: "The stored node of the tree over entries \(position.leaves.lowerBound) to "
                + "\(position.leaves.upperBound - 1) is not what those entries give.")
    }

    /// The stored leaf hash is not that of the bytes. The entry after quotes one of the two, and so tells which changed.
    static func edited(_ index: Int, leaf: Hash, in database: Database) throws -> Defect {
        let quoted = try EntryStore(database).entry(at: index + 1)?.previous
        let what = quoted == leaf ? "The hash stored beside entry \(index)" : "Entry \(index)"
        return Defect(
            code: "AR401", index: index, kind: .edited, sentence: "\(what) was changed after it was recorded.")
    }

    /// The bytes do not start as an entry at this place must. `isLocal` is false where all that follows is shifted.
    static func misplaced(
        bytes: [UInt8], at index: Int, origin: String, previous: Hash, in database: Database
    ) throws -> (defect: Defect, isLocal: Bool) {
        guard let entry = try? Entry(bytes: bytes) else {
            return (
                Defect(
                    code: "AR401", index: index, kind: .edited,
                    sentence: "Entry \(index) was changed after it was recorded: its bytes are no longer an entry."),
                true
            )
        }
        guard entry.origin == origin else {
            return (
                Defect(
                    code: "AR401", index: index, kind: .inserted,
                    sentence: "Entry \(index) comes from another ledger (\"\(entry.origin)\")."), true
            )
        }
        guard entry.index == index else {
            let follows = try EntryStore(database).entry(at: index + 1)?.index == entry.index + 1
            let kind: Defect.Kind = !follows ? .reordered : entry.index > index ? .deleted : .inserted
            let sentence =
                switch kind {
                case .deleted:
                    "Entry \(index) is missing: what stands in its place was recorded as entry \(entry.index)."
                case .inserted:
                    "Entry \(index) was put in later: what stands there says that it is entry \(entry.index)."
                default:
                    "Entries were put in another order: at place \(index) stands what was recorded as entry \(entry.index)."
                }
            return (Defect(code: "AR401", index: index, kind: kind, sentence: sentence), kind == .reordered)
        }
        return (
            Defect(
                code: "AR401", index: max(0, index - 1), kind: .edited,
                sentence: "Entry \(index) quotes another hash for the entry before it: entry \(max(0, index - 1)) was "
                    + "changed after it was recorded, or entry \(index) was put in later."), true
        )
    }
}
