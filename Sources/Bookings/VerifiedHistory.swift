public import Transparency

/// What holds of a ledger, each a word of a report's assurance. A report never says a bare "OK".
public enum Assurance: String, Sendable, CaseIterable {
    /// Bytes, chain and tree agree with each other.
    case consistent
    /// A checkpoint is signed by a key that the verifier was given.
    case signed
    /// Consistent with a checkpoint that the verifier already held.
    case held
    /// Time-stamped by a third party.
    case stamped
    /// Cosigned as the verifier's policy asks.
    case witnessed
    /// The live schedule agrees.
    case live
}

/// A place where a ledger is not what it should be.
public struct Defect: Hashable, Sendable {
    /// What is wrong.
    public enum Kind: String, Sendable {
        /// The bytes of an entry, or a hash beside them, were changed.
        case edited
        /// An entry stands that was not recorded there.
        case inserted
        /// An entry is missing.
        case deleted
        /// Entries change places.
        case reordered
        /// The entry's bytes are not an entry.
        case unreadable
        /// A stored node of the tree is not what the entries give.
        case treeNode = "tree-node"
        /// The stored head is not what the entries give.
        case head
        /// A `ledger.state` or `snapshot.taken` declares what the entries do not give.
        case falseState = "false-state"
        /// A `ledger.stamped` holds no time-stamp of the checkpoint that it names.
        case falseStamp = "false-stamp"
        /// A projection is not what the entries give.
        case projection
        /// The file holds a table, trigger or view that is not the ledger's.
        case foreign
        /// A stored checkpoint's signature does not hold.
        case signature
        /// The ledger is shorter than a checkpoint, or another: it was rolled back or rewritten.
        case rolledBack = "rolled-back"
        /// A held checkpoint, correctly signed, disagrees.
        case forked
    }

    /// `AR401` or `AR403`.
    public let code: String
    /// The first entry that it concerns, where there is one.
    public let index: Int?
    /// What is wrong.
    public let kind: Kind
    /// What a manager can read aloud.
    public let sentence: String

    /// A defect by its parts.
    public init(code: String, index: Int?, kind: Kind, sentence: String) {
        self.code = code
        self.index = index
        self.kind = kind
        self.sentence = sentence
    }
}

/// What a verification of a ledger came to.
public struct Verification: Sendable {
    /// The ledger's name.
    public let origin: String
    /// The number of entries.
    public let size: Int
    /// The root hash over the entries' bytes.
    public let root: Hash
    /// What holds.
    public let assurance: [Assurance]
    /// What does not.
    public let defects: [Defect]
    /// The size of the last checkpoint that was signed; `nil` where there is none.
    public let signedSize: Int?
    /// Checkpoints that the verifier held and that lie beyond this ledger's end, or are of another one.
    public let unreached: [Checkpoint]
    /// How the ledger stands to each checkpoint that the verifier held, in the order in which they were given.
    public let held: [HeldCheckpoint]
    /// The time-stamps that were held against roots of the verifier's; `nil` where none were given, or the ledger is not
    /// sound.
    public let stamps: Stamps?
    /// The size of the largest checkpoint that is cosigned as the verifier's policy asks; `nil` where none is, or no policy
    /// was given.
    public let witnessedSize: Int?

    /// A verification by its parts.
    public init(
        origin: String, size: Int, root: Hash, assurance: [Assurance], defects: [Defect], signedSize: Int?,
        unreached: [Checkpoint] = [], held: [HeldCheckpoint] = [], stamps: Stamps? = nil, witnessedSize: Int? = nil
    ) {
        self.origin = origin
        self.size = size
        self.root = root
        self.assurance = assurance
        self.defects = defects
        self.signedSize = signedSize
        self.unreached = unreached
        self.held = held
        self.stamps = stamps
        self.witnessedSize = witnessedSize
    }

    /// The same with what was found besides; nothing is consistent then.
    public func adding(_ more: [Defect]) -> Verification {
        let more = more.filter { !defects.contains($0) }
        guard !more.isEmpty else { return self }
        return Verification(
            origin: origin, size: size, root: root, assurance: [], defects: defects + more, signedSize: signedSize,
            unreached: unreached, held: held, stamps: stamps, witnessedSize: witnessedSize)
    }

    /// The same, once a checkpoint of all that was verified is signed.
    public func signedNow() -> Verification {
        Verification(
            origin: origin, size: size, root: root, assurance: assurance, defects: defects, signedSize: size,
            unreached: unreached, held: held, stamps: stamps, witnessedSize: witnessedSize)
    }

    /// How many entries come after the last checkpoint: these are not protected against a roll-back.
    public var unprotected: Int { size - min(size, signedSize ?? 0) }
}

