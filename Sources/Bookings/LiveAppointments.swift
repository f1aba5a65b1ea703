/// The rows of a schedule, in the order of the file, packed: about 100 bytes a row instead of a value with a dozen
/// strings. A row is made into a ``LiveAppointment`` when it is asked for.
public struct LiveAppointments: RandomAccessCollection, Sendable {
    /// What a row says, its texts as places in `arena`; 0 for what it does not say.
    private struct Packed: Sendable {
        var start = Int64.min
        var end = Int64.min
        var booking: UInt32 = 0
        var zone: UInt32 = 0
        var word: UInt32 = 0
        var practitioner: UInt32 = 0
        var service: UInt32 = 0
        var location: UInt32 = 0
        var series: UInt32 = 0
        var occurrence: UInt32 = 0
        var personal: UInt32 = 0
        var row: UInt32 = 0
        // Minutes ahead of UTC.
        var startOffset: Int16 = 0
        var endOffset: Int16 = 0
        var status: UInt8 = 0
    }

    private var packed: [Packed] = []
    private var arena = TextArena()

    /// No rows.
    public init() {}

    /// These rows.
    public init(_ rows: some Sequence<LiveAppointment>) {
        for row in rows {
            let personal = remember(row.personal)
            append(row.booking, row.appointment, personal: personal, row: row.row)
        }
    }

    /// Personal values that several rows can share.
    package struct Personal: Sendable {
        fileprivate let place: UInt32
    }

    /// Keeps personal values, for rows to come.
    package mutating func remember(_ values: [String: String]) -> Personal {
        Personal(place: arena.add(values))
    }

    /// Makes room for so many rows in all.
    package mutating func reserveCapacity(_ count: Int) {
        packed.reserveCapacity(count)
    }

    /// Adds a row at the end.
    package mutating func append(_ booking: Identifier, _ appointment: Appointment, personal: Personal, row: Int) {
        var one = Packed()
        one.booking = arena.add(unshared: booking.text)
        if let start = appointment.start {
            one.start = start.instant
            one.startOffset = Int16(start.offset / 60)
        }
        if let end = appointment.end {
            one.end = end.instant
            one.endOffset = Int16(end.offset / 60)
        }
        one.zone = arena.add(appointment.zone)
        one.status = appointment.status?.number ?? 0
        one.word = arena.add(appointment.word)
        one.practitioner = arena.add(appointment.practitioner)
        one.service = arena.add(appointment.service)
        one.location = arena.add(appointment.location)
        one.series = arena.add(appointment.series)
        one.occurrence = arena.add(appointment.occurrence)
        one.personal = personal.place
        one.row = UInt32(clamping: row)
        packed.append(one)
    }

    /// The first row's place.
    public var startIndex: Int { 0 }
    /// The place behind the last row.
    public var endIndex: Int { packed.count }

    /// The row, made into a value.
    public subscript(place: Int) -> LiveAppointment {
        let one = packed[place]
        return LiveAppointment(
            booking: Identifier(arena.text(one.booking) ?? ""), appointment: appointment(one),
            personal: arena.values(one.personal), row: Int(one.row))
    }

    private func appointment(_ one: Packed) -> Appointment {
        var appointment = Appointment()
        appointment.start = LiveAppointments.time(one.start, one.startOffset)
        appointment.end = LiveAppointments.time(one.end, one.endOffset)
        appointment.zone = arena.text(one.zone)
        appointment.status = Appointment.Status(number: one.status)
        appointment.word = arena.text(one.word)
        appointment.practitioner = arena.text(one.practitioner)
        appointment.service = arena.text(one.service)
        appointment.location = arena.text(one.location)
        appointment.series = arena.text(one.series)
        appointment.occurrence = arena.text(one.occurrence)
        return appointment
    }

    private static func time(_ instant: Int64, _ minutes: Int16) -> WallTime? {
        instant == .min ? nil : WallTime(instant: instant, offset: Int(minutes) * 60)
    }

    /// The id of the row at a place, copied out.
    public func booking(at place: Int) -> Identifier { Identifier(arena.text(packed[place].booking) ?? "") }

    /// The row's start, seconds since 1970; `nil` where it has none.
    package func start(at place: Int) -> WallTime? {
        LiveAppointments.time(packed[place].start, packed[place].startOffset)
    }

    package func isActive(at place: Int) -> Bool {
        Appointment.Status(number: packed[place].status)?.isActive ?? true
    }

    /// Lends the bytes of a row's id.
    package func withBooking<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        arena.withBytes(packed[place].booking) { body($0!) }
    }

    /// Lends the client's id.
    package func withClient<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        arena.withValue("client.id", of: packed[place].personal, body)
    }

    /// True where what the row says stands in a recorded state word by word, times to the minute: then it neither
    /// differs from it nor adds to it. `client` is the recorded client's id where it is known.
    package func addsNothing(at place: Int, to recorded: AppointmentView, client: UnsafeBufferPointer<UInt8>?) -> Bool {
        let one = packed[place]
        func isSame(_ shown: Int64, _ known: WallTime?) -> Bool {
            guard shown != .min else { return true }
            guard let known else { return false }
            return shown == known.instant || LiveAppointments.minute(shown) == known.minute
        }
        guard isSame(one.start, recorded.start), isSame(one.end, recorded.end),
            one.status == 0 || one.status == recorded.status?.number && says(one.word, recorded.word)
        else { return false }
        return (one.zone == 0 || recorded.zone != nil) && says(one.practitioner, recorded.practitioner, orNothing: true)
            && says(one.service, recorded.service, orNothing: true)
            && says(one.location, recorded.location, orNothing: true)
            && says(one.series, recorded.series, orNothing: true)
            && says(one.occurrence, recorded.occurrence, orNothing: true)
            && arena.withValue("client.id", of: one.personal) { shown in
                guard let shown, let client else { return true }
                return shown.hasBytes(of: client)
            }
    }

    private static func minute(_ instant: Int64) -> Int64 { instant >= 0 ? instant / 60 : (instant - 59) / 60 }

    private func says(_ shown: UInt32, _ known: JSONText?, orNothing: Bool = false) -> Bool {
        arena.withBytes(shown) { shown in
            guard let shown else { return orNothing || known == nil }
            guard let known, !known.isEscaped else { return false }
            return shown.hasBytes(of: known.bytes)
        }
    }
}

extension LiveAppointments: Equatable, ExpressibleByArrayLiteral {
    /// True for equal rows in the same order.
    public static func == (left: LiveAppointments, right: LiveAppointments) -> Bool {
        left.elementsEqual(right)
    }

    /// These rows.
    public init(arrayLiteral rows: LiveAppointment...) {
        self.init(rows)
    }
}

extension Appointment.Status {
    /// A small number for each status, 0 left for none.
    fileprivate var number: UInt8 { UInt8(Appointment.Status.allCases.firstIndex(of: self)! + 1) }

    fileprivate init?(number: UInt8) {
        guard number > 0 else { return nil }
        self = Appointment.Status.allCases[Int(number) - 1]
    }
}
