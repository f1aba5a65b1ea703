/// The rows of a schedule, in the order of the file, packed: about 100 bytes a row instead of a value with a dozen
/// strings. A row is made into a ``LiveAppointment`` when it is asked for.
public struct LiveAppointments: RandomAccessCollection, Sendable {
    private var packed: [PackedRow] = []
    // The texts of each packer, by its number.
    private var arenas: [TextArena] = []

    /// No rows.
    public init() {}

    /// These rows.
    public init(_ rows: some Sequence<LiveAppointment>) {
        var packer = RowPacker()
        for row in rows { packer.append(row) }
        append(packer.takePiece(), after: 0)
        adoptTexts(of: [packer])
    }

    /// Makes room for so many rows in all.
    package mutating func reserveCapacity(_ count: Int) {
        packed.reserveCapacity(count)
    }

    /// Adds rows at the end, the number of each counted from `row`.
    package mutating func append(_ piece: RowPacker.Piece, after row: Int) {
        for var one in piece.rows {
            one.row = UInt32(clamping: row + Int(one.row))
            packed.append(one)
        }
    }

    /// Takes over the texts of those who packed the rows, by number. Called once, after all rows are there.
    package mutating func adoptTexts(of packers: [RowPacker]) {
        arenas = packers.map(\.arena.finished)
    }

    /// The first row's place.
    public var startIndex: Int { 0 }
    /// The place behind the last row.
    public var endIndex: Int { packed.count }

    /// The row, made into a value.
    public subscript(place: Int) -> LiveAppointment {
        let one = packed[place]
        return LiveAppointment(
            booking: booking(at: place), appointment: appointment(one), personal: arena(of: one).values(one.personal),
            row: Int(one.row))
    }

    private func arena(of one: PackedRow) -> TextArena { arenas[Int(one.arena)] }

    private func appointment(_ one: PackedRow) -> Appointment {
        let arena = arena(of: one)
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
    public func booking(at place: Int) -> Identifier {
        withBooking(at: place) { Identifier(String(decoding: $0, as: UTF8.self)) }
    }

    /// Half a hash of when and for whom an appointment is that stands: two rows without the same are of different
    /// minutes or clients; `nil` where one of them is not known.
    package func slotHash(at place: Int) -> UInt64? {
        let one = packed[place]
        guard one.client != 0, one.start != .min, isActive(at: place) else { return nil }
        return ByteHash.hash(UInt64(bitPattern: LiveAppointments.minute(one.start)) << 16 | UInt64(one.client))
    }

    /// The row's start, seconds since 1970; `nil` where it has none.
    package func start(at place: Int) -> WallTime? {
        LiveAppointments.time(packed[place].start, packed[place].startOffset)
    }

    private static let cancelled = Appointment.Status.cancelled.number
    private static let enteredInError = Appointment.Status.enteredInError.number

    package func isActive(at place: Int) -> Bool {
        let status = packed[place].status
        return status != LiveAppointments.cancelled && status != LiveAppointments.enteredInError
    }

    /// Lends the bytes of a row's id.
    package func withBooking<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        arenas[Int(packed[place].arena)].withBytes(packed[place].booking) { body($0!) }
    }

    /// Lends the client's id.
    package func withClient<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        arenas[Int(packed[place].arena)].withClientID(of: packed[place].personal, body)
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
            one.status == 0 || one.status == recorded.status?.number, one.zone == 0 || recorded.zone != nil
        else { return false }
        return arenas[Int(one.arena)].lending { texts in
            func says(_ shown: UInt32, _ known: JSONText?) -> Bool {
                guard let known, !known.isEscaped else { return false }
                return texts[shown].hasBytes(of: known.bytes)
            }
            func saysOrNothing(_ shown: UInt32, _ known: JSONText?) -> Bool { shown == 0 || says(shown, known) }
            guard one.status == 0 || (one.word == 0 ? recorded.word == nil : says(one.word, recorded.word)),
                saysOrNothing(one.practitioner, recorded.practitioner), saysOrNothing(one.service, recorded.service),
                saysOrNothing(one.location, recorded.location), saysOrNothing(one.series, recorded.series),
                saysOrNothing(one.occurrence, recorded.occurrence)
            else { return false }
            guard let client, let shown = texts.clientID(of: one.personal) else { return true }
            return shown.hasBytes(of: client)
        }
    }

    private static func minute(_ instant: Int64) -> Int64 { instant >= 0 ? instant / 60 : (instant - 59) / 60 }
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
    var number: UInt8 { UInt8(Appointment.Status.all.firstIndex(of: self)! + 1) }

    private static let all = allCases

    fileprivate init?(number: UInt8) {
        guard number > 0 else { return nil }
        self = Appointment.Status.all[Int(number) - 1]
    }
}
