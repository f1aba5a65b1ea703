public import Transparency

/// A personal value with the salt that hides it: what lies beside the ledger and can be erased (RFC 9901).
///
/// Its text is base64url(`["<salt>","client.name","Asha Patel"]`); the digest of that text is what the entry holds.
public struct Disclosure: Hashable, Sendable {
    /// 22 base64url characters: 128 random bits, fresh for each field of each entry.
    public let salt: String
    /// The field's name.
    public let name: String
    /// The value.
    public let value: String

    /// The number of random bytes in a salt.
    public static let saltBytes = 16

    /// A disclosure with a fresh salt.
    public init(name: String, value: String) {
        self.init(salt: randomBytes(Disclosure.saltBytes), name: name, value: value)
    }

    /// A disclosure with a salt of 16 bytes that is kept elsewhere.
    public init(salt: [UInt8], name: String, value: String) {
        precondition(salt.count == Disclosure.saltBytes, "a salt has \(Disclosure.saltBytes) bytes")
        self.salt = Base64.url.encode(salt)
        self.name = name
        self.value = value
    }

    /// Reads a disclosure as RFC 9901 issues it, refusing every spelling but ours; `nil` then. The inverse of ``text``.
    public init?(text: String) {
        guard let bytes = Base64.url.decode(text.utf8), let value = try? JSONValue(canonical: bytes),
            let parts = value.array, parts.count == 3, let salt = parts[0].string, let name = parts[1].string,
            let content = parts[2].string, Base64.url.decode(salt.utf8)?.count == Disclosure.saltBytes,
            Entry.isFieldName(name)
        else { return nil }
        self.salt = salt
        self.name = name
        self.value = content
    }

    /// The ASCII text that is hashed, handed over, and read by ``init(text:)``.
    public var text: String {
        Base64.url.encode(JSONValue.strings([salt, name, value]).bytes)
    }

    /// SHA-256 of ``text`` (RFC 9901 §4.2.3).
    public var digest: Hash { Disclosure.digest(of: text) }

    /// What an entry holds of this disclosure.
    public var sealed: Entry.SealedField { Entry.SealedField(name: name, digest: digest) }

    /// The digest of any RFC 9901 disclosure: SHA-256 of its ASCII text.
    public static func digest(of text: String) -> Hash {
        Hash.sha256(Array(text.utf8))
    }
}
