import TestSupport
import Testing
import Transparency

@Suite("Verifier key")
struct VerifierKeyTests {
    private let vectors: NoteVectors

    init() throws {
        vectors = try NoteVectors.read()
    }

    @Test func `published keys are read and printed as they were`() throws {
        for text in [vectors.keys.peter_vkey, vectors.keys.enoch_vkey, vectors.c2sp_example.vkey] {
            let key = try VerifierKey(text)
            #expect(key.text == text)
            #expect(key.algorithm == .ed25519)
            #expect(try VerifierKey(key.text) == key)
            #expect(VerifierKey(name: key.name, publicKey: key.publicKey) == key)
        }
        #expect(try VerifierKey(vectors.keys.peter_vkey).name == "PeterNeumann")
        #expect(try VerifierKey(vectors.keys.peter_vkey).keyID == 0xc74f_20a3)
    }

    @Test func `the published bad keys are refused`() throws {
        let texts = vectors.bad_vkeys.compactMap(\.vkey)
        try #require(texts.count == 2)
        #expect(throws: VerifierKeyError.malformed) { try VerifierKey(texts[0]) }
        #expect(throws: VerifierKeyError.unknownAlgorithm(0x65)) { try VerifierKey(texts[1]) }
    }

    @Test func `no part of a key is a key`() {
        let text = Array(vectors.keys.peter_vkey)
        for start in text.indices {
            for end in start...text.count where end - start < text.count {
                let part = String(text[start..<end])
                #expect(throws: VerifierKeyError.self, "\(part) was read") { try VerifierKey(part) }
            }
        }
    }

    @Test func `a key with one byte changed is no key`() throws {
        let text = Array(vectors.keys.peter_vkey.utf8)
        for place in text.indices {
            for change in [UInt8(1), 2, 32, 255] {
                var changed = text
                changed[place] &+= change
                guard let string = String(validating: changed, as: UTF8.self) else { continue }
                #expect(throws: VerifierKeyError.self, "\(string) was read") { try VerifierKey(string) }
            }
        }
    }

