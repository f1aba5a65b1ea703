import Bookings
import GRDB
import Transparency

extension ErasurePlan {
    /// Takes away the values and all that was derived from them; gives the number of findings that lost their words.
    func eraseRemains(in database: Database) throws -> Int {
        let store = EntryStore(database)
        var bookings: Set<TermKey> = []
        var projector = try Projector(database)
        for (index, names) in outcome.erased {
            for name in names {
                try Query(database, "DELETE FROM disclosure WHERE entry = ?1 AND name = ?2")
                    .bind(1, index).bind(2, text: name).run()
            }
            guard let entry = try store.entry(at: index), let name = entry.source,
                let source = try projector.existingNumber(of: name)
            else { continue }
            if let event = entry.event {
                // After an erasure the same id is a repeat: a digest of the content could be guessed at.
                try Query(
                    database,
                    "UPDATE delivery SET salt = NULL, digest = NULL WHERE source = ?1 AND event = ?2 AND entry = ?3"
                ).bind(1, source).bind(2, event).bind(3, index).run()
            }
            if let booking = entry.booking { bookings.insert(TermKey(source: source, booking: booking)) }
        }
        try eraseTerms(of: bookings, &projector, in: database)
        for (entry, rows) in letters {
            for row in rows {
                try Query(database, "UPDATE dead_letter SET original = NULL WHERE id = ?1").bind(1, row).run()
            }
            // One salt serves all originals of a refusal.
            try Query(database, "UPDATE dead_letter SET salt = NULL WHERE entry = ?1").bind(1, entry).run()
        }
        return try eraseFindings(in: database)
    }

    private struct TermKey: Hashable {
        let source: Int
        let booking: Identifier
    }

    /// Takes away the terms of these bookings that nothing that is still disclosed gives. A row that nobody can account
    /// for goes too: so all rows are looked at.
    private func eraseTerms(
        of bookings: Set<TermKey>, _ projector: inout Projector, in database: Database
    ) throws {
        guard !bookings.isEmpty else { return }
        let store = EntryStore(database)
        var kept: [TermKey: Set<String>] = [:]
        for key in bookings {
            var terms: Set<String> = []
            for index in try projector.row(of: key.booking, source: key.source)?.entries ?? [] {
                guard let entry = try store.entry(at: index), entry.booking == key.booking else { continue }
                terms.formUnion(
                    SearchTerm.terms(of: try store.disclosed(of: entry).map { (name: $0.key, value: $0.value) }))
            }
            kept[key] = terms
        }
        let query = try Query(database, "SELECT term, source, booking FROM term")
        var surplus: [(term: String, key: TermKey)] = []
        while try query.next() {
            let key = TermKey(source: query.integer(1), booking: query.identifier(2))
            guard let terms = kept[key] else { continue }
            let term = query.text(0)
            if !terms.contains(term) { surplus.append((term, key)) }
        }
        for (term, key) in surplus {
            try Query(database, "DELETE FROM term WHERE term = ?1 AND source = ?2 AND booking = ?3")
                .bind(1, text: term).bind(2, key.source).bind(3, key.booking).run()
        }
    }

    /// Findings quote no personal value, unless the schedule has one where none belongs. One that holds a value loses
    /// its words, and has them again from the next check; one whose very name holds it is forgotten.
    private func eraseFindings(in database: Database) throws -> Int {
        let values = ErasedValues(values)
        let rows = try Query(database, "SELECT id, detail, finding FROM finding").all {
            ($0.integer(0), $0.text(1), $0.bytes(2))
        }
        var count = 0
        for (id, detail, bytes) in rows {
            if values.stand(in: detail) {
                try Query(database, "DELETE FROM finding WHERE id = ?1").bind(1, id).run()
            } else if values.stand(in: String(decoding: bytes, as: UTF8.self))
                || (try? JSONValue(canonical: bytes)).map({ values.stand(in: $0) }) ?? true
            {
                let plain = ErasurePlan.withoutWords((try? JSONValue(canonical: bytes)) ?? .object([]))
                try Query(database, "UPDATE finding SET finding = ?2 WHERE id = ?1").bind(1, id)
                    .bind(2, text: plain.text).run()
            } else {
                continue
            }
            count += 1
        }
        return count
    }

    private static func withoutWords(_ finding: JSONValue) -> JSONValue {
        let kept: Set<String> = [
            "code", "name", "severity", "confidence", "source", "booking", "detail", "entries", "snapshot",
        ]
        return .object(
            (finding.members ?? []).filter { kept.contains($0.name) } + [
                .init(
                    "sentence",
                    .string("What this finding said held a value that was erased; the next check says it anew."))
            ])
    }
}

/// An event that could not be read, as it came.
struct DeadLetter {
    /// The entry that tells of the refusal.
    let entry: Int
    /// The bytes.
    let original: [UInt8]
}

/// Says of an original whether it may hold what is to be erased. It is careful one way: one is kept only where it plainly
/// is somebody else's.
struct LetterSieve {
    private let scope: ErasureScope
    private let values: ErasedValues
    /// Where there is nothing else to erase, as for an id that was mistyped, only what holds it goes.
    private let isCertain: Bool

    init(_ scope: ErasureScope, bookings: Set<BookingKey>, values: Set<String>, isCertain: Bool) {
        self.scope = scope
        self.values = ErasedValues(values.union(bookings.map(\.booking.text)))
        self.isCertain = isCertain
    }

    func mayHold(_ letter: DeadLetter) -> Bool {
        if values.stand(in: String(decoding: letter.original, as: UTF8.self)) { return true }
        guard let json = try? JSONValue(parsing: letter.original) else { return !isCertain }
        if values.stand(in: json) { return true }
        if let only = scope.source ?? scope.booking?.source, let source = json["source"]?.string,
            Identifier(source) != only
        {
            return false
        }
        guard scope.client != nil || scope.booking != nil else { return json.hasMember(named: parts) }
        // Whose it is, somebody must have said.
        let client = json["data"]?["client"]?["id"]
        return !isCertain && json["subject"]?.string == nil && client?.string == nil && client?.integer == nil
    }

    /// The members in which a field comes in: `client.phone` in `phone` of `client`; `other` in any.
    private var parts: Set<String>? {
        scope.fields.contains("other") ? nil : Set(scope.fields.flatMap { $0.split(separator: ".").map(String.init) })
    }
}

extension JSONValue {
    /// True where an object in it has a member of one of these names; of any where there are none.
    fileprivate func hasMember(named names: Set<String>?) -> Bool {
        switch self {
        case .object(let members):
            members.contains { (names?.contains($0.name) ?? true) || $0.value.hasMember(named: names) }
        case .array(let elements): elements.contains { $0.hasMember(named: names) }
        default: false
        }
    }
}
