public import Bookings
public import Transparency

/// What an evidence file shows, once every step agreed.
public struct EvidenceContent: Sendable {
    /// The file.
    public let evidence: Evidence
    /// The checkpoint under which everything stands.
    public let checkpoint: Checkpoint
    /// The ledger's keys, from the oldest that the file knows to the one that signed.
    public let keys: [VerifierKey]
    /// The `ledger.state` entry up to which entries are declared complete.
    public let state: Entry
    /// The booking's ids: its own, and those by `supersedes`.
    public let ids: Set<Identifier>
    /// Other bookings shown beside it.
    public let siblings: Set<Identifier>
    /// True where nothing is recorded about the booking.
    public let isAbsent: Bool
    /// The entries, ascending.
    public let records: [EvidenceRecord]
    /// The readings, ascending by entry.
    public let readings: [EvidenceReading]
    /// What time-stamps bound.
    public let stamps: [Stamp]

    /// A time before which so many entries were there, as an authority signed.
    public struct Stamp: Sendable {
        /// The number of entries.
        public let size: Int
        /// The time of the stamp.
        public let time: Timestamp
    }

    init(
        evidence: Evidence, checkpoint: Checkpoint, keys: [VerifierKey], state: Entry, scope: Scope,
        records: [EvidenceRecord], readings: [EvidenceReading], stamps: [Stamp]
    ) {
        self.evidence = evidence
        self.checkpoint = checkpoint
        self.keys = keys
        self.state = state
        ids = scope.closure
        siblings = scope.siblings
        isAbsent = scope.isAbsent
        self.records = records
        self.readings = readings
        self.stamps = stamps
    }

    /// The number of entries of the ledger that follow the state: whether any of them is about the booking, nobody
    /// declares.
    public var following: Int { checkpoint.size - 1 - state.index }

    /// True for an entry of the booking itself, and not of a sibling or an erasure.
    public func isOwn(_ entry: Entry) -> Bool {
        entry.type.isAboutBooking
            && [entry.booking, entry.supersedes].contains { $0.map(ids.contains) ?? false }
    }

    /// The earliest time by which an entry was there, as a time-stamp bounds it; `nil` without one.
    public func stampedBefore(_ index: Int) -> Timestamp? {
        stamps.filter { $0.size > index }.map(\.time).min()
    }
}
