import Bookings
import Foundation

/// Asks a calendar collection for the events of a window (CalDAV, RFC 4791, `calendar-query`), and joins them to one
/// iCalendar stream in the order of their addresses.
///
/// First the ETags are asked for, then the events with theirs. What was listed and not given, as by a server that cuts its
/// answers, makes the reading a partial one; where something changed in between, both are asked once more.
///
/// `sync-collection` (RFC 6578) is not used: it tells what changed since a token that the server may forget, and says of a
/// deletion no more than an address. A night's comparison needs all that is there.
struct CalDAVSource {
    let web: WebSource
    let from: WallTime?
    let to: WallTime?

    /// The events as of `now`, which is before the first is asked for.
    func query(now: Timestamp) throws(ScheduleError) -> Received {
        try requireCalendar()
        var listed: CalDAVAnswer
        var given: CalDAVAnswer
        var tries = 0
        repeat {
            tries += 1
            listed = try report("<D:getetag/>")
            given = try report("<D:getetag/><C:calendar-data/>")
        } while tries < 2 && !CalDAVSource.agree(listed, given)
        var received = Received(name: WebExchange.withoutQuery(web.url), bytes: [], takenAt: now)
        let events = given.objects.filter { CalDAVSource.hasEvent($0.value) }
        let lacking = Set(listed.objects.keys).union(given.objects.keys).subtracting(events.keys).count
        if lacking > 0 {
            received.shortfalls.append("the server named \(lacking) calendar objects and did not give them")
        }
        if listed.failures + given.failures > 0 {
            received.shortfalls.append("the server says that its answer is not whole")
        }
        for (_, object) in events.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            received.bytes += CalDAVSource.lines(object.data!)
        }
        if received.bytes.isEmpty { received.bytes = Array(CalDAVSource.emptyCalendar.utf8) }
        return received
    }

    /// Only events were asked for: an object without one was not given, whatever the status beside it says.
    private static func hasEvent(_ object: CalDAVAnswer.Object) -> Bool {
        object.data?.range(of: "BEGIN:VEVENT", options: .caseInsensitive) != nil
    }

    private static func agree(_ listed: CalDAVAnswer, _ given: CalDAVAnswer) -> Bool {
        listed.objects.allSatisfy { href, object in
            given.objects[href].map { hasEvent($0) && $0.etag == object.etag } ?? false
        }
    }

    // MARK: Requests

    /// A home or a principal answers such a query too, with nothing: that would look like a schedule without bookings.
    private func requireCalendar() throws(ScheduleError) {
        let answer = try send(
            "PROPFIND", depth: 0, "<D:propfind \(CalDAVSource.spaces)><D:prop><D:resourcetype/></D:prop></D:propfind>")
        guard answer.isCalendar else {
            throw web.unavailable("there is no calendar at this address; give that of the calendar itself")
        }
    }

    private func report(_ properties: String) throws(ScheduleError) -> CalDAVAnswer {
        try send(
            "REPORT", depth: 1,
            "<C:calendar-query \(CalDAVSource.spaces)><D:prop>\(properties)</D:prop><C:filter>"
                + "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\(window)</C:comp-filter>"
                + "</C:comp-filter></C:filter></C:calendar-query>")
    }

    private func send(_ method: String, depth: Int, _ body: String) throws(ScheduleError) -> CalDAVAnswer {
        let answer = try web.answer(
            method, headers: ["Depth": String(depth), "Content-Type": "application/xml; charset=utf-8"],
            body: Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\(body)".utf8))
        guard answer.status == 207, let read = CalDAVAnswer(xml: answer.body) else {
            throw web.unavailable("it answered \(answer.status), and not as CalDAV does; is the address right?")
        }
        return read
    }

    private static let spaces = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\""

    /// The window, a day wider on both sides: which zone a server takes for that of a time without one is its own affair.
    private var window: String {
        let bounds = [("start", from, Int64(-86_400)), ("end", to, 86_400)].compactMap { name, bound, wider in
            bound.flatMap { CivilTime(seconds: $0.instant + wider) }.map { time in
                " \(name)=\"\(time.text.filter { $0 != "-" && $0 != ":" })Z\""
            }
        }
        return bounds.isEmpty ? "" : "<C:time-range\(bounds.joined())/>"
    }

    // MARK: Lines

    /// An object's lines as iCalendar ends them: XML's readers make one byte of the two.
    private static func lines(_ data: String) -> [UInt8] {
        var lines: [UInt8] = []
        for line in data.utf8.split(separator: 0x0a) {
            lines += line.last == 0x0d ? line.dropLast() : line
            lines += [0x0d, 0x0a]
        }
        return lines
    }

    private static let emptyCalendar =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybook//nothing in this window//EN\r\nEND:VCALENDAR\r\n"
}
