import Bookings
import Foundation
import GRDB
import TestSupport
import Transparency

@testable import LedgerStore

/// A ledger with all the files that belong to it, in a folder of its own, to which somebody does something.
struct Exhibit {
    let folder: URL
    /// The verifier key that the auditor has from elsewhere.
    let trusted: VerifierKey

    /// A copy of one of the shelf.
    init(_ name: String, in folder: URL? = nil) throws {
        self.folder = try folder ?? World.folder()
        try Shelf.unpack(name, to: self.folder)
        trusted = try Exhibit.trusted()
    }

    init(folder: URL, trusted: VerifierKey) {
        (self.folder, self.trusted) = (folder, trusted)
    }

    /// The public half of the key of the shelf's ledgers.
    static func trusted() throws -> VerifierKey {
        let text = try String(contentsOf: Shelf.folder.appending(path: "sound/keys/verifier"), encoding: .utf8)
        return try VerifierKey(text.trimmingCharacters(in: .newlines))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }
    var ledgerPath: String { path("ledger.sqlite") }
    var keys: KeyDirectory { KeyDirectory(path: path("keys")) }

    /// The files that are there.
    func files() -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in Shelf.files { files[name] = FileManager.default.contents(atPath: path(name)).map { Array($0) } }
        return files
    }

    /// Makes the folder hold these files and no other, not even those that SQLite keeps beside.
    func put(_ files: [String: [UInt8]]) throws {
        for name in Shelf.files + ["ledger.sqlite-shm", "ledger.sqlite-journal"] {
            if let bytes = files[name] { try write(bytes, to: name) } else { unlink(path(name)) }
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        guard Foundation.write(file, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    /// What somebody with the file does to it, behind the triggers.
    func tamper(_ body: (Database) throws -> Void) throws { try World.tamper(ledgerPath, body) }

    /// The same where the triggers are themselves concerned.
    func tamperInSight(_ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: ledgerPath)
        defer { try? queue.close() }
        try queue.inDatabase(body)
    }

    func opened() throws -> Ledger {
        try Ledger.open(path: ledgerPath, keys: keys, clock: { Timestamp("2026-02-01T00:00:00Z")! })
    }
}

/// All that a ledger's tables hold, row by row in their order, as text that keeps the type; and the definitions of the
/// tables. The numbers of rows by which nothing is ever called are left out.
struct Content: Equatable {
    private var rows: [String: [[String]]] = [:]

    private static let tables = [
        "entry": "position bytes leaf", "node": "level position hash", "head": "id origin size last frontier",
        "tree_block": "entry number source booking hash", "checkpoint": "size note", "outside": "size at",
        "disclosure": "entry name salt value",
        "delivery": "source event entry salt digest", "dead_letter": "entry place reason salt original",
        "presence": "source booking first last",
        "finding": "id source code booking detail finding first last resolved acknowledged",
        "source": "id name sequence",
        "booking": "source booking entries state", "term": "term source booking", "journal": "position type source",
        "sqlite_master": "type name tbl_name sql",
    ].mapValues { $0.split(separator: " ").map(String.init) }

    init(of ledger: Ledger) throws {
        rows = try ledger.queue.read { database in
            var rows: [String: [[String]]] = [:]
            for (table, columns) in Content.tables {
                let quoted = columns.map { "quote(\($0))" }.joined(separator: ", ")
                let query = try Query(database, "SELECT \(quoted) FROM \(table) NOT INDEXED")
                rows[table] = try query.all { row in columns.indices.map { row.text(Int32($0)) } }
            }
            return rows
        }
    }

    /// The columns in which this differs from another, as `delivery.salt`; a table whose rows are more or fewer by name.
    func differences(from other: Content) -> Set<String> {
        var found: Set<String> = []
        for (table, columns) in Content.tables where rows[table] != other.rows[table] {
            let (mine, theirs) = (rows[table] ?? [], other.rows[table] ?? [])
            guard mine.count == theirs.count else {
                found.insert(table)
                continue
            }
            for (row, against) in zip(mine, theirs) {
                for (place, column) in columns.enumerated() where row[place] != against[place] {
                    found.insert("\(table).\(column)")
                }
            }
        }
        return found
    }
}

/// What became of a change.
enum Judgement: Equatable {
    /// It was found: this is what is said of it.
    case named(String, kinds: [Defect.Kind])
    /// It does not matter: all that is read is what was there before.
    case same
    /// The last transactions are gone, as after a power cut: events after the last checkpoint, or its stored copy.
    case cut
    /// It was not found, and what is read is different, in these columns.
    case unseen(Set<String>)
}

/// The verifier whose judgement it is, and what they have besides the ledger's file.
struct Auditor: Sendable {
    /// The folder with key and lock.
    var keys = true
    /// The verifier key, from elsewhere.
    var trust = true
    /// A checkpoint that was kept.
    var held = true

    /// The parts, as the shelf names them.
    var parts: [String] { [keys ? "keys" : nil, trust ? "trust" : nil, held ? "held" : nil].compactMap(\.self) }

    /// Opens the ledger, verifies all that can be verified, and reads it back. Where `writes`, tries to record too: a
    /// wrong key is noticed there.
    func judge(
        _ exhibit: Exhibit, sound: Content, writes: Bool = false, earlier: [Content] = []
    ) -> Judgement {
        do {
            let ledger = try Ledger.open(
                path: exhibit.ledgerPath, keys: keys ? exhibit.keys : nil,
                clock: { Timestamp("2026-02-01T00:00:00Z")! })
            defer { try? ledger.queue.close() }
            let request = try request(exhibit)
            let verification = try ledger.verify(request)
            if let first = verification.defects.first { return .named(first.sentence, kinds: verification.kinds) }
            guard verification.unreached.isEmpty else {
                return .named("The checkpoint given with --held says nothing here.", kinds: [])
            }
            guard Set(verification.assurance) == wanted else {
                let words = verification.assurance.map(\.rawValue).joined(separator: ", ")
                return .named("Only this holds: \(words).", kinds: [])
            }
            guard let content = try? Content(of: ledger) else { return .unseen(["what cannot be read"]) }
            guard !earlier.contains(content) else { return .cut }
            let differences = content.differences(from: sound)
            guard differences.isEmpty else { return .unseen(differences) }
            if writes {
                _ = try ledger.recordState()
                try ledger.checkpoint()
                guard try ledger.verify(request).defects.isEmpty else { return .unseen(["what is signed next"]) }
            }
            return .same
        } catch let error as LedgerError {
            // Where it lay is of no interest.
            let text = error.description.replacing(exhibit.folder.path + "/", with: "")
            return .named(text, kinds: [])
        } catch is NotACheckpoint {
            return .named("held.note is not a checkpoint", kinds: [])
        } catch {
            return .unseen(["an error that says nothing: \(error)"])
        }
    }

    func request(_ exhibit: Exhibit) throws -> VerificationRequest {
        var request = VerificationRequest(trust: trust ? [exhibit.trusted] : [], states: 100, projections: true)
        if held {
            guard let data = FileManager.default.contents(atPath: exhibit.path("held.note")),
                let text = String(validating: data, as: UTF8.self), let note = try? SignedNote(text)
            else { throw NotACheckpoint() }
            request.held = [note]
        }
        return request
    }

    private var wanted: Set<Assurance> {
        // A held checkpoint counts where a key is known that signed it.
        Set([.consistent] + (trust ? [.signed] : []) + (held && (trust || keys) ? [.held] : []))
    }

    private struct NotACheckpoint: Error {}
}

/// What nothing commits to: a change there is not found, and this is what comes of it. It is told in the table.
let uncommitted: [(columns: Set<String>, consequence: String)] = [
    (
        ["delivery.salt", "delivery.digest"],
        "a repeat of that event is recorded once more, as a conflict; made on purpose, one later event of the same id "
            + "passes for the repeat"
    ),
    (["dead_letter.place"], "a dead letter names another line of the file in which it came"),
    (
        [
            "finding.source", "finding.code", "finding.booking", "finding.detail", "finding.finding", "finding.first",
            "finding.last",
            "finding.resolved", "finding.id", "finding.acknowledged",
        ],
        "until the next check finds it again, a finding is listed otherwise than it was found, or not at all"
    ),
    (
        ["outside.size", "outside.at"],
        "AR406, no checkpoint outside for too long, comes too late or too early"
    ),
]
