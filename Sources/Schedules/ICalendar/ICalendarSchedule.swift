import Bookings
import Transparency

/// Reads iCalendar (RFC 5545) into rows: one calendar object, or several one behind the other, as a CalDAV server's
/// answers make them.
///
/// A row's number is that of the line at which its event begins. VTODO, VJOURNAL, VFREEBUSY and VALARM are no
/// appointments, and passed over; so is TRANSP. What a row is called and when it is one: ``ICalendarExpansion``; which
/// words hold what: ``ICalendarProperties``; which zone a time has: ``ICalendarZones``; how far rules are followed:
/// ``ICalendarWindow``.
///
/// Memory: one chunk and one content line of the file, and of one calendar object what rows need of it, at most
/// ``mostKept``; a larger object is refused. Time: linear in the file, and in the occurrences that rules make, of which
/// no rule and no file has more than ``ICalendarWindow`` allows. A file that breaks off is refused: what it lacks would
/// look like lost bookings.
struct ICalendarSchedule: ~Copyable {
    private var lines: ContentLines
    private let properties: ICalendarProperties
    private var expansion: ICalendarExpansion
    // What is open at the present line, the outermost first.
    private var open: [Component] = []
    private var object = ICalendarObject()
    private var event: ICalendarEvent?
    private var zone = DescribedZone()
    private var zoneName: Identifier?
    private var dates = 0
    private var objects = 0
    private var events = 0
    // The places of the properties that any event has.
    private var said: Set<Int> = []

    private struct Component {
        let kind: Kind
        let name: [UInt8]
        let line: Int

        enum Kind {
            case calendar, event, zone, observance, other
        }
    }

    /// The most bytes that are kept of one calendar object.
    static let mostKept = 256 << 20
    private static let mostEvents = 500_000
    private static let mostDates = 2_000_000
    private static let deepest = 32
    private static let longestName = 64

    init(
        _ window: consuming ByteWindow, _ layout: ScheduleLayout, _ rules: SourceRules, _ coverage: Coverage,
        _ reader: consuming RowReader
    ) {
        lines = ContentLines(window, encoding: layout.encoding)
        properties = ICalendarProperties(layout)
        expansion = ICalendarExpansion(
            properties, ICalendarZones(rules.zones, home: rules.zone ?? coverage.zone),
            ICalendarRows(properties, rules, reader), coverage)
    }

    /// Reads all rows, and gives the digest of the file with them. What of the coverage could not be followed is taken
    /// from it.
    consuming func read(narrowing coverage: inout Coverage) throws(ScheduleError) -> (rows: AllRows, digest: Hash) {
        try lines.start()
        while try lines.advance() {
            guard let property = ContentLine(lines.bytes) else {
                if open.isEmpty { throw noCalendar() }
                expansion.note(
                    line: lines.line, column: "line", "this line is no property; was a text broken without a fold?")
                continue
            }
            if property.name.isWord("BEGIN") {
                try begin(property.value.trimmedOfASCII)
            } else if property.name.isWord("END") {
                try end(property.value.trimmedOfASCII)
            } else {
                try take(property)
            }
        }
        if let component = open.first {
            throw lines.failure(
                "the file ends inside the \(String(decoding: component.name, as: UTF8.self)) that begins in line "
                    + "\(component.line); was it cut off?")
        }
        guard objects > 0 else { throw noCalendar() }
        noteUnused()
        let digest = lines.finishDigest()
        return (expansion.finish(narrowing: &coverage), digest)
    }

    /// A property that is mapped and that no event has is a wrong mapping, or something that nobody filled in.
    private mutating func noteUnused() {
        guard events >= ICalendarSchedule.fewEvents else { return }
        for (place, source) in properties.sources.enumerated() where source.isMapped && !said.contains(place) {
            let name = String(decoding: source.name, as: UTF8.self)
            expansion.note(
                line: 1, column: source.word.name,
                "it is mapped to the property \(name), and none of the \(events) events has one; is the name right?")
        }
    }

    // Of fewer events nobody can say what the others would have.
    private static let fewEvents = 5

    private func noCalendar() -> ScheduleError {
        lines.failure("this is no iCalendar file; one begins with BEGIN:VCALENDAR")
    }

    // MARK: Components