/// How a ledger stands to a checkpoint that somebody held.
public struct HeldCheckpoint: Hashable, Sendable {
    /// How it stands.
    public enum Standing: String, Sendable {
        /// The ledger has grown from it.
        case consistent
        /// It is of more entries than the ledger has: the ledger was put back, or its end cut off.
        case ahead
        /// It is correctly signed, and of another history.
        case forked
        /// It is of another ledger, or signed by no key that is known: it says nothing.
        case unknown
        /// The ledger itself is not sound: nothing is held against it.
        case unjudged
    }

    /// What it says.
    public let checkpoint: Checkpoint
    /// How the ledger stands to it.
    public let standing: Standing

    /// A held checkpoint by its parts.
    public init(checkpoint: Checkpoint, standing: Standing) {
        self.checkpoint = checkpoint
        self.standing = standing
    }
}

/// An entry with those of its sealed fields that are still disclosed, each checked against its digest.
public struct RecordedEntry: Sendable, Equatable {
    /// The entry.
    public let entry: Entry
    /// Values by field name.
    public let disclosed: [String: String]
    /// How each of its sealed fields stands, by name; empty where nobody looked, as in a whole history.
    public let standings: [String: FieldStanding]

    /// An entry with its disclosures.
    public init(entry: Entry, disclosed: [String: String] = [:], standings: [String: FieldStanding] = [:]) {
        self.entry = entry
        self.disclosed = disclosed
        self.standings = standings
    }
}

/// The readings in which a booking stood: from one `snapshot.taken` to another of the same source, without a break.
public struct Presence: Hashable, Sendable {
    /// The index of the first reading that has it.
    public let first: Int
    /// The index of the last reading that has it; `nil` where it stands in the newest.
    public let last: Int?

    /// A presence by its bounds.
    public init(first: Int, last: Int?) {
        self.first = first
        self.last = last
    }

    /// True where the reading at this index falls inside.
    public func contains(_ reading: Int) -> Bool {
        first <= reading && reading <= last ?? .max
    }
}

/// An event that its source numbered.
public struct NumberedEvent: Sendable {
    /// The source's own number.
    public let sequence: Int
    /// The index of its entry.
    public let index: Int
    /// When it happened, or was recorded if that was before.
    public let moment: Timestamp

    /// An event by its parts.
    public init(sequence: Int, index: Int, moment: Timestamp) {
        self.sequence = sequence
        self.index = index
        self.moment = moment
    }
}

/// All that is recorded about one booking.
public struct BookingHistory: Sendable {
    /// The booking's key.
    public let key: BookingKey
    /// Its entries by index: `booking.*` and `notice.*`, and those of another id that supersede it.
    public let entries: [RecordedEntry]
    /// The readings in which it stood, the oldest first.
    public let presences: [Presence]

    /// A history by its parts.
    public init(key: BookingKey, entries: [RecordedEntry], presences: [Presence] = []) {
        self.key = key
        self.entries = entries
        self.presences = presences
    }
}

/// What the record says, after verification: the only thing that a reconciliation takes.
///
/// Only `Ledger` makes one. Where the verification found defects it holds what could be read all the same, and every
/// report made of it says so.
public struct VerifiedHistory: Sendable {
    /// What the verification came to.
    public let verification: Verification
    /// The histories of the bookings asked for, by key.
    public let bookings: [BookingKey: BookingHistory]
    /// The readings of the schedule that are recorded, in the order in which they were taken.
    public let readings: [Reading]
    /// Entries about sources rather than bookings: `capture.*`, `check.completed`, `intake.refused`.
    public let journal: [Entry]
    /// The events that sources numbered, by index.
    public let sequences: [Identifier: [NumberedEvent]]
    /// When a checkpoint last left for a place outside; `nil` where none ever did.
    public let lastHeldOutside: Timestamp?
    /// When the ledger was opened.
    public let opened: Timestamp?
    /// True where all bookings are here, or settled, and not only those asked for.
    public let isWhole: Bool
    /// The bookings that are not among `bookings`, because a comparison has nothing to tell of them.
    public let settled: Settled
    /// The entries that the recorder's clock dates before the one in front of them, among those of the source that is
    /// compared and those about no booking; `nil` where all of these are here to be looked at.
    public let ranBack: [Int]?

    /// Only a ledger that has just verified what it hands over may call this.
    package init(
        verification: Verification, bookings: [BookingKey: BookingHistory], readings: [Reading], journal: [Entry],
        sequences: [Identifier: [NumberedEvent]], lastHeldOutside: Timestamp?, opened: Timestamp?,
        isWhole: Bool, settled: Settled = Settled(), ranBack: [Int]? = nil
    ) {
        self.verification = verification
        self.bookings = bookings
        self.readings = readings
        self.journal = journal
        self.sequences = sequences
        self.lastHeldOutside = lastHeldOutside
        self.opened = opened
        self.isWhole = isWhole
        self.settled = settled
        self.ranBack = ranBack
    }
}
