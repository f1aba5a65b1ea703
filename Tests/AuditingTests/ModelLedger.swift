import Bookings
import TestSupport
import Transparency

/// A ledger as a practice fills it: what a verification of it would hand over is kept up to date entry by entry.
struct ModelLedger {
    private var bookings: [BookingKey: BookingHistory] = [:]
    private var readings: [Reading] = []
    private var journal: [Entry] = []
    private var sequences: [Identifier: [NumberedEvent]] = [:]
    private var present: [Identifier: Set<Identifier>] = [:]
    private var lastReading: [Identifier: Int] = [:]
    private(set) var size = 0

    private mutating func entry(_ type: EntryType, at recorded: Timestamp) -> Entry {
        defer { size += 1 }
        return Entry(origin: "example.org", index: size, previous: .zero, recorded: recorded, type: type)
    }

    /// Records what was said, as `Ledger` does.
    mutating func record(_ delivery: Practice.Delivery) {
        guard !delivery.isRepeat else { return }
        let event = delivery.event
        var entry = entry(event.type, at: delivery.recorded)
        (entry.source, entry.event, entry.sequence) = (event.source, event.event, event.sequence)
        (entry.occurred, entry.basis, entry.actor) = (event.occurred, event.basis, event.actor)
        (entry.reason, entry.booking, entry.supersedes) = (event.reason, event.booking, event.supersedes)
        (entry.appointment, entry.body) = (event.completed(from: nil), event.body)
        if let sequence = event.sequence {
            let moment = min(entry.occurred ?? entry.recorded, entry.recorded)
            sequences[event.source, default: []].append(
                NumberedEvent(sequence: sequence, index: entry.index, moment: moment))
        }
        guard entry.type.isAboutBooking else {
            journal.append(entry)
            return
        }
        for booking in [event.booking, event.supersedes].compactMap({ $0 }) {
            let recorded = RecordedEntry(entry: entry, disclosed: event.personal)
            change(BookingKey(source: event.source, booking: booking), entries: { $0 + [recorded] })
        }
    }

    private mutating func change(
        _ key: BookingKey, entries: ([RecordedEntry]) -> [RecordedEntry] = { $0 },
        presences: ([Presence]) -> [Presence] = { $0 }
    ) {
        let known = bookings[key]
        bookings[key] = BookingHistory(
            key: key, entries: entries(known?.entries ?? []), presences: presences(known?.presences ?? []))
    }

    /// Records a reading, as `Ledger` does.
    mutating func record(_ snapshot: Snapshot, at recorded: Timestamp) {
        let (coverage, source) = (snapshot.coverage, snapshot.coverage.source)
        var entry = entry(.snapshotTaken, at: recorded)
        entry.source = source
        let isWhole =
            coverage.isComplete && max(coverage.rowCount ?? 0, coverage.totalReported ?? 0) <= snapshot.rows
        entry.body = .object([
            "takenAt": .string(coverage.takenAt.text), "from": (coverage.from?.text).map { .string($0) },
            "to": (coverage.to?.text).map { .string($0) }, "complete": .boolean(isWhole),
            "cancelled": (coverage.cancelled?.rawValue).map { .string($0) },
            "practitioners": coverage.practitioners.map { .strings($0.sorted()) }, "rows": .integer(snapshot.rows),
            "digest": .string(snapshot.digest.base64), "size": .integer(snapshot.rows),
            "root": .string(snapshot.digest.base64),
        ])
        journal.append(entry)
        readings.append(Reading(entry)!)
        let shown = Set(snapshot.appointments.map(\.booking))
        let before = present[source] ?? []
        for booking in before.subtracting(shown) {
            let last = lastReading[source]
            change(
                BookingKey(source: source, booking: booking),
                presences: {
                    $0.dropLast() + [Presence(first: $0.last!.first, last: last)]
                })
        }
        for booking in shown.subtracting(before) {
            change(
                BookingKey(source: source, booking: booking),
                presences: { $0 + [Presence(first: entry.index, last: nil)] })
        }
        present[source] = shown
        lastReading[source] = entry.index
    }

    /// What a verification would hand over, with what is kept beside the entries.
    func history(opened: Timestamp?, heldOutside: Timestamp?) -> VerifiedHistory {
        VerifiedHistory(
            verification: Verification(
                origin: "example.org", size: size, root: .zero, assurance: [.consistent], defects: [], signedSize: size),
            bookings: bookings, readings: readings, journal: journal, sequences: sequences,
            lastHeldOutside: heldOutside,
            opened: opened, isWhole: true)
    }
}
