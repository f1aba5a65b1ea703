import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// Where nothing is published: the folder stays as it was, and why is said.
struct `A publication is refused` {
    private let world: World

    init() throws {
        world = try World()
        try world.fill(299)
    }

    private var folder: String { world.path("log") }

    private func put(_ text: String, at name: String) throws {
        let file = URL(filePath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func contents() -> [String: Data?] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return Dictionary(
            uniqueKeysWithValues: paths.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")) })
    }

    /// Requires that nothing is published, and gives the error.
    private func refusal(
        _ ledger: Ledger? = nil, entries: Bool = false, at location: SourceLocation = #_sourceLocation
    ) throws -> LedgerError {
        let before = contents()
        let ledger = ledger ?? world.ledger
        let error = #expect(throws: LedgerError.self, sourceLocation: location) {
            try ledger.publish(to: folder, entries: entries)
        }
        #expect(contents() == before, "nothing was written", sourceLocation: location)
        return try #require(error, sourceLocation: location)
    }

    private func expectInTheWay(
        _ error: LedgerError, _ words: String, at location: SourceLocation = #_sourceLocation
    ) {
        guard case .notPublishable = error else {
            Issue.record("\(error)", sourceLocation: location)
            return
        }
        #expect(error.description.contains(words), "\(error)", sourceLocation: location)
    }

    private func expectIntegrity(
        _ error: LedgerError, _ words: String, at location: SourceLocation = #_sourceLocation
    ) {
        guard case .rolledBack(let sentence) = error else {
            Issue.record("\(error)", sourceLocation: location)
            return
        }
        #expect(sentence.contains(words), "\(sentence)", sourceLocation: location)
    }

    @Test(arguments: [0, 1, 254, 255, 256]) func `where another ledger is published`(count: Int) throws {
        let other = try World(origin: "other.example/daybook")
        try other.fill(count)
        _ = try other.ledger.publish(to: folder, entries: false)
        try expectInTheWay(refusal(), "\"other.example/daybook\" is published there")
        // Each of the two files alone says so.
        try FileManager.default.removeItem(atPath: "\(folder)/checkpoint")
        try expectInTheWay(refusal(), "\"other.example/daybook\" is published there")
        try FileManager.default.removeItem(atPath: "\(folder)/verifier")
        try expectInTheWay(refusal(), "this is not what the ledger has there")
    }

    @Test func `where tiles lie of a ledger that is longer`() throws {
        let other = try World(origin: "other.example/daybook")
        try other.fill(600)
        _ = try other.ledger.publish(to: folder, entries: true)
        for name in ["checkpoint", "verifier"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        try expectInTheWay(refusal(entries: true), "of more entries than the ledger has (300)")
    }

    @Test func `where a ledger of the same name and another key is published`() throws {
        let other = try World()
        try other.record(Sample.created("B-1"))
        _ = try other.ledger.publish(to: folder, entries: false)
        try expectIntegrity(refusal(), "two histories under one name")
        try expectIntegrity(refusal(), "It is not signed by this ledger's key.")
    }

    @Test func `where the ledger and its lock were put back and went another way`() throws {
        try world.ledger.checkpoint()
        try world.copyDatabase(to: "old.sqlite")
        let lock = try #require(try world.keys.lock())
        try world.fill(20, from: 1000)
        _ = try world.ledger.publish(to: folder, entries: true)
        try world.ledger.queue.close()
        try world.restore("old.sqlite")
        try world.keys.writeLock(lock)
        let again = try world.reopened()
        let shorter = try refusal(again, entries: true)
        expectIntegrity(shorter, "has 320 entries, and the ledger has 300")
        for number in 0..<30 { _ = try again.record([.of(Sample.created("B-\(number)"))], channel: "file") }
        let forked = try refusal(again, entries: true)
        expectIntegrity(forked, "two histories under one name")
        #expect(!forked.description.contains("not signed"))
    }

    @Test func `where the lock disagrees, before a folder is made`() throws {
        try world.ledger.checkpoint()
        try world.copyDatabase(to: "old.sqlite")
        try world.fill(2, from: 1000)
        try world.ledger.checkpoint()
        try world.ledger.queue.close()
        try world.restore("old.sqlite")
        try expectIntegrity(refusal(world.reopened()), "was put back to an older copy")
        try expectIntegrity(refusal(world.reopened(withKeys: false)), "without its keys")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(arguments: ["index.html", "tile/readme.txt", "tile/0/000.gz", "tile/64/000"])
    func `where something lies that nothing says is this ledger's`(name: String) throws {
        try put("x", at: name)
        try expectInTheWay(refusal(), "publish to a")
    }

    @Test func `but not where somebody added files of other names`() throws {
        _ = try world.ledger.publish(to: folder, entries: false)
        for name in ["index.html", "tile/readme.txt", "tile/0/000.gz", ".well-known/security.txt"] {
            try put("x", at: name)
        }
        try world.fill(1, from: 900)
        #expect(try world.ledger.publish(to: folder, entries: false).checkpoint.size == 301)
        #expect(contents()["tile/0/000.gz"] == Data("x".utf8))
    }

    @Test(arguments: [
        "tile", "tile/0", "tile/0/001.p", "tile/1", "checkpoint/x", "verifier/x", "tile/0/000/x", "tile/1/000.p/1/x",
        ".publishing", ".publishing/1/x",
    ])
    func `where a file or folder is in the way`(name: String) throws {
        try put("x", at: name)
        try expectInTheWay(refusal(), "in the way")
    }

    @Test func `where a link is in the way`() throws {
        try put("x", at: "elsewhere/x")
        for name in ["checkpoint", "verifier", "tile"] {
            let link = "\(folder)/\(name)"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "elsewhere")
            let error = try refusal()
            if name != "tile" { expectInTheWay(error, "in the way") }
            try FileManager.default.removeItem(atPath: link)
        }
    }

    @Test(arguments: ["checkpoint", "verifier"]) func `where what says whose it is cannot be read`(name: String) throws
    {
        _ = try world.ledger.publish(to: folder, entries: false)
        let whole = try #require(contents()[name] ?? nil)
        for bytes in [Data(), whole.prefix(30), whole + whole, Data([0xff, 0x0a])] {
            try bytes.write(to: URL(filePath: "\(folder)/\(name)"))
            try expectInTheWay(refusal(), "take it away")
        }
    }

    @Test func `where a tile that was not published yet is another's, or is damaged`() throws {
        _ = try world.ledger.publish(to: folder, entries: true)
        try FileManager.default.removeItem(atPath: "\(folder)/checkpoint")
        for name in ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"] {
            let file = URL(filePath: "\(folder)/\(name)")
            let whole = try Data(contentsOf: file)
            var changed = whole
            changed[whole.count / 2] ^= 1
            for bytes in [changed, whole.dropLast(), whole + [0], Data()] {
                try bytes.write(to: file)
                try expectInTheWay(refusal(entries: true), "this is not what the ledger has there")
            }
            try whole.write(to: file)
        }
        _ = try world.ledger.publish(to: folder, entries: true)
    }

    @Test func `where the entries would stay behind the tree`() throws {
        _ = try world.ledger.publish(to: folder, entries: true)
        try world.fill(1, from: 900)
        try expectInTheWay(refusal(entries: false), "publish with --entries")
    }

    @Test func `where it is a file, or lies in no folder`() throws {
        try Data().write(to: URL(filePath: folder))
        try expectInTheWay(refusal(), "no folder")
        #expect(throws: LedgerError.self) {
            try world.ledger.publish(to: world.path("nowhere/log"), entries: false)
        }
    }

    @Test(arguments: [
        "UPDATE entry SET leaf = zeroblob(32) WHERE position = 3",
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE position = 4) WHERE position = 3",
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'A-3\"', 'A-8\"') AS BLOB) WHERE position = 3",
        "UPDATE entry SET bytes = zeroblob(70000) WHERE position = 3", "DELETE FROM entry WHERE position = 3",
    ])
    func `where the file was changed, and no checkpoint commits to what was made of it`(change: String) throws {
        try world.ledger.checkpoint()
        try world.tamper { try $0.execute(sql: change) }
        let error = #expect(throws: LedgerError.self) { try world.ledger.publish(to: folder, entries: true) }
        try expectIntegrity(#require(error), "entries 0 to 255")
        #expect(contents()["checkpoint"] == nil && contents()["tile/entries/000"] == nil)
    }
}
