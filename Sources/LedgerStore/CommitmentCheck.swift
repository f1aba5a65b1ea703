import Bookings
import GRDB
import Transparency

/// Holds what lies beside the entries, and cannot be computed again, against what the entries commit to: disclosures,
/// dead letters, acknowledgements.
enum CommitmentCheck {
    /// What the caller has found on its way through the entries.
    struct Disclosed {
        /// The number of disclosures that fit their entries.
        var matching = 0
        /// The sealed fields without a disclosure that fits, by entry.
        var lacking: [(entry: Int, fields: [String])] = []
    }

    static func defects(_ disclosed: Disclosed, in database: Database) throws -> [Defect] {
        let erased = try Erasures(database).all()
        return try disclosureDefects(matching: disclosed.matching, database)
            + missingDefects(disclosed.lacking, erased, database) + returnedDefects(erased, database)
            + deadLetterDefects(erased, database) + acknowledgementDefects(database)
    }

    private static func defect(_ index: Int?, _ sentence: String) -> Defect {
        Defect(code: "AR401", index: index, kind: .projection, sentence: sentence)
    }

    /// A value that does not fit its digest is shown to nobody; but somebody changed it.
    private static func disclosureDefects(matching: Int, _ database: Database) throws -> [Defect] {
        let all = try Query(database, "SELECT count(*) FROM disclosure").first { $0.integer(0) } ?? 0
        guard all != matching else { return [] }
        let store = EntryStore(database)
        let listed = try Query(database, "SELECT entry, name FROM disclosure ORDER BY entry, name").all {
            ($0.integer(0), $0.text(1))
        }
        return try listed.filter { index, name in
            guard let bytes = try store.bytes(at: index) else { return true }
            // The entry of a later program cannot be read, so nothing is said of what it sealed.
            guard let entry = try? Entry(bytes: bytes) else { return false }
            return try store.disclosed(of: entry)[name] == nil
        }.map { index, name in
            defect(
                index,
                "The value of \(name) that is kept for entry \(index) is not the one that the entry commits to: it was "
                    + "changed, or planted.")
        }
    }

    /// A value that is gone was erased, and an entry says so; or somebody took it away.
    private static func missingDefects(
        _ lacking: [(entry: Int, fields: [String])], _ erased: [Int: [String: Int]], _ database: Database
    ) throws -> [Defect] {
        try lacking.compactMap { index, names in
            let unaccounted = names.filter { erased[index]?[$0] == nil }
            guard !unaccounted.isEmpty else { return nil }
            let there = Set(try EntryStore(database).rows(of: index).map(\.name))
            let gone = unaccounted.filter { !there.contains($0) }
            guard !gone.isEmpty else { return nil }
            return defect(
                index,
                "The \(gone.count == 1 ? "value" : "values") of \(gone.joined(separator: ", ")) of entry \(index) "
                    + "\(gone.count == 1 ? "is" : "are") gone, and no entry records an erasure: somebody took "
                    + "\(gone.count == 1 ? "it" : "them") away.")
        }
    }

    /// What was erased is not there; or an older copy of it was put back.
    private static func returnedDefects(_ erased: [Int: [String: Int]], _ database: Database) throws -> [Defect] {
        try erased.keys.sorted().compactMap { index in
            let there = try EntryStore(database).rows(of: index).map(\.name).filter { erased[index]![$0] != nil }
            guard let name = there.first else { return nil }
            return defect(
                index,
                "The value of \(name) of entry \(index) was erased, as entry \(erased[index]![name]!) records, and is there "
                    + "again: an older copy was put back. Erase it again: daybook erase --reapply")
        }
    }

    /// The originals of what was refused, against the digest over them.
    private static func deadLetterDefects(_ erased: [Int: [String: Int]], _ database: Database) throws -> [Defect] {
        let query = try Query(
            database, "SELECT entry, reason, salt, original FROM dead_letter ORDER BY entry, id")
        var letters: [Int: [(reason: String, salt: [UInt8]?, digest: Hash?)]] = [:]
        while try query.next() {
            letters[query.integer(0), default: []].append(
                (
                    query.text(1), query.isNull(2) ? nil : query.bytes(2),
                    query.isNull(3) ? nil : Hash.sha256(query.bytes(3))
                ))
        }
        let refusals = try entries(of: .intakeRefused, in: database)
        let gone = letters.filter { index, rows in
            erased[index]?[Erasures.original] == nil && rows.contains { $0.salt == nil || $0.digest == nil }
        }.keys.sorted().map { index in
            defect(
                index,
                "An original that entry \(index) refused is gone, and no entry records an erasure: somebody took it away."
            )
        }
        let stray = Set(letters.keys).subtracting(refusals.map(\.index)).sorted().map { index in
            defect(
                index, "A dead letter is kept for entry \(index), which refuses nothing: it was changed, or planted.")
        }
        return stray + gone
            + refusals.filter { !fits(letters[$0.index] ?? [], $0) }.map { entry in
                defect(
                    entry.index,
                    "The dead letters that are kept for entry \(entry.index) are not those that the entry commits to.")
            }
    }

    private static func fits(_ letters: [(reason: String, salt: [UInt8]?, digest: Hash?)], _ entry: Entry) -> Bool {
        let reason = entry.body?["reason"]?.string
        guard letters.count == entry.body?["count"]?.integer, letters.allSatisfy({ $0.reason == reason }) else {
            return false
        }
        // Without the salt, nothing can be said of an original that is left.
        let digests = letters.compactMap(\.digest)
        let salts = letters.compactMap(\.salt)
        guard let salt = salts.first, digests.count == letters.count, salts.count == letters.count else {
            return true
        }
        return salts.allSatisfy { $0 == salt }
            && Hash.sha256(salt + digests.flatMap(\.bytes)).base64 == entry.body?["digest"]?.string
    }

    /// A finding is silenced by an entry that says who silenced it, or not at all.
    private static func acknowledgementDefects(_ database: Database) throws -> [Defect] {
        struct Silence: Hashable {
            let source, code, booking, detail, until: String
        }
        let given = Set(
            try entries(of: .findingAcknowledged, in: database).map { entry in
                func member(_ name: String) -> String { entry.body?[name]?.string ?? "" }
                return Silence(
                    source: member("source"), code: member("code"), booking: member("booking"),
                    detail: member("detail"), until: member("until"))
            })
        return try Query(
            database,
            """
            SELECT finding.id, name, code, booking, detail, acknowledged FROM finding
            LEFT JOIN main.source ON main.source.id = finding.source WHERE acknowledged IS NOT NULL ORDER BY finding.id
            """
        ).all {
            (
                $0.integer(0),
                Silence(
                    source: $0.text(1), code: $0.text(2), booking: $0.text(3), detail: $0.text(4), until: $0.text(5))
            )
        }.filter { !given.contains($0.1) }.map { id, _ in
            defect(nil, "Finding \(id) is marked as acknowledged, and no entry says that anybody acknowledged it.")
        }
    }

    private static func entries(of type: EntryType, in database: Database) throws -> [Entry] {
        let store = EntryStore(database)
        return try Query(database, "SELECT position FROM temp.journal WHERE type = ?1 ORDER BY position")
            .bind(1, text: type.rawValue).all { $0.integer(0) }
            .compactMap { try store.entry(at: $0) }
    }
}
