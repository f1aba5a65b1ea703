import Bookings
import Testing
import Transparency

@testable import LedgerStore

@Suite("Events that say only what changed")
struct CompletionTests {
    @Test func `without a counter the rest comes from the present state`() throws {
        let world = try World()
        try world.record([Sample.created("A-1"), Sample.modified("A-1", #""practitioner":"dr-weiss""#)])
        let state = try world.appointment(2)
        #expect(state.practitioner == "dr-weiss")
        #expect(state.start?.text == "2026-06-11T09:30:00+01:00" && state.status == .booked)
        try world.checkEverything()
    }

    @Test func `with the next counter too, and not across a gap`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1", sequence: 1), Sample.modified("A-1", sequence: 2, #""location":"room-2""#),
            Sample.modified("A-1", sequence: 4, #""practitioner":"dr-weiss""#),
        ])
        #expect(try world.appointment(2).practitioner == "dr-shah")
        let afterGap = try world.appointment(3)
        #expect(afterGap.practitioner == "dr-weiss")
        #expect(afterGap.start == nil && afterGap.location == nil, "what was not said is left out")
        try world.checkEverything()
    }

    @Test func `a heartbeat with a counter leaves no gap`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1", sequence: 1),
            #"{"specversion":"1.0","source":"crm","type":"capture.heartbeat","id":"h-1","sequence":"2"}"#,
            Sample.modified("A-1", sequence: 3, #""location":"room-2""#),
        ])
        #expect(try world.appointment(3).practitioner == "dr-shah")
        try world.checkEverything()
    }

    @Test func `null clears`() throws {
        let world = try World()
        try world.record([Sample.created("A-1"), Sample.modified("A-1", #""practitioner":null"#)])
        #expect(try world.appointment(2).practitioner == nil)
        #expect(try world.appointment(2).start != nil)
    }

    @Test func `a late event is recorded and does not replace the present state`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1", sequence: 1),
            Sample.modified("A-1", sequence: 3, "\(Sample.state),\"location\":\"third\""),
            Sample.modified("A-1", sequence: 2, "\(Sample.state),\"location\":\"second\""),
            Sample.modified("A-1", sequence: 4, #""service":"exam""#),
        ])
        #expect(try world.ledger.size() == 5)
        #expect(try world.appointment(4).location == "third")
        #expect(try world.appointment(4).service == "exam")
        try world.checkEverything()
    }

    @Test func `the same counter twice: the later entry gives the state, completed by nothing`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1", event: "e-1", sequence: 1),
            Sample.modified("A-1", event: "e-2", sequence: 1, #""location":"x""#),
            Sample.modified("A-1", event: "e-3", sequence: 2, #""service":"exam""#),
        ])
        #expect(try world.appointment(2).start == nil)
        #expect(try world.appointment(3).location == "x")
        try world.checkEverything()
    }

    @Test func `the counter is the source's, not the booking's`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1", sequence: 1), Sample.created("A-2", sequence: 2),
            Sample.modified("A-1", sequence: 3, #""location":"room-2""#),
            Sample.created("W-1", sequence: 90).replacing(#""crm""#, with: #""web""#),
            Sample.modified("A-2", sequence: 4, #""location":"room-2""#),
        ])
        #expect(try world.appointment(3).practitioner == "dr-shah")
        #expect(try world.appointment(5).practitioner == "dr-shah")
    }

    @Test func `a second delete and a change of what nobody knows are recorded`() throws {
        let world = try World()
        let outcomes = try world.record([
            Sample.created("A-1"), Sample.deleted("A-1"), Sample.deleted("A-1"),
            Sample.modified("A-9", #""location":"room-2""#), Sample.deleted("A-8"),
        ])
        #expect(outcomes == (1...5).map { .recorded($0) })
        #expect(try world.appointment(4).json.text == #"{"location":"room-2"}"#)
        #expect(try world.entry(5).appointment == nil)
        try world.checkEverything()
    }

    @Test func `a booking with a new id is listed under both, and completed from the old`() throws {
        let world = try World()
        try world.record([
            Sample.created("A-1"),
            Sample.event("booking.modified", "B-1", data: #""supersedes":"A-1","appointment":{"location":"room-2"}"#),
            Sample.modified("B-1", #""service":"exam""#),
        ])
        #expect(try world.appointment(2).practitioner == "dr-shah")
        let history = try world.ledger.history(of: [.crm("A-1")])
        #expect(history.bookings[.crm("A-1")]?.entries.map(\.entry.index) == [1, 2])
        #expect(history.bookings[.crm("B-1")]?.entries.map(\.entry.index) == [2, 3], "the closure is followed")
        #expect(try world.ledger.history(of: [.crm("B-1")]).bookings.count == 2)
        try world.checkEverything()
    }

    @Test func `an id that supersedes itself, or in a circle, ends`() throws {
        let world = try World()
        try world.record([
            Sample.event("booking.modified", "A-1", data: #""supersedes":"A-1""#),
            Sample.event("booking.modified", "B-1", data: #""supersedes":"C-1""#),
            Sample.event("booking.modified", "C-1", data: #""supersedes":"B-1""#),
        ])
        #expect(try world.ledger.history(of: [.crm("A-1")]).bookings[.crm("A-1")]?.entries.count == 1)
        #expect(try world.ledger.history(of: [.crm("B-1")]).bookings.count == 2)
        _ = try world.ledger.recordState()
        try world.checkEverything()
    }
}
