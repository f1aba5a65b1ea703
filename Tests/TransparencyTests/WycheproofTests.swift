import TestSupport
import Testing
import Transparency

@Suite("Wycheproof's Ed25519 cases")
struct WycheproofTests {
    struct Group: Decodable, Sendable, CustomTestStringConvertible {
        struct Key: Decodable, Sendable {
            let pk: String
        }
        struct Case: Decodable, Sendable {
            let tcId: Int
            let comment, msg, sig, result: String
        }
        let publicKey: Key
        let tests: [Case]
        var testDescription: String { publicKey.pk }
    }
    private struct File: Decodable {
        let numberOfTests: Int
        let testGroups: [Group]
    }

    static func groups() throws -> [Group] {
        let file = try Fixtures.vectors("wycheproof_ed25519_test.json", as: File.self)
        try #require(file.testGroups.map(\.tests.count).reduce(0, +) == file.numberOfTests)
        return file.testGroups
    }

    @Test func `there are as many as were published`() throws {
        let results = try WycheproofTests.groups().flatMap { $0.tests.map(\.result) }
        #expect(results.count { $0 == "valid" } == 88)
        #expect(results.count { $0 == "invalid" } == 63)
        #expect(results.count == 151)
    }

    @Test(arguments: try groups()) func `signatures of one key`(_ group: Group) throws {
        let key = VerifierKey(name: "wycheproof", publicKey: try #require(bytes(hex: group.publicKey.pk)))
        for vector in group.tests {
            let message = try #require(bytes(hex: vector.msg))
            let signature = try #require(bytes(hex: vector.sig))
            #expect(
                key.isValid(signature: signature, of: message) == (vector.result == "valid"),
                "case \(vector.tcId): \(vector.comment)")
        }
    }
}
