import Bookings
import GRDB
import Transparency

/// Which fields of which entries are to be erased, and what hangs on them.
struct ErasurePlan {
    private(set) var outcome = Erasure()
    /// The values that are erased, and the ids by which the person is known: what nothing else may hold any more.
    private(set) var values: Set<String> = []
    /// The refusals whose originals are erased, by entry, each with the rows of those.
    private(set) var letters: [Int: [Int]] = [:]

    private let database: Database
    private let store: EntryStore
    private let erasures: Erasures

    private init(in database: Database) throws {
        self.database = database
        store = EntryStore(database)
        erasures = try Erasures(database)
    }

    init(_ scope: ErasureScope, _ ledger: Ledger, in database: Database) throws {
        try self.init(in: database)
        var targets: [Int: Set<String>?] = [:]
        var bookings: Set<BookingKey> = []
        if let client = scope.client {
            (targets, bookings) = try entries(of: client, ledger)
        }
        if let booking = scope.booking {
            let (own, keys) = try entries(of: booking, ledger)
            targets = scope.client == nil ? own : targets.filter { own.keys.contains($0.key) }
            outcome.left.removeAll { own.keys.contains($0) == false && scope.client != nil }
            bookings = scope.client == nil ? keys : bookings.intersection(keys)
        }
        if scope.client == nil, scope.booking == nil { targets = try entries(having: scope.fields) }
        try list(targets, scope)
        let sieve = LetterSieve(
            scope, bookings: bookings, values: values.union(scope.client.map { [$0] } ?? []),
            isCertain: outcome.erased.isEmpty)
        try listLetters { sieve.mayHold($0) }
    }

    /// What was erased before and is there again.
    init(reapplying lines: [ErasureLine], origin: String, in database: Database) throws {
        try self.init(in: database)
        var targets: [Int: Set<String>] = try erasures.all().mapValues { Set($0.keys) }
        for line in lines where line.origin.utf8.elementsEqual(origin.utf8) {
            for (index, fields) in line.erased {
                guard let entry = try store.entry(at: index) else { continue }
                // The digest binds the line to its entry: another history may have another entry at the place.
                for (name, digest) in fields where ErasureLine.digest(of: name, in: entry) == digest {
                    targets[index, default: []].insert(name)
                }
            }
        }
        var again: [Int: Set<String>?] = [:]
        for (index, names) in targets {
            let there = names.intersection(try store.rows(of: index).map(\.name))
            if !there.isEmpty { again[index] = there }
        }
        try list(again, ErasureScope())
        let originals = Set(targets.filter { $0.value.contains(Erasures.original) }.keys)
        try listLetters { originals.contains($0.entry) }
    }

    // MARK: Entries

