/// The state of a booking at one moment: what the source says of it, what is not known left out.
public struct Appointment: Hashable, Sendable {
    /// When it starts, on the clocks of its place.
    public var start: WallTime?
    /// When it ends, on the clocks of its place.
    public var end: WallTime?
    /// The IANA name of the zone of its place.
    public var zone: String?
    /// Where it stands.
    public var status: Status?
    /// The source's own word for the status, where it differs.
    public var word: String?
    /// Who gives the appointment.
    public var practitioner: String?
    /// What it is for.
    public var service: String?
    /// Where it is.
    public var location: String?
    /// The series that it belongs to: an iCalendar UID, or like.
    public var series: String?
    /// Which occurrence of the series it is: its RECURRENCE-ID.
    public var occurrence: String?

    /// An appointment of which nothing is known.
    public init() {}

    /// The statuses of FHIR R4's Appointment, and `unknown` for a word that nobody mapped.
    public enum Status: String, Sendable, CaseIterable {
        case proposed, pending, booked, arrived, fulfilled, cancelled, noshow
        case enteredInError = "entered-in-error"
        case checkedIn = "checked-in"
        case waitlist, unknown

        /// True while the appointment stands: a practice expects, or has seen, the client. `proposed` and `pending`
        /// are what real systems write on ordinary bookings.
        public var isActive: Bool { self != .cancelled && self != .enteredInError }

        /// How far along an ordinary visit is: 0 not begun, 1 on the premises, 2 over. `nil` off that road.
        public var progress: Int? {
            switch self {
            case .proposed, .pending, .booked, .waitlist: 0
            case .arrived, .checkedIn: 1
            case .fulfilled, .noshow: 2
            case .cancelled, .enteredInError, .unknown: nil
            }
        }
    }

    /// True where the status says that the appointment stands, or says nothing.
    public var isActive: Bool { status?.isActive ?? true }

    /// The appointment as JSON, members in the order of the entry format.
    public var json: JSONValue {
        var bytes: [UInt8] = []
        append(to: &bytes)
        // What was printed a line above is canonical.
        guard let value = try? JSONValue(canonical: bytes) else { preconditionFailure("an appointment printed amiss") }
        return value
    }

    /// Appends the appointment as an entry holds it.
    func append(to out: inout [UInt8]) {
        var members = MemberPrinter(out)
        if let start { members.add("start", start) }
        if let end { members.add("end", end) }
        members.add("zone", zone)
        members.add("status", status?.rawValue)
        members.add("word", word)
        members.add("practitioner", practitioner)
        members.add("service", service)
        members.add("location", location)
        members.add("series", series)
        members.add("occurrence", occurrence)
        out = members.close()
    }
}
