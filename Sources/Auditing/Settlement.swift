package import Bookings

/// Says of single entries that nothing stands against them: what makes a comparison with a million bookings cheap.
///
/// It is careful one way: an entry that it settles would give no finding, and a change that an ``Observation`` would
/// record of it there is none. Whatever is not that plain is compared in full.
package struct Settlement: Sendable {
    private let snapshot: Snapshot
    private let thresholds: Thresholds
    private let readings: [(index: Int, takenAt: Timestamp)]
    private let started: Timestamp?
    private let source: [UInt8]
    private let asOf: Timestamp
    /// The reading itself, where it is recorded already: what was inferred from it is told of.
    private let reading: Int?

    /// `readings` are those of all sources, `started` is when the capture of this one began, if it said so.
    package init(of snapshot: Snapshot, thresholds: Thresholds, readings: [Reading], started: Timestamp?) {
        self.snapshot = snapshot
        self.thresholds = thresholds
        self.readings = readings.filter { $0.coverage.source == snapshot.coverage.source }
            .map { ($0.index, $0.coverage.takenAt) }.sorted { $0.0 < $1.0 }
        self.started = started
        source = Array(snapshot.coverage.source.text.utf8)
        asOf = snapshot.coverage.takenAt - thresholds.skew
        reading =
            readings.last {
                $0.coverage.source == snapshot.coverage.source && $0.coverage.takenAt == snapshot.coverage.takenAt
                    && $0.digest == snapshot.digest
            }?.index
    }

    /// This, as a ledger asks for it. `except` are bookings that are wanted in full.
    package func sieve(except wanted: Set<BookingKey> = []) -> Sieve {
        let wanted = Set(wanted.map { Sieve.hash($0) })
        return Sieve(
            rows: snapshot.appointments.count, breath: thresholds.breath,
            booking: { BookingKey(source: snapshot.coverage.source, booking: snapshot.appointments.booking(at: $0)) },
            isLone: { isLone($0) },
            isExpected: { mayBeExpected($0.entry) },
            judge: { entry, client in
                if !wanted.isEmpty, Sieve.isAbout(wanted, entry) { return .keep }
                return answer(to: entry, client: client)
            })
    }

    /// True where the schedule has no row of the booking, or one of somebody else.
    private func isLone(_ recorded: RecordedEntry) -> Bool {
        guard recorded.entry.source == snapshot.coverage.source, let booking = recorded.entry.booking else {
            return false
        }
        guard let row = snapshot.row(of: booking) else { return true }
        return row.personal["client.id"].map { $0 != recorded.disclosed["client.id"] } ?? false
    }

    /// Whatever the practitioner is, of whom another entry may speak.
    private func mayBeExpected(_ entry: Entry) -> Bool {
        var window = snapshot.coverage
        window.practitioners = nil
        return entry.appointment?.start.map { window.includes(start: $0, practitioner: nil) } ?? true
    }

    private func answer(to entry: EntryView, client: UnsafeBufferPointer<UInt8>?) -> Sieve.Answer {
        guard let source = entry.source, let booking = entry.booking, !source.isEscaped, !booking.isEscaped else {
            return .keep
        }
        guard self.source.withUnsafeBufferPointer({ $0.hasBytes(of: source.bytes) }) else { return .pass }
        func settled(_ counts: SettledEntry.Counts, row: Int? = nil, at moment: Timestamp) -> Sieve.Answer {
            .settle(
                SettledEntry(
                    index: entry.index, row: row, counts: counts, moment: moment,
                    booking: Sieve.hash(source: source.bytes, booking: booking.bytes),
                    actor: Sieve.hash(actor: entry.actor), client: Sieve.hash(client: client)))
        }
        if entry.basis == .observed, let reading, entry.index > reading { return .keep }
        guard let counts = timeliness(of: entry) else { return .keep }
        if entry.type.family == .notice { return settled(counts.union(.companion), at: claimed(entry)) }
        guard entry.type == .created, entry.supersedes == nil, let recorded = entry.appointment,
            recorded.status?.isActive ?? true
        else { return .keep }
        let moment = counted(entry)
        if let row = snapshot.index[booking.bytes] {
            guard moment > asOf || snapshot.appointments.isActive(at: row),
                snapshot.appointments.addsNothing(at: row, to: recorded, client: client)
            else { return .keep }
            if moment > asOf + 2 * thresholds.skew { return settled(counts, row: row, at: moment) }
            let isExpected = moment <= asOf && includes(recorded)
            return settled(counts.union(isExpected ? .agreeingAsExpected : .agreeing), row: row, at: moment)
        }
        // Without a row: too young to be judged, or outside the window; else it is missing.
        if moment > asOf { return settled(counts, at: moment) }
        guard recorded.start != nil, !includes(recorded) else { return .keep }
        return settled(counts.union(.outside), at: moment)
    }

    /// When the event came: `early` where it is older than the capture; `nil` where there is something to tell.
    private func timeliness(of entry: EntryView) -> SettledEntry.Counts? {
        guard let occurred = entry.occurred else { return .nothing }
        guard occurred <= entry.recorded + thresholds.skew else { return nil }
        guard let started, Timestamp.seconds(from: occurred, to: entry.recorded) > thresholds.late else {
            return .dated
        }
        return occurred < started ? .datedEarly : nil
    }

    private func includes(_ recorded: AppointmentView) -> Bool {
        let practitioner = snapshot.coverage.practitioners == nil ? nil : recorded.practitioner?.string
        return snapshot.coverage.includes(start: recorded.start, practitioner: practitioner)
    }

    private func claimed(_ entry: EntryView) -> Timestamp {
        min(entry.occurred ?? entry.recorded, entry.recorded)
    }

    /// As ``Replay/counts(_:)``.
    private func counted(_ entry: EntryView) -> Timestamp {
        if entry.basis == .observed || entry.basis == .baseline,
            let reading = readings.last(where: { $0.index < entry.index })
        {
            return Replay.counts(inferredFrom: reading.takenAt, skew: thresholds.skew)
        }
        return claimed(entry)
    }
}
