public import Bookings
public import Evidence
import GRDB
public import Transparency

/// What evidence is asked for.
public struct EvidenceRequest: Sendable {
    /// The booking.
    public var key: BookingKey
    /// Other bookings of the same source to be shown beside it, without their clients.
    public var siblings: Set<Identifier> = []
    /// The sealed fields to be disclosed, as far as they still can be.
    public var fields: Set<String> = []
    /// Checkpoints that somebody held: the evidence shows that nothing was rewritten since.
    public var held: [SignedNote] = []
    /// Every reading taken in this span is shown; without it those that tell since when the booking is gone.
    public var readings: ClosedRange<Timestamp>?

    /// A request for the evidence of one booking, with nothing disclosed.
    public init(key: BookingKey) {
        self.key = key
    }
}

extension Ledger {
    /// True where the newest `ledger.state` comes after all entries of these bookings and of those that they supersede or
    /// are superseded by.
    public func stateCovers(_ request: EvidenceRequest) throws(LedgerError) -> Bool {
        try read { database in
            guard let state = try Ledger.newestState(before: .max, in: database)?.index else { return false }
            let scope = try EvidenceScope(of: request, in: self, database)
            return scope.entries.allSatisfy { $0 < state }
        }
    }

    /// The evidence about one booking, under a checkpoint of this ledger that this key signed: the present one, or one
    /// before it. Nothing is recorded.
    ///
    /// Costs some milliseconds where the newest state's blocks are kept, and for each reading as much as it has rows.
    /// The result is not verified: what the file holds may have been tampered with, and whoever hands it out holds it
    /// against ``EvidenceVerifier`` first.
    public func evidence(
        for request: EvidenceRequest, under note: SignedNote, by verifier: VerifierKey
    ) throws(LedgerError) -> Evidence {
        let rotations = try rotations(to: verifier)
        return try read { database in
            guard let checkpoint = try? Checkpoint(text: note.text) else {
                throw LedgerError.notALedger(path: path, reason: "the note to prove under is no checkpoint")
            }
            guard let state = try Ledger.newestState(before: checkpoint.size, in: database),
                let size = state.body?["size"]?.integer
            else {
                throw LedgerError.notALedger(
                    path: path, reason: "no state is recorded below the checkpoint; run \"daybook checkpoint --state\"")
            }
            let keys = [verifier] + rotations.map(\.from)
            let proofs = InclusionProofs(size: checkpoint.size, in: database)
            let scope = try EvidenceScope(of: request, below: checkpoint.size, in: self, database)
            let tree = try CommittedTree(
                of: state.index, size: size, leaves: StateLeaves(database: database, before: state.index), in: database)
            var evidence = Evidence(
                origin: origin, verifier: verifier, source: request.key.source, booking: request.key.booking,
                checkpoint: note.withoutSigners(called: origin, but: [verifier]),
                entries: try shown(scope, request, proofs),
                state: Evidence.Commitment(
                    try proofs.included(state.index),
                    leaves: try tree.shown(scope.ids.union(scope.siblings), of: request.key.source)))
            evidence.siblings = scope.siblings.sorted()
            evidence.rotations = try rotations.compactMap { rotation in
                guard let note = rotation.note else { return nil }
                let size = try Checkpoint(text: note.text).size
                guard size <= checkpoint.size else { return nil }
                return Evidence.Rotation(
                    checkpoint: note.withSigners([rotation.from]), proof: try proofs.tree.consistencyProof(from: size),
                    entry: try InclusionProofs(size: size, in: database).included(rotation.index))
            }
            evidence.snapshots = try readings(request, scope, proofs)
            evidence.timestamps = try timestamps(scope, proofs, keys)
            for (place, note) in request.held.enumerated() where !request.held[..<place].contains(note) {
                // One of another ledger, or by another key, would not be believed inside the file.
                guard let held = try? Checkpoint(verifying: note, with: keys, origin: origin), held.size > 0,
                    held.size < checkpoint.size
                else { continue }
                evidence.consistency.append(
                    Evidence.Consistency(
                        held: note.withSigners(keys), proof: try proofs.tree.consistencyProof(from: held.size)))
            }
            return evidence
        }
    }

    /// The names of the sealed fields of a booking, and of those of the same client that it supersedes or is superseded by:
    /// all that were ever sealed, and those that can still be disclosed.
    public func sealedFields(of key: BookingKey) throws(LedgerError) -> (all: Set<String>, left: Set<String>) {
        try read { database in
            let store = EntryStore(database)
            let scope = try EvidenceScope(of: EvidenceRequest(key: key), in: self, database)
            var fields: (all: Set<String>, left: Set<String>) = ([], [])
            for index in try scope.disclosable(in: database) {
                guard let entry = try store.entry(at: index) else { continue }
                fields.all.formUnion(entry.sealed.map(\.name))
                fields.left.formUnion(try store.disclosures(of: entry).map(\.name))
            }
            return fields
        }
    }

    /// True for a ledger that was opened for reading, or that this user may only read.
    public var isReadOnly: Bool { queue.configuration.readonly }

