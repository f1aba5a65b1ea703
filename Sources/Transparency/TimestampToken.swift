/// A time-stamp: an authority's signature over a digest and a moment (RFC 3161 §2.4.2, `TimeStampToken` in DER).
///
/// Reading one believes nothing: that is left to ``TimestampRoots``.
public struct TimestampToken: Hashable, Sendable {
    /// The longest token that is read, in bytes: in base64 it fits into an entry. Most have 2 to 7 KB.
    public static let largest = 48_000

    /// The token's bytes.
    public let der: [UInt8]
    /// What was stamped: a SHA-256.
    public let imprint: Hash
    /// The number of the request that it answers, without leading zeros; `nil` where it repeats none.
    public let nonce: [UInt8]?
    /// The moment that it states (`genTime`), in microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64
    /// How far from the true time that can be, in microseconds; 0 where the authority does not say.
    public let accuracy: Int64

    /// Reads a token in DER; believes nothing about it.
    public init(der: [UInt8]) throws(TimestampError) {
        self = try OpenToken(der: der).content
    }

    /// Reads the token in an authority's answer (`TimeStampResp` in DER), where it granted one.
    public init(response: [UInt8]) throws(TimestampError) {
        self = try OpenToken(der: OpenToken.granted(in: response)).content
    }

    init(der: [UInt8], imprint: Hash, nonce: [UInt8]?, microseconds: Int64, accuracy: Int64) {
        self.der = der
        self.imprint = imprint
        self.nonce = nonce
        self.microseconds = microseconds
        self.accuracy = accuracy
    }

    /// Requires that this answers the request.
    public func require(answerTo request: TimestampRequest) throws(TimestampError) {
        guard imprint == request.imprint else { throw .wrongImprint }
        guard nonce == request.nonce else { throw .wrongNonce }
    }

    /// Microseconds since 1970 of `YYYYMMDDhhmmss[.f…]Z`, cut after the sixth digit (RFC 3161 §2.4.2).
    static func microseconds(genTime text: [UInt8]) -> Int64? {
        guard text.count >= 15, text.last == UInt8(ascii: "Z") else { return nil }
        func number(_ place: Int, _ count: Int) -> Int64? {
            text[place..<place + count].reduce(0 as Int64?) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int64(byte - 0x30)
            }
        }
        guard let year = number(0, 4), let month = number(4, 2), let day = number(6, 2), let hour = number(8, 2),
            let minute = number(10, 2), let second = number(12, 2), year > 0, (1...12).contains(month),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[Int(month) - 1]).contains(day) else { return nil }
        var fraction: Int64 = 0
        if text.count > 15 {
            let digits = text[15..<text.count - 1]
            guard text[14] == UInt8(ascii: "."), !digits.isEmpty, digits.last != 0x30,
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            for place in 0..<6 {
                fraction = fraction * 10 + (place < digits.count ? Int64(digits[15 + place]) - 0x30 : 0)
            }
        }
        // The days before this year since 0001-01-01, and from there to 1970-01-01.
        let before = year - 1
        let days =
            before * 365 + before / 4 - before / 100 + before / 400 + lengths[..<(Int(month) - 1)].reduce(0, +) + day
            - 1 - 719_162
        return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }
}

/// The certificates at the top of the time-stamp authorities that a verifier believes.
///
/// A chain is looked at as of the moment that its time-stamp states, not as of now: a time-stamp is kept for longer than
/// certificates are valid. Whether a key was revoked is not looked at; nobody here is asked. So whoever has the key
/// of an authority, also an expired one, can make time-stamps of any moment at which its certificate was valid.
public struct TimestampRoots: Sendable {
    /// The most bytes of PEM that are read: a system's whole list of roots has about 250 KB.
    public static let largest = 4 << 20

    /// Each certificate in DER.
    private let certificates: [[UInt8]]

    /// Reads all certificates in PEM; refuses bytes that have none, or a damaged one.
    public init(pem: [UInt8]) throws(TimestampError) {
        certificates = try RootStore.certificates(pem: pem)
    }

    /// Holds each token against these roots: the authority's name for each that holds.
    ///
    /// Every bit of a token counts, but for certificates in it that its chain does not need.
    ///
    /// What holds of it then is: the chain of its certificate up to a root, that this certificate's only purpose is
    /// time-stamping and critical, that the token names the certificate, that the name in it is its, and its signature.
    public func authorities(of tokens: [TimestampToken]) -> [Result<String, TimestampError>] {
        let store = RootStore(certificates)
        return tokens.map { token in
            Result { () throws(TimestampError) in
                try OpenToken(der: token.der).authority(under: store, at: token.microseconds)
            }
        }
    }

    /// Requires that the token is a stamp of this digest by an authority under these roots; gives the authority's name.
    @discardableResult
    public func verify(_ token: TimestampToken, imprint: Hash) throws(TimestampError) -> String {
        guard token.imprint == imprint else { throw .wrongImprint }
        return try authorities(of: [token])[0].get()
    }
}
