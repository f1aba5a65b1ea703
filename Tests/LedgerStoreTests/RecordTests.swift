import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("Recording")
struct RecordTests {
    @Test func `a batch is answered in order, and everything holds after it`() throws {
        let world = try World()
        let outcomes = try world.record([
            Sample.created("A-1", event: "e-1", sequence: 1), "no JSON",
            Sample.deleted("A-1", event: "e-2", sequence: 2),
        ])
        #expect(outcomes.count == 3)
        #expect(outcomes[0] == .recorded(1))
        #expect(outcomes[2] == .recorded(2))
        guard case .refused(_, index: 3) = outcomes[1] else {
            Issue.record("the refusal stands after the batch: \(outcomes[1])")
            return
        }
        #expect(try world.entries().map(\.type) == [.ledgerOpened, .created, .deleted, .intakeRefused])
        try world.checkEverything()
    }

    @Test func `an empty batch records nothing`() throws {
        let world = try World()
        #expect(try world.record([String]()).isEmpty)
        #expect(try world.ledger.size() == 1)
        try world.checkEverything()
    }

    @Test func `the same id with the same content is acknowledged once`() throws {
        let world = try World()
        #expect(try world.record(Sample.created("A-1", event: "e-1")) == .recorded(1))
        #expect(try world.record(Sample.created("A-1", event: "e-1")) == .repeated(1))
        let spaced = #"""
            { "data" : { "client" : {"name":"Asha Patel", "id":"C-A-1"}, "appointment": {
              "practitioner":"dr-shah", "status":"booked", "end":"2026-06-11T10:00:00+01:00",
              "start":"2026-06-11T09:30:00+01:00"}}, "id":"e-1", "subject":"A-1",
              "type":"booking.created", "source":"crm", "specversion":"1.0" }
            """#
        #expect(try world.record(spaced) == .repeated(1))
        #expect(try world.ledger.size() == 2)
        try world.checkEverything()
    }

    @Test func `a repeat inside one batch is seen`() throws {
        let world = try World()
        let event = Sample.created("A-1", event: "e-1")
        #expect(try world.record([event, event, event]) == [.recorded(1), .repeated(1), .repeated(1)])
    }

    @Test func `the same id with other content is recorded and said`() throws {
        let world = try World()
        try world.record(Sample.created("A-1", event: "e-1"))
        #expect(try world.record(Sample.created("A-2", event: "e-1")) == .conflicting(2, earlier: 1))
        #expect(try world.record(Sample.created("A-2", event: "e-1")) == .repeated(2))
        #expect(try world.record(Sample.created("A-1", event: "e-1")) == .repeated(1))
        #expect(try world.record(Sample.created("A-3", event: "e-1")) == .conflicting(3, earlier: 1))
        try world.checkEverything()
    }

    @Test func `the same id of another source is another event`() throws {
        let world = try World()
        let event = Sample.created("A-1", event: "e-1")
        try world.record(event)
        #expect(try world.record(event.replacing(#""crm""#, with: #""web""#)) == .recorded(2))
    }

    @Test func `ids that are equal only as Unicode are two`() throws {
        let world = try World()
        let (one, two) = ("caf\u{e9}", "cafe\u{301}")
        #expect(one == two)
        #expect(try world.record(Sample.created(one, event: one)) == .recorded(1))
        #expect(try world.record(Sample.created(two, event: two)) == .recorded(2))
        #expect(try world.ledger.history().bookings.count == 2)
        #expect(try world.ledger.history(of: [.crm(Identifier(two))]).bookings.values.map(\.entries.count) == [1])
        try world.checkEverything()
    }

    @Test func `after the salt is erased the same id is a repeat whatever it says`() throws {
        let world = try World()
        try world.record(Sample.created("A-1", event: "e-1"))
        try world.tamper { try $0.execute(sql: "UPDATE delivery SET salt = NULL, digest = NULL") }
        #expect(try world.record(Sample.created("A-1", event: "e-1")) == .repeated(1))
        #expect(try world.record(Sample.created("A-9", event: "e-1")) == .repeated(1))
    }

    @Test func `an event without an id is never a repeat`() throws {
        let world = try World()
        #expect(try world.record(Sample.created("A-1")) == .recorded(1))
        #expect(try world.record(Sample.created("A-1")) == .recorded(2))
    }

    @Test func `what cannot be read leaves the original and a trace with its number`() throws {
        let world = try World()
        let outcomes = try world.record(["{", "{", #"{"specversion":"1.0"}"#, Sample.created("A-1")])
        #expect(outcomes[3] == .recorded(1))
        let refusals = try world.entries().filter { $0.type == .intakeRefused }
        #expect(refusals.map { $0.body?["count"]?.integer } == [2, 1])
        #expect(refusals.allSatisfy { $0.body?["channel"]?.string == "file" })
        for (place, outcome) in outcomes.prefix(3).enumerated() {
            guard case .refused(let reason, let index) = outcome else {
                Issue.record("\(place) was not refused")
                continue
            }
            #expect(try world.entry(index).body?["reason"]?.string == reason.description)
        }
        let letters = try world.ledger.queue.read {
            try Row.fetchAll($0, sql: "SELECT entry, place, original, salt FROM dead_letter ORDER BY id")
        }
        #expect(
            letters.map { String(decoding: $0["original"] as Data, as: UTF8.self) } == [
                "{", "{", #"{"specversion":"1.0"}"#,
            ])
        #expect(letters.map { $0["place"] as String } == ["events.ndjson:1", "events.ndjson:2", "events.ndjson:3"])
        // The salted digest in the entry is that of the originals.
        let originals = letters.prefix(2).flatMap { Hash.sha256(Array($0["original"] as Data)).bytes }
        let salt = Array(letters[0]["salt"] as Data)
        #expect(refusals[0].body?["digest"]?.string == Hash.sha256(salt + originals).base64)
        try world.checkEverything()
    }

    @Test func `a clock that steps back is recorded as it is`() throws {
        let world = try World()
        world.clock.set("2026-03-01T12:00:00Z")
        try world.record(Sample.created("A-1"))
        world.clock.set("2026-02-01T12:00:00Z")
        try world.record(Sample.created("A-2"))
        let recorded = try world.entries().map(\.recorded)
        #expect(recorded[2] < recorded[1])
        #expect(recorded[2].text == "2026-02-01T12:00:01.000000Z")
        try world.checkEverything()
    }

    @Test func `a personal value stands beside the entry and is proven by it`() throws {
        let world = try World()
        try world.record(Sample.created("A-1", event: "e-1"))
        let bytes = String(decoding: try world.bytes()[1], as: UTF8.self)
        #expect(!bytes.contains("Asha") && !bytes.contains("C-A-1"))
        let recorded = try #require(try world.ledger.history(of: [.crm("A-1")]).bookings[.crm("A-1")]?.entries.first)
        #expect(recorded.disclosed == ["client.id": "C-A-1", "client.name": "Asha Patel"])
        #expect(recorded.entry.sealed.map(\.name) == ["client.id", "client.name"])

        try world.tamper {
            try $0.execute(sql: "UPDATE disclosure SET value = 'Asha Patal' WHERE name = 'client.name'")
        }
        let after = try world.ledger.history(of: [.crm("A-1")]).bookings[.crm("A-1")]?.entries.first
        #expect(after?.disclosed == ["client.id": "C-A-1"], "a value that its digest does not prove is not shown")
    }

    @Test func `salts are fresh for every field of every entry`() throws {
        let world = try World()
        try world.record([Sample.created("A-1"), Sample.created("A-1")])
        let salts = try world.ledger.queue.read { try Data.fetchAll($0, sql: "SELECT salt FROM disclosure") }
        #expect(salts.count == 4 && Set(salts).count == 4)
    }

    @Test func `nothing is written without keys`() throws {
        let world = try World()
        let reader = try world.reopened(withKeys: false)
        #expect(throws: LedgerError.self) { try reader.record([.of(Sample.created("A-1"))], channel: "file") }
        #expect(throws: LedgerError.self) { try reader.checkpoint() }
        #expect(try world.ledger.size() == 1)
        #expect(try reader.verify().defects.isEmpty)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `whatever arrives is recorded so that it can be read again`(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let world = try World()
        let pieces = [
            "\"\"", "null", "true", "1.5e3", "9007199254740993", "-0", "[]", "{}", #""\u0001\u001f\"\\""#,
            #""\ud83d\ude00""#, #""\ud800""#, #""2026-02-30T09:00:00Z""#, #""2026-06-11T09:30:00Z""#, "[null]",
            "\"\(String(repeating: "x", count: 3000))\"", "\"\(String(repeating: "\\u0001", count: 1024))\"",
            "\"a\\u0000b\"", "7",
        ]
        let names = [
            "start", "end", "zone", "status", "word", "practitioner", "service", "location", "series", "occurrence",
        ]
        var texts: [String] = []
        for number in 0..<300 {
            func any() -> String { pieces.randomElement(using: &random)! }
            let state = names.filter { _ in Bool.random(using: &random) }.map { "\"\($0)\":\(any())" }
            let type = ["booking.created", "booking.modified", "booking.cancelled", "booking.deleted", "notice.sent"]
                .randomElement(using: &random)!
            texts.append(
                #"{"specversion":"1.0","source":"crm","type":"\#(type)","subject":"A-\#(number % 7)","id":\#(any()),"#
                    + #""time":\#(any()),"sequence":\#(any()),"data":{"appointment":{\#(state.joined(separator: ","))},"#
                    + #""actor":\#(any()),"reason":\#(any()),"supersedes":\#(any()),"client":{"id":\#(any()),"#
                    + #""name":\#(any())},"note":\#(any()),"quoted":\#(any()),"purpose":\#(any())}}"#)
        }
        let outcomes = try world.record(texts)
        #expect(outcomes.contains { if case .recorded = $0 { true } else { false } })
        try world.checkEverything()
    }
}
