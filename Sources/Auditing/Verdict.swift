public import Bookings

/// What a client says, as far as a manager was told.
public struct Claim: Sendable {
    /// When the client says that the appointment was to start.
    public var start: WallTime?
    /// The day on which it was to start, where the client knows no time; any time of it.
    public var day: WallTime?
    /// When the client says that the booking was made, within a day.
    public var booked: Timestamp?
    /// The source that the claim is about.
    public var source: Identifier?

    /// A claim of which nothing is said yet.
    public init(start: WallTime? = nil, day: WallTime? = nil, booked: Timestamp? = nil, source: Identifier? = nil) {
        self.start = start
        self.day = day
        self.booked = booked
        self.source = source
    }
}

/// What is known of the live schedule when a dispute is settled.
public enum LiveKnowledge: Sendable {
    /// Nothing: nobody read it.
    case unread
    /// A reading that was compared now, in full.
    case compared(Report, row: LiveAppointment?)
    /// The newest recorded reading of the source, with what its check remembered about the booking; and the finding for
    /// which that check judged no single booking, this one among them.
    case remembered(
        Reading, isPresent: Bool, findings: [(code: FindingCode, sentence: String)], unjudged: Finding? = nil)
}

/// The answer to one dispute.
public struct Verdict: Sendable {
    /// The answers there are.
    public enum Answer: String, Sendable, CaseIterable {
        case present, dropped, deleted, cancelled, moved, altered
        case notRecorded = "not-recorded"
        case inconclusive
    }

    /// The answer.
    public var answer: Answer
    /// A paragraph that can be read aloud.
    public var sentence: String
    /// The booking that it is about; `nil` where none is recorded.
    public var key: BookingKey?
    /// Its state, as recorded.
    public var appointment: Appointment?
    /// What happened to it.
    public var timeline: Timeline
    /// What the client was told.
    public var notices: [Entry]
    /// Between which readings it vanished.
    public var windowOfLoss: WindowOfLoss?
    /// Other bookings made in the same breath, or of the same client.
    public var siblings: [Finding]
    /// The findings behind the answer.
    public var findings: [Finding]
    /// How far the answer reaches: what was read, what was recorded, what cannot be said.
    public var limits: [String]
    /// What holds of the ledger.
    public var assurance: [Assurance]

    /// The verdict as `daybook-verdict/v1`.
    public var json: JSONValue {
        .object([
            "format": .string("daybook-verdict/v1"), "verdict": .string(answer.rawValue), "sentence": .string(sentence),
            "source": (key?.source.text).map { .string($0) }, "booking": (key?.booking.text).map { .string($0) },
            "appointment": appointment?.json, "timeline": .array(timeline.steps.map(\.json)),
            "notices": .array(notices.map { Verdict.noticeJSON($0) }), "windowOfLoss": windowOfLoss?.json,
            "siblings": .array(
                siblings.map {
                    .object(["booking": .string($0.booking!.text), "appointment": $0.recorded, "live": $0.live])
                }),
            "findings": .array(findings.map(\.json)), "coverage": .object(["limits": .strings(limits)]),
            "assurance": .strings(assurance.map(\.rawValue)),
        ])
    }

    private static func noticeJSON(_ notice: Entry) -> JSONValue {
        .object(
            [
                .init("index", .integer(notice.index)), .init("at", .string((notice.occurred ?? notice.recorded).text)),
                .init("type", .string(notice.type.rawValue)),
            ] + (notice.body?.members ?? []))
    }
}
