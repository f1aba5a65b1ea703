import Auditing
import Bookings
import TestSupport
import Testing
import Transparency

@testable import Evidence

/// Holds a file against its key as a verifier does.
struct EvidenceTrial {
    let verifier: EvidenceVerifier

    /// Why the bytes are not believed; `nil` where they are.
    func refusal(of bytes: [UInt8]) -> String? {
        switch Result(catching: { () throws(EvidenceFormError) in try Evidence(bytes: bytes) }) {
        case .success(let evidence): verifier.verify(evidence).refusal?.kind.rawValue
        case .failure(let error): "form: \(error)"
        }
    }
}

@Suite("Every change of an evidence file is refused")
struct EvidenceTamperTests {
    private let vectors: EvidenceVectors
    private let trial: EvidenceTrial

    init() throws {
        vectors = try EvidenceVectors.read()
        trial = EvidenceTrial(verifier: EvidenceVerifier(trusted: [try VerifierKey(vectors.verifier)]))
    }

    /// Where the file names its booking. An absence is true of every id between the same neighbours: another name there
    /// is another true statement, and the sentence says it. Everything else is bound.
    private func name(in file: EvidenceVectors.File) -> Range<Int> {
        guard file.name.hasPrefix("absent") else { return 0..<0 }
        let bytes = Array(file.text.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: #"","source":""#.utf8) }!
        return start..<bytes.indices.first { bytes[$0...].starts(with: #"","checkpoint":""#.utf8) }!
    }

    @Test func `each character of each file, changed to a neighbour and to one of the same kind`() {
        var random = SplitMix64(seed: 20_261_124)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for file in vectors.evidence {
            let bytes = Array(file.text.utf8)
            #expect(trial.refusal(of: bytes) == nil)
            let name = name(in: file)
            for place in bytes.indices where !name.contains(place) {
                let other = letters.filter { $0 != bytes[place] }.randomElement(using: &random)!
                for changed in place.isMultiple(of: 8) ? [bytes[place] ^ 1, other] : [other] {
                    var copy = bytes
                    copy[place] = changed
                    guard trial.refusal(of: copy) == nil else { continue }
                    Issue.record(
                        "\(file.name): byte \(place) (\(Character(Unicode.Scalar(bytes[place])))) does not count")
                    return
                }
            }
        }
    }

    @Test func `each character left out or doubled`() {
        for file in vectors.evidence.suffix(2) {
            let bytes = Array(file.text.utf8)
            let name = name(in: file)
            for place in bytes.indices where !name.contains(place) {
                var shorter = bytes
                shorter.remove(at: place)
                var longer = bytes
                longer.insert(bytes[place], at: place)
                #expect(trial.refusal(of: shorter) != nil, "\(file.name): byte \(place) left out")
                #expect(trial.refusal(of: longer) != nil, "\(file.name): byte \(place) doubled")
            }
        }
    }

    @Test func `each entry, leaf, proof, disclosure's digest and erasure left out`() throws {
        for file in vectors.evidence {
            let evidence = try Evidence(bytes: Array(file.text.utf8))
            func refused(_ what: String, _ change: (inout Evidence) -> Void) {
                var copy = evidence
                change(&copy)
                #expect(trial.refusal(of: copy.bytes) != nil, "\(file.name): \(what)")
            }
            for place in evidence.entries.indices {
                refused("entry \(place) left out") { $0.entries.remove(at: place) }
                for hash in evidence.entries[place].included.proof.indices {
                    refused("hash \(hash) of entry \(place)") { $0.entries[place].included.proof.remove(at: hash) }
                }
            }
            for place in evidence.state.leaves.indices {
                refused("leaf \(place) left out") { $0.state.leaves.remove(at: place) }
                for hash in evidence.state.leaves[place].proof.indices {
                    refused("hash \(hash) of leaf \(place)") { $0.state.leaves[place].proof.remove(at: hash) }
                }
            }
            for hash in evidence.state.included.proof.indices {
                refused("hash \(hash) of the state") { $0.state.included.proof.remove(at: hash) }
            }
            for (place, snapshot) in evidence.snapshots.enumerated() {
                for leaf in snapshot.leaves.indices {
                    refused("leaf \(leaf) of reading \(place)") { $0.snapshots[place].leaves.remove(at: leaf) }
                }
            }
            for (place, one) in evidence.consistency.enumerated() {
                for hash in one.proof.indices {
                    refused("hash \(hash) of held note \(place)") { $0.consistency[place].proof.remove(at: hash) }
                }
            }
        }
    }

    @Test func `another key, and a checkpoint that disagrees`() throws {
        let seed = [UInt8](repeating: 7, count: 32)
        let mine = SigningKey(seed: seed)!
        let evidence = try Evidence(bytes: Array(vectors.evidence[0].text.utf8))
        let stranger = mine.verifierKey(name: evidence.origin)
        #expect(EvidenceVerifier(trusted: [stranger]).verify(evidence).refusal?.kind == .wrongKey)
        #expect(EvidenceVerifier(trusted: [stranger, evidence.verifier]).verify(evidence).refusal == nil)

        // Signed anew with another key, everything in it agrees; only the key gives it away.
        var forged = evidence
        forged.checkpoint = try Checkpoint(text: evidence.checkpoint.text).signed(by: mine)
        forged.verifier = stranger
        forged.consistency = []
        let alone = EvidenceVerifier().verify(forged)
        #expect(alone.refusal == nil)
        #expect(alone.assurance == [.consistent], "never signed without a key from elsewhere")
        #expect(EvidenceVerifier(trusted: [evidence.verifier]).verify(forged).refusal?.kind == .wrongKey)

        let held = try SignedNote(try #require(vectors.checkpoints["4"]))
        var reaching = EvidenceVerifier(trusted: [evidence.verifier], held: [evidence.checkpoint])
        #expect(reaching.verify(evidence).assurance == [.consistent, .signed, .held])
        reaching.held = [held]
        var without = evidence
        without.consistency = []
        let unreached = reaching.verify(without)
        #expect(unreached.refusal == nil)
        #expect(unreached.unreached.map(\.checkpoint?.size) == [4])
        #expect(!unreached.assurance.contains(.held))
    }

    @Test func `a checkpoint of the same size and another root is a fork`() throws {
        // The key is known, so a second ledger can be signed under the same name.
        let seed = try #require(Base64.standard.decode("PWXs7lAKBMaXTYNCbQVbr5RXFMSNpGGQpubKqtOY8t8=".utf8))
        let key = SigningKey(seed: seed)!
        let evidence = try Evidence(bytes: Array(vectors.evidence[0].text.utf8))
        let size = try Checkpoint(text: evidence.checkpoint.text).size
        let other = Checkpoint(origin: evidence.origin, size: size, root: .leaf([1])).signed(by: key)
        let result = EvidenceVerifier(trusted: [evidence.verifier], held: [other]).verify(evidence)
        #expect(result.refusal?.kind == .forked)
        #expect(result.assurance.isEmpty)
        #expect(result.refusal?.sentence.contains("AR403") ?? false)
    }
}

@Suite("What an evidence file says")
struct EvidenceReportTests {
    private func report(_ name: String) throws -> EvidenceReport {
        let vectors = try EvidenceVectors.read()
        let file = try #require(vectors.evidence.first { $0.name == name })
        let result = EvidenceVerifier(trusted: [try VerifierKey(vectors.verifier)])
            .verify(try Evidence(bytes: Array(file.text.utf8)))
        return EvidenceReport(try #require(result.content))
    }

    @Test func `of a booking that was dropped`() throws {
        let report = try report("present then dropped")
        #expect(
            report.sentence
                == "Booking A-1001 (Thursday 11 June 2026 at 09:30 with dr-shah) is recorded, and up to entry 21 (the 22nd, "
                + "recorded on 3 March 2026 at 02:00:02 UTC) the ledger declares neither a cancellation nor a deletion of it. The practice's own "
                + "readings of the schedule, recorded at the time, show it on 2 March 2026 at 02:00 UTC, and no longer on "
                + "3 March 2026 at 02:00 UTC. Cancelled appointments stay in that schedule, as the practice declared with "
                + "each reading: a cancellation would still have shown.")
        #expect(report.timeline.steps.map(\.what) == ["booking.created", "notice.sent", "present", "absent"])
        #expect(report.proven.count == 2)
        #expect(
            report.proven[0].hasSuffix(
                "was signed. A checkpoint has no date: this one was signed after entry 21, the newest that is shown, which says "
                    + "that it was recorded on 3 March 2026 at 02:00:02 UTC."))
        #expect(report.cannotSay.contains { $0.hasSuffix("a time-stamp by somebody else, and none is in the file.") })
        #expect(
            report.declared.contains { $0.hasPrefix("That the schedule, read completely, did not show the booking") })
        #expect(
            report.cannotSay.contains("What these sealed fields hold, which are not shown: client.id, client.phone."))
        #expect(report.cannotSay.contains { $0.hasPrefix("Whether any of the 2 entries after entry 21") })
    }

    @Test func `of one that was re-keyed, deleted and partly erased`() throws {
        let report = try report("superseded, cancelled, deleted, partly erased")
        #expect(
            report.sentence.hasSuffix("is recorded as deleted on 4 February 2026 at 09:00 UTC by the job retention."))
        #expect(
            report.cannotSay.contains(
                "What these fields of entry 4 held, which were erased: client.name (by entry 22), note (by entry 22)."))
    }

    @Test func `of one that nobody recorded`() throws {
        let report = try report("absent between two")
        #expect(report.sentence.contains("nothing is recorded about a booking A-1005 of crm."))
        #expect(report.proven.isEmpty, "an absence is declared, never proven")
        #expect(report.timeline.steps.isEmpty)
    }
}
