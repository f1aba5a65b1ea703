import Auditing
import Bookings
import Console
import LedgerStore
import Schedules
import Transparency

/// How a night is printed: for people, and as `daybook-night/v1`.
struct NightText {
    private let night: Night

    init(_ night: Night) {
        self.night = night
    }

    var text: String {
        var lines = [
            Terminal.bold("Night of \(night.origin), \(LocalClock(zone: zone, rules: .system).text(night.started))")
        ]
        lines += rows
        if let missed = night.missed {
            lines += ["", Terminal.folded(NightText.sentence(missed, clock: LocalClock(zone: zone, rules: .system)))]
        }
        let recorded = night.recorded
        if !recorded.isEmpty { lines += [""] + recorded.map { Terminal.folded($0) } }
        for source in night.read { lines += findings(of: source) }
        lines += explanations + life
        lines.append("")
        if let verification = night.verification {
            for defect in verification.defects { lines.append("\(defect.code): \(Terminal.folded(defect.sentence))") }
            lines.append(AssuranceText.sentence(assurance, verification))
        }
        lines += outside
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    /// The zone of the first source that has one.
    private var zone: String? { night.sources.lazy.compactMap(\.zone).first }

    private func clock(_ source: Night.SourceNight) -> LocalClock { LocalClock(zone: source.zone, rules: .system) }

    // MARK: One row a source

    private var rows: [String] {
        let cells = night.sources.map { source -> [String] in
            switch source.outcome {
            case .notRead(let reason, _): [source.id.text, "not read", reason]
            case .checked(let outcome):
                [
                    source.id.text, "\(source.checked!) checked", "\(source.missing) missing",
                    "\(source.inconclusive) inconclusive",
                    "as of \(clock(source).column(outcome.report.coverage.takenAt))",
                ]
            }
        }
        func width(_ column: Int) -> Int {
            cells.filter { $0.count == 5 || column == 0 }.map { $0[column].count }.max() ?? 0
        }
        let widths = (0..<5).map(width)
        return cells.map { cells in
            let isRead = cells.count == 5
            return "  "
                + cells.enumerated().map { place, cell in
                    let padding = String(repeating: " ", count: max(0, widths[place] - cell.count))
                    return place == 0 ? cell + padding : isRead && place < 4 ? padding + cell : cell
                }.joined(separator: "   ")
        }
    }

    // MARK: What is new

    private static let most = 20

    private func findings(of source: Night.SourceNight) -> [String] {
        guard let check = source.check else { return [] }
        let new = night.findings.filter {
            $0.life == .new && ($0.source == source.id || $0.source == nil && source.id == night.read.first?.id)
        }
        var lines: [String] = []
        for finding in new.prefix(NightText.most) {
            let severity = Terminal.severity(finding.severity)
            lines += ["", "\(severity) \(finding.code.rawValue) \(finding.code.name), \(source.id)"]
            lines.append("         " + Terminal.folded(finding.sentence, indent: 9))
            if let seen = finding.booking.flatMap({ check.seen[$0] }) {
                lines.append("         In the schedule: " + Terminal.folded(seen.text(clock(source)), indent: 9) + ".")
            }
        }
        if new.count > NightText.most {
            lines += [
                "", "… and \(new.count - NightText.most) more of \(source.id): daybook findings --source \(source.id)",
            ]
        }
        return lines
    }

    /// Where it is said what a new finding means, and what to do.
    private var explanations: [String] {
        let codes = Set(night.findings.filter { $0.life == .new && $0.severity > .info }.map(\.code.rawValue)).sorted()
        return codes.isEmpty
            ? [] : ["", "What to do: daybook explain \(codes[0])\(codes.count > 1 ? ", and so for each code" : "")."]
    }

    /// What was there before, and what is no more.
    private var life: [String] {
        let unsettled = night.unsettled
        let findings = (night.findings + unsettled).filter { $0.severity > .info }
        let open = findings.count { $0.life == .open }
        let known = findings.count { $0.life == .acknowledged }
        var lines: [String] = []
        if open + known > 0 {
            lines += ["", "Found before: \(open) open, \(known) acknowledged (daybook findings)."]
        }
        if !unsettled.isEmpty { lines += ["", Terminal.folded(ReportText.unsettled(unsettled, by: "night"))] }
        var told: Set<String> = []
        let gone = night.read.flatMap { source in
            source.check!.resolved.map { "\($0.code)\($0.booking.map { " \($0)" } ?? "") of \(source.id)" }
        }.filter { told.insert($0).inserted }
        if !gone.isEmpty {
            let shown = gone.prefix(NightText.most).joined(separator: ", ")
            let more = gone.count > NightText.most ? " and \(gone.count - NightText.most) more" : ""
            lines += ["", Terminal.folded("No longer found: \(shown)\(more).")]
        }
        return lines
    }

    // MARK: The ledger

    /// What holds of the ledger; `live` only where every source agrees.
    private var assurance: [Assurance] {
        let isLive =
            !night.read.isEmpty && night.read.count == night.sources.count
            && night.read.allSatisfy { $0.report!.assurance.contains(.live) }
        return (night.verification?.assurance ?? []) + (isLive ? [.live] : [])
    }

    private var outside: [String] {
        night.anchors.map { "Anchor \($0.anchor): \($0.isDone ? "" : "failed: ")\($0.sentence)." }
            + night.stamps.map { "Time-stamp \($0.url): \($0.stamp == nil ? "failed: " : "")\($0.sentence)." }
    }

    private var conclusion: String {
        let read = "\(night.read.count) of \(Words.count(night.sources.count, "source")) read"
        if night.isClean, night.isAgreed {
            return night.checked == 1
                ? "The one appointment agrees; \(read)." : "All \(night.checked) appointments agree; \(read)."
        }
        if night.isClean {
            let replaced = night.findings.count { $0.code == .ar111 && $0.life == .new }
            if replaced > 0 {
                return
                    "\(Words.count(night.checked, "appointment")) compared: \(replaced) more \(replaced == 1 ? "seems" : "seem") "
                    + "to go on under another id, and only a person can say so; \(read)."
            }
            let known = night.findings.count { $0.life == .acknowledged }
            let also = known == 0 ? "" : ", \(known) of what was found is acknowledged"
            return "\(Words.count(night.checked, "appointment")) compared: nothing needs a person now\(also); \(read)."
        }
        let words =
            ExitStatus(rawValue: night.status).map(NightText.words) ?? "not all of the night's work could be done"
        return "Result: \(words) (exit \(night.status)); \(read)."
    }

    private static func words(_ status: ExitStatus) -> String {
        status == .inconclusive ? "inconclusive: not every answer is known" : ReportText.words(status)
    }

    /// The nights that did not run, in a sentence.
    static func sentence(_ missed: (from: Timestamp, to: Timestamp, nights: Int), clock: LocalClock) -> String {
        "\(missed.nights == 1 ? "1 night" : "\(missed.nights) nights") did not run: no check was made between "
            + "\(clock.text(missed.from)) and \(clock.text(missed.to))."
    }

    // MARK: JSON

    var json: JSONValue {
        let ledger =
            night.checkpoint.map {
                JSONValue.object([
                    "origin": .string($0.origin), "size": .integer($0.size), "root": .string($0.root.base64),
                ])
            } ?? night.verification?.identity
        return .object([
            "format": .string("daybook-night/v1"), "ledger": ledger, "started": .string(night.started.text),
            "ended": .string(night.ended.text),
            "missed": night.missed.map {
                .object([
                    "from": .string($0.from.text), "to": .string($0.to.text), "nights": .integer($0.nights),
                ])
            },
            "sources": .array(night.sources.map(json(of:))),
            "verification": night.verification.map {
                .object([
                    "full": .boolean(night.isFull), "assurance": .strings(assurance.map(\.rawValue)),
                    "defects": $0.json["defects"],
                ])
            },
            "state": night.state.map { .integer($0) },
            "signed": .boolean(night.checkpoint != nil),
            "anchors": .array(night.anchors.map(\.json)), "stamps": .array(night.stamps.map(\.json)),
            "troubles": .array(
                night.troubles.map {
                    .object(["sentence": .string($0.sentence), "exit": .integer(Int($0.status))])
                }),
            "exit": .integer(Int(night.status)),
        ])
    }

    private func json(of source: Night.SourceNight) -> JSONValue {
        switch source.outcome {
        case .notRead(let reason, let status):
            return .object([
                "source": .string(source.id.text),
                "notRead": .object(["reason": .string(reason), "exit": .integer(Int(status))]),
                "unsettled": source.standing.isEmpty ? nil : .array(source.standing.map(\.json)),
            ])
        case .checked(let outcome):
            return .object([
                "source": .string(source.id.text), "checked": .integer(source.checked!),
                "missing": .integer(source.missing), "inconclusive": .integer(source.inconclusive),
                "seen": outcome.seen.isEmpty
                    ? nil
                    : .array(
                        outcome.seen.sorted { $0.key < $1.key }.map { booking, seen in
                            .object(
                                [.init("booking", .string(booking.text))] + (seen.json.members ?? []))
                        }),
                "report": ReportText(outcome).json,
            ])
        }
    }
}
