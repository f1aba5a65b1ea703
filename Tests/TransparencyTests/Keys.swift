import Transparency

/// The signing key with this seed. `#require` cannot unwrap it: a key is never copied.
func signingKey(seed: [UInt8]) throws -> SigningKey {
    struct NotASeed: Error {}
    guard let key = SigningKey(seed: seed) else { throw NotASeed() }
    return key
}
