import Bookings
import Evidence
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// The ledger of a practice at random, with states, checkpoints, erasures and changes of key at random, and what truly
/// happened in it.
struct RandomLedger {
    let world: World
    private(set) var entries: [Entry] = []
    /// What each recorded reading saw, by its entry.
    private(set) var seen: [Int: Set<Identifier>] = [:]
    /// Checkpoints with a state below them, the newest last.
    private(set) var notes: [SignedNote] = []
    /// The keys that signed, the oldest first.
    private(set) var keys: [VerifierKey]
    /// What was disclosed with each entry before it was erased, as somebody may have kept it.
    private(set) var kept: [Int: [Disclosure]] = [:]
    var random: SplitMix64

    private var bookings: [BookingKey] = []
    private var clients: [String] = []

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        world = try World()
        keys = [world.verifier]
        var practice = Practice(seed: seed, editsADay: 40)
        let changes = (2...5).shuffled(using: &random).prefix(2)
        for number in 1...6 {
            let night = practice.night()
            for delivery in night.deliveries where !delivery.isRepeat { try record(delivery) }
            for check in night.checks {
                world.clock.set(check.at.text)
                if let index = try world.ledger.record(check.snapshot)?.index {
                    seen[index] = Set(check.snapshot.bookings)
                }
                try note()
            }
            for _ in 0..<Int.random(in: 2...5, using: &random) { try erase() }
            if changes.contains(number) { try changeKey() }
        }
        try note()
        // What follows the newest state is included, and not declared.
        for delivery in practice.night().deliveries where !delivery.isRepeat { try record(delivery) }
        notes.append(try world.ledger.checkpoint())
        entries = try world.entries()
    }

    private mutating func record(_ delivery: Practice.Delivery) throws {
        world.clock.set(delivery.recorded.text)
        var event = delivery.event
        event.personal["client.name"] = event.personal["client.id"].map { "Client \($0)" }
        if Int.random(in: 0..<4, using: &random) == 0 { event.personal["note"] = "prefers mornings" }
        _ = try world.ledger.record(event)
        if let client = event.personal["client.id"] { clients.append(client) }
        if let booking = event.booking { bookings.append(BookingKey(source: event.source, booking: booking)) }
        if Int.random(in: 0..<60, using: &random) == 0 { try note() }
    }

    /// A checkpoint, most often with a new state.
    private mutating func note() throws {
        if notes.isEmpty || Bool.random(using: &random) { _ = try world.ledger.recordState() }
        notes.append(try world.ledger.checkpoint())
    }

    private mutating func erase() throws {
        var scope = ErasureScope()
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<3: scope.booking = bookings.randomElement(using: &random)
        case 3..<5: scope.client = clients.randomElement(using: &random)
        case 5:
            scope.client = clients.randomElement(using: &random)
            scope.fields = ["client.name"]
        case 6:
            scope.booking = bookings.randomElement(using: &random)
            scope.fields = ["client.id", "note"]
        default:
            scope.source = Bool.random(using: &random) ? "crm" : "diary"
            scope.fields = ["note"]
        }
        for (index, fields) in try world.ledger.erasure(of: scope).erased {
            let there = try disclosures(of: world.entry(index)).filter { fields.contains($0.name) }
            kept[index, default: []] += there
        }
        _ = try world.ledger.erase(scope, by: Entry.Actor(kind: .user, id: "mary"), reason: "client-request")
    }

    private mutating func changeKey() throws {
        let change = try world.ledger.rotateKey(by: Entry.Actor(kind: .user, id: "mary"), reason: "yearly")
        keys.append(change.to)
        if !notes.isEmpty, let note = change.note { notes.append(note) }
    }

    func disclosures(of entry: Entry) throws -> [Disclosure] {
        try world.ledger.queue.read { try EntryStore($0).disclosures(of: entry) }
    }

    // MARK: What is asked

    mutating func requests() -> [EvidenceRequest] {
        let recorded = Set(entries.flatMap(ids)).sorted()
        let linked = Set(entries.filter { $0.supersedes != nil }.flatMap(ids)).sorted()
        var asked = recorded.shuffled(using: &random).prefix(50) + linked.shuffled(using: &random).prefix(20)
        for source in ["crm", "diary", "a", "dairy", "zz"] as [Identifier] {
            let near = recorded.randomElement(using: &random)!.booking.text
            for id in ["A", "A-0", "\(near)x", String(near.dropLast()) + "/", "zoë \"\\", "\u{1}"] {
                asked.append(BookingKey(source: source, booking: Identifier(id)))
            }
        }
        return asked.map { request(for: $0, recorded: recorded) }
    }

    private mutating func request(for key: BookingKey, recorded: [BookingKey]) -> EvidenceRequest {
        var request = EvidenceRequest(key: key)
        let fields = ["client.id", "client.name", "note", "no.such"]
        request.fields = Set(fields.filter { _ in Bool.random(using: &random) })
        if Int.random(in: 0..<3, using: &random) == 0 {
            let others = recorded.filter { $0.source == key.source }.shuffled(using: &random).prefix(2)
            request.siblings = Set(others.map(\.booking) + ["A-77x"])
        }
        if Bool.random(using: &random) { request.held = Array(notes.shuffled(using: &random).prefix(2)) }
        let times = seen.keys.sorted().compactMap { Reading(entries[$0])?.coverage.takenAt }.sorted()
        if Int.random(in: 0..<3, using: &random) == 0 {
            let ends = [times.randomElement(using: &random)!, times.randomElement(using: &random)!].sorted()
            request.readings = ends[0]...ends[1]
        }
        return request
    }
}
