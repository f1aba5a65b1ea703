public import Bookings
import Transparency

/// A reading of the schedule that the file shows, and whether it had the booking.
public struct EvidenceReading: Sendable {
    /// The reading.
    public let reading: Reading
    /// True where one of the booking's ids stood in it.
    public let isPresent: Bool
}

/// A `snapshot.taken` with leaves of its tree.
struct ReadingCheck {
    let entry: Entry
    private let reading: Reading
    private let leaves: CommittedLeaves

    init(_ snapshot: Evidence.Commitment, _ entry: Entry) throws(EvidenceRefusal) {
        guard let reading = Reading(entry) else {
            throw EvidenceRefusal(.falseCommitment, "Entry \(entry.index) does not record a reading of a schedule.")
        }
        self.entry = entry
        self.reading = reading
        leaves = try CommittedLeaves(
            snapshot.leaves, size: reading.size, root: reading.root, hasEntries: false,
            "the reading of entry \(entry.index)")
    }

    /// What each reading says of all ids of the booking: it is absent only where every one of them is.
    ///
    /// The ids are those of the booking's own source: another one's reading may have the same id, and says nothing by it.
    static func presences(
        _ checks: [ReadingCheck], of closure: Set<Identifier>, in source: Identifier
    ) throws(EvidenceRefusal) -> [EvidenceReading] {
        var readings: [EvidenceReading] = []
        for check in checks {
            var used: Set<Int> = []
            var isPresent = false
            for id in closure.sorted() {
                let key = BookingKey(source: source, booking: id)
                if let leaf = check.leaves[key] {
                    used.insert(leaf.index)
                    isPresent = true
                } else {
                    used.formUnion(try check.leaves.absence(of: key))
                }
            }
            try check.leaves.requireNoOther(than: used)
            readings.append(EvidenceReading(reading: check.reading, isPresent: isPresent))
        }
        guard readings.isEmpty || readings.contains(where: \.isPresent) else {
            throw EvidenceRefusal(
                .falseCommitment, "Readings without the booking are shown, and none that ever had it: they say nothing."
            )
        }
        return readings
    }
}
