import Bookings

/// Turns rows into live appointments: what a row says, what it says amiss, and nothing that it does not say.
struct RowReader {
    private let rules: SourceRules
    private let dates: DatePattern?
    private var times: TimeReader
    private let defaultClock: Int?
    private let defaultZone: String?
    private var texts = Interner<String>()
    private var statuses = Interner<(Appointment.Status, word: String?)>()
    private var clients = Interner<LiveAppointments.Personal>()
    private var clientKey: [UInt8] = []
    private(set) var appointments = LiveAppointments()
    /// What is not what it should be.
    private(set) var malformations = MalformationList()
    /// The number of rows so far.
    private(set) var rows = 0
    /// How many starts cannot be read in rows with an id, and the first of them.
    private(set) var badStarts: (count: Int, first: (row: Int, reason: String)?) = (0, nil)

    /// The longest text that can stand in an entry in clear, in bytes.
    private static let longestText = 1024

    init(rules: SourceRules, coverage: Coverage, dates: DatePattern?) {
        self.rules = rules
        self.dates = dates
        var times = TimeReader(rules: rules.zones, dates: dates)
        defaultZone = rules.zone ?? coverage.zone
        defaultClock = if let defaultZone { times.clock(defaultZone) } else { nil }
        self.times = times
    }

    /// Makes room for so many rows in all.
    mutating func reserve(_ count: Int) {
        appointments.reserveCapacity(count)
    }

    /// Takes in one row.
    mutating func read(_ row: borrowing Row) {
        rows += 1
        let booking = identifier(row)
        if let shape = row.shape { malformations.add(booking, row: row.number, column: "row", shape) }
        for word in row.strange {
            malformed(word, row, booking, "neither text nor a whole number")
        }
        // What is amiss in a row without an id still is.
        var appointment = Appointment()
        readTimes(row, booking, &appointment)
        readStatus(row, booking, &appointment)
        appointment.practitioner = text(.practitioner, row, booking)
        appointment.service = text(.service, row, booking)
        appointment.location = text(.location, row, booking)
        appointment.series = text(.series, row, booking)
        appointment.occurrence = text(.occurrence, row, booking)
        guard let booking else { return }
        appointments.append(booking, appointment, personal: personal(row), row: row.number)
    }

    private mutating func identifier(_ row: borrowing Row) -> Identifier? {
        let cell = row.trimsIdentifiers ? row[.booking].trimmedOfASCII : row[.booking]
        guard !cell.isEmpty else {
            if !row.strange.contains(.booking) {
                malformations.add(nil, row: row.number, column: Word.booking.name, "the row has no id of a booking")
            }
            return nil
        }
        guard cell.count <= Identifier.longest else {
            malformations.add(
                nil, row: row.number, column: Word.booking.name, "an id of more than \(Identifier.longest) bytes")
            return nil
        }
        return Identifier(cell.text)
    }

    private mutating func readTimes(_ row: borrowing Row, _ booking: Identifier?, _ appointment: inout Appointment) {
        var clock = defaultClock
        var zone = defaultZone
        let cell = row[.zone].trimmed
        if !cell.isEmpty {
            let name = cell.count <= RowReader.longestText ? texts.value(of: cell) { cell.text } : ""
            clock = times.clock(name)
            zone = name
            if clock != nil {
                appointment.zone = name
            } else {
                let named = RowReader.printable(cell, row.shape).map { " \"\($0)\"" } ?? ""
                malformations.add(
                    booking, row: row.number, column: Word.zone.name,
                    "no zone is known by the name\(named); a name like Europe/London is")
            }
        }
        appointment.start = time(.start, row, booking, clock: clock, zone: zone)
        appointment.end = time(.end, row, booking, clock: clock, zone: zone)
        guard let start = appointment.start, let end = appointment.end, end.instant < start.instant else { return }
        appointment.end = nil
        malformations.add(
            booking, row: row.number, column: Word.end.name,
            "the end, \(end.text), lies before the start, \(start.text)")
    }

