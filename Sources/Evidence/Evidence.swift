public import Bookings
public import Transparency

/// What `daybook prove` hands out about one booking: everything that a stranger needs to check it without the ledger.
///
/// The file is one canonical JSON object, `schemas/evidence.schema.json`. It holds no verdict: whoever verifies it derives
/// timeline and sentence from the entries. Nothing in it is to be believed before ``EvidenceVerifier`` has looked at it.
public struct Evidence: Equatable, Sendable {
    /// The ledger's name.
    public var origin: String
    /// The key that signed ``checkpoint``. The verifier compares it with one that they have from elsewhere.
    public var verifier: VerifierKey
    /// The source of the booking.
    public var source: Identifier
    /// The booking's id in its source.
    public var booking: Identifier
    /// Ids of other bookings whose entries are shown beside it, without their clients.
    public var siblings: [Identifier]
    /// The checkpoint under which all inclusion proofs stand.
    public var checkpoint: SignedNote
    /// From the oldest key to ``verifier``; empty where the key never changed.
    public var rotations: [Rotation]
    /// The entries of the booking, of those that it supersedes or is superseded by, of siblings, and erasures.
    public var entries: [ShownEntry]
    /// What the ledger declares to be all entries of each id.
    public var state: Commitment
    /// Readings of the schedule, and whether they had the booking.
    public var snapshots: [Commitment]
    /// Checkpoints that somebody held before, and the proof that nothing was rewritten since.
    public var consistency: [Consistency]
    /// Time-stamps (RFC 3161) over checkpoints.
    public var timestamps: [Timestamped]

    /// An entry with its inclusion proof.
    public struct Included: Hashable, Sendable {
        /// The entry's index.
        public var index: Int
        /// The entry's bytes.
        public var bytes: [UInt8]
        /// Its inclusion proof.
        public var proof: [Hash]

        /// An entry by its parts.
        public init(index: Int, bytes: [UInt8], proof: [Hash]) {
            self.index = index
            self.bytes = bytes
            self.proof = proof
        }
    }

    /// An entry with what is disclosed of it and what was erased.
    public struct ShownEntry: Hashable, Sendable {
        /// The entry.
        public var included: Included
        /// Disclosures as RFC 9901 issues them: ``Disclosure/text``.
        public var disclosures: [String]
        /// Fields that can never be disclosed again, and the entry that says so.
        public var erased: [Erased]

        /// An entry by its parts.
        public init(_ included: Included, disclosures: [String] = [], erased: [Erased] = []) {
            self.included = included
            self.disclosures = disclosures
            self.erased = erased
        }
    }

    /// A field that was erased.
    public struct Erased: Hashable, Sendable {
        /// The field's name.
        public var field: String
        /// The index of the `erasure.completed` entry that lists it.
        public var by: Int

        /// An erased field by its parts.
        public init(field: String, by: Int) {
            self.field = field
            self.by = by
        }
    }

    /// A `ledger.state` or `snapshot.taken` entry with the leaves of its tree that concern the booking.
    public struct Commitment: Hashable, Sendable {
        /// The entry that commits to the tree.
        public var included: Included
        /// Leaves of that tree, ascending.
        public var leaves: [Leaf]

        /// A commitment by its parts.
        public init(_ included: Included, leaves: [Leaf]) {
            self.included = included
            self.leaves = leaves
        }
    }

    /// A leaf of a state's or a reading's tree.
    public struct Leaf: Hashable, Sendable {
        /// Its bytes: see ``CommitmentTree``.
        public var leaf: String
        /// Its place in that tree.
        public var index: Int
        /// Its inclusion proof in that tree.
        public var proof: [Hash]

        /// A leaf by its parts.
        public init(leaf: String, index: Int, proof: [Hash]) {
            self.leaf = leaf
            self.index = index
            self.proof = proof
        }
    }

    /// A change of the signing key, as the ledger recorded it.
    public struct Rotation: Hashable, Sendable {
        /// A checkpoint signed by the key that was replaced; it has the entry below it.
        public var checkpoint: SignedNote
        /// The consistency proof from that checkpoint to the main one.
        public var proof: [Hash]
        /// The `key.rotated` entry, included under that checkpoint.
        public var entry: Included

        /// A rotation by its parts.
        public init(checkpoint: SignedNote, proof: [Hash], entry: Included) {
            self.checkpoint = checkpoint
            self.proof = proof
            self.entry = entry
        }
    }

