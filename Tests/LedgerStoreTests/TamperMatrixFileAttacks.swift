import Bookings
import Foundation
import GRDB
import TestSupport
import Transparency

@testable import LedgerStore

extension Attack {
    /// A change of the newest stored note.
    private static func note(
        _ what: String, _ outcome: Outcome, shelf exhibit: String? = nil,
        _ change: @escaping @Sendable (String) throws -> String
    ) -> Attack {
        Attack(what, outcome, shelf: exhibit) {
            try $0.tamper { database in
                let note = try String.fetchOne(database, sql: "SELECT note FROM checkpoint WHERE size = 13")!
                try database.execute(
                    sql: "UPDATE checkpoint SET note = ? WHERE size = 13", arguments: [try change(note)])
            }
        }
    }

    private static func signed(_ text: String, by key: borrowing SigningKey) throws -> String {
        try Checkpoint(text: SignedNote(text).text).signed(by: key).description
    }

    static let notes: [Attack] = [
        note("the root in a stored checkpoint is changed", .named(.signature), shelf: "signature") { note in
            note.replacing(try Checkpoint(text: SignedNote(note).text).root.base64, with: Hash.zero.base64)
        },
        note("the name in its signature line is changed", .named(.signature)) { note in
            note.replacing("— practice", with: "— practise")
        },
        note("it is signed by another key", .named(.signature)) { try signed($0, by: SigningKey()) },
        note("it is no checkpoint any more", .named(.signature)) { _ in "practice.example/daybook" },
        Attack(
            "the stored checkpoints are taken away",
            .open("nothing, where the lock or a held checkpoint is there: the ledger is only said to be unprotected"),
            sql: "DELETE FROM checkpoint"),
        Attack("the lock is taken away", .named(.signature), shelf: "lock-lost") { unlink($0.path("keys/lock")) },
        Attack("the lock is put back to an older one", .same) { exhibit in
            try exhibit.tamperInSight {
                try exhibit.write(
                    String.fetchOne($0, sql: "SELECT note FROM checkpoint WHERE size = 4")!, to: "keys/lock")
            }
        },
        Attack("the lock is signed by another key", .named(.signature), shelf: "lock-forged") {
            try $0.write(
                signed(String(contentsOfFile: $0.path("keys/lock"), encoding: .utf8), by: SigningKey()), to: "keys/lock"
            )
        },
        Attack("the signing key is exchanged: noticed when something is to be recorded", .named(nil)) {
            try $0.write(SigningKey().pem, to: "keys/signing.pem")
        },
        Attack("the signing key can be read by others: noticed when something is to be recorded", .named(nil)) {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: $0.path("keys/signing.pem"))
        },
        Attack("the verifier key beside it is exchanged", .named(.signature)) {
            try $0.write(SigningKey().verifierKey(name: World.origin).text + "\n", to: "keys/verifier")
        },
        Attack("the held checkpoint is by another key", .named(nil)) {
            try $0.write(
                signed(String(contentsOfFile: $0.path("held.note"), encoding: .utf8), by: SigningKey()), to: "held.note"
            )
        },
    ]

    private static let change: @Sendable (String) -> String = { $0.replacing("dr-shah", with: "dr-shax") }

    static let histories: [Attack] = [
        Attack("an older copy is put back", .named(.rolledBack), shelf: "rolled-back") {
            try $0.rollBack(to: 4, withLock: false)
        },
        Attack(
            "an older copy is put back together with its lock; nobody holds a checkpoint",
            .open("consistent and signed, and shorter: a checkpoint that somebody holds shows it"),
            by: Auditor(held: false)
        ) { try $0.rollBack(to: 4, withLock: true) },
        Attack(
            "an older copy is put back together with its lock; a checkpoint is held", .named(.rolledBack),
            shelf: "rolled-back-with-lock"
        ) {
            try $0.rollBack(to: 4, withLock: true)
        },
        Attack(
            "an entry is changed, everything after it rewritten and signed with the same key; nobody holds a checkpoint",
            .open("consistent and signed, and another history: a checkpoint that somebody holds shows it"),
            by: Auditor(held: false)
        ) { try $0.rewrite(2, with: try $0.key(), change) },
        Attack(
            "an entry is changed, everything after it rewritten and signed with the same key; a checkpoint is held",
            .named(.forked), shelf: "forked"
        ) {
            try $0.rewrite(2, with: try $0.key(), change)
        },
        Attack(
            "an entry is changed, everything after it rewritten and signed with another key; the verifier has no key from elsewhere, and no checkpoint",
            .open("consistent, and never signed: a verifier key from elsewhere, or a checkpoint, shows it"),
            by: Auditor(trust: false, held: false)
        ) { try $0.rewrite(2, with: try $0.replaceKeys(), change) },
        Attack(
            "an entry is changed, everything after it rewritten and signed with another key; the verifier has the key from elsewhere",
            .named(nil), by: Auditor(held: false),
            shelf: "other-key"
        ) { try $0.rewrite(2, with: try $0.replaceKeys(), change) },
        Attack(
            "an entry is changed, everything after it rewritten and signed with another key; a checkpoint is held",
            .named(.forked)
        ) {
            try $0.rewrite(2, with: try $0.replaceKeys(), change)
        },
        Attack(
            "an entry is made unreadable, everything rewritten and signed with the same key", .named(.falseState),
            by: Auditor(held: false), shelf: "unreadable"
        ) {
            try $0.rewrite(2, with: try $0.key()) {
                $0.replacing(#""type":"booking.created""#, with: #""type":"booking.created","type":"booking.created""#)
            }
        },
    ]

    /// The lengths to which a file is cut: every one, or around each page.
    private static func truncations(
        _ file: String, every pages: Int
    ) -> @Sendable (Exhibit) throws -> [@Sendable (Exhibit) throws -> Void] {
        { exhibit in
            let bytes = exhibit.files()[file] ?? []
            return bytes.indices.filter { [0, 1, pages - 1].contains($0 % pages) }.map { length in
                { try $0.write(Array(bytes.prefix(length)), to: file) }
            }
        }
    }

    /// Every choice of files that come from another ledger, but for none.
    private static func swaps(
        _ names: [String], with other: @escaping @Sendable () throws -> [String: [UInt8]]
    ) -> @Sendable (Exhibit) throws -> [@Sendable (Exhibit) throws -> Void] {
        { _ in
            let foreign = try other()
            return (1..<1 << names.count).map { choice in
                { exhibit in
                    for (place, name) in names.enumerated() where choice >> place & 1 == 1 {
                        try exhibit.write(foreign[name]!, to: name)
                    }
                }
            }
        }
    }

    private static func other(_ origin: String) -> @Sendable () throws -> [String: [UInt8]] {
        {
            let world = try World(origin: origin)
            try world.fill(20)
            let note = try world.ledger.checkpoint()
            try world.ledger.queue.close()
            try Data(note.description.utf8).write(to: world.folder.appending(path: "held.note"))
            return Exhibit(folder: world.folder, trusted: world.verifier).files()
        }
    }

    static let files: [Attack] = [
        Attack(
            each: "the database is cut off, at each page and one byte to both sides", .named(nil),
            truncations("ledger.sqlite", every: 512)),
        Attack("the second half of the database is missing", .named(nil), shelf: "half") {
            let bytes = $0.files()["ledger.sqlite"]!
            try $0.write(Array(bytes.prefix(bytes.count / 2)), to: "ledger.sqlite")
        },
        Attack(each: "the lock is cut off at each length", .named(.signature), truncations("keys/lock", every: 1)),
        Attack(
            each: "the verifier key is cut off at each length but the last", .named(.signature)
        ) { exhibit in
            Array(try truncations("keys/verifier", every: 1)(exhibit).dropLast())
        },
        Attack(each: "the signing key is cut off at each length but the last", .named(nil)) { exhibit in
            Array(try truncations("keys/signing.pem", every: 1)(exhibit).dropLast())
        },
        Attack(
            each: "the held checkpoint is cut off at each length", .named(nil), truncations("held.note", every: 1)),
        Attack(
            each: "every choice of database, lock, keys and held checkpoint is another ledger's", .named(nil),
            swaps(
                ["ledger.sqlite", "keys/lock", "keys/signing.pem", "keys/verifier", "held.note"],
                with: other("other.example/daybook"))),
        Attack(
            each: "every choice of them is that of another ledger of the same name", .named(nil),
            swaps(
                ["ledger.sqlite", "keys/lock", "keys/signing.pem", "keys/verifier", "held.note"],
                with: other(World.origin))),
        Attack("the write-ahead log of another ledger is laid beside it", .named(nil)) { exhibit in
            let world = try World()
            try world.fill(3)
            let log = FileManager.default.contents(atPath: world.path + "-wal")!
            try exhibit.write(Array(log), to: "ledger.sqlite-wal")
        },
        Attack("noise is laid beside it in place of SQLite's small files", .same) { exhibit in
            var random = SplitMix64(seed: 1)
            for end in ["-wal", "-shm", "-journal"] { try exhibit.write(random.bytes(4096), to: "ledger.sqlite\(end)") }
        },
        Attack("one page of the database is noise", .named(nil), shelf: "noise") { exhibit in
            var (bytes, random) = (exhibit.files()["ledger.sqlite"]!, SplitMix64(seed: 2))
            bytes.replaceSubrange(512 * 14..<512 * 15, with: random.bytes(512))
            try exhibit.write(bytes, to: "ledger.sqlite")
        },
        Attack("the database is empty", .named(nil)) { try $0.write([], to: "ledger.sqlite") },
        Attack("the database is a text", .named(nil)) {
            try $0.write("appointments are in the other file\n", to: "ledger.sqlite")
        },
        Attack("the database is another program's", .named(nil)) { exhibit in
            unlink(exhibit.ledgerPath)
            try exhibit.tamperInSight { try $0.execute(sql: "CREATE TABLE entry (bytes BLOB)") }
        },
    ]
}
