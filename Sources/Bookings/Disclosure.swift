public import Transparency

/// A personal value with the salt that hides it: what lies beside the ledger and can be erased (RFC 9901).
///
/// Its text is base64url(`["<salt>","client.name","Asha Patel"]`); the digest of that text is what the entry holds.
public struct Disclosure: Hashable, Sendable {
    /// 128 random bits, fresh for each field of each entry.
    public let salt: [UInt8]
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
        self.salt = salt
        self.name = name
        self.value = value
    }

    /// Reads a disclosure as RFC 9901 issues it, refusing every spelling but ours; `nil` then. The inverse of ``text``.
    public init?(text: String) {
        guard let bytes = Base64.url.decode(text.utf8), let value = try? JSONValue(canonical: bytes),
            let parts = value.array, parts.count == 3, let salt = parts[0].string, let name = parts[1].string,
            let content = parts[2].string, let salt = Base64.url.decode(salt.utf8),
            salt.count == Disclosure.saltBytes, Entry.isFieldName(name)
        else { return nil }
        self.init(salt: salt, name: name, value: content)
    }

    /// The ASCII text that is hashed, handed over, and read by ``init(text:)``.
    public var text: String { String(decoding: characters, as: UTF8.self) }

    /// The bytes of ``text``.
    private var characters: [UInt8] {
        var list: [UInt8] = []
        list.reserveCapacity(value.utf8.count + 64)
        list.append(contentsOf: "[\"".utf8)
        salt.withUnsafeBytes { Base64.url.append($0, to: &list) }
        list.append(contentsOf: "\",".utf8)
        JSONValue.append(string: name, to: &list)
        list.append(UInt8(ascii: ","))
        JSONValue.append(string: value, to: &list)
        list.append(UInt8(ascii: "]"))
        var characters: [UInt8] = []
        list.withUnsafeBytes { Base64.url.append($0, to: &characters) }
        return characters
    }

    /// SHA-256 of ``text`` (RFC 9901 §4.2.3).
    public var digest: Hash { Hash.sha256(characters) }

    /// What an entry holds of this disclosure.
    public var sealed: Entry.SealedField { Entry.SealedField(name: name, digest: digest) }

    /// The digest of any RFC 9901 disclosure: SHA-256 of its ASCII text.
    public static func digest(of text: String) -> Hash {
        Hash.sha256(Array(text.utf8))
    }
}
