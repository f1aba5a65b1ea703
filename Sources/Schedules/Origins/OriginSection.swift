import Yams

extension ConfigurationReader {
    /// The formats that say where a schedule is, and not only how it is read.
    private static let formats = ["sqlite", "caldav"]

    /// The keys that say where it is.
    private static let places = ["path", "url", "exec"]

    /// How the bytes are read; `nil` where nothing is said, or the format is one of those that say where they come from.
    mutating func format(_ section: Section) -> ScheduleLayout.Format? {
        guard let text = text("format", section), !ConfigurationReader.formats.contains(text) else { return nil }
        if let format = ScheduleLayout.Format(rawValue: text) { return format }
        let known = ScheduleLayout.Format.allCases.map(\.rawValue) + ConfigurationReader.formats
        note(section["format"], "\"format\" must be one of \(known.joined(separator: ", "))")
        return nil
    }

    /// Where the schedule of a section comes from.
    mutating func origin(_ section: Section) -> ScheduleOrigin? {
        guard section.node.mapping != nil else { return nil }
        let given = ConfigurationReader.places.filter { section[$0] != nil }
        guard let key = given.first, given.count == 1 else {
            note(
                section.node,
                "a schedule must have one of the keys \(ConfigurationReader.places.joined(separator: ", "))")
            return nil
        }
        let format = section["format"].flatMap { scalar($0) }.flatMap { text in
            ConfigurationReader.formats.first { $0 == text }
        }
        refuseStrangers(section, place: key, format: format)
        guard let place = place(key, format, section) else { return nil }
        var origin = ScheduleOrigin(place)
        origin.timeout = timeout(section)
        origin.largest = count("maxBytes", section, 1...(4 << 30)) ?? ScheduleOrigin.usualLargest
        return origin
    }

    private mutating func place(_ key: String, _ format: String?, _ section: Section) -> ScheduleOrigin.Place? {
        switch (key, format) {
        case ("path", "sqlite"):
            let path = path("path", section), query = text("query", section, isRequired: true)
            if let path, let query { return .database(path: path, query: query) }
            return nil
        case ("url", nil): return address("url", section).map { .web(url: $0, credentials(for: $0, section)) }
        case ("url", "caldav"):
            return address("url", section).map { .calendar(url: $0, credentials(for: $0, section)) }
        case ("path", nil): return path("path", section).map { .file($0) }
        case ("exec", nil): return program(section)
        case (_, let format?):
            note(section["format"], "\"format: \(format)\" goes with \"\(format == "sqlite" ? "path" : "url")\"")
            return nil
        default: return nil
        }
    }

    private mutating func program(_ section: Section) -> ScheduleOrigin.Place? {
        var words = list("exec", section).compactMap { text(of: $0, "a program or an argument") }
        guard let program = words.first else {
            note(section["exec"], "\"exec\" must be a list: a program, and its arguments; no shell reads it")
            return nil
        }
        // A name is looked up in PATH; a path is relative to the configuration's folder, as all are.
        if program.contains("/"), !program.hasPrefix("/") { words[0] = folder + program }
        return .program(words, folder: folder)
    }

    private mutating func credentials(for url: String, _ section: Section) -> ScheduleOrigin.Credentials? {
        let token = path("tokenFile", section), user = path("userFile", section)
        if token != nil, user != nil {
            note(section["userFile"], "a schedule is opened with one of \"tokenFile\" and \"userFile\"")
        }
        if token != nil || user != nil, !Configuration.keepsSecrets(url) {
            note(section["tokenFile"] ?? section["userFile"], "a secret is sent to an https:// address only")
        }
        return token.map { .token(file: $0) } ?? user.map { .user(file: $0) }
    }

    /// Names the keys that say nothing where the schedule is.
    private mutating func refuseStrangers(_ section: Section, place: String, format: String?) {
        func refuse(_ key: String, unless isWanted: Bool, _ its: String) {
            if section[key] != nil, !isWanted { note(section[key], "\"\(key)\" goes with \(its)") }
        }
        for key in ["tokenFile", "userFile"] { refuse(key, unless: place == "url", "\"url\"") }
        refuse("query", unless: format == "sqlite", "\"format: sqlite\"")
        for key in ["timeout", "maxBytes"] {
            refuse(key, unless: place != "path" || format == "sqlite", "\"url\", \"exec\" or \"format: sqlite\"")
        }
        for key in ["delimiter", "encoding"] { refuse(key, unless: format == nil, "a file, an address or a program") }
        for key in ["map", "dates"] { refuse(key, unless: format != "caldav", "rows; a calendar has none") }
    }
}
