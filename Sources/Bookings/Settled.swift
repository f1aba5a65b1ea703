/// What is known of bookings that a comparison need not see entry by entry: one entry made each of them, and nothing
/// stands against it.
///
/// A comparison counts them, and finds nothing about them: that is what makes a million of them cheap.
public struct Settled: Sendable {
    /// How many agree with their row in the schedule.
    public var agreeing = 0
    /// How many are expected in the window.
    public var expected = 0
    /// How many lie outside the window.
    public var outside = 0
    /// The entries that say that they happened before the recording of their source began.
    public var early: [Int] = []
    /// When the newest of them is said to have happened, or was recorded if that was before.
    public var newest: Timestamp?
    /// For each row of the schedule whether it is one of them.
    package var rows: [Bool]

    /// Nothing is settled, of a schedule of so many rows.
    public init(rows: Int = 0) {
        self.rows = [Bool](repeating: false, count: rows)
    }

    /// True where the row at this place is settled.
    public func contains(row: Int) -> Bool { rows.indices.contains(row) && rows[row] }

    /// How many entries are.
    public var entries = 0

    /// Counts an entry in.
    package mutating func count(_ entry: SettledEntry) {
        entries += 1
        if entry.counts.contains(.agreeing) { agreeing += 1 }
        if entry.counts.contains(.expected) { expected += 1 }
        if entry.counts.contains(.outside) { outside += 1 }
        if entry.counts.contains(.early) { early.append(entry.index) }
        if entry.counts.contains(.dated) { newest = max(newest ?? entry.moment, entry.moment) }
        if entry.row >= 0 { rows[Int(entry.row)] = true }
    }
}

/// What a comparison says to a single entry, before it is known whether its booking has others.
package struct SettledEntry: Sendable {
    /// The entry's index.
    package let index: Int
    /// When it happened, or was recorded if that was before.
    package let moment: Timestamp
    /// The booking as a ``ByteHash``.
    package let booking: UInt64
    /// The login that made it and the client, each as half of one: enough to find what may belong together.
    package let actor: UInt32
    package let client: UInt32
    /// The place of the booking's row; negative where it has none.
    package let row: Int32
    /// What it counts as.
    package let counts: Counts

    package struct Counts: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static var nothing: Counts { Counts(rawValue: 0) }
        package static var agreeing: Counts { Counts(rawValue: 1) }
        package static var expected: Counts { Counts(rawValue: 2) }
        package static var agreeingAsExpected: Counts { Counts(rawValue: 3) }
        package static var outside: Counts { Counts(rawValue: 4) }
        package static var early: Counts { Counts(rawValue: 8) }
        /// It goes with another entry of its booking, and says nothing by itself: a notice.
        package static var companion: Counts { Counts(rawValue: 16) }
        /// Its source said when it happened.
        package static var dated: Counts { Counts(rawValue: 32) }
        package static var datedEarly: Counts { Counts(rawValue: 40) }
    }

    package init(
        index: Int, row: Int?, counts: Counts, moment: Timestamp, booking: UInt64, actor: UInt32 = 0, client: UInt32 = 0
    ) {
        self.index = index
        self.row = Int32(row ?? -1)
        self.counts = counts
        self.moment = moment
        self.booking = booking
        self.actor = actor
        self.client = client
    }
}
