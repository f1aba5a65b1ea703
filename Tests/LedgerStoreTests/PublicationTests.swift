import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

/// A ledger as a folder of files, read back by a reader that knows the specification only.
struct `A publication` {
    private let world: World

    init() throws {
        world = try World()
    }

    @discardableResult
    private func publish(_ world: World? = nil, to name: String = "log", entries: Bool = true) throws -> Publication {
        let world = world ?? self.world
        return try world.ledger.publish(to: self.world.path(name), entries: entries)
    }

    private func fetch(_ name: String = "log") -> (String) -> [UInt8]? {
        let folder = world.path(name)
        return { FileManager.default.contents(atPath: "\(folder)/\($0)").map { Array($0) } }
    }

    @discardableResult
    private func read(_ name: String = "log", entries: Bool = true) throws -> PublishedLog.Contents {
        try PublishedLog(fetch: fetch(name)).read(verifier: world.verifier, entries: entries)
    }

    /// Every file with its inode and the nanosecond in which it was changed: a file that was written again has others.
    private func files(_ name: String = "log") throws -> [String: [Int]] {
        var files: [String: [Int]] = [:]
        let folder = world.path(name)
        for case let path as String in try #require(FileManager.default.enumerator(atPath: folder)) {
            var status = stat()
            try #require(lstat("\(folder)/\(path)", &status) == 0)
            guard status.st_mode & S_IFMT == S_IFREG else { continue }
            files[path] = [Int(status.st_ino), status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
        return files
    }

    @Test func `of every size around a tile is the log, and what was full stays as it was`() throws {
        var size = 1
        var before: [String: [Int]] = [:]
        for next in [1, 2, 3, 255, 256, 257, 511, 512, 513] {
            try world.fill(next - size, from: size)
            size = next
            let publication = try publish()
            let contents = try read()
            #expect(contents.checkpoint.size == size && publication.checkpoint == contents.checkpoint)
            #expect(try contents.entries == world.bytes(), "size \(size)")
            #expect(try world.keys.lock() == publication.note)

            let after = try files()
            let kept = before.keys.filter { Tile(path: $0)?.isFull ?? false }
            #expect(kept.allSatisfy { before[$0] == after[$0] }, "a full tile was written again at \(size)")
            // Nothing but what this checkpoint and those before need: no partial tile whose full one is there.
            let others = Set(after.keys).subtracting(contents.paths).subtracting(["verifier"])
            #expect(
                others.allSatisfy { path in Tile(path: path).map { !$0.isFull && $0.full.end! > size } ?? false },
                "size \(size): \(others.sorted())")
            #expect(try publish().written == 0)
            #expect(try files() == after, "a second publication changes nothing")
            before = after
        }
        #expect(before["tile/0/001"] != nil && before["tile/0/002.p/1"] != nil && before["tile/1/000.p/2"] != nil)
        #expect(before["tile/0/000.p/3"] == nil && before["tile/entries/001.p/1"] == nil)
    }

    @Test func `gives an inclusion proof of each entry and a consistency proof from each size`() throws {
        try world.fill(259)
        let publication = try publish(entries: false)
        let leaves = try read(entries: false).leaves
        let tree = NaiveTree(leaves: leaves)
        let nodes = MerkleTree(size: 260, reader: TileNodes(size: 260, fetch: fetch()))
        for index in stride(from: 0, to: 260, by: 7) {
            #expect(try nodes.inclusionProof(of: index) == tree.inclusionProof(of: index, size: 260))
        }
        for older in stride(from: 1, through: 260, by: 7) {
            #expect(try nodes.consistencyProof(from: older) == tree.consistencyProof(from: older, to: 260))
        }
        #expect(publication.checkpoint.root == tree.root(size: 260))
        #expect(!FileManager.default.fileExists(atPath: world.path("log/tile/entries")))
    }

    @Test func `of three levels grows over the boundary`() throws {
        func grow(_ range: Range<Int>) throws {
            for batch in stride(from: range.lowerBound, to: range.upperBound, by: 1000) {
                try world.record(
                    (batch..<min(batch + 1000, range.upperBound)).map { Sample.deleted("A-\($0 % 500)") })
            }
        }
        try grow(1..<65_530)
        try publish(entries: false)
        #expect(try read(entries: false).checkpoint.size == 65_530)
        let before = try files()
        try grow(65_530..<65_538)
        let publication = try publish(entries: false)
        let contents = try read(entries: false)
        #expect(contents.checkpoint.size == 65_538)
        #expect(contents.paths.contains("tile/2/000.p/1") && contents.paths.contains("tile/1/000"))
        let after = try files()
        #expect(before.keys.filter { Tile(path: $0)?.isFull ?? false }.allSatisfy { before[$0] == after[$0] })
        // checkpoint, tile/0/255, tile/0/256.p/2, tile/1/000, tile/2/000.p/1
        #expect(publication.written == 5)
        #expect(publication.removed == 2, "tile/0/255.p/250 and tile/1/000.p/255")
    }

