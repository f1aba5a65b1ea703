import Bookings

/// Times on the clocks of zones, and how rows write them.
extension ICalendarZones {
    /// Where a time stands: its instant, or what its clock shows where nobody declared a zone.
    mutating func position(_ time: ICalendarTime) -> Int64 { instant(time) ?? time.civil }

    /// What a clock shows at a position. The inverse of ``position(_:)``, but for skipped and repeated hours.
    mutating func civil(at position: Int64, on clock: ICalendarTime.Clock) -> Int64 {
        position + Int64(offset(clock, position) ?? 0)
    }

    /// Where an event that starts at a time ends; `nil` where it does not say.
    ///
    /// With DTEND each occurrence is as long as the first, in seconds; with DURATION, days are days of the calendar
    /// (RFC 5545 §3.8.5.3). A whole day without either is one day long.
    mutating func end(
        of event: ICalendarEvent, from start: ICalendarTime, _ period: ICalendarPeriod?
    ) -> (time: ICalendarTime, position: Int64)? {
        let duration: ICalendarDuration?
        let ends: (from: ICalendarTime, to: ICalendarTime)?
        if let period {
            duration = period.duration
            ends = period.end.map { (period.start, $0) }
        } else {
            duration = event.end == nil ? event.duration : nil
            ends = if let from = event.start, let to = event.end { (from, to) } else { nil }
        }
        var end = start
        if let ends {
            if isUnknown(ends.to.clock) { return nil }
            guard !start.isDate else {
                end.civil += Int64(ends.to.day - ends.from.day) * 86_400
                return (end, position(end))
            }
            let length = position(ends.to) - position(ends.from)
            end.civil += length
            return (end, position(start) + length)
        }
        if let duration {
            end.civil += Int64(duration.days) * 86_400
            let day = position(end)
            end.civil += duration.seconds
            return (end, start.isDate ? position(end) : day + duration.seconds)
        }
        guard start.isDate else { return nil }
        end.civil += 86_400
        return (end, position(end))
    }

    /// Appends a time as `2026-06-11T09:30:00+01:00`, on a clock; without an offset where nobody declared a zone.
    mutating func append(
        _ time: ICalendarTime, at position: Int64, on clock: ICalendarTime.Clock, to out: inout [UInt8]
    ) {
        let shown = clock == .utc ? .floating : clock
        guard let offset = offset(shown, position) ?? (clock == .utc ? 0 : nil) else {
            // Of a zone that nobody knows so far from now, no other may be taken instead.
            if case .zone = clock { return }
            if let civil = CivilTime(seconds: time.civil) { out.append(contentsOf: civil.text.utf8) }
            return
        }
        if let wall = WallTime(instant: position, offset: offset / 60 * 60) { out.append(contentsOf: wall.text.utf8) }
    }

    /// Appends which occurrence one is, as rows say it: `2026-06-11T09:30:00+01:00`, or `2026-06-11` for a whole day.
    mutating func append(occurrence time: ICalendarTime, to out: inout [UInt8]) {
        if time.isDate {
            if let civil = CivilTime(seconds: time.civil) { out.append(contentsOf: civil.dateText.utf8) }
        } else {
            append(time, at: position(time), on: time.clock, to: &out)
        }
    }

    /// Appends which occurrence one is, as ids say it: `/20260611T083000Z`, or `/20260611` for a whole day.
    mutating func append(idOf time: ICalendarTime, to out: inout [UInt8]) {
        let instant = time.isDate ? nil : instant(time)
        guard let civil = CivilTime(seconds: instant ?? time.civil) else { return }
        let date = civil.date
        func digits(_ number: Int, _ width: Int) {
            var scale = width == 4 ? 1000 : 10
            while scale > 0 {
                out.append(0x30 + UInt8(number / scale % 10))
                scale /= 10
            }
        }
        out.append(UInt8(ascii: "/"))
        digits(date.year, 4)
        digits(date.month, 2)
        digits(date.day, 2)
        guard !time.isDate else { return }
        out.append(UInt8(ascii: "T"))
        digits(civil.secondOfDay / 3600, 2)
        digits(civil.secondOfDay / 60 % 60, 2)
        digits(civil.secondOfDay % 60, 2)
        if instant != nil { out.append(UInt8(ascii: "Z")) }
    }
}
