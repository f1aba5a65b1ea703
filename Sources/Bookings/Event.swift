/// What a source reports, read and checked, before it is an entry.
///
/// An event may say only what changed: ``completed(from:)`` fills in the rest from the booking's present state.
public struct Event: Equatable, Sendable {
    /// What happened.
    public var type: EntryType
    /// The id of the source.
    public var source: Identifier
    /// The source's own id of the event.
    public var event: Identifier?
    /// The source's own counter.
    public var sequence: Int?
    /// When the source says that it happened.
    public var occurred: Timestamp?
    /// How the recorder knows.
    public var basis: Entry.Basis?
    /// Who did it.
    public var actor: Entry.Actor?
    /// Why, as a code.
    public var reason: String?
    /// The booking's id in its source.
    public var booking: Identifier?
    /// The id that the booking had before.
    public var supersedes: Identifier?
    /// The members of the state that the event says.
    public var said: Appointment
    /// The names of the members of the state that the event clears.
    public var cleared: Set<String>
    /// Personal values by the names under which they are sealed.
    public var personal: [String: String]
    /// The members of a type that is not about a booking's state.
    public var body: JSONValue?

    /// An event of which only what it is about is known; the rest is set after.
    public init(type: EntryType, source: Identifier, booking: Identifier? = nil) {
        self.type = type
        self.source = source
        self.booking = booking
        basis = type.family == .booking ? .reported : nil
        said = Appointment()
        cleared = []
        personal = [:]
    }

    /// The key of the booking that the event is about.
    public var key: BookingKey? { booking.map { BookingKey(source: source, booking: $0) } }

    /// The state after the event: what it says, and for the rest the state before; `nil` for a type without a state.
    ///
    /// `present` is `nil` where nothing is to be filled in: the booking is new, or events between are missing.
    public func completed(from present: Appointment?) -> Appointment? {
        guard type.family == .booking, type != .deleted else { return nil }
        var state = said
        if let present {
            for (name, field) in Event.fields where !cleared.contains(name) { field.fill(&state, present) }
            // A status that the event does not say keeps the source's word for it; one that it says has its own.
            if said.status != nil || cleared.contains("status") { state.word = said.word }
        }
        // The kind of event wins over a status that contradicts it; the source's word is kept as evidence.
        if type == .cancelled, state.status != .cancelled {
            state.word = said.word ?? said.status?.rawValue
            state.status = .cancelled
        }
        return state
    }

    /// The members of a state by name, each able to fill itself in from an earlier state.
    private static let fields: [(name: String, field: Field)] = [
        ("start", Field { if $0.start == nil { $0.start = $1.start } }),
        ("end", Field { if $0.end == nil { $0.end = $1.end } }),
        ("zone", Field { if $0.zone == nil { $0.zone = $1.zone } }),
        ("status", Field { if $0.status == nil { $0.status = $1.status } }),
        ("word", Field { if $0.word == nil { $0.word = $1.word } }),
        ("practitioner", Field { if $0.practitioner == nil { $0.practitioner = $1.practitioner } }),
        ("service", Field { if $0.service == nil { $0.service = $1.service } }),
        ("location", Field { if $0.location == nil { $0.location = $1.location } }),
        ("series", Field { if $0.series == nil { $0.series = $1.series } }),
        ("occurrence", Field { if $0.occurrence == nil { $0.occurrence = $1.occurrence } }),
    ]

    private struct Field: Sendable {
        let fill: @Sendable (inout Appointment, Appointment) -> Void
    }
}
