import Bookings
import Evidence
import TestSupport
import Transparency

/// What is done to evidence by somebody who has the file, other files of the same ledger, and no key.
enum EvidenceTampering: CaseIterable {
    case entryDropped, entryOfOther, entriesOfOther, entriesExchanged, entryMisplaced
    case stateLeafDropped, stateLeafOfOther, entryUnnamed
    case readingLeafDropped, readingOfOther, readingsLeavesOfOther
    case hashDropped, hashesSwapped, hashChanged
    case disclosureOfOther, disclosureTwice, disclosureOfSibling
    case bookingRenamed, sourceRenamed, siblingAdded, siblingForgotten
    case olderCheckpoint, stateOfOther, keyRenamed, heldNoteOfOther
    case erasureClaimed, erasureNowhere, erasureOfOther, erasureEarlier, erasureMoved, erasedFieldRenamed
    case erasureEntryDropped, erasureMarksDropped, erasedDisclosed, disclosedErased
    case rotationDropped, rotationsSwapped, rotationNotesSwapped, rotationBySuccessor
    case rotationEntryReplaced, rotationEntryForged, rotationToStranger, verifierExchanged, verifierOlder
    case signatureTwice, signatureInVain
    /// What is left is true, if less: both accept it, or neither.
    case disclosureDropped, readingDropped, heldNoteDropped, heldNoteTwice, erasureForgotten, oldestRotationDropped

    var isStillTrue: Bool {
        switch self {
        case .disclosureDropped, .readingDropped, .heldNoteDropped, .heldNoteTwice, .erasureForgotten,
            .oldestRotationDropped:
            true
        default: false
        }
    }

    /// The key that its reader trusts, of those that the file leads through.
    func trusted(among keys: [VerifierKey], using random: inout SplitMix64) -> VerifierKey {
        switch self {
        // Without its oldest key a file is as true to whoever knows only a later one.
        case .rotationDropped: keys[0]
        case .oldestRotationDropped: keys[keys.count - 1]
        default: keys.randomElement(using: &random)!
        }
    }

    /// The tampered file; `nil` where there is nothing to do this to.
    func applied(
        to evidence: Evidence, with other: Evidence, in ledger: RandomLedger, using random: inout SplitMix64
    ) -> Evidence? {
        var copy = evidence
        let isDone =
            switch self {
            case .entryDropped, .entryOfOther, .entriesOfOther, .entriesExchanged, .entryMisplaced:
                changeEntries(of: &copy, with: other, &random)
            case .stateLeafDropped, .stateLeafOfOther, .entryUnnamed, .stateOfOther:
                changeState(of: &copy, with: other, &random)
            case .readingLeafDropped, .readingOfOther, .readingsLeavesOfOther, .readingDropped:
                changeReadings(of: &copy, with: other, &random)
            case .hashDropped, .hashesSwapped, .hashChanged: changeProof(of: &copy, &random)
            case .disclosureOfOther, .disclosureTwice, .disclosureOfSibling, .disclosureDropped, .erasureClaimed:
                changeFields(of: &copy, with: other, in: ledger, &random)
            case .erasureNowhere, .erasureOfOther, .erasureEarlier, .erasureMoved, .erasedFieldRenamed,
                .erasureEntryDropped, .erasureMarksDropped, .erasedDisclosed, .disclosedErased, .erasureForgotten:
                changeErasures(of: &copy, in: ledger, &random)
            case .rotationDropped, .rotationsSwapped, .rotationNotesSwapped, .rotationBySuccessor,
                .rotationEntryReplaced, .rotationEntryForged, .rotationToStranger, .verifierExchanged, .verifierOlder,
                .oldestRotationDropped, .signatureTwice, .signatureInVain:
                changeKeys(of: &copy, in: ledger, &random)
            default: changeRest(of: &copy, with: other, in: ledger, &random)
            }
        return isDone ? copy : nil
    }

