import TestSupport
import Testing
import Transparency

@Suite("Signed note")
struct SignedNoteTests {
    private let text = "A text\n\nof three lines, one of them empty.\n"
    private let seed = [UInt8](repeating: 7, count: 32)

    private func signed(_ text: String, name: String = "example.com/log") throws -> (SignedNote, VerifierKey) {
        let key = try signingKey(seed: seed)
        let verifier = key.verifierKey(name: name)
        let signature = SignedNote.Signature(
            name: name, keyID: verifier.keyID, signature: key.sign(Array(text.utf8)))
        return (SignedNote(text: text, signatures: [signature]), verifier)
    }

    private func signatures(_ count: Int) -> [SignedNote.Signature] {
        (0..<count).map { .init(name: "witness\($0)", keyID: UInt32($0), signature: [1, 2, 3]) }
    }

    @Test func `what is printed is read again`() throws {
        let (note, key) = try signed(text)
        let read = try SignedNote(note.description)
        #expect(read == note)
        #expect(read.description == note.description)
        #expect(try read.verify(with: [key]) == [key])
    }

    @Test(arguments: ["\n", "\n\n", "a\n\n"]) func `a text of empty lines is read too`(text: String) throws {
        let (note, key) = try signed(text)
        let read = try SignedNote(note.description)
        #expect(read.text == text)
        #expect(try read.verify(with: [key]) == [key])
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func `any note is read as it was printed`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let words = ["", " ", "text", "— ", "— x AAAA", "ärger", "日本", "👩‍⚕️", "+", "\u{7f}", "\u{a0}", "e\u{301}"]
        let lines = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
            (0..<3).map { _ in words.randomElement(using: &random)! }.joined() + "\n"
        }
        let signatures = (0..<Int.random(in: 1...20, using: &random)).map { number in
            SignedNote.Signature(
                name: ["a", "ä.example/log", "—", "=", "日本"].randomElement(using: &random)! + "\(number)",
                keyID: .random(in: .min ... .max, using: &random),
                signature: random.bytes(Int.random(in: 1...100, using: &random)))
        }
        let note = SignedNote(text: "first\n" + lines.joined(), signatures: signatures)
        let read = try SignedNote(note.description)
        #expect(Array(read.text.utf8) == Array(note.text.utf8))
        #expect(read.signatures == signatures)
        #expect(Array(read.description.utf8) == Array(note.description.utf8))
    }

    @Test func `no byte can be changed: it is refused, or another note, and never verified`() throws {
        let (note, key) = try signed(text)
        let bytes = Array(note.description.utf8)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                guard let string = String(validating: changed, as: UTF8.self) else { continue }
                guard let read = try? SignedNote(string) else { continue }
                try #require(Array(read.description.utf8) == changed, "byte \(place) is read in two spellings")
                #expect(throws: NoteError.self, "bit \(bit) of byte \(place)") { try read.verify(with: [key]) }
            }
        }
    }

    @Test func `no byte can be left out or put in`() throws {
        let (note, key) = try signed(text)
        let bytes = Array(note.description.utf8)
        for place in bytes.indices {
            var shorter = bytes
            shorter.remove(at: place)
            var changed = [shorter]
            for byte in Array(" \n=A—".utf8) {
                var longer = bytes
                longer.insert(byte, at: place)
                changed.append(longer)
            }
            for changed in changed {
                guard let string = String(validating: changed, as: UTF8.self) else { continue }
                guard let read = try? SignedNote(string) else { continue }
                try #require(Array(read.description.utf8) == changed, "byte \(place) is read in two spellings")
                #expect(throws: NoteError.self, "at byte \(place)") { try read.verify(with: [key]) }
            }
        }
    }

    @Test(arguments: [
        "", "\n", "\n\n", "\n\n\n", "text", "text\n", "text\n\n", "text\n— a AAAAAAA=\n", "text\n\n— a AAAAAAA=",
        "text\n\n— a AAAAAAA=\n\n", "text\n\n— a AAAAAAA=\nmore\n", "text\n\n- a AAAAAAA=\n", "text\n\n—a AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n", "text\n\n— a\n", "text\n\n— a \n", "text\n\n— a  AAAAAAA=\n",
        "text\n\n— a AAAAAAA= \n",
        "text\n\n— a AAAAAAA= x\n", "text\n\n— a AAAAAAA\n", "text\n\n— a AAAAAAB=\n", "text\n\n— a AAAA\n",
        "text\n\n— a AAAAAA==\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— a\u{a0}b AAAAAAA=\n",
        "text\n\n— a\u{2003} AAAAAAA=\n", "text\n\n— a\u{3000}b AAAAAAA=\n", "text\n\n— a AAAAAAA=\r\n",
        "text\r\n\r\n— a AAAAAAA=\r\n", "te\txt\n\n— a AAAAAAA=\n", "te\0xt\n\n— a AAAAAAA=\n",
        "te\u{1f}xt\n\n— a AAAAAAA=\n", "\u{feff}", "text\n\n— a -_-_-_8=\n",
    ])
    func `what is no note is refused`(text: String) {
        #expect(throws: NoteError.malformed) { try SignedNote(text) }
    }

    @Test func `the shortest note is read`() throws {
        let note = try SignedNote("t\n\n— a AAAAAAA=\n")
        #expect(note.text == "t\n")
        #expect(note.signatures == [.init(name: "a", keyID: 0, signature: [0])])
        #expect(
            try SignedNote("t\n\n— a 3q2+7wE=\n").signatures == [.init(name: "a", keyID: 0xdead_beef, signature: [1])])
    }

    @Test func `the last empty line ends the text`() throws {
        let note = try SignedNote("t\n\n— a AAAAAAA=\n\n— b AAAAAAA=\n")
        #expect(note.text == "t\n\n— a AAAAAAA=\n")
        #expect(note.signatures.map(\.name) == ["b"])
        #expect(try SignedNote("t\n\n\n\n— b AAAAAAA=\n").text == "t\n\n\n")
    }

    @Test func `a hundred signatures are read, one more is refused`() throws {
        let note = SignedNote(text: text, signatures: signatures(100))
        #expect(try SignedNote(note.description).signatures.count == 100)
        #expect(SignedNote.largest.signatures == 100)
        #expect(throws: NoteError.malformed) {
            try SignedNote(SignedNote(text: text, signatures: signatures(101)).description)
        }
        // Repeats count: what bounds the work of reading is the number of lines.
        let repeated = SignedNote(text: text, signatures: Array(repeating: signatures(1)[0], count: 100))
        #expect(try SignedNote(repeated.description).signatures == signatures(1))
        #expect(throws: NoteError.malformed) { try SignedNote(repeated.description + "— witness0 AAAAAAECAw==\n") }
    }

    @Test func `a note of a million bytes is read, one more is refused`() throws {
        let tail = "\n\n— a AAAAAAA=\n"
        let longest = String(repeating: "x", count: 1_000_000 - tail.utf8.count) + tail
        #expect(try SignedNote(longest).text.utf8.count == 1_000_000 - tail.utf8.count + 1)
        #expect(throws: NoteError.malformed) { try SignedNote("x" + longest) }
    }

    @Test func `names that only look alike are two names`() throws {
        // Swift's String calls é and e + accent equal; a signature line is bytes.
        let composed = "caf\u{e9}.example"
        let decomposed = "cafe\u{301}.example"
        let (note, key) = try signed("t\n", name: decomposed)
        let stranger = SignedNote.Signature(
            name: composed, keyID: key.keyID, signature: note.signatures[0].signature)
        let both = SignedNote(text: note.text, signatures: [stranger] + note.signatures)
        let read = try SignedNote(both.description)
        #expect(read.signatures.count == 2, "one line was dropped as a repeat of the other")
        #expect(Array(read.description.utf8) == Array(both.description.utf8))
        #expect(try read.verify(with: [key]).count == 1)
        #expect(throws: NoteError.noKnownSignature) {
            try SignedNote(text: note.text, signatures: [stranger]).verify(with: [key])
        }
    }

    @Test func `two keys with one name and one id are ambiguous`() throws {
        // Two made-up keys whose 32-bit ids collide under this name.
        let name = "riverside-dental.example/daybook"
        func key(_ number: UInt32) -> VerifierKey {
            let head = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
            return VerifierKey(name: name, publicKey: head + [UInt8](repeating: 0, count: 28))
        }
        let one = key(83034)
        let other = key(94632)
        try #require(one.keyID == 0x189a_99ad && other.keyID == one.keyID && one != other)
        let signature = SignedNote.Signature(name: name, keyID: one.keyID, signature: [UInt8](repeating: 1, count: 64))
        let note = SignedNote(text: "t\n", signatures: [signature])
        #expect(throws: NoteError.ambiguousKey(name: name)) { try note.verify(with: [one, other]) }
        #expect(throws: NoteError.invalidSignature(name: name)) { try note.verify(with: [one]) }
        // They are in nobody's way where the note does not name them.
        let (good, known) = try signed("t\n")
        #expect(try good.verify(with: [one, known, other]) == [known])
    }

    @Test func `the same key given twice is one key`() throws {
        let (note, key) = try signed("t\n")
        #expect(try note.verify(with: [key, key]) == [key])
        let twice = SignedNote(text: note.text, signatures: note.signatures + note.signatures)
        #expect(try twice.verify(with: [key]) == [key])
    }

    @Test(arguments: [0, 1, 63, 65, 128]) func `a known key's signature of another length is refused`(length: Int)
        throws
    {
        let (note, key) = try signed("t\n")
        let bytes = Array((note.signatures[0].signature + note.signatures[0].signature).prefix(length))
        let wrong = SignedNote.Signature(name: key.name, keyID: key.keyID, signature: bytes)
        #expect(throws: NoteError.invalidSignature(name: key.name)) {
            try SignedNote(text: note.text, signatures: [wrong]).verify(with: [key])
        }
    }
}
