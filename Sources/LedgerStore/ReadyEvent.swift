public import Bookings
import Transparency

/// An incoming event, ready to be written: sealed, with the digest by which it is known again and the terms by which its
/// booking is found.
///
/// It needs nothing of the ledger: one batch is made ready while another is written.
public struct ReadyEvent: Sendable {
    /// The event as it came in.
    public let incoming: IncomingEvent
    let content: Result<Content, UnreadableEvent>

    /// What there is to write of an event.
    struct Content: Sendable {
        let event: SealedEvent
        let terms: [String]

        init(_ event: Event) {
            self.event = SealedEvent(event)
            terms = SearchTerm.terms(of: self.event.disclosures.lazy.map { ($0.name, $0.value) })
        }
    }

    /// Stands beside an entry, so that the same event is known again without its content being kept.
    struct DeliveryDigest: Sendable {
        let salt: [UInt8]
        let digest: Hash

        init(of content: [UInt8]) {
            salt = randomBytes(Disclosure.saltBytes)
            digest = DeliveryDigest.salted(content, salt)
        }

        static func salted(_ content: [UInt8], _ salt: [UInt8]) -> Hash { Hash.sha256(salt + content) }
    }

    let delivery: DeliveryDigest?

    /// Makes an event ready.
    public init(_ incoming: IncomingEvent) {
        self.incoming = incoming
        content = incoming.content.map { Content($0) }
        let hasID = if case .success(let event) = incoming.content { event.event != nil } else { false }
        delivery = hasID ? DeliveryDigest(of: incoming.canonicalContent) : nil
    }
}
