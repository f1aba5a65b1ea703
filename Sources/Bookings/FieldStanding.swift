/// How a sealed field of an entry stands whose value is not shown.
public enum FieldStanding: Hashable, Sendable {
    /// The value that was sealed lies beside the ledger, and is not shown here.
    case withheld
    /// It was erased, and the entry at this index says so.
    case erased(by: Int)
    /// There is no value, and no entry says that it was erased: somebody took it away.
    case missing
    /// The value that lies beside the ledger is not the one that was sealed: it was changed, or planted.
    case mismatch

    /// The word by which reports call it.
    public var word: String {
        switch self {
        case .withheld: "withheld"
        case .erased: "erased"
        case .missing: "missing"
        case .mismatch: "mismatch"
        }
    }

    /// What a manager can read aloud.
    public var sentence: String {
        switch self {
        case .withheld: "kept, and not shown here"
        case .erased(let by): "erased, as entry \(by) records"
        case .missing: "missing: no entry records that it was erased, so somebody took it away"
        case .mismatch: "not the value that was sealed: it was changed, or planted"
        }
    }
}