    /// The newest note that the ledger keeps; `nil` where none was ever signed.
    public func lastNote() throws(LedgerError) -> SignedNote? {
        try read { database in
            try Query(database, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").first { $0.text(0) }
                .flatMap { try? SignedNote($0) }
        }
    }

    /// The proof that the ledger's first `older` entries are those of the tree of `newer` (RFC 6962 §2.1.2). Requires
    /// `0 < older <= newer`, and that the ledger has so many.
    public func consistencyProof(from older: Int, to newer: Int) throws(LedgerError) -> [Hash] {
        try read { try MerkleTree(size: newer, reader: TreeStore(database: $0)).consistencyProof(from: older) }
    }

    /// Keeps a checkpoint's note with the cosignatures that witnesses gave it, for evidence under it.
    public func keep(_ cosigned: SignedNote) throws(LedgerError) {
        guard let checkpoint = try? Checkpoint(text: cosigned.text) else { return }
        try Ledger.wrapping(path) {
            try queue.write { database in
                try Query(database, "UPDATE checkpoint SET note = ?2 WHERE size = ?1")
                    .bind(1, checkpoint.size).bind(2, text: cosigned.description).run()
            }
        }
    }

    /// The note that the ledger keeps of this checkpoint, which may have cosignatures besides.
    public func kept(_ note: SignedNote) throws(LedgerError) -> SignedNote {
        try read { database in
            guard let checkpoint = try? Checkpoint(text: note.text),
                let text = try Query(database, "SELECT note FROM checkpoint WHERE size = ?1")
                    .bind(1, checkpoint.size).first({ $0.text(0) }),
                let kept = try? SignedNote(text), kept.text.utf8.elementsEqual(note.text.utf8)
            else { return note }
            return kept
        }
    }

    /// Records that evidence left the house: about which booking, of how many entries, with which digest, by whom; for
    /// whom is sealed.
    public func recordExport(
        of key: BookingKey, size: Int, digest: Hash, by actor: Entry.Actor?, for recipient: String?
    ) throws(LedgerError) {
        try append { appender in
            var entry = appender.entry(.evidenceExported)
            entry.actor = actor
            let disclosures = recipient.map { [Disclosure(name: "recipient", value: $0)] } ?? []
            entry.sealed = disclosures.map(\.sealed)
            entry.body = .object([
                "source": .string(key.source.text), "booking": .string(key.booking.text), "size": .integer(size),
                "digest": .string(digest.base64),
            ])
            try appender.append(entry, disclosures: disclosures)
        }
    }

    static func newestState(before size: Int, in database: Database) throws -> Entry? {
        let index =
            try Query(database, "SELECT max(position) FROM journal WHERE type = ?1 AND position < ?2")
            .bind(1, text: EntryType.ledgerState.rawValue).bind(2, size).first { $0.optionalInteger(0) } ?? nil
        return try index.flatMap { try EntryStore(database).entry(at: $0) }
    }

    // MARK: Entries

    private func shown(
        _ scope: EvidenceScope, _ request: EvidenceRequest, _ proofs: InclusionProofs
    ) throws -> [Evidence.ShownEntry] {
        let store = EntryStore(proofs.database)
        let erasures = try Erasures(proofs.database)
        let disclosable = try scope.disclosable(in: proofs.database)
        var shown: [Int: Evidence.ShownEntry] = [:]
        for index in scope.entries {
            var one = Evidence.ShownEntry(try proofs.included(index))
            if let entry = try store.entry(at: index) {
                let erased = try erasures.fields(of: index).filter { $0.value < proofs.tree.size }
                if disclosable.contains(index) {
                    one.disclosures = try store.disclosures(of: entry)
                        .filter { request.fields.contains($0.name) && erased[$0.name] == nil }.map(\.text)
                }
                one.erased = entry.sealed.compactMap { field in
                    erased[field.name].map { Evidence.Erased(field: field.name, by: $0) }
                }
            }
            shown[index] = one
            for by in Set(one.erased.map(\.by)) { shown[by] = Evidence.ShownEntry(try proofs.included(by)) }
        }
        return shown.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The time-stamps that the ledger records: the first that covers all entries shown, and the newest.
    private func timestamps(
        _ scope: EvidenceScope, _ proofs: InclusionProofs, _ keys: [VerifierKey]
    ) throws -> [Evidence.Timestamped] {
        let store = EntryStore(proofs.database)
        let last = scope.entries.max() ?? -1
        var stamps: [(size: Int, token: [UInt8])] = []
        for index in try Ledger.stampedEntries(proofs.database) where index < proofs.tree.size {
            guard let body = try store.entry(at: index)?.body, let size = body["size"]?.integer,
                let token = body["token"]?.string.flatMap({ Base64.standard.decode($0.utf8) })
            else { continue }
            stamps.append((size, token))
        }
        let covering = stamps.filter { $0.size > last }.sorted { $0.size < $1.size }
        return try [covering.first, covering.count > 1 ? covering.last : nil].compactMap(\.self).compactMap { stamp in
            let note = try Query(proofs.database, "SELECT note FROM checkpoint WHERE size = ?1").bind(1, stamp.size)
                .first { $0.text(0) }
            guard let note = note.flatMap({ try? SignedNote($0) }), stamp.size <= proofs.tree.size else { return nil }
            return Evidence.Timestamped(
                checkpoint: note.withSigners(keys), proof: try proofs.tree.consistencyProof(from: stamp.size),
                token: stamp.token)
        }
    }

    // MARK: Readings

    /// The readings that tell where the booking stood: those asked for, else the last that has it, the first after that
    /// lacks it, and the newest. None where no reading ever had it.
    private func readings(
        _ request: EvidenceRequest, _ scope: EvidenceScope, _ proofs: InclusionProofs
    ) throws -> [Evidence.Commitment] {
        let source = request.key.source
        let all = try Ledger.readings(
            journalEntries(for: [source], in: proofs.database).compactMap {
                try EntryStore(proofs.database).entry(at: $0)
            }
        ).filter { $0.coverage.source == source && $0.index < proofs.tree.size }.sorted { $0.index < $1.index }
        let presences = try scope.ids.flatMap {
            try self.presences(of: BookingKey(source: source, booking: $0), in: proofs.database)
        }
        func has(_ reading: Reading) -> Bool { presences.contains { $0.contains(reading.index) } }
        guard let seen = all.last(where: has) else { return [] }
        var wanted: [Reading]
        if let span = request.readings {
            wanted = all.filter { span.contains($0.coverage.takenAt) }
            if !wanted.contains(where: has) { wanted.append(seen) }
        } else {
            let later = all.filter { $0.index > seen.index }
            wanted = [seen] + [later.first { $0.coverage.isComplete } ?? later.first, later.last].compactMap(\.self)
        }
        var shown: Set<Int> = []
        return try wanted.sorted { $0.index < $1.index }.filter { shown.insert($0.index).inserted }.map { reading in
            let leaves = ReadingLeaves(database: proofs.database, source: source, reading: reading.index)
            let tree = try CommittedTree(
                of: reading.index, size: reading.size, leaves: leaves, in: proofs.database)
            return Evidence.Commitment(
                try proofs.included(reading.index), leaves: try tree.shown(scope.ids, of: source))
        }
    }
}

/// Which ids and entries evidence about a booking is made of, as the first `size` entries have it: what came later may
/// lead to further ids, and the reader of the evidence cannot know of them.
struct EvidenceScope {
    let ids: Set<Identifier>
    let siblings: Set<Identifier>
    let entries: Set<Int>
    private let booking: Identifier

    init(of request: EvidenceRequest, below size: Int = .max, in ledger: Ledger, _ database: Database) throws {
        let source = request.key.source
        booking = request.key.booking
        let ids = try ledger.closure(of: [request.key], below: size, in: database).map(\.booking)
        self.ids = Set(ids)
        siblings = request.siblings.subtracting(ids)
        entries = try self.ids.union(siblings).reduce(into: []) { entries, id in
            entries.formUnion(
                try ledger.listedEntries(of: BookingKey(source: source, booking: id), in: database)
                    .filter { $0 < size })
        }
    }

    /// The entries whose sealed values may be shown to whoever may see the booking's: all about its ids, but for those of
    /// another client, to whom a feed may have given an id that was this one's.
    func disclosable(in database: Database) throws -> Set<Int> {
        let store = EntryStore(database)
        let own = try entries.compactMap { try store.entry(at: $0) }.filter { entry in
            [entry.booking, entry.supersedes].contains { $0.map(ids.contains) ?? false }
        }
        var clients: [Int: String] = [:]
        var byBooking: [Identifier: Set<String>] = [:]
        for entry in own {
            guard let client = try store.disclosed(of: entry)["client.id"] else { continue }
            clients[entry.index] = client
            if let booking = entry.booking { byBooking[booking, default: []].insert(client) }
        }
        let asked = byBooking[booking] ?? []
        return Set(
            own.lazy.filter { entry in
                guard entry.booking != booking else { return true }
                let others = clients[entry.index].map { [$0] } ?? entry.booking.flatMap { byBooking[$0] } ?? []
                return others.isSubset(of: asked)
            }.map(\.index))
    }
}

/// Entries with their proofs under one checkpoint.
struct InclusionProofs {
    let database: Database
    let tree: MerkleTree<TreeStore>

    init(size: Int, in database: Database) {
        self.database = database
        tree = MerkleTree(size: size, reader: TreeStore(database: database))
    }

    func included(_ index: Int) throws -> Evidence.Included {
        guard index < tree.size, let bytes = try EntryStore(database).bytes(at: index) else {
            throw LedgerError.notALedger(
                path: "the ledger", reason: "entry \(index) is not there; run \"daybook verify\"")
        }
        return Evidence.Included(index: index, bytes: bytes, proof: try tree.inclusionProof(of: index))
    }
}
