import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// Personal values that are erased, and what is said of them after.
@Suite("Erasure")
struct ErasureTests {
    static let mary = Entry.Actor(kind: .user, id: "mary")

    /// A client as an event names one.
    static func client(_ id: String, _ name: String, phone: String = "") -> String {
        let phone = phone.isEmpty ? "" : #","phone":"\#(phone)""#
        return #""client":{"id":"\#(id)","name":"\#(name)"\#(phone)}"#
    }

    private func erase(_ world: World, _ scope: ErasureScope) throws -> Erasure {
        let planned = try world.ledger.erasure(of: scope)
        let done = try world.ledger.erase(scope, by: ErasureTests.mary, reason: "client-request")
        #expect(planned.erased.map(\.entry) == done.erased.map(\.entry), "a dry run says what is done")
        #expect(planned.erased.map(\.fields) == done.erased.map(\.fields))
        return done
    }

    private func disclosed(_ world: World) throws -> [String] {
        try world.ledger.queue.read {
            try String.fetchAll($0, sql: "SELECT entry || ' ' || name FROM disclosure ORDER BY entry, name")
        }
    }

    @Test func `a client's values go, and everybody else's stay`() throws {
        let world = try World()
        try world.record([
            Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-1", "Asha Patel")),
            Sample.event("booking.modified", "A-1", event: "e-2", data: #""note":"rang, hoarse""#),
            Sample.event("booking.modified", "B-1", event: "e-3", data: #""supersedes":"A-1","note":"moved""#),
            Sample.event("booking.created", "A-2", event: "e-4", data: Self.client("C-2", "Ben Asha")),
            Sample.event("booking.created", "S-1", event: "e-5", data: Self.client("C-1", "Asha Patel")),
            Sample.event("booking.modified", "S-1", event: "e-6", data: #""note":"whose?""#),
            Sample.event("booking.modified", "S-1", event: "e-7", data: Self.client("C-2", "Ben Asha")),
            Sample.event(
                "booking.cancelled", "A-2", event: "e-8", data: #""actor":{"kind":"client","id":"C-1"}"#),
        ])
        let done = try erase(world, ErasureScope(client: "C-1"))
        #expect(done.erased.map(\.entry) == [1, 2, 3, 5, 8])
        #expect(done.erased.last?.fields == ["actor.client"], "of somebody else's booking only who did it")
        #expect(done.left == [6], "of a reused id it cannot be told whose the note is")
        #expect(
            try disclosed(world) == ["4 client.id", "4 client.name", "6 note", "7 client.id", "7 client.name"])
        #expect(try world.ledger.bookings(under: ["name:asha"]) == [.crm("A-2"), .crm("S-1")])
        #expect(try world.ledger.bookings(under: ["id:c-1"]).isEmpty)
        try world.ledger.checkpoint()
        try world.checkEverything()
        let (requested, completed) = (try world.entry(done.requested!), try world.entry(done.completed[0]))
        #expect(requested.type == .erasureRequested && requested.actor == Self.mary)
        #expect(requested.reason == "client-request")
        #expect(completed.type == .erasureCompleted && done.completed == [done.requested! + 1])
        let again = try erase(world, ErasureScope(client: "C-1"))
        #expect(again.erased.isEmpty && again.requested == nil, "nothing is left, and nothing is recorded")
        #expect(try world.ledger.size() == done.completed[0] + 1)
    }

    @Test func `a client of whom somebody erased or took away the id elsewhere is not mixed up`() throws {
        let world = try World()
        try world.record([
            Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-2", "Ben")),
            Sample.event("booking.modified", "A-1", event: "e-2", data: Self.client("C-1", "Asha")),
        ])
        _ = try erase(world, ErasureScope(fields: ["client.id"]))
        let other = try erase(world, ErasureScope(client: "C-1"))
        #expect(other.erased.isEmpty)
        try world.record([
            Sample.event("booking.modified", "A-1", event: "e-3", data: #""note":"whose?""#),
            Sample.event("booking.modified", "A-1", event: "e-4", data: Self.client("C-1", "Asha")),
        ])
        let size = try world.ledger.size()
        let done = try erase(world, ErasureScope(client: "C-1"))
        #expect(done.erased.map(\.entry) == [size - 1] && done.left == [1, 2, size - 2])
    }

    @Test func `a planted value does not have another client's entry erased`() throws {
        let world = try World()
        try world.record([Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-2", "Ben"))])
        try world.tamper { try $0.execute(sql: "UPDATE disclosure SET value = 'C-1' WHERE name = 'client.id'") }
        #expect(try world.ledger.erasure(of: ErasureScope(client: "C-1")).erased.isEmpty)
    }

    @Test func `a booking goes under all ids that it had`() throws {
        let world = try World()
        try world.record([
            Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-1", "Asha")),
            Sample.event("booking.modified", "B-1", event: "e-2", data: #""supersedes":"A-1","note":"n""#),
            Sample.event(
                "notice.sent", "B-1", event: "e-3", data: #""medium":"sms","client":{"phone":"07700 900123"}"#),
            Sample.event("booking.created", "A-2", event: "e-4", data: Self.client("C-1", "Asha")),
            Sample.event("booking.created", "B-1", event: "e-5", data: Self.client("C-9", "Somebody")),
        ])
        let finding = CheckedFinding(code: "AR101", booking: "A-1", finding: .object(["code": .string("AR101")]))
        try world.ledger.recordCheck(of: "crm", body: nil, findings: [finding])
        let until = Timestamp("2026-02-01T00:00:00Z")!
        let silenced = try world.ledger.acknowledge(
            world.ledger.findings().filter { $0.id == 1 }, by: Self.mary, reason: "Asha rang us", until: until)
        let done = try erase(world, ErasureScope(booking: .crm("A-1")))
        #expect(done.erased.map(\.entry) == [1, 2, 3, silenced[0]], "not the other client's who has the id B-1 now")
        #expect(try world.entry(done.requested!).body?["booking"]?.string == "A-1")
        #expect(try disclosed(world) == ["4 client.id", "4 client.name", "5 client.id", "5 client.name"])
        try world.ledger.checkpoint()
        try world.checkEverything()
    }

    @Test func `a field goes everywhere, or where the rest of the scope is`() throws {
        let world = try World()
        let note = #","note":"prefers mornings""#
        try world.record([
            Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-1", "Asha") + note),
            Sample.event("booking.created", "A-2", event: "e-2", data: Self.client("C-2", "Ben") + note),
            Sample.event("booking.created", "W-1", event: "e-3", data: Self.client("C-1", "Asha") + note).replacing(
                #""crm""#, with: #""web""#),
        ])
        func entries(_ scope: ErasureScope) throws -> [Int] { try erase(world, scope).erased.map(\.entry) }
        #expect(try entries(.init(client: "C-1", source: "web", fields: ["note"])) == [3])
        #expect(try entries(.init(client: "C-1", booking: .crm("A-2"))).isEmpty)
        #expect(try entries(.init(booking: .crm("A-2"), fields: ["note", "client.name"])) == [2])
        #expect(try entries(.init(fields: ["note"])) == [1])
        #expect(try entries(.init(fields: ["note"])).isEmpty)
        try world.ledger.checkpoint()
        try world.checkEverything()
    }

    @Test func `after an erasure the same event is a repeat`() throws {
        let world = try World()
        let text = Sample.event("booking.created", "A-1", event: "e-1", data: Self.client("C-1", "Asha"))
        try world.record(text)
        _ = try erase(world, ErasureScope(booking: .crm("A-1")))
        #expect(try world.value("SELECT count(*) FROM delivery WHERE salt IS NOT NULL", as: Int.self) == 0)
        #expect(try world.record(text) == .repeated(1))
        #expect(try world.record(text.replacing("Asha", with: "Ben")) == .repeated(1))
    }

    @Test func `a list that is too long for one entry stands in several`() throws {
        let world = try World()
        for batch in 0..<5 {
            try world.record(
                (0..<1000).map { Sample.event("booking.created", "A-\(batch)-\($0)", data: Self.client("C-1", "Asha")) }
            )
        }
        let done = try erase(world, ErasureScope(client: "C-1"))
        #expect(done.count == 10_000 && done.completed.count > 1)
        let entries = try done.completed.map { try world.entry($0) }
        #expect(entries.allSatisfy { $0.bytes.count <= Entry.longest })
        let listed = entries.flatMap { $0.body!["erased"]!.array!.map { $0.array![0].integer! } }
        #expect(listed == Array(1...5000))
        try world.ledger.checkpoint()
        try world.checkEverything()
    }

    @Test func `what stands of a field is told apart`() throws {
        let world = try World()
        try world.record((1...4).map { Sample.created("A-\($0)", event: "e-\($0)") })
        let done = try erase(world, ErasureScope(booking: .crm("A-1"), fields: ["client.name"]))
        try world.tamper { database in
            try database.execute(sql: "DELETE FROM disclosure WHERE entry = 2 AND name = 'client.name'")
            try database.execute(sql: "UPDATE disclosure SET value = 'x' WHERE entry = 3 AND name = 'client.name'")
        }
        func standings(_ booking: Identifier) throws -> [String: FieldStanding] {
            try world.ledger.history(of: [.crm(booking)]).bookings[.crm(booking)]!.entries[0].standings
        }
        let by = done.completed[0]
        #expect(try standings("A-1") == ["client.id": .withheld, "client.name": .erased(by: by)])
        #expect(try standings("A-2") == ["client.id": .withheld, "client.name": .missing])
        #expect(try standings("A-3") == ["client.id": .withheld, "client.name": .mismatch])
        #expect(try standings("A-4") == ["client.id": .withheld, "client.name": .withheld])
        let defects = try world.ledger.verify(.init(projections: true)).defects
        #expect(Set(defects.compactMap(\.index)) == [2, 3], "what was erased is no defect: \(defects)")
        #expect(defects.contains { $0.index == 2 && $0.sentence.contains("no entry records an erasure") })
        // Somebody answers for what is gone.
        let answered = try erase(world, ErasureScope(booking: .crm("A-2")))
        #expect(answered.missing == 1 && answered.erased.map(\.fields) == [["client.id", "client.name"]])
        #expect(try standings("A-2").values.allSatisfy { $0 == .erased(by: answered.completed[0]) })
    }

    @Test func `originals of refused events go where they may hold the values`() throws {
        let world = try World()
        func letter(_ text: String) -> String {
            #"{"specversion":"1.0","source":"crm","type":"booking.lost",\#(text)}"#
        }
        try world.record([Sample.created("A-1", event: "e-1")])
        try world.record([
            letter(#""subject":"A-1""#), letter(#""subject":"A-9""#),
            letter(#""subject":"A-9","data":{"x":"asha patel"}"#),
            letter(#""subject":"A-9","data":{"x":"Asha\u0020Patel"}"#), letter(#""data":{}"#),
            letter(#""data":{"client":{"id":"C-7"}}"#), "cut off in the mid",
            letter(#""source":"web","data":{"note":"x"}"#).replacing(#""source":"crm","#, with: ""),
        ])
        let done = try erase(world, ErasureScope(client: "C-A-1"))
        let kept = try world.ledger.queue.read {
            try String.fetchAll($0, sql: "SELECT CAST(original AS TEXT) FROM dead_letter WHERE original IS NOT NULL")
        }
        #expect(kept.count == 3 && done.letters == 5, "\(kept)")
        #expect(kept.allSatisfy { $0.contains("A-9") && !$0.contains("u0020") || $0.contains("C-7") }, "\(kept)")
        #expect(done.erased.contains { $0.fields == ["original"] })
        try world.ledger.checkpoint()
        try world.checkEverything()
        try world.record(["cut off again"])
        #expect(try erase(world, ErasureScope(client: "C-8")).erased.isEmpty, "an id that nobody has erases nothing")
    }

    @Test func `a finding that quotes a value loses its words, others keep theirs`() throws {
        let world = try World()
        try world.record([Sample.created("A-1", event: "e-1"), Sample.created("A-2", event: "e-2")])
        func finding(_ booking: Identifier, _ sentence: String, detail: String? = nil) -> CheckedFinding {
            CheckedFinding(
                code: "AR112", booking: booking, detail: detail,
                finding: .object(["code": .string("AR112"), "sentence": .string(sentence)]))
        }
        try world.ledger.recordCheck(
            of: "crm", body: nil,
            findings: [
                finding("A-1", "the cell has Asha Patel"), finding("A-2", "the cell has Asha Patelson"),
                finding("A-3", "the cell", detail: "Asha Patel"), finding("A-4", #"the "Asha Patel" cell"#),
            ])
        let done = try erase(world, ErasureScope(client: "C-A-1"))
        #expect(done.findings == 3)
        let left = try world.ledger.findings()
        #expect(left.map(\.booking) == ["A-1", "A-2", "A-4"])
        #expect(left.map { $0.finding["sentence"]!.string!.contains("Asha") } == [false, true, false])
        #expect(left[0].finding["code"]?.string == "AR112")
    }

    @Test func `what was put back is erased again, also where only the list beside the lock knows of it`() throws {
        let world = try World()
        try world.record((1...3).map { Sample.created("A-\($0)", event: "e-\($0)") } + ["no event"])
        let early = try world.ledger.checkpoint()
        try world.copyDatabase(to: "older.sqlite")
        let done = try erase(world, ErasureScope(booking: .crm("A-2")))
        try world.ledger.checkpoint()
        #expect(try world.ledger.reapplyErasures(by: Self.mary, reason: "restored").erased.isEmpty)
        // The table alone is put back.
        try world.tamper { database in
            try database.execute(sql: "ATTACH '\(world.path("older.sqlite"))' AS older")
            try database.execute(sql: "INSERT OR REPLACE INTO disclosure SELECT * FROM older.disclosure")
            try database.execute(sql: "INSERT OR REPLACE INTO dead_letter SELECT * FROM older.dead_letter")
            try database.execute(sql: "DETACH older")
        }
        let back = try world.ledger.verify(.init(projections: true)).defects
        #expect(back.contains { $0.sentence.contains("--reapply") }, "\(back)")
        let history = try world.ledger.history(of: [.crm("A-2")]).bookings[.crm("A-2")]!.entries[0]
        #expect(history.disclosed.isEmpty && history.standings["client.name"] == .erased(by: done.completed[0]))
        let again = try world.ledger.reapplyErasures(by: Self.mary, reason: "restored")
        #expect(again.erased.map(\.entry) == [2, 4] && again.letters == 1 && again.requested != nil)
        #expect(try world.ledger.reapplyErasures(by: Self.mary, reason: "restored").erased.isEmpty)
        try world.ledger.checkpoint()
        try world.checkEverything()
        // The whole of an older copy is put back, and the lock adopted anew: only the list knows.
        try world.ledger.queue.close()
        try world.restore("older.sqlite")
        let restored = try world.reopened()
        #expect(throws: LedgerError.self, "against the lock nothing is written") {
            try restored.reapplyErasures(by: Self.mary, reason: "restored")
        }
        try FileManager.default.removeItem(atPath: world.keys.lockPath)
        try restored.adoptLock(early)
        let third = try restored.reapplyErasures(by: Self.mary, reason: "restored")
        #expect(third.erased.map(\.entry) == [2, 4] && third.unreadable == 0)
        try restored.checkpoint()
        try Checking.everything(restored)
    }

    @Test func `the list of another history erases nothing`() throws {
        let world = try World()
        try world.copyDatabase(to: "empty.sqlite")
        try world.record([Sample.created("A-1", event: "e-1")])
        _ = try erase(world, ErasureScope(booking: .crm("A-1")))
        try world.ledger.queue.close()
        try world.restore("empty.sqlite")
        let restored = try world.reopened()
        _ = try restored.record([IncomingEvent.of(Sample.created("A-1", event: "e-1"))], channel: "file")
        let done = try restored.reapplyErasures(by: Self.mary, reason: "restored")
        #expect(done.erased.isEmpty, "at its place stands another entry, sealed with another salt")
        try Data("not a line\n".utf8).write(to: URL(filePath: world.keys.erasuresPath))
        #expect(try restored.reapplyErasures(by: Self.mary, reason: "restored").unreadable == 1)
    }

    @Test func `the list is readable by its owner only, and completed after a kill`() throws {
        let world = try World()
        try world.record([Sample.created("A-1", event: "e-1"), Sample.created("A-2", event: "e-2")])
        _ = try erase(world, ErasureScope(booking: .crm("A-1")))
        let mode = try FileManager.default.attributesOfItem(atPath: world.keys.erasuresPath)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let first = try Data(contentsOf: URL(filePath: world.keys.erasuresPath))
        try FileManager.default.removeItem(atPath: world.keys.erasuresPath)
        _ = try erase(world, ErasureScope(booking: .crm("A-2")))
        let (lines, unreadable) = try world.keys.erasures()
        #expect(lines.count == 2 && unreadable == 0)
        #expect(try Data(contentsOf: URL(filePath: world.keys.erasuresPath)).starts(with: first))
    }

    @Test func `while somebody reads the log cannot be emptied, and after it can`() throws {
        let world = try World()
        try world.record([Sample.created("A-1", event: "e-1")])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: world.path, configuration: configuration)
        try reader.inDatabase { database in
            try database.execute(sql: "BEGIN; SELECT count(*) FROM entry")
        }
        _ = try erase(world, ErasureScope(booking: .crm("A-1")))
        #expect(try !world.ledger.emptyWriteAheadLog(within: .milliseconds(300)))
        try reader.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try world.ledger.emptyWriteAheadLog())
        let log = try FileManager.default.attributesOfItem(atPath: world.path + "-wal")[.size] as? NSNumber
        #expect(log?.intValue == 0)
    }
}
