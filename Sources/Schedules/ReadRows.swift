import Bookings

/// What reading some rows one after another came to: what they say is packed, what they say amiss listed.
struct ReadRows: Sendable {
    var packed = RowPacker.Piece()
    /// What is not what it should be.
    var malformations = MalformationList()
    /// The number of rows.
    var count = 0
    /// How many starts cannot be read in rows with an id, and the first of them.
    var badStarts = BadStarts()

    struct BadStarts: Sendable {
        var count = 0
        var first: (row: Int, reason: String)?

        mutating func append(_ next: BadStarts, after row: Int) {
            count += next.count
            if first == nil { first = next.first.map { ($0.row + row, $0.reason) } }
        }
    }
}

/// A whole schedule's rows, joined of pieces in their order.
struct AllRows: Sendable {
    var appointments = LiveAppointments()
    private(set) var index = BookingIndex.Maker()
    private(set) var malformations = MalformationList()
    private(set) var count = 0
    private(set) var badStarts = ReadRows.BadStarts()

    /// Makes room for so many rows in all.
    mutating func reserveCapacity(_ count: Int) {
        appointments.reserveCapacity(count)
        index.reserveCapacity(count)
    }

    /// Adds what comes next; its rows are numbered from the one after `row`.
    mutating func append(_ next: ReadRows, after row: Int) {
        for hash in next.packed.hashes { index.append(hash) }
        appointments.append(next.packed, after: row)
        malformations.append(next.malformations, after: row)
        badStarts.append(next.badStarts, after: row)
        count += next.count
    }
}
