import Foundation
import TestSupport
import Testing
import Transparency

@Suite("Base64")
struct Base64Tests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private let standard = Base64Tests.alphabet + Array("+/".utf8)
    private let url = Base64Tests.alphabet + Array("-_".utf8)

    @Test func `the examples of RFC 4648 §10 are written and read`() {
        let examples = [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
        for (plain, padded) in examples {
            #expect(Base64.standard.encode(Array(plain.utf8)) == padded)
            #expect(Base64.standard.decode(padded.utf8) == Array(plain.utf8))
            let bare = padded.filter { $0 != "=" }
            #expect(Base64.url.encode(Array(plain.utf8)) == bare)
            #expect(Base64.url.decode(bare.utf8) == Array(plain.utf8))
        }
    }

    @Test func `the last two characters are those of the alphabet asked for`() {
        #expect(Base64.standard.encode([0xfb, 0xef, 0xff]) == "++//")
        #expect(Base64.url.encode([0xfb, 0xef, 0xff]) == "--__")
        #expect(Base64.standard.decode("--__".utf8) == nil)
        #expect(Base64.url.decode("++//".utf8) == nil)
    }

    @Test(arguments: [Base64.standard, .url]) func `every string of one or two bytes comes back`(_ base64: Base64) {
        let short = (0...255).map { [UInt8($0)] } + (0...65535).map { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let failed = short.filter { base64.decode(base64.encode($0).utf8) != $0 }
        #expect(failed.isEmpty)
        #expect(Set(short.map { base64.encode($0) }).count == 256 + 65536, "two byte strings share a spelling")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `longer strings are written as Foundation writes them`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        for count in 0..<100 {
            let bytes = random.bytes(count)
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.standard.encode(bytes) == text)
            #expect(Base64.standard.decode(text.utf8) == bytes)
            let bare = Base64.url.encode(bytes)
            #expect(bare == text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
            #expect(Base64.url.decode(bare.utf8) == bytes)
        }
    }

    @Test func `one byte has one spelling: stray bits are refused`() {
        var read = 0
        for first in 0..<64 {
            for second in 0..<64 {
                let expected = second & 15 == 0 ? [UInt8(first << 2 | second >> 4)] : nil
                #expect(Base64.standard.decode([standard[first], standard[second]] + Array("==".utf8)) == expected)
                #expect(Base64.url.decode([url[first], url[second]]) == expected)
                if expected != nil { read += 1 }
            }
        }
        #expect(read == 256)
    }

    @Test func `two bytes have one spelling: stray bits are refused`() {
        for second in 0..<64 {
            for third in 0..<64 {
                let expected = third & 3 == 0 ? [UInt8(second >> 4), UInt8((second << 4 | third >> 2) & 255)] : nil
                #expect(Base64.standard.decode([standard[0], standard[second], standard[third], 0x3d]) == expected)
                #expect(Base64.url.decode([url[0], url[second], url[third]]) == expected)
            }
        }
    }

    @Test(arguments: [
        "=", "==", "===", "====", "A", "A=", "A==", "A===", "AA", "AA=", "AA===", "AAA", "AAA==", "AAAA=", "AAAA==",
        "AAAA====", "AAAAA", "AAAAA===", "AA==AAAA", "AAA=AAAA", "A=AA", "=AAA", "AA=A", "AAAA=A==",
    ])
    func `padding that is missing, too long or in the middle is refused`(text: String) {
        #expect(Base64.standard.decode(text.utf8) == nil)
    }

    @Test(arguments: ["A", "AA==", "AAA=", "AAAA=", "AAAAA", "=", "AA=", "A=AA"])
    func `base64url takes no padding and no lone character`(text: String) {
        #expect(Base64.url.decode(text.utf8) == nil)
    }

    @Test(arguments: [
        " AAAA", "AAAA ", "AA AA", "AAAA\n", "\nAAAA", "AA\nAA", "AAAA\r\n", "AAAA\0", "A\tAA", "AA== ", "ＡAAA", "AAÄA",
    ])
    func `spaces, line ends and foreign letters are refused`(text: String) {
        #expect(Base64.standard.decode(text.utf8) == nil)
        #expect(Base64.url.decode(text.utf8) == nil)
    }

    @Test func `no byte outside the alphabet is read, wherever it stands`() {
        let cases = [(Base64.standard, Set(standard)), (Base64.url, Set(url))]
        for (base64, alphabet) in cases {
            for place in 0..<8 {
                for byte in UInt8.min ... .max {
                    var text = Array("AAAAAAAA".utf8)
                    text[place] = byte
                    // One padding character may end a group of four, after a character without stray bits.
                    let isPadding = alphabet.contains(0x2b) && place == 7 && byte == 0x3d
                    #expect((base64.decode(text) != nil) == (alphabet.contains(byte) || isPadding))
                }
            }
        }
    }

    @Test func `bytes are appended after what stands there`() {
        var out = Array("proof: ".utf8)
        [UInt8]("foob".utf8).withUnsafeBytes { Base64.standard.append($0, to: &out) }
        #expect(String(decoding: out, as: UTF8.self) == "proof: Zm9vYg==")
    }
}
