import Transparency

/// A name that a source or a booking goes by, compared as its UTF-8 bytes.
///
/// Swift's `String` calls é and e + accent equal; a booking system's database does not, and neither do our formats.
public struct Identifier: Sendable {
    /// The text as the source gave it.
    public let text: String

    /// An identifier with this text, which is never normalised.
    public init(_ text: String) {
        self.text = text
    }

    /// The longest identifier that is recorded, in UTF-8 bytes.
    public static let longest = 1024

    /// True for what an entry can hold: 1 to ``longest`` bytes, none of them NUL.
    public var isRecordable: Bool { (1...Identifier.longest).contains(text.utf8.count) && !text.utf8.contains(0) }

    /// The id made of a keyed digest's first 16 bytes, for a booking whose source gives it none: `id-`, and 22 letters of
    /// base64url. It stands in the ledger in clear, and says nothing of what it is made of.
    public init(made bytes: ArraySlice<UInt8>) {
        precondition(bytes.count == 16)
        self.init(Identifier.madePrefix + Base64.url.encode(Array(bytes)))
    }

    /// True for an id that has the form of a made one: where what it is made of changes, it changes too.
    public var isMade: Bool {
        text.hasPrefix(Identifier.madePrefix) && text.utf8.count == 25
            && Base64.url.decode(text.utf8.dropFirst(Identifier.madePrefix.utf8.count))?.count == 16
    }

    private static let madePrefix = "id-"
}

extension Identifier: Hashable, Comparable {
    /// True for the same UTF-8 bytes.
    public static func == (left: Identifier, right: Identifier) -> Bool {
        guard left.text.utf8.count == right.text.utf8.count else { return false }
        return withBytes(left, right) { $0.hasBytes(of: $1) }
    }

    /// The order of the UTF-8 bytes.
    public static func < (left: Identifier, right: Identifier) -> Bool {
        withBytes(left, right) { $0.precedes($1) }
    }

    private static func withBytes<Result>(
        _ left: Identifier, _ right: Identifier,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in right.withUTF8 { body(left, $0) } }
    }

    /// Feeds the UTF-8 bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Identifier: CustomStringConvertible, ExpressibleByStringLiteral {
    /// The text.
    public var description: String { text }

    /// An identifier with this text.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

/// What a booking is known by: its source, and its id in that source.
public struct BookingKey: Hashable, Comparable, Sendable {
    /// The id of the source.
    public let source: Identifier
    /// The booking's id in its source.
    public let booking: Identifier

    /// The key of a booking.
    public init(source: Identifier, booking: Identifier) {
        self.source = source
        self.booking = booking
    }

    /// By the bytes of the source, then of the booking: the order of leaves in a `ledger.state`.
    public static func < (left: BookingKey, right: BookingKey) -> Bool {
        left.source == right.source ? left.booking < right.booking : left.source < right.source
    }
}
