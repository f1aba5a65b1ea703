import TestSupport
import Testing
import Transparency

@Suite("A policy of witnesses")
struct WitnessPolicyTests {
    private let log = TestLog()
    private let witnesses: [TestWitness]

    init() throws {
        witnesses = try (1...6).map { try TestWitness("witness.example/w\($0)", seed: UInt8($0)) }
    }

    private var w: [String] { witnesses.map(\.key.text) }

    /// Two of three here and one of three there, as the specification's example has it.
    private var nested: String {
        get throws {
            """
            # The example of the specification.
            log \(try log.key.text) https://demo.example/log

            witness X1 \(w[0])
            \twitness\tX2  \(w[1]) \t
            witness X3 \(w[2]) https://x3.example/
            group X-witnesses 2 X1 X2 X3
              # another organisation
            witness Y1 \(w[3])
            witness Y2 \(w[4])
            witness Y3 \(w[5])
            group Y-witnesses any Y1 Y2 Y3
            group X-and-Y all X-witnesses Y-witnesses
            quorum X-and-Y
            """
        }
    }

    @Test func `is read with its names, keys and URLs`() throws {
        let policy = try WitnessPolicy(nested)
        #expect(policy.logs.map(\.url) == ["https://demo.example/log"])
        #expect(try policy.logs.map(\.key) == [log.key])
        #expect(policy.witnesses.map(\.name) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"])
        #expect(policy.witnesses.map(\.key) == witnesses.map(\.key))
        #expect(policy.witnesses.compactMap(\.url) == ["https://x3.example/"])
    }

    @Test func `holds for just the sets of witnesses that it asks for`() throws {
        let policy = try WitnessPolicy(nested)
        for set in 0..<64 {
            let cosigning = (0..<6).filter { set >> $0 & 1 == 1 }
            let note = try log.note(9, cosigned: cosigning.map { (witnesses[$0], UInt64(100 + $0)) })
            let answer = try policy.verify(note)
            let expected = cosigning.count { $0 < 3 } >= 2 && cosigning.contains { $0 >= 3 }
            #expect(answer.holdsQuorum == expected, "\(cosigning)")
            #expect(answer.checkpoint == log.checkpoint(9))
            #expect(answer.cosignatures.map(\.witness) == cosigning.map { witnesses[$0].key })
            #expect(answer.cosignatures.map(\.time) == cosigning.map { Int64(100 + $0) })
        }
    }

    @Test func `of one witness, of none, and of none at all`() throws {
        let plain = try log.note(9)
        let cosigned = try log.note(9, cosigned: [(witnesses[0], 5)])
        let one = try WitnessPolicy("log \(log.key.text)\nwitness a \(w[0])\nquorum a\n")
        #expect(try !one.verify(plain).holdsQuorum)
        #expect(try one.verify(cosigned).holdsQuorum)
        // One signature twice is one witness.
        let two = try WitnessPolicy("witness a \(w[0])\nwitness b \(w[1])\ngroup g 2 a b\nquorum g")
        let twice = try log.note(9, cosigned: [(witnesses[0], 5), (witnesses[0], 6)])
        #expect(try !two.verify(twice, keys: [log.key]).holdsQuorum)
        let none = try WitnessPolicy("log \(log.key.text)\nwitness a \(w[0])\nquorum none")
        #expect(try none.verify(plain).holdsQuorum)
        #expect(try none.verify(plain).cosignatures == [])
        #expect(try none.verify(cosigned).cosignatures.count == 1)
    }

