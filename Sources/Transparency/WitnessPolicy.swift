/// Why a text is not a policy, and in which line.
public struct WitnessPolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line, from 1; `nil` for what is wrong with the whole.
    public let line: Int?
    /// What is wrong, and how it is put right.
    public let reason: String

    /// "line 3: …".
    public var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}

/// Which logs are known, which witnesses, and how many of them must have cosigned a checkpoint (C2SP tlog-policy).
///
///     log riverside-dental.example/daybook+28e59e7b+AaxhGbcLyoOdK0J08hN0/8IQMYk0IGiHUWmUK11PCLHH
///     witness accountant accountant.example/w1+…
///     witness sister-site sister.example/w1+…
///     group either any accountant sister-site
///     quorum either
///
/// One thing on a line, its words parted by spaces or tabs; empty lines, and lines that start with `#`, are passed
/// over. A group or quorum names only what stands above it, each name is in one group at most, and no public key stands
/// there twice under any name: so a witness counts once.
public struct WitnessPolicy: Equatable, Sendable {
    /// A log whose checkpoints are accepted.
    public struct Log: Equatable, Sendable {
        /// The log's key; the key's name is the log's origin.
        public let key: VerifierKey
        /// Where it is reached, for those who need it.
        public let url: String?
    }

    /// A witness whose cosignature counts.
    public struct Witness: Equatable, Sendable {
        /// What the policy calls it; the name in its key may be another.
        public let name: String
        /// The key of its cosignatures.
        public let key: VerifierKey
        /// The prefix for submissions, for those who ask it.
        public let url: String?
    }

    /// Which witnesses are enough.
    public indirect enum Quorum: Equatable, Sendable {
        /// No witness is needed.
        case none
        /// This one must have cosigned.
        case witness(VerifierKey)
        /// At least so many of these must hold.
        case group(atLeast: Int, of: [Quorum])

        /// True where the cosignatures of these witnesses are enough.
        public func holds(with cosigned: Set<VerifierKey>) -> Bool {
            switch self {
            case .none: true
            case .witness(let key): cosigned.contains(key)
            case .group(let needed, let members): members.count(where: { $0.holds(with: cosigned) }) >= needed
            }
        }
    }

    /// The logs; empty where they are known from elsewhere.
    public let logs: [Log]
    /// The witnesses.
    public let witnesses: [Witness]
    /// How many of them are enough.
    public let quorum: Quorum

    /// The longest policy that is read, in bytes, the most names in it, and how deep groups may stand in groups.
    public static let largest = (bytes: 1_000_000, names: 4096, depth: 32)

    /// Reads a policy.
    public init(_ text: String) throws(WitnessPolicyError) {
        try self.init(bytes: Array(text.utf8))
    }

    /// Reads a policy from its bytes: names are compared as bytes, and comments may be of any encoding.
    public init(bytes: [UInt8]) throws(WitnessPolicyError) {
        guard bytes.count <= WitnessPolicy.largest.bytes else {
            throw WitnessPolicyError(
                line: nil, reason: "the policy is longer than \(WitnessPolicy.largest.bytes) bytes")
        }
        var reader = WitnessPolicyReader()
        for (place, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            do throws(PolicyMistake) { try reader.read(line) } catch {
                throw WitnessPolicyError(line: place + 1, reason: error.reason)
            }
        }
        guard let quorum = reader.quorum else {
            throw WitnessPolicyError(
                line: nil, reason: "the policy has no quorum; end it with \"quorum NAME\", or with \"quorum none\"")
        }
        logs = reader.logs
        witnesses = reader.witnesses
        self.quorum = quorum
    }
}

/// A checkpoint with what the witnesses of a policy say about it.
public struct WitnessedCheckpoint: Equatable, Sendable {
    /// The checkpoint; one of the keys given, or of the policy's logs, signed it.
    public let checkpoint: Checkpoint
    /// Who of the policy's witnesses cosigned it, and when.
    public let cosignatures: [Cosignature]
    /// True where they are as many as the policy asks. Of a policy with the quorum `none` it is always true, also
    /// where nobody cosigned.
    public let holdsQuorum: Bool
}

extension WitnessPolicy {
    /// The checkpoint inside a note, and whether enough witnesses cosigned it.
    ///
    /// It must be signed by one of the policy's logs whose name is its origin, or by one of `keys`, which the caller
    /// knows from elsewhere. A quorum that is not reached is an answer, not an error.
    public func verify(
        _ note: SignedNote, keys: [VerifierKey] = []
    ) throws(CheckpointError) -> WitnessedCheckpoint {
        let unverified = try Checkpoint(text: note.text)
        let known = logs.map(\.key).filter { $0.name.utf8.elementsEqual(unverified.origin.utf8) }
        let all = known + keys.filter { !known.contains($0) }
        let checkpoint = try Checkpoint(verifying: note, with: all)
        let cosignatures: [Cosignature]
        do { cosignatures = try note.cosignatures(by: witnesses.map(\.key)) } catch { throw .note(error) }
        return WitnessedCheckpoint(
            checkpoint: checkpoint, cosignatures: cosignatures,
            holdsQuorum: quorum.holds(with: Set(cosignatures.map(\.witness))))
    }
}
