import Bookings

/// Writes the rows that events come to, cell by cell, and has them read.
struct ICalendarRows {
    private let properties: ICalendarProperties
    private let rules: SourceRules
    private(set) var reader: RowReader
    private(set) var rows = AllRows()
    private var row = Row()
    private var text: [UInt8] = []
    private var ranges: [Range<Int>] = []
    private var amiss = MalformationList()
    private var pending = 0

    /// What a row says beyond its event's own properties.
    struct Cells {
        /// What follows the booking's id, as `/20260611T083000Z`; empty for an event that does not come again.
        var suffix: [UInt8] = []
        var start: [UInt8] = []
        var end: [UInt8] = []
        var zone = ""
        var occurrence: [UInt8] = []
        /// True where the whole calendar says that it is off.
        var isCancelled = false
    }

    // Rows are packed so many at a time, or all of them would be in memory twice.
    private static let pieceLength = 4096

    init(_ properties: ICalendarProperties, _ rules: SourceRules, _ reader: RowReader) {
        self.properties = properties
        self.rules = rules
        self.reader = reader
    }

    /// What a calendar's own words for a status stand for, where the source does not say otherwise.
    static func statuses(_ rules: SourceRules) -> SourceRules {
        var rules = rules
        let usual: [String: Appointment.Status] = [
            "CONFIRMED": .booked, "TENTATIVE": .pending, "CANCELLED": .cancelled,
        ]
        rules.status.merge(usual) { own, _ in own }
        return rules
    }

    /// Notes something that is not what it should be.
    mutating func note(_ event: ICalendarEvent, _ texts: [UInt8], column: String, _ reason: String) {
        amiss.add(id(event, texts), row: event.line, column: column, reason)
    }

    /// Notes a time of a zone that nobody knows.
    mutating func noteNoZone(_ event: ICalendarEvent, column: String) {
        amiss.addNoZone(row: event.line, column: column)
    }

    /// Notes something about the file itself.
    mutating func note(line: Int, column: String, _ reason: String) {
        amiss.add(nil, row: line, column: column, reason)
    }

    private func id(_ event: ICalendarEvent, _ texts: [UInt8]) -> Identifier? {
        let text = texts[event.values[properties.uid]]
        guard (1...Identifier.longest).contains(text.count) else { return nil }
        return Identifier(String(decoding: text, as: UTF8.self))
    }

    /// Takes in the row of an event, or of one of its occurrences; `master` is the event that begins the series, whose
    /// id an occurrence goes by where its own event has none. Returns how many bytes the row has.
    @discardableResult
    mutating func write(
        _ event: ICalendarEvent, of master: ICalendarEvent, _ texts: [UInt8], _ cells: Cells
    ) -> Int {
        text.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        for word in Word.allCases {
            let start = text.count
            switch word {
            case .booking:
                if !append(word, event, texts) { append(word, master, texts) }
                if text.count > start { text.append(contentsOf: cells.suffix) }
            case .start: text.append(contentsOf: cells.start)
            case .end: text.append(contentsOf: cells.end)
            case .zone: text.append(contentsOf: cells.zone.utf8)
            case .occurrence: text.append(contentsOf: cells.occurrence)
            case .series:
                if !cells.suffix.isEmpty { text.append(contentsOf: texts[event.values[properties.uid]]) }
            case .status: appendStatus(event, texts, cells)
            default: append(word, event, texts)
            }
            ranges.append(start..<text.count)
        }
        row.number = event.line
        // Taken out for a moment, so that it can be read while this is changed.
        var lent: [UInt8] = []
        swap(&lent, &text)
        lent.withUnsafeBufferPointer { lent in
            for place in ranges.indices { row.cells[place] = Cell(rebasing: lent[ranges[place]]) }
            reader.read(row)
        }
        swap(&lent, &text)
        pending += 1
        if pending == ICalendarRows.pieceLength { flush() }
        return text.count
    }

    @discardableResult
    private mutating func append(_ word: Word, _ event: ICalendarEvent, _ texts: [UInt8]) -> Bool {
        let start = text.count
        let joint = properties.joint(of: word)
        for place in properties.places[word.rawValue] where !event.values[place].isEmpty {
            if text.count > start {
                guard let joint else { break }
                text.append(joint)
            }
            text.append(contentsOf: texts[event.values[place]])
        }
        return text.count > start
    }

    private mutating func appendStatus(_ event: ICalendarEvent, _ texts: [UInt8], _ cells: Cells) {
        let start = text.count
        if cells.isCancelled {
            text.append(contentsOf: "CANCELLED".utf8)
        } else if append(.status, event, texts) {
            // In capitals, if that is how the word is known.
            let own = String(decoding: text[start...], as: UTF8.self)
            guard rules.status(of: own) == nil else { return }
            let capitals = own.uppercased()
            guard rules.status(of: capitals) != nil else { return }
            text.removeLast(text.count - start)
            text.append(contentsOf: capitals.utf8)
        } else {
            text.append(contentsOf: Appointment.Status.booked.rawValue.utf8)
        }
    }

    private mutating func flush() {
        pending = 0
        rows.append(reader.take(), after: 0)
    }

    /// All rows.
    consuming func finish() -> AllRows {
        flush()
        var last = ReadRows()
        last.malformations = amiss
        rows.append(last, after: 0)
        rows.appointments.adoptTexts(of: [reader.packer])
        return rows
    }
}