    @Test func `no quorum makes up for the log's own signature`() throws {
        let policy = try WitnessPolicy("witness a \(w[0])\nquorum a")
        let note = try log.note(9, cosigned: [(witnesses[0], 5)])
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try policy.verify(note) }
        #expect(try policy.verify(note, keys: [log.key]).holdsQuorum)
        let unsigned = SignedNote(text: note.text, signatures: [note.signatures[1]])
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try policy.verify(unsigned, keys: [log.key]) }
        // A log of the policy speaks for its own origin only.
        let other = try signingKey(seed: log.seed).verifierKey(name: "other.example/log")
        let foreign = try WitnessPolicy("log \(other.text)\nwitness a \(w[0])\nquorum a")
        let text = log.checkpoint(9).text
        let forged = SignedNote(
            text: text,
            signatures: [
                .init(
                    name: other.name, keyID: other.keyID,
                    signature: try signingKey(seed: log.seed).sign(Array(text.utf8))),
                try witnesses[0].cosign(text, time: 5),
            ])
        #expect(throws: CheckpointError.note(.noKnownSignature)) { try foreign.verify(forged) }
    }

    @Test func `a forged cosignature of a witness refuses the note`() throws {
        let policy = try WitnessPolicy(nested)
        let note = try log.note(9, cosigned: [(witnesses[0], 5), (witnesses[1], 5), (witnesses[3], 5)])
        let foreign = try witnesses[4].cosign(log.checkpoint(10).text, time: 5)
        let forged = SignedNote(text: note.text, signatures: note.signatures + [foreign])
        #expect(throws: CheckpointError.note(.invalidSignature(name: witnesses[4].key.name))) {
            try policy.verify(forged)
        }
    }

    @Test func `names are bytes`() throws {
        let policy = try WitnessPolicy(
            "witness \u{e9} \(w[0])\nwitness e\u{301} \(w[1])\nwitness \u{212a} \(w[2])\nwitness K \(w[3])\n"
                + "group g all \u{e9} e\u{301} \u{212a}\nquorum g")
        #expect(policy.quorum == .group(atLeast: 3, of: witnesses.prefix(3).map { .witness($0.key) }))
        #expect(try WitnessPolicy(bytes: Array("# caf".utf8) + [0xe9] + Array("\nquorum none".utf8)).quorum == .none)
        let latin = Array("witness ".utf8) + [0xe9] + Array(" \(w[0])\nquorum ".utf8)
        #expect(try WitnessPolicy(bytes: latin + [0xe9]).quorum == .witness(witnesses[0].key))
        #expect(throws: WitnessPolicyError.self) { try WitnessPolicy(bytes: latin + [0xe8]) }
    }

    /// Policies with one mistake each: the line in which it is, and words that its reason has.
    static let mistakes: [(text: String, line: Int?, words: String)] = [
        ("", nil, "no quorum"),
        ("witness a W1\n# quorum a\n", nil, "no quorum"),
        ("quorum none\nquorum none", 2, "this is the second"),
        ("quorum a", 1, "called \"a\""),
        ("quorum a\nwitness a W1", 1, "called \"a\""),
        ("quorum", 1, "quorum NAME"),
        ("quorum none none", 1, "quorum NAME"),
        ("\n\nwitnes a W1\nquorum none", 3, "not with \"witnes\""),
        ("Quorum none", 1, "not with \"Quorum\""),
        ("witness a W1\r\nquorum a", 1, "control character"),
        ("witness a W1\u{b}\nquorum a", 1, "control character"),
        ("# a\u{7f}\nquorum none", 1, "control character"),
        ("witness a", 1, "witness NAME KEY"),
        ("witness a W1 url more", 1, "witness NAME KEY"),
        ("witness a nothing", 1, "the form"),
        ("witness a L1\nquorum none", 1, "a witness has one of type 4"),
        ("log W1\nquorum none", 1, "a log has one of type 1"),
        ("log\nquorum none", 1, "log KEY"),
        ("log L1 url more\nquorum none", 1, "log KEY"),
        ("log L1\nlog L1\nquorum none", 2, "another log has this public key"),
        ("log L1\nlog L2\nquorum none", 2, "another log has this public key"),
        ("witness a W1\nwitness b W1\nquorum none", 2, "would count twice"),
        ("witness a W1\nwitness b W1b\nquorum none", 2, "would count twice"),
        ("witness a W1\nwitness a W2\nquorum none", 2, "name of another"),
        ("witness a W1\ngroup a any a\nquorum none", 2, "name of another"),
        ("witness a W1\ngroup g any a\nwitness g W2\nquorum none", 3, "name of another"),
        ("witness none W1\nquorum none", 1, "\"none\""),
        ("witness a W1\ngroup none any a\nquorum none", 2, "\"none\""),
        ("witness a W1\ngroup g any none\nquorum none", 2, "called \"none\""),
        ("witness a W1\ngroup g any a b\nwitness b W2\nquorum g", 2, "called \"b\""),
        ("group g any g\nquorum g", 1, "called \"g\""),
        ("witness a W1\ngroup g any\nquorum g", 2, "group NAME"),
        ("witness a W1\ngroup g 2 a a\nquorum g", 2, "member of a group already"),
        ("witness a W1\ngroup g any a\ngroup h any a\nquorum h", 3, "member of a group already"),
        ("witness a W1\nwitness b W2\ngroup g any a\ngroup h 2 g a\nquorum h", 4, "member of a group already"),
        ("witness a W1\ngroup g 0 a\nquorum g", 2, "from 1 to 1"),
        ("witness a W1\ngroup g 2 a\nquorum g", 2, "from 1 to 1"),
        ("witness a W1\ngroup g 01 a\nquorum g", 2, "from 1 to 1"),
        ("witness a W1\ngroup g +1 a\nquorum g", 2, "from 1 to 1"),
        ("witness a W1\ngroup g most a\nquorum g", 2, "\"most\" is not all, any"),
        ("witness a BADID\nquorum a", 1, "key id"),
        ("witness a x+11223344+BgAA\nquorum a", 1, "type 6"),
    ]

    @Test(arguments: mistakes.indices) func `a mistake is named with its line`(_ place: Int) throws {
        let mistake = WitnessPolicyTests.mistakes[place]
        let first = witnesses[0].key
        let sameKey = VerifierKey(name: "other.example", algorithm: .cosignature, publicKey: first.publicKey)
        let sameLog = VerifierKey(name: "other.example", publicKey: try log.key.publicKey)
        let id = first.text.split(separator: "+")[1]
        let text = mistake.text.replacing("W1b", with: sameKey.text).replacing("W1", with: w[0])
            .replacing("W2", with: w[1]).replacing("L1", with: try log.key.text).replacing("L2", with: sameLog.text)
            .replacing("BADID", with: first.text.replacing(id, with: "00000000"))
        let error = #expect(throws: WitnessPolicyError.self) { try WitnessPolicy(text) }
        #expect(error?.line == mistake.line, "\(String(describing: error))")
        #expect(error?.reason.contains(mistake.words) == true, "\(String(describing: error))")
    }

    @Test func `sizes and depth are bounded, well above what the specification asks for`() throws {
        let key = { (name: String, number: Int) -> String in
            let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) } + [UInt8](repeating: 7, count: 24)
            return VerifierKey(name: name, algorithm: .cosignature, publicKey: bytes).text
        }
        let many = (0..<1000).map { "witness w\($0) \(key("w", $0))\ngroup g\($0) any w\($0)\n" }.joined()
        let all = (0..<1000).map { " g\($0)" }.joined()
        let policy = try WitnessPolicy(many + "group all 501\(all)\nquorum all")
        #expect(policy.witnesses.count == 1000)
        #expect(policy.quorum.holds(with: Set(policy.witnesses.prefix(501).map(\.key))))
        #expect(!policy.quorum.holds(with: Set(policy.witnesses.prefix(500).map(\.key))))

        let tooMany = (0...WitnessPolicy.largest.names).map { "witness w\($0) \(key("w", $0))\n" }.joined()
        #expect(throws: WitnessPolicyError.self) { try WitnessPolicy(tooMany + "quorum none") }
        func tower(_ height: Int) -> String {
            "witness g0 \(w[0])\n" + (1...height).map { "group g\($0) any g\($0 - 1)\n" }.joined()
                + "quorum g\(height)"
        }
        let deepest = WitnessPolicy.largest.depth
        #expect(try WitnessPolicy(tower(deepest)).quorum.holds(with: [witnesses[0].key]))
        let error = #expect(throws: WitnessPolicyError.self) { try WitnessPolicy(tower(deepest + 1)) }
        #expect(error?.line == deepest + 2)
        let long = "#" + String(repeating: " ", count: WitnessPolicy.largest.bytes) + "\nquorum none"
        #expect(throws: WitnessPolicyError.self) { try WitnessPolicy(long) }
    }
}
