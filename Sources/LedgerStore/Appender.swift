import Bookings
import GRDB
import Transparency

/// Appends entries inside one write transaction: the entry, its nodes of the tree, its projections.
///
/// The head is read when the transaction begins and written when it ends.
struct Appender: ~Copyable {
    let database: Database
    var head: Head
    var projector: Projector
    /// What the clock says.
    var now: Timestamp { clock() }
    private let insertEntry: Query
    private let insertDisclosure: Query
    let selectDeliveries: Query
    let insertDelivery: Query
    private let digest: Digest
    private let clock: @Sendable () -> Timestamp

    init(_ database: Database, path: String, clock: @escaping @Sendable () -> Timestamp) throws {
        guard let head = try Head(reading: database) else {
            throw LedgerError.notALedger(path: path, reason: "the row that says where it ends is damaged")
        }
        // What can fail comes first: half of a value that cannot be copied cannot be given up.
        let projector = try Projector(database)
        let insertEntry = try Query(database, "INSERT INTO entry (position, bytes, leaf) VALUES (?1, ?2, ?3)")
        let insertDisclosure = try Query(
            database, "INSERT INTO disclosure (entry, name, salt, value) VALUES (?1, ?2, ?3, ?4)")
        let selectDeliveries = try Query(
            database, "SELECT entry, salt, digest FROM delivery WHERE source = ?1 AND event = ?2 ORDER BY entry")
        let insertDelivery = try Query(
            database, "INSERT INTO delivery (source, event, entry, salt, digest) VALUES (?1, ?2, ?3, ?4, ?5)")
        self.database = database
        self.head = head
        self.clock = clock
        self.projector = projector
        self.insertEntry = insertEntry
        self.insertDisclosure = insertDisclosure
        self.selectDeliveries = selectDeliveries
        self.insertDelivery = insertDelivery
        digest = Digest()
    }

    /// An entry at the next place, recorded now; the caller sets the rest and appends it.
    func entry(_ type: EntryType) -> Entry {
        Entry(origin: head.origin, index: head.size, previous: head.last, recorded: now, type: type)
    }

    /// Appends an entry made for the next place, with its disclosures and the terms by which its booking is found; gives
    /// its index.
    @discardableResult
    mutating func append(_ entry: Entry, disclosures: [Disclosure] = [], terms: [String] = []) throws -> Int {
        precondition(entry.index == head.size && entry.previous == head.last, "an entry made for another place")
        let bytes = entry.bytes
        precondition(bytes.count <= Entry.longest, "an entry longer than \(Entry.longest) bytes")
        let leaf = bytes.withUnsafeBytes { digest.leaf($0) }
        try insertEntry.bind(1, entry.index).bind(2, bytes).bind(3, leaf).run()
        var complete: [(NodePosition, Hash)] = []
        head.frontier.append(leaf, digest: digest) { position, hash in
            if TreeStore.keeps(position) { complete.append((position, hash)) }
        }
        for (position, hash) in complete {
            try Query(database, "INSERT INTO node (level, position, hash) VALUES (?1, ?2, ?3)")
                .bind(1, position.level).bind(2, position.index).bind(3, hash).run()
        }
        head.last = leaf
        for disclosure in disclosures {
            try insertDisclosure.bind(1, entry.index).bind(2, text: disclosure.name).bind(3, disclosure.salt)
                .bind(4, text: disclosure.value).run()
        }
        try projector.project(entry, terms: terms)
        return entry.index
    }

    /// Writes the head. The transaction is not whole before.
    mutating func finish() throws {
        try projector.finish()
        try head.write(to: database)
    }
}
