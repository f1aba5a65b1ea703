import Bookings
import Foundation
import GRDB
import TestSupport
import Testing
import Transparency

@testable import LedgerStore

@Suite("A ledger written by another program")
struct KnownAnswerTests {
    private struct File: Decodable {
        struct Entry: Decodable {
            let text, leafHash: String
            let disclosures: [String]
        }
        struct Tree: Decodable {
            let entry: Int
            let leaves: [String]
            let root: String
        }
        let origin, seed, verifier: String
        let entries: [Entry]
        let roots: [String]
        let checkpoints: [String: String]
        let state: Tree
        let snapshots: [Tree]
    }

    private let file: File
    private let folder: URL

    init() throws {
        file = try Fixtures.vectors("daybook_ledger_v1.json", as: File.self)
        folder = try World.folder()
    }

    /// The vector's first entries in the tables, its seed as the key, its checkpoint of 4 as the lock.
    private func write(_ count: Int) throws -> Ledger {
        let path = folder.appending(path: "\(count).sqlite").path
        let keys = KeyDirectory(path: folder.appending(path: "keys-\(count)").path)
        try FileManager.default.createDirectory(atPath: keys.path, withIntermediateDirectories: true)
        guard let key = SigningKey(seed: try #require(Base64.standard.decode(file.seed.utf8))) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        try DurableFile.write(Array(key.pem.utf8), to: keys.signingKeyPath)
        try DurableFile.write(Array((file.verifier + "\n").utf8), to: keys.path + "/verifier", mode: 0o644)
        try DurableFile.write(Array(try #require(file.checkpoints["4"]).utf8), to: keys.lockPath, mode: 0o644)

        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.write { database in
            try database.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(LedgerSchema.version)")
            try database.execute(sql: LedgerSchema.tables)
            try database.execute(sql: LedgerSchema.projections)
            var head = Head(origin: file.origin)
            var projector = try Projector(database)
            let erased = try erasedFields(of: count)
            for (index, vector) in file.entries.prefix(count).enumerated() {
                let leaf = try #require(Hash(base64: vector.leafHash))
                try database.execute(
                    sql: "INSERT INTO entry (position, bytes, leaf) VALUES (?, ?, ?)",
                    arguments: [index, Data(vector.text.utf8), Data(leaf.bytes)])
                head.frontier.append(leaf, digest: Digest())
                head.last = leaf
                // The vectors keep what the ledger of the example has erased.
                let disclosures = try vector.disclosures.map { try #require(Disclosure(text: $0)) }
                    .filter { !erased.contains("\(index) \($0.name)") }
                for disclosure in disclosures {
                    try database.execute(
                        sql: "INSERT INTO disclosure (entry, name, salt, value) VALUES (?, ?, ?, ?)",
                        arguments: [index, disclosure.name, Data(disclosure.salt), disclosure.value])
                }
                let entry = try Entry(bytes: Array(vector.text.utf8))
                try projector.project(
                    entry, terms: SearchTerm.terms(of: disclosures.map { ($0.name, $0.value) }))
                guard let event = entry.event, let source = entry.source else { continue }
                try database.execute(
                    sql: "INSERT INTO delivery (source, event, entry) VALUES (?, ?, ?)",
                    arguments: [try projector.number(of: source), Data(event.text.utf8), index])
            }
            try projector.finish()
            try head.write(to: database)
            try remember(file.snapshots.filter { $0.entry < count }, in: database)
            for tree in file.snapshots + [file.state] where tree.entry < count {
                let first = try JSONValue(canonical: Array(try #require(tree.leaves.first).utf8))
                let key = BookingKey(
                    source: Identifier(try #require(first["source"]?.string)),
                    booking: Identifier(try #require(first["booking"]?.string)))
                let block = Commitment.Block(first: key, hash: try #require(Hash(base64: tree.root)))
                try TreeBlock.write([block], of: tree.entry, to: database)
            }
        }
        return try Ledger.open(path: path, keys: keys, clock: { Timestamp(seconds: 1_800_000_000) })
    }

    /// The fields that the first entries list as erased, as `4 client.name`.
    private func erasedFields(of count: Int) throws -> Set<String> {
        let lists = try file.entries.prefix(count).map { try Entry(bytes: Array($0.text.utf8)) }
            .filter { $0.type == .erasureCompleted }.flatMap { $0.body?["erased"]?.array ?? [] }
        return Set(lists.flatMap { row in row.array![1].array!.map { "\(row.array![0].integer!) \($0.string!)" } })
    }

    /// What the two readings saw, as presences.
    private func remember(_ snapshots: [File.Tree], in database: Database) throws {
        for (place, snapshot) in snapshots.enumerated() {
            let next = snapshots.dropFirst(place + 1).first
            for leaf in snapshot.leaves {
                if place > 0, snapshots[place - 1].leaves.contains(leaf) { continue }
                let key = try JSONValue(canonical: Array(leaf.utf8))
                try database.execute(
                    sql: "INSERT INTO presence SELECT id, ?, ?, ? FROM source WHERE name = ?",
                    arguments: [
                        Data(key["booking"]!.string!.utf8), snapshot.entry,
                        next.map { $0.leaves.contains(leaf) } ?? true ? nil : snapshot.entry,
                        Data(key["source"]!.string!.utf8),
                    ])
            }
        }
        #expect(snapshots.count < 3, "the presences above are of two readings")
    }

    @Test func `it verifies, and has the vector's root`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try write(24)
        #expect(ledger.origin == file.origin)
        let trust = try VerifierKey(file.verifier)
        let held = try SignedNote(try #require(file.checkpoints["4"]))
        let verification = try ledger.verify(.init(trust: [trust], held: [held], states: 10))
        #expect(verification.defects.isEmpty)
        #expect(verification.root.base64 == file.roots[24] && verification.size == 24)
        #expect(verification.assurance == [.consistent, .signed, .held])
        try Checking.everything(ledger)
    }

    @Test func `its checkpoint is the vector's to the byte`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try write(24)
        let note = try ledger.checkpoint()
        #expect(note.description == file.checkpoints["24"])
        #expect(try ledger.keys?.lock()?.description == file.checkpoints["24"])
        #expect(try ledger.verify(.init(trust: [VerifierKey(file.verifier)])).signedSize == 24)
    }

    @Test func `every prefix of it has the vector's root`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for size in 4...24 {
            let verification = try write(size).verify()
            #expect(verification.defects.isEmpty, "size \(size)")
            #expect(verification.root.base64 == file.roots[size], "size \(size)")
        }
    }

    @Test func `the state is computed again, by verify and by the recorder`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try write(file.state.entry)
        let index = try ledger.recordState()
        #expect(index == file.state.entry)
        let entry = try ledger.read { try EntryStore($0).entry(at: index) }
        #expect(entry?.body?["root"]?.string == file.state.root)
        #expect(entry?.body?["size"]?.integer == file.state.leaves.count)
        #expect(try ledger.verify(.init(states: 5)).defects.isEmpty)
    }

    @Test func `a lock of another history refuses`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try write(24)
        let note = try SignedNote(try #require(file.checkpoints["24"]))
        try #require(ledger.keys).writeLock(note)
        let short = try write(23)
        try #require(short.keys).writeLock(note)
        #expect(throws: LedgerError.self) { try short.checkpoint() }
        #expect(try short.verify().kinds == [.rolledBack])
        #expect(try ledger.checkpoint() == note)
    }
}
