public import Bookings

/// What an export says by itself of how it is to be read, found out from its first megabyte: its encoding, delimiter and
/// columns, the order of day and month, what its words for a status mean.
///
/// Each part says why it is believed, so that a person can object. Whatever the file does not decide is a ``Doubt``: it
/// is asked, never guessed, since a wrong order of day and month, or an id that is the client's, passes for a right one
/// until somebody relies on it. The guess opens no file and knows no clock.
public struct ExportGuess: Sendable {
    /// The name of a format with columns of its own (`ical`, `fhir`), of which nothing is guessed; `nil` for a table.
    public let format: String?
    /// What the bytes are, and why.
    public private(set) var encoding: (ScheduleLayout.Encoding, why: String) = (.utf8, "")
    /// The byte between two fields, and why.
    public private(set) var delimiter: (UInt8, why: String)?
    /// The file's own columns.
    public private(set) var header: [String] = []
    /// How many rows were looked at.
    public private(set) var rows = 0
    /// The columns that are used, in the order in which our words are listed.
    public private(set) var columns: [Column] = []
    /// The columns that are not used, and why.
    public private(set) var unused: [(column: String, why: String)] = []
    /// How dates are written.
    public private(set) var dates: Dates?
    /// The words for a status that stand in the rows, the most frequent first.
    public private(set) var statuses: [StatusWord] = []
    /// The words of which ids are to be made, as somebody said; empty where a column holds them.
    public private(set) var identity: [String] = []
    /// What must be asked, in the order in which an answer helps with the next.
    public private(set) var doubts: [Doubt] = []

    /// A column, or several that are joined, and what it holds.
    public struct Column: Sendable, Equatable {
        /// Our word for it.
        public let word: String
        /// The file's.
        public let columns: [String]
        /// Why it is believed.
        public let why: String
    }

    /// How dates are written.
    public enum Dates: Sendable, Equatable {
        /// As `2026-06-11`, which needs no pattern.
        case iso(why: String)
        /// In this order.
        case pattern(DatePattern, why: String)
        /// In any of these.
        case ambiguous([DatePattern], why: String)
        /// In no way that is read.
        case unreadable(why: String)

        /// The pattern to declare.
        public var pattern: DatePattern? { if case .pattern(let pattern, _) = self { pattern } else { nil } }
    }

    /// A practice's word for a status.
    public struct StatusWord: Sendable, Equatable {
        /// As it stands in the file.
        public let word: String
        /// How many of the rows that were looked at have it.
        public let rows: Int
        /// What it means; `nil` where nobody knows.
        public let status: Appointment.Status?
    }

    /// What the file leaves open.
    public struct Doubt: Sendable, Equatable {
        /// What it is about.
        public let about: About
        /// What is known of it.
        public let sentence: String
        /// Answers that could be right, the likeliest first; columns to be joined stand with `+` between them.
        public let proposals: [String]

        /// A doubt by its parts.
        public init(about: About, sentence: String, proposals: [String]) {
            self.about = about
            self.sentence = sentence
            self.proposals = proposals
        }

        /// What a doubt is about.
        public enum About: Sendable, Hashable {
            /// Which column holds this word.
            case column(String)
            /// The order of day and month.
            case dates
            /// What this word for a status means.
            case status(String)
        }
    }

    /// What a person said, and what is therefore not guessed.
    public struct Given: Sendable {
        /// What the bytes are.
        public var encoding: ScheduleLayout.Encoding?
        /// The byte between two fields.
        public var delimiter: UInt8?
        /// The file's columns for our words; `["-"]` for a word that shall have none.
        public var columns: [String: [String]] = [:]
        /// How dates are written.
        public var dates: DatePattern?
        /// What words for a status mean.
        public var status: [String: Appointment.Status] = [:]
        /// Of which of our words ids are made, where no column holds them; empty where one does.
        public var identity: [String] = []

        /// Nothing.
        public init() {}
    }

    /// Looks at a file's first bytes, which may be cut anywhere where `isWhole` is false.
    ///
    /// Refuses what cannot be set up before it is exported otherwise, and columns in `given` that the file does not have.
    public init(_ bytes: [UInt8], isWhole: Bool, given: Given = Given()) throws(UnguessableExport) {
        let encoded: EncodingGuess
        switch try FileKind(bytes) {
        case .named(let name):
            format = name
            return
        case .table:
            format = nil
            encoded = try EncodingGuess(bytes, isWhole: isWhole, given: given.encoding)
        }
        encoding = (encoded.encoding, encoded.why)
        let table = try ExportTable(encoded.text, isWhole: isWhole, given: given.delimiter)
        delimiter = (table.delimiter, table.why)
        header = table.header
        rows = table.rows
        identity = given.identity
        var columns = given.columns
        if !identity.isEmpty { columns["booking"] = ["-"] }
        var choice = try ColumnChoice(table, given: columns)
        choice.choose()
        if !identity.isEmpty { choice.tellClientsApart(by: identity) }
        if let lacking = identity.first(where: { word in !choice.chosen.contains { $0.word == word } }) {
            throw UnguessableExport(
                "ids are to be made of \(identity.joined(separator: ", ")), and no column is known to hold \(lacking); name "
                    + "it with --map \(lacking)=Column")
        }
        let dates = DateGuess(choice.texts(of: .start) + choice.texts(of: .end), given: given.dates)
        if choice.columns[.start] != nil {
            self.dates = dates.outcome
            choice.doubtYears(dates.years)
        }
        self.columns = choice.chosen
        unused = choice.unused
        doubts = choice.doubts
        if choice.columns[.start] != nil, let doubt = dates.outcome.doubt { doubts.append(doubt) }
        statuses = choice.statusWords(given: given.status)
        doubts += statuses.filter { $0.status == nil }.map(\.doubt)
    }

    /// How the file is to be read, as far as it is known.
    public var layout: ScheduleLayout {
        var layout = ScheduleLayout(
            format: format.map { ScheduleLayout.Format(rawValue: $0) } ?? .csv,
            columns: Dictionary(columns.map { ($0.word, $0.columns) }, uniquingKeysWith: { first, _ in first }),
            delimiter: delimiter?.0, dates: dates?.pattern, encoding: encoding.0)
        layout.identity = identity
        return layout
    }

    /// Of what ids can be made where no column holds them: who comes to whom, and when.
    public var identityProposal: [String] {
        let known = Set(columns.map(\.word))
        let who = ["client.id", "client.name", "client.phone", "client.email"].first(where: known.contains)
        return ([who] + ["practitioner", "start"].map { known.contains($0) ? $0 : nil }).compactMap(\.self)
    }

    /// What its words for a status mean, as far as that is known, without those that are FHIR's own.
    public var status: [String: Appointment.Status] {
        Dictionary(
            statuses.compactMap { word in
                word.status.flatMap { $0.rawValue == word.word ? nil : (word.word, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension ExportGuess.Dates {
    fileprivate var doubt: ExportGuess.Doubt? {
        switch self {
        case .iso, .pattern: nil
        case .ambiguous(let patterns, let why):
            ExportGuess.Doubt(about: .dates, sentence: why, proposals: patterns.map(\.description))
        case .unreadable(let why): ExportGuess.Doubt(about: .dates, sentence: why, proposals: [])
        }
    }
}

extension ExportGuess.StatusWord {
    fileprivate var doubt: ExportGuess.Doubt {
        ExportGuess.Doubt(
            about: .status(word),
            sentence: "\(rows == 1 ? "1 row has" : "\(rows) rows have") it, and no list that is known here",
            proposals: Appointment.Status.allCases.map(\.rawValue))
    }
}
