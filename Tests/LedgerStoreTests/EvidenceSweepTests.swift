import Bookings
import Evidence
import LedgerStore
import TestSupport
import Testing
import Transparency

/// A small file about a ledger in which all happened that can: a booking got another id, fields were erased, the key
/// changed twice, the schedule was read, somebody kept a checkpoint. Made through the ledger itself, and held by somebody
/// who got the first key.
struct SmallFile {
    /// What the file is about.
    enum About: String, CaseIterable, Sendable {
        case rekeyed = "B-1"
        case absent = "A-15"
    }

    let evidence: Evidence
    let about: About
    let trusted: VerifierKey

    init(_ about: About) throws {
        let world = try World()
        try world.record([Sample.created("A-1", event: "e-1"), Sample.created("A-2", event: "e-2")])
        try world.read(Readings.snapshot(["A-1", "A-2"], day: 1))
        let held = try world.ledger.checkpoint()
        let mary = Entry.Actor(kind: .user, id: "mary")
        _ = try world.ledger.rotateKey(by: mary, reason: nil)
        try world.record(
            Sample.event(
                "booking.modified", "B-1", event: "e-3", data: #""supersedes":"A-1","client":{"name":"Asha Patel"}"#))
        _ = try world.ledger.erase(
            ErasureScope(booking: .crm("A-1"), fields: ["client.id"]), by: mary, reason: "client-request")
        try world.read(Readings.snapshot(["A-2"], day: 2))
        _ = try world.ledger.rotateKey(by: mary, reason: nil)
        _ = try world.ledger.recordState()
        var request = EvidenceRequest(key: .crm(Identifier(about.rawValue)))
        request.fields = ["client.name"]
        request.held = [held]
        evidence = try world.ledger.evidence(
            for: request, under: world.ledger.checkpoint(), by: world.keys.verifierKey())
        trusted = world.verifier
        self.about = about
    }

    func refusal(of bytes: [UInt8]) -> String? {
        BothVerifiers.refusal(of: bytes, by: EvidenceVerifier(trusted: [trusted]))
    }

    /// Which of these the Python verifier accepts; `nil` where there is no Python.
    func acceptedByPython(_ files: [[UInt8]]) throws -> [Bool]? {
        try PythonVerifier.answers(to: files.map { PythonVerifier.Question($0) }, trusting: trusted.text)?
            .map { $0.status == 0 }
    }

    /// An absence is true of every id between the same neighbours: another name there is another true statement.
    func nameOfNothing(in bytes: [UInt8]) -> Range<Int> {
        guard about == .absent else { return 0..<0 }
        let start = bytes.indices.first { bytes[$0...].starts(with: #"","source":""#.utf8) }!
        return start..<bytes.indices.first { bytes[$0...].starts(with: #"","checkpoint":""#.utf8) }!
    }
}

@Suite("Every small change of a small file is refused by both verifiers")
struct EvidenceSweepTests {
    @Test(arguments: SmallFile.About.allCases)
    func `has what it takes, and is accepted`(about: SmallFile.About) throws {
        let sweep = try SmallFile(about)
        let file = sweep.evidence
        #expect(file.rotations.count == 2 && file.consistency.count == 1)
        #expect(file.entries.map { $0.erased.count } == (about == .rekeyed ? [1, 0, 0] : []))
        #expect(file.entries.map { $0.disclosures.count } == (about == .rekeyed ? [1, 1, 0] : []))
        #expect(file.snapshots.count == (about == .rekeyed ? 2 : 0))
        #expect(file.bytes.count < 12_000)
        #expect(sweep.refusal(of: file.bytes) == nil)
        if let answers = try sweep.acceptedByPython([file.bytes]) { #expect(answers == [true]) }
    }

    @Test(arguments: SmallFile.About.allCases)
    func `each character changed, left out or doubled`(about: SmallFile.About) throws {
        let sweep = try SmallFile(about)
        let seed: UInt64 = 20_261_125
        var random = SplitMix64(seed: seed)
        let bytes = sweep.evidence.bytes
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let name = sweep.nameOfNothing(in: bytes)
        var sample: [(place: Int, bytes: [UInt8])] = []
        for place in bytes.indices where !name.contains(place) {
            var changes = [bytes, bytes, bytes, bytes]
            changes[0][place] ^= 1
            changes[1][place] = letters.filter { $0 != bytes[place] }.randomElement(using: &random)!
            changes[2].remove(at: place)
            changes[3].insert(bytes[place], at: place)
            for changed in changes where sweep.refusal(of: changed) == nil {
                Issue.record("byte \(place) (\(Character(Unicode.Scalar(bytes[place])))) does not count")
            }
            // The other verifier is asked about as many as a few seconds allow.
            if Int.random(in: 0..<8, using: &random) == 0 {
                sample.append((place, changes.randomElement(using: &random)!))
            }
        }
        guard let answers = try sweep.acceptedByPython(sample.map(\.bytes)) else { return }
        for (one, isAccepted) in zip(sample, answers) where isAccepted {
            Issue.record("seed \(seed): byte \(one.place) does not count for the Python verifier")
        }
    }

    /// What a file may lack and be true: it says less.
    private static let dispensable: [SmallFile.About: Set<String>] = [
        .rekeyed: [
            ".entries[0].disclosures", ".entries[1].disclosures", ".snapshots", ".snapshots[1]", ".consistency",
        ],
        .absent: [".consistency"],
    ]

    @Test(arguments: SmallFile.About.allCases)
    func `each entry, leaf, proof, hash, mark, change of key and member left out`(about: SmallFile.About) throws {
        let sweep = try SmallFile(about)
        let omissions = try JSONValue(canonical: sweep.evidence.bytes).omissions()
        let paths = omissions.map(\.path)
        for part in [
            ".state.leaves[0]", ".rotations[0]", ".rotations[1]", ".rotations[0].entry", ".rotations[1].proof[0]",
        ] {
            #expect(paths.contains(part))
        }
        if about == .rekeyed {
            for part in [".entries[2]", ".entries[0].erased[0]", ".snapshots[1].leaves[0]"] {
                #expect(paths.contains(part))
            }
        }
        let here = omissions.filter { sweep.refusal(of: $0.rest.bytes) == nil }.map(\.path)
        #expect(Set(here) == Self.dispensable[about])
        guard let answers = try sweep.acceptedByPython(omissions.map(\.rest.bytes)) else { return }
        #expect(Set(zip(paths, answers).filter(\.1).map(\.0)) == Self.dispensable[about])
    }
}

extension JSONValue {
    /// The value without each of its parts, at any depth, one at a time.
    fileprivate func omissions() -> [(path: String, rest: JSONValue)] {
        var omissions: [(path: String, rest: JSONValue)] = []
        if let parts = array {
            for place in parts.indices {
                var rest = parts
                rest.remove(at: place)
                omissions.append(("[\(place)]", .array(rest)))
                for inner in parts[place].omissions() {
                    rest = parts
                    rest[place] = inner.rest
                    omissions.append(("[\(place)]\(inner.path)", .array(rest)))
                }
            }
        }
        if let parts = members {
            for (place, part) in parts.enumerated() {
                var rest = parts
                rest.remove(at: place)
                omissions.append((".\(part.name)", .object(rest)))
                for inner in part.value.omissions() {
                    rest = parts
                    rest[place] = Member(part.name, inner.rest)
                    omissions.append((".\(part.name)\(inner.path)", .object(rest)))
                }
            }
        }
        return omissions
    }
}
