public import Bookings

/// What an origin gave: the bytes of a schedule, and what is known of them besides.
public struct Received: Sendable {
    /// What errors call it.
    public let name: String
    /// When the live schedule looked so.
    public let takenAt: Timestamp
    var bytes: [UInt8]
    /// Why it is not all that was asked for; empty where nothing says so.
    var shortfalls: [String] = []
    /// What is amiss in values that have no place in the bytes.
    var malformations: [Malformation] = []

    init(name: String, bytes: [UInt8], takenAt: Timestamp) {
        self.name = name
        self.bytes = bytes
        self.takenAt = takenAt
    }
}

extension ScheduleOrigin {
    /// Asks for the schedule; `coverage` says for which window. What lies in a file is read by
    /// ``Schedule/read(path:layout:rules:coverage:)`` instead, and is not received.
    ///
    /// Where `{from}` and `{to}` stand in an address, in a program's arguments or in a query, the window's days are put:
    /// its first, and the first behind it, as `2026-06-01`.
    public func receive(
        as layout: ScheduleLayout, covering coverage: Coverage, now: Timestamp
    ) throws(ScheduleError) -> Received {
        let window = WindowDays(of: coverage, name: name)
        switch place {
        case .file(let path):
            return Received(
                name: path, bytes: try ByteSource.contents(path: path, limit: largest),
                takenAt: try Schedule.written(path: path, now: now))
        case .web(let url, let credentials):
            let web = WebSource(
                url: try window.put(into: url), credentials: credentials, timeout: timeout, largest: largest)
            return layout.format == .fhir ? try web.search(now: now) : try web.get(now: now)
        case .program(let words, let folder):
            let filled = try words.map { word throws(ScheduleError) in try window.put(into: word) }
            return try ProgramSource(words: filled, folder: folder, timeout: timeout, largest: largest).run(now: now)
        case .database(let path, let query):
            return try SQLiteSource(
                path: path, query: window.put(into: query), timeout: timeout, largest: largest
            ).select(now: now)
        case .calendar(let url, let credentials):
            let web = WebSource(url: url, credentials: credentials, timeout: timeout, largest: largest)
            return try CalDAVSource(web: web, from: coverage.from, to: coverage.to).query(now: now)
        }
    }

    /// How what was received is read: a query's rows and a calendar's events come in one form only.
    func layout(_ layout: ScheduleLayout) -> ScheduleLayout {
        var layout = layout
        switch place {
        case .file, .web, .program: break
        case .database:
            (layout.format, layout.delimiter, layout.encoding) = (.csv, UInt8(ascii: ","), .utf8)
        case .calendar: layout.format = .ical
        }
        return layout
    }
}

extension Schedule {
    /// Reads what was received as ``read(path:layout:rules:coverage:)`` reads a file.
    ///
    /// Where the origin gave less than it named, the reading says so, and nothing is concluded from what it lacks.
    public static func read(
        _ received: Received, from origin: ScheduleOrigin, layout: ScheduleLayout, rules: SourceRules,
        coverage: Coverage
    ) throws(ScheduleError) -> Snapshot {
        var coverage = coverage
        for reason in received.shortfalls { coverage.addShortfall(reason) }
        let read = try read(
            bytes: received.bytes, name: received.name, layout: origin.layout(layout), rules: rules, coverage: coverage)
        guard !received.malformations.isEmpty else { return read }
        return Snapshot(
            coverage: read.coverage, appointments: read.appointments, index: read.index,
            malformations: read.malformations + received.malformations, rows: read.rows, digest: read.digest)
    }
}
