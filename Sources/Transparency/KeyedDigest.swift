extension Hash {
    /// HMAC-SHA-256 of a message under a key (RFC 2104): a digest that nobody without the key can find by trying out
    /// messages. A key of 32 random bytes is meant.
    public static func keyed(_ key: [UInt8], _ message: [UInt8]) -> Hash {
        let block = 64
        var padded = key.count > block ? Hash.sha256(key).bytes : key
        padded += [UInt8](repeating: 0, count: block - padded.count)
        let inner = Hash.sha256(padded.map { $0 ^ 0x36 } + message)
        return Hash.sha256(padded.map { $0 ^ 0x5c } + inner.bytes)
    }
}
