/// A SHA-256 digest: 32 bytes held as four words, so that it lives in registers and hashes for free.
public struct Hash: Hashable, Sendable, BitwiseCopyable {
    // In memory order: the four words laid side by side are the digest's bytes.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// 32 zero bytes: what stands as `previous` in a ledger's first entry.
    public static let zero = Hash(unchecked: (0, 0, 0, 0))

    /// SHA-256 of no bytes: the root of an empty tree (RFC 6962 §2.1).
    public static let emptyTree = sha256([])

    /// The number of bytes in a digest.
    public static let byteCount = 32

    init(unchecked words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Takes exactly 32 bytes; `nil` for any other number.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Hash.byteCount else { return nil }
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// Takes exactly 32 bytes; `nil` for any other number.
    public init?(bytes: [UInt8]) {
        guard let hash = bytes.withUnsafeBytes({ Hash(bytes: $0) }) else { return nil }
        self = hash
    }

    /// Reads canonical padded base64 (RFC 4648 §4) of 32 bytes. The inverse of ``base64``.
    public init?(base64 text: some StringProtocol) {
        var text = String(text)
        guard let hash = text.withUTF8({ Base64.standard.digest($0) }) else { return nil }
        self = hash
    }

    /// Reads canonical padded base64 of 32 bytes, as ``init(base64:)-(StringProtocol)``, from its characters.
    public init?(base64 characters: UnsafeBufferPointer<UInt8>) {
        guard let hash = Base64.standard.digest(characters) else { return nil }
        self = hash
    }

    /// Reads canonical unpadded base64url (RFC 4648 §5) of 32 bytes. The inverse of ``base64url``.
    public init?(base64url text: some StringProtocol) {
        var text = String(text)
        guard let hash = text.withUTF8({ Base64.url.digest($0) }) else { return nil }
        self = hash
    }

    /// Reads canonical unpadded base64url of 32 bytes, as ``init(base64url:)-(StringProtocol)``, from its characters.
    public init?(base64url characters: UnsafeBufferPointer<UInt8>) {
        guard let hash = Base64.url.digest(characters) else { return nil }
        self = hash
    }

    /// True for what ``init(base64url:)-(UnsafeBufferPointer<UInt8>)`` reads.
    public static func isBase64url(_ characters: UnsafeBufferPointer<UInt8>) -> Bool {
        Base64.url.isDigest(characters)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Padded base64, 44 characters, as checkpoints, proofs and `previous` write it.
    public var base64: String { withUnsafeBytes { Base64.standard.encode($0) } }

    /// Unpadded base64url, 43 characters, as RFC 9901 writes the digest of a disclosure.
    public var base64url: String { withUnsafeBytes { Base64.url.encode($0) } }

    /// Lends the 32 bytes without copying them.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Compares without leaving early, for a digest that stands in for a secret.
    public func equalsInConstantTime(_ other: Hash) -> Bool {
        (words.0 ^ other.words.0) | (words.1 ^ other.words.1) | (words.2 ^ other.words.2) | (words.3 ^ other.words.3)
            == 0
    }

    /// True when both digests have the same bytes.
    public static func == (left: Hash, right: Hash) -> Bool {
        left.words == right.words
    }

    /// Feeds the first word: a digest's bits are already uniform.
    public func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(words.0)
    }
}

extension Hash: CustomStringConvertible {
    /// The padded base64 text.
    public var description: String { base64 }
}
