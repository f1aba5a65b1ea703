import TestSupport
import Transparency

/// A witness for tests: it cosigns whatever it is given.
struct TestWitness {
    let seed: [UInt8]
    let key: VerifierKey

    init(_ name: String, seed byte: UInt8) throws {
        seed = [UInt8](repeating: byte, count: 32)
        key = VerifierKey(name: name, algorithm: .cosignature, publicKey: try signingKey(seed: seed).publicKey)
    }

    /// Its signature over a text, made from the format's description and not with the code under test.
    func cosign(_ text: String, time: UInt64) throws -> SignedNote.Signature {
        let message = Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
        let blob = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: time >> UInt64($0)) }
        return .init(name: key.name, keyID: key.keyID, signature: blob + (try signingKey(seed: seed).sign(message)))
    }
}

/// A log for tests with some leaves.
struct TestLog {
    static let origin = "demo.example/daybook"
    let tree = NaiveTree(count: 40, seed: 5)
    let seed: [UInt8] = Array(repeating: 9, count: 32)

    var key: VerifierKey {
        get throws { try signingKey(seed: seed).verifierKey(name: TestLog.origin) }
    }

    func checkpoint(_ size: Int) -> Checkpoint {
        Checkpoint(origin: TestLog.origin, size: size, root: tree.root(size: size))
    }

    func note(_ size: Int, cosigned witnesses: [(TestWitness, UInt64)] = []) throws -> SignedNote {
        let signed = checkpoint(size).signed(by: try signingKey(seed: seed))
        return SignedNote(
            text: signed.text,
            signatures: signed.signatures + (try witnesses.map { try $0.cosign(signed.text, time: $1) }))
    }
}
