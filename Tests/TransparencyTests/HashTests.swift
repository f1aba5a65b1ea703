import TestSupport
import Testing
import Transparency

@Suite("Hash")
struct HashTests {
    @Test func `SHA-256 gives the answers of FIPS 180-4`() throws {
        let million = [UInt8](repeating: 0x61, count: 1_000_000)
        let answers: [([UInt8], String)] = [
            ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ]
        for (message, answer) in answers { #expect(Hash.sha256(message).bytes == bytes(hex: answer)) }
    }

    @Test func `one digest hashes one thing after another`() {
        let digest = Digest()
        let left = Hash.sha256([1])
        let right = Hash.sha256([2])
        let entry = Array("entry".utf8)
        for _ in 0..<3 {
            #expect(entry.withUnsafeBytes { digest.sha256($0) } == Hash.sha256(entry))
            #expect(digest.node(left, right) == Hash.sha256([1] + left.bytes + right.bytes))
            #expect(entry.withUnsafeBytes { digest.leaf($0) } == Hash.sha256([0] + entry))
            #expect(digest.leaf(UnsafeRawBufferPointer(start: nil, count: 0)) == Hash.sha256([0]))
        }
        #expect(digest.node(left, right) != digest.node(right, left))
        #expect(Hash.leaf(entry) == Hash.sha256([0] + entry))
    }

    @Test func `the empty tree's root is the hash of nothing, and zero is zero`() {
        #expect(Hash.emptyTree == Hash.sha256([]))
        #expect(Hash.zero.bytes == [UInt8](repeating: 0, count: 32))
        #expect(Hash.byteCount == 32)
    }

    @Test(arguments: 1...64 as ClosedRange<UInt64>) func `bytes and both texts come back`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let raw = random.bytes(32)
        let hash = try #require(Hash(bytes: raw))
        #expect(hash.bytes == raw)
        #expect(hash.base64 == Base64.standard.encode(raw))
        #expect(hash.base64url == Base64.url.encode(raw))
        #expect(hash.description == hash.base64)
        #expect(Hash(base64: hash.base64) == hash)
        #expect(Hash(base64url: hash.base64url) == hash)
    }

    @Test func `the bytes keep their order`() throws {
        let raw = (0..<32).map { UInt8($0) }
        let hash = try #require(Hash(bytes: raw))
        #expect(hash.bytes == raw)
        #expect(hash.base64 == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    }

    @Test func `no other number of bytes is a hash`() {
        for count in 0..<100 where count != 32 {
            let raw = [UInt8](repeating: 7, count: count)
            #expect(Hash(bytes: raw) == nil)
            #expect(Hash(base64: Base64.standard.encode(raw)) == nil)
            #expect(Hash(base64url: Base64.url.encode(raw)) == nil)
        }
    }

    @Test func `each reader takes its own spelling only`() throws {
        let hash = try #require(Hash(bytes: [UInt8](repeating: 0xff, count: 32)))
        let padded = hash.base64
        let bare = hash.base64url
        #expect(padded == String(repeating: "/", count: 42) + "8=")
        #expect(Hash(base64: bare) == nil)
        #expect(Hash(base64url: padded) == nil)
        #expect(Hash(base64: padded.dropLast()) == nil)
        #expect(Hash(base64: padded + "\n") == nil)
        #expect(Hash(base64: " " + padded) == nil)
        #expect(Hash(base64: String(repeating: "/", count: 42) + "9=") == nil, "stray bits were read")
        #expect(Hash(base64url: String(repeating: "_", count: 42) + "9") == nil, "stray bits were read")
        #expect(Hash(base64: "") == nil)
    }

    @Test func `a hash that differs in one bit is another, also in constant time`() {
        let hash = Hash.sha256([1, 2, 3])
        #expect(hash.equalsInConstantTime(hash))
        #expect(hash.equalsInConstantTime(Hash.sha256([1, 2, 3])))
        #expect(hash == Hash.sha256([1, 2, 3]))
        var all: Set<Hash> = [hash]
        for bit in 0..<256 {
            let other = hash.flipping(bit: bit)
            #expect(!hash.equalsInConstantTime(other), "bit \(bit) does not count")
            #expect(hash != other, "bit \(bit) does not count")
            all.insert(other)
        }
        #expect(all.count == 257)
    }

    @Test func `differences that cancel out in one word are still differences`() throws {
        let bits = [0, 64, 128, 192]
        let hash = Hash.sha256([9])
        for first in bits {
            for second in bits where first != second {
                #expect(!hash.equalsInConstantTime(hash.flipping(bit: first).flipping(bit: second)))
            }
        }
    }

    @Test func `the digests of RFC 9901's disclosures come out`() throws {
        struct File: Decodable {
            struct Vector: Decodable {
                let disclosure, digest: String
            }
            let vectors: [Vector]
        }
        let file = try Fixtures.vectors("sd_jwt_disclosures.json", as: File.self)
        #expect(file.vectors.count == 2)
        for vector in file.vectors {
            #expect(Hash.sha256(Array(vector.disclosure.utf8)).base64url == vector.digest)
            #expect(Hash(base64url: vector.digest)?.base64url == vector.digest)
        }
    }

    @Test func `random bytes come in the number asked for and are not the same twice`() {
        for count in [0, 1, 16, 32, 1000] { #expect(randomBytes(count).count == count) }
        #expect(randomBytes(32) != randomBytes(32))
        #expect(Set((0..<100).map { _ in randomBytes(16) }).count == 100)
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>) func `a stream in pieces hashes like the whole`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let whole = random.bytes(Int.random(in: 0...2000, using: &random))
        var running = RunningDigest()
        var rest = whole[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...200, using: &random))
            piece.withUnsafeBytes { running.update($0) }
            rest = rest.dropFirst(piece.count)
        }
        #expect(running.finish() == Hash.sha256(whole))
        #expect(RunningDigest().finish() == Hash.emptyTree)
    }
}
