import TestSupport
import Testing

@testable import Transparency

private let imprint = Hash.sha256(Array("demo.example/daybook\n3\n…\n".utf8))

/// A stamp of ``imprint`` by an authority of the tests' own.
private func stamp(
    _ authority: TimestampAuthority, by name: String = "tsa", time: String = "20260301120000Z",
    digest: String = "sha256"
) throws -> TimestampToken {
    let info = TimestampAuthority.info(imprint: imprint.bytes, time: time)
    return try TimestampToken(der: authority.token(over: info, by: name, digest: digest))
}

@Suite("Time-stamp request")
struct TimestampRequestTests {
    @Test func `is read as it was written, and nothing else is read`() throws {
        for _ in 0..<50 {
            let request = TimestampRequest(imprint: imprint)
            let der = request.der
            #expect(der.count == 69)
            #expect(TimestampRequest(der: der) == request)
            #expect(TimestampRequest(imprint: imprint).nonce != request.nonce)
            for place in der.indices {
                var other = der
                other[place] ^= 0x80
                #expect(TimestampRequest(der: other) != request)
                #expect(TimestampRequest(der: Array(der[..<place])) == nil)
            }
            #expect(TimestampRequest(der: der + [0]) == nil)
        }
    }

    @Test func `is one that a nonce of DER needs all its bytes for`() {
        for _ in 0..<1000 {
            #expect((0x40...0x7f).contains(TimestampRequest(imprint: imprint).nonce[0]))
        }
    }
}

@Suite("Time-stamp", .enabled(if: TimestampAuthority.isAvailable, "the openssl program is not installed"))
struct TimestampTests {
    private let authority: TimestampAuthority
    private let roots: TimestampRoots

    init() throws {
        authority = try TimestampAuthority()
        roots = try TimestampRoots(pem: authority.root)
    }

    @Test func `by a real authority holds, and says who and when`() throws {
        let request = TimestampRequest(imprint: imprint)
        for withCertificates in [false, true] {
            let token = try TimestampToken(
                response: authority.answer(to: request.der, withCertificates: withCertificates))
            try token.require(answerTo: request)
            #expect(try roots.verify(token, imprint: imprint) == "CN=Authority tsa")
            #expect(try TimestampToken(der: token.der) == token)
            // Made between the first of January 2026 and 2045, when the test's certificate ends.
            #expect((1_767_225_600_000_000..<2_366_841_600_000_000).contains(token.microseconds))
        }
    }

    @Test func `by an RSA key holds too`() throws {
        try authority.certify("rsa", for: .timestamps, key: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        let token = try stamp(authority, by: "rsa")
        #expect(try roots.verify(token, imprint: imprint) == "CN=Authority rsa")
        try authority.certify("short", for: .timestamps, key: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"])
        let weak = try stamp(authority, by: "short")
        #expect(throws: TimestampError.brokenChain("EE certificate key too weak")) {
            try roots.verify(weak, imprint: imprint)
        }
    }

    @Test func `of something else is refused`() throws {
        let token = try TimestampToken(response: authority.answer(to: TimestampRequest(imprint: imprint).der))
        #expect(throws: TimestampError.wrongImprint) { try roots.verify(token, imprint: .emptyTree) }
        #expect(throws: TimestampError.wrongImprint) {
            try token.require(answerTo: TimestampRequest(imprint: .emptyTree))
        }
        // The same text, asked for another time.
        #expect(throws: TimestampError.wrongNonce) { try token.require(answerTo: TimestampRequest(imprint: imprint)) }
    }

    @Test func `without a nonce answers no request`() throws {
        let token = try stamp(authority)
        #expect(token.nonce == nil)
        #expect(throws: TimestampError.wrongNonce) { try token.require(answerTo: TimestampRequest(imprint: imprint)) }
        #expect(try roots.verify(token, imprint: imprint) == "CN=Authority tsa")
    }

    @Test func `of another root is refused, and one of several roots is enough`() throws {
        let other = try TimestampAuthority()
        let token = try stamp(other)
        #expect(throws: TimestampError.unknownRoot) { try roots.verify(token, imprint: imprint) }
        let both = try TimestampRoots(pem: authority.root + other.root)
        #expect(try both.verify(token, imprint: imprint) == "CN=Authority tsa")
    }

    @Test(arguments: [TimestampAuthority.Purpose.notCritical, .alsoCode, .webServer, .unsaid])
    func `by a certificate that is not for time-stamps alone is refused`(purpose: TimestampAuthority.Purpose) throws {
        try authority.certify("other", for: purpose)
        let token = try stamp(authority, by: "other")
        #expect(throws: TimestampError.wrongPurpose) { try roots.verify(token, imprint: imprint) }
    }

    @Test func `holds as of the moment that it states, not as of now`() throws {
        try authority.certify("old", for: .timestamps, from: "20200101000000Z", to: "20210101000000Z")
        for time in ["20210101000001Z", "20191231235959.9Z", "20260301120000Z"] {
            let token = try stamp(authority, by: "old", time: time)
            #expect(throws: TimestampError.notValidThen) { try roots.verify(token, imprint: imprint) }
        }
        for time in ["20200101000000Z", "20200601120000Z", "20201231235959.9Z"] {
            let token = try stamp(authority, by: "old", time: time)
            #expect(try roots.verify(token, imprint: imprint) == "CN=Authority old")
        }
    }

