import Bookings

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
