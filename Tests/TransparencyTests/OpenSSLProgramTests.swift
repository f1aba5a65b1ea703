import Foundation
import Testing
import Transparency

/// The `openssl` program, where there is one.
private enum OpenSSLProgram {
    static let file: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(filePath: String($0)).appending(component: "openssl") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    /// What it prints, after requiring that it ends well.
    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let out = Pipe()
        process.executableURL = file
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
        return String(decoding: printed, as: UTF8.self)
    }
}

@Suite(
    "The openssl program and our keys",
    .enabled(if: OpenSSLProgram.file != nil, "there is no openssl program on PATH to compare with"))
struct OpenSSLProgramTests {
    private func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(component: "daybook-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// The bytes that openssl prints under a heading, as `aa:bb:…` over indented lines.
    private func bytes(under heading: String, in text: String) -> [UInt8] {
        text.split(separator: "\n").drop { $0 != heading }.dropFirst().prefix { $0.hasPrefix(" ") }
            .joined().split { $0 == ":" || $0 == " " }.compactMap { UInt8($0, radix: 16) }
    }

    @Test func `openssl reads the key that we write`() throws {
        let seed = randomBytes(32)
        let key = try signingKey(seed: seed)
        let text = try inFolder { folder in
            let file = folder.appending(component: "key.pem")
            try Data(key.pem.utf8).write(to: file)
            return try OpenSSLProgram.run(["pkey", "-in", file.path, "-noout", "-text"])
        }
        #expect(text.hasPrefix("ED25519 Private-Key:\n"))
        #expect(bytes(under: "priv:", in: text) == seed)
        #expect(bytes(under: "pub:", in: text) == key.publicKey)
    }

    @Test func `we read the key that openssl makes`() throws {
        let pem = try OpenSSLProgram.run(["genpkey", "-algorithm", "ed25519"])
        let key = try SigningKey(pem: pem)
        #expect(key.pem == pem)
        let text = try inFolder { folder in
            let file = folder.appending(component: "key.pem")
            try Data(pem.utf8).write(to: file)
            return try OpenSSLProgram.run(["pkey", "-in", file.path, "-noout", "-text"])
        }
        #expect(bytes(under: "pub:", in: text) == key.publicKey)
    }

    @Test func `openssl verifies our signature`() throws {
        let key = SigningKey()
        let message = randomBytes(1000)
        let verdict = try inFolder { folder in
            let files = ["key.pem", "message", "signature"].map { folder.appending(component: $0) }
            try Data(key.pem.utf8).write(to: files[0])
            try Data(message).write(to: files[1])
            try Data(key.sign(message)).write(to: files[2])
            return try OpenSSLProgram.run([
                "pkeyutl", "-verify", "-rawin", "-inkey", files[0].path, "-in", files[1].path, "-sigfile",
                files[2].path,
            ])
        }
        #expect(verdict.contains("Signature Verified Successfully"))
    }

    @Test(arguments: [
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ["-algorithm", "x25519"], ["-algorithm", "ed448"],
    ])
    func `a key of another kind is refused as such`(options: [String]) throws {
        let pem = try OpenSSLProgram.run(["genpkey"] + options)
        #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(throws: SigningKeyError.notEd25519) { _ = try SigningKey(pem: pem) }
    }

    @Test func `an encrypted key is unreadable, and nobody is asked for its password`() throws {
        let pem = try OpenSSLProgram.run(["genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "pass:secret"])
        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        #expect(throws: SigningKeyError.unreadable) { _ = try SigningKey(pem: pem) }
    }

    @Test func `a public key is unreadable`() throws {
        let pem = try inFolder { folder in
            let file = folder.appending(component: "key.pem")
            try Data(SigningKey().pem.utf8).write(to: file)
            return try OpenSSLProgram.run(["pkey", "-in", file.path, "-pubout"])
        }
        #expect(pem.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(throws: SigningKeyError.unreadable) { _ = try SigningKey(pem: pem) }
    }
}
