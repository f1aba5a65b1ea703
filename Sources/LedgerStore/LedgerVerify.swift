public import Bookings
import GRDB
public import Transparency

/// What a verification is asked for, besides recomputing everything from the entries' bytes.
public struct VerificationRequest: Sendable {
    /// Keys that the verifier trusts, from elsewhere than the ledger's own files.
    public var trust: [VerifierKey]
    /// Checkpoints that the verifier already holds.
    public var held: [SignedNote]
    /// How many of the newest `ledger.state` entries are computed again.
    public var states: Int
    /// Whether the projections are built again and compared: linear, and several times the work of the rest.
    public var projections: Bool
    /// The time-stamp authorities that the verifier believes; with none, no time-stamp is looked at.
    public var roots: TimestampRoots?
    /// Says whether a note is cosigned as the verifier's policy asks; `nil` where there is no policy.
    public var quorum: (@Sendable (SignedNote) -> Bool)?

    /// A request by its parts, without a policy.
    public init(
        trust: [VerifierKey] = [], held: [SignedNote] = [], states: Int = 1, projections: Bool = false,
        roots: TimestampRoots? = nil
    ) {
        self.trust = trust
        self.held = held
        self.states = states
        self.projections = projections
        self.roots = roots
    }
}

extension Ledger {
    /// Recomputes bytes, chain and tree from the entries, holds the result against every checkpoint there is, and says
    /// what holds and what does not. It reports rather than stops: only what cannot be read at all is an error.
    ///
    /// Streams over all cores; memory does not grow with the ledger, but for `states`, which takes about 100 bytes an
    /// id. Linear in the number of entries.
    public func verify(_ request: VerificationRequest = .init()) throws(LedgerError) -> Verification {
        let (verification, size) = try verifyAll(request)
        guard verification.defects.isEmpty else { return verification }
        // Chain and tree fit what was written under no signature, whatever it is: those entries are read, too. A
        // checkpoint may have been signed while the entries were gone through.
        let unsigned = min(verification.signedSize ?? 0, size)..<size
        return verification.adding(try read { try Ledger.unreadable(unsigned, in: $0) })
    }

    /// The entries in their place in the chain that no program wrote, of a range; the first few.
    private static func unreadable(_ range: Range<Int>, in database: Database) throws -> [Defect] {
        let query = try Query(
            database, "SELECT position, bytes FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position"
        ).bind(1, range.lowerBound).bind(2, range.upperBound)
        var found: [Defect] = []
        while found.count < Diagnosis.mostUnreadable, try query.next() {
            if let reason = Diagnosis.refusal(of: query.lent(1)) {
                found.append(Diagnosis.unreadable(query.integer(0), reason))
            }
        }
        return found
    }

    /// The verification, and how far the entries could be followed.
    func verifyAll(_ request: VerificationRequest) throws(LedgerError) -> (verification: Verification, size: Int) {
        let pass = try Ledger.wrapping(path) { try VerifyPass.run(path: path, origin: origin) }
        return (try verification(of: pass, request), pass.size)
    }

