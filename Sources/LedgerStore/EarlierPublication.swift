import Transparency

/// What lies in a folder to which a ledger is to be published: an earlier publication of it, whole or not, or nothing.
///
/// `verifier` or `checkpoint` says whose the folder is. In one that is this ledger's, files of other names are somebody's
/// choice, and are left alone; in one of which nothing says so, they are a reason to write nothing.
struct EarlierPublication {
    /// The checkpoint with its signatures.
    let note: SignedNote?
    let checkpoint: Checkpoint?
    /// The bytes of the file with the verifier key.
    let verifier: [UInt8]?
    private let isOurs: Bool

    static let checkpointName = "checkpoint"
    static let verifierName = "verifier"
    static let bundles = "tile/entries"
    private static let ours: Set<String> = [checkpointName, verifierName, "tile", TileDirectory.unfinished]

    /// Reads what says whose the folder is; throws where it is another ledger's, or nobody's that is known.
    init(in directory: borrowing TileDirectory, origin: String) throws(LedgerError) {
        func other(_ name: String) -> LedgerError {
            .notPublishable(
                path: directory.path,
                reason: "\"\(name)\" is published there, and this ledger is \"\(origin)\"; publish it to another folder"
            )
        }
        let note = try EarlierPublication.text(of: Self.checkpointName, in: directory)
            .map { text throws(LedgerError) in
                guard let note = try? SignedNote(text), let checkpoint = try? Checkpoint(text: note.text) else {
                    throw .notPublishable(
                        path: directory.place(Self.checkpointName),
                        reason: "this is not a signed checkpoint; take it away, or publish to another folder")
                }
                return (note, checkpoint)
            }
        let key = try EarlierPublication.text(of: Self.verifierName, in: directory)
            .map { text throws(LedgerError) in
                guard text.hasSuffix("\n"), let key = try? VerifierKey(String(text.dropLast())) else {
                    throw .notPublishable(
                        path: directory.place(Self.verifierName),
                        reason: "this is not a verifier key; take it away, or publish to another folder")
                }
                return (text, key)
            }
        for name in [note?.1.origin, key?.1.name].compactMap({ $0 }) where !name.utf8.elementsEqual(origin.utf8) {
            throw other(name)
        }
        self.note = note?.0
        checkpoint = note?.1
        verifier = key.map { Array($0.0.utf8) }
        isOurs = note != nil || key != nil
        guard !isOurs else { return }
        for name in try directory.names(in: "") where !Self.ours.contains(name) {
            throw .notPublishable(
                path: directory.path,
                reason: "\"\(name)\" lies there, and nothing of this ledger; publish to a new or empty folder")
        }
    }

    private static func text(of name: String, in directory: borrowing TileDirectory) throws(LedgerError) -> String? {
        switch try directory.kind(of: name) {
        case .nothing: return nil
        case .folder, .other: throw inTheWay(directory.place(name))
        case .file:
            let bytes = try directory.bytes(of: name, most: SignedNote.largest.bytes)
            return bytes.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        }
    }

    /// True where the published note says the same and has the signatures of this one, and perhaps those of witnesses.
    func keeps(_ note: SignedNote) -> Bool {
        guard let there = self.note, there.text.utf8.elementsEqual(note.text.utf8) else { return false }
        return Set(note.signatures).isSubset(of: there.signatures)
    }

    /// Looks through all tiles that are there, and gives the partial ones that are full in a log of `size` entries.
    /// Throws where something is in the way of a tile, or is no tile of such a log.
    func outdated(in directory: borrowing TileDirectory, size: Int) throws(LedgerError) -> [Tile] {
        var outdated: [Tile] = []
        for name in ["tile", TileDirectory.unfinished] {
            let kind = try directory.kind(of: name)
            guard kind == .nothing || kind == .folder else { throw Self.inTheWay(directory.place(name)) }
        }
        var folders = ["tile"]
        while let folder = folders.popLast() {
            for name in try directory.names(in: folder) {
                let path = "\(folder)/\(name)"
                if let tile = Tile(path: path) {
                    try require(tile, at: path, in: directory, size: size)
                    if !tile.isFull, let end = tile.full.end, end <= size { outdated.append(tile) }
                } else if Tile(path: "\(path)/1") != nil || Tile(path: "\(path)/001") != nil {
                    guard try directory.kind(of: path) == .folder else {
                        throw Self.inTheWay(directory.place(path))
                    }
                    folders.append(path)
                } else if !isOurs {
                    throw .notPublishable(
                        path: directory.place(path), reason: "this is no part of a ledger; publish to another folder")
                }
            }
        }
        return outdated
    }

    private func require(_ tile: Tile, at path: String, in directory: borrowing TileDirectory, size: Int)
        throws(LedgerError)
    {
        guard case .file(let bytes) = try directory.kind(of: path) else {
            throw Self.inTheWay(directory.place(path))
        }
        guard let end = tile.end, end <= size else {
            throw .notPublishable(
                path: directory.place(path),
                reason:
                    "this is a tile of more entries than the ledger has (\(size)): the folder is another ledger's, or "
                    + "the ledger was put back to an older copy. Nothing is published")
        }
        let fits = tile.content == .entries ? bytes > 0 : bytes == tile.width * Hash.byteCount
        guard fits else { throw Self.foreign(directory.place(path)) }
    }

    /// Takes these tiles away, and the folders that are empty then.
    static func remove(_ tiles: [Tile], in directory: borrowing TileDirectory) throws(LedgerError) {
        for tile in tiles { try directory.remove(tile.path) }
        for tile in tiles { directory.removeFolder(DurableFile.folder(of: tile.path)) }
    }

    static func inTheWay(_ path: String) -> LedgerError {
        .notPublishable(
            path: path, reason: "what is there is in the way of the ledger's files; take it away, or publish elsewhere")
    }

    static func foreign(_ path: String) -> LedgerError {
        .notPublishable(
            path: path,
            reason:
                "this is not what the ledger has there: it is damaged, or another ledger's. Nothing is written over "
                + "it; take it away, or publish to another folder")
    }
}
