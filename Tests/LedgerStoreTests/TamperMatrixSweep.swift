import Dispatch
import Foundation
import GRDB
import Synchronization
import TestSupport

@testable import LedgerStore

/// Single bytes of an exhibit's files, changed one at a time.
struct Sweep {
    /// A change: a byte of a file, and which of its bits are turned.
    struct Change: Sendable {
        var file: String
        var offset: Int
        var mask: UInt8
    }

    let name: String
    let files: [String: [UInt8]]
    let sound: Content
    /// What is read where the last transactions are gone: the states in which a power cut could have left the ledger
    /// since the lock was written. The newest first, the present one not among them.
    let earlier: [Content]

    init(_ name: String) throws {
        self.name = name
        let exhibit = try Exhibit(name)
        defer { exhibit.remove() }
        let files = exhibit.files()
        self.files = files
        func content(_ files: [String: [UInt8]]) throws -> Content {
            try exhibit.put(files)
            let ledger = try exhibit.opened()
            defer { try? ledger.queue.close() }
            return try Content(of: ledger)
        }
        sound = try content(files)
        let log = files["ledger.sqlite-wal"] ?? []
        let ends = Sweep.transactions(of: log)
        // The two last: the event after the checkpoint, and the checkpoint's publication.
        earlier = try ends.dropLast().suffix(2).reversed().map { end in
            try content(files.merging(["ledger.sqlite-wal": Array(log.prefix(end))]) { $1 })
        }
    }

    /// Where each transaction of a write-ahead log ends: a frame that names the database's size closes one.
    static func transactions(of log: [UInt8]) -> [Int] {
        guard log.count > 32 else { return [] }
        let page = log[8..<12].reduce(0) { $0 << 8 | Int($1) }
        return stride(from: 32, to: log.count - page - 23, by: page + 24).compactMap { frame in
            log[frame + 4..<frame + 8].allSatisfy { $0 == 0 } ? nil : frame + 24 + page
        }
    }

    /// Every bit of every byte of these files.
    func everyBit(of names: Set<String>) -> [Change] {
        changes(of: names) { _ in 0..<8 }
    }

    /// All of the whole sweep: every bit of keys, lock and held checkpoint; two bits of each byte of the database; one of
    /// each byte of the write-ahead log. Which bits goes round with the place.
    func whole(_ names: Set<String>) -> [Change] {
        changes(of: names.intersection(["ledger.sqlite"])) { [$0 % 8, ($0 + 4) % 8] }
            + changes(of: names.intersection(["ledger.sqlite-wal"])) { [$0 % 8] }
            + everyBit(of: names.subtracting(["ledger.sqlite", "ledger.sqlite-wal"]))
    }

    private func changes<Bits: Sequence<Int>>(of names: Set<String>, _ bits: (Int) -> Bits) -> [Change] {
        Shelf.files.filter { names.contains($0) }.flatMap { file in
            (files[file] ?? []).indices.flatMap { offset in
                bits(offset).map { Change(file: file, offset: offset, mask: 1 << $0) }
            }
        }
    }

    /// Makes each change on a copy, on all cores, and judges it.
    func judge(_ changes: [Change]) throws -> [Judgement] {
        let next = Atomic<Int>(0)
        let results = Mutex<[Judgement?]>(Array(repeating: nil, count: changes.count))
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: activeProcessorCount()) { _ in
            do {
                let exhibit = try Exhibit(name)
                defer { exhibit.remove() }
                while true {
                    let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard place < changes.count else { return }
                    let change = changes[place]
                    var changed = files
                    changed[change.file]![change.offset] ^= change.mask
                    try exhibit.put(changed)
                    let judgement = Auditor().judge(
                        exhibit, sound: sound, writes: change.file.hasPrefix("keys/"), earlier: earlier)
                    results.withLock { $0[place] = judgement }
                }
            } catch { failure.withLock { $0 = error } }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.map { $0! } }
    }

    /// The part of the file in which a byte lies, as the table names it.
    func parts() throws -> (Change) -> String {
        let exhibit = try Exhibit(name)
        defer { exhibit.remove() }
        unlink(exhibit.path("ledger.sqlite-wal"))
        let queue = try DatabaseQueue(path: exhibit.ledgerPath)
        defer { try? queue.close() }
        let (size, owners) = try queue.read { database -> (Int, [Int: String]) in
            let rows = try Row.fetchAll(database, sql: "SELECT pageno, name FROM dbstat")
            let owners = Dictionary(uniqueKeysWithValues: rows.map { ($0["pageno"] as Int, $0["name"] as String) })
            return (try Int.fetchOne(database, sql: "PRAGMA page_size")!, owners)
        }
        return { change in
            switch change.file {
            case "ledger.sqlite" where change.offset < 100: "ledger.sqlite: header"
            case "ledger.sqlite":
                switch owners[change.offset / size + 1] ?? "free pages" {
                case "sqlite_schema": "ledger.sqlite: definitions of the tables"
                case let index where index.hasPrefix("sqlite_autoindex"): "ledger.sqlite: indexes"
                case let table: "ledger.sqlite: `\(table)`"
                }
            default: change.file
            }
        }
    }
}