    /// What a pass over the entries comes to, once it is held against head, lock and checkpoints.
    func verification(of pass: VerifyPass.Outcome, _ request: VerificationRequest) throws(LedgerError) -> Verification {
        var defects = pass.defects
        if defects.allSatisfy({ $0.kind == .treeNode }) {
            defects = try read { try headDefects(pass, in: $0) } + defects
        }
        if defects.isEmpty { defects = try read { try foreignObjects(in: $0) } }
        _ = try lockedEnd(&defects)
        let checkpoints = try checkCheckpoints(request, pass: pass, sound: defects.isEmpty, defects: &defects)
        if defects.isEmpty, request.states > 0 {
            defects += try Ledger.wrapping(path) { try stateDefects(newest: request.states, pass: pass) }
        }
        if defects.isEmpty, request.projections {
            defects += try Ledger.wrapping(path) { try ProjectionCheck.defects(path: path) }
        }
        var stamps: Stamps?
        if defects.isEmpty, let roots = request.roots {
            let held = try read { try self.stamps(at: pass.stamps, of: pass.size, under: roots, in: $0) }
            defects += held.defects
            stamps = held
        }
        var assurance: [Assurance] = []
        if defects.isEmpty {
            assurance.append(.consistent)
            if checkpoints.isSigned { assurance.append(.signed) }
            if checkpoints.isHeld { assurance.append(.held) }
            if stamps?.holding.isEmpty == false { assurance.append(.stamped) }
            if checkpoints.witnessedSize != nil { assurance.append(.witnessed) }
        }
        return Verification(
            origin: origin, size: pass.size, root: pass.root, assurance: assurance, defects: defects,
            signedSize: checkpoints.signedSize, unreached: checkpoints.unreached, held: checkpoints.held,
            stamps: stamps, witnessedSize: checkpoints.witnessedSize)
    }

    /// The checkpoint in the lock, where the ledger has grown from it; what stands against that is a defect.
    func lockedEnd(_ defects: inout [Defect]) throws(LedgerError) -> Checkpoint? {
        switch try lockOutcome(&defects) {
        case .agrees(let checkpoint)?: return checkpoint
        case .disagrees(let defect)?: defects.append(defect)
        case .lost(let sentence)?:
            defects.append(
                Defect(
                    code: "AR403", index: nil, kind: .signature,
                    sentence: "\(sentence.prefix(1).uppercased())\(sentence.dropFirst())."))
        case .notAsked?, nil: break
        }
        return nil
    }

    /// How the ledger stands to its lock; a lock that cannot be read is a defect here rather than an error.
    private func lockOutcome(_ defects: inout [Defect]) throws(LedgerError) -> LockStanding? {
        guard let keys, keys.hasKey else { return nil }
        let lock: Checkpoint?
        do throws(LedgerError) { lock = try lockedCheckpoint(keys) } catch {
            let reason = if case .keys(_, let reason) = error { reason } else { error.description }
            defects.append(Defect(code: "AR403", index: nil, kind: .signature, sentence: "The lock: \(reason)."))
            return nil
        }
        return try read { try standing(of: lock, in: $0) }
    }

    private func headDefects(_ pass: VerifyPass.Outcome, in database: Database) throws -> [Defect] {
        var defects: [Defect] = []
        let head = try Head(reading: database)
        let after = try Query(database, "SELECT ifnull(max(position) + 1, 0) FROM entry").first { $0.integer(0) } ?? 0
        // Somebody may have appended since the pass: then head and entries have grown together.
        let grown = (head?.size ?? 0) > pass.size && after == head?.size
        if !grown, let head, head.size > pass.size {
            defects.append(
                Defect(
                    code: "AR401", index: pass.size, kind: .deleted,
                    sentence:
                        "The row that says where the ledger ends counts \(head.size) entries, and \(pass.size) are "
                        + "there: its end was cut off."))
        } else if head?.origin != origin || !grown && (head?.frontier != pass.frontier || head?.last != pass.last) {
            defects.append(
                Defect(
                    code: "AR401", index: pass.size, kind: .head,
                    sentence: "The row that says where the ledger ends is not what its \(pass.size) entries give."))
        }
        return defects
    }

    /// Tables, triggers and views that are not as the ledger's own program makes them: a trigger can undo in silence
    /// what is recorded beside the entries, also one that bears a known name; and a fence that is gone was taken away.
    private func foreignObjects(in database: Database) throws -> [Defect] {
        let pristine = try DatabaseQueue()
        let made = try pristine.write { database in
            try database.execute(sql: LedgerSchema.tables)
            try database.execute(sql: LedgerSchema.projections)
            return try Ledger.objects(in: database)
        }
        let found = try Ledger.objects(in: database)
        return Set(made.keys).union(found.keys).sorted().compactMap { object in
            let sentence: String
            switch (made[object], found[object]) {
            case (let one?, let other?) where one == other: return nil
            case (nil, _):
                sentence =
                    "The file has \(object.hasPrefix("index") ? "an" : "a") \(object) that is not the ledger's: somebody else put it there."
            case (_, nil): sentence = "The ledger's \(object) is missing from the file: somebody took it away."
            default: sentence = "The file's \(object) is not the one that the ledger's program made: it was changed."
            }
            return Defect(code: "AR401", index: nil, kind: .foreign, sentence: sentence)
        }
    }

