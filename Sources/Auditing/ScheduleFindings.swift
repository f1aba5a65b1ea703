import Bookings

/// What the schedule says about itself, whatever is recorded: the same appointment twice, two at once, a hole between
/// the windows of two readings.
extension Reconciliation {
    func scheduleFindings() -> [Finding] {
        duplicateAppointments() + doubleBookings() + coverageGaps()
    }

    /// Rows of one client with one practitioner at one time, under several ids.
    private func duplicateAppointments() -> [Finding] {
        // Most rows share their slot with no other: hashes are compared first, and what says which only then.
        let rows = snapshot.appointments
        var seen = HashSieve(count: rows.count)
        var seenAgain = HashSieve(count: rows.count)
        for place in rows.indices {
            guard let hash = rows.slotHash(at: place), !seen.insert(hash) else { continue }
            _ = seenAgain.insert(hash)
        }
        var slots: [(hash: UInt64, place: Int)] = []
        for place in rows.indices {
            guard let hash = rows.slotHash(at: place), seenAgain.contains(hash),
                let start = rows.start(at: place)
            else { continue }
            rows.withClient(at: place) { client in
                guard let client else { return }
                slots.append((ByteHash.hash(client, also: UInt64(bitPattern: start.minute)), place))
            }
        }
        slots.sort { $0 < $1 }
        var findings: [Finding] = []
        var first = 0
        while first < slots.count {
            var next = first + 1
            while next < slots.count, slots[next].hash == slots[first].hash { next += 1 }
            if next > first + 1 { findings += duplicates(among: slots[first..<next].map { rows[$0.place] }) }
            first = next
        }
        return findings
    }

    private func duplicates(among rows: [LiveAppointment]) -> [Finding] {
        struct Slot: Hashable {
            let client: String?
            let practitioner: String?
            let minute: Int64?
        }
        let slots = Dictionary(grouping: rows) { row in
            Slot(
                client: row.personal["client.id"],
                practitioner: row.appointment.practitioner.map(Comparison.trimmed),
                minute: row.appointment.start?.minute)
        }
        return slots.values.compactMap { rows -> Finding? in
            let bookings = Set(rows.map(\.booking)).sorted()
            guard bookings.count > 1 else { return nil }
            return Finding(
                .ar109, source: coverage.source, booking: bookings[0], live: rows[0].appointment.json,
                snapshot: coverage.takenAt,
                sentence: "The schedule has one client with one practitioner at one time under several ids: "
                    + "\(Words.list(bookings)).")
        }
    }

    /// More appointments at once than a practitioner or a room can have. Looked for where a capacity is configured.
    private func doubleBookings() -> [Finding] {
        guard let capacity = thresholds.capacity else { return [] }
        return overlaps(capacity, "practitioner", \.practitioner) + overlaps(capacity, "room", \.location)
    }

    private func overlaps(_ capacity: Int, _ what: String, _ field: KeyPath<Appointment, String?>) -> [Finding] {
        // A row that stands twice in the export is one appointment all the same.
        let again = Set(snapshot.index.repeated.map(\.again))
        let timed = snapshot.appointments.indices.lazy.filter { !again.contains($0) }.map { snapshot.appointments[$0] }
            .filter { $0.appointment.isActive && $0.appointment.start != nil && $0.appointment.end != nil }
        let groups = Dictionary(grouping: timed) { $0.appointment[keyPath: field].map(Comparison.trimmed) }
        return groups.compactMap { name, rows -> Finding? in
            guard let name else { return nil }
            var open: [LiveAppointment] = []
            func isBefore(_ one: LiveAppointment, _ other: LiveAppointment) -> Bool {
                (one.appointment.start!.minute, one.row) < (other.appointment.start!.minute, other.row)
            }
            for row in rows.sorted(by: isBefore) {
                let start = row.appointment.start!
                open.removeAll { $0.appointment.end!.minute <= start.minute }
                open.append(row)
                guard open.count > capacity else { continue }
                return Finding(
                    .ar114, source: coverage.source, booking: row.booking, detail: "\(what) \(name)",
                    live: row.appointment.json,
                    snapshot: coverage.takenAt,
                    sentence: "The \(what) \(name) has \(open.count) appointments at once on \(Words.time(start)): "
                        + "\(Words.list(open.map(\.booking).sorted())).")
            }
            return nil
        }.sorted { $0.booking! < $1.booking! }
    }

