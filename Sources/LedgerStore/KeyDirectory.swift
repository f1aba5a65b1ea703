import Foundation
public import Transparency

/// Where the signing key and the lock live, apart from the ledger: on another disk or machine, where that can be.
///
/// `signing.pem` (mode 0600) is the key, `verifier` its public half, and `lock` the last checkpoint that was signed:
/// what tells a rolled-back ledger from an honest one. `retired` has the public halves of the keys before it, `next.pem`
/// the key that takes over while a rotation is under way, and `erasures` what was erased. `identity` (mode 0600) is the
/// secret under which ids are made for exports that have none.
public struct KeyDirectory: Sendable {
    /// The path of the directory.
    public let path: String

    /// The directory at a path; nothing is read yet.
    public init(path: String) {
        self.path = path
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// The path of the private key's file.
    public var signingKeyPath: String { file("signing.pem") }

    /// The path of the lock.
    public var lockPath: String { file("lock") }

    /// True where a signing key is there.
    public var hasKey: Bool { FileManager.default.fileExists(atPath: signingKeyPath) }

    /// True where a ledger's key or lock is there.
    public var isUsed: Bool { hasKey || FileManager.default.fileExists(atPath: lockPath) }

    /// Why no other ledger can have this directory.
    var isTaken: LedgerError {
        .keys(path: path, reason: "a signing key is there already; a new ledger needs a directory of its own")
    }

    /// Makes the directory (mode 0700) and a fresh key for a ledger of this name. What an earlier call made that was
    /// ended early is kept; the key of another ledger is refused.
    func makeKey(origin: String) throws(LedgerError) -> VerifierKey {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try DurableFile.sync(folder: DurableFile.folder(of: path))
        } catch { throw .keys(path: path, reason: "the directory cannot be made") }
        // A secret that was half written, and that nothing was signed with, need not lie about.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasPrefix("signing.pem.") && name.hasSuffix(".new") {
            unlink(file(name))
        }
        let key = try hasKey ? signingKey() : SigningKey()
        let verifier = key.verifierKey(name: origin)
        if !hasKey { try write(key.pem, to: "signing.pem", mode: 0o600) }
        if FileManager.default.fileExists(atPath: file("verifier")) {
            guard try verifierKey() == verifier else { throw isTaken }
        } else {
            try write(verifier.text + "\n", to: "verifier", mode: 0o644)
        }
        return verifier
    }

    /// The signing key. Refuses a file that others can read.
    public func signingKey() throws(LedgerError) -> SigningKey {
        try signingKey(in: "signing.pem", missing: "there is no signing key; name its directory with --keys")
    }

    func signingKey(in name: String, missing: String) throws(LedgerError) -> SigningKey {
        let pem = try read(name, missing: missing)
        try refuseIfOthersCanRead(name, what: "the signing key")
        do { return try SigningKey(pem: pem) } catch {
            throw .keys(path: file(name), reason: "this is not an unencrypted Ed25519 private key in PEM")
        }
    }

    /// The signing key, which must be the other half of the directory's verifier key for a ledger of this name.
    func signingKey(of origin: String) throws(LedgerError) -> SigningKey {
        // Once more, where another program changes the key between the look at one file and at the other.
        for _ in 0..<2 {
            let verifier = try verifierKey()
            // A rotation that was ended early has the key that signs now under its first name.
            if hasNextKey, try nextKey().verifierKey(name: origin) == verifier { return try nextKey() }
            let key = try signingKey()
            if verifier == key.verifierKey(name: origin) { return key }
        }
        throw .keys(
            path: signingKeyPath,
            reason: "this is not the key that belongs to the verifier key beside it; put the right one back")
    }

    /// True where the secret under which ids are made is here.
    public var hasIdentityKey: Bool { FileManager.default.fileExists(atPath: file("identity")) }

    /// The secret under which ids are made for bookings whose export has none: 32 random bytes, made when it is first
    /// asked for and never written over. Whoever has it can find out by trying whose booking an id stands for; where
    /// it is lost, every booking gets another id.
    public func identityKey() throws(LedgerError) -> [UInt8] {
        let name = "identity"
        if !FileManager.default.fileExists(atPath: file(name)) {
            guard FileManager.default.fileExists(atPath: path) else {
                throw .keys(
                    path: path,
                    reason:
                        "ids of bookings are made with a secret that is kept here, and there is no such folder; name "
                        + "it with --keys, or make it with daybook init")
            }
            let text = Hash(bytes: randomBytes(Hash.byteCount))!.base64 + "\n"
            do { try DurableFile.create(Array(text.utf8), at: file(name), mode: 0o600) } catch {
                guard access(path, W_OK) == 0 else { throw .notPermitted(path: file(name)) }
                throw .storage(path: file(name), reason: error.description)
            }
        }
        let text = try read(name, missing: "there is no secret for ids")
        try refuseIfOthersCanRead(name, what: "the secret for ids")
        guard let secret = Hash(base64: text.trimmingCharacters(in: .newlines)) else {
            throw .keys(
                path: file(name), reason: "this is no secret for ids (32 bytes in base64); put the right one back")
        }
        return secret.bytes
    }

    private func refuseIfOthersCanRead(_ name: String, what: String) throws(LedgerError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file(name))
        if let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 {
            throw .keys(path: file(name), reason: "others can read \(what); run: chmod 600 \(file(name))")
        }
    }

    /// The public half of the key, for a ledger of this name.
    public func verifierKey() throws(LedgerError) -> VerifierKey {
        let text = try read("verifier", missing: "there is no verifier key")
        do { return try VerifierKey(text.trimmingCharacters(in: .newlines)) } catch {
            throw .keys(path: file("verifier"), reason: "this is not a verifier key")
        }
    }

    /// The last checkpoint that was signed; `nil` where there is no lock.
    public func lock() throws(LedgerError) -> SignedNote? {
        guard let bytes = try lockBytes() else { return nil }
        return try note(inLock: bytes)
    }

    /// What the lock's file holds; `nil` where there is none.
    func lockBytes() throws(LedgerError) -> [UInt8]? { try bytes(of: "lock") }

    /// The note that a lock's bytes are.
    func note(inLock bytes: [UInt8]) throws(LedgerError) -> SignedNote {
        if let text = String(validating: bytes, as: UTF8.self), let note = try? SignedNote(text) { return note }
        throw .rolledBack(
            "the lock (the last checkpoint signed) is damaged, so a roll-back could not be noticed; with a checkpoint "
                + "that you hold: daybook doctor --adopt-lock CHECKPOINT")
    }

    /// Replaces the lock, so that at any moment the old or the new one is whole on the disk.
    func writeLock(_ note: SignedNote) throws(LedgerError) {
        try write(note.description, to: "lock", mode: 0o644)
    }

    private static let longest = 1 << 20

    func read(_ name: String, missing: String) throws(LedgerError) -> String {
        guard let bytes = try bytes(of: name) else { throw .keys(path: path, reason: missing) }
        guard bytes.count < KeyDirectory.longest, let text = String(validating: bytes, as: UTF8.self) else {
            throw .keys(path: file(name), reason: "the file cannot be read")
        }
        return text
    }

    /// The bytes of a file, of one that is too long the first mebibyte; `nil` where there is none. In the system's own
    /// calls, since the lock is read before each write.
    private func bytes(of name: String) throws(LedgerError) -> [UInt8]? {
        let descriptor = open(file(name), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case EACCES, EPERM: throw .notPermitted(path: file(name))
            default: throw failedRead(name)
            }
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < KeyDirectory.longest {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failedRead(name) }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private func failedRead(_ name: String) -> LedgerError {
        .storage(path: file(name), reason: "the disk failed while reading it")
    }

    /// Temporary file, fsync, rename, fsync of the directory.
    func write(_ text: String, to name: String, mode: UInt32) throws(LedgerError) {
        do { try DurableFile.write(Array(text.utf8), to: file(name), mode: mode) } catch {
            guard access(path, W_OK) == 0 else { throw .notPermitted(path: file(name)) }
            throw .storage(path: file(name), reason: error.description)
        }
    }
}
