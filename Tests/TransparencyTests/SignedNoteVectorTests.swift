import Foundation
import TestSupport
import Testing
import Transparency

/// The notes and keys of golang/mod and of C2SP.
struct NoteVectors: Decodable, Sendable {
    struct Keys: Decodable, Sendable {
        let peter_vkey, enoch_vkey, peter_skey_TEST_ONLY: String
    }
    struct BadKey: Decodable, Sendable {
        let desc: String
        let vkey: String?
    }
    struct Open: Decodable, Sendable, CustomTestStringConvertible {
        let desc: String
        let note, note_base64: String?
        let known: [String]
        let ok: Bool
        let error: String?
        let verified, unverified: [String]?
        var testDescription: String { desc }
    }
    struct Example: Decodable, Sendable {
        let vkey, note: String
        let ok: Bool
    }
    struct Tree: Decodable, Sendable {
        let text: String
        let size: Int
        let root_is_leaf_hash_of_utf8: String
    }
    let keys: Keys
    let bad_vkeys: [BadKey]
    let open: [Open]
    let c2sp_example: Example
    let gosumdb_tree_text: Tree

    static func read() throws -> NoteVectors {
        try Fixtures.vectors("signed_note.json", as: NoteVectors.self)
    }
}

@Suite("Notes of golang/mod and C2SP")
struct SignedNoteVectorTests {
    private let vectors: NoteVectors

    init() throws {
        vectors = try NoteVectors.read()
    }

    @Test func `there are as many as were transcribed`() {
        #expect(vectors.open.count == 13)
        #expect(vectors.open.count(where: \.ok) == 3)
        #expect(vectors.bad_vkeys.count == 3)
    }

    @Test(arguments: try NoteVectors.read().open.filter { $0.note != nil }) func `opening`(
        _ vector: NoteVectors.Open
    ) throws {
        let text = try #require(vector.note)
        let known = try vector.known.map { key throws in try VerifierKey(key) }
        let opened = Result { try SignedNote(text) }
        switch vector.error {
        case "malformed note":
            #expect(throws: NoteError.malformed) { try opened.get() }
        case "note has no verifiable signatures":
            #expect(throws: NoteError.noKnownSignature) { try opened.get().verify(with: known) }
        case .some(let error):
            let name = try #require(known.first?.name)
            try #require(error == "invalid signature for key \(known[0].text.prefix { $0 != "+" })+c74f20a3")
            #expect(throws: NoteError.invalidSignature(name: name)) { try opened.get().verify(with: known) }
        case nil:
            try #require(vector.ok)
            let note = try opened.get()
            let verified = try note.verify(with: known)
            #expect(verified.map(\.name) == vector.verified)
            #expect(note.signatures.count - verified.count == vector.unverified?.count)
        }
    }

    @Test func `a note that is not UTF-8 is refused, or not believed where it was mended`() throws {
        let vector = try #require(vectors.open.first { $0.note_base64 != nil })
        #expect(!vector.ok)
        let bytes = [UInt8](try #require(Data(base64Encoded: vector.note_base64 ?? "")))
        #expect(String(validating: bytes, as: UTF8.self) == nil)
        let known = try vector.known.map { key throws in try VerifierKey(key) }
        #expect(throws: NoteError.invalidSignature(name: known[0].name)) {
            try SignedNote(String(decoding: bytes, as: UTF8.self)).verify(with: known)
        }
    }

    @Test func `the example of C2SP verifies and is printed as it was`() throws {
        let example = vectors.c2sp_example
        let key = try VerifierKey(example.vkey)
        let note = try SignedNote(example.note)
        #expect(try note.verify(with: [key]) == [key])
        #expect(note.description == example.note)
        #expect(note.text == "This is an example message.\n")
    }

    @Test func `Peter's key signs what Peter signed`() throws {
        let parts = vectors.keys.peter_skey_TEST_ONLY.split(separator: "+", maxSplits: 4)
        let material = try #require(Base64.standard.decode(parts[4].utf8))
        #expect(material.first == 0x01)
        let key = try signingKey(seed: Array(material.dropFirst()))
        let verifier = key.verifierKey(name: "PeterNeumann")
        #expect(verifier.text == vectors.keys.peter_vkey)
        let note = try SignedNote(#require(vectors.open[0].note))
        #expect(key.sign(Array(note.text.utf8)) == note.signatures[0].signature)
        #expect(note.signatures[0].keyID == verifier.keyID)
    }

    @Test func `a note with a wrong and a right line of one key counts the first`() throws {
        let peter = try VerifierKey(vectors.keys.peter_vkey)
        let good = try SignedNote(#require(vectors.open[0].note))
        let bad = try SignedNote(#require(vectors.open.first { $0.desc == "known key, invalid signature" }?.note))
        try #require(good.text == bad.text)
        let rightFirst = SignedNote(text: good.text, signatures: good.signatures + bad.signatures)
        #expect(try SignedNote(rightFirst.description).verify(with: [peter]) == [peter])
        let wrongFirst = SignedNote(text: good.text, signatures: bad.signatures + good.signatures)
        #expect(throws: NoteError.invalidSignature(name: "PeterNeumann")) {
            try SignedNote(wrongFirst.description).verify(with: [peter])
        }
    }

    @Test func `a signature under a stranger's name or id is passed over`() throws {
        let peter = try VerifierKey(vectors.keys.peter_vkey)
        let note = try SignedNote(#require(vectors.open[0].note))
        let line = note.signatures[0]
        for stranger in [
            SignedNote.Signature(name: "PeterNeumann2", keyID: line.keyID, signature: line.signature),
            SignedNote.Signature(name: line.name, keyID: line.keyID ^ 1, signature: line.signature),
        ] {
            #expect(throws: NoteError.noKnownSignature) {
                try SignedNote(text: note.text, signatures: [stranger]).verify(with: [peter])
            }
            #expect(try SignedNote(text: note.text, signatures: [stranger, line]).verify(with: [peter]) == [peter])
        }
    }

    @Test func `the go.sum database's tree is a checkpoint`() throws {
        let tree = vectors.gosumdb_tree_text
        let checkpoint = try Checkpoint(text: tree.text)
        #expect(checkpoint.origin == "go.sum database tree")
        #expect(checkpoint.size == tree.size)
        #expect(checkpoint.root == Hash.leaf(Array(tree.root_is_leaf_hash_of_utf8.utf8)))
        #expect(checkpoint.text == tree.text)
    }
}
