public import Bookings
import GRDB
import Transparency

/// What became of an event that somebody reported.
public enum RecordOutcome: Sendable, Equatable {
    /// Recorded at this index, and on the disk.
    case recorded(Int)
    /// Recorded at this index: the same event id came before, at `earlier`, with other content.
    case conflicting(Int, earlier: Int)
    /// The same event came before, at this index; it is not recorded twice.
    case repeated(Int)
    /// It cannot be read: the original is kept among the dead letters, and the entry at this index says so.
    case refused(UnreadableEvent, index: Int)
}

extension Ledger {
    /// Records a batch in one transaction, and answers for each event, in order, once all is on the disk.
    ///
    /// `channel` says which way the events came, as `file`; it stands in the entry that tells of a refusal, and is not
    /// empty.
    public func record(_ batch: [IncomingEvent], channel: String) throws(LedgerError) -> [RecordOutcome] {
        try append { appender in
            var outcomes: [RecordOutcome] = []
            outcomes.reserveCapacity(batch.count)
            var refused: [String: [Int]] = [:]
            for (place, incoming) in batch.enumerated() {
                switch incoming.content {
                case .success(let event):
                    outcomes.append(try appender.record(event, content: incoming.canonicalContent))
                case .failure(let reason):
                    refused[reason.description, default: []].append(place)
                    outcomes.append(.refused(reason, index: -1))
                }
            }
            for (reason, places) in refused.sorted(by: { $0.value[0] < $1.value[0] }) {
                let index = try appender.refuse(places.map { batch[$0] }, reason: reason, channel: channel)
                for place in places { outcomes[place] = .refused(UnreadableEvent(reason), index: index) }
            }
            return outcomes
        }
    }
}

extension Appender {
    /// Records an event unless it was recorded before.
    mutating func record(_ event: Event, content: [UInt8]) throws -> RecordOutcome {
        let source = try projector.number(of: event.source)
        var earlier: Int?
        if let id = event.event {
            for delivery in try deliveries(of: id, source: source) {
                // The list of deliveries is not the ledger: what it says came before must stand in an entry.
                let known = try EntryStore(database).entry(at: delivery.entry)
                guard known?.source == event.source, known?.event == id else { continue }
                guard let salt = delivery.salt, let digest = delivery.digest else { return .repeated(delivery.entry) }
                if salted(content, salt).equalsInConstantTime(digest) { return .repeated(delivery.entry) }
                earlier = earlier ?? delivery.entry
            }
        }
        let index = try append(event, source: source)
        if let id = event.event {
            let salt = randomBytes(Disclosure.saltBytes)
            try Query(
                database, "INSERT INTO delivery (source, event, entry, salt, digest) VALUES (?1, ?2, ?3, ?4, ?5)"
            ).bind(1, source).bind(2, id).bind(3, index).bind(4, salt).bind(5, salted(content, salt)).run()
        }
        return earlier.map { .conflicting(index, earlier: $0) } ?? .recorded(index)
    }

    /// Appends an event that is new, completed from the booking's present state where no event is missing between.
    @discardableResult
    mutating func append(_ event: Event, source: Int) throws -> Int {
        let (entry, disclosures) = event.entry(
            after: try present(before: event, source: source), origin: head.origin, index: head.size,
            previous: head.last,
            recorded: self.entry(event.type).recorded)
        return try append(entry, disclosures: disclosures)
    }

    private func present(before event: Event, source: Int) throws -> Appointment? {
        guard event.type.family == .booking, event.type != .deleted, let booking = event.booking else { return nil }
        if let sequence = event.sequence, let last = try projector.sequence(of: source), sequence != last + 1 {
            return nil
        }
        let known = try projector.booking(booking, source: source)
        let former = try known == nil ? event.supersedes.flatMap { try projector.booking($0, source: source) } : nil
        // Nor is the list of bookings: a state that it names must be one of this booking.
        guard let state = known?.state ?? former?.state, let entry = try EntryStore(database).entry(at: state),
            entry.source == event.source, entry.booking == booking || entry.booking == event.supersedes
        else { return nil }
        return entry.appointment
    }

    private func deliveries(
        of event: Identifier, source: Int
    ) throws -> [(entry: Int, salt: [UInt8]?, digest: Hash?)] {
        try Query(database, "SELECT entry, salt, digest FROM delivery WHERE source = ?1 AND event = ?2 ORDER BY entry")
            .bind(1, source).bind(2, event)
            .all { ($0.integer(0), $0.isNull(1) ? nil : $0.bytes(1), $0.hash(2)) }
    }

    /// Keeps what could not be read, and records that there was something.
    mutating func refuse(_ letters: [IncomingEvent], reason: String, channel: String) throws -> Int {
        let salt = randomBytes(Disclosure.saltBytes)
        var entry = entry(.intakeRefused)
        let digests = letters.flatMap { Hash.sha256($0.original).bytes }
        entry.body = .object([
            "channel": .string(channel), "count": .integer(letters.count), "reason": .string(reason),
            "digest": .string(salted(digests, salt).base64),
        ])
        let index = try append(entry)
        for letter in letters {
            try Query(
                database, "INSERT INTO dead_letter (entry, place, reason, salt, original) VALUES (?1, ?2, ?3, ?4, ?5)"
            ).bind(1, index).bind(2, text: letter.place).bind(3, text: reason).bind(4, salt).bind(5, letter.original)
                .run()
        }
        return index
    }

    private func salted(_ content: [UInt8], _ salt: [UInt8]) -> Hash {
        Hash.sha256(salt + content)
    }
}
