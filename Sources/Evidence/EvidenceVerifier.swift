public import Bookings
public import Transparency

/// What a person brings to believe, or not, an evidence file: keys and checkpoints that they have from elsewhere.
public struct EvidenceVerifier: Sendable {
    /// Keys that the verifier trusts; with none, the file is held against the key inside it alone, and never `signed`.
    public var trusted: [VerifierKey]
    /// Checkpoints that the verifier held before.
    public var held: [SignedNote]
    /// Looks at a time-stamp over a text with this digest, with roots of the verifier's own; `nil` where there are none.
    public var stamp: (@Sendable (_ token: [UInt8], _ imprint: Hash) -> Result<Timestamp, StampRefusal>)?
    /// Looks at the cosignatures of the note, as the verifier's policy asks: `nil` where there is no policy; otherwise
    /// whether the quorum holds, and a sentence.
    public var quorum: (@Sendable (SignedNote) -> (holds: Bool, sentence: String))?

    /// Why a time-stamp is not believed.
    public struct StampRefusal: Error, Equatable, Sendable {
        /// What a person can read.
        public let sentence: String
        /// True for an authority that none of the roots knows: the time-stamp says nothing for or against the file.
        public let isUnknown: Bool

        /// A refusal in these words.
        public init(_ sentence: String, isUnknown: Bool = false) {
            self.sentence = sentence
            self.isUnknown = isUnknown
        }
    }

    /// A verifier with these keys and checkpoints.
    public init(trusted: [VerifierKey] = [], held: [SignedNote] = []) {
        self.trusted = trusted
        self.held = held
    }

    /// Checks every part of the file; pure, linear in its size. What does not hold is a value: ``EvidenceVerification``.
    public func verify(_ evidence: Evidence) -> EvidenceVerification {
        var check = EvidenceCheck(evidence, by: self)
        do throws(EvidenceRefusal) {
            let content = try check.run()
            return EvidenceVerification(
                steps: check.steps, assurance: check.assurance, refusal: nil, unreached: check.unreached,
                lackOfWitnesses: check.lackOfWitnesses, content: content)
        } catch {
            return EvidenceVerification(
                steps: check.steps + [EvidenceStep(sentence: error.sentence, outcome: .refused)], assurance: [],
                refusal: error, unreached: [], lackOfWitnesses: nil, content: nil)
        }
    }
}

/// What came of looking at an evidence file.
public struct EvidenceVerification: Sendable {
    /// Everything that was checked, in order, up to the first that failed.
    public let steps: [EvidenceStep]
    /// What holds; empty where the file is refused.
    public let assurance: [Assurance]
    /// Why the file is not believed; `nil` where it is.
    public let refusal: EvidenceRefusal?
    /// Held checkpoints that the file does not reach: they say nothing for or against it.
    public let unreached: [Unreached]
    /// Why the cosignatures are not those that the verifier's policy asks for; `nil` where they are, or none was given.
    public let lackOfWitnesses: String?
    /// What it shows; `nil` where the file is refused.
    public let content: EvidenceContent?

    /// A checkpoint that the verifier holds, and with which the file cannot be compared.
    public struct Unreached: Equatable, Sendable {
        /// The checkpoint, as far as it can be read; whether anybody signed it is another question.
        public let checkpoint: Checkpoint?
        /// Why it cannot be compared, and what to do.
        public let sentence: String
    }
}

/// The check of one file, step by step; each step uses what those before it have shown.
struct EvidenceCheck {
    let evidence: Evidence
    let verifier: EvidenceVerifier
    private(set) var steps: [EvidenceStep] = []
    private(set) var assurance: [Assurance] = [.consistent]
    private(set) var unreached: [EvidenceVerification.Unreached] = []
    private(set) var lackOfWitnesses: String?
    private var checkpoint = Checkpoint(origin: "", size: 0, root: .emptyTree)
    private var keys: [VerifierKey] = []
    /// Every entry that is shown anywhere in the file, by index.
    private var shown: [Int: [UInt8]] = [:]

    init(_ evidence: Evidence, by verifier: EvidenceVerifier) {
        self.evidence = evidence
        self.verifier = verifier
    }

    mutating func agree(_ sentence: String) {
        steps.append(EvidenceStep(sentence: sentence, outcome: .agrees))
    }

    mutating func leaveOpen(_ sentence: String) {
        steps.append(EvidenceStep(sentence: sentence, outcome: .notChecked))
    }

