/// Why a note cannot be trusted.
public enum NoteError: Error, Equatable, Sendable {
    /// The bytes are not a signed note.
    case malformed
    /// None of its signatures is by a key that was given.
    case noKnownSignature
    /// A signature names a key that was given, and is not by it. The whole note is refused.
    case invalidSignature(name: String)
    /// Two of the keys given have the same name and id.
    case ambiguousKey(name: String)
}

/// A text with signatures under it (C2SP signed-note v1.0.0).
///
///     <text, ends in a newline>
///     <empty line>
///     — <key name> <base64(key id, 4 bytes ‖ signature)>
///
/// What is signed is the text with its last newline. Nothing of the text is to be believed before ``verify(with:)``.
public struct SignedNote: Hashable, Sendable {
    /// One signature line.
    public struct Signature: Hashable, Sendable {
        /// The name of the key.
        public let name: String
        /// The id of the key: see ``VerifierKey/keyID``.
        public let keyID: UInt32
        /// What follows the key id: 64 bytes for an Ed25519 log signature.
        public let signature: [UInt8]

        /// A signature by its parts.
        public init(name: String, keyID: UInt32, signature: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.signature = signature
        }

        /// True for the same bytes: Swift's `String` calls é and e + accent equal, and no signature does.
        public static func == (left: Signature, right: Signature) -> Bool {
            left.name.utf8.elementsEqual(right.name.utf8) && left.keyID == right.keyID
                && left.signature == right.signature
        }

        var line: String {
            let id = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: keyID >> UInt32($0)) }
            return "— \(name) \(Base64.standard.encode(id + signature))\n"
        }
    }

    /// The signed text, ending in a newline.
    public let text: String
    /// The signatures in the order of their lines, exact repeats once.
    public let signatures: [Signature]

    /// The longest note that is read, in bytes, and the most signatures, as golang/mod has them.
    public static let largest = (bytes: 1_000_000, signatures: 100)

    /// A note by its parts. Requires a text of valid lines.
    public init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// True for the same bytes.
    public static func == (left: SignedNote, right: SignedNote) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) && left.signatures == right.signatures
    }

    /// Reads a note without verifying it. The inverse of ``description``, but for repeated signature lines.
    public init(_ note: String) throws(NoteError) {
        let bytes = Array(note.utf8)
        guard bytes.count <= SignedNote.largest.bytes, bytes.last == 0x0a,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }),
            let gap = SignedNote.lastEmptyLine(in: bytes)
        else { throw .malformed }
        text = String(decoding: bytes[...gap], as: UTF8.self)
        var found: [Signature] = []
        // A repeat is one in bytes: Swift's String would also call é and e + accent the same name.
        var lines: Set<ArraySlice<UInt8>> = []
        var count = 0
        for line in bytes[(gap + 2)...].dropLast().split(separator: 0x0a, omittingEmptySubsequences: false) {
            count += 1
            guard count <= SignedNote.largest.signatures, let signature = Signature(line: line) else {
                throw .malformed
            }
            if lines.insert(line).inserted { found.append(signature) }
        }
        guard !found.isEmpty else { throw .malformed }
        signatures = found
    }

    /// The index of the newline that ends the text: the one before the last empty line.
    private static func lastEmptyLine(in bytes: [UInt8]) -> Int? {
        guard bytes.count > 2 else { return nil }
        return (0..<bytes.count - 1).last { bytes[$0] == 0x0a && bytes[$0 + 1] == 0x0a }
    }

    /// The keys among these whose signature the note carries. Unknown signatures are passed over.
    ///
    /// Throws where there is none, or where one that names a given key is not by it. Where a key has several lines,
    /// the first counts.
    @discardableResult
    public func verify(with keys: [VerifierKey]) throws(NoteError) -> [VerifierKey] {
        let message = Array(text.utf8)
        var verified: [VerifierKey] = []
        for signature in signatures {
            let matching = keys.filter {
                $0.keyID == signature.keyID && $0.name.utf8.elementsEqual(signature.name.utf8)
            }
            guard Set(matching).count < 2 else { throw .ambiguousKey(name: signature.name) }
            guard let key = matching.first, key.algorithm == .ed25519, !verified.contains(key) else { continue }
            guard key.isValid(signature: signature.signature, of: message) else {
                throw .invalidSignature(name: key.name)
            }
            verified.append(key)
        }
        guard !verified.isEmpty else { throw .noKnownSignature }
        return verified
    }
}

extension SignedNote: CustomStringConvertible {
    /// The note as it is published.
    public var description: String { text + "\n" + signatures.map(\.line).joined() }
}

extension SignedNote.Signature {
    fileprivate init?(line: ArraySlice<UInt8>) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8),
            let name = String(validating: parts[1], as: UTF8.self), VerifierKey.isValidName(name),
            let blob = Base64.standard.decode(parts[2]), blob.count > 4
        else { return nil }
        self.init(
            name: name, keyID: blob.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, signature: Array(blob.dropFirst(4)))
    }
}
