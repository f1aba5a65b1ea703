public import Transparency

/// A reader of a published log that knows nothing but C2SP tlog-tiles: it makes its own paths, and holds every tile of
/// every level against the plain tree over the leaf hashes.
public struct PublishedLog {
    /// Something that the specification does not allow.
    public struct Broken: Error, CustomStringConvertible {
        /// What.
        public let description: String
    }

    /// A log that was read whole.
    public struct Contents {
        /// The signed checkpoint.
        public let checkpoint: Checkpoint
        /// The leaf hashes.
        public let leaves: [Hash]
        /// The entries; none where they were not asked for.
        public let entries: [[UInt8]]
        /// The paths that were fetched.
        public let paths: Set<String>
    }

    private let fetch: (String) throws -> [UInt8]?

    /// A log whose resources are fetched in this way, by their path below its prefix.
    public init(fetch: @escaping (String) throws -> [UInt8]?) {
        self.fetch = fetch
    }

    /// The path of a tile, as the specification words it: three digits a group, all but the last after an `x`.
    public static func path(_ kind: String, _ index: Int, width: Int = 256) -> String {
        var digits = "\(index)"
        while digits.count % 3 != 0 { digits = "0" + digits }
        var groups: [String] = []
        while !digits.isEmpty {
            groups.append((digits.count > 3 ? "x" : "") + digits.prefix(3))
            digits.removeFirst(3)
        }
        return "tile/\(kind)/" + groups.joined(separator: "/") + (width < 256 ? ".p/\(width)" : "")
    }

    /// Reads the log that `checkpoint` commits to, or that which the published one does.
    public func read(verifier: VerifierKey, entries: Bool, of note: String? = nil) throws -> Contents {
        var paths: Set<String> = ["checkpoint"]
        func get(_ path: String) throws -> [UInt8] {
            paths.insert(path)
            guard let bytes = try fetch(path) else { throw Broken(description: "\(path) is not there") }
            return bytes
        }
        let text = try note ?? String(decoding: get("checkpoint"), as: UTF8.self)
        let checkpoint = try Checkpoint(verifying: SignedNote(text), with: [verifier])
        let size = checkpoint.size
        var tree: NaiveTree?
        var (level, span) = (0, 1)
        var leaves: [Hash] = []
        while size / span > 0 {
            let count = size / span
            var hashes: [Hash] = []
            for index in 0...(count / 256) {
                let width = min(256, count - index * 256)
                guard width > 0 else { continue }
                let path = PublishedLog.path("\(level)", index, width: width)
                let bytes = try get(path)
                guard bytes.count == width * 32 else { throw Broken(description: "\(path) has \(bytes.count) bytes") }
                for start in stride(from: 0, to: bytes.count, by: 32) {
                    hashes.append(Hash(bytes: Array(bytes[start..<start + 32]))!)
                }
            }
            if level == 0 {
                leaves = hashes
                tree = NaiveTree(leaves: hashes)
            }
            for (place, hash) in hashes.enumerated()
            where tree!.hash(of: place * span..<(place + 1) * span) != hash {
                throw Broken(description: "hash \(place) of level \(level) is not that of the tree")
            }
            (level, span) = (level + 1, span * 256)
        }
        guard (tree ?? NaiveTree(leaves: [])).root(size: size) == checkpoint.root else {
            throw Broken(description: "the tiles do not come to the checkpoint's root")
        }
        let read = entries ? try self.entries(leaves: leaves, get) : []
        return Contents(checkpoint: checkpoint, leaves: leaves, entries: read, paths: paths)
    }

    private func entries(leaves: [Hash], _ get: (String) throws -> [UInt8]) throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        for start in stride(from: 0, to: leaves.count, by: 256) {
            let width = min(256, leaves.count - start)
            let path = PublishedLog.path("entries", start / 256, width: width)
            var rest = try get(path)[...]
            for leaf in leaves[start..<start + width] {
                guard rest.count >= 2 else { throw Broken(description: "\(path) ends early") }
                let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
                let entry = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
                guard Hash.sha256([0x00] + entry) == leaf else {
                    throw Broken(description: "entry \(entries.count) in \(path) is not the leaf's")
                }
                entries.append(entry)
            }
            guard rest.isEmpty else { throw Broken(description: "\(path) goes on after its last entry") }
        }
        return entries
    }
}

/// A reader of single nodes from tiles, as a client makes proofs from them.
public struct TileNodes: HashReader {
    private let fetch: (String) throws -> [UInt8]?
    private let size: Int

    /// The nodes of the tree of `size` leaves.
    public init(size: Int, fetch: @escaping (String) throws -> [UInt8]?) {
        self.size = size
        self.fetch = fetch
    }

    /// The hashes at these positions, each from the tile that has it or what is below it.
    public func hashes(at positions: [NodePosition]) throws -> [Hash] {
        try positions.map { position in
            let level = position.level / 8
            let count = size >> (level * 8)
            let first = position.index << (position.level % 8)
            let path = PublishedLog.path("\(level)", first / 256, width: min(256, count - first / 256 * 256))
            guard let bytes = try fetch(path) else { throw PublishedLog.Broken(description: "\(path) is not there") }
            let hashes = stride(from: 0, to: bytes.count, by: 32).map { Hash(bytes: Array(bytes[$0..<$0 + 32]))! }
            let range = first % 256..<first % 256 + 1 << (position.level % 8)
            return NaiveTree(leaves: Array(hashes[range])).root(size: range.count)
        }
    }
}
