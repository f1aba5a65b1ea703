import Bookings
import Yams

/// Reads a configuration through YAML's nodes, whose marks give the line of every mistake; it never stops at one.
struct ConfigurationReader {
    let folder: String
    private var found: [Configuration.Mistake] = []

    /// A reader for a file in this folder, which ends in a slash or is empty.
    init(folder: String) {
        self.folder = folder
    }

    /// What is wrong, in the order of the lines.
    var mistakes: [Configuration.Mistake] {
        found.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(
            \.element)
    }

    /// The configuration; worth something only where there are no ``mistakes``.
    mutating func read(_ text: String) -> Configuration {
        var configuration = Configuration()
        if let line = ConfigurationReader.lineOfAlias(in: text) {
            found.append(
                Configuration.Mistake(
                    line: line, sentence: "an alias (*name) of what stands elsewhere (&name) is not read; write it out")
            )
            return configuration
        }
        var ids: Set<Identifier> = []
        do {
            guard let root = try Yams.compose(yaml: text) else { return configuration }
            let top = section(
                root, "the configuration",
                [
                    "ledger", "keys", "sources", "thresholds", "nightly", "anchors", "stamps", "alerts", "reports",
                    "ping", "metrics",
                ])
            configuration.ledger = path("ledger", top)
            configuration.keys = path("keys", top)
            for node in list("sources", top) {
                guard let source = source(node) else { continue }
                if !ids.insert(source.id).inserted {
                    note(node, "two sources have the id \(source.id)")
                }
                configuration.sources.append(source)
            }
            configuration.thresholds = thresholds(top)
            configuration.nightly = nightly(top)
            for node in list("anchors", top) {
                if let anchor = anchor(node) { configuration.anchors.append(anchor) }
            }
            for node in list("stamps", top) {
                if let authority = stampAuthority(node) { configuration.stamps.append(authority) }
            }
            for node in list("alerts", top) {
                if let alert = alert(node) { configuration.alerts.append(alert) }
            }
            if let node = top["reports"] { configuration.reports = reports(node) }
            if let node = top["ping"] { configuration.ping = ping(node) }
            if let node = top["metrics"] { configuration.metrics = metrics(node) }
        } catch let error as YamlError {
            note(error)
        } catch {
            found.append(Configuration.Mistake(line: nil, sentence: "the file cannot be read as YAML"))
        }
        return configuration
    }

    // MARK: Parts

    private mutating func source(_ node: Node) -> Configuration.Source? {
        let section = section(node, "a source", ["id", "feed", "zone", "zones", "status", "coverage", "schedule"])
        let id = text("id", section, isRequired: true)
        var source = Configuration.Source(id: Identifier(id ?? ""))
        if id != nil, !source.id.isRecordable {
            note(node, "an id has at most \(Identifier.longest) bytes")
        }
        source.feed = word("feed", section, Configuration.Feed.allCases) ?? .events
        if let zone = text("zone", section) {
            source.zone = zone
            if !ZoneRules.system.knows(zone) {
                note(section["zone"], ZoneRules.unknown(zone))
            }
        }
        for (practitioner, node) in entries("zones", section) {
            guard let zone = text(of: node, "a zone") else { continue }
            source.zones[practitioner] = zone
            if !ZoneRules.system.knows(zone) {
                note(node, ZoneRules.unknown(zone))
            }
        }
        for (word, node) in entries("status", section) {
            let name = scalar(node)
            source.status[word] = name.flatMap(Appointment.Status.init(rawValue:))
            if source.status[word] == nil {
                let known = Appointment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                note(node, "the status \"\(word)\" is mapped to none of \(known)")
            }
        }
        if let node = section["coverage"] { source.coverage = coverage(node, zone: source.zone) }
        if let node = section["schedule"] { source.schedule = schedule(node) }
        return id == nil ? nil : source
    }

    private mutating func coverage(_ node: Node, zone: String?) -> DeclaredCoverage {
        let section = section(
            node, "a coverage", ["from", "to", "takenAt", "complete", "cancelled", "practitioners", "file"])
        var coverage = DeclaredCoverage()
        coverage.from = bound("from", section, zone)
        coverage.file = path("file", section)
        if coverage.file != nil, section.values.count > 1 {
            note(section["file"], "\"file\" says all of a coverage, and stands alone")
        }
        coverage.to = bound("to", section, zone)
        if let from = coverage.from, let to = coverage.to, from.isFixed == to.isFixed {
            let bounds = [from, to].map { $0.time(zone: zone ?? "UTC", rules: .system, day: 0)?.instant }
            if let first = bounds[0], let last = bounds[1], last <= first {
                note(section["to"], "the window ends before it begins")
            }
        }
        if let text = text("takenAt", section), text != "mtime" {
            coverage.takenAt = Timestamp(text)
            if coverage.takenAt == nil {
                note(section["takenAt"], "\"takenAt\" must be mtime, or a moment like 2026-09-22T09:00:00Z")
            }
        }
        if let text = text("complete", section) {
            coverage.isComplete = text == "yes" || text == "true"
            if !["yes", "true", "no", "false"].contains(text) {
                note(section["complete"], "\"complete\" must be yes or no")
            }
        }
        coverage.cancelled = word("cancelled", section, [Coverage.Cancelled.kept, .removed])
        if section["practitioners"] != nil {
            coverage.practitioners = Set(list("practitioners", section).compactMap { text(of: $0, "a practitioner") })
        }
        return coverage
    }