    /// The definition of each table, index, trigger and view, by kind and name; what SQLite counts for itself apart.
    private static func objects(in database: Database) throws -> [String: String] {
        let rows = try Query(
            database,
            """
            SELECT type || ' ' || name, quote(type) || quote(name) || quote(tbl_name) || quote(sql) FROM sqlite_master
            WHERE NOT (type = 'table' AND name GLOB 'sqlite_stat[1-4]')
            """
        ).all { ($0.text(0), $0.text(1).split(whereSeparator: \.isWhitespace).joined(separator: " ")) }
        return Dictionary(rows, uniquingKeysWith: { "\($0); \($1)" })
    }

    private struct CheckpointOutcome {
        var isSigned = false
        var isHeld = false
        var signedSize: Int?
        var unreached: [Checkpoint] = []
        var held: [HeldCheckpoint] = []
        var witnessedSize: Int?

        /// Takes in a note that the ledger has grown from.
        mutating func look(
            at note: SignedNote, of size: Int, trusted: [VerifierKey], quorum: ((SignedNote) -> Bool)?
        ) {
            if (try? note.verify(with: trusted)) != nil { isSigned = true }
            if quorum?(note) == true { witnessedSize = max(size, witnessedSize ?? 0) }
        }
    }

    private func checkCheckpoints(
        _ request: VerificationRequest, pass: VerifyPass.Outcome, sound: Bool, defects: inout [Defect]
    ) throws(LedgerError) -> CheckpointOutcome {
        var outcome = CheckpointOutcome()
        let rotations = try read { try Ledger.recordedRotations(in: $0) }
        let own = ownKeys(rotations)
        let stored = try read { database in
            try Query(database, "SELECT size, note FROM checkpoint ORDER BY size").all { ($0.integer(0), $0.text(1)) }
        }
        let trusted = try sound ? followed(request.trust, rotations, stored, pass) : request.trust
        let known = trusted + own.filter { !trusted.contains($0) }
        for (size, text) in stored {
            guard let note = try? SignedNote(text), let checkpoint = try? Checkpoint(text: note.text),
                checkpoint.size == size
            else {
                defects.append(Ledger.badNote(size, "is damaged"))
                continue
            }
            // Whatever key a verifier has in mind: a ledger signs under its own name, so a line of that name is there.
            guard note.signatures.contains(where: { $0.name.utf8.elementsEqual(origin.utf8) }) else {
                let whose = own.isEmpty ? "under this ledger's name" : "by this ledger's key"
                defects.append(Ledger.badNote(size, "is not signed \(whose)"))
                continue
            }
            if !known.isEmpty {
                do throws(NoteError) { try note.verify(with: known) } catch .noKnownSignature {
                    // Whoever only trusts some key may have another one in mind; who has the ledger's own has not.
                    if !own.isEmpty { defects.append(Ledger.badNote(size, "is not signed by this ledger's key")) }
                    continue
                } catch {
                    defects.append(Ledger.badNote(size, "carries a signature that does not hold"))
                    continue
                }
            }
            guard sound else { continue }
            guard try root(at: checkpoint.size, pass: pass) == checkpoint.root, checkpoint.origin == origin else {
                defects.append(Ledger.disagreement(with: checkpoint, held: false, size: pass.size))
                continue
            }
            outcome.signedSize = size
            outcome.look(at: note, of: size, trusted: trusted, quorum: request.quorum)
        }
        for note in request.held {
            guard let checkpoint = try? Checkpoint(verifying: note, with: known), checkpoint.origin == origin else {
                let claimed =
                    (try? Checkpoint(text: note.text)) ?? Checkpoint(origin: "unreadable", size: 0, root: .emptyTree)
                outcome.unreached.append(claimed)
                outcome.held.append(HeldCheckpoint(checkpoint: claimed, standing: .unknown))
                continue
            }
            let root = sound ? try root(at: checkpoint.size, pass: pass) : nil
            let standing: HeldCheckpoint.Standing =
                if let root {
                    root == checkpoint.root ? .consistent : .forked
                } else {
                    checkpoint.size > pass.size ? .ahead : .unjudged
                }
            outcome.held.append(HeldCheckpoint(checkpoint: checkpoint, standing: standing))
            switch standing {
            case .consistent:
                outcome.isHeld = true
                outcome.look(at: note, of: checkpoint.size, trusted: trusted, quorum: request.quorum)
            case .forked, .ahead:
                defects.append(Ledger.disagreement(with: checkpoint, held: true, size: pass.size))
            case .unknown, .unjudged: break
            }
        }
        return outcome
    }

