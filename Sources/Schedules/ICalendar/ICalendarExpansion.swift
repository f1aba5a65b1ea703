import Bookings

/// One calendar object, as far as rows need it.
struct ICalendarObject {
    /// True where its METHOD is CANCEL: then all that it names is off.
    var isCancelled = false
    var events: [ICalendarEvent] = []
    /// What the events' values are ranges of.
    var texts: [UInt8] = []
}

/// Makes rows of the events of one calendar object after another.
///
/// An event that does not come again, and each event that stands for one occurrence of a series, is a row whenever it
/// is: the file writes it out. Of what a rule makes, only what lies in the window is. The row of a single event goes by
/// the booking's id; that of an occurrence by the id, a slash and the RECURRENCE-ID in UTC, as
/// `4c1f@example.org/20260611T083000Z`, or `…/20260611` for whole days, and `…/20260611T083000` for times of no zone
/// that anybody declared. The place in the series gives it, so that an occurrence that is moved keeps it.
///
/// Of events with one UID and one RECURRENCE-ID, or without one, those with the highest SEQUENCE count; if there are
/// several, each is a row. Events of another calendar object of the file are not looked at.
struct ICalendarExpansion {
    private let properties: ICalendarProperties
    private var rows: ICalendarRows
    var zones: ICalendarZones
    private var window: ICalendarWindow
    // The unknown zones that were named.
    private var named: Set<Int> = []

    /// Why the rest of the file is not read.
    struct Refusal: Error {
        let line: Int
        let reason: String
    }

    init(_ properties: ICalendarProperties, _ zones: ICalendarZones, _ rows: ICalendarRows, _ coverage: Coverage) {
        self.properties = properties
        self.zones = zones
        self.rows = rows
        window = ICalendarWindow(coverage)
    }

    mutating func note(line: Int, column: String, _ reason: String) {
        rows.note(line: line, column: column, reason)
    }

    /// Takes in the rows of an object.
    mutating func take(_ object: ICalendarObject) throws(Refusal) {
        for event in object.events { noteUnknownZones(event) }
        for group in groups(object) {
            let first = object.events[group[0]]
            if first.isAstray || group.count == 1 && !first.comesAgain && first.recurrence == nil {
                write(first, of: first, in: object, from: first.start)
            } else {
                try takeSeries(group.map { object.events[$0] }, object)
            }
        }
    }

    /// All rows; what of the coverage could not be followed is taken from it.
    consuming func finish(narrowing coverage: inout Coverage) -> AllRows {
        var zones = zones
        window.narrow(&coverage) { zones.offset(.floating, $0) }
        return rows.finish()
    }

    /// The places of events by their UID, in the order of the first of each.
    private func groups(_ object: ICalendarObject) -> [[Int]] {
        var groups: [[Int]] = []
        var places: [Identifier: Int] = [:]
        for (place, event) in object.events.enumerated() {
            let uid = object.texts[event.values[properties.uid]]
            // Events without one have nothing to do with each other.
            let id = uid.isEmpty || event.isAstray ? nil : Identifier(String(decoding: uid, as: UTF8.self))
            if let id, let known = places[id] {
                groups[known].append(place)
            } else {
                if let id { places[id] = groups.count }
                groups.append([place])
            }
        }
        return groups
    }

    /// Notes what of an event was not understood when it was read.
    mutating func noteTroubles(_ event: ICalendarEvent, _ texts: [UInt8]) {
        if event.isUnsure || event.isAstray || event.reachesOn && event.start == nil { window.isNotKnown() }
        for trouble in event.troubles { rows.note(event, texts, column: trouble.column, trouble.reason) }
        if event.start == nil, !event.troubles.contains(where: { $0.column == "DTSTART" }) {
            rows.note(event, texts, column: "DTSTART", "the event has no start")
        }
    }

    private mutating func noteUnknownZones(_ event: ICalendarEvent) {
        for (column, time) in [("DTSTART", event.start), ("DTEND", event.end), ("RECURRENCE-ID", event.recurrence)] {
            guard let time, isUnknown(time, of: event) else { continue }
            rows.noteNoZone(event, column: column)
            if event.recurrence.map({ zones.isUnknown($0.clock) }) ?? false || event.reachesOn { window.isNotKnown() }
        }
        let isSure =
            !event.added.contains { isUnknown($0.start, of: event) }
            && !event.removed.contains { isUnknown($0, of: event) }
        if !isSure { window.isNotKnown() }
    }

