import Bookings
import Foundation
import GRDB
import Transparency

/// One line of the list of erasures that lies beside the lock: which fields an `erasure.completed` entry lists, each
/// with the digest by which the entry holds it. A digest without its salt says nothing of the value, and it binds the
/// line to the very field: at the same place of another history there is another.
struct ErasureLine: Equatable {
    /// The ledger's name.
    let origin: String
    /// The entry that lists them.
    let index: Int
    /// Its leaf hash.
    let leaf: Hash
    /// The digests by field, by entry.
    let erased: [(entry: Int, fields: [(name: String, digest: String)])]

    static func == (left: ErasureLine, right: ErasureLine) -> Bool { left.json == right.json }

    /// What an entry holds of a field: the digest of a sealed one, or that over the originals of a refusal.
    static func digest(of name: String, in entry: Entry) -> String? {
        if name == Erasures.original, entry.type == .intakeRefused { return entry.body?["digest"]?.string }
        return entry.sealed.first { $0.name == name }?.digest.base64url
    }

    init(_ entry: Entry, list: [(entry: Int, fields: [String])], in store: EntryStore) throws {
        origin = entry.origin
        index = entry.index
        leaf = .leaf(entry.bytes)
        erased = try list.map { index, names in
            let listed = try store.entry(at: index)
            return (
                index,
                names.compactMap { name in
                    listed.flatMap { ErasureLine.digest(of: name, in: $0) }.map { (name, $0) }
                }
            )
        }
    }

    var json: JSONValue {
        .object([
            "origin": .string(origin), "index": .integer(index), "leaf": .string(leaf.base64),
            "erased": .array(
                erased.map { row in
                    .array([
                        .integer(row.entry),
                        .object(row.fields.map { .init($0.name, .string($0.digest)) }),
                    ])
                }),
        ])
    }

    /// Reads a line; `nil` for one that ``json`` does not print.
    init?(_ line: some Sequence<UInt8>) {
        guard let json = try? JSONValue(canonical: Array(line)), let origin = json["origin"]?.string,
            let index = json["index"]?.integer, let leaf = json["leaf"]?.string.flatMap({ Hash(base64: $0) }),
            let rows = json["erased"]?.array
        else { return nil }
        self.origin = origin
        self.index = index
        self.leaf = leaf
        var erased: [(entry: Int, fields: [(name: String, digest: String)])] = []
        for row in rows {
            guard let pair = row.array, pair.count == 2, let entry = pair[0].integer, let members = pair[1].members
            else {
                return nil
            }
            erased.append((entry, members.compactMap { one in one.value.string.map { (one.name, $0) } }))
        }
        self.erased = erased
    }
}

extension KeyDirectory {
    /// The path of the list of erasures.
    public var erasuresPath: String { path + "/erasures" }

    /// The longest list that is read: of some ten million fields.
    private static let longestList = 1 << 30

    /// The lines of the list, and how many cannot be read; none where there is no list.
    func erasures() throws(LedgerError) -> (lines: [ErasureLine], unreadable: Int) {
        let lines = try erasureText().split(separator: 0x0a)
        let read = lines.map { ErasureLine($0) }
        return (read.compactMap(\.self), read.count { $0 == nil })
    }

    fileprivate func erasureText() throws(LedgerError) -> Data {
        let attributes = try? FileManager.default.attributesOfItem(atPath: erasuresPath)
        guard let length = (attributes?[.size] as? NSNumber)?.intValue else { return Data() }
        guard length < KeyDirectory.longestList else {
            throw .keys(path: erasuresPath, reason: "the list of erasures is too long to be one")
        }
        do { return try Data(contentsOf: URL(filePath: erasuresPath, directoryHint: .notDirectory)) } catch {
            throw .storage(path: erasuresPath, reason: "the list of erasures cannot be read")
        }
    }
}

extension Ledger {
    /// Completes the list of erasures beside the lock from the ledger's own entries: after each erasure, and after one
    /// that was ended before it came so far.
    func copyErasures() throws(LedgerError) {
        guard let keys else { return }
        try Ledger.wrapping(path) {
            // As for the lock: of two programs one writes after the other.
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    let text = try keys.erasureText()
                    let known = Set(text.split(separator: 0x0a).compactMap { ErasureLine($0)?.leaf })
                    let store = EntryStore(database)
                    let erasures = try Erasures(database)
                    var fresh: [UInt8] = []
                    for place in erasures.places {
                        guard let entry = try store.entry(at: place), !known.contains(.leaf(entry.bytes)) else {
                            continue
                        }
                        let line = try ErasureLine(entry, list: try erasures.list(at: place), in: store)
                        fresh += line.json.bytes + [0x0a]
                    }
                    if !fresh.isEmpty {
                        let whole = text.isEmpty || text.last == 0x0a ? Array(text) : Array(text) + [0x0a]
                        do throws(DurableFileError) {
                            try DurableFile.write(whole + fresh, to: keys.erasuresPath, mode: 0o600)
                        } catch {
                            throw LedgerError.storage(path: keys.erasuresPath, reason: error.description)
                        }
                    }
                    return .commit
                }
            }
        }
    }
}
