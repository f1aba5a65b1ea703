/// Why a text is not a verifier key.
public enum VerifierKeyError: Error, Equatable, Sendable {
    /// The text is not `<name>+<8 hex>+<base64>` in its one spelling.
    case malformed
    /// The key id is not the one that the name and the key give.
    case wrongKeyID
    /// The type byte is not one that this program verifies.
    case unknownAlgorithm(UInt8)
}

/// The public half of a key that signs notes: a name, and an Ed25519 public key (C2SP signed-note).
///
/// Its text is `<name>+<8 lower-case hex>+<base64(type ‖ key)>`, and the hex is the key id:
/// SHA-256(name ‖ 0x0A ‖ type ‖ key)[0..<4].
public struct VerifierKey: Hashable, Sendable {
    /// What the key signs: the type byte of C2SP signed-note.
    public enum Algorithm: UInt8, Sendable {
        /// Ed25519 over the note's text: a log's own signature.
        case ed25519 = 0x01
        /// Ed25519 over a time and the note's text: a witness's cosignature (C2SP tlog-cosignature).
        case cosignature = 0x04
    }

    /// The name that stands in the signature line.
    public let name: String
    /// What the key signs.
    public let algorithm: Algorithm
    /// The 32 bytes of the Ed25519 public key.
    public let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), as a big-endian number.
    public let keyID: UInt32

    /// A key by its parts. Requires a valid name and 32 bytes.
    public init(name: String, algorithm: Algorithm = .ed25519, publicKey: [UInt8]) {
        precondition(VerifierKey.isValidName(name) && publicKey.count == 32, "not a verifier key")
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        let digest = Hash.sha256(Array(name.utf8) + [0x0a, algorithm.rawValue] + publicKey)
        keyID = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// True for the same bytes: Swift's `String` calls é and e + accent equal, and no signature does.
    public static func == (left: VerifierKey, right: VerifierKey) -> Bool {
        left.name.utf8.elementsEqual(right.name.utf8) && left.algorithm == right.algorithm
            && left.publicKey == right.publicKey
    }

    /// Reads a verifier key's text. The inverse of ``text``.
    public init(_ text: String) throws(VerifierKeyError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(validating: parts[0], as: UTF8.self), VerifierKey.isValidName(name),
            let material = Base64.standard.decode(parts[2]), let type = material.first
        else { throw .malformed }
        guard let algorithm = Algorithm(rawValue: type) else { throw .unknownAlgorithm(type) }
        guard material.count == 33 else { throw .malformed }
        self.init(name: name, algorithm: algorithm, publicKey: Array(material.dropFirst()))
        guard parts[1].elementsEqual(hexKeyID.utf8) else { throw .wrongKeyID }
    }

    /// The text that ``init(_:)`` reads.
    public var text: String { "\(name)+\(hexKeyID)+\(Base64.standard.encode([algorithm.rawValue] + publicKey))" }

    /// The SHA-256 of the public key in groups of four hex digits, to be read over the telephone.
    public var fingerprint: String {
        let digits = Hash.sha256(publicKey).bytes.map { hex($0) }.joined()
        return stride(from: 0, to: digits.count, by: 4)
            .map { String(digits.dropFirst($0).prefix(4)) }
            .joined(separator: " ")
    }

    private var hexKeyID: String {
        stride(from: 24, through: 0, by: -8).map { hex(UInt8(truncatingIfNeeded: keyID >> UInt32($0))) }.joined()
    }

    private func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }

    /// True for a name that C2SP signed-note allows: not empty, no Unicode space, no `+`, no control character.
    public static func isValidName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            }
    }
}