    private mutating func bound(_ key: String, _ section: Section, _ zone: String?) -> WindowBound? {
        guard let text = text(key, section) else { return nil }
        guard let bound = WindowBound(text) else {
            note(section[key], "\"\(key)\" must be today, +90d, -7d, a date like 2026-09-01, or a time")
            return nil
        }
        if bound.isFixed, bound.time(zone: zone ?? "UTC", rules: .system, day: 0) == nil,
            ZoneRules.system.knows(zone ?? "UTC")
        {
            note(section[key], "the clocks of \(zone ?? "UTC") skip this time")
        }
        return bound
    }

    /// `08:00-18:00`, as minutes after midnight.
    private mutating func hours(_ node: Node) -> Range<Int>? {
        let bounds = (node.scalar?.string ?? "").split(separator: "-").map { bound -> Int? in
            let parts = bound.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour),
                (0...59).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
        guard bounds.count == 2, let from = bounds[0], let to = bounds[1], from < to, to <= 24 * 60 else {
            note(node, "the hours must be written as 08:00-18:00")
            return nil
        }
        return from..<to
    }

    private mutating func thresholds(_ top: Section) -> Thresholds {
        var thresholds = Thresholds()
        guard let node = top["thresholds"] else { return thresholds }
        let section = section(
            node, "the thresholds",
            [
                "skew", "late", "stale", "heldOutside", "massRows", "massPercent", "shiftedRows", "breath", "capacity",
                "hours",
            ])
        if let value = duration("skew", section) { thresholds.skew = value }
        if let value = duration("late", section) { thresholds.late = value }
        if let value = duration("stale", section) { thresholds.stale = value }
        if let value = duration("heldOutside", section) { thresholds.heldOutside = value }
        if let value = duration("breath", section) { thresholds.breath = value }
        if let value = count("shiftedRows", section, 1...1_000_000) { thresholds.shiftedRows = value }
        if let value = count("massRows", section, 0...1_000_000) { thresholds.massRows = value }
        if let value = count("massPercent", section, 0...100) { thresholds.massPercent = value }
        if let value = count("capacity", section, 1...10_000) { thresholds.capacity = value }
        if let node = section["hours"] { thresholds.hours = hours(node) }
        return thresholds
    }

    mutating func duration(_ key: String, _ section: Section) -> Int64? {
        guard let text = text(key, section) else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        // Nine digits of days are far beyond any calendar, and fit.
        if let unit = text.last.flatMap({ units[$0] }), (2...10).contains(text.utf8.count),
            let number = Int64(text.dropLast()), number >= 0, text.first != "+", text.first != "-"
        {
            return number * unit
        }
        note(section[key], "\"\(key)\" must be a duration like 120s, 15m, 24h or 2d")
        return nil
    }

