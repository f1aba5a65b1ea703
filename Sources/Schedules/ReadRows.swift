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
    /// How many rows the schedule itself says that it has; `nil` where it does not say it.
    var reported: Int?
    /// Why the schedule is known to lack some of its rows.
    private(set) var shortfalls: [String] = []
    /// How many things in it are no appointments, and were passed over.
    var passedOver = 0

    private static let mostShortfalls = 5

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

    /// Notes why rows are missing, each reason once and no more than a sentence has room for.
    mutating func addShortfall(_ reason: String) {
        guard shortfalls.count < AllRows.mostShortfalls, !shortfalls.contains(reason) else { return }
        shortfalls.append(reason)
    }
}

extension Coverage {
    /// What a reading can be asked about once it is read: of itself it may have told that rows are missing, and of
    /// what it tells, it tells `twice` what it told before.
    func told(by rows: AllRows, twice: Int) -> Coverage {
        var coverage = self
        for reason in rows.shortfalls { coverage.addShortfall(reason) }
        guard let reported = rows.reported else { return coverage }
        coverage.totalReported = max(coverage.totalReported ?? 0, reported)
        // As many rows as were reported may be there because one of them stands in another's place.
        let distinct = rows.count - twice
        if twice > 0, reported > distinct {
            coverage.addShortfall("of \(reported) reported appointments it has \(distinct), some of them twice")
        }
        return coverage
    }
}
