import Auditing
import Bookings
import TestSupport
import Transparency

/// A moment of 2026 in UTC: `06-01 10:00` or `06-01 10:00:17.5`.
func at(_ text: String) -> Timestamp {
    Timestamp("2026-\(text.replacing(" ", with: "T"))\(text.utf8.count > 11 ? "" : ":00")Z")!
}

/// A time of 2026 on British summer clocks: `06-11 09:30`.
func wall(_ text: String) -> WallTime { WallTime(canonical: "2026-\(text.replacing(" ", with: "T")):00+01:00")! }

/// Half an hour with D7 that is booked.
func booked(_ start: String = "06-15 09:30", _ change: (inout Appointment) -> Void = { _ in }) -> Appointment {
    var appointment = Appointment()
    appointment.start = wall(start)
    appointment.end = WallTime(instant: wall(start).instant + 1800, offset: 3600)
    appointment.status = .booked
    appointment.practitioner = "D7"
    change(&appointment)
    return appointment
}

/// A row of the schedule.
func row(
    _ booking: Identifier, _ appointment: Appointment = booked(), client: String? = nil, number: Int = 2
) -> LiveAppointment {
    LiveAppointment(
        booking: booking, appointment: appointment, personal: client.map { ["client.id": $0] } ?? [:], row: number)
}

/// The reading that tests compare with unless they say otherwise: complete, of a month, with cancelled rows.
let june: Coverage = {
    var coverage = Coverage(source: "crm", takenAt: at("06-10 02:00"))
    coverage.from = wall("06-10 00:00")
    coverage.to = wall("07-10 00:00")
    coverage.isComplete = true
    coverage.cancelled = .kept
    return coverage
}()

/// A ledger as a test writes it, by index; what a real one keeps beside the entries follows from them.
struct Book {
    private(set) var entries: [RecordedEntry] = []
    private var shown: [(index: Int, source: Identifier, bookings: Set<Identifier>)] = []
    var source: Identifier = "crm"
    var defects: [Defect] = []
    var opened: Timestamp?
    var heldOutside: Timestamp?
    var isWhole = true

    /// Records an entry a second after it happened; `change` sets the rest.
    @discardableResult
    mutating func add(
        _ type: EntryType, _ booking: Identifier? = nil, _ time: String, client: String? = nil,
        _ change: (inout Entry) -> Void = { _ in }
    ) -> Int {
        var entry = Entry(
            origin: "example.org", index: entries.count, previous: .zero, recorded: at(time) + 1, type: type)
        if type.family != .ledger { entry.source = source }
        entry.occurred = at(time)
        entry.booking = booking
        if type.family == .booking {
            entry.basis = .reported
            if type != .deleted { entry.appointment = booked() }
            if type == .cancelled { entry.appointment?.status = .cancelled }
        }
        if type.family == .notice { entry.body = .object(["reached": .boolean(type == .noticeSent)]) }
        if type.family == .source { entry.body = .object(["sources": .strings([source.text])]) }
        change(&entry)
        entries.append(RecordedEntry(entry: entry, disclosed: client.map { ["client.id": $0] } ?? [:]))
        return entry.index
    }

    /// Records a booking made on 1 June.
    @discardableResult
    mutating func create(
        _ booking: Identifier, _ appointment: Appointment = booked(), _ time: String = "06-01 10:00",
        client: String? = nil, _ change: (inout Entry) -> Void = { _ in }
    ) -> Int {
        add(.created, booking, time, client: client) {
            $0.appointment = appointment
            change(&$0)
        }
    }

    /// Records a reading with these ids.
    @discardableResult
    mutating func read(
        _ time: String, _ bookings: Set<Identifier>, _ change: (inout Coverage) -> Void = { _ in }
    ) -> Int {
        var coverage = june
        coverage.source = source
        coverage.takenAt = at(time)
        change(&coverage)
        let rows = bookings.map { row($0) }
        let snapshot = Snapshot(coverage: coverage, appointments: rows, rows: rows.count, digest: .zero)
        shown.append((entries.count, source, bookings))
        return add(.snapshotTaken, nil, time) {
            $0.occurred = nil
            $0.body = snapshot.body()
        }
    }

