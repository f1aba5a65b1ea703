import Bookings
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// A folder with a ledger, its keys and a clock that a test sets; the folder goes with the value.
final class World: Sendable {
    static let origin = "practice.example/daybook"

    let folder: URL
    let verifier: VerifierKey
    let first: SignedNote
    let ledger: Ledger
    let clock: SettableClock

    init(origin: String = World.origin, after: Checkpoint? = nil) throws {
        folder = try World.folder()
        let clock = SettableClock()
        self.clock = clock
        let made = try Ledger.create(
            path: folder.appending(path: "ledger.sqlite").path, origin: origin,
            keys: KeyDirectory(path: folder.appending(path: "keys").path), after: after, clock: { clock.tick() })
        (ledger, verifier, first) = (made.ledger, made.verifier, made.checkpoint)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A new folder in the system's temporary one.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    var path: String { ledger.path }
    var keys: KeyDirectory { ledger.keys! }
    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The ledger through another connection.
    func reopened(isReadOnly: Bool = false, withKeys: Bool = true) throws -> Ledger {
        let clock = clock
        return try Ledger.open(
            path: path, keys: withKeys ? keys : nil, isReadOnly: isReadOnly, clock: { clock.tick() })
    }

    /// Records these texts as one batch.
    @discardableResult
    func record(_ texts: [String]) throws -> [RecordOutcome] {
        try ledger.record(texts.enumerated().map { IncomingEvent.of($1, at: $0 + 1) }, channel: "file")
    }

    @discardableResult
    func record(_ text: String) throws -> RecordOutcome { try record([text])[0] }

    /// Records so many ordinary bookings in batches of a thousand.
    func fill(_ count: Int, from start: Int = 1) throws {
        for batch in stride(from: start, to: start + count, by: 1000) {
            try record((batch..<min(batch + 1000, start + count)).map { Sample.created("A-\($0)", event: "f-\($0)") })
        }
    }

    /// All entries as they are stored.
    func bytes() throws -> [[UInt8]] {
        try ledger.queue.read { try Data.fetchAll($0, sql: "SELECT bytes FROM entry ORDER BY position") }.map {
            Array($0)
        }
    }

    func entries() throws -> [Entry] { try bytes().map { try Entry(bytes: $0) } }
    func entry(_ index: Int) throws -> Entry { try Entry(bytes: bytes()[index]) }
    func appointment(_ index: Int) throws -> Appointment { try #require(try entry(index).appointment) }

    /// What somebody with the file does to it, behind the triggers.
    func tamper(_ body: (Database) throws -> Void) throws {
        try World.tamper(path, body)
    }

    static func tamper(_ path: String, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.inDatabase { database in
            let triggers = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            try body(database)
            for trigger in triggers { try database.execute(sql: trigger["sql"]) }
        }
    }

    /// One value of the database, through a connection of its own.
    func value<Value: DatabaseValueConvertible>(_ sql: String, as type: Value.Type = Value.self) throws -> Value? {
        try ledger.queue.read { try Value.fetchOne($0, sql: sql) }
    }

    /// Copies the database as a person would, with whatever lies beside it.
    func copyDatabase(to name: String) throws {
        _ = try ledger.queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try FileManager.default.copyItem(atPath: path, toPath: path(name))
    }

    /// Puts an older copy in the place of the database, all connections being closed.
    func restore(_ name: String) throws {
        for end in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + end) {
            try FileManager.default.removeItem(atPath: path + end)
        }
        try FileManager.default.copyItem(atPath: path(name), toPath: path)
    }
}

/// A clock that moves on by a second whenever it is asked, and otherwise where a test puts it.
final class SettableClock: Sendable {
    private let state = Mutex(Timestamp("2026-01-05T08:00:00Z")!)

    func tick() -> Timestamp {
        state.withLock { now in
            now = now + 1
            return now
        }
    }

    func set(_ text: String) { state.withLock { $0 = Timestamp(text)! } }
}

/// Events as a booking system sends them.
enum Sample {
    /// An event; `data` is the text between the braces.
    static func event(
        _ type: String, _ booking: String, event: String? = nil, sequence: Int? = nil, data: String = ""
    ) -> String {
        let id = event.map { #","id":"\#($0)""# } ?? ""
        let counter = sequence.map { #","sequence":"\#($0)""# } ?? ""
        return
            #"{"specversion":"1.0","source":"crm","type":"\#(type)","subject":"\#(booking)"\#(id)\#(counter),"data":{\#(data)}}"#
    }

    static let state = #""start":"2026-06-11T09:30:00+01:00","end":"2026-06-11T10:00:00+01:00","status":"booked""#

    static func created(_ booking: String, event id: String? = nil, sequence: Int? = nil) -> String {
        event(
            "booking.created", booking, event: id, sequence: sequence,
            data:
                #""appointment":{\#(state),"practitioner":"dr-shah"},"client":{"id":"C-\#(booking)","name":"Asha Patel"}"#
        )
    }

    static func modified(
        _ booking: String, event id: String? = nil, sequence: Int? = nil, _ appointment: String
    ) -> String {
        event(
            "booking.modified", booking, event: id, sequence: sequence, data: #""appointment":{\#(appointment)}"#)
    }

    static func deleted(_ booking: String, event id: String? = nil, sequence: Int? = nil) -> String {
        event("booking.deleted", booking, event: id, sequence: sequence)
    }
}

extension IncomingEvent {
    static func of(_ text: String, at line: Int = 1) -> IncomingEvent {
        IncomingEvent(Array(text.utf8), place: "events.ndjson:\(line)") { _ in SourceRules(zones: .none) }
    }
}

extension BookingKey {
    static func crm(_ booking: Identifier) -> BookingKey { BookingKey(source: "crm", booking: booking) }
}

extension Verification {
    /// The kinds of what is wrong, for a short comparison.
    var kinds: [Defect.Kind] { defects.map(\.kind) }
}
