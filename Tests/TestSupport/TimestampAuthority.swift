public import Foundation
import Synchronization

/// A time-stamp authority of the tests' own, made with the `openssl` program: a root, and certificates under it.
public final class TimestampAuthority: Sendable {
    /// What a test's certificate may be used for.
    public enum Purpose: String, Sendable {
        /// As RFC 3161 §2.3 wants it.
        case timestamps = "critical,timeStamping"
        /// Its purpose is not marked as critical.
        case notCritical = "timeStamping"
        /// It has another purpose besides.
        case alsoCode = "critical,timeStamping,codeSigning"
        /// It is one of a web server.
        case webServer = "critical,serverAuth"
        /// Nothing is said.
        case unsaid = ""
    }

    /// An openssl that failed.
    public struct Failure: Error {
        /// What it said.
        public let words: String
    }

    /// True where the `openssl` program is there.
    public static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// Where its keys and certificates are.
    public let folder: URL
    private let number = Mutex(0)

    /// Makes a root, a certificate for time-stamps, and what `openssl ts` needs.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "daybook-authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in [
            ("index.txt", ""), ("serial", "1000\n"), ("tsa-serial", "01\n"),
            ("root.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"),
            (
                "ca.cnf",
                """
                [ca]
                default_ca = c
                [c]
                dir = \(folder.path)
                database = $dir/index.txt
                new_certs_dir = $dir
                serial = $dir/serial
                certificate = $dir/root.pem
                private_key = $dir/root.key
                default_md = sha256
                policy = p
                unique_subject = no
                [p]
                commonName = supplied
                [tsa]
                default_tsa = t
                [t]
                dir = \(folder.path)
                serial = $dir/tsa-serial
                signer_cert = $dir/tsa.pem
                signer_key = $dir/tsa.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256
                ess_cert_id_alg = sha256
                [req]
                distinguished_name = d
                [d]

                """
            ),
        ] { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "root.key")
        try openssl(
            "req", "-new", "-key", "root.key", "-subj", "/CN=Test root", "-out", "root.csr", "-config", "ca.cnf")
        try openssl(
            "ca", "-batch", "-selfsign", "-config", "ca.cnf", "-keyfile", "root.key", "-in", "root.csr", "-extfile",
            "root.ext", "-startdate", "20150101000000Z", "-enddate", "20470101000000Z", "-out", "root.pem", "-notext")
        try certify("tsa", for: .timestamps)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The root in PEM: what a verifier has.
    public var root: [UInt8] { get throws { try read("root.pem") } }

    /// Makes a key and a certificate of this name, valid between these moments (`20200101000000Z`).
    public func certify(
        _ name: String, for purpose: Purpose, from: String = "20200101000000Z", to: String = "20450101000000Z",
        key: [String] = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    ) throws {
        let extensions =
            "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            + (purpose == .unsaid ? "" : "extendedKeyUsage=\(purpose.rawValue)\n")
        try Data(extensions.utf8).write(to: folder.appending(path: "\(name).ext"))
        try openssl(["genpkey", "-out", "\(name).key", "-algorithm"] + key)
        try openssl(
            "req", "-new", "-key", "\(name).key", "-subj", "/CN=Authority \(name)", "-out", "\(name).csr", "-config",
            "ca.cnf")
        try openssl(
            "ca", "-batch", "-config", "ca.cnf", "-in", "\(name).csr", "-extfile", "\(name).ext", "-startdate", from,
            "-enddate", to, "-out", "\(name).pem", "-notext")
    }

    /// What the authority answers to a request (`TimeStampResp`), as `openssl ts -reply` does.
    public func answer(to request: [UInt8], withCertificates: Bool = false) throws -> [UInt8] {
        let name = try write(request)
        try openssl(
            ["ts", "-reply", "-config", "ca.cnf", "-queryfile", name, "-out", "\(name).tsr"]
                + (withCertificates ? ["-chain", "root.pem"] : []))
        return try read("\(name).tsr")
    }

    /// A token over any `TSTInfo`, signed with the certificate of this name, whatever that is for.
    public func token(over info: [UInt8], by name: String = "tsa", digest: String = "sha256") throws -> [UInt8] {
        let file = try write(info)
        try openssl(
            "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", digest, "-econtent_type",
            "1.2.840.113549.1.9.16.1.4", "-signer", "\(name).pem", "-inkey", "\(name).key", "-in", file, "-outform",
            "DER", "-out", "\(file).tst")
        return try read("\(file).tst")
    }

    /// A `TSTInfo` in DER.
    public static func info(
        imprint: [UInt8], time: String = "20260301120000Z", accuracy: [UInt8] = [], nonce: [UInt8]? = nil
    ) -> [UInt8] {
        let sha256: [UInt8] = [
            0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        ]
        let parts: [[UInt8]] = [
            [0x02, 0x01, 0x01], [0x06, 0x04, 0x2a, 0x03, 0x04, 0x01],
            der(0x30, sha256 + der(0x04, imprint)), [0x02, 0x01, 0x09], der(0x18, Array(time.utf8)), accuracy,
            nonce.map { der(0x02, $0) } ?? [],
        ]
        return der(0x30, parts.flatMap(\.self))
    }

    /// Tag, length and content.
    public static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length: [UInt8] =
            content.count < 0x80
            ? [UInt8(content.count)] : [0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)]
        return [tag] + length + content
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let name = number.withLock { number in
            number += 1
            return "file-\(number)"
        }
        try Data(bytes).write(to: folder.appending(path: name))
        return name
    }

    private func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    private func openssl(_ arguments: String...) throws { try openssl(arguments) }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let words = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(words: String(decoding: words, as: UTF8.self)) }
    }
}