    mutating func run() throws(EvidenceRefusal) -> EvidenceContent {
        try checkKeys()
        try checkSignature()
        try checkRotations()
        let entries = try readEntries()
        let state = try StateCheck(evidence, reading(evidence.state.included, as: .ledgerState, "The state"))
        agree(
            "The state is entry \(state.entry.index), and declares \(state.size) ids with the root \(state.root.base64)."
        )
        let readings = try evidence.snapshots.map { snapshot throws(EvidenceRefusal) in
            try ReadingCheck(snapshot, reading(snapshot.included, as: .snapshotTaken, "A reading"))
        }
        try checkChain()
        let scope = try state.scope(of: entries)
        agree(scope.sentence)
        let disclosed = try DisclosureCheck.run(entries, scope: scope)
        agree(disclosed.sentence)
        let found = try ReadingCheck.presences(readings, of: scope.closure, in: evidence.source)
        if !readings.isEmpty {
            agree(
                "Each reading of the schedule (\(readings.count)) is recorded, with or without the booking, as shown.")
        }
        try checkConsistency()
        let stamps = try checkTimestamps()
        if let quorum = verifier.quorum?(evidence.checkpoint) {
            if quorum.holds {
                assurance.append(.witnessed)
                agree(quorum.sentence)
            } else {
                lackOfWitnesses = quorum.sentence
                leaveOpen(quorum.sentence)
            }
        }
        return EvidenceContent(
            evidence: evidence, checkpoint: checkpoint, keys: keys, state: state.entry, scope: scope,
            records: disclosed.records, readings: found, stamps: stamps)
    }

    // MARK: Keys and signatures

    private mutating func checkKeys() throws(EvidenceRefusal) {
        guard evidence.verifier.name.utf8.elementsEqual(evidence.origin.utf8) else {
            throw EvidenceRefusal(.wrongOrigin, "The key inside the file has another name than the ledger.")
        }
        for rotation in evidence.rotations {
            let entry = try understood(rotation.entry, "A change of key")
            guard entry.type == .keyRotated, let from = entry.body?["from"]?.string.flatMap({ try? VerifierKey($0) }),
                let to = entry.body?["to"]?.string.flatMap({ try? VerifierKey($0) }), from != to,
                from.algorithm == .ed25519, to.algorithm == .ed25519
            else {
                throw EvidenceRefusal(
                    .brokenRotation, "Entry \(rotation.entry.index) does not record a change from one key to another.")
            }
            guard keys.last.map({ $0 == from }) ?? true else {
                throw EvidenceRefusal(
                    .brokenRotation, "Entry \(rotation.entry.index) changes from a key that was not the one before.")
            }
            if keys.isEmpty { keys = [from] }
            keys.append(to)
        }
        guard keys.last.map({ $0 == evidence.verifier }) ?? true else {
            throw EvidenceRefusal(.brokenRotation, "The last change of key does not lead to the key inside the file.")
        }
        if keys.isEmpty { keys = [evidence.verifier] }
        guard verifier.trusted.isEmpty || verifier.trusted.contains(where: { keys.contains($0) }) else {
            throw EvidenceRefusal(
                .wrongKey,
                "Wrong key: the file is signed by the key with the fingerprint \(evidence.verifier.fingerprint), and that "
                    + "is none of those that you trust.")
        }
    }

    private mutating func checkSignature() throws(EvidenceRefusal) {
        checkpoint = try opened(evidence.checkpoint, by: evidence.verifier, "The checkpoint")
        agree(
            "The checkpoint of \(checkpoint.size) entries is signed by the key inside the file (fingerprint "
                + "\(evidence.verifier.fingerprint)).")
        guard !verifier.trusted.isEmpty else {
            return leaveOpen("No key from elsewhere was given (--trust): whose key it is, is not checked.")
        }
        assurance.append(.signed)
        agree("The key is one that you trust, or follows from one by the changes of key that the ledger records.")
    }

    /// The checkpoint in a note that the key signed, or any of the ledger's; no other of them must be named in vain.
    private func opened(_ note: SignedNote, by key: VerifierKey? = nil, _ what: String) throws(EvidenceRefusal)
        -> Checkpoint
    {
        do throws(CheckpointError) {
            if let key { _ = try Checkpoint(verifying: note, with: [key]) }
            return try Checkpoint(verifying: note, with: keys, origin: evidence.origin)
        } catch {
            switch error {
            case .note(.invalidSignature):
                throw EvidenceRefusal(.badSignature, "\(what) carries a signature that is not by the key it names.")
            case .note: throw EvidenceRefusal(.badSignature, "\(what) is not signed by the key that should sign it.")
            case .malformed: throw EvidenceRefusal(.badSignature, "\(what) is signed, and is no checkpoint.")
            case .wrongOrigin: throw EvidenceRefusal(.wrongOrigin, "\(what) is of another ledger.")
            }
        }
    }

