/// How a file is to be read: its format, and which of its columns hold what.
public struct ScheduleLayout: Hashable, Sendable {
    /// What a file is written in.
    public enum Format: String, Sendable, CaseIterable {
        /// Comma-separated values with a header (RFC 4180), or semicolons or tabs.
        case csv
        /// One JSON object a line.
        case ndjson
        /// iCalendar (RFC 5545): one calendar object, or several one behind the other.
        case ical
        /// FHIR R4: Appointments, one or one a line, in Bundles, or in the files of a bulk export beside its manifest.
        case fhir
    }

    /// How a file's bytes are characters.
    public enum Encoding: String, Sendable, CaseIterable {
        /// UTF-8, with or without a byte order mark.
        case utf8 = "utf-8"
        /// The code page of Windows in the West.
        case windows1252 = "windows-1252"
        /// UTF-16 with a byte order mark.
        case utf16 = "utf-16"

        /// What to declare for a file in this encoding.
        var remedy: String {
            "write \"encoding: \(rawValue)\" in the schedule's configuration, or --encoding \(rawValue)"
        }

        /// What to say of bytes that are no characters of this encoding.
        var refusal: String {
            switch self {
            case .utf8:
                "this is not UTF-8; export the file as UTF-8, or, if Windows wrote it, " + Encoding.windows1252.remedy
            case .windows1252, .utf16: "this is not \(rawValue); export the file as UTF-8"
            }
        }
    }

    /// The format; `nil` goes by the file's ending: `.ndjson` and `.jsonl` are NDJSON, `.ics` and
    /// `.ical` iCalendar, all others CSV.
    public var format: Format?
    /// For each of our words the file's own columns, as in `["start": ["Date", "Time"]]`; the texts of several are
    /// joined by one space. In NDJSON a dotted path leads into nested objects.
    public var columns: [String: [String]]
    /// The byte between two fields; `nil` for a comma, or the semicolon or tab of a header that has no comma.
    public var delimiter: UInt8?
    /// How dates are written in `start` and `end`; `nil` for ISO's order alone, as `2026-06-11`, which is read beside
    /// any other pattern too.
    public var dates: DatePattern?
    /// What the file's bytes are.
    public var encoding: Encoding

    /// A layout by its parts; without any, our own column names, what the file's ending says, and UTF-8.
    public init(
        format: Format? = nil, columns: [String: [String]] = [:], delimiter: UInt8? = nil, dates: DatePattern? = nil,
        encoding: Encoding = .utf8
    ) {
        self.format = format
        self.columns = columns
        self.delimiter = delimiter
        self.dates = dates
        self.encoding = encoding
    }

    /// The column names that need no mapping: the words that can be mapped.
    public static let words: [String] = Word.names

    /// The delimiters that a file may have.
    public static let delimiters: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
    ]

    /// The format of a file at this path.
    public func format(of path: String) -> Format {
        if let format { return format }
        let lower = path.lowercased()
        if lower.hasSuffix(".ics") || lower.hasSuffix(".ical") { return .ical }
        return lower.hasSuffix(".ndjson") || lower.hasSuffix(".jsonl") ? .ndjson : .csv
    }

    /// The file's columns for each word, in the order of ``Word``: mapped ones, else the word itself.
    func names(of word: Word) -> [String] { columns[word.name] ?? [word.name] }

    /// What a person calls the file's columns for a word.
    func title(of word: Word) -> String { names(of: word).joined(separator: "+") }

    /// What is wrong with the mapping itself, before any file of a format is read.
    func mistake(in format: Format) -> String? {
        mistake ?? (format == .ical ? ICalendarProperties.mistake(self) : nil)
    }

    private var mistake: String? {
        if let stranger = columns.keys.sorted().first(where: { Word(name: $0) == nil }) {
            return
                "\"\(stranger)\" is none of the words that columns map to: "
                + ScheduleLayout.words.joined(separator: ", ")
        }
        for (word, names) in columns.sorted(by: { $0.key < $1.key }) {
            if names.isEmpty || names.contains("") { return "\"\(word)\" is mapped to a column without a name" }
            if names.count > ScheduleLayout.mostJoined {
                return "\"\(word)\" is mapped to more than \(ScheduleLayout.mostJoined) columns"
            }
        }
        guard let delimiter, !ScheduleLayout.delimiters.contains(delimiter) else { return nil }
        return "a delimiter is a comma, a semicolon, a tab or a vertical bar"
    }

    static let mostJoined = 8
}

/// What a column can hold; the raw value is the place of the word's cell in a row.
enum Word: Int, CaseIterable {
    case booking, start, end, zone, status, practitioner, service, location, series, occurrence
    case clientID, clientName, clientPhone, clientEmail, clientBorn, note

    /// The word as it stands in a header, and as the name under which a personal value is sealed.
    var name: String { Word.names[rawValue] }

    init?(name: String) {
        guard let place = Word.names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else { return nil }
        self.init(rawValue: place)
    }

    static let names = [
        "booking", "start", "end", "zone", "status", "practitioner", "service", "location", "series", "occurrence",
        "client.id", "client.name", "client.phone", "client.email", "client.born", "note",
    ]

    /// The words without which a schedule says nothing.
    static let required: [Word] = [.booking, .start]

    /// The words whose cells tell of the client, from the first to the last in a row.
    static let client: [Word] = [.clientID, .clientName, .clientPhone, .clientEmail, .clientBorn]
}
