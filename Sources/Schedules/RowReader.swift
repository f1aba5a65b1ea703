import Bookings

/// Turns rows into live appointments: what a row says, what it says amiss, and nothing that it does not say.
struct RowReader {
    private let rules: SourceRules
    private let dates: DatePattern?
    private var times: TimeReader
    private let defaultClock: Int?
    private let defaultZone: String?
    private var zones = Interner<Int?>()
    private var statuses = Interner<Meaning>()
    /// What the rows say, with the texts of all that were read.
    private(set) var packer: RowPacker
    private let names: [(word: Word, name: RowPacker.Name)]
    private let noteName: RowPacker.Name
    private var read = ReadRows()

    /// What a word for a status means.
    private struct Meaning {
        let status: Appointment.Status
        /// True where FHIR calls it so too.
        let isSame: Bool
        let isMapped: Bool
    }

    /// The longest text that can stand in an entry in clear, in bytes.
    private static let longestText = 1024

    /// `number` is that of the reader among those that read the schedule together.
    init(rules: SourceRules, coverage: Coverage, dates: DatePattern?, number: Int = 0) {
        self.rules = rules
        self.dates = dates
        var times = TimeReader(rules: rules.zones, dates: dates)
        defaultZone = rules.zone ?? coverage.zone
        defaultClock = if let defaultZone { times.clock(defaultZone) } else { nil }
        self.times = times
        var packer = RowPacker(number: number)
        names = Word.client.map { ($0, packer.name($0.name)) }
        noteName = packer.name(Word.note.name)
        self.packer = packer
    }

    /// What was read since the last call.
    mutating func take() -> ReadRows {
        var taken = ReadRows()
        swap(&taken, &read)
        taken.packed = packer.takePiece()
        return taken
    }

    /// Takes in one row.
    mutating func read(_ row: borrowing Row) {
        read.count += 1
        let cell = bookingCell(row)
        // What is amiss is told with the id, which is made into a text only then.
        let booking = Booking(cell: cell)
        if let shape = row.shape { read.malformations.add(booking.id, row: row.number, column: "row", shape) }
        for word in row.strange {
            malformed(word, row, booking, "neither text nor a whole number")
        }
        // What is amiss in a row without an id still is.
        var lent = LentRow(booking: cell ?? Cell(start: nil, count: 0), row: row.number)
        readTimes(row, booking, &lent)
        readStatus(row, booking, &lent)
        lent.practitioner = text(.practitioner, row, booking)
        lent.service = text(.service, row, booking)
        lent.location = text(.location, row, booking)
        lent.series = text(.series, row, booking)
        lent.occurrence = text(.occurrence, row, booking)
        guard cell != nil else { return }
        addPersonal(row)
        packer.append(lent)
    }

    /// Counts a row of which nothing can be read.
    mutating func refuse(row: Int, _ reason: @autoclosure () -> String) {
        read.count += 1
        read.malformations.add(nil, row: row, column: "resource", reason())
    }

    /// Notes what is amiss in a row beside the values of its cells.
    mutating func note(_ booking: Identifier?, row: Int, column: String, _ reason: @autoclosure () -> String) {
        read.malformations.add(booking, row: row, column: column, reason())
    }

    /// The id of a row, or that it has none.
    private struct Booking {
        let cell: Cell?

        var id: Identifier? { cell.map { Identifier($0.text) } }
    }

    private mutating func bookingCell(_ row: borrowing Row) -> Cell? {
        let cell = row.trimsIdentifiers ? row[.booking].trimmedOfASCII : row[.booking]
        guard !cell.isEmpty else {
            if !row.strange.contains(.booking) {
                read.malformations.add(
                    nil, row: row.number, column: Word.booking.name, "the row has no id of a booking")
            }
            return nil
        }
        guard cell.count <= Identifier.longest else {
            read.malformations.add(
                nil, row: row.number, column: Word.booking.name, "an id of more than \(Identifier.longest) bytes")
            return nil
        }
        return cell
    }

    private mutating func readTimes(_ row: borrowing Row, _ booking: Booking, _ lent: inout LentRow) {
        var clock = defaultClock
        var hasZone = defaultZone != nil
        let cell = row[.zone].trimmed
        if !cell.isEmpty {
            clock = cell.count <= RowReader.longestText ? zones.value(of: cell) { times.clock(cell.text) } : nil
            hasZone = true
            if clock != nil {
                lent.zone = cell
            } else {
                let named = RowReader.printable(cell, row.shape).map { " \"\($0)\"" } ?? ""
                read.malformations.add(
                    booking.id, row: row.number, column: Word.zone.name,
                    "no zone is known by the name\(named); a name like Europe/London is")
            }
        }
        lent.start = time(.start, row, booking, clock: clock, hasZone: hasZone)
        lent.end = time(.end, row, booking, clock: clock, hasZone: hasZone)
        guard let start = lent.start, let end = lent.end, end.instant < start.instant else { return }
        lent.end = nil
        read.malformations.add(
            booking.id, row: row.number, column: Word.end.name,
            "the end, \(end.text), lies before the start, \(start.text)")
    }