    private mutating func checkRotations() throws(EvidenceRefusal) {
        for (place, rotation) in evidence.rotations.enumerated() {
            let older = try opened(rotation.checkpoint, by: keys[place], "The checkpoint of a change of key")
            try include(rotation.entry, under: older, "The change of key")
            try requireConsistent(older, rotation.proof, "The checkpoint of a change of key")
            agree("Entry \(rotation.entry.index) changes the key, under a checkpoint signed by the key before it.")
        }
    }

    // MARK: Entries

    private mutating func include(
        _ included: Evidence.Included, under checkpoint: Checkpoint, _ what: String
    ) throws(EvidenceRefusal) {
        do throws(ProofError) {
            try Proof.verifyInclusion(
                of: .leaf(included.bytes), at: included.index, size: checkpoint.size, root: checkpoint.root,
                proof: included.proof)
        } catch {
            throw EvidenceRefusal(
                .notIncluded,
                "\(what), entry \(included.index), is not in the ledger that the checkpoint commits to: it was changed, or "
                    + "its proof is not its own.")
        }
        shown[included.index] = included.bytes
    }

    /// The entry that these bytes are, where it must be understood.
    private func understood(_ included: Evidence.Included, _ what: String) throws(EvidenceRefusal) -> Entry {
        guard let entry = try entry(included, what) else {
            throw EvidenceRefusal(
                .unreadableEntry,
                "\(what), entry \(included.index), is of a version or type that this program does not understand.")
        }
        return entry
    }

    /// The entry that these bytes are; `nil` for one of a later version or type.
    private func entry(_ included: Evidence.Included, _ what: String) throws(EvidenceRefusal) -> Entry? {
        let entry: Entry
        do throws(EntryError) {
            entry = try Entry(bytes: included.bytes)
        } catch {
            guard case .notUnderstood = error, let json = try? JSONValue(canonical: included.bytes),
                json["origin"]?.string?.utf8.elementsEqual(evidence.origin.utf8) ?? false,
                json["index"]?.integer == included.index
            else {
                throw EvidenceRefusal(
                    .unreadableEntry, "\(what), entry \(included.index), is not in the one spelling of an entry.")
            }
            return nil
        }
        guard entry.origin.utf8.elementsEqual(evidence.origin.utf8) else {
            throw EvidenceRefusal(.wrongOrigin, "\(what), entry \(included.index), is of another ledger.")
        }
        guard entry.index == included.index else {
            throw EvidenceRefusal(
                .unreadableEntry, "\(what) is shown as entry \(included.index), and says that it is \(entry.index).")
        }
        return entry
    }

    private mutating func readEntries() throws(EvidenceRefusal) -> [ShownRecord] {
        var records: [ShownRecord] = []
        for shown in evidence.entries {
            try include(shown.included, under: checkpoint, "An entry")
            records.append(ShownRecord(shown: shown, entry: try entry(shown.included, "An entry")))
        }
        if !records.isEmpty {
            let indexes = evidence.entries.map { String($0.included.index) }.joined(separator: ", ")
            agree(
                records.count == 1
                    ? "Entry \(indexes) stands in the ledger, unchanged, where it says."
                    : "Entries \(indexes) stand in the ledger, unchanged, where they say.")
        }
        return records
    }

    private mutating func reading(
        _ included: Evidence.Included, as type: EntryType, _ what: String
    ) throws(EvidenceRefusal) -> Entry {
        try include(included, under: checkpoint, what)
        let entry = try understood(included, what)
        guard entry.type == type else {
            throw EvidenceRefusal(
                .falseCommitment, "\(what), entry \(included.index), is not of the type \(type.rawValue).")
        }
        return entry
    }

    private mutating func checkChain() throws(EvidenceRefusal) {
        var pairs = 0
        for (index, bytes) in shown.sorted(by: { $0.key < $1.key }) {
            guard let before = index == 0 ? .zero : shown[index - 1].map({ Hash.leaf($0) }) else { continue }
            // Also of an entry that is not understood: what comes before its type means the same in every version.
            guard let entry = try? JSONValue(canonical: bytes),
                entry["previous"]?.string.flatMap({ Hash(base64: $0) }) == before
            else {
                throw EvidenceRefusal(
                    .brokenChain, "Entry \(index) does not follow entry \(index - 1), which is shown.")
            }
            pairs += 1
        }
        if pairs > 0 { agree("Where two neighbouring entries are shown, the later names the hash of the earlier.") }
    }

