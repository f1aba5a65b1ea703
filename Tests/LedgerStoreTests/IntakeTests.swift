import Bookings
import Foundation
import TestSupport
import Testing

@testable import LedgerStore

@Suite("Intake: batches written while the next are read")
struct IntakeTests {
    private struct Broken: Error {}

    /// What an intake over these steps records; `nil` is a moment at which nothing has come yet.
    private func intake(_ steps: [[String]?], into world: World, breaksAfter: Int? = nil) throws -> [[RecordOutcome]] {
        var rest = steps[...]
        var taken = 0
        var told: [[RecordOutcome]] = []
        try world.ledger.record(
            channel: "stdin",
            next: { mayWait in
                guard taken != breaksAfter else { throw Broken() }
                while mayWait, rest.first == .some(nil) { rest.removeFirst() }
                guard let step = rest.popFirst() else { return nil }
                taken += step == nil ? 0 : 1
                return step ?? []
            },
            read: { .of($0) },
            told: { events, outcomes in
                #expect(events.count == outcomes.count)
                if !events.isEmpty { told.append(outcomes) }
                let size = try world.ledger.size()
                #expect(outcomes.allSatisfy { $0.index < size }, "what is told is on the disk")
            })
        return told
    }

    @Test(
        arguments: [
            [], [["A"]], [["A"], ["B"]], [["A"], nil, ["B"]], [nil, ["A"], nil, nil, ["B"], nil],
            [["A", "B"], ["C"], nil],
        ] as [[[String]?]])
    func `every batch is recorded once, in order, whatever waits`(names: [[String]?]) throws {
        let world = try World()
        let told = try intake(names.map { $0?.map { Sample.created($0) } }, into: world)
        var index = 0
        for (outcomes, batch) in zip(told, names.compactMap(\.self)) {
            for (outcome, name) in zip(outcomes, batch) {
                index += 1
                #expect(outcome == .recorded(index))
                #expect(try world.entry(index).booking == Identifier(name))
            }
        }
        #expect(try world.ledger.size() == 1 + names.compactMap(\.self).joined().count)
        try world.checkEverything()
    }

    @Test func `an event that comes again in the batch being written is known in the next`() throws {
        let world = try World()
        let event = Sample.created("A-1", event: "e-1", sequence: 1)
        let told = try intake([[event], [event, Sample.modified("A-1", #""service":"x""#)], [event]], into: world)
        #expect(told == [[.recorded(1)], [.repeated(1), .recorded(2)], [.repeated(1)]])
        #expect(try world.appointment(2).practitioner == "dr-shah", "completed from the entry of the batch before")
        try world.checkEverything()
    }

    @Test(arguments: [0, 1, 2])
    func `what cannot be read further ends the intake after what was read`(batches: Int) throws {
        let world = try World()
        #expect(throws: Broken.self) {
            try intake([["A"], ["B"], ["C"]].map { $0.map { Sample.created($0) } }, into: world, breaksAfter: batches)
        }
        #expect(try world.ledger.size() == 1 + batches)
        try world.checkEverything()
    }
}

extension RecordOutcome {
    fileprivate var index: Int {
        switch self {
        case .recorded(let index), .conflicting(let index, _), .repeated(let index), .refused(_, let index): index
        }
    }
}
