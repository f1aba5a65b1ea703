import Bookings

/// An event as a calendar has it: a VEVENT, as far as rows need it.
struct ICalendarEvent {
    /// The number of the line at which it begins.
    let line: Int
    /// What its properties say, by their place in ``ICalendarProperties``: ranges of the object's texts.
    var values: [Range<Int>]
    var start: ICalendarTime?
    var end: ICalendarTime?
    var duration: ICalendarDuration?
    /// Which occurrence of a series it stands for.
    var recurrence: ICalendarTime?
    /// True where that could not be read: then it belongs to no series that is known.
    var isAstray = false
    /// True where it stands for all later ones too.
    var reachesOn = false
    var sequence = 0
    var rules: [RecurrenceRule] = []
    var added: [ICalendarPeriod] = []
    var removed: [ICalendarTime] = []
    /// True where it has rules or dates, of whatever kind.
    var comesAgain = false
    /// True where a rule, or an added or removed date, could not be read: then nobody knows all its occurrences.
    var isUnsure = false
    /// What is not what it should be.
    var troubles: [(column: String, reason: String)] = []
    // People of whom one is the client: the place of the value, the address and what is taken of them.
    var people: [(place: Int, address: Range<Int>, text: Range<Int>)] = []

    static let mostTroubles = 20
    private static let mostPeople = 32

    init(line: Int, values: Int) {
        self.line = line
        self.values = Array(repeating: 0..<0, count: values)
    }

    mutating func note(_ column: String, _ line: Int, _ reason: String) {
        if troubles.count < ICalendarEvent.mostTroubles { troubles.append((column, "line \(line): \(reason)")) }
    }

    /// Takes in one property; `texts` are the object's.
    mutating func take(
        _ property: ContentLine, line: Int, _ properties: ICalendarProperties, _ zones: inout ICalendarZones,
        _ texts: inout [UInt8]
    ) {
        let name = property.name
        switch name.count {
        case 5 where name.isWord("RRULE"): takeRule(property, line)
        case 5 where name.isWord("RDATE"): takeAdded(property, line, &zones)
        case 5 where name.isWord("DTEND"): end = time(property, "DTEND", line, &zones)
        case 6 where name.isWord("EXDATE"): takeRemoved(property, line, &zones)
        case 6 where name.isWord("EXRULE"):
            note("EXRULE", line, "RFC 5545 has this property no more, and it is not followed")
        case 7 where name.isWord("DTSTART"): start = time(property, "DTSTART", line, &zones)
        case 8 where name.isWord("DURATION"):
            duration = ICalendarDuration(property.value.trimmedOfASCII)
            if duration == nil { note("DURATION", line, "this is no length of time; one is written PT30M") }
        case 8 where name.isWord("SEQUENCE"): sequence = property.value.trimmedOfASCII.smallNumber ?? 0
        case 13 where name.isWord("RECURRENCE-ID"):
            recurrence = time(property, "RECURRENCE-ID", line, &zones)
            reachesOn = property.parameter("RANGE")?.isWord("THISANDFUTURE") ?? false
            if recurrence == nil { isAstray = true }
        default: break
        }
        for (place, source) in properties.sources.enumerated() {
            guard source.name.count == name.count, source.name.withUnsafeBufferPointer({ name.isWord($0) }) else {
                continue
            }
            take(property, source, place, &texts)
        }
    }

    // MARK: Times

    private mutating func time(
        _ property: ContentLine, _ name: String, _ line: Int, _ zones: inout ICalendarZones
    ) -> ICalendarTime? {
        guard let zone = zone(property, name, line, &zones) else { return nil }
        let time = ICalendarTime(property.value.trimmedOfASCII, zone: zone)
        if time == nil { note(name, line, "this is no date and no time; one is written 20260611T093000") }
        return time
    }

    /// The number of the zone that a property names, if it names one; `nil` where it names none that can be.
    private mutating func zone(
        _ property: ContentLine, _ name: String, _ line: Int, _ zones: inout ICalendarZones
    ) -> Int?? {
        guard let tzid = property.parameter("TZID"), !tzid.isEmpty else { return .some(nil) }
        guard let number = zones.number(of: tzid) else {
            note(name, line, "the name of its zone is too long, or one of more than \(ICalendarZones.most)")
            return nil
        }
        return .some(number)
    }

