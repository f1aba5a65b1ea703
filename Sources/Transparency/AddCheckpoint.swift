/// A request to a witness to cosign a checkpoint, and the meaning of its answer (C2SP tlog-witness).
///
/// The body of `POST <submission prefix>/add-checkpoint` is
///
///     old <size of the checkpoint that the witness cosigned last, or 0>
///     <base64 hash>                      the consistency proof from there, a line each
///     <empty line>
///     <signed note>
public struct AddCheckpoint: Equatable, Sendable {
    /// The size of the checkpoint that the witness is thought to have cosigned last.
    public let old: Int
    /// How the tree of that size is a prefix of the checkpoint's.
    public let proof: [Hash]
    /// The checkpoint, signed by the log.
    public let note: SignedNote

    /// The most hashes that a request may hold.
    public static let longestProof = 63
    /// The longest answer that is read, in bytes: some hundred signature lines.
    public static let longestAnswer = 65_536

    /// A request by its parts. Requires a size that is not negative, and no proof from size 0.
    public init(old: Int, proof: [Hash], note: SignedNote) {
        precondition(
            old >= 0 && proof.count <= AddCheckpoint.longestProof && (old > 0 || proof.isEmpty),
            "no witness would read this request")
        self.old = old
        self.proof = proof
        self.note = note
    }

    /// What is sent.
    public var body: String {
        "old \(old)\n" + proof.map { "\($0.base64)\n" }.joined() + "\n" + note.description
    }

    /// What a witness answers.
    public enum Answer: Equatable, Sendable {
        /// 200: it cosigned. The note has its lines added, and only those that were verified against its keys.
        case cosigned([Cosignature], note: SignedNote)
        /// 404: it does not know the log.
        case unknownLog
        /// 403: it knows the log by another key.
        case unknownKey
        /// 409: it cosigned a checkpoint of another size last. Ask again with this size, and a proof from there.
        case otherSize(Int)
        /// 422, or 409 for the size that was named: what it cosigned last is not of this history. Either the proof is
        /// wrong, or the log showed it another history.
        case inconsistent
        /// Any other answer, and one that cannot be believed: why.
        case unusable(String)
    }

    /// The meaning of an answer. Nothing in it is believed but what `witness`, the keys of the one that was asked,
    /// signed.
    public func answer(status: Int, contentType: String?, body: [UInt8], witness: [VerifierKey]) -> Answer {
        guard body.count <= AddCheckpoint.longestAnswer else {
            return .unusable("the witness answered with more than \(AddCheckpoint.longestAnswer) bytes")
        }
        return switch status {
        case 200: cosigned(body, by: witness)
        case 403: .unknownKey
        case 404: .unknownLog
        case 409: conflict(contentType: contentType, body: body)
        case 422: .inconsistent
        default: .unusable("the witness answered with status \(status)")
        }
    }

    private func cosigned(_ body: [UInt8], by witness: [VerifierKey]) -> Answer {
        guard let lines = String(validating: body, as: UTF8.self), !lines.isEmpty, !lines.contains("\n\n"),
            let answer = try? SignedNote(note.text + "\n" + lines), answer.text.utf8.elementsEqual(note.text.utf8)
        else { return .unusable("the witness answered with something else than signature lines") }
        let found: [Cosignature]
        do throws(NoteError) { found = try answer.cosignatures(by: witness) } catch {
            return .unusable("a cosignature in the witness's answer is not by the key that was given for it")
        }
        guard !found.isEmpty else {
            return .unusable("the witness answered without a cosignature by the key that was given for it")
        }
        // Of a key's lines the first is the one that was verified.
        let added = found.compactMap { cosignature in
            answer.signatures.first {
                $0.keyID == cosignature.witness.keyID && $0.name.utf8.elementsEqual(cosignature.witness.name.utf8)
            }
        }
        let others = note.signatures.filter { signature in
            !added.contains { $0.keyID == signature.keyID && $0.name.utf8.elementsEqual(signature.name.utf8) }
        }
        return .cosigned(found, note: SignedNote(text: note.text, signatures: others + added))
    }

    private func conflict(contentType: String?, body: [UInt8]) -> Answer {
        let type = contentType?.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 } ?? []
        guard String(decoding: type, as: UTF8.self).lowercased() == "text/x.tlog.size" else {
            return .unusable("the witness answered with status 409, and not with the size that it knows")
        }
        let digits = String(decoding: body.dropLast(), as: UTF8.self)
        guard body.last == 0x0a, let size = Int(digits), size >= 0, String(size) == digits else {
            return .unusable("the witness answered with status 409, and with something else than a size")
        }
        return size == old ? .inconsistent : .otherSize(size)
    }
}
