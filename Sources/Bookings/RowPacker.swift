/// What a row of a schedule says while it is read: its texts lent, empty ones none.
package struct LentRow {
    package typealias Text = UnsafeBufferPointer<UInt8>

    /// The booking's id.
    package let booking: Text
    /// The row's number.
    package let row: Int
    package var start: WallTime?
    package var end: WallTime?
    package var zone: Text?
    package var status: Appointment.Status?
    package var word: Text?
    package var practitioner: Text?
    package var service: Text?
    package var location: Text?
    package var series: Text?
    package var occurrence: Text?

    /// A row of which nothing but its id is known.
    package init(booking: Text, row: Int) {
        self.booking = booking
        self.row = row
    }
}

/// Packs rows as they are read. Several can pack the rows of one schedule at once, each with texts of its own; the
/// pieces are joined with ``LiveAppointments/append(_:after:)``.
package struct RowPacker: Sendable {
    /// A name under which personal values are kept.
    package struct Name: Sendable {
        fileprivate let place: UInt32
    }

    /// Rows in their order, whose texts their packer holds.
    package struct Piece: Sendable {
        var rows: [PackedRow] = []
        /// The hashes of the rows' ids.
        package fileprivate(set) var hashes: [UInt32] = []

        /// No rows.
        package init() {}
    }

    private(set) var arena = TextArena()
    private var piece = Piece()
    private let number: UInt8
    private var record: [UInt8] = []
    private var client: UInt16 = 0

    /// The most packers that can work on one schedule.
    package static let most = 16

    /// The packer of this number, from 0: its place in ``LiveAppointments/adoptTexts(of:)``.
    package init(number: Int = 0) {
        precondition((0..<RowPacker.most).contains(number))
        self.number = UInt8(number)
    }

    /// The name, to be used with this packer alone.
    package mutating func name(_ text: String) -> Name { Name(place: arena.add(text)) }

    /// Notes a personal value of the row that is appended next.
    package mutating func addPersonal(_ name: Name, _ value: UnsafeBufferPointer<UInt8>) {
        TextArena.append(name.place, value, to: &record)
        if name.place == TextArena.clientID { client = PackedRow.hash(client: value) }
    }

    /// Adds a row at the end.
    package mutating func append(_ row: LentRow) {
        var one = PackedRow(
            booking: arena.add(unshared: row.booking), row: row.row, start: row.start, end: row.end, status: row.status)
        one.arena = number
        one.zone = arena.add(row.zone)
        one.word = arena.add(row.word)
        one.practitioner = arena.add(row.practitioner)
        one.service = arena.add(row.service)
        one.location = arena.add(row.location)
        one.series = arena.add(row.series)
        one.occurrence = arena.add(row.occurrence)
        one.personal = arena.add(record: record)
        one.client = client
        record.removeAll(keepingCapacity: true)
        client = 0
        piece.rows.append(one)
        piece.hashes.append(BookingIndex.Maker.hash(row.booking))
    }

    /// Adds a row at the end.
    mutating func append(_ row: LiveAppointment) {
        let appointment = row.appointment
        var id = row.booking.text
        var one = PackedRow(
            booking: id.withUTF8 { arena.add(unshared: $0) }, row: row.row, start: appointment.start,
            end: appointment.end, status: appointment.status)
        one.arena = number
        one.zone = arena.add(appointment.zone)
        one.word = arena.add(appointment.word)
        one.practitioner = arena.add(appointment.practitioner)
        one.service = arena.add(appointment.service)
        one.location = arena.add(appointment.location)
        one.series = arena.add(appointment.series)
        one.occurrence = arena.add(appointment.occurrence)
        one.personal = arena.add(row.personal)
        if var client = row.personal["client.id"] { one.client = client.withUTF8 { PackedRow.hash(client: $0) } }
        piece.rows.append(one)
        piece.hashes.append(id.withUTF8 { BookingIndex.Maker.hash($0) })
    }

    /// The rows since the last call.
    package mutating func takePiece() -> Piece {
        var taken = Piece()
        taken.rows.reserveCapacity(piece.rows.capacity)
        taken.hashes.reserveCapacity(piece.hashes.capacity)
        swap(&taken, &piece)
        return taken
    }
}

/// What a row says, its texts as places in a packer's arena; 0 for what it does not say.
struct PackedRow: Sendable {
    var start = Int64.min
    var end = Int64.min
    var booking: UInt32
    var zone: UInt32 = 0
    var word: UInt32 = 0
    var practitioner: UInt32 = 0
    var service: UInt32 = 0
    var location: UInt32 = 0
    var series: UInt32 = 0
    var occurrence: UInt32 = 0
    var personal: UInt32 = 0
    var row: UInt32
    // Minutes ahead of UTC.
    var startOffset: Int16 = 0
    var endOffset: Int16 = 0
    var status: UInt8
    var arena: UInt8 = 0
    /// A hash of the client's id, to tell most of two clients apart; 0 where there is none.
    var client: UInt16 = 0

    static func hash(client: UnsafeBufferPointer<UInt8>) -> UInt16 {
        UInt16(truncatingIfNeeded: ByteHash.hash(client)) | 1
    }

    init(booking: UInt32, row: Int, start: WallTime?, end: WallTime?, status: Appointment.Status?) {
        self.booking = booking
        self.row = UInt32(clamping: row)
        if let start {
            self.start = start.instant
            startOffset = Int16(start.offset / 60)
        }
        if let end {
            self.end = end.instant
            endOffset = Int16(end.offset / 60)
        }
        self.status = status?.number ?? 0
    }
}
