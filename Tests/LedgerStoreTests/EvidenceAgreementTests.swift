import Bookings
import Evidence
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// Evidence from the ledgers of practices at random, held against a walk over all entries and against a verifier that
/// shares no code with this one.
@Suite("Evidence of a random ledger, by both verifiers")
struct EvidenceAgreementTests {
    /// 6 nights each; summer and both clock changes.
    @Test(arguments: [5, 22, 2027] as [UInt64])
    func `says what all entries say, and nothing that was tampered with is believed`(seed: UInt64) throws {
        var ledger = try RandomLedger(seed: seed)
        var made: [(evidence: Evidence, held: [SignedNote])] = []
        for request in ledger.requests() {
            let note =
                (Bool.random(using: &ledger.random) ? ledger.notes.last : nil)
                ?? ledger.notes.randomElement(using: &ledger.random)!
            let evidence = try ledger.world.ledger.evidence(
                for: request, under: note, by: ledger.world.verifier)
            try ledger.expect(evidence, toAnswer: request)
            made.append((evidence, request.held))
        }
        try agree(on: made, seed: seed, ledger: &ledger)
    }

    /// Asks both verifiers about each file and about tampered copies of it.
    private func agree(
        on made: [(evidence: Evidence, held: [SignedNote])], seed: UInt64, ledger: inout RandomLedger
    ) throws {
        struct Trial {
            let bytes: [UInt8]
            let held: [SignedNote]
            let change: EvidenceTampering?
            let about: String
        }
        var trials: [Trial] = []
        for (place, (evidence, held)) in made.enumerated() {
            let about = "seed \(seed), file \(place) about \(evidence.source) \(evidence.booking)"
            trials.append(Trial(bytes: evidence.bytes, held: held, change: nil, about: about))
            let others = made.map(\.evidence).filter { $0.checkpoint == evidence.checkpoint }
            var count = 0
            for change in EvidenceTampering.allCases.shuffled(using: &ledger.random) where count < 8 {
                let near = Int.random(in: 0..<4, using: &ledger.random) > 0
                let other =
                    near
                    ? others.randomElement(using: &ledger.random)! : made.randomElement(using: &ledger.random)!.evidence
                guard let changed = change.applied(to: evidence, with: other, in: ledger, using: &ledger.random),
                    changed.bytes != evidence.bytes
                else { continue }
                trials.append(Trial(bytes: changed.bytes, held: [], change: change, about: about))
                count += 1
            }
        }
        let answers = try PythonVerifier.answers(
            to: trials.map { PythonVerifier.Question($0.bytes, held: $0.held.map(\.description)) },
            trusting: ledger.world.verifier.text)
        var counts: [EvidenceTampering: Int] = [:]
        for (place, trial) in trials.enumerated() {
            let verifier = EvidenceVerifier(trusted: [ledger.world.verifier], held: trial.held)
            let here = BothVerifiers.refusal(of: trial.bytes, by: verifier)
            let what = "\(trial.about), \(trial.change.map { "\($0)" } ?? "untouched")"
            if let change = trial.change, !change.isStillTrue {
                #expect(here != nil, "\(what): accepted")
            } else if trial.change == nil {
                #expect(here == nil, "\(what): \(here ?? "")")
            }
            if let change = trial.change { counts[change, default: 0] += 1 }
            guard let answer = answers?[place] else { continue }
            let expected = here == nil ? [0, 3] : here == "form" ? [2, 65] : [2]
            #expect(
                expected.contains(answer.status),
                "\(what): \(here ?? "accepted"), and the Python verifier: \(answer.status) \(answer.output)")
        }
        for change in EvidenceTampering.allCases {
            #expect(counts[change, default: 0] > 0, "seed \(seed): \(change) was never tried")
        }
    }
}

