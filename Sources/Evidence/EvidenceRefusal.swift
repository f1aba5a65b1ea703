/// Why an evidence file is not believed: which step failed, and what that means, in words for people.
public struct EvidenceRefusal: Error, Equatable, Sendable {
    /// Which kind of step failed.
    public enum Kind: String, Sendable, CaseIterable {
        /// None of the keys that the verifier trusts signed it.
        case wrongKey = "wrong-key"
        /// A signature is not by the key that it names, or is missing.
        case badSignature = "bad-signature"
        /// Something is of another ledger.
        case wrongOrigin = "wrong-origin"
        /// The keys do not lead from one to the next.
        case brokenRotation = "broken-rotation"
        /// An inclusion proof does not lead to the root.
        case notIncluded = "not-included"
        /// The bytes at a place are not an entry of that place, or cannot be understood where they must be.
        case unreadableEntry = "unreadable-entry"
        /// An entry does not name the one before it, which is shown.
        case brokenChain = "broken-chain"
        /// A disclosed value is not the one that was sealed.
        case foreignDisclosure = "foreign-disclosure"
        /// An erased field points to no entry that erased it.
        case unfoundedErasure = "unfounded-erasure"
        /// The state declares an entry that is not shown.
        case entryMissing = "entry-missing"
        /// An entry is shown that the state does not declare, or that is about something else.
        case entryNotDeclared = "entry-not-declared"
        /// An id is said to be absent and is not shown to be.
        case falseAbsence = "false-absence"
        /// A state or reading is not one, or a leaf of it is not in its tree, out of order or without use.
        case falseCommitment = "false-commitment"
        /// A checkpoint that was held before is no part of this ledger.
        case notConsistent = "not-consistent"
        /// A correctly signed checkpoint that the verifier holds disagrees: the ledger was forked or rewritten.
        case forked
        /// A time-stamp is not over what it is said to be over.
        case falseTimestamp = "false-timestamp"
    }

    /// Which kind of step failed.
    public let kind: Kind
    /// What a person can read.
    public let sentence: String

    init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }
}

/// One thing that was checked, for whoever wants to see every step.
public struct EvidenceStep: Equatable, Sendable {
    /// What came of it.
    public enum Outcome: String, Sendable {
        case agrees, refused
        /// What it would take to check is not at hand.
        case notChecked = "not-checked"
    }

    /// What was checked, and what was read for it.
    public let sentence: String
    /// What came of it.
    public let outcome: Outcome
}
