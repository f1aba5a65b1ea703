import Bookings
import Evidence
import TestSupport
import Testing
import Transparency

/// Known answers of evidence: `Tests/Vectors/daybook_ledger_v1.json`.
struct PageVectors: Decodable {
    struct File: Decodable {
        let name: String
        let text: String
    }

    struct Line: Decodable {
        let text: String
    }

    let entries: [Line]
    let notCanonical: [String]
    let evidence: [File]
    let evidenceRefused: [File]

    static func load() throws -> PageVectors {
        try Fixtures.vectors("daybook_ledger_v1.json", as: PageVectors.self)
    }

    func text(_ name: String) throws -> String {
        try #require((evidence + evidenceRefused).first { $0.name == name }).text
    }
}

enum PageExamples {
    /// The booking that was there on 2 March and gone on 3 March.
    static func dropped() throws -> EvidencePage {
        let file = try Evidence(bytes: Array(PageVectors.load().text("present then dropped").utf8))
        var page = EvidencePage(
            booking: "A-1001", source: "crm",
            summary: """
                The record shows: Booking A-1001 (11 June 2026 at 09:30 with dr-shah), booked on 12 January 2026 at 10:04:16 \
                by reception.jane. The schedule no longer has it, and neither a cancellation nor a deletion is recorded: it \
                was dropped without a trace. What the client says is supported by the record. It was last seen in the \
                schedule on 2 March 2026 at 02:00, and was gone on 3 March 2026 at 02:00.
                """,
            verifier: file.verifier, checkpoint: try Checkpoint(text: file.checkpoint.text),
            made: "5 March 2026 at 09:12", program: "daybook 1.0", evidence: file.bytes)
        page.zone = "Europe/London"
        page.timeline = [
            .init(
                when: "12 January 2026 at 10:04:16",
                sentence: "Booked for 11 June 2026 at 09:30 with dr-shah by reception.jane.", knowledge: .recorded,
                entry: 1),
            .init(
                when: "12 January 2026 at 10:05:02",
                sentence:
                    "A notice of the confirmation was sent to the client by sms; it named 11 June 2026 at 09:30. It "
                    + "is recorded as received.", knowledge: .recorded, entry: 3),
            .init(
                when: "2 March 2026 at 02:00", sentence: "The schedule showed it on 2 March 2026 at 02:00.",
                knowledge: .observed, entry: 19),
            .init(
                when: "3 March 2026 at 02:00", sentence: "The schedule did not show it on 3 March 2026 at 02:00.",
                knowledge: .observed, entry: 20),
        ]
        page.disclosed = [.init(entry: 1, field: "client.name", value: "Asha Patel")]
        page.withheld = [.init(entry: 1, field: "client.id"), .init(entry: 1, field: "client.phone")]
        page.proven = [
            "Entries 1 and 3 stand in the ledger, unchanged, under the checkpoint of 24 entries.",
            "Nothing was rewritten since the checkpoint of 4 entries that the file carries.",
            "The value disclosed is the one that was sealed when the booking was made.",
        ]
        page.declared = [
            "Up to entry 21, recorded on 3 March 2026 at 02:00:02, entries 1 and 3 are all there is about the booking. 2 "
                + "entries of the ledger follow; whether any is about it, nobody declares.",
            "Claimed present at 2 March 2026 at 02:00, claimed absent at 3 March 2026 at 02:00.",
        ]
        page.cannotSay = [
            "Whether what the booking system reported was true, and who sat at the desk under the login reception.jane.",
            "What was never reported to the ledger.",
            "Why the booking is no longer in the schedule.",
        ]
        page.assurance = [
            .init(word: "consistent", sentence: "Bytes, chain and tree agree with each other."),
            .init(word: "live", sentence: "The live schedule was read and compared."),
        ]
        return page
    }

    /// A page whose every text is this one, around evidence that really is about such a booking.
    static func hostile(_ text: String) throws -> EvidencePage {
        var ledger = SmallLedger()
        let disclosure = Disclosure(salt: [UInt8](repeating: 7, count: 16), name: "client.name", value: text)
        let index = ledger.append(.created) { entry in
            entry.source = Identifier(text)
            entry.booking = Identifier(text)
            entry.basis = .reported
            entry.actor = Entry.Actor(kind: .user, id: text)
            entry.sealed = [disclosure.sealed]
            entry.appointment = Appointment()
            entry.appointment?.service = text
        }
        let key = BookingKey(source: Identifier(text), booking: Identifier(text))
        let state = ledger.state([(key, [index])])
        var evidence = ledger.evidence(about: key, state: state)
        evidence.entries = [Evidence.ShownEntry(ledger.included(index), disclosures: [disclosure.text])]
        var page = EvidencePage(
            booking: text, source: text, summary: text, verifier: evidence.verifier,
            checkpoint: try Checkpoint(text: evidence.checkpoint.text), made: text, program: text,
            evidence: evidence.bytes)
        (page.zone, page.caution) = (text, text)
        page.file = text
        page.timeline = [.init(when: text, sentence: text, knowledge: .recorded, entry: index)]
        page.disclosed = [.init(entry: index, field: "client.name", value: text)]
        page.withheld = [.init(entry: index, field: text)]
        page.erased = [.init(entry: index, field: text, by: index)]
        (page.proven, page.declared, page.cannotSay) = ([text], [text], [text])
        page.assurance = [.init(word: text, sentence: text)]
        return page
    }
}

