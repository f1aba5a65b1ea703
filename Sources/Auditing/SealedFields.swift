public import Bookings

/// What stands of the sealed fields of a booking's entries: which are kept, which were erased, which somebody took away
/// or changed. Holds no value.
public struct SealedFields: Sendable {
    /// The fields of one entry that stand alike.
    public struct Row: Hashable, Sendable {
        /// The entry.
        public let entry: Int
        /// How they stand.
        public let standing: FieldStanding
        /// Their names, in byte order.
        public let fields: [String]
    }

    /// The rows, entries ascending.
    public let rows: [Row]

    /// The fields of all entries of these histories, as far as somebody looked how they stand.
    public init(of histories: [BookingHistory]) {
        var entries: [Int: [String: FieldStanding]] = [:]
        for recorded in histories.flatMap(\.entries) { entries[recorded.entry.index] = recorded.standings }
        rows = entries.keys.sorted().flatMap { index in
            Dictionary(grouping: entries[index]!.keys) { entries[index]![$0]! }
                .map { Row(entry: index, standing: $0.key, fields: $0.value.sorted()) }
                .sorted { $0.fields[0] < $1.fields[0] }
        }
    }

    /// What a verdict cannot say because of it; nothing where every value is kept.
    var limits: [String] {
        let gone = Dictionary(grouping: rows.filter { $0.standing != .withheld }, by: \.standing.word)
        return gone.keys.sorted().map { word in
            let rows = gone[word]!
            let fields = Set(rows.flatMap(\.fields)).sorted().joined(separator: ", ")
            let entries = Set(rows.map(\.entry)).sorted().map(String.init).joined(separator: ", ")
            let sentences = Set(rows.map(\.standing.sentence)).sorted().joined(separator: "; ")
            return "Of the sealed fields, these are not here: \(fields) of \(rows.count == 1 ? "entry" : "entries") "
                + "\(entries) (\(sentences)). A search for them does not find this booking."
        }
    }

    /// The fields as reports print them.
    public var json: JSONValue {
        .array(
            rows.flatMap { row in
                row.fields.map { name in
                    var by: JSONValue?
                    if case .erased(let index) = row.standing { by = .integer(index) }
                    return .object([
                        "entry": .integer(row.entry), "field": .string(name), "state": .string(row.standing.word),
                        "by": by,
                    ])
                }
            })
    }
}