    /// True for a time of a zone that nobody knows, which is named once.
    private mutating func isUnknown(_ time: ICalendarTime, of event: ICalendarEvent) -> Bool {
        guard case .zone(let number) = time.clock, zones.isUnknown(time.clock) else { return false }
        if named.insert(number).inserted {
            rows.note(
                line: event.line, column: "TZID",
                "no zone is known by the name \(MalformationList.quoted(zones.names[number])), and the file does not "
                    + "describe it; a name like Europe/London is known")
        }
        return true
    }

    // MARK: Series

    private mutating func takeSeries(_ events: [ICalendarEvent], _ object: ICalendarObject) throws(Refusal) {
        let series = ICalendarSeries(events, &zones)
        for master in series.masters {
            guard let start = master.start, !zones.isUnknown(start.clock) else {
                // When it comes again nobody knows.
                if master.comesAgain { window.isNotKnown() }
                write(master, of: master, in: object, from: master.start)
                continue
            }
            guard master.comesAgain else {
                if !series.isOverridden(zones.position(start)) { write(master, of: master, in: object, from: start) }
                continue
            }
            var tooMuch: Int?
            let slots = series.slots(of: master, from: start, &window, &zones, tooMuch: &tooMuch)
            if let line = tooMuch { noteTooMuch(line) }
            if slots.count > ICalendarWindow.mostOccurrences { noteTooMany(master, object.texts) }
            var cost = 0
            for slot in slots.prefix(ICalendarWindow.mostOccurrences) {
                let (event, shift) = series.event(at: slot.place, of: master)
                let moved = ICalendarTime(civil: slot.time.civil + shift, clock: slot.time.clock)
                cost += 1 + write(event, of: master, in: object, from: moved, slot.period, at: slot.time) / 1024
            }
            window.spend(rows: cost)
            guard !window.isSpent else {
                throw Refusal(
                    line: master.rules.first?.line ?? master.line,
                    reason: "RRULE: up to here the rules of this file make more occurrences, or take longer to follow, "
                        + "than any schedule does; is the window of the coverage right?")
            }
        }
        let removed = ICalendarSeries.Removed(series.masters, &zones)
        for override in series.overrides where !removed.contains(override.time, override.place) {
            let master = series.masters.first ?? override.event
            write(override.event, of: master, in: object, from: override.event.start, at: override.time)
        }
    }

    private mutating func noteTooMuch(_ line: Int) {
        window.isNotKnown()
        note(
            line: line, column: "RRULE",
            "to follow this rule, more than \(ICalendarWindow.mostStepsOfRule) days and times would have to be looked "
                + "at; what it makes is known in part, and the reading is not complete")
    }

    private mutating func noteTooMany(_ master: ICalendarEvent, _ texts: [UInt8]) {
        window.isNotKnown()
        rows.note(
            master, texts, column: "RRULE",
            "line \(master.rules.first?.line ?? master.line): more than \(ICalendarWindow.mostOccurrences) occurrences "
                + "in the window; the others are left out, and the reading is not complete")
    }

    // MARK: Rows

    /// Writes the row of an event, or of the occurrence of a series that it tells of; `place` is where that stands in
    /// its series. Returns how many bytes the row has.
    @discardableResult
    private mutating func write(
        _ event: ICalendarEvent, of master: ICalendarEvent, in object: ICalendarObject, from start: ICalendarTime?,
        _ period: ICalendarPeriod? = nil, at place: ICalendarTime? = nil
    ) -> Int {
        var cells = ICalendarRows.Cells()
        cells.isCancelled = object.isCancelled
        if let place {
            zones.append(idOf: place, to: &cells.suffix)
            zones.append(occurrence: place, to: &cells.occurrence)
        }
        if let start, !zones.isUnknown(start.clock) {
            // A move into another zone shows on the clocks of that zone.
            let clock = event.start.map {
                $0.isDate || start.isDate || zones.isUnknown($0.clock) ? start.clock : $0.clock
            }
            let shown = clock ?? start.clock
            let begin = zones.position(start)
            zones.append(start, at: begin, on: shown, to: &cells.start)
            cells.zone = zones.name(shown) ?? ""
            if let end = zones.end(of: event, from: start, period) {
                zones.append(end.time, at: end.position, on: shown, to: &cells.end)
            }
        }
        return rows.write(event, of: master, object.texts, cells)
    }
}
