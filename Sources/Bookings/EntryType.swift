import Transparency

/// What an entry is about, and so which members stand in it.
public enum EntryType: String, Sendable, CaseIterable, Hashable {
    case ledgerOpened = "ledger.opened"
    case ledgerState = "ledger.state"
    case ledgerStamped = "ledger.stamped"
    case created = "booking.created"
    case modified = "booking.modified"
    case cancelled = "booking.cancelled"
    case deleted = "booking.deleted"
    case noticeSent = "notice.sent"
    case noticeFailed = "notice.failed"
    case snapshotTaken = "snapshot.taken"
    case checkCompleted = "check.completed"
    case findingAcknowledged = "finding.acknowledged"
    case captureStarted = "capture.started"
    case captureStopped = "capture.stopped"
    case captureHeartbeat = "capture.heartbeat"
    case captureGap = "capture.gap"
    case intakeRefused = "intake.refused"
    case caseOpened = "case.opened"
    case caseUpdated = "case.updated"
    case caseClosed = "case.closed"
    case evidenceExported = "evidence.exported"
    case erasureRequested = "erasure.requested"
    case erasureCompleted = "erasure.completed"
    case keyRotated = "key.rotated"

    /// The type of this name; `nil` for one that this version does not know.
    init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard let type = EntryType.words.value(of: bytes) else { return nil }
        self = type
    }

    /// Which family of types this is one of: the members of an entry follow from it.
    public var family: Family {
        switch self {
        case .created, .modified, .cancelled, .deleted: .booking
        case .noticeSent, .noticeFailed: .notice
        case .snapshotTaken, .captureStarted, .captureStopped, .captureHeartbeat, .captureGap: .source
        default: .ledger
        }
    }

    /// True for `booking.*` and `notice.*`: what a `ledger.state` lists under a booking's id.
    public var isAboutBooking: Bool { family == .booking || family == .notice }

    /// A family of entry types.
    public enum Family: Sendable {
        /// `booking.*`: has a source, a basis, a booking; a state, unless it is deleted; and no body.
        case booking
        /// `notice.*`: has a source and a booking.
        case notice
        /// `snapshot.*` and `capture.*`: has a source.
        case source
        /// The rest: about the ledger itself.
        case ledger
    }

    /// The members of the type's body in their order; `nil` for bookings, which have none.
    var body: [BodyMember]? {
        switch self {
        case .created, .modified, .cancelled, .deleted: nil
        case .ledgerOpened:
            [
                .required("format", .word),
                .optional(
                    "after",
                    .members([.required("origin", .word), .required("size", .count), .required("root", .hash)])),
            ]
        case .ledgerState: [.required("size", .count), .required("root", .hash)]
        case .ledgerStamped: [.required("size", .count), .required("root", .hash), .required("token", .word)]
        case .noticeSent, .noticeFailed:
            [
                .optional("medium", .word), .optional("purpose", .word), .optional("quoted", .wallTime),
                .optional("reached", .truth),
            ]
        case .snapshotTaken:
            [
                .required("takenAt", .timestamp), .optional("from", .wallTime), .optional("to", .wallTime),
                .required("complete", .truth), .optional("cancelled", .word), .optional("practitioners", .words),
                .required("rows", .count), .required("digest", .hash), .required("size", .count),
                .required("root", .hash),
            ]
        case .checkCompleted:
            [
                .required("source", .word), .optional("reading", .count), .required("critical", .count),
                .required("error", .count), .required("warning", .count), .required("info", .count),
                .required("exit", .count), .optional("allowed", .word),
            ]
        case .findingAcknowledged:
            [
                .required("source", .word), .required("code", .word), .optional("booking", .word),
                .optional("detail", .word), .required("until", .timestamp),
            ]
        case .captureStarted, .captureStopped, .captureHeartbeat, .captureGap: [.required("sources", .words)]
        case .intakeRefused:
            [
                .required("channel", .word), .required("count", .count), .required("reason", .word),
                .required("digest", .hash),
            ]
        case .caseOpened: [.required("case", .word), .optional("booking", .word), .optional("source", .word)]
        case .caseUpdated: [.required("case", .word), .required("step", .word)]
        case .caseClosed: [.required("case", .word), .optional("outcome", .word)]
        case .evidenceExported:
            [
                .required("source", .word), .required("booking", .word), .required("size", .count),
                .required("digest", .hash),
            ]
        case .erasureRequested: [.required("fields", .words), .optional("source", .word), .optional("booking", .word)]
        case .erasureCompleted: [.required("erased", .erased)]
        case .keyRotated: [.required("from", .word), .required("to", .word)]
        }
    }
}

/// One member of a body: its name, what it holds, and whether it may be left out.
struct BodyMember {
    let name: String
    let shape: BodyShape
    let isRequired: Bool

    static func required(_ name: String, _ shape: BodyShape) -> BodyMember {
        BodyMember(name: name, shape: shape, isRequired: true)
    }

    static func optional(_ name: String, _ shape: BodyShape) -> BodyMember {
        BodyMember(name: name, shape: shape, isRequired: false)
    }

    /// True where the object has these members in this order and nothing else.
    static func fit(_ members: [BodyMember], _ value: JSONValue) -> Bool {
        guard var rest = value.members?[...], !rest.isEmpty else { return false }
        for member in members {
            guard let next = rest.first, next.name.utf8.elementsEqual(member.name.utf8) else {
                guard !member.isRequired else { return false }
                continue
            }
            guard member.shape.fits(next.value) else { return false }
            rest.removeFirst()
        }
        return rest.isEmpty
    }
}

/// What a member of a body holds.
indirect enum BodyShape {
    case word, words, count, truth, hash, timestamp, wallTime
    /// `[[entry, ["client.name"]], …]`, entries ascending.
    case erased
    case members([BodyMember])

    func fits(_ value: JSONValue) -> Bool {
        switch self {
        case .word: value.string.map { !$0.isEmpty } ?? false
        case .words:
            value.array.map { words in !words.isEmpty && words.allSatisfy { BodyShape.word.fits($0) } } ?? false
        case .count: value.integer.map { (0...JSONValue.largestInteger).contains($0) } ?? false
        case .truth: value.boolean != nil
        case .hash: value.string.flatMap { Hash(base64: $0) } != nil
        case .timestamp: value.string.flatMap { Timestamp(canonical: $0) } != nil
        case .wallTime: value.string.flatMap { WallTime(canonical: $0) } != nil
        case .members(let members): BodyMember.fit(members, value)
        case .erased: BodyShape.fitsErased(value)
        }
    }

    private static func fitsErased(_ value: JSONValue) -> Bool {
        guard let rows = value.array, !rows.isEmpty else { return false }
        var last = -1
        for row in rows {
            guard let pair = row.array, pair.count == 2, let index = pair[0].integer, index > last,
                BodyShape.words.fits(pair[1]), pair[1].array!.allSatisfy({ Entry.isFieldName($0.string!) })
            else { return false }
            last = index
        }
        return true
    }
}
