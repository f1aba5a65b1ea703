import COpenSSL

/// Why a signing key cannot be read.
public enum SigningKeyError: Error, Equatable, Sendable {
    /// The text is not a private key in PEM, or is encrypted.
    case unreadable
    /// The key is of another kind than Ed25519.
    case notEd25519
}

/// An Ed25519 private key (RFC 8032). It is never copied, and it is freed when it goes out of sight.
public struct SigningKey: ~Copyable {
    private let key: OpaquePointer

    /// A fresh key from libcrypto's random generator.
    public init() {
        self.init(seed: randomBytes(32))!
    }

    /// The key with this 32-byte seed; `nil` for any other number of bytes.
    public init?(seed: [UInt8]) {
        guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            return nil
        }
        self.key = key
    }

    /// Reads PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it. The inverse of ``pem``.
    public init(pem: String) throws(SigningKeyError) {
        // libcrypto reads the bytes where they lie: they are lent until the key is read.
        let key = Array(pem.utf8).withUnsafeBytes { bytes -> OpaquePointer? in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(source) }
            // An encrypted key must not make libcrypto ask for a password on the terminal.
            return PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
        }
        ERR_clear_error()
        guard let key else { throw .unreadable }
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
            EVP_PKEY_free(key)
            throw .notEd25519
        }
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// PKCS#8 PEM without encryption: a secret, to be kept in a file that only its owner reads.
    public var pem: String {
        guard let sink = BIO_new(BIO_s_mem()) else { preconditionFailure("libcrypto is out of memory") }
        defer { BIO_free(sink) }
        let ok = PEM_write_bio_PrivateKey(sink, key, nil, nil, 0, nil, nil)
        precondition(ok == 1, "libcrypto cannot write the key")
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(sink, &buffer, Int32(buffer.count))
        precondition(count > 0, "libcrypto cannot write the key")
        return String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
    }

    /// The 32 bytes of the public key.
    public var publicKey: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        let ok = EVP_PKEY_get_raw_public_key(key, &bytes, &count)
        precondition(ok == 1 && count == 32, "libcrypto cannot give the public key")
        return bytes
    }

    /// The public half under the name that stands in signature lines.
    public func verifierKey(name: String) -> VerifierKey {
        VerifierKey(name: name, publicKey: publicKey)
    }

    /// The 64-byte signature of the message (RFC 8032 §5.1.6).
    public func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let started = EVP_DigestSignInit(context, nil, nil, nil, key)
        precondition(started == 1, "libcrypto refused to start a signature")
        let ok = EVP_DigestSign(context, &signature, &count, message, message.count)
        precondition(ok == 1 && count == 64, "libcrypto refused to sign")
        return signature
    }
}

extension VerifierKey {
    /// True where the 64-byte signature is this key's over the message (RFC 8032 §5.1.7).
    public func isValid(signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == 64, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count) else {
            return false
        }
        defer { EVP_PKEY_free(key) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        let ok = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A refused signature leaves a line in libcrypto's error queue; nobody must find it there later.
        ERR_clear_error()
        return ok
    }
}