    private func changeEntries(of copy: inout Evidence, with other: Evidence, _ random: inout SplitMix64) -> Bool {
        // What follows the state nobody declares to be all: it may be left out.
        let declared = copy.entries.indices.filter { copy.entries[$0].included.index < copy.state.included.index }
        guard let place = declared.randomElement(using: &random) else { return false }
        let foreign = other.checkpoint == copy.checkpoint ? other.entries : []
        switch self {
        case .entryDropped: copy.entries.remove(at: place)
        case .entryOfOther:
            let known = Set(copy.entries.map(\.included.index))
            guard let one = foreign.first(where: { !known.contains($0.included.index) }) else { return false }
            copy.entries.append(Evidence.ShownEntry(one.included))
            copy.entries.sort { $0.included.index < $1.included.index }
        case .entriesOfOther:
            guard foreign.map(\.included) != copy.entries.map(\.included) else { return false }
            copy.entries = other.entries
        case .entriesExchanged:
            guard copy.entries.count > 1 else { return false }
            let next = (place + 1) % copy.entries.count
            let bytes = copy.entries[place].included.bytes
            copy.entries[place].included.bytes = copy.entries[next].included.bytes
            copy.entries[next].included.bytes = bytes
        default: copy.entries[place].included.index += place == copy.entries.count - 1 ? 1 : 0
        }
        return true
    }

    private func changeState(of copy: inout Evidence, with other: Evidence, _ random: inout SplitMix64) -> Bool {
        guard let place = copy.state.leaves.indices.randomElement(using: &random) else { return false }
        switch self {
        case .stateLeafDropped: copy.state.leaves.remove(at: place)
        case .stateLeafOfOther:
            guard other.state.included == copy.state.included,
                let leaf = other.state.leaves.first(where: { !copy.state.leaves.contains($0) })
            else { return false }
            copy.state.leaves.append(leaf)
            copy.state.leaves.sort { $0.index < $1.index }
        case .stateOfOther:
            guard other.state.included.bytes != copy.state.included.bytes else { return false }
            copy.state = other.state
        default:
            let leaf = copy.state.leaves[place].leaf
            guard let comma = leaf.lastIndex(of: ","), leaf[comma...].allSatisfy({ ",]}0123456789".contains($0) })
            else { return false }
            copy.state.leaves[place].leaf = leaf[..<comma] + "]}"
        }
        return true
    }

    private func changeReadings(of copy: inout Evidence, with other: Evidence, _ random: inout SplitMix64) -> Bool {
        if self == .readingOfOther {
            // A reading of another source answers for other ids, whatever they are called: at most one of its leaves, at
            // an end, shows that this source has none in it.
            guard other.checkpoint == copy.checkpoint, other.source != copy.source,
                let foreign = other.snapshots.first(where: { $0.leaves.count > 1 })
            else { return false }
            copy.snapshots.append(foreign)
            copy.snapshots.sort { $0.included.index < $1.included.index }
            return true
        }
        guard let place = copy.snapshots.indices.randomElement(using: &random) else { return false }
        switch self {
        case .readingLeafDropped:
            guard let leaf = copy.snapshots[place].leaves.indices.randomElement(using: &random) else { return false }
            copy.snapshots[place].leaves.remove(at: leaf)
        case .readingDropped: copy.snapshots.remove(at: place)
        default:
            guard
                let same = other.snapshots.first(where: { $0.included.index == copy.snapshots[place].included.index }),
                same.leaves != copy.snapshots[place].leaves
            else { return false }
            copy.snapshots[place].leaves = same.leaves
        }
        return true
    }

    private func changeProof(of copy: inout Evidence, _ random: inout SplitMix64) -> Bool {
        var paths: [WritableKeyPath<Evidence, [Hash]>] = [\.state.included.proof]
        paths += copy.entries.indices.map { \.entries[$0].included.proof }
        paths += copy.state.leaves.indices.map { \.state.leaves[$0].proof }
        paths += copy.consistency.indices.map { \.consistency[$0].proof }
        for place in copy.rotations.indices {
            paths += [\.rotations[place].proof, \.rotations[place].entry.proof]
        }
        for place in copy.snapshots.indices {
            paths.append(\.snapshots[place].included.proof)
            paths += copy.snapshots[place].leaves.indices.map { \.snapshots[place].leaves[$0].proof }
        }
        let path = paths.randomElement(using: &random)!
        guard let place = copy[keyPath: path].indices.randomElement(using: &random) else { return false }
        switch self {
        case .hashDropped: copy[keyPath: path].remove(at: place)
        case .hashChanged: copy[keyPath: path][place] = .leaf(copy[keyPath: path][place].bytes)
        default: copy[keyPath: path].swapAt(place, (place + 1) % copy[keyPath: path].count)
        }
        return true
    }

