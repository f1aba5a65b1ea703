/// Why a time-stamp is not believed.
public enum TimestampError: Error, Hashable, Sendable {
    /// The bytes are not a time-stamp in DER, or are more than is read.
    case malformed
    /// The bytes are not certificates in PEM, or are more than is read.
    case badRoots
    /// The authority refused to stamp; what it said, where it said something.
    case notGranted(String)
    /// It is a time-stamp of something else.
    case wrongImprint
    /// It answers another request.
    case wrongNonce
    /// The signature is not by the certificate that it names, or is made with a digest that is too weak.
    case badSignature
    /// The certificate may not sign time-stamps: that must be its only purpose, and be marked as critical.
    case wrongPurpose
    /// A certificate was not yet, or no longer, valid at the moment that the time-stamp states.
    case notValidThen
    /// The certificate does not lead to one of the roots that were given.
    case unknownRoot
    /// The chain of certificates does not hold, in libcrypto's words.
    case brokenChain(String)

    /// What a person can read.
    public var sentence: String {
        switch self {
        case .malformed: "these bytes are not a time-stamp (RFC 3161), or were damaged."
        case .badRoots: "these are not certificates in PEM."
        case .notGranted(let words):
            "the authority did not stamp\(words.isEmpty ? "; it gave no reason" : ": \"\(words)\"")."
        case .wrongImprint: "it is a time-stamp of something else."
        case .wrongNonce: "it answers another request."
        case .badSignature: "its signature does not hold."
        case .wrongPurpose:
            "it is signed with a certificate that is not for time-stamps: those have that as their only purpose, marked "
                + "as critical."
        case .notValidThen: "a certificate was not valid at the moment that it states."
        case .unknownRoot: "its authority does not lead to a root that you gave."
        case .brokenChain(let words): "the authority's certificates do not hold (\(words))."
        }
    }
}
