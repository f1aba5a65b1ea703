import Bookings
import GRDB
public import Transparency

/// What one publication of a ledger came to.
public struct Publication: Sendable {
    /// The checkpoint that is published now.
    public let note: SignedNote
    /// What it commits to.
    public let checkpoint: Checkpoint
    /// The key with which it is checked.
    public let verifier: VerifierKey
    /// How many files were written.
    public let written: Int
    /// How many partial tiles were taken away because the full one is there.
    public let removed: Int
}

extension Ledger {
    /// Publishes the ledger as a folder of files for any web server (C2SP tlog-tiles): its tree in tiles, the entries
    /// themselves where that is asked, `verifier`, and last `checkpoint`, once all that it commits to is on the disk.
    ///
    /// Signs as ``checkpoint()`` does, and like it refuses where the lock disagrees. Writes what is not there yet, and
    /// no tile a second time, so that a publication that was ended in the middle is completed by the next. Refuses a
    /// folder that is another ledger's, and one whose checkpoint is of another history than this ledger's.
    ///
    /// Partial tiles are there for every checkpoint that was signed, and entries for every one that was published,
    /// until the full tile is; then they are taken away, as the specification allows.
    public func publish(to path: String, entries: Bool) throws(LedgerError) -> Publication {
        // Before anything is made for a ledger of which nothing may be signed.
        _ = try requireLock()
        guard let keys else { throw .rolledBack(LockStanding.notAsked.refusal!) }
        let verifier = try keys.verifierKey()
        var directory = try TileDirectory.open(path)
        let earlier = try EarlierPublication(in: directory, origin: origin)
        if let checkpoint = earlier.checkpoint { try requireGrown(from: checkpoint, earlier, path: path, verifier) }
        if !entries, try directory.kind(of: EarlierPublication.bundles) != .nothing {
            throw .notPublishable(
                path: path,
                reason: "entries are published there already: publish with --entries, or to another folder")
        }
        let signed = try checkpoint()
        guard let checkpoint = try? Checkpoint(text: signed.text) else {
            throw .rolledBack("the checkpoint just signed cannot be read; run \"daybook verify\"")
        }
        let outdated = try earlier.outdated(in: directory, size: checkpoint.size)
        let published = earlier.checkpoint?.size ?? 0
        // All that lies there is looked at before anything is written.
        try compare(outdated, checkpoint, after: published, entries: entries, in: &directory)
        try directory.clear()
        // The first file says whose the folder is, also where this ends in the middle.
        let key = Array("\(verifier.text)\n".utf8)
        if earlier.verifier == nil {
            try directory.write(key, to: EarlierPublication.verifierName)
            try directory.settle()
        }
        try visitTiles(of: checkpoint, entries: entries) { tile, tiles, database in
            guard try directory.kind(of: tile.path) == .nothing else { return }
            try directory.write(tiles.bytes(of: tile, in: database), to: tile.path)
        }
        try directory.settle()
        if let there = earlier.verifier, there != key {
            try directory.write(key, to: EarlierPublication.verifierName)
            try directory.settle()
        }
        let note = earlier.keeps(signed) ? earlier.note ?? signed : signed
        if note != earlier.note {
            try directory.write(Array(note.description.utf8), to: EarlierPublication.checkpointName)
            try directory.settle()
        }
        try EarlierPublication.remove(outdated, in: directory)
        return Publication(
            note: note, checkpoint: checkpoint, verifier: verifier, written: directory.written,
            removed: outdated.count)
    }

    /// Throws where the checkpoint in the folder is not one that this ledger has grown from.
    private func requireGrown(
        from published: Checkpoint, _ earlier: EarlierPublication, path: String, _ verifier: VerifierKey
    ) throws(LedgerError) {
        let isSigned = (try? earlier.note?.verify(with: [verifier])) != nil
        let signed = isSigned ? "" : " It is not signed by this ledger's key."
        try Ledger.wrapping(self.path) {
            try queue.read { database in
                let size = try Head(reading: database)?.size ?? 0
                guard published.size <= size else {
                    throw LedgerError.rolledBack(
                        "The checkpoint in \(path) has \(published.size) entries, and the ledger has \(size): it was "
                            + "put back to an older copy, or its end was cut off.\(signed) Nothing is published.")
                }
                let root = try MerkleTree(size: published.size, reader: TreeStore(database: database)).root()
                guard root == published.root else {
                    throw LedgerError.rolledBack(
                        "The first \(published.size) entries are not those of the checkpoint in \(path): there are two "
                            + "histories under one name, or this one was rewritten.\(signed) Nothing is published.")
                }
            }
        }
    }

    /// Throws where a tile that is there is not the ledger's. Up to the size that was published before it is enough
    /// that it is there: this ledger's checkpoint stands over it. Any other must have the same content.
    private func compare(
        _ outdated: [Tile], _ checkpoint: Checkpoint, after published: Int, entries: Bool,
        in directory: inout TileDirectory
    ) throws(LedgerError) {
        try visitTiles(of: checkpoint, entries: entries, and: outdated) { tile, tiles, database in
            let name = tile.path
            let kind = try directory.kind(of: name)
            guard kind != .nothing, tile.end.map({ $0 > published }) ?? true else { return }
            let bytes = try tiles.bytes(of: tile, in: database)
            guard try directory.bytes(of: name, most: bytes.count) == bytes else {
                throw EarlierPublication.foreign(directory.place(name))
            }
            directory.found(name)
        }
    }

    /// Shows each tile that a publication has, level by level, the entries after their hashes; and these others.
    private func visitTiles(
        of checkpoint: Checkpoint, entries: Bool, and others: [Tile] = [],
        _ visit: (Tile, inout LedgerTiles, Database) throws -> Void
    ) throws(LedgerError) {
        let size = checkpoint.size
        try Ledger.wrapping(path) {
            // Each statement by itself, and not one long transaction: nobody else's log grows behind it.
            try Ledger.connectForScanning(path: path).inDatabase { database in
                var tiles = try LedgerTiles(checkpoint, in: database)
                for tile in others { try visit(tile, &tiles, database) }
                for level in 0..<Tile.levels(size: size) {
                    let full = Tile.fullCount(level: level, size: size)
                    for index in 0..<full {
                        try visit(Tile(.hashes(level: level), index: index), &tiles, database)
                        if level == 0, entries { try visit(Tile(.entries, index: index), &tiles, database) }
                    }
                    for width in try partialWidths(level: level, size: size, in: database) {
                        try visit(Tile(.hashes(level: level), index: full, width: width), &tiles, database)
                    }
                    let width = Tile.partialWidth(level: level, size: size)
                    if level == 0, entries, width > 0 {
                        try visit(Tile(.entries, index: full, width: width), &tiles, database)
                    }
                }
            }
        }
    }

    /// The widths that the last tile of a level had or has in the checkpoints that were signed.
    private func partialWidths(level: Int, size: Int, in database: Database) throws -> [Int] {
        let width = Tile.partialWidth(level: level, size: size)
        let signed = try Query(
            database,
            "SELECT DISTINCT size >> ?1 & \(Tile.fullWidth - 1) FROM checkpoint WHERE size > ?2 AND size < ?3"
        ).bind(1, level * Tile.height)
            .bind(2, Tile.fullCount(level: level, size: size) << ((level + 1) * Tile.height)).bind(3, size)
            .all { $0.integer(0) }
        return Set(signed + [width]).filter { $0 > 0 && $0 <= width }.sorted()
    }
}