/// The ledger of a practice at random, with states and checkpoints at random, and what truly happened in it.
struct RandomLedger {
    let world: World
    private(set) var entries: [Entry] = []
    /// What each recorded reading saw, by its entry.
    private(set) var seen: [Int: Set<Identifier>] = [:]
    /// Checkpoints with a state below them, the newest last.
    private(set) var notes: [SignedNote] = []
    var random: SplitMix64

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        world = try World()
        var practice = Practice(seed: seed, editsADay: 40)
        for _ in 0..<6 {
            let night = practice.night()
            for delivery in night.deliveries where !delivery.isRepeat {
                world.clock.set(delivery.recorded.text)
                var event = delivery.event
                event.personal["client.name"] = event.personal["client.id"].map { "Client \($0)" }
                _ = try world.ledger.record(event)
                if Int.random(in: 0..<60, using: &random) == 0 { try note() }
            }
            for check in night.checks {
                world.clock.set(check.at.text)
                if let index = try world.ledger.record(check.snapshot)?.index {
                    seen[index] = Set(check.snapshot.bookings)
                }
                try note()
            }
            // Erasures and changes of key belong here, between the nights: `expected` says what is erased.
        }
        try note()
        // What follows the newest state is included, and not declared.
        for delivery in practice.night().deliveries where !delivery.isRepeat {
            _ = try world.ledger.record(delivery.event)
        }
        notes.append(try world.ledger.checkpoint())
        entries = try world.entries()
    }

    /// A checkpoint, most often with a new state.
    private mutating func note() throws {
        if notes.isEmpty || Bool.random(using: &random) { _ = try world.ledger.recordState() }
        notes.append(try world.ledger.checkpoint())
    }

    // MARK: What is asked

    mutating func requests() -> [EvidenceRequest] {
        let recorded = Set(entries.flatMap(ids)).sorted()
        let linked = Set(entries.filter { $0.supersedes != nil }.flatMap(ids)).sorted()
        var keys = recorded.shuffled(using: &random).prefix(50) + linked.shuffled(using: &random).prefix(20)
        for source in ["crm", "diary", "a", "dairy", "zz"] as [Identifier] {
            let near = recorded.randomElement(using: &random)!.booking.text
            for id in ["A", "A-0", "\(near)x", String(near.dropLast()) + "/", "zoë \"\\", "\u{1}"] {
                keys.append(BookingKey(source: source, booking: Identifier(id)))
            }
        }
        return keys.map { request(for: $0, recorded: recorded) }
    }

    private mutating func request(for key: BookingKey, recorded: [BookingKey]) -> EvidenceRequest {
        var request = EvidenceRequest(key: key)
        request.fields = Set(["client.id", "client.name", "no.such"].filter { _ in Bool.random(using: &random) })
        if Int.random(in: 0..<3, using: &random) == 0 {
            let others = recorded.filter { $0.source == key.source }.shuffled(using: &random).prefix(2)
            request.siblings = Set(others.map(\.booking) + ["A-77x"])
        }
        if Bool.random(using: &random) { request.held = Array(notes.shuffled(using: &random).prefix(2)) }
        let times = seen.keys.compactMap { Reading(entries[$0])?.coverage.takenAt }.sorted()
        if Int.random(in: 0..<3, using: &random) == 0 {
            let ends = [times.randomElement(using: &random)!, times.randomElement(using: &random)!].sorted()
            request.readings = ends[0]...ends[1]
        }
        return request
    }

    // MARK: What must be answered

    func ids(of entry: Entry) -> [BookingKey] {
        guard let source = entry.source, entry.type.isAboutBooking else { return [] }
        return [entry.booking, entry.supersedes].compactMap { $0.map { BookingKey(source: source, booking: $0) } }
    }

    /// The ids to which links lead, both ways, among the first entries.
    func closure(of key: BookingKey, size: Int) -> Set<BookingKey> {
        var closure: Set = [key]
        var before = 0
        while before < closure.count {
            before = closure.count
            for entry in entries.prefix(size) where !closure.isDisjoint(with: ids(of: entry)) {
                closure.formUnion(ids(of: entry))
            }
        }
        return closure
    }

    /// Holds evidence against a walk over all entries below its checkpoint.
    func expect(_ evidence: Evidence, toAnswer request: EvidenceRequest) throws {
        let what: Comment = "\(request.key.source) \(request.key.booking)"
        let result = EvidenceVerifier(trusted: [world.verifier]).verify(evidence)
        guard let content = result.content else {
            Issue.record("\(what): \(result.refusal?.sentence ?? "")")
            return
        }
        let size = content.checkpoint.size
        let state = try #require(entries.prefix(size).last { $0.type == .ledgerState }).index
        #expect(content.state.index == state, what)
        let closure = closure(of: request.key, size: size)
        #expect(content.ids == Set(closure.map(\.booking)), what)
        let siblings = Set(request.siblings.map { BookingKey(source: request.key.source, booking: $0) })
            .subtracting(closure)
        #expect(content.siblings == Set(siblings.map(\.booking)), what)
        let wanted = entries.prefix(size).filter { !closure.union(siblings).isDisjoint(with: ids(of: $0)) }
        #expect(content.records.map(\.index) == wanted.map(\.index), what)
        #expect(content.isAbsent == !wanted.contains { $0.booking == request.key.booking }, what)
        for (record, entry) in zip(content.records, wanted) {
            #expect(record.entry == entry && record.isDeclared == (entry.index < state), what)
            let isOwn = !closure.isDisjoint(with: ids(of: entry))
            let names = Set(entry.sealed.map(\.name))
            let shown = isOwn ? names.intersection(request.fields) : []
            #expect(Set(record.disclosed.keys) == shown, what)
            #expect(Set(record.withheld) == names.subtracting(shown) && record.erased.isEmpty, what)
            if let name = record.disclosed["client.name"] { #expect(name.hasPrefix("Client C-"), what) }
        }
        expectReadings(content, closure, request, size, what)
    }

    private func expectReadings(
        _ content: EvidenceContent, _ closure: Set<BookingKey>, _ request: EvidenceRequest, _ size: Int, _ what: Comment
    ) {
        let bookings = Set(closure.map(\.booking))
        func has(_ index: Int) -> Bool { !bookings.isDisjoint(with: seen[index] ?? []) }
        let all = seen.keys.filter { $0 < size && entries[$0].source == request.key.source }.sorted()
        for reading in content.readings { #expect(reading.isPresent == has(reading.reading.index), what) }
        var expected: Set<Int> = []
        if let last = all.last(where: has) {
            if let span = request.readings {
                expected = Set(all.filter { span.contains(Reading(entries[$0])!.coverage.takenAt) })
                if !expected.contains(where: has) { expected.insert(last) }
            } else {
                let later = all.filter { $0 > last }
                let first = later.first { Reading(entries[$0])!.coverage.isComplete } ?? later.first
                expected = Set([last, first, later.last].compactMap(\.self))
            }
        }
        #expect(content.readings.map(\.reading.index) == expected.sorted(), what)
    }
}

extension RandomLedger {
    func disclosures(of entry: Entry) throws -> [Disclosure] {
        try world.ledger.queue.read { try EntryStore($0).disclosures(of: entry) }
    }
}