    /// The keys that sign and signed for this ledger: the directory's, and those that handed over to it.
    private func ownKeys(_ rotations: [KeyRotation]) -> [VerifierKey] {
        guard let keys, let present = try? keys.verifierKey() else { return [] }
        var own = [present]
        for rotation in rotations.reversed() where own.contains(rotation.to) && !own.contains(rotation.from) {
            own.append(rotation.from)
        }
        return own + ((try? keys.retired()) ?? []).filter { !own.contains($0) }
    }

    /// The keys that a verifier trusts, and those to which they handed over: a checkpoint that a trusted key signed must
    /// have the entry that says so.
    private func followed(
        _ trust: [VerifierKey], _ rotations: [KeyRotation], _ stored: [(Int, String)], _ pass: VerifyPass.Outcome
    ) throws(LedgerError) -> [VerifierKey] {
        var trusted = trust
        for rotation in rotations where trusted.contains(rotation.from) && !trusted.contains(rotation.to) {
            for (size, text) in stored where size > rotation.index {
                guard let note = try? SignedNote(text),
                    let checkpoint = try? Checkpoint(verifying: note, with: [rotation.from], origin: origin),
                    try root(at: checkpoint.size, pass: pass) == checkpoint.root, checkpoint.size > rotation.index
                else { continue }
                trusted.append(rotation.to)
                break
            }
        }
        return trusted
    }

    /// The root over the first `size` entries; `nil` where the ledger does not reach so far.
    private func root(at size: Int, pass: VerifyPass.Outcome) throws(LedgerError) -> Hash? {
        if size == pass.size { return pass.root }
        return try read { database in
            // What lies beyond the pass was appended while it ran.
            guard try size < pass.size || size <= Head(reading: database)?.size ?? 0 else { return nil }
            return try MerkleTree(size: size, reader: TreeStore(database: database)).root()
        }
    }

    private static func badNote(_ size: Int, _ what: String) -> Defect {
        Defect(
            code: "AR401", index: nil, kind: .signature, sentence: "The stored checkpoint of \(size) entries \(what).")
    }

    private static func disagreement(with checkpoint: Checkpoint, held: Bool, size: Int) -> Defect {
        let which = held ? "a checkpoint that you hold" : "a checkpoint that was signed"
        if checkpoint.size > size {
            return Defect(
                code: "AR403", index: size, kind: .rolledBack,
                sentence:
                    "The ledger has \(size) entries, and \(which) has \(checkpoint.size): it was put back to an older "
                    + "copy, or its end was cut off.")
        }
        return Defect(
            code: "AR403", index: nil, kind: held ? .forked : .rolledBack,
            sentence:
                "The first \(checkpoint.size) entries are not those of \(which): there are two histories under one "
                + "name, or this one was rewritten.")
    }
}
