/// Why a text is not a checkpoint.
public enum CheckpointError: Error, Equatable, Sendable {
    /// The text is not origin, size and root hash in their one spelling.
    case malformed
    /// The checkpoint is of another ledger.
    case wrongOrigin(expected: String, actual: String)
    /// The note around it cannot be trusted.
    case note(NoteError)
}

/// What a ledger commits to: its name, its size, and its root hash (C2SP tlog-checkpoint v1.0.0).
///
/// Its text is three lines: origin, decimal size, base64 root. Extension lines are read, kept in the note that was
/// signed, and not believed to mean anything.
public struct Checkpoint: Hashable, Sendable {
    /// The ledger's name.
    public let origin: String
    /// The number of entries.
    public let size: Int
    /// The RFC 6962 root hash of the first `size` entries.
    public let root: Hash

    /// A checkpoint by its parts.
    public init(origin: String, size: Int, root: Hash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// True for the same bytes: Swift's `String` calls é and e + accent equal, and no signature does.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.origin.utf8.elementsEqual(right.origin.utf8) && left.size == right.size && left.root == right.root
    }

    /// Reads a checkpoint's text; believes nothing about it.
    public init(text: String) throws(CheckpointError) {
        let lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last!.isEmpty, lines.dropLast().allSatisfy({ !$0.isEmpty }),
            let origin = String(lines[0]), let digits = String(lines[1]), let size = Int(digits), size >= 0,
            String(size) == digits, let rootText = String(lines[2]), let root = Hash(base64: rootText)
        else { throw .malformed }
        self.init(origin: origin, size: size, root: root)
    }

    /// The checkpoint inside a note, after requiring a signature by one of the keys and no bad one.
    public init(verifying note: SignedNote, with keys: [VerifierKey], origin: String? = nil) throws(CheckpointError) {
        do { try note.verify(with: keys) } catch { throw .note(error) }
        try self.init(text: note.text)
        if let origin, !origin.utf8.elementsEqual(self.origin.utf8) {
            throw .wrongOrigin(expected: origin, actual: self.origin)
        }
    }

    /// The text that is signed: three lines.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// The checkpoint as a note with this key's signature; the key's name is the origin.
    public func signed(by key: borrowing SigningKey) -> SignedNote {
        SignedNote(text: text, signatures: [signature(by: key)])
    }

    /// The checkpoint as a note that two keys sign: where one takes over from the other, who knows either can check it.
    public func signed(by old: borrowing SigningKey, and new: borrowing SigningKey) -> SignedNote {
        SignedNote(text: text, signatures: [signature(by: old), signature(by: new)])
    }

    private func signature(by key: borrowing SigningKey) -> SignedNote.Signature {
        let verifier = key.verifierKey(name: origin)
        return .init(name: verifier.name, keyID: verifier.keyID, signature: key.sign(Array(text.utf8)))
    }
}