    /// Days that lie between the window of the reading before and that of this one: nobody looks at them.
    private func coverageGaps() -> [Finding] {
        guard let before = earlierReadings.last(where: { $0.coverage.isComplete })?.coverage, let end = before.to,
            let start = coverage.from, end.instant < start.instant
        else { return [] }
        return [
            Finding(
                .ar204, source: coverage.source, detail: "\(end.text.prefix(10)) to \(start.text.prefix(10))",
                snapshot: coverage.takenAt,
                sentence: "The reading before reached to \(Words.day(end.civil)), and this one begins on "
                    + "\(Words.day(start.civil)): nobody looked at the days between.")
        ]
    }
}

/// What is unusual about the way in which a booking was changed or ended.
extension Reconciliation {
    func habitFindings(_ history: BookingHistory) -> [Finding] {
        let own = history.entries.map(\.entry).filter { $0.key == history.key && $0.basis == .reported }
        guard let last = own.last(where: { $0.type == .deleted || $0.type == .cancelled || $0.type == .modified })
        else {
            return []
        }
        return actorFinding(last, of: history) + reasonFinding(last, of: history)
    }

    private func actorFinding(_ entry: Entry, of history: BookingHistory) -> [Finding] {
        var unusual: [String] = []
        switch entry.actor?.kind {
        case .sync?, .job?: unusual.append("by \(Words.actor(entry.actor))")
        case .api? where entry.type == .deleted: unusual.append("by \(Words.actor(entry.actor))")
        case .unknown?, nil:
            if entry.type == .deleted { unusual.append("by somebody that the source does not name") }
        default: break
        }
        if let hours = thresholds.hours, entry.actor?.kind == .user,
            let minute = clock.minuteOfDay(replay.effective(entry)), !hours.contains(minute)
        {
            unusual.append("outside the hours of the practice, on \(clock.text(replay.effective(entry)))")
        }
        guard !unusual.isEmpty else { return [] }
        let verb = entry.type == .deleted ? "deleted" : entry.type == .cancelled ? "cancelled" : "changed"
        return [
            Finding(
                .ar303, source: history.key.source, booking: history.key.booking, entries: [entry.index],
                sentence: "Booking \(Words.quoted(history.key.booking)) was \(verb) \(unusual.joined(separator: ", "))."
            )
        ]
    }

    private func reasonFinding(_ entry: Entry, of history: BookingHistory) -> [Finding] {
        guard entry.type != .modified, entry.reason == nil, !entry.sealed.contains(where: { $0.name == "reason.text" })
        else { return [] }
        let verb = entry.type == .deleted ? "deleted" : "cancelled"
        return [
            Finding(
                .ar305, source: history.key.source, booking: history.key.booking, entries: [entry.index],
                sentence: "Booking \(Words.quoted(history.key.booking)) was \(verb) without a recorded reason.")
        ]
    }
}

/// Which hashes were there before, or others that fall into the same bit: one in sixteen is wrongly thought so.
private struct HashSieve {
    private var words: [UInt64]
    private let mask: UInt64

    init(count: Int) {
        var bits = 64
        while bits < count * 16 { bits *= 2 }
        words = [UInt64](repeating: 0, count: bits / 64)
        mask = UInt64(bits - 1)
    }

    /// False where the hash, or another of its bit, is in already.
    mutating func insert(_ hash: UInt64) -> Bool {
        let isNew = !contains(hash)
        words[Int((hash >> 1 & mask) / 64)] |= 1 << (hash >> 1 & 63)
        return isNew
    }

    func contains(_ hash: UInt64) -> Bool {
        words[Int((hash >> 1 & mask) / 64)] >> (hash >> 1 & 63) & 1 == 1
    }
}
