import Bookings

/// The events of one UID: what comes again, and what is said of single occurrences of it.
///
/// An occurrence is known by its place: the instant of its RECURRENCE-ID, or what the clock shows where no zone is
/// declared.
struct ICalendarSeries {
    /// An event that stands for the occurrence at a place.
    struct Override {
        let event: ICalendarEvent
        let time: ICalendarTime
        let place: Int64
    }

    /// An event that stands for all occurrences from a place on, moved by so many seconds on the clock.
    private struct Later {
        let event: ICalendarEvent
        let place: Int64
        let shift: Int64
    }

    /// An occurrence that a rule or a date makes.
    struct Slot {
        /// On the clock of the series.
        let time: ICalendarTime
        let place: Int64
        /// Its own end, where the date that adds it says one.
        var period: ICalendarPeriod?
    }

    /// The events that begin the series: one, unless the file has two of the same SEQUENCE.
    let masters: [ICalendarEvent]
    /// The events that stand for one occurrence each.
    private(set) var overrides: [Override] = []
    private var later: [Later] = []
    private var places: Set<Int64> = []

    /// Events of one UID.
    init(_ events: [ICalendarEvent], _ zones: inout ICalendarZones) {
        masters = ICalendarSeries.newest(events.filter { $0.recurrence == nil })
        let start = masters.first { $0.start != nil }?.start
        var all: [Int64: [Override]] = [:]
        var order: [Int64] = []
        for event in events {
            guard let recurrence = event.recurrence else { continue }
            let time = start.map { ICalendarSeries.align(recurrence, with: $0) } ?? recurrence
            let place = zones.position(time)
            if all[place] == nil { order.append(place) }
            all[place, default: []].append(Override(event: event, time: time, place: place))
        }
        for place in order {
            let sequence = all[place]!.map(\.event.sequence).max()!
            overrides += all[place]!.filter { $0.event.sequence == sequence }
        }
        places = Set(order)
        for override in overrides where override.event.reachesOn {
            guard let moved = override.event.start, !zones.isUnknown(moved.clock) else { continue }
            let civil =
                moved.isDate ? moved.civil : zones.civil(at: zones.position(moved), on: override.time.clock)
            later.append(
                Later(event: override.event, place: override.place, shift: civil - override.time.civil))
        }
        later.sort { $0.place < $1.place }
    }

    /// Those with the highest SEQUENCE.
    private static func newest(_ events: [ICalendarEvent]) -> [ICalendarEvent] {
        guard events.count > 1, let sequence = events.map(\.sequence).max() else { return events }
        return events.filter { $0.sequence == sequence }
    }

    /// A time as one of a series with this start: a day where that is one, on its clock where it has none of its own,
    /// and at its time of the day where it is a day only.
    static func align(_ time: ICalendarTime, with start: ICalendarTime) -> ICalendarTime {
        let midnight = Int64(time.day) * 86_400
        if start.isDate { return ICalendarTime(civil: midnight, clock: .date) }
        if time.isDate {
            return ICalendarTime(civil: midnight + start.civil - Int64(start.day) * 86_400, clock: start.clock)
        }
        return time.clock == .floating ? ICalendarTime(civil: time.civil, clock: start.clock) : time
    }

    /// True where an event of its own stands for the occurrence at this place.
    func isOverridden(_ place: Int64) -> Bool { places.contains(place) }

    /// The event that tells of an occurrence that has none of its own, and by how many seconds it moves it.
    func event(at place: Int64, of master: ICalendarEvent) -> (event: ICalendarEvent, shift: Int64) {
        var low = 0
        var high = later.count
        while low < high {
            let middle = (low + high) / 2
            if later[middle].place <= place { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? (master, 0) : (later[low - 1].event, later[low - 1].shift)
    }

    /// How far occurrences are moved at most, to an earlier and to a later time.
    var widestShifts: (earlier: Int64, later: Int64) {
        (later.map { -$0.shift }.reduce(0, max), later.map(\.shift).reduce(0, max))
    }

    // MARK: Expansion

    /// What takes occurrences out of a series: an EXDATE of a day takes out all of that day.
    struct Removed {
        var places: Set<Int64> = []
        var days: Set<Int> = []

        init(_ masters: [ICalendarEvent], _ zones: inout ICalendarZones) {
            for master in masters {
                guard let start = master.start else { continue }
                for time in master.removed where !zones.isUnknown(time.clock) {
                    if time.isDate { days.insert(time.day) }
                    places.insert(zones.position(ICalendarSeries.align(time, with: start)))
                }
            }
        }

        func contains(_ time: ICalendarTime, _ place: Int64) -> Bool {
            places.contains(place) || !days.isEmpty && days.contains(time.day)
        }
    }

    /// The occurrences that a master has in a window, in their order, those included that only a move brings in or out.
    /// At most ``ICalendarWindow/mostOccurrences`` and one of them, so that more can be told from enough.
    func slots(
        of master: ICalendarEvent, from start: ICalendarTime, _ window: inout ICalendarWindow,
        _ zones: inout ICalendarZones, tooMuch: inout Int?
    ) -> [Slot] {
        let removed = Removed([master], &zones)
        let shifts = widestShifts
        var slots: [Int64: Slot] = [:]
        func add(_ time: ICalendarTime, _ period: ICalendarPeriod?, _ zones: inout ICalendarZones) {
            let place = zones.position(time)
            let moved = event(at: place, of: master).shift
            window.saw(place)
            guard window.contains(place) || window.contains(place + moved), !isOverridden(place),
                !removed.contains(time, place), slots.count <= ICalendarWindow.mostOccurrences
            else { return }
            if slots[place] == nil || period != nil { slots[place] = Slot(time: time, place: place, period: period) }
        }
        // No zone is more than a day from UTC.
        let lower = window.from - shifts.later - 86_400
        let upper = window.to + shifts.earlier + 86_400
        let first = zones.position(start)
        var lastUntil: Int64 = .min
        for rule in master.rules {
            let until = rule.until.map { zones.position(ICalendarSeries.align($0, until: start)) } ?? .max
            lastUntil = max(lastUntil, until)
            var steps = ICalendarWindow.mostStepsOfRule
            let end = RecurrenceExpansion(rule, start: start.civil).expand(
                from: lower, to: until == .max ? upper : min(upper, until + 2 * 86_400), steps: &steps
            ) { civil in
                let time = ICalendarTime(civil: civil, clock: start.clock)
                if zones.position(time) <= until { add(time, nil, &zones) }
                return slots.count <= ICalendarWindow.mostOccurrences
            }
            window.spend(steps: ICalendarWindow.mostStepsOfRule - steps)
            if window.isSpent { break }
            if case .tooMuch = end { tooMuch = rule.line }
            if case .beyond = end, until >= window.to { window.goesOnBehind() }
        }
        // A series whose every rule ends before its start has no occurrence, the first one neither.
        if master.rules.isEmpty || first <= lastUntil { add(start, nil, &zones) }
        for period in master.added where !zones.isUnknown(period.start.clock) {
            let time = ICalendarSeries.align(period.start, with: start)
            add(time, period.end == nil && period.duration == nil ? nil : period, &zones)
        }
        return slots.values.sorted { $0.place < $1.place }
    }

    /// A rule's last moment on the clock of its series: of a day alone, its midnight, as python-dateutil has it; for
    /// a series of days, the day.
    private static func align(_ time: ICalendarTime, until start: ICalendarTime) -> ICalendarTime {
        guard time.isDate, !start.isDate else { return align(time, with: start) }
        return ICalendarTime(civil: time.civil, clock: start.clock)
    }
}
