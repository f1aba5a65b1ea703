import Bookings
import GRDB
import Transparency

/// What a broken place in the chain means: edited, deleted, inserted or reordered.
enum Diagnosis {
    static func missing(_ index: Int) -> Defect {
        Defect(code: "AR401", index: index, kind: .deleted, sentence: "Entry \(index) is missing: it was taken out.")
    }

    static func before(_ place: Int) -> Defect {
        Defect(
            code: "AR401", index: nil, kind: .inserted,
            sentence: "An entry stands at place \(place), before the first: it was put in later.")
    }

    static func unreadable(_ index: Int, _ reason: JSONError) -> Defect {
        Defect(
            code: "AR401", index: index, kind: .unreadable,
            sentence:
                "Entry \(index) is in its place in chain and tree, and is no entry (\(reason.reason)): it was not "
                + "written by this program.")
    }

    /// The most entries of which it is told that they are none.
    static let mostUnreadable = 20

    /// Why bytes are no entry; `nil` for one of a later program too, which this one does not understand.
    static func refusal(of bytes: UnsafeRawBufferPointer) -> JSONError? {
        do throws(EntryError) { _ = try EntryView(bytes) } catch {
            if case .refused(let reason) = error { return reason }
        }
        return nil
    }

    static func node(_ position: NodePosition) -> Defect {
        Defect(
            code: "AR401", index: position.leaves.lowerBound, kind: .treeNode,
            sentence: "The stored node of the tree over entries \(position.leaves.lowerBound) to "
                + "\(position.leaves.upperBound - 1) is not what those entries give.")
    }

    /// What is wrong at a place whose bytes do not start as they must, or are not those of the leaf hash beside them.
    ///
    /// `quoted` is the leaf hash by which the entry after it, if there is one, knows this one: the chain is followed
    /// from there, so that one cause is told once. `isLocal` is false where all that follows is shifted.
    static func broken(
        bytes: [UInt8], leaf: Hash, stored: Hash?, at index: Int, origin: String, in database: Database
    ) throws -> (defect: Defect, quoted: Hash, isLocal: Bool) {
        let next = try EntryStore(database).entry(at: index + 1)
        let quoted = next?.index == index + 1 ? next!.previous : stored ?? leaf
        // A row that was moved or forged carries its own hash; where the hash is another's, something was changed here.
        guard stored == leaf else { return (edited(index, isHash: next?.previous == leaf), quoted, true) }
        guard let entry = try? Entry(bytes: bytes) else {
            let sentence = "Entry \(index) was changed after it was recorded: its bytes are no longer an entry."
            return (Defect(code: "AR401", index: index, kind: .edited, sentence: sentence), quoted, true)
        }
        guard entry.origin == origin else {
            let sentence = "Entry \(index) comes from another ledger (\"\(entry.origin)\")."
            return (Defect(code: "AR401", index: index, kind: .inserted, sentence: sentence), quoted, true)
        }
        guard entry.index == index else {
            let follows = next.map { $0.index == entry.index + 1 } ?? true
            let kind: Defect.Kind = !follows ? .reordered : entry.index > index ? .deleted : .inserted
            return (misplaced(entry.index, at: index, kind: kind), quoted, kind == .reordered)
        }
        let before = max(0, index - 1)
        let sentence =
            "Entry \(index) quotes another hash for the entry before it: entry \(before) was changed after it was "
            + "recorded, or entry \(index) was put in later."
        return (Defect(code: "AR401", index: before, kind: .edited, sentence: sentence), quoted, true)
    }

    private static func edited(_ index: Int, isHash: Bool) -> Defect {
        let what = isHash ? "The hash stored beside entry \(index)" : "Entry \(index)"
        return Defect(
            code: "AR401", index: index, kind: .edited, sentence: "\(what) was changed after it was recorded.")
    }

    private static func misplaced(_ recorded: Int, at index: Int, kind: Defect.Kind) -> Defect {
        let sentence =
            switch kind {
            case .deleted: "Entry \(index) is missing: what stands in its place was recorded as entry \(recorded)."
            case .inserted: "Entry \(index) was put in later: what stands there says that it is entry \(recorded)."
            default:
                "Entries were put in another order: at place \(index) stands what was recorded as entry \(recorded)."
            }
        return Defect(code: "AR401", index: index, kind: kind, sentence: sentence)
    }
}
