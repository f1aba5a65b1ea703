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
        let rows = try Query(database, "SELECT name, salt, value FROM disclosure WHERE entry = ?1")
            .bind(1, entry.index).all { ($0.text(0), $0.bytes(1), $0.text(2)) }
        var values: [String: String] = [:]
        for (name, salt, value) in rows where salt.count == Disclosure.saltBytes {
            let disclosure = Disclosure(salt: salt, name: name, value: value)
            if entry.sealed.contains(disclosure.sealed) { values[name] = value }
        }
        return values
    }
}
