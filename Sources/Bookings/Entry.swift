public import Transparency

/// What a source reported about a booking, or the ledger about itself, as recorded: one line of the ledger.
///
/// The bytes are the record. ``bytes`` prints them and ``init(bytes:)`` reads them, refusing whatever would not have
/// been printed, so that one entry has one spelling. The format is `schemas/README.md`, version 1.
public struct Entry: Equatable, Sendable {
    /// The ledger's name, as in its checkpoints.
    public var origin: String
    /// Position in the ledger, from 0, and the order of things.
    public var index: Int
    /// The leaf hash of the entry before; 32 zero bytes at index 0.
    public var previous: Hash
    /// What the recorder's clock said.
    public var recorded: Timestamp
    /// What kind of entry this is.
    public var type: EntryType
    /// The id of the source.
    public var source: Identifier?
    /// The source's own id of the event; with the source it is the idempotency key.
    public var event: Identifier?
    /// The source's own counter.
    public var sequence: Int?
    /// When the source says that it happened.
    public var occurred: Timestamp?
    /// How the recorder knows.
    public var basis: Basis?
    /// Who did it, where that is known.
    public var actor: Actor?
    /// Why, as a code.
    public var reason: String?
    /// The booking's id in its source.
    public var booking: Identifier?
    /// The id that the booking had before, in the same source.
    public var supersedes: Identifier?
    /// The state after the event, complete.
    public var appointment: Appointment?
    /// Personal values, each as a salted digest only, in byte order of their names.
    public var sealed: [SealedField]
    /// The type's own members, where it is not about a booking.
    public var body: JSONValue?

    /// How the recorder knows what an entry about a booking says.
    public enum Basis: String, Sendable, CaseIterable {
        /// The source said so.
        case reported
        /// Inferred from two readings of the schedule.
        case observed
        /// Found when recording began.
        case baseline
        /// A named person said so.
        case attested
    }

    /// Who did something: a person, a sync and a night job are told apart.
    public struct Actor: Hashable, Sendable {
        /// What kind of actor it was.
        public enum Kind: String, Sendable, CaseIterable {
            case user, client, job, sync, api, unknown
        }

        /// What kind of actor it was.
        public let kind: Kind
        /// The login or the name of the job; never that of a client, which is sealed as `actor.client`.
        public let id: String?

        /// An actor by its parts.
        public init(kind: Kind, id: String? = nil) {
            self.kind = kind
            self.id = kind == .client ? nil : id
        }
    }

    /// A personal value as the ledger holds it.
    public struct SealedField: Hashable, Sendable {
        /// The field's name, as `client.name`.
        public let name: String
        /// SHA-256 of the disclosure (RFC 9901 §4.2.3).
        public let digest: Hash

        /// A sealed field by its parts.
        public init(name: String, digest: Hash) {
            self.name = name
            self.digest = digest
        }
    }

    /// The longest entry, in bytes: what a C2SP entry bundle can hold.
    public static let longest = 65_535

    /// The key of the booking that the entry is about.
    public var key: BookingKey? {
        guard let source, let booking else { return nil }
        return BookingKey(source: source, booking: booking)
    }

    /// An entry with the members that always stand; the others are set after.
    public init(origin: String, index: Int, previous: Hash, recorded: Timestamp, type: EntryType) {
        self.origin = origin
        self.index = index
        self.previous = previous
        self.recorded = recorded
        self.type = type
        sealed = []
    }

    /// True for a name that a ledger can have: `[a-z0-9./_-]{1,255}`.
    public static func isValidOrigin(_ origin: some StringProtocol) -> Bool {
        isValidOrigin(origin.utf8)
    }

    static func isValidOrigin(_ origin: some Collection<UInt8>) -> Bool {
        (1...255).contains(origin.count)
            && origin.allSatisfy { byte in
                (0x61...0x7a).contains(byte) || (0x2d...0x39).contains(byte) || byte == UInt8(ascii: "_")
            }
    }

    /// True for a reason that is a code: `[a-z0-9][a-z0-9._-]{0,63}`.
    public static func isCode(_ text: String) -> Bool {
        isCode(text.utf8)
    }

    static func isCode(_ text: some Collection<UInt8>) -> Bool {
        isWord(text) && text.first.map { isLetter($0) || isDigit($0) } ?? false
    }

    /// True for the name of a sealed field: `[a-z][a-z0-9._-]{0,63}`.
    public static func isFieldName(_ text: String) -> Bool {
        isFieldName(text.utf8)
    }

    static func isFieldName(_ text: some Collection<UInt8>) -> Bool {
        isWord(text) && text.first.map { isLetter($0) } ?? false
    }

    private static func isWord(_ text: some Collection<UInt8>) -> Bool {
        text.count <= 64
            && text.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2e || $0 == 0x5f || $0 == 0x2d }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