    mutating func count(_ key: String, _ section: Section, _ range: ClosedRange<Int>) -> Int? {
        guard let text = text(key, section) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        note(section[key], "\"\(key)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }
}

// MARK: Nodes

extension ConfigurationReader {
    /// A mapping whose keys are all known.
    struct Section {
        let node: Node
        let name: String
        var values: [String: Node] = [:]

        subscript(key: String) -> Node? { values[key] }
    }

    mutating func note(_ node: Node?, _ sentence: String) {
        found.append(Configuration.Mistake(line: node?.mark?.line, sentence: sentence))
    }

    private mutating func note(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            found.append(
                Configuration.Mistake(
                    line: mark.line, sentence: "this is no YAML: \(problem)\(ConfigurationReader.hint(at: problem))"))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            found.append(
                Configuration.Mistake(line: context.mark.line, sentence: "\(keys) stands twice in what starts here"))
        default:
            found.append(Configuration.Mistake(line: nil, sentence: "the file cannot be read as YAML"))
        }
    }

    /// Where keys belong that are easily written in another place.
    private static let homes: [(name: String, keys: Set<String>)] = [
        ("a schedule", Set(ScheduleSection.origin + ScheduleSection.layout)),
        ("a coverage", ["from", "to", "takenAt", "complete", "cancelled", "practitioners"]),
        ("a source", ["feed", "zone", "zones", "status", "coverage", "schedule"]),
        ("the nights", ["fullVerify", "at", "missed"]),
        ("the thresholds", ["skew", "late", "stale", "massRows", "massPercent", "capacity"]),
    ]

    /// What other programs call a key of ours.
    private static let otherNames = ["timezone": "zone", "time_zone": "zone", "time-zone": "zone", "tz": "zone"]

    /// What is mostly behind a problem that YAML's parser has.
    private static func hint(at problem: String) -> String {
        if problem.contains("cannot start any token") { return "; lines are indented with spaces, never with a tab" }
        let isIndent = ["mapping values are not allowed", "expected <block end>", "expected key", "':'", "'-'"]
            .contains { problem.contains($0) }
        return isIndent
            ? "; see that the lines of one list begin in the same column, and that a text with a colon is in quotes"
            : ""
    }

    mutating func section(_ node: Node, _ name: String, _ known: [String]) -> Section {
        var section = Section(node: node, name: name)
        guard let mapping = node.mapping else {
            note(node, "\(name) must be a list of keys with values: \(known.joined(separator: ", "))")
            return section
        }
        for (key, value) in mapping {
            guard let word = key.scalar?.string, known.contains(word) else {
                let word = key.scalar?.string ?? "this"
                let meant = ConfigurationReader.otherNames[word.lowercased()]
                let home =
                    ConfigurationReader.homes.first { $0.keys.contains(meant ?? word) && $0.name != name }
                    .map { "; \"\(meant ?? word)\" belongs to \($0.name)" }
                    ?? meant.map { "; \"\($0)\" is probably meant" } ?? ""
                note(key, "\(name) has no key \"\(word)\"; known are \(known.joined(separator: ", "))\(home)")
                continue
            }
            section.values[word] = value
        }
        return section
    }

    /// The keys, as they are written, and values of a mapping whose keys are the practice's own words.
    mutating func entries(_ key: String, _ section: Section) -> [(String, Node)] {
        guard let node = section[key] else { return [] }
        guard let mapping = node.mapping else {
            note(node, "\"\(key)\" must be written { word: word }")
            return []
        }
        return mapping.compactMap { key, value in
            if let word = key.scalar?.string, !word.isEmpty { return (word, value) }
            note(key, "a word must stand here")
            return nil
        }
    }

    mutating func list(_ key: String, _ section: Section) -> [Node] {
        guard let node = section[key] else { return [] }
        guard let sequence = node.sequence else {
            note(node, "\"\(key)\" must be a list, as [ … ] or with a dash before each")
            return []
        }
        return Array(sequence)
    }

    /// A scalar as it is written: `No` and `on` are words, `007` is no number.
    func scalar(_ node: Node) -> String? {
        guard let text = node.scalar?.string, !text.utf8.contains(0) else { return nil }
        return text
    }

    /// The line of the first alias. A few of them, each of several of the one before, stand for more than any computer
    /// holds, and YAML's reader follows them all where they are a key. Looked for in the text, since that reader cannot
    /// be stopped: a text with both signs before one word is refused too.
    private static func lineOfAlias(in text: String) -> Int? {
        let bytes = Array(text.utf8)
        func name(after sign: Int) -> ArraySlice<UInt8> {
            bytes[(sign + 1)...].prefix { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf) || byte == 0x5f || byte == 0x2d
            }
        }
        let anchors = Set(bytes.indices.filter { bytes[$0] == UInt8(ascii: "&") }.map(name)).subtracting([[]])
        let alias = bytes.indices.first { bytes[$0] == UInt8(ascii: "*") && anchors.contains(name(after: $0)) }
        return alias.map { place in bytes[..<place].count { $0 == 0x0a } + 1 }
    }

    mutating func text(of node: Node, _ name: String) -> String? {
        if let text = scalar(node), !text.isEmpty { return text }
        note(node, "the name of \(name) must stand here")
        return nil
    }

    mutating func text(
        _ key: String, _ section: Section, isRequired: Bool = false
    ) -> String? {
        guard let node = section[key] else {
            if isRequired, section.node.mapping != nil {
                note(section.node, "\(section.name) needs the key \"\(key)\"")
            }
            return nil
        }
        guard let text = scalar(node), !text.isEmpty else {
            note(node, "\"\(key)\" must be a text, and not empty")
            return nil
        }
        return text
    }

    mutating func path(_ key: String, _ section: Section, isRequired: Bool = false) -> String? {
        guard let path = text(key, section, isRequired: isRequired) else { return nil }
        return path.hasPrefix("/") || path == "-" ? path : folder + path
    }

    mutating func word<Word: RawRepresentable<String>>(
        _ key: String, _ section: Section, _ known: [Word]
    ) -> Word? {
        guard let text = text(key, section) else { return nil }
        if let word = known.first(where: { $0.rawValue == text }) { return word }
        note(section[key], "\"\(key)\" must be one of \(known.map(\.rawValue).joined(separator: ", "))")
        return nil
    }
}
