public import Transparency

extension TimestampToken {
    /// The moment that it states.
    public var time: Timestamp { Timestamp(microseconds: microseconds) }

    /// The earliest moment at which it can have been made: what it states, less what its authority may be off.
    public var earliest: Timestamp { Timestamp(microseconds: microseconds - accuracy) }

    /// The latest moment at which it can have been made.
    public var latest: Timestamp { Timestamp(microseconds: microseconds + accuracy) }
}

extension TimestampRoots {
    /// By when a text with this digest was there, as the token, held against these roots, shows.
    public func time(of token: [UInt8], imprint: Hash) -> Result<Timestamp, TimestampError> {
        Result { () throws(TimestampError) in
            let token = try TimestampToken(der: token)
            try verify(token, imprint: imprint)
            return token.latest
        }
    }
}

/// A time-stamp that an entry of the ledger holds, and that was held against roots of the verifier's.
public struct Stamp: Hashable, Sendable {
    /// The entry that holds it (`ledger.stamped`).
    public let index: Int
    /// How many entries it covers.
    public let size: Int
    /// The earliest moment at which it can have been made: no entry from `index` on is older.
    public let earliest: Timestamp
    /// The latest moment at which it can have been made: the first `size` entries were there then.
    public let latest: Timestamp
    /// The authority, by the name in its certificate.
    public let authority: String

    /// A stamp by its parts.
    public init(index: Int, size: Int, earliest: Timestamp, latest: Timestamp, authority: String) {
        self.index = index
        self.size = size
        self.earliest = earliest
        self.latest = latest
        self.authority = authority
    }
}

/// What came of holding a ledger's time-stamps against roots of the verifier's.
public struct Stamps: Sendable, Equatable {
    /// The stamps that hold, by the entries that hold them.
    public var holding: [Stamp] = []
    /// The entries whose stamp's authority leads to none of the roots: it says nothing for or against the ledger.
    public var unknown: [Int] = []
    /// The entries whose stamp does not hold, or is not of this ledger's past.
    public var defects: [Defect] = []

    /// Nothing was looked at yet.
    public init() {}

    /// Between which moments the entry at an index was recorded, as the stamps bound it; `nil` on a side where none does.
    ///
    /// An entry is younger than a stamp that stands in front of it, or in it, in the ledger, because it builds upon its
    /// bytes; and older than each stamp that covers it.
    public func bounds(of index: Int) -> (after: Timestamp?, before: Timestamp?) {
        (
            holding.lazy.filter { $0.index <= index }.map(\.earliest).max(),
            holding.lazy.filter { $0.size > index }.map(\.latest).min()
        )
    }
}
