public import Bookings

/// How bad it is if it is true.
public enum Severity: String, Sendable, CaseIterable, Comparable {
    case info, warning, error, critical

    /// By how bad.
    public static func < (left: Severity, right: Severity) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// How sure it is, which is another question than how bad.
public enum Confidence: String, Sendable, CaseIterable {
    /// The record and a complete reading say so.
    case proven
    /// The best explanation of what was seen.
    case likely
    /// Nothing speaks against an innocent cause.
    case unproven
}

/// A difference between record and schedule, or a doubt about one of them.
public struct Finding: Sendable, Equatable {
    /// What kind it is, for good: a code is never used again for something else.
    public var code: FindingCode
    /// How bad it is if it is true.
    public var severity: Severity
    /// How sure it is.
    public var confidence: Confidence
    /// The source that it concerns.
    public var source: Identifier?
    /// The booking that it concerns.
    public var booking: Identifier?
    /// Which of several of its code about one source, or one booking, it is, in words that stay the same from check to
    /// check: the gap, the word, the column. `nil` where there is only ever one. With source, code and booking it says
    /// whether two checks found the same.
    public var detail: String?
    /// The entries behind it.
    public var entries: [Int]
    /// What the record says.
    public var recorded: JSONValue?
    /// What the schedule shows.
    public var live: JSONValue?
    /// When the schedule showed it.
    public var snapshot: Timestamp?
    /// What a manager can read aloud.
    public var sentence: String
    /// How it stands to the checks before; `nil` where nobody asked.
    public var life: Life?
    /// Bookings that this finding keeps from being judged, each with the code that it would have had.
    public var unproven: [(code: FindingCode, booking: Identifier)]
    /// Between which readings the booking was lost, where it is missing; the sentence says it in words.
    public var loss: WindowOfLoss?
    /// The booking that a missing one seems to go on as.
    public var successor: Identifier?
    /// The missing booking beside which this one was made, of evidence by a sibling.
    public var beside: Identifier?

    /// How a finding stands to the checks before.
    public enum Life: String, Sendable {
        /// This check is the first to see it, or it came back.
        case new
        /// The check before saw it too.
        case open
        /// Somebody acknowledged it: it is shown, and does not count towards the exit status.
        case acknowledged
    }

    init(
        _ code: FindingCode, source: Identifier?, booking: Identifier? = nil, detail: String? = nil,
        severity: Severity? = nil, confidence: Confidence = .proven, entries: [Int] = [], recorded: JSONValue? = nil,
        live: JSONValue? = nil,
        snapshot: Timestamp? = nil, unproven: [(code: FindingCode, booking: Identifier)] = [], sentence: String
    ) {
        self.code = code
        self.severity = severity ?? code.severity
        self.confidence = confidence
        self.source = source
        self.booking = booking
        self.detail = detail
        self.entries = entries
        self.recorded = recorded
        self.live = live
        self.snapshot = snapshot
        self.sentence = sentence
        self.unproven = unproven
    }

    /// The finding that ``json`` printed, as far as it says: without what it keeps from being judged, and the window of
    /// loss, which its sentence names. `nil` for what is no finding.
    public init?(printed json: JSONValue) {
        guard let code = json["code"]?.string.flatMap(FindingCode.init(rawValue:)),
            let severity = json["severity"]?.string.flatMap(Severity.init(rawValue:)),
            let confidence = json["confidence"]?.string.flatMap(Confidence.init(rawValue:)),
            let sentence = json["sentence"]?.string
        else { return nil }
        self.init(
            code, source: json["source"]?.string.map { Identifier($0) },
            booking: json["booking"]?.string.map { Identifier($0) }, detail: json["detail"]?.string,
            severity: severity, confidence: confidence,
            entries: json["entries"]?.array?.compactMap(\.integer) ?? [], recorded: json["recorded"],
            live: json["live"], snapshot: json["snapshot"]?["takenAt"]?.string.flatMap { Timestamp(canonical: $0) },
            sentence: sentence)
        successor = json["successor"]?.string.map { Identifier($0) }
        life = json["state"]?.string.flatMap(Life.init(rawValue:))
    }

    /// True for the same finding.
    public static func == (left: Finding, right: Finding) -> Bool {
        left.json == right.json
    }

    /// The finding as reports print it.
    public var json: JSONValue {
        .object([
            "code": .string(code.rawValue), "name": .string(code.name), "severity": .string(severity.rawValue),
            "confidence": .string(confidence.rawValue), "source": (source?.text).map { .string($0) },
            "booking": (booking?.text).map { .string($0) }, "detail": detail.map { .string($0) },
            "entries": .array(entries.map { .integer($0) }),
            "successor": (successor?.text).map { .string($0) }, "recorded": recorded, "live": live,
            "snapshot": snapshot.map { .object(["takenAt": .string($0.text)]) },
            "sentence": .string(sentence), "state": (life?.rawValue).map { .string($0) },
            "unproven": unproven.isEmpty
                ? nil
                : .array(
                    unproven.map {
                        .object([
                            "code": .string($0.code.rawValue), "booking": .string($0.booking.text),
                            "confidence": .string(Confidence.unproven.rawValue),
                        ])
                    }),
        ])
    }
}

/// From what counts of findings a program ends with which status (design §11).
public enum ExitStatus: Int32, Sendable {
    /// Nothing at or above the level asked for.
    case clean = 0
    /// Findings at or above the level asked for.
    case findings = 1
    /// The ledger's integrity failed.
    case integrity = 2
    /// The export, or what is known, does not carry an answer.
    case inconclusive = 3

    /// The status for these findings: integrity before findings before inconclusive. What is unproven, and what
    /// speaks about the export (AR201–AR204), counts towards inconclusive only; what is acknowledged does not count.
    public init(_ findings: [Finding], failOn: Severity? = .error) {
        if findings.contains(where: { $0.code == .ar401 || $0.code == .ar403 }) {
            self = .integrity
            return
        }
        let aboutExport: Set<FindingCode> = [.ar201, .ar202, .ar203, .ar204]
        let standing = findings.filter { $0.life != .acknowledged }
        let counting = standing.filter { finding in failOn.map { finding.severity >= $0 } ?? false }
        if counting.contains(where: { $0.confidence != .unproven && !aboutExport.contains($0.code) }) {
            self = .findings
        } else if standing.contains(where: {
            aboutExport.contains($0.code) && $0.severity >= .error
                || ($0.code == .ar101 || $0.code == .ar111) && $0.confidence == .unproven
        }) {
            self = .inconclusive
        } else {
            self = .clean
        }
    }
}
