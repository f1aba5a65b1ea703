import TestSupport
import Testing
import Transparency

@Suite("Asking a witness")
struct AddCheckpointTests {
    private struct Transcript: Decodable {
        struct Step: Decodable {
            let request_body, assert: String
            let status: Int
        }
        let steps: [Step]
    }

    private let log = TestLog()
    private let witness, other: TestWitness

    init() throws {
        witness = try TestWitness("witness.example/w1", seed: 1)
        other = try TestWitness("witness.example/w2", seed: 2)
    }

    private func request(from old: Int, to size: Int, cosigned: [(TestWitness, UInt64)] = []) throws -> AddCheckpoint {
        AddCheckpoint(
            old: old, proof: old == 0 ? [] : log.tree.consistencyProof(from: old, to: size),
            note: try log.note(size, cosigned: cosigned))
    }

    /// The lines of an answer, as a witness would print them.
    private func lines(_ signatures: [SignedNote.Signature]) -> [UInt8] {
        Array(SignedNote(text: "", signatures: signatures).description.utf8.dropFirst())
    }

    @Test func `a request is spelled as torchwood's transcript has it`() throws {
        let transcript = try Fixtures.vectors("witness_add_checkpoint_litewitness.json", as: Transcript.self)
        #expect(transcript.steps.count == 9)
        var compared = 0
        for step in transcript.steps {
            let gap = try #require(step.request_body.firstRange(of: "\n\n"))
            let head = step.request_body[..<gap.lowerBound].split(separator: "\n")
            let text = String(step.request_body[gap.upperBound...])
            guard let note = try? SignedNote(text) else {
                // Its signature was spoiled in the bits that no byte uses: there is one spelling only.
                #expect(step.status == 403)
                continue
            }
            let old = try #require(Int(head[0].dropFirst(4)))
            let proof = try head.dropFirst().map { try #require(Hash(base64: $0)) }
            let request = AddCheckpoint(old: old, proof: proof, note: note)
            #expect(request.body == step.request_body)
            compared += 1
            let status = request.answer(status: step.status, contentType: nil, body: [], witness: [])
            switch step.status {
            case 200: #expect(status == .unusable("the witness answered with something else than signature lines"))
            case 403: #expect(status == .unknownKey)
            case 422: #expect(status == .inconsistent)
            default:
                let size = step.assert.split(separator: "\"")[1].prefix { $0 != "\\" }
                let answer = request.answer(
                    status: step.status, contentType: "text/x.tlog.size", body: Array("\(size)\n".utf8), witness: [])
                #expect(answer == .otherSize(try #require(Int(size))))
            }
        }
        #expect(compared == 8)
    }

    @Test func `a request to a witness that knows nothing has no proof`() throws {
        let request = try request(from: 0, to: 5)
        #expect(request.body == "old 0\n\n\(try log.note(5))")
    }

    @Test func `a cosignature is added to the note`() throws {
        let request = try request(from: 3, to: 9, cosigned: [(other, 7)])
        let line = try witness.cosign(request.note.text, time: 1_767_139_200)
        let answer = request.answer(
            status: 200, contentType: "text/plain", body: lines([line]), witness: [witness.key])
        guard case .cosigned(let cosignatures, let note) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(cosignatures.map(\.witness) == [witness.key])
        #expect(cosignatures.map(\.time) == [1_767_139_200])
        #expect(note == SignedNote(text: request.note.text, signatures: request.note.signatures + [line]))
        // Its text goes on being read, by the log's key and by both witnesses'.
        let published = try SignedNote(note.description)
        #expect(try Checkpoint(verifying: published, with: [log.key]) == log.checkpoint(9))
        #expect(try published.cosignatures(by: [witness.key, other.key]).count == 2)
    }

    @Test func `only the lines of the witness that was asked are added`() throws {
        let request = try request(from: 3, to: 9)
        let text = request.note.text
        let (good, foreign) = (try witness.cosign(text, time: 50), try other.cosign(text, time: 60))
        let rubbish = SignedNote.Signature(name: "rubbish", keyID: 1, signature: [1, 2, 3])
        let later = try witness.cosign(text, time: 99)
        let answer = request.answer(
            status: 200, contentType: nil, body: lines([rubbish, good, foreign, later]), witness: [witness.key])
        let expected = SignedNote(text: text, signatures: request.note.signatures + [good])
        guard case .cosigned(let cosignatures, let note) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(cosignatures.map(\.time) == [50])
        #expect(note == expected)
    }

    @Test func `a newer cosignature takes the place of the one before`() throws {
        let request = try request(from: 9, to: 9, cosigned: [(witness, 10)])
        let line = try witness.cosign(request.note.text, time: 20)
        let answer = request.answer(status: 200, contentType: nil, body: lines([line]), witness: [witness.key])
        guard case .cosigned(_, let note) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(try note.cosignatures(by: [witness.key]).map(\.time) == [20])
        #expect(note.signatures.count == 2)
    }

    @Test func `an answer of 200 that proves nothing is not believed`() throws {
        let request = try request(from: 3, to: 9)
        let good = lines([try witness.cosign(request.note.text, time: 50)])
        let foreign = lines([try other.cosign(request.note.text, time: 50)])
        let elsewhere = lines([try witness.cosign(log.checkpoint(10).text, time: 50)])
        let bodies: [[UInt8]] = [
            [], [0x0a], Array("OK\n".utf8), foreign, elsewhere, Array(good.dropLast()), good + [0x0a], [0x0a] + good,
            good + [0xff, 0x0a], Array("more text\n\n".utf8) + good, Array(good.dropFirst()),
            Array(repeating: good, count: 1000).flatMap { $0 },
        ]
        for body in bodies {
            let answer = request.answer(status: 200, contentType: nil, body: body, witness: [witness.key])
            guard case .unusable = answer else {
                Issue.record("\(String(decoding: body.prefix(200), as: UTF8.self)): \(answer)")
                continue
            }
        }
        for bit in 0..<good.count * 8 {
            var changed = good
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let answer = request.answer(status: 200, contentType: nil, body: changed, witness: [witness.key])
            guard case .unusable = answer else {
                Issue.record("bit \(bit): \(answer)")
                continue
            }
        }
    }

    @Test func `a conflict says which size the witness knows`() throws {
        let request = try request(from: 3, to: 9)
        func answer(_ body: String, _ type: String? = "text/x.tlog.size") -> AddCheckpoint.Answer {
            request.answer(status: 409, contentType: type, body: Array(body.utf8), witness: [witness.key])
        }
        #expect(answer("5\n") == .otherSize(5))
        #expect(answer("0\n") == .otherSize(0))
        #expect(answer("12\n") == .otherSize(12), "it has seen more than this log shows now")
        #expect(answer("5\n", "Text/X.Tlog.Size; charset=utf-8") == .otherSize(5))
        #expect(answer("3\n") == .inconsistent, "of the size that was named, with another root")
        for body in ["", "\n", "5", "05\n", "+5\n", "-5\n", "5\n\n", "5 \n", "99999999999999999999\n", "five\n"] {
            guard case .unusable = answer(body) else {
                Issue.record("\(body)")
                continue
            }
        }
        for type in [nil, "text/plain", "text/x.tlog.sizes", ""] {
            guard case .unusable = answer("5\n", type) else {
                Issue.record("\(type ?? "none")")
                continue
            }
        }
    }

    @Test(arguments: [
        (403, AddCheckpoint.Answer.unknownKey), (404, .unknownLog), (422, .inconsistent),
        (400, .unusable("the witness answered with status 400")),
        (301, .unusable("the witness answered with status 301")),
        (500, .unusable("the witness answered with status 500")),
        (201, .unusable("the witness answered with status 201")),
    ])
    func `the other answers`(status: Int, expected: AddCheckpoint.Answer) throws {
        let request = try request(from: 3, to: 9)
        let body = lines([try witness.cosign(request.note.text, time: 50)])
        #expect(request.answer(status: status, contentType: nil, body: body, witness: [witness.key]) == expected)
    }
}