    // MARK: Checkpoints from elsewhere

    private func requireConsistent(_ older: Checkpoint, _ proof: [Hash], _ what: String) throws(EvidenceRefusal) {
        do throws(ProofError) {
            try Proof.verifyConsistency(
                from: older.size, root: older.root, to: checkpoint.size, root: checkpoint.root, proof: proof)
        } catch {
            throw EvidenceRefusal(
                .notConsistent,
                "\(what), of \(older.size) entries, is not shown to be an earlier state of the same ledger.")
        }
    }

    /// The checkpoint in a note by any of the ledger's keys, once it is shown to be an earlier state of this ledger.
    private func earlier(_ note: SignedNote, _ proof: [Hash], _ what: String) throws(EvidenceRefusal) -> Checkpoint {
        let older = try opened(note, what)
        try requireConsistent(older, proof, what)
        return older
    }

    private mutating func checkConsistency() throws(EvidenceRefusal) {
        var reached: [Int: Checkpoint] = [checkpoint.size: checkpoint]
        for one in evidence.consistency {
            let older = try earlier(one.held, one.proof, "A checkpoint held before")
            reached[older.size] = older
            agree("Nothing was rewritten since the checkpoint of \(older.size) entries that the file carries.")
        }
        for rotation in evidence.rotations {
            if let known = try? Checkpoint(text: rotation.checkpoint.text) { reached[known.size] = known }
        }
        for stamped in evidence.timestamps {
            let known = try earlier(stamped.checkpoint, stamped.proof, "A time-stamped checkpoint")
            reached[known.size] = known
        }
        for note in verifier.held {
            guard let mine = try? Checkpoint(verifying: note, with: keys, origin: evidence.origin) else {
                // Whoever gives the wrong note has not thereby shown the file to be false.
                setAside(
                    try? Checkpoint(text: note.text),
                    "is of another ledger, or no key of this one signed it: it says nothing for or against the file.")
                continue
            }
            guard let same = reached[mine.size] else {
                let advice =
                    mine.size < checkpoint.size
                    ? "Ask for evidence made with it: daybook prove --held." : "It is newer: ask for newer evidence."
                setAside(mine, "is not reached by the file, which says nothing for or against it. \(advice)")
                continue
            }
            guard same.root == mine.root else {
                throw EvidenceRefusal(
                    .forked,
                    "AR403: the checkpoint of \(mine.size) entries that you hold is correctly signed, and is not of this "
                        + "ledger's past. Somebody showed two different ledgers under one name; keep both files.")
            }
            if !assurance.contains(.held) { assurance.append(.held) }
            agree("The checkpoint of \(mine.size) entries that you hold is part of this ledger.")
        }
    }

    private mutating func setAside(_ held: Checkpoint?, _ why: String) {
        let what = held.map { "A checkpoint of \($0.size) entries" } ?? "A note"
        let sentence = "\(what) that you hold \(why)"
        unreached.append(EvidenceVerification.Unreached(checkpoint: held, sentence: sentence))
        leaveOpen(sentence)
    }

    private mutating func checkTimestamps() throws(EvidenceRefusal) -> [EvidenceContent.Stamp] {
        var stamps: [EvidenceContent.Stamp] = []
        for one in evidence.timestamps {
            let older = try earlier(one.checkpoint, one.proof, "A time-stamped checkpoint")
            guard let stamp = verifier.stamp else {
                leaveOpen("A time-stamp over \(older.size) entries is not checked: no roots were given (--tsa-roots).")
                continue
            }
            switch stamp(one.token, Hash.sha256(Array(one.checkpoint.text.utf8))) {
            case .success(let time):
                stamps.append(EvidenceContent.Stamp(size: older.size, time: time))
                if !assurance.contains(.stamped) { assurance.append(.stamped) }
                agree("The first \(older.size) entries were there on \(time.text), as a time-stamp authority signed.")
            case .failure(let refusal) where refusal.isUnknown:
                leaveOpen("A time-stamp over \(older.size) entries says nothing here: \(refusal.sentence)")
            case .failure(let refusal):
                throw EvidenceRefusal(
                    .falseTimestamp, "The time-stamp over \(older.size) entries does not hold: \(refusal.sentence)")
            }
        }
        return stamps
    }
}
