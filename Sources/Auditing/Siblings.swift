import Bookings

/// Bookings that were made in the same breath as another: by the same login within moments, or for the same client.
struct Siblings {
    struct Sibling {
        let key: BookingKey
        let entry: Entry
        let appointment: Appointment
        /// Seconds between the two creations; `nil` where only the client is the same.
        let apart: Int64?
        let isSameActor: Bool

        func finding(live: LiveAppointment?, of booking: Identifier, at takenAt: Timestamp?) -> Finding {
            let how =
                if isSameActor, let apart {
                    "was made by \(Words.actor(entry.actor)) too, \(apart == 0 ? "in the same second as" : "within \(Words.duration(apart)) of") "
                        + "booking \(Words.quoted(booking))"
                } else {
                    "of the same client is recorded too"
                }
            let standing =
                takenAt == nil ? "" : live == nil ? "; it is not in the schedule either" : "; it is in the schedule"
            return Finding(
                .ar301, source: key.source, booking: key.booking, entries: [entry.index], recorded: appointment.json,
                live: live?.appointment.json, snapshot: takenAt,
                sentence: "\(Words.booking(key.booking, appointment)) \(how)\(standing).")
        }
    }

    let found: [Sibling]

    init(of history: BookingHistory, among all: VerifiedHistory, thresholds: Thresholds, includesClient: Bool = false) {
        let replay = Replay(readings: [])
        guard let created = history.entries.first(where: { $0.entry.type == .created }) else {
            found = []
            return
        }
        let when = replay.effective(created.entry)
        let client = created.disclosed["client.id"]
        found = all.bookings.values.compactMap { other -> Sibling? in
            guard other.key != history.key, let first = other.entries.first(where: { $0.entry.type == .created }),
                let appointment = first.entry.appointment
            else { return nil }
            let apart = abs(Timestamp.seconds(from: when, to: replay.effective(first.entry)))
            let isSameActor =
                first.entry.actor != nil && first.entry.actor == created.entry.actor
                && apart <= thresholds.breath && (client == nil || first.disclosed["client.id"] == client)
            let isSameClient = includesClient && client != nil && first.disclosed["client.id"] == client
            guard isSameActor || isSameClient else { return nil }
            return Sibling(
                key: other.key, entry: first.entry, appointment: appointment, apart: apart, isSameActor: isSameActor)
        }.sorted { $0.key < $1.key }
    }
}
