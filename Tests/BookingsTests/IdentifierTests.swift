import Bookings
import TestSupport
import Testing
import Transparency

@Suite("Identifiers and keys")
struct IdentifierTests {
    @Test func `composed and decomposed letters are two ids`() {
        let (composed, decomposed): (Identifier, Identifier) = ("caf\u{e9}", "cafe\u{301}")
        #expect(composed.text == decomposed.text, "Swift's strings say that they are one")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
        #expect(!(composed < decomposed))
    }

    @Test func `ids are not trimmed, folded or normalised`() {
        let ids: [Identifier] = ["A-1", "a-1", " A-1", "A-1 ", "A\u{2011}1", "", "Ａ-1", "A-1\u{0}"]
        #expect(Set(ids).count == ids.count)
        #expect(ids.map(\.description) == ids.map(\.text))
    }

    @Test func `the order is that of the bytes`() {
        let ids: [Identifier] = ["", "A", "A-1", "A-10", "A-2", "AA", "Z", "a", "\u{7f}", "é", "\u{ffff}", "😀"]
        #expect(ids.reversed().sorted() == ids)
    }

    @Test func `equality, order and hash follow the bytes of any two texts`() {
        let seed: UInt64 = 77
        print("seed \(seed)")
        var texts = HostileText(random: SplitMix64(seed: seed))
        for _ in 0..<5000 {
            let (left, right) = (texts.text(most: 2), texts.text(most: 2))
            let (one, other) = (Identifier(left), Identifier(right))
            let same = Array(left.utf8) == Array(right.utf8)
            #expect((one == other) == same)
            #expect((one < other) == Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8)))
            #expect(Set([one, other]).count == (same ? 1 : 2))
        }
    }

    @Test func `keys go by source, then by booking, and never run together`() {
        func key(_ source: Identifier, _ booking: Identifier) -> BookingKey {
            BookingKey(source: source, booking: booking)
        }
        let keys = [
            key("cr", "mA-1"), key("crm", "A-1"), key("crm", "A-10"), key("crm", "A-2"), key("crma", "-1"),
            key("é", ""),
        ]
        #expect(keys.reversed().sorted() == keys)
        #expect(Set(keys).count == keys.count)
        #expect(CommitmentTree.snapshotLeaf(keys[0]) != CommitmentTree.snapshotLeaf(keys[1]))
    }

    @Test func `the tree over no leaves has the hash of nothing`() {
        let none = Commitment { _ in }
        #expect(none.size == 0)
        #expect(none.root == .sha256([]))
        #expect(none.blocks.isEmpty)
    }

    @Test func `trees over leaves are those of RFC 6962`() {
        for count in [1, 2, 3, 7, 8, 33, 255, 256, 257, 600] {
            let keys = (0..<count).map { BookingKey(source: "crm", booking: Identifier("A-\($0)")) }
            let leaves = keys.enumerated().map { CommitmentTree.stateLeaf($1, entries: [$0, $0 + 9]) }
            let commitment = Commitment { leaf in zip(keys, leaves).forEach { leaf($0, $1) } }
            let tree = NaiveTree(entries: leaves)
            #expect(commitment.size == count)
            #expect(commitment.root == tree.root(size: count), "\(count)")
            let starts = stride(from: 0, to: count, by: 256)
            #expect(commitment.blocks.map(\.first) == starts.map { keys[$0] })
            #expect(commitment.blocks.map(\.hash) == starts.map { tree.hash(of: $0..<min($0 + 256, count)) })
        }
    }
}

@Suite("Disclosures")
struct DisclosureTests {
    private struct File: Decodable {
        struct Vector: Decodable {
            let disclosure, digest: String
        }
        let vectors: [Vector]
    }

    @Test func `the digests of RFC 9901's examples`() throws {
        let file = try Fixtures.vectors("sd_jwt_disclosures.json", as: File.self)
        #expect(file.vectors.count == 2)
        for vector in file.vectors {
            #expect(Base64.url.encode(Disclosure.digest(of: vector.disclosure).bytes) == vector.digest)
            #expect(Disclosure(text: vector.disclosure) == nil, "white space, or a list of two, is not our spelling")
        }
    }

    @Test func `texts and disclosures are a pair, whatever the value`() throws {
        var texts = HostileText(random: SplitMix64(seed: 9901))
        for _ in 0..<500 {
            let disclosure = Disclosure(salt: texts.random.bytes(16), name: "client.name", value: texts.text())
            let again = try #require(Disclosure(text: disclosure.text))
            #expect(again.value.utf8.elementsEqual(disclosure.value.utf8))
            #expect(again.text == disclosure.text)
            #expect(again.salt.count == 16)
            #expect(disclosure.sealed == .init(name: "client.name", digest: .sha256(utf8(disclosure.text))))
        }
    }

    @Test func `salts are fresh`() {
        let salts = (0..<1000).map { _ in Disclosure(name: "note", value: "x").salt }
        #expect(Set(salts).count == 1000)
        #expect(Set((0..<10).map { _ in Disclosure(name: "note", value: "x").digest }).count == 10)
    }

    @Test(arguments: [
        #"["AAAAAAAAAAAAAAAAAAAAAA","note"]"#, #"["AAAAAAAAAAAAAAAAAAAAAA","note","x","y"]"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA", "note","x"]"#,
        #"["AAAAAAAAAAAAAAAAAAAAA","note","x"]"#, #"["AAAAAAAAAAAAAAAAAAAAAB","note","x"]"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA","Note","x"]"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA","note",1]"#, #"["AAAAAAAAAAAAAAAAAAAAAA","note",null]"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA","note","\u0041"]"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA","note","x"] "#, #"{"salt":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
        #"["AAAAAAAAAAAAAAAAAAAAAA==","note","x"]"#, "",
    ])
    func `any other spelling is refused`(json: String) {
        #expect(Disclosure(text: Base64.url.encode(utf8(json))) == nil)
        #expect(Disclosure(text: Base64.url.encode(utf8(#"["AAAAAAAAAAAAAAAAAAAAAA","note","x"]"#))) != nil)
    }

    @Test func `padding, the other alphabet and stray bits are refused`() throws {
        let text = Disclosure(salt: [UInt8](repeating: 0xff, count: 16), name: "note", value: "??>").text
        #expect(Disclosure(text: text) != nil)
        #expect(Disclosure(text: text + "=") == nil)
        #expect(Disclosure(text: text + "A") == nil)
        let last = try #require(text.utf8.last)
        let strays = (UInt8(ascii: "A")...UInt8(ascii: "Z")).filter { $0 != last }.count {
            Disclosure(text: String(text.dropLast()) + String(Character(Unicode.Scalar($0)))) != nil
        }
        #expect(strays == 0)
    }
}