    private mutating func begin(_ name: Cell) throws(ScheduleError) {
        let parent = open.last?.kind
        guard parent != nil || name.isWord("VCALENDAR") else { throw noCalendar() }
        guard open.count < ICalendarSchedule.deepest else {
            throw lines.failure("BEGIN: components stand inside each other more than \(ICalendarSchedule.deepest) deep")
        }
        guard name.count <= ICalendarSchedule.longestName, name.allSatisfy(ContentLine.isNameSign) else {
            throw lines.failure("BEGIN: this is no name of a component, as VEVENT")
        }
        let kind: Component.Kind
        switch parent {
        case nil:
            kind = .calendar
            object = ICalendarObject()
            expansion.zones.startObject()
            dates = 0
        case .calendar where name.isWord("VEVENT"):
            kind = .event
            guard object.events.count < ICalendarSchedule.mostEvents else {
                throw lines.failure("VEVENT: one calendar has more than \(ICalendarSchedule.mostEvents) events")
            }
            event = ICalendarEvent(line: lines.line, values: properties.sources.count)
        case .calendar where name.isWord("VTIMEZONE"):
            kind = .zone
            zone = DescribedZone()
            zoneName = nil
        case .zone where name.isWord("STANDARD") || name.isWord("DAYLIGHT"):
            kind = .observance
            zone.open()
        default: kind = .other
        }
        open.append(Component(kind: kind, name: Array(name.text.uppercased().utf8), line: lines.line))
    }

    private mutating func end(_ name: Cell) throws(ScheduleError) {
        guard let component = open.popLast() else { throw noCalendar() }
        guard component.name.withUnsafeBufferPointer({ name.isWord($0) }) else {
            throw lines.failure(
                "END: \(String(decoding: component.name, as: UTF8.self)), which begins in line \(component.line), does "
                    + "not end before something else does; was a part of the file lost?")
        }
        switch component.kind {
        case .event:
            guard var ended = event else { return }
            ended.finish(properties, object.texts)
            expansion.noteTroubles(ended, object.texts)
            ended.troubles = []
            for (place, value) in ended.values.enumerated() where !value.isEmpty { said.insert(place) }
            events += 1
            object.events.append(ended)
            event = nil
        case .zone:
            // The first counts, as where a property stands twice.
            if let zoneName { expansion.zones.describe(zoneName, zone) }
        case .calendar:
            objects += 1
            do throws(ICalendarExpansion.Refusal) {
                try expansion.take(object)
            } catch {
                throw .badFile(path: lines.path, line: error.line, column: nil, reason: error.reason)
            }
            object = ICalendarObject()
        case .observance, .other: break
        }
    }

    // MARK: Properties

    private mutating func take(_ property: ContentLine) throws(ScheduleError) {
        switch open.last?.kind {
        case .calendar:
            if property.name.isWord("METHOD") { object.isCancelled = property.value.trimmedOfASCII.isWord("CANCEL") }
        case .event: try takeOfEvent(property)
        case .zone:
            if property.name.isWord("TZID") { zoneName = Identifier(property.value.trimmedOfASCII.text) }
        case .observance: try takeOfObservance(property)
        case .other: break
        case nil: throw noCalendar()
        }
    }

    private mutating func takeOfEvent(_ property: ContentLine) throws(ScheduleError) {
        if property.name.isWord("RDATE") || property.name.isWord("EXDATE") { try count(property) }
        event?.take(property, line: lines.line, properties, &expansion.zones, &object.texts)
        guard object.texts.count <= ICalendarSchedule.mostKept else {
            throw lines.failure(
                "\(property.name.text): the texts of one calendar have more than \(ICalendarSchedule.mostKept) bytes")
        }
    }

    /// Dates take more room when they are read than in the file.
    private mutating func count(_ property: ContentLine) throws(ScheduleError) {
        dates += property.value.count { $0 == UInt8(ascii: ",") } + 1
        guard dates <= ICalendarSchedule.mostDates else {
            throw lines.failure(
                "\(property.name.text): one calendar has more than \(ICalendarSchedule.mostDates) dates of series")
        }
    }

    private mutating func takeOfObservance(_ property: ContentLine) throws(ScheduleError) {
        let value = property.value.trimmedOfASCII
        if property.name.isWord("RDATE") { try count(property) }
        zone.take(property.name, value, line: lines.line)
    }
}
