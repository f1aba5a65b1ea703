import COpenSSL

/// SHA-256 of bytes that arrive in pieces: what a stream hashes to, without holding the stream.
///
/// One belongs to one stream: it is neither copied nor shared, and finishing it ends it.
public struct RunningDigest: ~Copyable {
    private let context: OpaquePointer

    /// Starts a hash of nothing yet; traps where libcrypto has no SHA-256.
    public init() {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil), let context = EVP_MD_CTX_new() else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        let ok = EVP_DigestInit_ex2(context, algorithm, nil)
        precondition(ok == 1, "libcrypto refused to start SHA-256")
        // The context holds its own reference from here on.
        EVP_MD_free(algorithm)
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Takes in the bytes that come next.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let ok = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(ok == 1, "libcrypto refused bytes for SHA-256")
    }

    /// SHA-256 of all bytes taken in: the same as ``Digest/sha256(_:)`` of them in one piece.
    public consuming func finish() -> Hash {
        withUnsafeTemporaryAllocation(byteCount: Hash.byteCount, alignment: 8) { buffer in
            let out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
            let ok = EVP_DigestFinal_ex(context, out, nil)
            precondition(ok == 1, "libcrypto refused to finish SHA-256")
            return Hash(bytes: UnsafeRawBufferPointer(buffer))!
        }
    }
}