/// A ledger in memory, made with other means than the store's.
struct SmallLedger {
    static let origin = "browser.example/daybook"
    private(set) var bytes: [[UInt8]] = []
    /// The seed of the key that signs the present.
    var seed: UInt8 = 1

    init() {
        _ = append(.ledgerOpened) { $0.body = .object(["format": .string("daybook/v1")]) }
    }

    var size: Int { bytes.count }

    mutating func append(_ type: EntryType, _ fill: (inout Entry) -> Void) -> Int {
        var entry = Entry(
            origin: SmallLedger.origin, index: size, previous: bytes.last.map { Hash.leaf($0) } ?? .zero,
            recorded: Timestamp(seconds: 1_772_000_000 + Int64(size)), type: type)
        fill(&entry)
        bytes.append(entry.bytes)
        return size - 1
    }

    /// Appends a state over these ids, and returns it with all its leaves.
    mutating func state(_ leaves: [(BookingKey, [Int])]) -> Evidence.Commitment {
        let (shown, root) = SmallLedger.tree(leaves.map { CommitmentTree.stateLeaf($0.0, entries: $0.1) })
        let index = append(.ledgerState) { entry in
            entry.body = .object(["size": .integer(shown.count), "root": .string(root.base64)])
        }
        return Evidence.Commitment(included(index), leaves: shown)
    }

    /// The leaves of the tree over these bytes, each with its proof, and the root.
    static func tree(_ spelled: [[UInt8]]) -> (leaves: [Evidence.Leaf], root: Hash) {
        let tree = NaiveTree(entries: spelled)
        let leaves = spelled.enumerated().map { place, leaf in
            Evidence.Leaf(
                leaf: String(decoding: leaf, as: UTF8.self), index: place,
                proof: tree.inclusionProof(of: place, size: spelled.count))
        }
        return (leaves, tree.root(size: spelled.count))
    }

    func included(_ index: Int, size: Int? = nil) -> Evidence.Included {
        Evidence.Included(
            index: index, bytes: bytes[index],
            proof: NaiveTree(entries: bytes).inclusionProof(of: index, size: size ?? self.size))
    }

    static func verifier(_ seed: UInt8) -> VerifierKey {
        guard let key = SigningKey(seed: [UInt8](repeating: seed, count: 32)) else { preconditionFailure("32 bytes") }
        return key.verifierKey(name: origin)
    }

    func note(size: Int? = nil, seed: UInt8? = nil) -> SignedNote {
        let size = size ?? self.size
        let root = NaiveTree(entries: bytes).root(size: size)
        return SmallLedger.sign(Checkpoint(origin: SmallLedger.origin, size: size, root: root), seed ?? self.seed)
    }

    static func sign(_ checkpoint: Checkpoint, _ seed: UInt8) -> SignedNote { sign(text: checkpoint.text, seed) }

    static func sign(text: String, _ seed: UInt8) -> SignedNote {
        guard let key = SigningKey(seed: [UInt8](repeating: seed, count: 32)) else { preconditionFailure("32 bytes") }
        let verifier = key.verifierKey(name: origin)
        return SignedNote(
            text: text,
            signatures: [.init(name: verifier.name, keyID: verifier.keyID, signature: key.sign(Array(text.utf8)))])
    }

    /// The proof that the ledger of so many entries is a prefix of the present one.
    func proof(from older: Int) -> [Hash] { NaiveTree(entries: bytes).consistencyProof(from: older, to: size) }

    /// Evidence under the present checkpoint, without entries; proofs are made anew for it.
    func evidence(about key: BookingKey, state: Evidence.Commitment) -> Evidence {
        Evidence(
            origin: SmallLedger.origin, verifier: SmallLedger.verifier(seed), source: key.source, booking: key.booking,
            checkpoint: note(), entries: [],
            state: Evidence.Commitment(included(state.included.index), leaves: state.leaves))
    }
}
