import Bookings
import Evidence
import TestSupport

/// What is done to the marks of erased fields, and to the entries that they point to.
extension EvidenceTampering {
    /// Where a mark stands in a file.
    private struct Mark {
        let place: Int
        let position: Int
        let field: String
        let by: Int
    }

    private func marks(in copy: Evidence) -> [Mark] {
        copy.entries.indices.flatMap { place in
            copy.entries[place].erased.enumerated().map { position, erased in
                Mark(place: place, position: position, field: erased.field, by: erased.by)
            }
        }
    }

    func changeErasures(of copy: inout Evidence, in ledger: RandomLedger, _ random: inout SplitMix64) -> Bool {
        if self == .disclosedErased { return eraseDisclosed(of: &copy, in: ledger, &random) }
        guard let mark = marks(in: copy).randomElement(using: &random) else { return false }
        let index = copy.entries[mark.place].included.index
        let sealed = ledger.entries[index].sealed.map(\.name)
        switch self {
        case .erasureNowhere: copy.entries[mark.place].erased[mark.position].by = ledger.entries.count + 7
        case .erasureOfOther, .erasureEarlier:
            let others = ledger.erasures(under: copy.checkpoint).filter {
                !ledger.lists($0, index, mark.field) && ($0.index < index) == (self == .erasureEarlier)
            }
            guard let other = others.randomElement(using: &random) else { return false }
            copy.entries[mark.place].erased[mark.position].by = other.index
            if !marks(in: copy).contains(where: { $0.by == mark.by }) { drop(mark.by, from: &copy) }
            guard ledger.show(other.index, in: &copy) else { return false }
        case .erasureMoved:
            let erasure = ledger.entries[mark.by]
            let others = copy.entries.indices.filter { place in
                let index = copy.entries[place].included.index
                return !ledger.lists(erasure, index, mark.field)
                    && ledger.entries[index].sealed.contains { $0.name == mark.field }
            }
            guard let other = others.randomElement(using: &random) else { return false }
            copy.entries[other].erased.append(copy.entries[mark.place].erased.remove(at: mark.position))
        case .erasedFieldRenamed:
            let others = sealed.filter { !ledger.lists(ledger.entries[mark.by], index, $0) } + ["no.such"]
            copy.entries[mark.place].erased[mark.position].field = others.randomElement(using: &random)!
        case .erasedDisclosed:
            guard let kept = ledger.kept[index]?.first(where: { $0.name == mark.field }) else { return false }
            copy.entries[mark.place].disclosures.append(kept.text)
        default:
            if self != .erasureMarksDropped { drop(mark.by, from: &copy) }
            guard self != .erasureEntryDropped else { break }
            for place in copy.entries.indices { copy.entries[place].erased.removeAll { $0.by == mark.by } }
        }
        return true
    }

    /// Claims of a field whose value stands there that an entry, which is shown, had it erased.
    private func eraseDisclosed(
        of copy: inout Evidence, in ledger: RandomLedger, _ random: inout SplitMix64
    ) -> Bool {
        guard
            let place = copy.entries.indices.filter({ !copy.entries[$0].disclosures.isEmpty })
                .randomElement(using: &random),
            let disclosure = Disclosure(text: copy.entries[place].disclosures[0]),
            let erasure = ledger.erasures(under: copy.checkpoint).randomElement(using: &random)
        else { return false }
        copy.entries[place].erased.append(Evidence.Erased(field: disclosure.name, by: erasure.index))
        return ledger.show(erasure.index, in: &copy)
    }

    private func drop(_ index: Int, from copy: inout Evidence) {
        copy.entries.removeAll { $0.included.index == index }
    }
}