    /// Lists the fields, but for those that were erased before and are not there.
    private mutating func list(_ targets: [Int: Set<String>?], _ scope: ErasureScope) throws {
        var left: Set<Int> = Set(outcome.left)
        for index in targets.keys.sorted() {
            let rows = try store.rows(of: index)
            let entry = try store.entry(at: index)
            let own = entry?.source ?? (entry?.body?["source"]?.string).map { Identifier($0) }
            if let source = scope.source ?? scope.booking?.source, let own, own != source { continue }
            var names = Set(rows.map(\.name)).union(entry?.sealed.map(\.name) ?? [])
            if let only = targets[index]! { names.formIntersection(only) }
            if !scope.fields.isEmpty { names.formIntersection(scope.fields) }
            names = names.filter(Entry.isFieldName)
            guard !names.isEmpty else { continue }
            let there = Set(rows.map(\.name)).intersection(names)
            if there.count < names.count {
                let before = try erasures.fields(of: index)
                names = names.filter { there.contains($0) || before[$0] == nil }
            }
            guard !names.isEmpty else { continue }
            outcome.missing += names.count - there.count
            for row in rows where names.contains(row.name) { values.insert(row.value) }
            outcome.erased.append((index, names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }))
        }
        for index in left where try store.rows(of: index).isEmpty { left.remove(index) }
        outcome.left = left.sorted()
    }

    /// The entries of a client; of an entry the fields, or `nil` for all. Without its client's id an entry is taken
    /// only where its booking never was anybody else's.
    private mutating func entries(
        of client: String, _ ledger: Ledger
    ) throws -> (targets: [Int: Set<String>?], bookings: Set<BookingKey>) {
        var targets: [Int: Set<String>?] = [:]
        for index in try entries(disclosing: "actor.client", client) { targets[index] = ["actor.client"] }
        let labelled = try entries(disclosing: "client.id", client)
        for index in labelled { targets[index] = .some(nil) }
        var bookings: Set<BookingKey> = []
        for index in labelled {
            guard let key = try store.entry(at: index)?.key, !bookings.contains(key) else { continue }
            let arrangement = try ledger.closure(of: [key], in: database)
            bookings.formUnion(arrangement)
            var unlabelled: [Int] = []
            var isAlone = true
            for entry in try self.entries(about: arrangement, ledger) where targets[entry.index] != .some(nil) {
                let known = try store.disclosed(of: entry)["client.id"]
                // Where the id was sealed and is gone, nobody can say whose it was.
                let isUnknown = known == nil && entry.sealed.contains { $0.name == "client.id" }
                isAlone = isAlone && known == nil && !isUnknown
                if known == nil { unlabelled.append(entry.index) }
            }
            if isAlone { unlabelled += try journal(about: arrangement).filter { targets[$0] == nil } }
            for index in unlabelled {
                if isAlone { targets[index] = .some(nil) } else { outcome.left.append(index) }
            }
        }
        return (targets, bookings)
    }

    /// The entries of a booking under all ids that it had: under another id not those of another client.
    private func entries(
        of booking: BookingKey, _ ledger: Ledger
    ) throws -> (targets: [Int: Set<String>?], bookings: Set<BookingKey>) {
        let keys = try ledger.closure(of: [booking], in: database)
        let own = try entries(about: [booking], ledger)
        let clients = Set(try own.compactMap { try store.disclosed(of: $0)["client.id"] })
        var targets: [Int: Set<String>?] = [:]
        for entry in own { targets[entry.index] = .some(nil) }
        for entry in try entries(about: keys, ledger) {
            let client = try store.disclosed(of: entry)["client.id"]
            if client.map(clients.contains) ?? true { targets[entry.index] = .some(nil) }
        }
        for index in try journal(about: keys) { targets[index] = .some(nil) }
        return (targets, keys)
    }

    private func entries(having fields: Set<String>) throws -> [Int: Set<String>?] {
        let query = try Query(database, "SELECT entry, name FROM disclosure")
        var targets: [Int: Set<String>?] = [:]
        while try query.next() {
            if fields.contains(query.text(1)) { targets[query.integer(0)] = fields }
        }
        return targets
    }

    private func entries(disclosing name: String, _ value: String) throws -> [Int] {
        try Query(database, "SELECT entry FROM disclosure WHERE name = ?1 AND value = ?2 ORDER BY entry")
            .bind(1, text: name).bind(2, text: value).all { $0.integer(0) }
            .filter { index in
                // One that was planted must not have another client's entry erased.
                guard let entry = try store.entry(at: index) else { return false }
                return try store.disclosed(of: entry)[name]?.utf8.elementsEqual(value.utf8) ?? false
            }
    }

    private func entries(about keys: Set<BookingKey>, _ ledger: Ledger) throws -> [Entry] {
        let indexes = Set(try keys.flatMap { try ledger.listedEntries(of: $0, in: database) })
        return try indexes.sorted().compactMap { try store.entry(at: $0) }
    }

    /// Entries that are not a booking's own and speak about one of these: acknowledgements, and cases with their steps.
    private func journal(about keys: Set<BookingKey>) throws -> [Int] {
        let types = "('finding.acknowledged', 'case.opened', 'case.updated', 'case.closed')"
        let places = try Query(database, "SELECT position FROM journal WHERE type IN \(types) ORDER BY position")
            .all { $0.integer(0) }
        var cases: Set<String> = []
        var found: [Int] = []
        for place in places {
            guard let body = try store.entry(at: place)?.body else { continue }
            let number = body["case"]?.string
            let isAbout = keys.contains { key in
                body["booking"]?.string.map { Identifier($0) == key.booking } ?? false
                    && body["source"]?.string.map { Identifier($0) == key.source } ?? true
            }
            if isAbout, let number { cases.insert(number) }
            if isAbout || number.map(cases.contains) ?? false { found.append(place) }
        }
        return found
    }

    // MARK: Dead letters

    private mutating func listLetters(_ mayHold: (DeadLetter) -> Bool) throws {
        let query = try Query(
            database, "SELECT id, entry, original FROM dead_letter WHERE original IS NOT NULL ORDER BY id")
        while try query.next() {
            let letter = DeadLetter(entry: query.integer(1), original: query.bytes(2))
            if mayHold(letter) { letters[letter.entry, default: []].append(query.integer(0)) }
        }
        outcome.letters = letters.values.reduce(0) { $0 + $1.count }
        outcome.erased += letters.keys.map { ($0, [Erasures.original]) }
        outcome.erased.sort { $0.entry < $1.entry }
    }
}
