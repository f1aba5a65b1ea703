public import Transparency

/// Two signed checkpoints of one ledger that do not fit together, in a file that anybody can check (`daybook-fork/v1`).
///
/// Two of the same size with different roots show it by themselves. Where one has more entries, the file says which root
/// the larger ledger has over the smaller one's number of entries, with the consistency proof: the tree of the larger
/// determines that root, so where it is another than the smaller note's, no proof that they fit can exist. Without that
/// proof the file is a claim.
public struct ForkEvidence: Hashable, Sendable {
    /// The ledger's name, as both notes have it.
    public let origin: String
    /// The key that signed the present note.
    public let verifier: VerifierKey
    /// The note that somebody kept.
    public let held: SignedNote
    /// A note of the ledger that was shown later.
    public let present: SignedNote
    /// The root over the first entries of the present ledger, as many as the held note has, and the proof; `nil` where
    /// both have as many, or it could not be made.
    public let part: Part?

    /// What the larger ledger has where the smaller note ends.
    public struct Part: Hashable, Sendable {
        /// The root over the first entries.
        public let root: Hash
        /// The proof that the larger ledger starts with that.
        public let proof: [Hash]

        /// A part by its parts.
        public init(root: Hash, proof: [Hash]) {
            self.root = root
            self.proof = proof
        }
    }

    /// Evidence by its parts.
    public init(origin: String, verifier: VerifierKey, held: SignedNote, present: SignedNote, part: Part?) {
        self.origin = origin
        self.verifier = verifier
        self.held = held
        self.present = present
        self.part = part
    }

    /// The most bytes that are read.
    public static let largest = 4 << 20

    /// Why a file is not evidence of a fork.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is not in the form of one.
        case malformed
        /// A note is not signed by a key that was given, or carries a signature that does not hold.
        case notSigned
        /// The notes are not of the ledger that the file names.
        case wrongOrigin
        /// The proof is not one of the larger note's ledger.
        case badProof
        /// The two fit together, or nothing speaks against it.
        case noFork

        /// What a person can read.
        public var sentence: String {
            switch self {
            case .malformed: "this is not a file of the form daybook-fork/v1."
            case .notSigned: "not both checkpoints are signed by a key that you trust."
            case .wrongOrigin: "the checkpoints are not of the ledger that the file names."
            case .badProof: "the proof in it is not one of the ledger with more entries."
            case .noFork: "the two checkpoints fit together: there is no fork."
            }
        }
    }

    /// What it shows.
    public enum Showing: Hashable, Sendable {
        /// Same size, different roots: the two notes alone prove it.
        case provenByNotes(size: Int)
        /// The proof shows that the larger ledger starts otherwise than the smaller note says.
        case provenByProof(smaller: Int, larger: Int)
        /// Whoever made the file says that no proof exists that they fit; the file does not show it.
        case claimed(held: Int, present: Int)

        /// What a person can read.
        public var sentence: String {
            let meaning =
                " Two histories were signed under one name. That is so where the ledger was rewritten, and also where an "
                + "older copy was put back and went on; it does not say who did it."
            return switch self {
            case .provenByNotes(let size):
                "Proven: both checkpoints are signed, both are of \(size) entries, and their roots differ." + meaning
            case .provenByProof(let smaller, let larger):
                "Proven: the ledger of \(larger) entries does not start with the \(smaller) entries of the other "
                    + "checkpoint; the proof in the file leads to another root." + meaning
            case .claimed(let held, let present):
                "Claimed, not proven: the checkpoints are of \(held) and \(present) entries, and the file has no proof about "
                    + "them. Whoever keeps the ledger can refute it with a consistency proof, and cannot make one where it is "
                    + "true."
            }
        }
    }

    /// Checks it with keys that the verifier trusts; believes nothing in the file besides.
    public func verify(with keys: [VerifierKey]) throws(Refusal) -> Showing {
        let checkpoints = try [held, present].map { note throws(Refusal) in
            do throws(CheckpointError) {
                return try Checkpoint(verifying: note, with: keys, origin: origin)
            } catch .wrongOrigin {
                throw .wrongOrigin
            } catch {
                throw .notSigned
            }
        }
        let (smaller, larger) =
            checkpoints[0].size <= checkpoints[1].size
            ? (checkpoints[0], checkpoints[1]) : (checkpoints[1], checkpoints[0])
        guard smaller.size < larger.size else {
            guard part == nil else { throw .badProof }
            guard smaller.root != larger.root else { throw .noFork }
            return .provenByNotes(size: smaller.size)
        }
        guard let part else {
            // An empty ledger is the start of every one.
            guard smaller.size > 0 || smaller.root != .emptyTree else { throw .noFork }
            return .claimed(held: checkpoints[0].size, present: checkpoints[1].size)
        }
        do throws(ProofError) {
            try Proof.verifyConsistency(
                from: smaller.size, root: part.root, to: larger.size, root: larger.root, proof: part.proof)
        } catch { throw .badProof }
        guard part.root != smaller.root else { throw .noFork }
        return .provenByProof(smaller: smaller.size, larger: larger.size)
    }

    // MARK: The file

    /// The file: one line of JSON in its one spelling.
    public var json: JSONValue {
        .object([
            "format": .string(ForkEvidence.format), "origin": .string(origin), "verifier": .string(verifier.text),
            "held": .string(held.description), "present": .string(present.description),
            "root": part.map { .string($0.root.base64) }, "proof": part.map { .strings($0.proof.map(\.base64)) },
        ])
    }

    private static let format = "daybook-fork/v1"

    /// Reads a file as ``json`` prints it, with or without a newline at its end; refuses every other spelling.
    public init(bytes: [UInt8]) throws(Refusal) {
        let bytes = bytes.last == 0x0a ? Array(bytes.dropLast()) : bytes
        guard bytes.count <= ForkEvidence.largest, let json = try? JSONValue(canonical: bytes),
            json["format"]?.string == ForkEvidence.format, let origin = json["origin"]?.string, !origin.isEmpty,
            let verifier = json["verifier"]?.string.flatMap({ try? VerifierKey($0) }),
            let held = json["held"]?.string.flatMap({ try? SignedNote($0) }),
            let present = json["present"]?.string.flatMap({ try? SignedNote($0) })
        else { throw .malformed }
        var part: Part?
        if let root = json["root"]?.string.flatMap({ Hash(base64: $0) }), let proof = json["proof"]?.array,
            proof.count <= 64
        {
            part = Part(root: root, proof: proof.compactMap { $0.string.flatMap { Hash(base64: $0) } })
        }
        self.init(origin: origin, verifier: verifier, held: held, present: present, part: part)
        // What is not printed again as it was read has members that are unknown, out of order, or not what they should be.
        guard self.json.bytes == bytes else { throw .malformed }
    }
}
