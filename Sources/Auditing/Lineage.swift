import Bookings

extension Entry {
    /// True for what says that a booking goes on under another id, and says no more: somebody attested it, when the
    /// other was recorded already.
    var isAttestedIdentity: Bool { supersedes != nil && basis == .attested }
}

extension Replay {
    /// The entries of one arrangement in the order in which they tell where it stood: what it was under one id before
    /// what it was under the next, once somebody attested which ids it has had; by the sources themselves elsewhere,
    /// see ``ordered(_:)``. What only attests an identity is not among them.
    func states(of line: BookingHistory) -> [Entry] {
        let entries = ordered(line).map(\.entry).filter { $0.type.family == .booking }
        guard entries.contains(where: \.isAttestedIdentity) else { return entries }
        let next = Dictionary(
            entries.lazy.compactMap { entry in entry.supersedes.map { ($0, entry.booking!) } },
            uniquingKeysWith: { _, last in last })
        let ids = entries.compactMap(\.booking) + entries.compactMap(\.supersedes)
        let later = Set(next.values)
        var places: [Identifier: Int] = [:]
        // From each id that was no other before; where ids go round in a ring, from the first.
        for first in ids.filter({ !later.contains($0) }) + ids where places[first] == nil {
            var id: Identifier? = first
            while let one = id, places[one] == nil {
                places[one] = places.count
                id = next[one]
            }
        }
        return Dictionary(grouping: entries.filter { !$0.isAttestedIdentity }) { places[$0.booking!]! }
            .sorted { $0.key < $1.key }.flatMap { part in
                ordered(
                    BookingHistory(
                        key: BookingKey(source: line.key.source, booking: part.value[0].booking!),
                        entries: part.value.map { RecordedEntry(entry: $0) }.sorted { $0.entry.index < $1.entry.index })
                ).map(\.entry)
            }
    }
}

extension VerifiedHistory {
    /// One arrangement under all the ids that it has had: the entries of a booking, of those that it supersedes, and of
    /// those that supersede it, each once, by index. Readings are those of the booking itself.
    func lineage(of key: BookingKey) -> BookingHistory {
        let linked = closure(of: key)
        guard linked.count > 1 else { return bookings[key] ?? BookingHistory(key: key, entries: []) }
        var entries: [Int: RecordedEntry] = [:]
        for one in linked { for recorded in one.entries { entries[recorded.entry.index] = recorded } }
        return BookingHistory(
            key: key, entries: entries.values.sorted { $0.entry.index < $1.entry.index },
            presences: bookings[key]?.presences ?? [])
    }

    /// The histories of a booking and of all ids that it is linked to by `supersedes`, the booking first.
    func closure(of key: BookingKey) -> [BookingHistory] {
        var found: [BookingKey] = [key]
        var place = 0
        while place < found.count {
            for entry in bookings[found[place]]?.entries.map(\.entry) ?? [] {
                for linked in [entry.supersedes, entry.booking].compactMap({ $0 }) {
                    let other = BookingKey(source: key.source, booking: linked)
                    if !found.contains(other) { found.append(other) }
                }
            }
            place += 1
        }
        return found.compactMap { bookings[$0] }
    }
}
