public import Transparency

/// An event with its personal values sealed: salts drawn, digests made.
///
/// It needs nothing of the ledger, so that it can be made ready while something else is being written.
public struct SealedEvent: Sendable {
    /// The event.
    public let event: Event
    /// Its personal values with fresh salts, in byte order of their names: what lies beside the entry.
    public let disclosures: [Disclosure]
    private let sealed: [Entry.SealedField]

    /// Seals the personal values of an event, each under 128 fresh random bits.
    public init(_ event: Event) {
        self.event = event
        let salts = randomBytes(event.personal.count * Disclosure.saltBytes)
        var place = 0
        disclosures = event.personal.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { field in
            defer { place += Disclosure.saltBytes }
            return Disclosure(
                salt: Array(salts[place..<place + Disclosure.saltBytes]), name: field.key, value: field.value)
        }
        sealed = disclosures.map(\.sealed)
    }

    /// The event as an entry at a place in a ledger, completed from the booking's state before it.
    public func entry(
        after present: Appointment?, origin: String, index: Int, previous: Hash, recorded: Timestamp
    ) -> Entry {
        var entry = Entry(origin: origin, index: index, previous: previous, recorded: recorded, type: event.type)
        entry.source = event.source
        entry.event = event.event
        entry.sequence = event.sequence
        entry.occurred = event.occurred
        entry.basis = event.basis
        entry.actor = event.actor
        entry.reason = event.reason
        entry.booking = event.booking
        entry.supersedes = event.supersedes
        entry.appointment = event.completed(from: present)
        entry.sealed = sealed
        entry.body = event.body
        return entry
    }
}