    private func presences() -> [BookingKey: [Presence]] {
        var presences: [BookingKey: [Presence]] = [:]
        for source in Set(shown.map(\.source)) {
            let readings = shown.filter { $0.source == source }
            for booking in Set(readings.flatMap(\.bookings)) {
                var first: Int?
                var last = 0
                let key = BookingKey(source: source, booking: booking)
                for reading in readings {
                    if reading.bookings.contains(booking) {
                        first = first ?? reading.index
                        last = reading.index
                    } else if let start = first {
                        presences[key, default: []].append(Presence(first: start, last: last))
                        first = nil
                    }
                }
                if let start = first { presences[key, default: []].append(Presence(first: start, last: nil)) }
            }
        }
        return presences
    }

    /// What a verification of this ledger would hand over.
    var history: VerifiedHistory {
        var byKey: [BookingKey: [RecordedEntry]] = [:]
        var sequences: [Identifier: [NumberedEvent]] = [:]
        for recorded in entries {
            let entry = recorded.entry
            if let source = entry.source, let sequence = entry.sequence {
                sequences[source, default: []].append(
                    NumberedEvent(
                        sequence: sequence, index: entry.index,
                        moment: min(entry.occurred ?? entry.recorded, entry.recorded)))
            }
            guard let key = entry.key else { continue }
            byKey[key, default: []].append(recorded)
            guard let former = entry.supersedes else { continue }
            byKey[BookingKey(source: key.source, booking: former), default: []].append(recorded)
        }
        let presences = presences()
        for key in presences.keys where byKey[key] == nil { byKey[key] = [] }
        let journal = entries.map(\.entry).filter { !$0.type.isAboutBooking }
        let bookings = byKey.map { key, entries in
            (key, BookingHistory(key: key, entries: entries, presences: presences[key] ?? []))
        }
        return VerifiedHistory(
            verification: Verification(
                origin: "example.org", size: entries.count, root: .zero, assurance: [.consistent], defects: defects,
                signedSize: entries.count),
            bookings: Dictionary(uniqueKeysWithValues: bookings), readings: journal.compactMap { Reading($0) },
            journal: journal, sequences: isWhole ? sequences : [:], lastHeldOutside: heldOutside, opened: opened,
            isWhole: isWhole)
    }

    /// The comparison with these rows.
    func report(
        _ rows: [LiveAppointment], malformations: [Malformation] = [], thresholds: Thresholds = Thresholds(),
        now: Timestamp = at("06-10 03:00"), allowedBy: String? = nil, _ change: (inout Coverage) -> Void = { _ in }
    ) -> Report {
        var coverage = june
        change(&coverage)
        let snapshot = Snapshot(
            coverage: coverage, appointments: rows, malformations: malformations, rows: rows.count, digest: .zero)
        return Reconciliation(
            of: history, with: snapshot, thresholds: thresholds, now: now, massDisappearanceAllowedBy: allowedBy
        ).report()
    }

    /// The verdict about a booking, compared with these rows; `nil` reads no schedule.
    func verdict(
        _ booking: Identifier, _ rows: [LiveAppointment]?, claim: Claim = Claim(),
        _ change: (inout Coverage) -> Void = { _ in }
    ) -> Verdict {
        let live = rows.map { rows in
            LiveKnowledge.compared(report(rows, change), row: rows.first { $0.booking == booking })
        }
        let investigation = Investigation(history, claim: claim)
        let key = investigation.successor(of: BookingKey(source: source, booking: booking))
        return investigation.verdict(about: key, live: live ?? .unread)
    }

    func state(_ booking: Identifier, asOf moment: Timestamp? = nil) -> BookingState? {
        let history = history
        return history.bookings[BookingKey(source: source, booking: booking)].flatMap {
            Replay(readings: history.readings).state(of: $0, asOf: moment)
        }
    }
}

extension Report {
    /// The codes, each as often as it was found, in order; without those that speak of habits rather than differences.
    var codes: [String] {
        findings.map(\.code).filter { ![.ar109, .ar303, .ar305].contains($0) }.map(\.rawValue).sorted()
    }

    func first(_ code: FindingCode) -> Finding? { findings.first { $0.code == code } }

    func all(_ code: FindingCode) -> [Finding] { findings.filter { $0.code == code } }
}