    /// A checkpoint held before, with the consistency proof to the main one.
    public struct Consistency: Hashable, Sendable {
        /// The note that was held.
        public var held: SignedNote
        /// The consistency proof.
        public var proof: [Hash]

        /// A held checkpoint by its parts.
        public init(held: SignedNote, proof: [Hash]) {
            self.held = held
            self.proof = proof
        }
    }

    /// A time-stamp over a checkpoint, with the consistency proof to the main one.
    public struct Timestamped: Hashable, Sendable {
        /// The note that was stamped.
        public var checkpoint: SignedNote
        /// The consistency proof.
        public var proof: [Hash]
        /// The DER of the TimeStampToken; its imprint is SHA-256 of the note's signed text.
        public var token: [UInt8]

        /// A time-stamp by its parts.
        public init(checkpoint: SignedNote, proof: [Hash], token: [UInt8]) {
            self.checkpoint = checkpoint
            self.proof = proof
            self.token = token
        }
    }

    /// What stands in `format`.
    public static let format = "daybook-evidence/v1"
    /// The longest file that is read, in bytes: some ten thousand entries.
    public static let longest = 64 << 20

    /// Evidence by the parts that always stand; the others are set after.
    public init(
        origin: String, verifier: VerifierKey, source: Identifier, booking: Identifier, checkpoint: SignedNote,
        entries: [ShownEntry], state: Commitment
    ) {
        self.origin = origin
        self.verifier = verifier
        self.source = source
        self.booking = booking
        self.checkpoint = checkpoint
        self.entries = entries
        self.state = state
        siblings = []
        rotations = []
        snapshots = []
        consistency = []
        timestamps = []
    }

    /// The file's bytes: one canonical JSON object without a final newline. The inverse of ``init(bytes:)``.
    public var bytes: [UInt8] { json.bytes }

    /// True for the same bytes: Swift's `String` calls é and e + accent equal.
    public static func == (left: Evidence, right: Evidence) -> Bool { left.bytes == right.bytes }
}

extension Evidence {
    private var json: JSONValue {
        .object([
            "format": .string(Evidence.format), "origin": .string(origin), "verifier": .string(verifier.text),
            "source": .string(source.text), "booking": .string(booking.text),
            "siblings": siblings.isEmpty ? nil : .strings(siblings.map(\.text)),
            "checkpoint": .string(checkpoint.description),
            "rotations": list(rotations) { one in
                .object([
                    "checkpoint": .string(one.checkpoint.description), "proof": hashes(one.proof),
                    "entry": .object(members(one.entry)),
                ])
            },
            "entries": list(entries) { one in
                .object(
                    members(one.included)
                        + optional("disclosures", one.disclosures.isEmpty ? nil : .strings(one.disclosures))
                        + optional(
                            "erased", list(one.erased) { .object(["field": .string($0.field), "by": .integer($0.by)]) }
                        ))
            },
            "state": commitment(state),
            "snapshots": list(snapshots, commitment),
            "consistency": list(consistency) { one in
                .object(["held": .string(one.held.description), "proof": hashes(one.proof)])
            },
            "timestamps": list(timestamps) { one in
                .object([
                    "checkpoint": .string(one.checkpoint.description), "proof": hashes(one.proof),
                    "token": .string(Base64.standard.encode(one.token)),
                ])
            },
        ])
    }

    private func commitment(_ one: Commitment) -> JSONValue {
        .object(
            members(one.included)
                + optional(
                    "leaves",
                    list(one.leaves) { leaf in
                        .object([
                            "leaf": .string(leaf.leaf), "index": .integer(leaf.index), "proof": hashes(leaf.proof),
                        ])
                    }))
    }

    private func members(_ entry: Included) -> [JSONValue.Member] {
        [
            .init("index", .integer(entry.index)), .init("bytes", .string(Base64.standard.encode(entry.bytes))),
            .init("proof", hashes(entry.proof)),
        ]
    }

    private func hashes(_ proof: [Hash]) -> JSONValue { .strings(proof.map(\.base64)) }

    private func list<Element>(_ elements: [Element], _ json: (Element) -> JSONValue) -> JSONValue? {
        elements.isEmpty ? nil : .array(elements.map(json))
    }

    private func optional(_ name: String, _ value: JSONValue?) -> [JSONValue.Member] {
        value.map { [.init(name, $0)] } ?? []
    }
}
