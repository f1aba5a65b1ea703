import TestSupport
import Testing
import Transparency

@Suite("Signing key")
struct SigningKeyTests {
    /// The example of RFC 8410 §10.3.
    private let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----

        """

    @Test func `the examples of RFC 8032 §7.1 come out`() throws {
        let examples = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
                    + "be24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
                    + "2aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
                    + "d28dc027beceea1ec40a"
            ),
        ]
        for (seed, publicKey, message, signature) in examples {
            let key = try signingKey(seed: bytes(hex: seed) ?? [])
            let message = try #require(bytes(hex: message))
            #expect(key.publicKey == bytes(hex: publicKey))
            #expect(key.sign(message) == bytes(hex: signature))
            #expect(key.verifierKey(name: "a").isValid(signature: key.sign(message), of: message))
        }
    }

    @Test func `a key that was written is read again`() throws {
        for _ in 0..<8 {
            let key = SigningKey()
            let read = try SigningKey(pem: key.pem)
            #expect(read.publicKey == key.publicKey)
            #expect(read.pem == key.pem)
            let message = randomBytes(100)
            #expect(read.sign(message) == key.sign(message))
        }
    }

    @Test func `the key of RFC 8410 is read and written as it stands there`() throws {
        let key = try SigningKey(pem: pem)
        let published = try #require(
            Base64.standard.decode("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=".utf8))
        #expect(key.publicKey == Array(published.suffix(32)))
        #expect(key.pem == pem)
    }

    @Test func `a fresh key is another each time`() {
        #expect(Set((0..<20).map { _ in SigningKey().publicKey }).count == 20)
    }

    @Test func `a seed has 32 bytes`() {
        for count in 0..<70 {
            let made = SigningKey(seed: [UInt8](repeating: 1, count: count)) != nil
            #expect(made == (count == 32), "\(count) bytes")
        }
    }

    @Test func `the verifier key has the name and the public half`() throws {
        let key = try SigningKey(pem: pem)
        let verifier = key.verifierKey(name: "example.com/log")
        #expect(verifier == VerifierKey(name: "example.com/log", publicKey: key.publicKey))
        #expect(verifier.algorithm == .ed25519)
    }

    @Test func `no bit of a signature or of what it is over may be flipped`() throws {
        let key = try SigningKey(pem: pem)
        let verifier = key.verifierKey(name: "a")
        let message = Array("message".utf8)
        let signature = key.sign(message)
        #expect(verifier.isValid(signature: signature, of: message))
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!verifier.isValid(signature: changed, of: message), "bit \(bit) of the signature")
        }
        for bit in 0..<message.count * 8 {
            var changed = message
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!verifier.isValid(signature: signature, of: changed), "bit \(bit) of the message")
        }
        for other in [[], message.dropLast(), message + [0]] {
            #expect(!verifier.isValid(signature: signature, of: Array(other)))
        }
        for count in [0, 1, 32, 63] {
            #expect(!verifier.isValid(signature: Array(signature.prefix(count)), of: message))
        }
        #expect(!verifier.isValid(signature: signature + [0], of: message))
    }

    @Test func `what is no private key is unreadable`() throws {
        let body = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
        let publicKey = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----

            """
        let texts = [
            "", "\n", "garbage", "\0", body, publicKey, String(pem.dropLast(40)), String(pem.dropFirst(5)),
            pem.replacing("PRIVATE KEY", with: "CERTIFICATE"), pem.replacing("MC4C", with: "MC5C"),
            pem.replacing("MC4C", with: "****"), pem.replacing("BEGIN PRIVATE", with: "BEGIN ENCRYPTED PRIVATE"),
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        ]
        for text in texts {
            #expect(throws: SigningKeyError.unreadable, "\(text)") { _ = try SigningKey(pem: text) }
        }
        #expect(throws: Never.self) { _ = try SigningKey(pem: pem) }
    }

    @Test func `an X25519 and a P-256 key are of another kind`() {
        let keys = [
            ["MC4CAQAwBQYDK2VuBCIEIGDnl3rfOvEuTJlnPc8ldl+Wgfi/OEvih/qzbhwI6DRf"],
            [
                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVsyn+HNsmy5kIUaU",
                "+nrXfpKZH7zXAFX4pvXLXvK+O/GhRANCAAR5omiPaHheF5GGvt/K/wi/TegzDi1p",
                "BcUUlPXfFuvn517ulmFjCgks3CE9BefFclYkpTvrAZJwmw6TYXlKgoIY",
            ],
        ]
        for lines in keys {
            let pem = (["-----BEGIN PRIVATE KEY-----"] + lines + ["-----END PRIVATE KEY-----", ""]).joined(
                separator: "\n")
            #expect(throws: SigningKeyError.notEd25519) { _ = try SigningKey(pem: pem) }
        }
    }

    @Test func `an encrypted key is unreadable, and nobody is asked for its password`() {
        // Made by `openssl genpkey -algorithm ed25519 -aes-256-cbc -pass pass:secret`.
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj2jz+oFPMIIgICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELyhDqcF264ZQ4Q6uLMWDHoEQPSC
            gCLCm6JKN5p6tgmucQMHZuBs2a1X3Mhx8Q5emHt8c7w8YMEHx7iKO8c5NMWvTMt/
            8ZxRkZP1TIEPTgBUUQ4=
            -----END ENCRYPTED PRIVATE KEY-----

            """
        #expect(throws: SigningKeyError.unreadable) { _ = try SigningKey(pem: encrypted) }
    }

    @Test func `what stands around the key is passed over, however long`() throws {
        let around = String(repeating: "a line of text\n", count: 1000)
        let key = try SigningKey(pem: around + pem + around)
        #expect(key.pem == pem)
    }
}