    private mutating func time(
        _ word: Word, _ row: borrowing Row, _ booking: Booking, clock: Int?, hasZone: Bool
    ) -> WallTime? {
        let cell = row[word].trimmed
        guard !cell.isEmpty else { return nil }
        do throws(WallTimeError) {
            return try times.time(cell, clock: clock)
        } catch {
            let shape = row.shape
            let said = { RowReader.printable(cell, shape).map { "\"\($0)\" is" } ?? "this is" }
            switch error {
            case .noZone where !hasZone: read.malformations.addNoZone(row: row.number, column: word.name)
            case .noZone, .unknownZone:
                malformed(word, row, booking, "\(said()) a local time of a zone that nobody knows")
            case .skipped(let zone): malformed(word, row, booking, "\(said()) skipped by the clocks of \(zone)")
            case .malformed:
                let pattern = dates
                malformed(word, row, booking, "\(said()) \(DatePattern.complaint(cell, pattern: pattern))")
            }
            return nil
        }
    }

    /// A value that is left out of its row; of starts it is counted how many.
    private mutating func malformed(
        _ word: Word, _ row: borrowing Row, _ booking: Booking, _ reason: @autoclosure () -> String
    ) {
        if word == .start, booking.cell != nil {
            read.badStarts.count += 1
            if read.badStarts.first == nil { read.badStarts.first = (row.number, reason()) }
        }
        read.malformations.add(booking.id, row: row.number, column: word.name, reason())
    }

    private mutating func readStatus(_ row: borrowing Row, _ booking: Booking, _ lent: inout LentRow) {
        let cell = row[.status].trimmed
        guard !cell.isEmpty else { return }
        guard RowReader.fits(cell) else {
            read.malformations.add(booking.id, row: row.number, column: Word.status.name, RowReader.tooLong)
            return
        }
        let meaning = statuses.value(of: cell) {
            let word = cell.text
            let status = rules.status(of: word)
            return Meaning(status: status ?? .unknown, isSame: status?.rawValue == word, isMapped: status != nil)
        }
        if !meaning.isMapped {
            // In a row whose cells have slipped, this may be a client's name: neither kept in clear nor printed.
            guard row.shape == nil else {
                read.malformations.add(
                    booking.id, row: row.number, column: Word.status.name,
                    "no status that is mapped, in a row of odd length")
                return
            }
            read.malformations.addUnmapped(cell.text, row: row.number)
        }
        lent.status = meaning.status
        lent.word = meaning.isSame ? nil : cell
    }

    /// True for a text that an entry has room for, as it is printed there: a control character takes six bytes.
    private static func fits(_ cell: Cell) -> Bool {
        guard cell.count > longestText / 6 else { return true }
        return cell.reduce(0) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5c ? 2 : 1) } <= longestText
    }

    private static let tooLong = "a text of more than \(longestText) bytes"

    private mutating func text(_ word: Word, _ row: borrowing Row, _ booking: Booking) -> Cell? {
        let cell = row[word]
        guard !cell.isEmpty else { return nil }
        let trimmed = cell.trimmed
        guard !trimmed.isEmpty else { return nil }
        guard RowReader.fits(trimmed) else {
            read.malformations.add(booking.id, row: row.number, column: word.name, RowReader.tooLong)
            return nil
        }
        return trimmed
    }

    private mutating func addPersonal(_ row: borrowing Row) {
        for (word, name) in names {
            let cell = row[word]
            guard !cell.isEmpty else { continue }
            let trimmed = cell.trimmed
            if !trimmed.isEmpty { packer.addPersonal(name, trimmed) }
        }
        let note = row[.note]
        guard !note.isEmpty else { return }
        let trimmed = note.trimmed
        if !trimmed.isEmpty { packer.addPersonal(noteName, trimmed) }
    }

    /// The text of a cell that is a time or a zone, or would be one; `nil` where it could be a person's name, because
    /// the row's cells have slipped or the text looks like neither.
    private static func printable(_ cell: Cell, _ shape: String?) -> String? {
        guard shape == nil, cell.count <= 40 else { return nil }
        let isZone = cell.contains(UInt8(ascii: "/")) && cell.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x40 }
        return isZone || cell.allSatisfy(timeSigns.contains) ? cell.text : nil
    }

    private static let timeSigns = Set("0123456789-:.,/+ TZtz".utf8)
}
