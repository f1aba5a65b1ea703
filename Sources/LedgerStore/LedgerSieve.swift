package import Bookings
import GRDB
import Transparency

extension Ledger {
    /// Verifies the whole ledger and, in the same pass over its entries, hands over what a comparison must see of it:
    /// what the sieve does not settle, every other entry of those bookings, and bookings made in the same breath as one
    /// that the schedule lacks.
    ///
    /// `make` is given the readings and the journal that the sieve can rely on. Declared states are not computed again.
    /// Memory: about 64 bytes a settled entry, 1 KB one that is not.
    package func history(
        sieving make: (_ readings: [Reading], _ journal: [Entry]) -> Sieve
    ) throws(LedgerError) -> VerifiedHistory {
        try histories { [make($0, $1)] }[0]
    }

    /// The same for several comparisons at once: the ledger is gone through, and verified, once for all of them. Of each
    /// sieve there is a history, in their order.
    package func histories(
        sieving make: (_ readings: [Reading], _ journal: [Entry]) -> [Sieve]
    ) throws(LedgerError) -> [VerifiedHistory] {
        let glance = try read { database in
            let store = EntryStore(database)
            let journal = try journalEntries(database).compactMap { try store.entry(at: $0) }
            return (journal: journal, readings: Ledger.readings(journal))
        }
        let sieves = make(glance.readings, glance.journal)
        let (pass, parts) = try Ledger.wrapping(path) {
            try VerifyPass.run(
                path: path, origin: origin, from: { try SievedUnit.Work($0, $1, sieves: sieves.count) },
                visit: { work, entry in try work.visit(entry, sieves) }, finish: { $0.finish() })
        }
        let all = SievedUnit(joining: parts, sieves: sieves.count)
        let verification = try verification(of: pass, .init(states: 0)).adding(all.defects)
        let relied = all.journal.filter { Ledger.reliedOn.contains($0.type) }
        // A journal that is not the one the sieve relied on, or a damaged ledger: then everything is looked at.
        guard verification.defects.isEmpty, relied == glance.journal.filter({ Ledger.reliedOn.contains($0.type) })
        else {
            return Array(repeating: try history(verifying: .init(states: 0)), count: sieves.count)
        }
        return try read { database in
            try zip(sieves, all.sifted).map { sieve, sifted in
                try history(of: sifted, sieve, all, glance.readings, verification, in: database)
            }
        }
    }

    private func history(
        of sifted: SievedUnit.Sifted, _ sieve: Sieve, _ all: SievedUnit, _ readings: [Reading],
        _ verification: Verification, in database: Database
    ) throws -> VerifiedHistory {
        var presences: [BookingKey: [Presence]] = [:]
        func look(for keys: Set<BookingKey>) throws {
            for key in keys where presences[key] == nil {
                presences[key] = try self.presences(of: key, in: database)
            }
        }
        let (kept, settled) = try unsettle(sifted, sieve, in: database) { key in
            try look(for: [key])
            return presences[key]!
        }
        try look(for: Set(kept.flatMap(\.bookings)))
        // A row that nobody recorded may have stood in readings before.
        if !readings.isEmpty {
            try look(for: Set((0..<sieve.rows).lazy.filter { !settled.contains(row: $0) }.map(sieve.booking)))
        }
        return try assemble(
            kept, all.journal, verification: verification, presences: presences.filter { !$0.value.isEmpty },
            sequences: all.sequences,
            settled: settled, ranBack: sifted.clock.ranBack, in: database)
    }

    private static let reliedOn: Set<EntryType> = [.snapshotTaken, .captureStarted]

    /// The places of the journal's entries, as the projection has them.
    private func journalEntries(_ database: Database) throws -> [Int] {
        try Query(database, "SELECT position FROM journal ORDER BY position").all { $0.integer(0) }
    }

    /// Takes back what was settled of bookings that are not settled after all, and counts the rest.
    private func unsettle(
        _ all: SievedUnit.Sifted, _ sieve: Sieve, in database: Database,
        presences: (BookingKey) throws -> [Presence]
    ) throws -> (kept: [RecordedEntry], settled: Settled) {
        var taken = Set(all.kept.flatMap(\.bookingHashes))
        takeRepeated(all, sieve, into: &taken)
        var kept = all.kept
        var indexes: Set<Int> = []
        func take(where condition: (SettledEntry) -> Bool) throws {
            for unit in all.settled {
                for entry in unit where condition(entry) && indexes.insert(entry.index).inserted {
                    kept.append(try recalled(entry.index, in: database))
                }
            }
        }
        if !taken.isEmpty { try take { taken.contains($0.booking) } }
        var kin = Kin(of: kept.filter(sieve.isLone), breath: sieve.breath)
        let successors = try Successors(to: kept, sieve, presences: presences)
        if !kin.isEmpty || !successors.isEmpty {
            var related: Set<UInt64> = []
            for unit in all.settled {
                for entry in unit where kin.takes(entry) || successors.takes(entry) { related.insert(entry.booking) }
            }
            if !related.isEmpty { try take { related.contains($0.booking) } }
        }
        var settled = Settled(rows: sieve.rows)
        for unit in all.settled {
            for entry in unit where indexes.isEmpty || !indexes.contains(entry.index) { settled.count(entry) }
        }
        return (kept.sorted { $0.entry.index < $1.entry.index }, settled)
    }

