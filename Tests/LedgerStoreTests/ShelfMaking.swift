import Bookings
import Foundation
import GRDB
import TestSupport
import Transparency

@testable import LedgerStore

/// Makes the two sound ledgers of the shelf. They are made once, by the version of their day, and stay for good.
enum ShelfMaking {
    /// A ledger that has something of everything.
    static func sound() throws -> World {
        let world = try World()
        let ledger = world.ledger
        try world.record([
            Sample.created("A-1", event: "e-1", sequence: 1), Sample.created("A-2", event: "e-2", sequence: 2),
            Sample.modified("A-1", event: "e-3", sequence: 3, #""practitioner":"dr-jones""#),
        ])
        try ledger.checkpoint()
        try world.record([
            Sample.event("notice.sent", "W-1", event: "w-1", data: #""medium":"sms","purpose":"confirmation""#)
                .replacing(#""crm""#, with: #""web""#),
            Sample.event("booking.modified", "B-1", event: "e-4", sequence: 4, data: #""supersedes":"A-2""#),
            "this is no event", "nor is this", Sample.deleted("A-1", event: "e-5", sequence: 5),
        ])
        var coverage = Coverage(source: "crm", takenAt: Timestamp("2026-01-05T20:00:00Z")!)
        coverage.practitioners = ["dr-jones", "dr-shah"]
        for (night, ids) in [["B-1", "X-9"], ["B-1"]].enumerated() {
            coverage.takenAt = coverage.takenAt + Int64(night) * 86_400
            try world.read(
                Snapshot(
                    coverage: coverage,
                    appointments: ids.enumerated().map {
                        LiveAppointment(booking: Identifier($1), appointment: Appointment(), row: $0 + 2)
                    }, rows: ids.count, digest: Hash.sha256([UInt8(night)])))
        }
        _ = try ledger.recordState()
        let findings = [("AR101", "A-2", nil), ("AR103", "X-9", nil), ("AR206", nil, "gebucht")].map {
            (code: String, booking: String?, detail: String?) in
            CheckedFinding(
                code: code, booking: booking.map { Identifier($0) }, detail: detail,
                finding: .object(["code": .string(code)]))
        }
        let body = JSONValue.object([
            "source": .string("crm"), "critical": .integer(1), "error": .integer(1), "warning": .integer(0),
            "info": .integer(0), "exit": .integer(1),
        ])
        try ledger.recordCheck(of: "crm", body: body, findings: findings)
        _ = try ledger.acknowledge(
            ledger.findings().filter { $0.id == 1 }, by: .init(kind: .user, id: "mary"), reason: "seen by the practice",
            until: Timestamp("2026-03-01T00:00:00Z")!)
        try ledger.recordCheck(of: "crm", body: nil, findings: [findings[0]])
        let note = try ledger.checkpoint()
        try ledger.noteHeldOutside(size: try ledger.size())
        try Data(note.description.utf8).write(to: world.folder.appending(path: "held.note"))
        try ledger.queue.close()
        try shrink(world.path)
        return world
    }

    /// Small pages, so that there is little between the rows.
    private static func shrink(_ path: String) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { database in
            for sql in ["journal_mode = DELETE", "page_size = 512", "secure_delete = ON"] {
                try database.execute(sql: "PRAGMA \(sql)")
            }
            try database.execute(sql: "VACUUM")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
    }

    /// The sound ledger after a power cut: one event, a checkpoint, and one event more are in the write-ahead log only.
    static func unfinished(in exhibit: Exhibit) throws -> [String: [UInt8]] {
        let ledger = try exhibit.opened()
        defer { try? ledger.queue.close() }
        _ = try ledger.record([.of(Sample.created("A-3", event: "e-6", sequence: 6))], channel: "file")
        try Data(ledger.checkpoint().description.utf8).write(to: URL(filePath: exhibit.path("held.note")))
        _ = try ledger.record([.of(Sample.created("A-4", event: "e-7", sequence: 7))], channel: "file")
        return exhibit.files()
    }

    /// Puts an exhibit on the shelf: the database and the log packed, the rest as it is.
    static func keep(_ exhibit: Exhibit, as name: String, _ expectation: Shelf.Expectation) throws {
        let target = Shelf.folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: target.appending(path: "keys"), withIntermediateDirectories: true)
        for (file, bytes) in exhibit.files() {
            if file.hasPrefix("ledger") {
                try Shelf.pack(exhibit.folder.appending(path: file), to: target.appending(path: "\(file).gz"))
            } else {
                try Data(bytes).write(to: target.appending(path: file))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(expectation) + Data("\n".utf8)).write(to: target.appending(path: "expected.json"))
    }
}
