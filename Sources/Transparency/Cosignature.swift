/// A witness's word that at a time it knew of no larger tree of this origin that is consistent with all that it saw
/// (C2SP tlog-cosignature v1, Ed25519).
///
/// Its signature line holds the time as eight bytes, big-endian, and 64 bytes of a signature over
///
///     cosignature/v1
///     time <decimal seconds>
///     <the note's text>
///
/// A value of this type is made only by verifying one.
public struct Cosignature: Hashable, Sendable {
    /// The key of the witness.
    public let witness: VerifierKey
    /// When the witness says that it cosigned, in seconds since 1970-01-01T00:00:00Z.
    public let time: Int64

    /// The number of bytes behind the key id: the time and the signature.
    static let byteCount = 72

    /// What is signed: the time is part of it, the witness's name is not, so a key is one witness's only.
    static func message(time: Int64, text: String) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }

    /// The cosignature that these bytes are; `nil` where they are not by the key over the text.
    init?(_ bytes: [UInt8], by witness: VerifierKey, over text: String) {
        guard witness.algorithm == .cosignature, bytes.count == Cosignature.byteCount else { return nil }
        let seconds = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let time = Int64(exactly: seconds),
            witness.isValid(
                signature: Array(bytes.dropFirst(8)), of: Cosignature.message(time: time, text: text))
        else { return nil }
        self.witness = witness
        self.time = time
    }
}

extension SignedNote {
    /// The cosignatures of these witnesses, in the order of their lines; those of others are passed over.
    ///
    /// None is no error: what a note without them is worth is for a policy to say. Throws where a line names a given
    /// key and is not by it: the whole note is refused. Where a key has several lines, the first counts.
    public func cosignatures(by witnesses: [VerifierKey]) throws(NoteError) -> [Cosignature] {
        var found: [Cosignature] = []
        for signature in signatures {
            let matching = Set(
                witnesses.filter {
                    $0.algorithm == .cosignature && $0.keyID == signature.keyID
                        && $0.name.utf8.elementsEqual(signature.name.utf8)
                })
            guard matching.count < 2 else { throw .ambiguousKey(name: signature.name) }
            guard let witness = matching.first, !found.contains(where: { $0.witness == witness }) else { continue }
            guard let cosignature = Cosignature(signature.signature, by: witness, over: text) else {
                throw .invalidSignature(name: witness.name)
            }
            found.append(cosignature)
        }
        return found
    }
}
