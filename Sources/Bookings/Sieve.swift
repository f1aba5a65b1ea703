/// Looks at every entry of a ledger in one pass, and says which a comparison must see in full.
package struct Sieve: Sendable {
    /// What becomes of an entry.
    package enum Answer {
        /// The comparison must see it, and every other entry of its booking.
        case keep
        /// It is settled if the other entries of its booking are.
        case settle(SettledEntry)
        /// Nobody asks for it.
        case pass
    }

    /// The number of rows of the schedule.
    package let rows: Int
    /// The booking of the row at a place.
    package let booking: @Sendable (_ row: Int) -> BookingKey
    /// How close together two bookings by one login are made "in the same breath", in seconds.
    package let breath: Int64
    /// True for an entry whose booking the schedule may lack: others made in the same breath are then kept too.
    package let isLone: @Sendable (RecordedEntry) -> Bool
    /// True for an entry after which the schedule may be expected to have its booking: where it has not, what was recorded
    /// of the same client after a reading last showed it is kept too, since one may be the same arrangement under a new id.
    package let isExpected: @Sendable (RecordedEntry) -> Bool
    /// The answer to an entry; with the client's id where it is disclosed, which nobody has checked yet.
    package let judge: @Sendable (EntryView, _ client: UnsafeBufferPointer<UInt8>?) -> Answer

    package init(
        rows: Int, breath: Int64, booking: @escaping @Sendable (Int) -> BookingKey,
        isLone: @escaping @Sendable (RecordedEntry) -> Bool,
        isExpected: @escaping @Sendable (RecordedEntry) -> Bool,
        judge: @escaping @Sendable (EntryView, UnsafeBufferPointer<UInt8>?) -> Answer
    ) {
        self.rows = rows
        self.breath = breath
        self.booking = booking
        self.isLone = isLone
        self.isExpected = isExpected
        self.judge = judge
    }

    /// A sieve that keeps what is about these bookings, and nothing else.
    package init(wanted: Set<BookingKey>) {
        let wanted = Set(wanted.map { Sieve.hash($0) })
        self.init(
            rows: 0, breath: 0, booking: { _ in preconditionFailure("no rows") }, isLone: { _ in false },
            isExpected: { _ in false }
        ) { entry, _ in
            Sieve.isAbout(wanted, entry) ? .keep : .pass
        }
    }

    /// A sieve that keeps what says that a booking starts on this day, counted from 1970-01-01, and nothing else.
    package init(day: Int) {
        self.init(
            rows: 0, breath: 0, booking: { _ in preconditionFailure("no rows") }, isLone: { _ in false },
            isExpected: { _ in false }
        ) { entry, _ in
            entry.appointment?.start?.civil.day == day ? .keep : .pass
        }
    }

    /// True where an entry may be about one of these bookings.
    package static func isAbout(_ wanted: Set<UInt64>, _ entry: EntryView) -> Bool {
        guard let source = entry.source else { return false }
        return [entry.booking, entry.supersedes].contains { booking in
            guard let booking else { return false }
            return source.isEscaped || booking.isEscaped
                || wanted.contains(hash(source: source.bytes, booking: booking.bytes))
        }
    }

    /// The hash by which a booking is known to other entries.
    package static func hash(_ key: BookingKey) -> UInt64 {
        var (source, booking) = (key.source.text, key.booking.text)
        return source.withUTF8 { source in booking.withUTF8 { hash(source: source, booking: $0) } }
    }

    /// The hash by which a booking is known to other entries.
    package static func hash(source: UnsafeBufferPointer<UInt8>, booking: UnsafeBufferPointer<UInt8>) -> UInt64 {
        ByteHash.hash(booking, also: ByteHash.hash(source))
    }

    /// The hash of a login; 0 for somebody without a name, who is not the same somebody twice.
    package static func hash(actor: Entry.Actor?) -> UInt32 {
        guard let actor, var id = actor.id else { return 0 }
        return id.withUTF8 { hash(actor.kind, $0) }
    }

    /// The hash of a login; 0 for somebody without a name, who is not the same somebody twice.
    package static func hash(actor: (kind: Entry.Actor.Kind, id: JSONText?)?) -> UInt32 {
        guard let actor, let id = actor.id else { return 0 }
        guard id.isEscaped else { return hash(actor.kind, id.bytes) }
        return hash(actor: Entry.Actor(kind: actor.kind, id: id.string))
    }

    private static func hash(_ kind: Entry.Actor.Kind, _ id: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let number: UInt64 =
            switch kind {
            case .user: 1
            case .client: 2
            case .job: 3
            case .sync: 4
            case .api: 5
            case .unknown: 6
            }
        return UInt32(truncatingIfNeeded: ByteHash.hash(id, also: number)) | 1
    }

    /// The hash of a client; 0 for one who is not known.
    package static func hash(client: UnsafeBufferPointer<UInt8>?) -> UInt32 {
        client.map { UInt32(truncatingIfNeeded: ByteHash.hash($0)) | 1 } ?? 0
    }
}
