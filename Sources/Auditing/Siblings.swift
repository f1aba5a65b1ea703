public import Bookings

/// Bookings that were made in the same breath as another: by the same login within moments, or for the same client.
struct Siblings {
    struct Sibling {
        let key: BookingKey
        let entry: Entry
        let appointment: Appointment
        /// Seconds between the two creations by one login; `nil` where only the client is the same.
        let apart: Int64?

        func finding(live: LiveAppointment?, of booking: Identifier, at takenAt: Timestamp?) -> Finding {
            let how =
                if let apart {
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

    private let created: [BookingKey: RecordedEntry]
    private let byActor: [Entry.Actor: [BookingKey]]
    private let byClient: [String: [BookingKey]]
    private let replay: Replay
    private let breath: Int64

    /// Lists who made which booking for whom, once for many questions. Linear in the number of bookings.
    init(among history: VerifiedHistory, thresholds: Thresholds) {
        var created: [BookingKey: RecordedEntry] = [:]
        var byActor: [Entry.Actor: [BookingKey]] = [:]
        var byClient: [String: [BookingKey]] = [:]
        for other in history.bookings.values {
            guard let first = other.entries.first(where: { $0.entry.type == .created && $0.entry.key == other.key })
            else {
                continue
            }
            created[other.key] = first
            if let actor = first.entry.actor { byActor[actor, default: []].append(other.key) }
            if let client = first.disclosed["client.id"] { byClient[client, default: []].append(other.key) }
        }
        self.created = created
        self.byActor = byActor
        self.byClient = byClient
        replay = Replay(readings: history.readings)
        breath = thresholds.breath
    }

    /// The bookings that the same login made within a breath of this one, for the same client where that is known; of
    /// very many the first.
    func inTheSameBreath(as key: BookingKey) -> [Sibling] {
        // Somebody without a name is not the same somebody twice.
        guard let own = created[key], let actor = own.entry.actor, actor.id != nil else { return [] }
        let client = own.disclosed["client.id"]
        let candidates = client.flatMap { byClient[$0] } ?? byActor[actor] ?? []
        return Array(
            candidates.lazy.compactMap { other -> Sibling? in
                guard created[other]?.entry.actor == actor, let sibling = sibling(other, of: key),
                    let apart = sibling.apart, apart <= breath
                else { return nil }
                return sibling
            }.prefix(Siblings.most)
        ).sorted { $0.key < $1.key }
    }

    /// More siblings than anybody reads.
    private static let most = 20

    /// Those, and the other bookings of the same client.
    func ofTheSameClient(as key: BookingKey) -> [Sibling] {
        let close = inTheSameBreath(as: key)
        guard let client = created[key]?.disclosed["client.id"] else { return close }
        let others = (byClient[client] ?? []).filter { other in !close.contains { $0.key == other } }
        return
            (close
            + others.compactMap { sibling($0, of: key) }.map {
                Sibling(key: $0.key, entry: $0.entry, appointment: $0.appointment, apart: nil)
            }).sorted { $0.key < $1.key }
    }

    private func sibling(_ other: BookingKey, of key: BookingKey) -> Sibling? {
        // Another source has other schedules, and may have given the same client id to somebody else.
        guard other != key, other.source == key.source, let own = created[key]?.entry,
            let entry = created[other]?.entry,
            let appointment = entry.appointment
        else { return nil }
        let apart = abs(Timestamp.seconds(from: replay.effective(own), to: replay.effective(entry)))
        return Sibling(key: other, entry: entry, appointment: appointment, apart: apart)
    }
}

extension VerifiedHistory {
    /// The bookings that the same login made within a breath of this one, for the same client where that is known: what
    /// AR301 speaks of.
    public func bookingsMadeInTheSameBreath(as key: BookingKey, thresholds: Thresholds) -> [BookingKey] {
        Siblings(among: self, thresholds: thresholds).inTheSameBreath(as: key).map(\.key)
    }
}
