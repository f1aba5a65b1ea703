/// What is sent to a time-stamp authority: a digest and a number used once (RFC 3161 §2.4.1).
///
/// Version 1, SHA-256, no policy asked for, the authority's certificate wanted in the answer. All of a request but these
/// two is the same bytes each time, so that reading one is comparing.
public struct TimestampRequest: Hashable, Sendable {
    /// SHA-256 of what is to be stamped.
    public let imprint: Hash
    /// Eight bytes of a positive number, so that no older answer fits: the first is from 0x40 to 0x7f.
    public let nonce: [UInt8]

    /// A request to stamp a text with this digest.
    public init(imprint: Hash) {
        self.imprint = imprint
        var nonce = randomBytes(TimestampRequest.nonceBytes)
        // Neither negative nor with a leading zero: DER then needs all eight bytes.
        nonce[0] = nonce[0] & 0x3f | 0x40
        self.nonce = nonce
    }

    /// Reads a request as ``der`` writes it; `nil` for any other bytes.
    public init?(der: [UInt8]) {
        let (head, middle, end) = TimestampRequest.frame
        guard der.count == head.count + Hash.byteCount + middle.count + TimestampRequest.nonceBytes + end.count else {
            return nil
        }
        let nonceStart = head.count + Hash.byteCount + middle.count
        guard let imprint = Hash(bytes: Array(der[head.count..<head.count + Hash.byteCount])) else { return nil }
        self.imprint = imprint
        nonce = Array(der[nonceStart..<nonceStart + TimestampRequest.nonceBytes])
        guard self.der == der, (0x40...0x7f).contains(nonce[0]) else { return nil }
    }

    /// The request in DER: what is posted as `application/timestamp-query`.
    public var der: [UInt8] {
        let (head, middle, end) = TimestampRequest.frame
        return head + imprint.bytes + middle + nonce + end
    }

    private static let nonceBytes = 8

    /// What stands before the digest, between it and the nonce, and after.
    private static let frame: (head: [UInt8], middle: [UInt8], end: [UInt8]) = (
        [
            0x30, 0x43, 0x02, 0x01, 0x01,  // SEQUENCE of 67 bytes, version 1
            0x30, 0x31,  // messageImprint
            0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,  // SHA-256
            0x04, 0x20,  // 32 bytes
        ], [0x02, 0x08],  // nonce
        [0x01, 0x01, 0xff]  // certReq
    )
}