    private func changeFields(
        of copy: inout Evidence, with other: Evidence, in ledger: RandomLedger, _ random: inout SplitMix64
    ) -> Bool {
        let places = copy.entries.indices.filter { !copy.entries[$0].disclosures.isEmpty }
        switch self {
        case .disclosureOfOther:
            let mine = Set(copy.entries.map(\.included.index))
            guard
                let foreign = other.entries.first(where: {
                    !mine.contains($0.included.index) && !$0.disclosures.isEmpty
                })?.disclosures[0],
                let place = copy.entries.indices.randomElement(using: &random)
            else { return false }
            copy.entries[place].disclosures.append(foreign)
        case .disclosureOfSibling:
            // Its own, rightly sealed, and nobody's business.
            guard let place = copy.entries.indices.first(where: { isOfSibling(copy.entries[$0], copy) }),
                let entry = try? Entry(bytes: copy.entries[place].included.bytes),
                let own = try? ledger.disclosures(of: entry).first
            else { return false }
            copy.entries[place].disclosures = [own.text]
        case .erasureClaimed:
            guard let last = copy.entries.last?.included.index,
                let place = copy.entries.indices.dropLast().randomElement(using: &random),
                let sealed = try? Entry(bytes: copy.entries[place].included.bytes).sealed.first
            else { return false }
            copy.entries[place].erased.append(Evidence.Erased(field: sealed.name, by: last))
        default:
            guard let place = places.randomElement(using: &random) else { return false }
            if self == .disclosureTwice {
                copy.entries[place].disclosures.append(copy.entries[place].disclosures[0])
            } else {
                copy.entries[place].disclosures.removeLast()
            }
        }
        return true
    }

    private func isOfSibling(_ shown: Evidence.ShownEntry, _ evidence: Evidence) -> Bool {
        guard let entry = try? Entry(bytes: shown.included.bytes) else { return false }
        return [entry.booking, entry.supersedes].contains { $0.map(evidence.siblings.contains) ?? false }
    }

    private func changeRest(
        of copy: inout Evidence, with other: Evidence, in ledger: RandomLedger, _ random: inout SplitMix64
    ) -> Bool {
        guard let size = try? Checkpoint(text: copy.checkpoint.text).size else { return false }
        let own = BookingKey(source: copy.source, booking: copy.booking)
        let declared = Set(ledger.entries.prefix(copy.state.included.index).flatMap(ledger.ids))
        switch self {
        case .bookingRenamed:
            // To one of which something is recorded: an id that is absent between the same neighbours is as absent.
            let line = ledger.closure(of: own, size: size)
            let others = declared.subtracting(line).filter {
                $0.source == copy.source && !copy.siblings.contains($0.booking)
            }
            guard let name = others.sorted().randomElement(using: &random) else { return false }
            copy.booking = name.booking
        case .sourceRenamed:
            guard declared.contains(own) else { return false }
            copy.source = copy.source == "crm" ? "diary" : "crm"
        case .siblingAdded:
            let name = declared.sorted().first {
                $0.source == copy.source && !copy.siblings.contains($0.booking) && $0.booking != copy.booking
            }
            guard let name else { return false }
            copy.siblings.append(name.booking)
        case .siblingForgotten:
            guard copy.entries.contains(where: { isOfSibling($0, copy) }) else { return false }
            copy.siblings = []
        case .olderCheckpoint:
            guard let note = ledger.notes.filter({ $0.text != copy.checkpoint.text }).randomElement(using: &random)
            else {
                return false
            }
            copy.checkpoint = note
        case .keyRenamed: copy.verifier = VerifierKey(name: copy.origin, publicKey: SigningKey().publicKey)
        case .heldNoteOfOther:
            guard let note = other.consistency.first?.held, !copy.consistency.isEmpty,
                copy.consistency.allSatisfy({ $0.held != note })
            else { return false }
            copy.consistency[0].held = note
        case .heldNoteDropped:
            guard !copy.consistency.isEmpty else { return false }
            copy.consistency.removeFirst()
        default:
            guard let first = copy.consistency.first else { return false }
            copy.consistency.append(first)
        }
        return true
    }
}