    @Test func `with a weak digest is refused`() throws {
        let token = try stamp(authority, digest: "sha1")
        #expect(throws: TimestampError.badSignature) { try roots.verify(token, imprint: imprint) }
        #expect(try roots.verify(try stamp(authority, digest: "sha512"), imprint: imprint) == "CN=Authority tsa")
    }

    @Test func `that was cut or has more after it is refused`() throws {
        let der = try stamp(authority).der
        for count in der.indices {
            #expect(throws: TimestampError.malformed) { try TimestampToken(der: Array(der[..<count])) }
        }
        #expect(throws: TimestampError.malformed) { try TimestampToken(der: der + [0]) }
        #expect(throws: TimestampError.malformed) {
            try TimestampToken(der: [UInt8](repeating: 0x30, count: TimestampToken.largest + 1))
        }
    }

    @Test func `with one bit changed is refused, whichever it is`() throws {
        let request = TimestampRequest(imprint: imprint)
        let der = try TimestampToken(response: authority.answer(to: request.der)).der
        var accepted: [String] = []
        for place in der.indices {
            for bit in 0..<8 {
                var other = der
                other[place] ^= 1 << bit
                guard let token = try? TimestampToken(der: other),
                    (try? roots.verify(token, imprint: imprint)) != nil
                else { continue }
                accepted.append("byte \(place) of \(der.count), bit \(bit)")
            }
        }
        #expect(accepted.isEmpty, "\(accepted)")
    }

    @Test func `in an answer that was cut or changed is refused, or the same`() throws {
        let request = TimestampRequest(imprint: imprint)
        let answer = try authority.answer(to: request.der)
        let token = try TimestampToken(response: answer)
        for place in answer.indices {
            #expect(throws: TimestampError.self) { try TimestampToken(response: Array(answer[..<place])) }
            for bit in 0..<8 {
                var other = answer
                other[place] ^= 1 << bit
                guard let read = try? TimestampToken(response: other), read != token else { continue }
                #expect((try? roots.verify(read, imprint: imprint)) == nil, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test func `that an authority did not grant says why`() throws {
        // An authority that takes SHA-256 alone is asked for SHA-1, at the place of its name in the request.
        var request = TimestampRequest(imprint: imprint).der
        request[15] = 0x02
        let answer = try authority.answer(to: request)
        let refusal = #expect(throws: TimestampError.self) { try TimestampToken(response: answer) }
        guard case .notGranted(let words)? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(words.contains("Status: Rejected"), "\(words)")
        #expect(!words.contains("\n"))
    }

    @Test func `states its moment and how exact it is`() throws {
        // 1 s, 500 ms, 250 µs.
        let accuracy = TimestampAuthority.der(
            0x30, [0x02, 0x01, 0x01, 0x80, 0x02, 0x01, 0xf4, 0x81, 0x02, 0x00, 0xfa])
        let info = TimestampAuthority.info(
            imprint: imprint.bytes, time: "20260301120000.25Z", accuracy: accuracy, nonce: [0x41, 2])
        let token = try TimestampToken(der: authority.token(over: info))
        #expect(token.microseconds == 1_772_366_400_250_000)
        #expect(token.accuracy == 1_500_250)
        #expect(token.nonce == [0x41, 2])
        #expect(try roots.verify(token, imprint: imprint) == "CN=Authority tsa")
    }

    @Test(arguments: [
        "20260230120000Z", "20261301120000Z", "20260301240000Z", "20260301126000Z", "20260301120000", "202603011200Z",
        "20260301120000.Z", "20260301120000.50Z", "20260301120000+0100", "20260301120000.5+Z", "00000101000000Z",
    ]) func `of no moment is refused`(time: String) throws {
        let info = TimestampAuthority.info(imprint: imprint.bytes, time: time)
        let token = try authority.token(over: info)
        #expect(throws: TimestampError.malformed) { try TimestampToken(der: token) }
    }

    @Test func `needs roots that are certificates`() throws {
        let root = try authority.root
        for bad in [[], Array("no PEM\n".utf8), Array(root.dropLast(40)), root + Array(root.dropLast(40))] {
            #expect(throws: TimestampError.badRoots) { try TimestampRoots(pem: bad) }
        }
        #expect(throws: TimestampError.badRoots) {
            try TimestampRoots(pem: [UInt8](repeating: 10, count: TimestampRoots.largest + 1))
        }
    }
}

@Suite("The moment of a time-stamp")
struct GenTimeTests {
    @Test(arguments: [
        ("19700101000000Z", 0 as Int64), ("19691231235959Z", -1_000_000), ("20000229000000Z", 951_782_400_000_000),
        ("20260301120000.123456789Z", 1_772_366_400_123_456), ("99991231235959Z", 253_402_300_799_000_000),
        ("00010101000000Z", -62_135_596_800_000_000), ("20240229235959.000001Z", 1_709_251_199_000_001),
        ("21000228235959Z", 4_107_542_399_000_000),
    ]) func `is read in microseconds`(text: String, expected: Int64) {
        #expect(TimestampToken.microseconds(genTime: Array(text.utf8)) == expected)
    }

    @Test(arguments: ["21000229000000Z", "20230229000000Z", "2026030112000Z", "", "Z", "20260301120000.Z"])
    func `is not read where it is none`(text: String) {
        #expect(TimestampToken.microseconds(genTime: Array(text.utf8)) == nil)
    }
}
