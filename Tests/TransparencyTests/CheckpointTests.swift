import TestSupport
import Testing
import Transparency

@Suite("Checkpoint")
struct CheckpointTests {
    static let root = Hash.sha256(Array("root".utf8)).base64
    private let origin = "example.com/log"
    private let seed = [UInt8](repeating: 3, count: 32)

    @Test(arguments: [0, 1, 9, 10, 256, 123_456_789_012, Int.max]) func `what is printed is read again`(size: Int)
        throws
    {
        let checkpoint = Checkpoint(origin: origin, size: size, root: .emptyTree)
        #expect(checkpoint.text == "example.com/log\n\(size)\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
    }

    @Test func `extension lines are read and not believed`() throws {
        let checkpoint = try Checkpoint(text: "example.com/log\n7\n\(CheckpointTests.root)\nmore 1\n and — more\n")
        #expect(checkpoint.text == "example.com/log\n7\n\(CheckpointTests.root)\n")
    }

    @Test(arguments: [
        "", "\n", "\n\n\n", "o\n", "o\n7\n", "o\n7\nR", "o\n7\nR\n\n", "o\n7\nR\n\nmore\n", "o\n7\nR\nmore", "\n7\nR\n",
        "o\n\nR\n", "o\n7\n\n", "7\nR\n", "o\n7R\n", "o\n7 R\n", "\no\n7\nR\n", "o\nR\n7\n", "o\r\n7\r\nR\r\n",
    ])
    func `a line that is missing, empty or unended is refused`(text: String) {
        #expect(throws: CheckpointError.malformed) {
            try Checkpoint(text: text.replacing("R", with: CheckpointTests.root))
        }
    }

    @Test(arguments: [
        "07", "00", "+7", "-7", "-0", "-1", " 7", "7 ", "7.0", "7e1", "0x7", "7_000", "7,000", "seven", "٧", "７", "²",
        "9223372036854775808", "18446744073709551615", "99999999999999999999", "-9223372036854775808", "7\u{301}",
    ])
    func `a size in another spelling or out of range is refused`(size: String) {
        #expect(throws: CheckpointError.malformed) { try Checkpoint(text: "o\n\(size)\n\(CheckpointTests.root)\n") }
    }

    @Test func `a root in another spelling or of another length is refused`() throws {
        let root = CheckpointTests.root
        let bytes = try #require(Hash(base64: root)).bytes
        let stray = try #require(root.dropLast(2).last)
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let last = try #require(root.dropLast().last)
        let next = try #require(letters.drop { $0 != last }.dropFirst().first)
        let texts = [
            String(root.dropLast()), root + "=", root + " ", " " + root, String(root.dropLast(2)) + "==",
            root.lowercased(),
            String(root.dropLast(2)) + String(next) + "=", String(root.dropLast(3)) + String(stray) + "*=",
            Base64.url.encode(bytes), Base64.standard.encode(bytes + [0]),
            Base64.standard.encode(Array(bytes.dropLast())),
            "*" + root.dropFirst(), "",
        ]
        #expect(throws: Never.self) { try Checkpoint(text: "o\n7\n\(root)\n") }
        for text in texts {
            #expect(throws: CheckpointError.malformed, "\(text)") { try Checkpoint(text: "o\n7\n\(text)\n") }
        }
    }

    @Test func `a signed checkpoint is believed from its key and no other`() throws {
        let key = try signingKey(seed: seed)
        let checkpoint = Checkpoint(origin: origin, size: 7, root: .emptyTree)
        let note = checkpoint.signed(by: key)
        let verifier = key.verifierKey(name: origin)
        #expect(note.text == checkpoint.text)
        #expect(note.signatures.map(\.keyID) == [verifier.keyID])
        #expect(try Checkpoint(verifying: SignedNote(note.description), with: [verifier], origin: origin) == checkpoint)
        #expect(try Checkpoint(verifying: note, with: [verifier]) == checkpoint)
        let other = SigningKey().verifierKey(name: origin)
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try Checkpoint(verifying: note, with: [other]) }
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try Checkpoint(verifying: note, with: []) }
        #expect(throws: CheckpointError.note(.noKnownSignature)) {
            try Checkpoint(verifying: note, with: [key.verifierKey(name: "example.com/other")])
        }
    }

    @Test func `another ledger's checkpoint is refused by name`() throws {
        let key = try signingKey(seed: seed)
        let verifier = key.verifierKey(name: origin)
        let note = Checkpoint(origin: origin, size: 7, root: .emptyTree).signed(by: key)
        for expected in ["example.com/lo", "example.com/log2", "Example.com/log", ""] {
            #expect(throws: CheckpointError.wrongOrigin(expected: expected, actual: origin)) {
                try Checkpoint(verifying: note, with: [verifier], origin: expected)
            }
        }
        // é in one character and in two: alike to Swift's String, two origins to us.
        let accented = Checkpoint(origin: "caf\u{e9}", size: 7, root: .emptyTree).signed(by: key)
        let keys = [key.verifierKey(name: "caf\u{e9}")]
        #expect(throws: CheckpointError.wrongOrigin(expected: "cafe\u{301}", actual: "caf\u{e9}")) {
            try Checkpoint(verifying: accented, with: keys, origin: "cafe\u{301}")
        }
        #expect(throws: Never.self) { try Checkpoint(verifying: accented, with: keys, origin: "caf\u{e9}") }
    }

    @Test func `a signed text that is no checkpoint is refused, and only after its signature`() throws {
        let key = try signingKey(seed: seed)
        let verifier = key.verifierKey(name: origin)
        func note(_ text: String, _ signature: [UInt8]) -> SignedNote {
            SignedNote(text: text, signatures: [.init(name: origin, keyID: verifier.keyID, signature: signature)])
        }
        let text = "example.com/log\n07\n\(CheckpointTests.root)\n"
        let signature = key.sign(Array(text.utf8))
        #expect(throws: CheckpointError.malformed) {
            try Checkpoint(verifying: note(text, signature), with: [verifier])
        }
        #expect(throws: CheckpointError.note(.invalidSignature(name: origin))) {
            try Checkpoint(verifying: note(text, signature.reversed()), with: [verifier])
        }
    }

    @Test func `a signature covers extension lines`() throws {
        let key = try signingKey(seed: seed)
        let verifier = key.verifierKey(name: origin)
        let note = Checkpoint(origin: origin, size: 7, root: .emptyTree).signed(by: key)
        let extended = SignedNote(text: note.text + "more\n", signatures: note.signatures)
        #expect(throws: CheckpointError.note(.invalidSignature(name: origin))) {
            try Checkpoint(verifying: extended, with: [verifier])
        }
    }
}
