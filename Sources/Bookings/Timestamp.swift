/// A moment in UTC to the microsecond, as `recorded`, `occurred` and `takenAt` hold it.
///
/// Its text is `2026-01-12T10:04:17.204311Z`, always with six digits.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// The moment so many microseconds after 1970-01-01T00:00:00Z; outside the years 1 to 9999 the nearest inside.
    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
    }

    /// The moment so many seconds after 1970-01-01T00:00:00Z.
    public init(seconds: Int64) {
        self.init(microseconds: seconds * 1_000_000)
    }

    /// Reads an RFC 3339 moment in any offset; what follows the sixth digit is cut, not rounded. `nil` where the
    /// text is no such moment or no offset is given.
    public init?(_ text: some StringProtocol) {
        var scanner = TimeScanner(text)
        guard let (time, fraction) = scanner.civilTime(), let offset = scanner.offset(), scanner.isAtEnd else {
            return nil
        }
        let seconds = time.seconds - Int64(offset.seconds)
        guard CivilTime(seconds: seconds) != nil else { return nil }
        self.init(microseconds: seconds * 1_000_000 + Int64(fraction))
    }

    /// Reads the one spelling that entries use. The inverse of ``text``.
    public init?(canonical text: String) {
        var text = text
        guard let parsed = text.withUTF8({ Timestamp(canonical: $0) }) else { return nil }
        self = parsed
    }

    /// Reads the one spelling that entries use.
    init?(canonical bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 27, let time = CivilTime(canonical: bytes, at: 0) else { return nil }
        var digits = FixedDigits(bytes)
        let fraction = (digits.pair(20) * 100 + digits.pair(22)) * 100 + digits.pair(24)
        guard digits.areDigits, digits.has(".", 19), digits.has("Z", 26) else { return nil }
        self.init(microseconds: time.seconds * 1_000_000 + Int64(fraction))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, cut towards the past.
    public var seconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }

    /// `2026-01-12T10:04:17.204311Z`.
    public var text: String {
        var out: [UInt8] = []
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    func append(to out: inout [UInt8]) {
        CivilTime(seconds: seconds)!.append(to: &out)
        out.append(UInt8(ascii: "."))
        appendDigits(Int(microseconds - seconds * 1_000_000), 6, to: &out)
        out.append(UInt8(ascii: "Z"))
    }

    /// By time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment so many seconds later.
    public static func + (moment: Timestamp, seconds: Int64) -> Timestamp {
        Timestamp(microseconds: moment.microseconds + seconds * 1_000_000)
    }

    /// The moment so many seconds earlier.
    public static func - (moment: Timestamp, seconds: Int64) -> Timestamp {
        moment + -seconds
    }

    /// The seconds from `earlier` to `later`, cut towards zero.
    public static func seconds(from earlier: Timestamp, to later: Timestamp) -> Int64 {
        (later.microseconds - earlier.microseconds) / 1_000_000
    }
}
