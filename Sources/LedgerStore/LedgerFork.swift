public import Bookings
import GRDB
public import Transparency

extension Ledger {
    /// Evidence that a checkpoint somebody held and this ledger, or two held ones, are of different histories; `nil`
    /// where none is.
    ///
    /// The notes must be signed by one of the keys, or by the ledger's own. What is made is best where it proves itself:
    /// two notes of one size, else the root that this ledger has over the held note's entries, with its proof under a
    /// note that the ledger stores. For a ledger whose entries and tree were verified just now.
    public func forkEvidence(
        for held: [SignedNote], trusting keys: [VerifierKey] = []
    ) throws(LedgerError) -> ForkEvidence? {
        let own = (try? self.keys?.verifierKey()).flatMap { $0 }.map { [$0] } ?? []
        let known = keys + own.filter { !keys.contains($0) }
        let mine = held.compactMap { opened($0, by: known) }.sorted { $0.checkpoint.size < $1.checkpoint.size }
        for (one, next) in zip(mine, mine.dropFirst())
        where one.checkpoint.size == next.checkpoint.size && one.checkpoint.root != next.checkpoint.root {
            return evidence(one, next, part: nil)
        }
        return try read { database in
            let size = try Head(reading: database)?.size ?? 0
            for one in mine {
                let root = try Ledger.root(at: one.checkpoint.size, of: size, in: database)
                guard let root, root != one.checkpoint.root else { continue }
                if let found = try evidence(against: one, whereRootIs: root, known: known, size: size, in: database) {
                    return found
                }
            }
            return nil
        }
    }

    /// True where the ledger is the checkpoint's, or has grown from it; whose signature it bears is not looked at. Costs
    /// one proof's worth of hashes.
    public func hasGrown(from checkpoint: Checkpoint) throws(LedgerError) -> Bool {
        guard checkpoint.origin.utf8.elementsEqual(origin.utf8) else { return false }
        return try read { database in
            let size = try Head(reading: database)?.size ?? 0
            return try Ledger.root(at: checkpoint.size, of: size, in: database) == checkpoint.root
        }
    }

    private typealias Opened = (note: SignedNote, checkpoint: Checkpoint, key: VerifierKey)

    private func opened(_ note: SignedNote, by known: [VerifierKey]) -> Opened? {
        guard let key = try? note.verify(with: known).first, let checkpoint = try? Checkpoint(text: note.text),
            checkpoint.origin.utf8.elementsEqual(origin.utf8)
        else { return nil }
        return (note, checkpoint, key)
    }

    private func evidence(_ held: Opened, _ present: Opened, part: ForkEvidence.Part?) -> ForkEvidence {
        ForkEvidence(origin: origin, verifier: present.key, held: held.note, present: present.note, part: part)
    }

    /// With the stored note that says most: of the same size, else the next larger one, else the newest.
    private func evidence(
        against held: Opened, whereRootIs root: Hash, known: [VerifierKey], size: Int, in database: Database
    ) throws -> ForkEvidence? {
        let query = try Query(
            database,
            """
            SELECT note FROM checkpoint WHERE size <= ?2
            ORDER BY size < ?1, CASE WHEN size < ?1 THEN -size ELSE size END
            """
        ).bind(1, held.checkpoint.size).bind(2, size)
        while try query.next() {
            guard let note = try? SignedNote(query.text(0)), let present = opened(note, by: known),
                try Ledger.root(at: present.checkpoint.size, of: size, in: database) == present.checkpoint.root
            else { continue }
            guard present.checkpoint.size > held.checkpoint.size else { return evidence(held, present, part: nil) }
            let proof = try MerkleTree(size: present.checkpoint.size, reader: TreeStore(database: database))
                .consistencyProof(from: held.checkpoint.size)
            return evidence(held, present, part: ForkEvidence.Part(root: root, proof: proof))
        }
        return nil
    }
}
