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
        try record(batch.map { ReadyEvent($0) }, channel: channel)
    }

    /// Records a batch that was made ready before, as ``record(_:channel:)-([IncomingEvent],_)``.
    public func record(_ batch: [ReadyEvent], channel: String) throws(LedgerError) -> [RecordOutcome] {
        try append { appender in
            if batch.count >= Ledger.manyEvents { try appender.database.lengthenLog() }
            var outcomes: [RecordOutcome] = []
            outcomes.reserveCapacity(batch.count)
            var refused: [String: [Int]] = [:]
            for (place, ready) in batch.enumerated() {
                switch ready.content {
                case .success(let content):
                    outcomes.append(try appender.record(content, of: ready))
                case .failure(let reason):
                    refused[reason.description, default: []].append(place)
                    outcomes.append(.refused(reason, index: -1))
                }
            }
            for (reason, places) in refused.sorted(by: { $0.value[0] < $1.value[0] }) {
                let letters = places.map { batch[$0].incoming }
                let index = try appender.refuse(letters, reason: reason, channel: channel)
                for place in places { outcomes[place] = .refused(UnreadableEvent(reason), index: index) }
            }
            return outcomes
        }
    }
}

extension Ledger {
    /// From so many events in a transaction on, a longer log is worth its room.
    private static let manyEvents = 100
}

extension Appender {
    /// Records an event unless it was recorded before.
    mutating func record(_ content: ReadyEvent.Content, of ready: ReadyEvent) throws -> RecordOutcome {
        let event = content.event.event
        let source = try projector.number(of: event.source)
        guard let id = event.event, let delivery = ready.delivery else {
            return .recorded(try append(content, source: source))
        }
        var earlier: Int?
        for known in try deliveries(of: id, source: source) {
            // The list of deliveries is not the ledger: what it says came before must stand in an entry.
            let entry = try EntryStore(database).entry(at: known.entry)
            guard entry?.source == event.source, entry?.event == id else { continue }
            guard let salt = known.salt, let digest = known.digest else { return .repeated(known.entry) }
            let same = ReadyEvent.DeliveryDigest.salted(ready.incoming.canonicalContent, salt)
            if same.equalsInConstantTime(digest) { return .repeated(known.entry) }
            earlier = earlier ?? known.entry
        }
        let index = try append(content, source: source)
        try insertDelivery.bind(1, source).bind(2, id).bind(3, index).bind(4, delivery.salt).bind(5, delivery.digest)
            .run()
        return earlier.map { .conflicting(index, earlier: $0) } ?? .recorded(index)
    }

    /// Appends an event that is new, completed from the booking's present state where no event is missing between.
    @discardableResult
    mutating func append(_ event: Event) throws -> Int {
        try append(ReadyEvent.Content(event), source: projector.number(of: event.source))
    }

    private mutating func append(_ content: ReadyEvent.Content, source: Int) throws -> Int {
        let entry = content.event.entry(
            after: try present(before: content.event.event, source: source), origin: head.origin, index: head.size,
            previous: head.last, recorded: now)
        return try append(entry, disclosures: content.event.disclosures, terms: content.terms)
    }

    private mutating func present(before event: Event, source: Int) throws -> Appointment? {
        guard event.type.family == .booking, event.type != .deleted, let booking = event.booking else { return nil }
        if let sequence = event.sequence, let last = try projector.sequence(of: source), sequence != last + 1 {
            return nil
        }
        var known = try projector.row(of: booking, source: source)
        if known == nil, let former = event.supersedes { known = try projector.row(of: former, source: source) }
        // Nor is the list of bookings: a state that it names must be one of this booking.
        guard let state = known?.state, let entry = try EntryStore(database).entry(at: state),
            entry.source == event.source, entry.booking == booking || entry.booking == event.supersedes
        else { return nil }
        return entry.appointment
    }

    private func deliveries(
        of event: Identifier, source: Int
    ) throws -> [(entry: Int, salt: [UInt8]?, digest: Hash?)] {
        try selectDeliveries.bind(1, source).bind(2, event)
            .all { ($0.integer(0), $0.isNull(1) ? nil : $0.bytes(1), $0.hash(2)) }
    }

    /// Keeps what could not be read, and records that there was something.
    mutating func refuse(_ letters: [IncomingEvent], reason: String, channel: String) throws -> Int {
        let salt = randomBytes(Disclosure.saltBytes)
        var entry = entry(.intakeRefused)
        let digests = letters.flatMap { Hash.sha256($0.original).bytes }
        entry.body = .object([
            "channel": .string(channel), "count": .integer(letters.count), "reason": .string(reason),
            "digest": .string(ReadyEvent.DeliveryDigest.salted(digests, salt).base64),
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
}