    private mutating func takeRule(_ property: ContentLine, _ line: Int) {
        comesAgain = true
        guard rules.count < ICalendarEvent.mostRules else {
            isUnsure = true
            return note("RRULE", line, "one of more than \(ICalendarEvent.mostRules) rules")
        }
        do throws(RecurrenceRule.Mistake) {
            rules.append(try RecurrenceRule(property.value.trimmedOfASCII, line: line))
        } catch {
            isUnsure = true
            note("RRULE", line, "this rule is not followed: \(error.reason)")
        }
    }

    private static let mostRules = 16

    private mutating func takeAdded(_ property: ContentLine, _ line: Int, _ zones: inout ICalendarZones) {
        comesAgain = true
        guard let zone = zone(property, "RDATE", line, &zones) else { return isUnsure = true }
        for part in property.value.split(separator: UInt8(ascii: ",")) {
            if let one = ICalendarPeriod(Cell(rebasing: part).trimmedOfASCII, zone: zone) {
                added.append(one)
            } else {
                isUnsure = true
                note("RDATE", line, "a value that is no date, time or period")
            }
        }
    }

    private mutating func takeRemoved(_ property: ContentLine, _ line: Int, _ zones: inout ICalendarZones) {
        guard let zone = zone(property, "EXDATE", line, &zones) else { return isUnsure = true }
        for part in property.value.split(separator: UInt8(ascii: ",")) {
            if let one = ICalendarTime(Cell(rebasing: part).trimmedOfASCII, zone: zone) {
                removed.append(one)
            } else {
                isUnsure = true
                note("EXDATE", line, "a value that is no date and no time")
            }
        }
    }

    // MARK: Words

    private mutating func take(
        _ property: ContentLine, _ source: ICalendarProperties.Source, _ place: Int, _ texts: inout [UInt8]
    ) {
        guard values[place].isEmpty else { return }
        let isPerson = property.name.isWord("ATTENDEE") || property.name.isWord("ORGANIZER")
        guard isPerson else {
            values[place] = ICalendarEvent.append(unescaping: property.value.trimmedOfASCII, to: &texts)
            return
        }
        guard ICalendarEvent.isPlayed(source.role, by: property) else { return }
        let address = ICalendarEvent.address(property.value.trimmedOfASCII)
        let name = property.parameter("CN") ?? address
        let taken = ICalendarProperties.takesAddress(source.word) || name.isEmpty ? address : name
        let text = ICalendarEvent.append(taken, to: &texts)
        guard source.role == .client else {
            values[place] = text
            return
        }
        guard people.count < ICalendarEvent.mostPeople else { return }
        people.append((place, ICalendarEvent.append(address, to: &texts), text))
    }

    private static func isPlayed(_ role: ICalendarProperties.Role, by property: ContentLine) -> Bool {
        let kind = property.parameter("CUTYPE")
        switch role {
        case .any: return true
        case .room: return kind?.isWord("ROOM") ?? false
        case .resource: return kind?.isWord("RESOURCE") ?? false
        case .client: return kind?.isWord("INDIVIDUAL") ?? true
        }
    }

    /// A calendar user's address without its scheme.
    private static func address(_ value: Cell) -> Cell {
        guard value.count > 7, Cell(rebasing: value[..<7]).isWord("MAILTO:") else { return value }
        return Cell(rebasing: value[7...])
    }

    private static func append(_ value: Cell, to texts: inout [UInt8]) -> Range<Int> {
        let start = texts.count
        texts.append(contentsOf: value)
        return start..<texts.count
    }

    /// A text without the backslashes that iCalendar writes (RFC 5545 §3.3.11).
    private static func append(unescaping value: Cell, to texts: inout [UInt8]) -> Range<Int> {
        let backslash = UInt8(ascii: "\\")
        guard value.contains(backslash) else { return append(value, to: &texts) }
        let start = texts.count
        var at = 0
        while at < value.count {
            if value[at] == backslash, at + 1 < value.count {
                at += 1
                texts.append(value[at] | 0x20 == UInt8(ascii: "n") ? 0x0a : value[at])
            } else {
                texts.append(value[at])
            }
            at += 1
        }
        return start..<texts.count
    }

    /// Called where the event ends: chooses the client among the people.
    mutating func finish(_ properties: ICalendarProperties, _ texts: [UInt8]) {
        let organizer = texts[values[properties.organizer]]
        for (place, address, text) in people where values[place].isEmpty {
            if !texts[address].elementsEqual(organizer) { values[place] = text }
        }
        people = []
    }
}
