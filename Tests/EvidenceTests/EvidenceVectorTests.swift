import Bookings
import TestSupport
import Testing
import Transparency

@testable import Evidence

/// The evidence files of known answers, computed independently from the design.
struct EvidenceVectors: Decodable {
    struct File: Decodable, CustomTestStringConvertible, Sendable {
        let name, text: String
        var testDescription: String { name }
    }
    let verifier: String
    let evidence: [File]
    let evidenceRefused: [File]
    let checkpoints: [String: String]

    static func read() throws -> EvidenceVectors {
        try Fixtures.vectors("daybook_ledger_v1.json", as: EvidenceVectors.self)
    }
}

@Suite("Evidence files of known answers")
struct EvidenceVectorTests {
    private let vectors: EvidenceVectors
    private let key: VerifierKey

    init() throws {
        vectors = try EvidenceVectors.read()
        key = try VerifierKey(vectors.verifier)
    }

    @Test func `all good files are read, print back byte for byte, and hold`() throws {
        #expect(vectors.evidence.count == 8)
        for file in vectors.evidence {
            let evidence: Evidence = try Evidence(bytes: Array(file.text.utf8))
            #expect(evidence.bytes == Array(file.text.utf8), "\(file.name)")
            let result = EvidenceVerifier(trusted: [key]).verify(evidence)
            #expect(result.refusal == nil, "\(file.name)")
            #expect(result.assurance == [.consistent, .signed], "\(file.name)")
            #expect(result.steps.allSatisfy { $0.outcome == .agrees }, "\(file.name)")
        }
    }

    @Test(arguments: try EvidenceVectors.read().evidenceRefused)
    func `forged files are refused in the right words`(file: EvidenceVectors.File) throws {
        let expected: [String: EvidenceRefusal.Kind] = [
            "notice left out": .entryMissing, "erased points at a notice": .unfoundedErasure,
            "false absence": .falseAbsence, "disclosure of another entry": .foreignDisclosure,
            "altered entry": .notIncluded, "foreign entry": .entryNotDeclared,
        ]
        switch Result(catching: { () throws(EvidenceFormError) in try Evidence(bytes: Array(file.text.utf8)) }) {
        case .success(let evidence):
            let kind = try #require(EvidenceVerifier(trusted: [key]).verify(evidence).refusal?.kind)
            #expect(kind == expected[file.name], "\(file.name)")
        case .failure(.malformed(let path, _)):
            #expect(["unknown member", "no state"].contains(file.name), "\(file.name): \(path)")
        case .failure(let error): Issue.record("\(file.name): \(error)")
        }
    }
}
