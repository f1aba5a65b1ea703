public import Foundation

/// The ledgers under `Tests/DamagedLedgers`, each a folder with the ledger's file, its keys, a checkpoint that an
/// auditor held, and what must be said of it.
public enum Shelf {
    /// The folder of the shelf.
    public static let folder = Fixtures.checkout.appending(components: "Tests", "DamagedLedgers")

    /// The files of an exhibit, as they may be there.
    public static let files = [
        "ledger.sqlite", "ledger.sqlite-wal", "keys/lock", "keys/signing.pem", "keys/verifier", "held.note",
    ]

    /// The exhibits by name.
    public static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/expected.json").path)
        }
    }

    /// Unpacks an exhibit into a folder that is there.
    public static func unpack(_ name: String, to target: URL) throws {
        let source = folder.appending(path: name)
        let manager = FileManager.default
        try manager.createDirectory(at: target.appending(path: "keys"), withIntermediateDirectories: true)
        for file in files {
            let (packed, plain) = (source.appending(path: "\(file).gz").path, source.appending(path: file).path)
            let copy = target.appending(path: file).path
            if manager.fileExists(atPath: packed) {
                try run("gzip", "-dc", packed, to: copy)
            } else if manager.fileExists(atPath: plain) {
                try manager.copyItem(atPath: plain, toPath: copy)
            }
        }
        let key = target.appending(path: "keys/signing.pem").path
        if manager.fileExists(atPath: key) { try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key) }
    }

    /// Packs a file as the shelf keeps it: without name and time, so that the same content gives the same bytes.
    public static func pack(_ file: URL, to copy: URL) throws {
        try run("gzip", "-9nc", file.path, to: copy.path)
    }

    private static func run(_ arguments: String..., to output: String) throws {
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }

    /// What must be said of an exhibit.
    public struct Expectation: Codable, Equatable, Sendable {
        /// A defect, as a verification names it.
        public struct Defect: Codable, Equatable, Sendable {
            /// `AR401` or `AR403`.
            public var code: String
            /// The first entry that it concerns.
            public var index: Int?
            /// What kind of defect it is.
            public var kind: String
            /// What is said.
            public var sentence: String

            /// A defect by its parts.
            public init(code: String, index: Int?, kind: String, sentence: String) {
                (self.code, self.index, self.kind, self.sentence) = (code, index, kind, sentence)
            }
        }

        /// What was done to it.
        public var done: String
        /// What the verifier has: `keys` (the folder with the lock), `trust` (the verifier key), `held` (a checkpoint).
        public var verifier: [String]
        /// The exit status of `daybook verify`.
        public var exit: Int
        /// What holds, as `consistent`.
        public var assurance: [String]
        /// The number of entries; `nil` where it cannot be opened.
        public var size: Int?
        /// What is wrong, in the order in which it is told.
        public var defects: [Defect]
        /// What reading all histories finds besides.
        public var unreadable: [Defect]
        /// Why it cannot be opened or read.
        public var error: String?

        /// An expectation of a ledger about which nothing is said yet.
        public init(done: String, verifier: [String], exit: Int) {
            (self.done, self.verifier, self.exit) = (done, verifier, exit)
            (assurance, size, defects, unreadable, error) = ([], nil, [], [], nil)
        }
    }

    /// A sentence without what SQLite itself says in it, which is not the same in every version, and without the folder
    /// in which an exhibit was unpacked.
    public static func withoutQuotation(_ sentence: String) -> String {
        sentence.replacing(/(\(SQLite: |the database is damaged \(|the disk cannot read it \().*\)/) { "\($0.1)…)" }
            .replacing(/\/[^ ]*\/keys/, with: "keys")
    }

    /// What must be said of the exhibit of this name.
    public static func expectation(_ name: String) throws -> Expectation {
        try JSONDecoder().decode(
            Expectation.self, from: Data(contentsOf: folder.appending(path: "\(name)/expected.json")))
    }
}
