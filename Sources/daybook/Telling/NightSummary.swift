import Auditing
import Bookings
import LedgerStore
import Schedules

/// What a night comes to, counted once for all: report, alerts, pings and metrics say the same because they ask this.
struct NightSummary {
    let night: Night
    /// Every finding of every source, in the order of the configuration and then the worst first.
    let items: [Item]
    /// What the checks before had found, and these did not.
    let resolved: [Resolved]

    /// A finding, with the source that it is of and the clocks on which its times are told.
    struct Item {
        let source: Identifier
        let clock: LocalClock
        let finding: Finding
        /// True for what was found before, and of which this night says nothing.
        var isUnsettled = false

        /// True for a finding with which somebody has to do something. What is acknowledged has been looked at; a booking
        /// that may be missing is worth a look, also while nothing is proven; and only a person can say whether one goes on
        /// under another id, who is asked once.
        var needsPerson: Bool {
            finding.life != .acknowledged
                && (finding.severity >= .error || isMissing || finding.code == .ar111 && isNew)
        }

        /// True for what puts the export in doubt: then the appointments themselves have probably not changed.
        var isAboutExport: Bool {
            [.ar201, .ar202, .ar203, .ar204, .ar205].contains(finding.code)
                || finding.code == .ar111 && finding.confidence == .unproven
        }

        var isMissing: Bool { finding.code == .ar101 || finding.code == .ar113 }

        var isNew: Bool { finding.life == .new || finding.life == nil }

        /// The appointment as it is recorded, else as the schedule shows it.
        var appointment: JSONValue? { finding.recorded ?? finding.live }

        var start: WallTime? { appointment?["start"]?.string.flatMap { WallTime(canonical: $0) } }

        var practitioner: String? { appointment?["practitioner"]?.string }

        var key: BookingKey? { finding.booking.map { BookingKey(source: source, booking: $0) } }
    }

    /// A finding that is no more.
    struct Resolved {
        let source: Identifier
        let code: String
        let booking: Identifier?
    }

    /// A source that was not read, and why.
    struct NotRead {
        let source: Identifier
        let reason: String
    }

    init(_ night: Night) {
        self.night = night
        var items: [Item] = []
        var resolved: [Resolved] = []
        var seen: Set<String> = []
        for source in night.sources {
            guard case .checked(let outcome) = source.outcome else {
                let clock = LocalClock(zone: source.zone, rules: .system)
                items += source.standing.map {
                    Item(source: source.id, clock: clock, finding: $0, isUnsettled: true)
                }
                continue
            }
            let clock = LocalClock(zone: source.zone ?? outcome.report.coverage.zone, rules: .system)
            // What concerns the ledger as a whole every check finds; it is told once.
            let own = outcome.report.findings.filter { finding in
                finding.source != nil || seen.insert("\(finding.code.rawValue) \(finding.detail ?? "")").inserted
            }
            items += own.map { Item(source: source.id, clock: clock, finding: $0) }
            items += outcome.unsettled.map {
                Item(source: source.id, clock: clock, finding: $0, isUnsettled: true)
            }
            resolved += outcome.resolved.map { Resolved(source: source.id, code: $0.code, booking: $0.booking) }
        }
        self.items = items
        self.resolved = resolved
    }

    // MARK: Sources

    var total: Int { night.sources.count }

    var checked: [(source: Night.SourceNight, outcome: Check.Outcome)] {
        night.sources.compactMap { source in
            guard case .checked(let outcome) = source.outcome else { return nil }
            return (source, outcome)
        }
    }

    var notRead: [NotRead] {
        night.sources.compactMap { source in
            guard case .notRead(let reason, _) = source.outcome else { return nil }
            return NotRead(source: source.id, reason: reason)
        }
    }

    /// How many appointments were looked at, as the night itself counts them: rows, and recorded bookings without a row.
    var compared: Int { night.checked }

    // MARK: Findings

    var needing: [Item] { items.filter(\.needsPerson) }
    var new: [Item] { needing.filter(\.isNew) }
    var open: [Item] { needing.filter { !$0.isNew } }
    var acknowledged: [Item] { items.filter { $0.finding.life == .acknowledged } }
    /// Warnings and what is only good to know.
    var noted: [Item] { items.filter { !$0.needsPerson && $0.finding.life != .acknowledged } }

    /// Bookings of which the record and a complete reading say that they are missing.
    var missing: [Item] { needing.filter { $0.isMissing && $0.finding.confidence != .unproven } }
    /// Bookings that may be missing, where the export does not carry the answer.
    var perhapsMissing: [Item] { needing.filter { $0.isMissing && $0.finding.confidence == .unproven } }

    /// True where the record itself is in doubt: then nothing else that was found can be relied on.
    var isRecordDamaged: Bool {
        night.status == ExitStatus.integrity.rawValue || !(night.verification?.defects.isEmpty ?? true)
            || items.contains { $0.finding.code == .ar401 || $0.finding.code == .ar403 }
    }

    /// What to do where the record is damaged.
    var damageRemedy: String {
        let codes = (night.verification?.defects ?? []).compactMap { FindingCode(rawValue: $0.code) }
        return (codes.first ?? .ar401).explanation.remedy
    }

    /// How many bookings an export that is in doubt leaves open, besides those that were found missing before.
    var unjudged: Int {
        let known = Set(needing.lazy.filter(\.isUnsettled).compactMap(\.key))
        return needing.reduce(0) { count, item in
            count
                + item.finding.unproven.count { !known.contains(BookingKey(source: item.source, booking: $0.booking)) }
        }
    }

    /// Warnings that the check before did not give.
    var warnings: [Item] { noted.filter { $0.isNew && $0.finding.severity == .warning } }

    /// What else went wrong: anchors that did not get the checkpoint, a disk that was full.
    var troubles: [String] {
        if !night.troubles.isEmpty { return night.troubles.map(\.sentence) }
        return night.anchors.filter { !$0.isDone }.map { "\($0.anchor): \($0.sentence)" }
    }

    /// True where nobody has to do anything.
    var isAllWell: Bool {
        night.status == 0 && needing.isEmpty && notRead.isEmpty && total > 0 && !isRecordDamaged
            && troubles.isEmpty
    }

    /// True where there is something to say that the night before did not.
    var hasNews: Bool {
        !new.isEmpty || !warnings.isEmpty || !notRead.isEmpty || isRecordDamaged || !troubles.isEmpty
            || night.missed != nil || !resolved.isEmpty || total == 0
    }

    /// The clocks of the first source, for what concerns the whole night.
    var clock: LocalClock {
        let zone = night.sources.lazy.compactMap { source in
            if let zone = source.zone { return zone }
            guard case .checked(let outcome) = source.outcome else { return nil }
            return outcome.report.coverage.zone
        }.first
        return LocalClock(zone: zone, rules: .system)
    }

    /// The day on which the night ended, `2026-03-25`.
    var day: String { String(clock.column(night.ended).prefix(10)) }
}
