import Bookings
import GRDB

/// The erasures that the ledger records: which entry says of which field of which entry that it was erased.
struct Erasures {
    private let database: Database
    /// The places of the `erasure.completed` entries, ascending.
    let places: [Int]

    /// The name under which an entry that refused something lists its originals as erased.
    static let original = "original"

    init(_ database: Database) throws {
        self.database = database
        places = try Query(database, "SELECT position FROM journal WHERE type = ?1 ORDER BY position")
            .bind(1, text: EntryType.erasureCompleted.rawValue).all { $0.integer(0) }
    }

    /// The fields of an entry that were erased, each with the first entry that says so.
    func fields(of entry: Int) throws -> [String: Int] {
        var fields: [String: Int] = [:]
        // Most lists do not name the entry: their bytes are looked through before they are read.
        let mark = Array("[\(entry),[\"".utf8)
        for place in places where place > entry {
            let isNamed = try Query(database, "SELECT instr(bytes, ?2) FROM entry WHERE position = ?1")
                .bind(1, place).bind(2, mark).first { $0.integer(0) > 0 }
            guard isNamed ?? false else { continue }
            for (index, names) in try list(at: place) where index == entry {
                for name in names where fields[name] == nil { fields[name] = place }
            }
        }
        return fields
    }

    /// All fields that were erased, by entry, each with the first entry that says so.
    func all() throws -> [Int: [String: Int]] {
        var all: [Int: [String: Int]] = [:]
        for place in places {
            for (index, names) in try list(at: place) where index < place {
                for name in names where all[index]?[name] == nil { all[index, default: [:]][name] = place }
            }
        }
        return all
    }

    /// What the entry at a place lists; nothing where it is no erasure.
    func list(at place: Int) throws -> [(entry: Int, fields: [String])] {
        guard let entry = try EntryStore(database).entry(at: place), entry.type == .erasureCompleted else { return [] }
        return (entry.body?["erased"]?.array ?? []).compactMap { row in
            guard let pair = row.array, pair.count == 2, let index = pair[0].integer, let names = pair[1].array else {
                return nil
            }
            return (index, names.compactMap(\.string))
        }
    }
}

extension Ledger {
    /// How each sealed field of an entry stands, and the values that may be shown: one that was erased and is there
    /// again is not.
    static func recorded(_ entry: Entry, erasures: Erasures, in database: Database) throws -> RecordedEntry {
        guard !entry.sealed.isEmpty else { return RecordedEntry(entry: entry) }
        let rows = try EntryStore(database).rows(of: entry.index)
        let erased = try erasures.fields(of: entry.index)
        let disclosed = EntryStore.matching(rows, entry).filter { erased[$0.key] == nil }
        var standings: [String: FieldStanding] = [:]
        for name in entry.sealed.map(\.name) {
            standings[name] =
                if let by = erased[name] { .erased(by: by) } else if disclosed[name] != nil {
                    .withheld
                } else if rows
                    .contains(where: { $0.name == name })
                { .mismatch } else { .missing }
        }
        return RecordedEntry(entry: entry, disclosed: disclosed, standings: standings)
    }
}
