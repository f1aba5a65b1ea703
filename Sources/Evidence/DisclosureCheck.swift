public import Bookings

/// An entry of the file, with what is known of each of its sealed fields.
public struct EvidenceRecord: Sendable {
    /// The entry; `nil` for one of a later version or type, which is shown as such.
    public let entry: Entry?
    /// Its index.
    public let index: Int
    /// Values by field name, each held against the digest that was recorded.
    public let disclosed: [String: String]
    /// Fields that were erased, and the entry that records it.
    public let erased: [Evidence.Erased]
    /// Fields that are sealed and not shown.
    public let withheld: [String]
    /// True where the state declares it; an entry after the state is only included.
    public let isDeclared: Bool
}

/// Disclosures and erasures, held against what the entries sealed.
enum DisclosureCheck {
    static func run(
        _ records: [ShownRecord], scope: Scope
    ) throws(EvidenceRefusal) -> (records: [EvidenceRecord], sentence: String) {
        let entries = Dictionary(
            records.compactMap { record in record.entry.map { (record.index, $0) } },
            uniquingKeysWith: { first, _ in first })
        var out: [EvidenceRecord] = []
        for record in records { out.append(try check(record, among: entries, scope)) }
        let shown = out.reduce(0) { $0 + $1.disclosed.count }
        let erased = out.reduce(0) { $0 + $1.erased.count }
        let withheld = out.reduce(0) { $0 + $1.withheld.count }
        return (
            out,
            "Sealed fields disclosed, each with the value that was sealed: \(shown); erased, as an entry records: \(erased); "
                + "not disclosed: \(withheld)."
        )
    }

    private static func check(
        _ record: ShownRecord, among entries: [Int: Entry], _ scope: Scope
    ) throws(EvidenceRefusal) -> EvidenceRecord {
        let index = record.index
        guard let entry = record.entry else {
            guard record.shown.disclosures.isEmpty, record.shown.erased.isEmpty else {
                throw EvidenceRefusal(
                    .foreignDisclosure, "Entry \(index) is not understood, and cannot have anything disclosed.")
            }
            return EvidenceRecord(
                entry: nil, index: index, disclosed: [:], erased: [], withheld: [], isDeclared: false)
        }
        let isOwn = [entry.booking, entry.supersedes].contains { $0.map(scope.closure.contains) ?? false }
        guard isOwn || record.shown.disclosures.isEmpty else {
            throw EvidenceRefusal(
                .foreignDisclosure, "Entry \(index) is of another booking, and nothing of its client may be shown.")
        }
        var disclosed: [String: String] = [:]
        for text in record.shown.disclosures {
            guard let disclosure = Disclosure(text: text), entry.sealed.contains(disclosure.sealed),
                disclosed.updateValue(disclosure.value, forKey: disclosure.name) == nil
            else {
                throw EvidenceRefusal(
                    .foreignDisclosure,
                    "A value that is disclosed with entry \(index) is not the one that was sealed there.")
            }
        }
        for one in record.shown.erased {
            guard entry.sealed.contains(where: { $0.name.utf8.elementsEqual(one.field.utf8) }),
                disclosed[one.field] == nil, one.by > index, let erasure = entries[one.by],
                erasure.type == .erasureCompleted, lists(erasure, index, one.field)
            else {
                throw EvidenceRefusal(
                    .unfoundedErasure,
                    "The field \(one.field) of entry \(index) is said to be erased by entry \(one.by), which does not say "
                        + "so.")
            }
        }
        let erased = Set(record.shown.erased.map(\.field))
        return EvidenceRecord(
            entry: entry, index: index, disclosed: disclosed, erased: record.shown.erased,
            withheld: entry.sealed.map(\.name).filter { disclosed[$0] == nil && !erased.contains($0) },
            isDeclared: scope.declared.contains(index))
    }

    private static func lists(_ erasure: Entry, _ index: Int, _ field: String) -> Bool {
        erasure.body?["erased"]?.array?.contains { row in
            guard let pair = row.array, pair.count == 2, pair[0].integer == index else { return false }
            return pair[1].array?.contains { $0.string?.utf8.elementsEqual(field.utf8) ?? false } ?? false
        } ?? false
    }
}
