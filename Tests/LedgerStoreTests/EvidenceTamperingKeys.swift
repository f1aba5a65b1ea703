import Bookings
import Evidence
import GRDB
import TestSupport
import Transparency

@testable import LedgerStore

/// What is done to the keys of a file, to the changes from one to the next, and to signatures.
extension EvidenceTampering {
    func changeKeys(of copy: inout Evidence, in ledger: RandomLedger, _ random: inout SplitMix64) -> Bool {
        if self == .signatureTwice {
            copy.checkpoint = SignedNote(
                text: copy.checkpoint.text, signatures: copy.checkpoint.signatures + copy.checkpoint.signatures)
            return true
        }
        if self == .rotationToStranger { return handOver(&copy, in: ledger) }
        guard let last = ledger.keys.firstIndex(of: copy.verifier),
            let place = copy.rotations.indices.randomElement(using: &random)
        else { return false }
        switch self {
        case .rotationDropped: copy.rotations.remove(at: place)
        case .oldestRotationDropped: copy.rotations.removeFirst()
        case .rotationsSwapped, .rotationNotesSwapped:
            guard copy.rotations.count > 1 else { return false }
            copy.rotations.swapAt(0, 1)
            guard self == .rotationNotesSwapped else { break }
            let entry = copy.rotations[0].entry
            copy.rotations[0].entry = copy.rotations[1].entry
            copy.rotations[1].entry = entry
        case .rotationBySuccessor:
            let notes = ledger.notes.filter { note in
                ledger.signers(of: note) == [ledger.keys[place + 1]]
                    && ledger.size(of: note) <= ledger.size(of: copy.checkpoint)
            }
            guard let note = notes.randomElement(using: &random),
                let rotation = ledger.rotation(at: copy.rotations[place].entry.index, under: note, in: copy)
            else { return false }
            copy.rotations[place] = rotation
        case .rotationEntryReplaced:
            let note = copy.rotations[place].checkpoint
            let index = Int.random(in: 0..<ledger.size(of: note), using: &random)
            guard index != copy.rotations[place].entry.index, let other = ledger.included(index, under: note) else {
                return false
            }
            copy.rotations[place].entry = other
        case .rotationEntryForged:
            let text = String(decoding: copy.rotations[place].entry.bytes, as: UTF8.self)
            let stranger = SigningKey().verifierKey(name: copy.origin)
            copy.rotations[place].entry.bytes = Array(
                text.replacing(ledger.keys[place + 1].text, with: stranger.text).utf8)
            if place == last - 1 { copy.verifier = stranger }
        case .signatureInVain:
            let key = ledger.keys[place]
            let forged = SignedNote.Signature(
                name: key.name, keyID: key.keyID, signature: copy.checkpoint.signatures[0].signature)
            copy.checkpoint = SignedNote(
                text: copy.checkpoint.text, signatures: copy.checkpoint.signatures + [forged])
        default:
            copy.verifier = ledger.keys[place]
            if self == .verifierOlder { copy.rotations.removeLast(copy.rotations.count - place) }
        }
        return true
    }

    /// Signs with a key of one's own, and shows an entry, at the state's place, that hands over to it.
    private func handOver(_ copy: inout Evidence, in ledger: RandomLedger) -> Bool {
        let own = SigningKey()
        let stranger = own.verifierKey(name: copy.origin)
        guard let checkpoint = try? Checkpoint(text: copy.checkpoint.text) else { return false }
        let state = copy.state.included
        guard copy.rotations.allSatisfy({ $0.entry.index < state.index }),
            let previous = JSONValue.previous(in: state.bytes)
        else { return false }
        let forged =
            #"{"daybook":1,"origin":"\#(copy.origin)","index":\#(state.index),"previous":"\#(previous)","#
            + #""recorded":"2026-06-01T08:00:00.000000Z","type":"key.rotated","#
            + #""body":{"from":"\#(copy.verifier.text)","to":"\#(stranger.text)"}}"#
        copy.rotations.append(
            Evidence.Rotation(
                checkpoint: copy.checkpoint, proof: [],
                entry: Evidence.Included(index: state.index, bytes: Array(forged.utf8), proof: state.proof)))
        copy.verifier = stranger
        copy.checkpoint = checkpoint.signed(by: own)
        return true
    }
}

extension JSONValue {
    /// The hash that an entry names as the one before.
    fileprivate static func previous(in bytes: [UInt8]) -> String? {
        try? JSONValue(canonical: bytes)["previous"]?.string
    }
}

/// What somebody can make who has all entries, as `publish --entries` hands them out.
extension RandomLedger {
    func size(of note: SignedNote) -> Int { (try? Checkpoint(text: note.text).size) ?? 0 }

    /// The erasures that the first entries record, up to a checkpoint.
    func erasures(under note: SignedNote) -> [Entry] {
        entries.prefix(size(of: note)).filter { $0.type == .erasureCompleted }
    }

    func included(_ index: Int, under note: SignedNote) -> Evidence.Included? {
        try? world.ledger.queue.read { try InclusionProofs(size: size(of: note), in: $0).included(index) }
    }

    func rotation(at index: Int, under note: SignedNote, in evidence: Evidence) -> Evidence.Rotation? {
        guard let entry = included(index, under: note),
            let proof = try? world.ledger.consistencyProof(from: size(of: note), to: size(of: evidence.checkpoint))
        else { return nil }
        return Evidence.Rotation(checkpoint: note, proof: proof, entry: entry)
    }

    /// Adds an entry to a file, with its proof, unless it stands there.
    func show(_ index: Int, in evidence: inout Evidence) -> Bool {
        guard !evidence.entries.contains(where: { $0.included.index == index }) else { return true }
        guard let entry = included(index, under: evidence.checkpoint) else { return false }
        evidence.entries.append(Evidence.ShownEntry(entry))
        evidence.entries.sort { $0.included.index < $1.included.index }
        return true
    }
}
