import TestSupport
import Testing
import Transparency

@Suite("Cosignatures")
struct CosignatureTests {
    private struct Mirror: Decodable {
        struct Cosigned: Decodable {
            let vkey, checkpoint: String
        }
        let mirror, witness, witness2: Cosigned
        var all: [Cosigned] { [mirror, witness, witness2] }
    }

    private let mirror: Mirror
    private let log = TestLog()
    private let first, second: TestWitness

    init() throws {
        mirror = try Fixtures.vectors("sunlight_mirror_300.json", as: Mirror.self)
        first = try TestWitness("witness.example/w1", seed: 1)
        second = try TestWitness("witness.example/w2", seed: 2)
    }

    @Test func `those of sunlight's witnesses are read with their time`() throws {
        for cosigned in mirror.all {
            let key = try VerifierKey(cosigned.vkey)
            let found = try SignedNote(cosigned.checkpoint).cosignatures(by: [key])
            #expect(found.map(\.witness) == [key])
            #expect(found.map(\.time) == [1_767_139_200])
        }
    }

    @Test func `those of unknown witnesses are passed over`() throws {
        let others = try mirror.all.map { try VerifierKey($0.vkey) }
        let note = try log.note(7, cosigned: [(first, 1_700_000_000)])
        #expect(try note.cosignatures(by: others) == [])
        #expect(try note.cosignatures(by: []) == [])
        // The same 32 bytes as a log's key are another key.
        let asLog = VerifierKey(name: first.key.name, publicKey: first.key.publicKey)
        #expect(try note.cosignatures(by: [asLog]) == [])
        #expect(try note.cosignatures(by: others + [first.key]).map(\.time) == [1_700_000_000])
    }

    @Test func `every bit of a real one counts`() throws {
        let key = try VerifierKey(mirror.mirror.vkey)
        let note = try SignedNote(mirror.mirror.checkpoint)
        let place = try #require(note.signatures.firstIndex { $0.keyID == key.keyID })
        let bytes = note.signatures[place].signature
        #expect(bytes.count == 72)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            var signatures = note.signatures
            signatures[place] = .init(name: key.name, keyID: key.keyID, signature: changed)
            let forged = SignedNote(text: note.text, signatures: signatures)
            #expect(throws: NoteError.invalidSignature(name: key.name)) { try forged.cosignatures(by: [key]) }
        }
        for changed in [Array(bytes.dropLast()), bytes + [0], Array(bytes.dropFirst(8)), []] {
            let forged = SignedNote(
                text: note.text, signatures: [.init(name: key.name, keyID: key.keyID, signature: changed)])
            #expect(throws: NoteError.invalidSignature(name: key.name)) { try forged.cosignatures(by: [key]) }
        }
        let other = SignedNote(text: note.text.replacing("300", with: "301"), signatures: note.signatures)
        #expect(throws: NoteError.invalidSignature(name: key.name)) { try other.cosignatures(by: [key]) }
    }

    @Test func `one bad line of a known witness spoils the note`() throws {
        let good = try log.note(7, cosigned: [(first, 10), (second, 20)])
        #expect(try good.cosignatures(by: [first.key, second.key]).map(\.time) == [10, 20])
        let foreign = try first.cosign(log.checkpoint(8).text, time: 10)
        let bad = SignedNote(text: good.text, signatures: [good.signatures[0], good.signatures[2], foreign])
        #expect(throws: NoteError.invalidSignature(name: first.key.name)) {
            try bad.cosignatures(by: [first.key, second.key])
        }
        #expect(try bad.cosignatures(by: [second.key]).map(\.time) == [20])
    }

    @Test func `the first line of a witness counts`() throws {
        let note = try log.note(7, cosigned: [(first, 30), (first, 10)])
        #expect(try note.cosignatures(by: [first.key, first.key]).map(\.time) == [30])
    }

    @Test func `a time after the year 292 billion is none`() throws {
        #expect(try log.note(7, cosigned: [(first, UInt64(Int64.max))]).cosignatures(by: [first.key]).count == 1)
        let late = try log.note(7, cosigned: [(first, UInt64(Int64.max) + 1)])
        #expect(throws: NoteError.invalidSignature(name: first.key.name)) { try late.cosignatures(by: [first.key]) }
    }

    @Test func `a note with cosignatures is still the log's`() throws {
        let note = try SignedNote(log.note(7, cosigned: [(first, 10)]).description)
        #expect(try Checkpoint(verifying: note, with: [log.key]) == log.checkpoint(7))
    }
}
