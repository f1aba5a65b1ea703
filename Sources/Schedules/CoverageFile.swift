public import Bookings

/// What an exporter declares about a schedule, in a JSON file beside it:
///
///     { "source": "crm", "takenAt": "2026-09-22T09:00:00Z", "zone": "Europe/London",
///       "coverage": { "from": "2026-09-01T00:00:00Z", "to": "2027-01-01", "complete": true, "cancelled": "kept",
///                     "practitioners": ["D7"], "rowCount": 10, "totalReported": 10 } }
///
/// `from` and `to` are times or dates, a date being its first moment in the zone; `to` itself is outside. What is left
/// out, or `null`, is not declared; without `takenAt` the schedule was taken when its file was last written, which only
/// the reader of that file knows. A member of another name is refused: a misspelt promise must not pass for none.
public struct CoverageFile {
    /// Reads a coverage; the zones of its times are those of `rules`. `takenAt` is the moment for a file that says
    /// none; where that is `nil`, such a file is refused.
    public static func read(
        path: String, rules: ZoneRules, takenAt: Timestamp? = nil
    ) throws(ScheduleError) -> Coverage {
        try coverage(try ByteSource.contents(path: path), name: path, rules: rules, takenAt: takenAt)
    }

    /// Reads the bytes of a coverage file called `name`.
    public static func coverage(
        _ bytes: [UInt8], name: String, rules: ZoneRules, takenAt: Timestamp? = nil
    ) throws(ScheduleError) -> Coverage {
        let file = CoverageFile(path: name, bytes: bytes, rules: rules)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(
                parsing: Array(bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]))
        } catch {
            throw .badFile(
                path: name, line: file.line(at: error.offset), column: nil, reason: "not JSON, \(error.reason)")
        }
        return try file.coverage(json, takenAt: takenAt)
    }

    private let path: String
    private let bytes: [UInt8]
    private let rules: ZoneRules

    private func coverage(_ json: JSONValue, takenAt written: Timestamp?) throws(ScheduleError) -> Coverage {
        try refuseStrangers(json, ["source", "takenAt", "zone", "coverage"])
        guard let source = try text("source", json) else {
            throw failure("source", "which source is this a reading of?")
        }
        guard Identifier(source).isRecordable else {
            throw failure("source", "an id has at most \(Identifier.longest) bytes")
        }
        let takenText = try text("takenAt", json)
        guard let takenAt = takenText.map({ Timestamp($0) }) ?? written else {
            throw failure(
                "takenAt",
                takenText == nil
                    ? "when did the schedule look like this? As 2026-09-22T09:00:00Z"
                    : "no moment; one is written 2026-09-22T09:00:00Z, with its offset")
        }
        var coverage = Coverage(source: Identifier(source), takenAt: takenAt)
        coverage.zone = try text("zone", json)
        if let zone = coverage.zone, !rules.knows(zone) {
            throw failure("zone", "no zone is known by this name; a name like Europe/London is")
        }
        guard let declared = present("coverage", json) else { return coverage }
        try refuseStrangers(
            declared, ["from", "to", "complete", "practitioners", "rowCount", "totalReported", "cancelled"])
        coverage.from = try bound("from", declared, coverage.zone)
        coverage.to = try bound("to", declared, coverage.zone)
        if let from = coverage.from, let to = coverage.to, to.instant <= from.instant {
            throw failure("to", "the window ends before it begins")
        }
        if let value = present("complete", declared) {
            guard let isComplete = value.boolean else { throw failure("complete", "true or false") }
            coverage.isComplete = isComplete
        }
        if let word = try text("cancelled", declared) {
            guard let cancelled = Coverage.Cancelled(rawValue: word) else {
                throw failure("cancelled", "\"kept\" or \"removed\"")
            }
            coverage.cancelled = cancelled
        }
        if let value = present("practitioners", declared) {
            guard let names = value.array?.map(\.string), !names.contains(nil) else {
                throw failure("practitioners", "a list of texts")
            }
            coverage.practitioners = Set(names.compactMap { $0 })
        }
        coverage.rowCount = try count("rowCount", declared)
        coverage.totalReported = try count("totalReported", declared)
        return coverage
    }

    private func present(_ name: String, _ json: JSONValue) -> JSONValue? {
        json[name] == .null ? nil : json[name]
    }

    private func refuseStrangers(_ json: JSONValue, _ known: [String]) throws(ScheduleError) {
        guard let members = json.members else {
            throw failure("coverage", "a JSON object with \(known.joined(separator: ", "))")
        }
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw failure(stranger.name, "no such member; known are \(known.joined(separator: ", "))")
        }
    }

    private func text(_ name: String, _ json: JSONValue) throws(ScheduleError) -> String? {
        guard let value = present(name, json) else { return nil }
        guard let text = value.string, !text.isEmpty else { throw failure(name, "a text that is not empty") }
        return text
    }

    private func count(_ name: String, _ json: JSONValue) throws(ScheduleError) -> Int? {
        guard let value = present(name, json) else { return nil }
        guard let count = value.integer, count >= 0 else { throw failure(name, "a whole number from 0 on") }
        return count
    }

    private func bound(_ name: String, _ json: JSONValue, _ zone: String?) throws(ScheduleError) -> WallTime? {
        guard let text = try text(name, json) else { return nil }
        guard let bound = WindowBound(text), bound.isFixed else {
            throw failure(name, "no date and no time; one is written 2026-09-01 or 2026-09-01T00:00:00+01:00")
        }
        guard let time = bound.time(zone: zone ?? "UTC", rules: rules, day: 0) else {
            throw failure(name, "the clocks of the zone skip this time, or the zone is unknown")
        }
        return time
    }

    private func failure(_ member: String, _ reason: String) -> ScheduleError {
        let spelled = Array("\"\(member)\"".utf8)
        let place = bytes.indices.first { bytes[$0...].starts(with: spelled) }
        return .badFile(path: path, line: place.map { line(at: $0) }, column: member, reason: reason)
    }

    private func line(at offset: Int) -> Int { bytes.prefix(offset).count { $0 == 0x0a } + 1 }
}
