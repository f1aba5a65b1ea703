import Bookings
import GRDB
import Transparency

/// Entries and what is disclosed of them, as they are stored; what is read here is not verified.
struct EntryStore {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// The bytes at an index.
    func bytes(at index: Int) throws -> [UInt8]? {
        try Query(database, "SELECT bytes FROM entry WHERE position = ?1").bind(1, index).first { $0.bytes(0) }
    }

    /// The entry at an index; `nil` where there is none that can be read.
    func entry(at index: Int) throws -> Entry? {
        try bytes(at: index).flatMap { try? Entry(bytes: $0) }
    }

    /// What is still disclosed of an entry, each value checked against the digest in the entry.
    func disclosed(of entry: Entry) throws -> [String: String] {
        guard !entry.sealed.isEmpty else { return [:] }
        return EntryStore.matching(try rows(of: entry.index), entry)
    }

    /// What lies beside an entry, not checked.
    func rows(of entry: Int) throws -> [Row] {
        try Query(database, "SELECT name, salt, value FROM disclosure WHERE entry = ?1")
            .bind(1, entry).all { Row(name: $0.text(0), salt: $0.bytes(1), value: $0.text(2)) }
    }

    /// The disclosures of an entry that can still be made, each fitting its digest.
    func disclosures(of entry: Entry) throws -> [Disclosure] {
        guard !entry.sealed.isEmpty else { return [] }
        return try Query(database, "SELECT name, salt, value FROM disclosure WHERE entry = ?1 ORDER BY name")
            .bind(1, entry.index).all { Row(name: $0.text(0), salt: $0.bytes(1), value: $0.text(2)) }
            .filter { $0.salt.count == Disclosure.saltBytes }
            .map { Disclosure(salt: $0.salt, name: $0.name, value: $0.value) }
            .filter { entry.sealed.contains($0.sealed) }
    }

    /// What lies beside the entries of a range under these names, not checked yet, by entry.
    func disclosures(in range: Range<Int>, names: Set<String>) throws -> [Int: [Row]] {
        guard !names.isEmpty else { return [:] }
        let query = try Query(
            database, "SELECT entry, name, salt, value FROM disclosure WHERE entry >= ?1 AND entry < ?2"
        ).bind(1, range.lowerBound).bind(2, range.upperBound)
        var rows: [Int: [Row]] = [:]
        while try query.next() {
            let name = query.text(1)
            guard names.contains(name) else { continue }
            rows[query.integer(0), default: []].append(Row(name: name, salt: query.bytes(2), value: query.text(3)))
        }
        return rows
    }

    /// A disclosure as it is stored.
    struct Row {
        let name: String
        let salt: [UInt8]
        let value: String
    }

    /// The values whose digest is the one in the entry.
    static func matching(_ rows: [Row], _ entry: Entry) -> [String: String] {
        var values: [String: String] = [:]
        for row in rows where row.salt.count == Disclosure.saltBytes {
            let disclosure = Disclosure(salt: row.salt, name: row.name, value: row.value)
            if entry.sealed.contains(disclosure.sealed) { values[row.name] = row.value }
        }
        return values
    }
}