    /// Adds the bookings that more than one settled entry made. A row is of one booking, so that only those without
    /// one are sorted.
    private func takeRepeated(_ all: SievedUnit.Sifted, _ sieve: Sieve, into taken: inout Set<UInt64>) {
        var isSeen = [Bool](repeating: false, count: sieve.rows)
        var without: [UInt64] = []
        for unit in all.settled {
            for entry in unit where !entry.counts.contains(.companion) {
                guard entry.row >= 0 else {
                    without.append(entry.booking)
                    continue
                }
                if isSeen[Int(entry.row)] { taken.insert(entry.booking) }
                isSeen[Int(entry.row)] = true
            }
        }
        without.sort()
        for (one, next) in zip(without, without.dropFirst()) where one == next { taken.insert(one) }
    }

    /// An entry that the pass has seen, read again.
    private func recalled(_ index: Int, in database: Database) throws -> RecordedEntry {
        let store = EntryStore(database)
        let row = try Query(database, "SELECT bytes, leaf FROM entry WHERE position = ?1").bind(1, index)
            .first { ($0.bytes(0), $0.hash(1)) }
        guard let (bytes, leaf) = row, Hash.leaf(bytes) == leaf, let entry = try? Entry(bytes: bytes) else {
            throw LedgerError.storage(path: path, reason: "entry \(index) was changed while it was read")
        }
        return RecordedEntry(entry: entry, disclosed: try store.disclosed(of: entry).filter { $0.key == "client.id" })
    }
}

/// Who made bookings that the schedule lacks, for whom and when: to find what was made in the same breath.
private struct Kin {
    private struct Maker: Hashable {
        let actor: UInt32
        /// 0 where the client is not known: then any will do.
        let client: UInt32
    }

    private var moments: [Maker: [(moment: Timestamp, left: Int)]] = [:]
    private let breath: Int64

    /// More than anybody reads of one booking.
    private static let most = 40

    init(of lone: [RecordedEntry], breath: Int64) {
        self.breath = breath
        for recorded in lone where recorded.entry.type == .created {
            let actor = Sieve.hash(actor: recorded.entry.actor)
            guard actor != 0 else { continue }
            var id = recorded.disclosed["client.id"]
            let client = id?.withUTF8 { Sieve.hash(client: $0) } ?? 0
            let moment = min(recorded.entry.occurred ?? recorded.entry.recorded, recorded.entry.recorded)
            moments[Maker(actor: actor, client: client), default: []].append((moment, Kin.most))
        }
        for maker in moments.keys { moments[maker]!.sort { $0.moment < $1.moment } }
    }

    var isEmpty: Bool { moments.isEmpty }

    /// True where an entry was made in the same breath as one of them.
    mutating func takes(_ entry: SettledEntry) -> Bool {
        guard entry.actor != 0, !entry.counts.contains(.companion) else { return false }
        return takes(entry, of: Maker(actor: entry.actor, client: entry.client))
            || takes(entry, of: Maker(actor: entry.actor, client: 0))
    }

    private mutating func takes(_ entry: SettledEntry, of maker: Maker) -> Bool {
        guard let all = moments[maker] else { return false }
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].moment < entry.moment - breath { low = middle + 1 } else { high = middle }
        }
        var place = low
        while place < all.count, all[place].moment <= entry.moment + breath {
            if all[place].left > 0 {
                moments[maker]![place].left -= 1
                return true
            }
            place += 1
        }
        return false
    }
}

/// Since when bookings of which clients are lost: to find what was recorded of the same client after.
private struct Successors {
    /// The last reading that showed a lost booking, by client; the first, of several.
    private var since: [UInt32: Int] = [:]

    /// `kept` are all entries of the bookings that are not settled.
    init(
        to kept: [RecordedEntry], _ sieve: Sieve, presences: (BookingKey) throws -> [Presence]
    ) rethrows {
        let lone = kept.filter(sieve.isLone)
        // One entry may say when it starts, and another whose it is.
        let keys = Set(lone.lazy.filter(sieve.isExpected).compactMap(\.entry.key))
        for recorded in kept {
            guard var id = recorded.disclosed["client.id"], let key = recorded.entry.key, keys.contains(key),
                let last = try presences(key).last?.last
            else { continue }
            let client = id.withUTF8 { Sieve.hash(client: $0) }
            since[client] = min(since[client] ?? .max, last)
        }
    }

    var isEmpty: Bool { since.isEmpty }

    /// True where the entry is of the client of a lost booking, and later than the reading that last showed it.
    func takes(_ entry: SettledEntry) -> Bool {
        guard entry.client != 0, let last = since[entry.client] else { return false }
        return entry.index > last
    }
}

extension RecordedEntry {
    /// The bookings that the entry is about.
    fileprivate var bookings: [BookingKey] {
        guard let source = entry.source else { return [] }
        return [entry.booking, entry.supersedes].compactMap(\.self).map { BookingKey(source: source, booking: $0) }
    }

    /// Those, as a sieve knows them.
    fileprivate var bookingHashes: [UInt64] { bookings.map { Sieve.hash($0) } }
}