    @Test func `has partial tiles for every checkpoint that was signed, until the full one is there`() throws {
        try world.fill(299)
        try publish()
        let first = try String(decoding: #require(fetch()("checkpoint")), as: UTF8.self)
        try world.fill(10, from: 300)
        let elsewhere = try world.ledger.checkpoint()
        try world.fill(10, from: 310)
        try publish()
        for (note, entries) in [(first, true), (elsewhere.description, false)] {
            let contents = try PublishedLog(fetch: fetch()).read(verifier: world.verifier, entries: entries, of: note)
            #expect(contents.checkpoint.size < 320)
        }
        try world.fill(192, from: 320)
        #expect(try publish().removed > 2)
        #expect(try files().keys.filter { $0.contains("001.p") }.isEmpty)
        try read()
    }

    @Test func `can be read by everybody, and has the key beside it`() throws {
        let mask = umask(0o077)
        defer { umask(mask) }
        try world.fill(300)
        try publish()
        let folder = world.path("log")
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) + ["."] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == (isFolder ? 0o755 : 0o644), "\(path)")
        }
        #expect(fetch()("verifier") == Array("\(world.verifier.text)\n".utf8))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["checkpoint", "tile", "verifier"])
    }

    @Test(arguments: 0..<12) func `that was interrupted is completed by the next`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        try world.fill(Int.random(in: 1...700, using: &random))
        try publish()
        try publish(to: "whole")
        // What a process leaves that is ended, and whatever else can be missing.
        let folder = world.path("log")
        for path in try files().keys.sorted() where Int.random(in: 0..<3, using: &random) == 0 {
            try FileManager.default.removeItem(atPath: "\(folder)/\(path)")
        }
        if Bool.random(using: &random) { try? FileManager.default.removeItem(atPath: "\(folder)/checkpoint") }
        try FileManager.default.createDirectory(atPath: "\(folder)/.publishing", withIntermediateDirectories: false)
        try Data("half a ti".utf8).write(to: URL(filePath: "\(folder)/.publishing/1"))
        try Data().write(to: URL(filePath: "\(folder)/.publishing/77"))
        if Bool.random(using: &random) { try world.fill(3, from: 10_000) }
        try publish()
        try publish(to: "whole")
        #expect(try read().entries == world.bytes())
        for (path, bytes) in try files("whole").keys.map({ ($0, fetch("whole")($0)) }) where !path.contains(".p/") {
            #expect(fetch()(path) == bytes, "\(path)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/.publishing"))
    }

    @Test func `keeps the cosignatures that a witness put on its checkpoint`() throws {
        try world.fill(5)
        let note = try publish().note
        let witness = SigningKey()
        let cosigned = SignedNote(
            text: note.text,
            signatures: note.signatures
                + [.init(name: "witness.example", keyID: 7, signature: witness.sign(Array(note.text.utf8)))])
        try Data(cosigned.description.utf8).write(to: URL(filePath: world.path("log/checkpoint")))
        #expect(try publish().note == cosigned)
        #expect(fetch()("checkpoint") == Array(cosigned.description.utf8))
        try world.fill(1, from: 90)
        #expect(try publish().checkpoint.size == 7)
        #expect(try read().checkpoint.size == 7)
    }

    @Test func `goes on under another key where the entries are the same`() throws {
        // The same clock and the same name: both ledgers have the same first entry.
        let before = try World()
        try publish(before)
        #expect(fetch()("verifier") == Array("\(before.verifier.text)\n".utf8))
        try world.fill(3)
        try publish()
        #expect(fetch()("verifier") == Array("\(world.verifier.text)\n".utf8))
        #expect(try read().checkpoint.size == 4)
    }

    @Test func `is made by one process at a time`() throws {
        let path = world.path("log")
        let other = try TileDirectory.open(path)
        #expect(throws: LedgerError.busy(path: path)) { try publish() }
        _ = consume other
        try publish()
        try read()
    }
}