    private mutating func time(
        _ word: Word, _ row: borrowing Row, _ booking: Identifier?, clock: Int?, zone: String?
    ) -> WallTime? {
        let cell = row[word].trimmed
        guard !cell.isEmpty else { return nil }
        do throws(WallTimeError) {
            return try times.time(cell, clock: clock)
        } catch {
            let shape = row.shape
            let said = { RowReader.printable(cell, shape).map { "\"\($0)\" is" } ?? "this is" }
            switch error {
            case .noZone where zone == nil: malformations.addNoZone(row: row.number, column: word.name)
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
        _ word: Word, _ row: borrowing Row, _ booking: Identifier?, _ reason: @autoclosure () -> String
    ) {
        if word == .start, booking != nil {
            badStarts.count += 1
            if badStarts.first == nil { badStarts.first = (row.number, reason()) }
        }
        malformations.add(booking, row: row.number, column: word.name, reason())
    }

    private mutating func readStatus(_ row: borrowing Row, _ booking: Identifier?, _ appointment: inout Appointment) {
        let cell = row[.status].trimmed
        guard !cell.isEmpty else { return }
        guard RowReader.fits(cell) else {
            malformations.add(booking, row: row.number, column: Word.status.name, RowReader.tooLong)
            return
        }
        let (status, word) = statuses.value(of: cell) {
            let word = cell.text
            let status = rules.status(of: word)
            return (status ?? .unknown, word: status?.rawValue == word ? nil : word)
        }
        if status == .unknown, let word, rules.status(of: word) == nil {
            // In a row whose cells have slipped, this may be a client's name: neither kept in clear nor printed.
            guard row.shape == nil else {
                malformations.add(
                    booking, row: row.number, column: Word.status.name,
                    "no status that is mapped, in a row of odd length")
                return
            }
            malformations.addUnmapped(word, row: row.number)
        }
        appointment.status = status
        appointment.word = word
    }

    /// True for a text that an entry has room for, as it is printed there: a control character takes six bytes.
    private static func fits(_ cell: Cell) -> Bool {
        guard cell.count > longestText / 6 else { return true }
        return cell.reduce(0) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5c ? 2 : 1) } <= longestText
    }

    private static let tooLong = "a text of more than \(longestText) bytes"

    private mutating func text(_ word: Word, _ row: borrowing Row, _ booking: Identifier?) -> String? {
        let cell = row[word]
        guard !cell.isEmpty else { return nil }
        let trimmed = cell.trimmed
        guard !trimmed.isEmpty else { return nil }
        guard RowReader.fits(trimmed) else {
            malformations.add(booking, row: row.number, column: word.name, RowReader.tooLong)
            return nil
        }
        // A text of up to 15 bytes lies in the String itself: remembering it would gain nothing.
        return trimmed.count <= 15 ? trimmed.text : texts.value(of: trimmed) { trimmed.text }
    }

    /// The personal values. A client who comes often has them in memory once.
    private mutating func personal(_ row: borrowing Row) -> LiveAppointments.Personal {
        let note = row[.note]
        guard note.isEmpty || note.trimmed.isEmpty else {
            var values = RowReader.values(row)
            values[Word.note.name] = note.trimmed.text
            return appointments.remember(values)
        }
        clientKey.removeAll(keepingCapacity: true)
        for word in Word.client {
            let cell = row[word]
            if !cell.isEmpty { clientKey.append(contentsOf: cell.trimmed) }
            // NUL stands in no text, so that no two clients have one key.
            clientKey.append(0)
        }
        return clientKey.withUnsafeBufferPointer { key in
            clients.value(of: key) { appointments.remember(RowReader.values(row)) }
        }
    }

    private static func values(_ row: borrowing Row) -> [String: String] {
        var values: [String: String] = [:]
        for word in Word.client where !row[word].isEmpty {
            let text = row[word].trimmed
            if !text.isEmpty { values[word.name] = text.text }
        }
        return values
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
