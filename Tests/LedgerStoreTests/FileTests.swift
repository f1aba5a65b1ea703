import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("The ledger's file")
struct FileTests {
    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
    }

    @Test func `nobody else can read what is personal or secret`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        for end in ["", "-wal", "-shm"] { #expect(try mode(world.path + end) == 0o600, "\(end)") }
        #expect(try mode(world.keys.path) == 0o700)
        #expect(try mode(world.keys.signingKeyPath) == 0o600)
        #expect(try mode(world.keys.lockPath) == 0o644)
    }

    @Test func `a key that others can read is not used`() throws {
        let world = try World()
        try world.record(Sample.created("A-1"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: world.keys.signingKeyPath)
        #expect(throws: LedgerError.self) { try world.ledger.checkpoint() }
        #expect(try world.keys.lock() == world.first)
    }

    @Test func `nothing is made over what is there`() throws {
        let world = try World()
        let before = try world.bytes()
        let keys = KeyDirectory(path: world.path("other-keys"))
        #expect(throws: LedgerError.alreadyExists(path: world.path)) {
            try Ledger.create(path: world.path, origin: "a.b", keys: keys, clock: { Timestamp(seconds: 0) })
        }
        #expect(!keys.hasKey)
        let path = world.path("new.sqlite")
        #expect(throws: LedgerError.self) {
            try Ledger.create(path: path, origin: "a.b", keys: world.keys, clock: { Timestamp(seconds: 0) })
        }
        #expect(!FileManager.default.fileExists(atPath: path), "what could not be made is taken away again")
        #expect(try world.bytes() == before)
        #expect(try world.keys.verifierKey() == world.verifier)
        try world.checkEverything()
    }

    @Test(arguments: ["", "UPPER.example", "https://a.example", "a b", "é.example", String(repeating: "a", count: 256)])
    func `a name that a ledger cannot have makes nothing`(origin: String) throws {
        let folder = try World.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: LedgerError.invalidOrigin(origin)) {
            try Ledger.create(
                path: folder.appending(path: "l").path, origin: origin,
                keys: KeyDirectory(path: folder.appending(path: "k").path), clock: { Timestamp(seconds: 0) })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `what ended processes left half written is taken away by the next that writes, and nothing else`() throws
    {
        let world = try World()
        let ended = Process()
        ended.executableURL = URL(filePath: "/bin/true")
        try ended.run()
        ended.waitUntilExit()
        let (dead, living) = (ended.processIdentifier, getppid())
        let old = Date(timeIntervalSinceNow: -120)
        func leave(_ name: String, at moment: Date = old) throws {
            let file = world.folder.appending(path: name)
            try Data("half".utf8).write(to: file)
            try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: file.path)
        }
        let left = ["a.note.\(dead).new", "copy.sqlite.\(dead).new", "copy.sqlite.\(dead).new-journal"]
        let kept = [
            "a.note.\(living).new", "a.note.1.new", "copy.sqlite.\(living).new-journal", "b.note.\(dead).new",
            "a.note.0\(dead).new", "a.note.-\(dead).new", "a.note.x.new", "a.note.new", "a.note.\(dead).new.txt",
            "a.note.\(dead)", "ba.note.\(dead).new",
        ]
        for name in left + kept { try leave(name) }
        try leave("a.note.\(dead).new-shm", at: Date())
        let before = try FileManager.default.contentsOfDirectory(atPath: world.folder.path)

        try DurableFile.write(Array("whole".utf8), to: world.path("a.note"))
        try world.ledger.backUp(to: world.path("copy.sqlite"))
        let after = try FileManager.default.contentsOfDirectory(atPath: world.folder.path)
        #expect(Set(after) == Set(before).subtracting(left).union(["a.note", "copy.sqlite"]))
    }

    @Test func `what is no ledger is refused and not touched`() throws {
        let folder = try World.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let other = folder.appending(path: "other.sqlite")
        let queue = try DatabaseQueue(path: other.path)
        try queue.write { try $0.execute(sql: "CREATE TABLE head (id INTEGER PRIMARY KEY, origin TEXT)") }
        try queue.close()
        let text = folder.appending(path: "text")
        try Data("Dear diary,\n".utf8).write(to: text)
        let empty = folder.appending(path: "empty")
        try Data().write(to: empty)
        for file in [other, text, empty] {
            let before = try Data(contentsOf: file)
            for isReadOnly in [true, false] {
                #expect(throws: LedgerError.self, "\(file.lastPathComponent)") {
                    try Ledger.open(path: file.path, isReadOnly: isReadOnly, clock: { Timestamp(seconds: 0) })
                }
            }
            #expect(try Data(contentsOf: file) == before, "\(file.lastPathComponent) was changed")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "empty", "other.sqlite", "text",
            ])
        let missing = folder.appending(path: "missing").path
        #expect(throws: LedgerError.notFound(path: missing)) {
            try Ledger.open(path: missing, clock: { Timestamp(seconds: 0) })
        }
    }

    @Test func `tables of another version are refused`() throws {
        let world = try World()
        try world.tamper { try $0.execute(sql: "PRAGMA user_version = 2") }
        #expect(throws: LedgerError.self) { try world.reopened() }
    }

    @Test func `entries and nodes are appended and nothing else`() throws {
        let world = try World()
        try world.fill(300)
        let refused = [
            "UPDATE entry SET bytes = bytes WHERE position = 3", "DELETE FROM entry WHERE position = 300",
            "DELETE FROM entry",
            "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE position = 3",
            "REPLACE INTO entry SELECT * FROM entry WHERE position = 300",
            "INSERT INTO entry SELECT 305, bytes, leaf FROM entry WHERE position = 3",
            "INSERT INTO entry SELECT -1, bytes, leaf FROM entry WHERE position = 3",
            "INSERT INTO entry SELECT 301, bytes, x'00' FROM entry WHERE position = 3",
            "UPDATE node SET hash = hash", "DELETE FROM node", "UPDATE entry SET position = 900 WHERE position = 300",
            "REPLACE INTO node SELECT level, position, zeroblob(32) FROM node",
        ]
        let before = try world.bytes()
        for sql in refused {
            #expect(throws: DatabaseError.self, "\(sql)") { try world.ledger.queue.write { try $0.execute(sql: sql) } }
        }
        // Also for a program that knows nothing of this one's settings.
        let plain = try DatabaseQueue(path: world.path)
        for sql in refused.dropLast() {
            #expect(throws: DatabaseError.self, "\(sql)") { try plain.write { try $0.execute(sql: sql) } }
        }
        try plain.close()
        #expect(try world.bytes() == before)
        try world.checkEverything()
    }

    @Test func `the schema that is published is the one that is used`() throws {
        let file = Fixtures.checkout.appending(components: "schemas", "ledger.sql")
        let published = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        func statements(_ text: String) -> [String] {
            text.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n")
                .split(separator: /;\s*(?=CREATE|$)/).map {
                    $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                }
        }
        #expect(statements(published) == statements(LedgerSchema.tables + "\n" + LedgerSchema.projections))
        #expect(statements(published).count > 15)
        #expect(published.contains("application_id = \(LedgerSchema.applicationID)"))
    }
}