    @Test func `each kind of mistake has its error`() throws {
        let key = try VerifierKey(vectors.keys.peter_vkey)
        let parts = vectors.keys.peter_vkey.split(separator: "+", maxSplits: 2).map(String.init)
        let cases: [(String, VerifierKeyError)] = [
            ("", .malformed), ("+", .malformed), ("++", .malformed), ("name", .malformed),
            ("name+00000000", .malformed),
            ("name+00000000+", .malformed), ("name+00000000+A", .malformed),
            ("\(parts[0])+\(parts[1].uppercased())+\(parts[2])", .wrongKeyID),
            ("\(parts[0])+0\(parts[1])+\(parts[2])", .wrongKeyID),
            ("\(parts[0])+\(parts[1].dropLast())+\(parts[2])", .wrongKeyID),
            ("\(parts[0])++\(parts[2])", .wrongKeyID),
            ("Another\(parts[0])+\(parts[1])+\(parts[2])", .wrongKeyID),
            ("+\(parts[1])+\(parts[2])", .malformed),
            ("Peter Neumann+\(parts[1])+\(parts[2])", .malformed),
            ("\(parts[0])+\(parts[1])+\(parts[2])\n", .malformed),
            ("\(parts[0])+\(parts[1])+ \(parts[2])", .malformed),
            ("\(parts[0])+\(parts[1])+\(Base64.standard.encode([0x01] + key.publicKey.dropLast()))", .malformed),
            ("\(parts[0])+\(parts[1])+\(Base64.standard.encode([0x01] + key.publicKey + [0]))", .malformed),
            ("\(parts[0])+\(parts[1])+\(Base64.standard.encode([0x02] + key.publicKey))", .unknownAlgorithm(2)),
            ("\(parts[0])+\(parts[1])+\(Base64.standard.encode([0x06] + key.publicKey))", .unknownAlgorithm(6)),
            ("\(parts[0])+\(parts[1])+\(Base64.standard.encode([0x04] + key.publicKey))", .wrongKeyID),
        ]
        for (text, error) in cases { #expect(throws: error, "\(text)") { try VerifierKey(text) } }
    }

    @Test(arguments: 1...32 as ClosedRange<UInt64>) func `any key is read as it was printed`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let name = ["a", "example.com/log", "日本.example", "=/-_", "—"].randomElement(using: &random)!
        for algorithm in [VerifierKey.Algorithm.ed25519, .cosignature] {
            let key = VerifierKey(name: name, algorithm: algorithm, publicKey: random.bytes(32))
            let read = try VerifierKey(key.text)
            #expect(read == key)
            #expect(read.algorithm == algorithm)
            let digest = Hash.sha256(Array(name.utf8) + [0x0a, algorithm.rawValue] + key.publicKey).bytes
            #expect(
                read.keyID == UInt32(digest[0]) << 24 | UInt32(digest[1]) << 16 | UInt32(digest[2]) << 8
                    | UInt32(digest[3]))
        }
    }

    @Test(arguments: [
        "", " ", "a b", "a+b", "a\n", "\ta", "a\u{0}", "a\u{1f}", "a\u{7f}", "a\u{85}", "a\u{a0}b", "a\u{1680}",
        "a\u{2028}",
        "a\u{2029}", "\u{2003}", "a\u{202f}", "a\u{205f}", "a\u{3000}", "a\r\nb",
        "a\u{7f}", "a\u{80}", "a\u{9b}31m", "\u{9f}",
    ])
    func `a name with a space, a plus or a control character is none`(name: String) {
        #expect(!VerifierKey.isValidName(name))
    }

    @Test(arguments: ["a", "example.com/foo", "日本", "=", "—", "caf\u{e9}", "👩‍⚕️", "a\"b", "<script>"])
    func `any other name is one`(name: String) {
        #expect(VerifierKey.isValidName(name))
    }

    @Test func `keys of names that only look alike are two`() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        func key(_ name: String) -> VerifierKey { VerifierKey(name: name, publicKey: Array(repeating: 1, count: 32)) }
        func checkpoint(_ name: String) -> Checkpoint { Checkpoint(origin: name, size: 1, root: .zero) }
        func signature(_ name: String) -> SignedNote.Signature { .init(name: name, keyID: 1, signature: [1]) }
        #expect(composed == decomposed, "what Swift calls equal")
        #expect(key(composed) == key(composed) && key(composed) != key(decomposed))
        #expect(checkpoint(composed) == checkpoint(composed) && checkpoint(composed) != checkpoint(decomposed))
        #expect(signature(composed) == signature(composed) && signature(composed) != signature(decomposed))
        #expect(
            SignedNote(text: composed + "\n", signatures: []) != SignedNote(text: decomposed + "\n", signatures: []))
        #expect(Set([key(composed), key(decomposed)]).count == 2)
    }

    @Test func `the fingerprint is the hash of the public key in fours`() throws {
        let key = try VerifierKey(vectors.keys.peter_vkey)
        let groups = key.fingerprint.split(separator: " ", omittingEmptySubsequences: false)
        #expect(groups.count == 16)
        #expect(groups.allSatisfy { $0.count == 4 })
        #expect(bytes(hex: groups.joined()) == Hash.sha256(key.publicKey).bytes)
        #expect(key.fingerprint == key.fingerprint.lowercased())
    }

    @Test func `a key that cannot be one stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = VerifierKey(name: "a b", publicKey: [UInt8](repeating: 0, count: 32))
        }
        await #expect(processExitsWith: .failure) {
            _ = VerifierKey(name: "a", publicKey: [UInt8](repeating: 0, count: 31))
        }
        await #expect(processExitsWith: .success) {
            _ = VerifierKey(name: "a", publicKey: [UInt8](repeating: 0, count: 32))
        }
    }
}
