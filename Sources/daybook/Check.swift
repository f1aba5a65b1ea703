import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

/// One check of one source: the two routes meet here.
///
///     ledger   -> verified history \
///                                    difference -> findings -> report
///     schedule -> snapshot         /
struct Check {
    let ledger: Ledger
    let thresholds: Thresholds
    var allowedBy: String?
    var records = true
    var failOn: Severity? = .error
    /// What is judged because the check is a nightly one, or of a source that reports events and is observed too.
    var watch: NightWatch?

    init(ledger: Ledger, thresholds: Thresholds) {
        self.ledger = ledger
        self.thresholds = thresholds
    }

    /// Compares, records the reading and the check, prints, and ends with the findings' status.
    func reconcile(_ snapshot: Snapshot, json: Bool) throws {
        let outcome = try compare(snapshot)
        try finish(outcome, json: json)
    }

    /// A report, its status, and where its reading was recorded.
    struct Outcome {
        let report: Report
        let status: ExitStatus
        let reading: Int?
        /// What was inferred from the reading and recorded; `nil` where the source reports events itself.
        let observation: Observation?
        /// What the check before had found, and this one did not.
        let resolved: [RememberedFinding]
        /// What checks before had found of bookings that this reading says nothing of: it stands as it was.
        let unsettled: [Finding]
        /// When the readings showed the bookings that the schedule lacks.
        let seen: [Identifier: Sighting]
    }

    /// Compares a snapshot with the verified record; records it unless the ledger may not be written.
    func compare(_ snapshot: Snapshot, observing: Bool = false) throws -> Outcome {
        var history = try self.history(for: snapshot)
        var reading = Recorded()
        if mayWrite(after: history) {
            if observing {
                (reading, history) = try observe(snapshot, history)
            } else {
                reading = try record(snapshot)
            }
        } else if records, ledger.keys == nil {
            Terminal.say("nothing is recorded: the ledger's keys are not here (--keys)")
        }
        return try conclude(snapshot, history, reading)
    }

    /// Where a reading stands in the ledger, and what it added; nothing where it was not recorded.
    struct Recorded {
        var reading: Int?
        var observation: Observation?
    }

    /// True where the ledger is sound and its keys are here.
    func mayWrite(after history: VerifiedHistory) -> Bool {
        records && history.verification.defects.isEmpty && ledger.keys != nil
    }

    /// Records a reading, without inferring anything from it.
    func record(_ snapshot: Snapshot) throws -> Recorded {
        Recorded(reading: try ledger.record(snapshot)!.index)
    }

    /// Records a reading with what it adds to a history of the ledger as it was when it had `size` entries; gives the
    /// size after. `nil` where somebody wrote since: then what was inferred may be wrong, and nothing is recorded.
    func observe(
        _ snapshot: Snapshot, after history: VerifiedHistory, size: Int
    ) throws -> (recorded: Recorded, size: Int)? {
        let observation = Observation(
            of: snapshot, after: history, besideEvents: watch?.reportsEvents ?? false ? thresholds.skew : nil)
        let reading = try ledger.record(snapshot, observed: observation.events, inferredAt: size)
        guard let reading else { return nil }
        return (
            Recorded(reading: reading.index, observation: reading.isNew ? observation : nil),
            reading.isNew ? reading.index + 1 + observation.events.count : size
        )
    }

    /// Records a reading with what it adds to the history, which is read again after. Another program may write between
    /// the look and the record: then what was inferred is inferred again.
    func observe(
        _ snapshot: Snapshot, _ history: VerifiedHistory
    ) throws -> (recorded: Recorded, history: VerifiedHistory) {
        var history = history
        for _ in 0..<Check.mostTries {
            let done = try observe(snapshot, after: history, size: history.verification.size)
            history = try self.history(for: snapshot)
            if let done { return (done.recorded, history) }
        }
        throw LedgerError.busy(path: ledger.path)
    }

    private static let mostTries = 5

    /// Compares a snapshot with a history that has its reading, where it was recorded; then the check is recorded, too.
    func conclude(_ snapshot: Snapshot, _ history: VerifiedHistory, _ recorded: Recorded) throws -> Outcome {
        let known = try ledger.findings(of: snapshot.coverage.source)
        var report = Reconciliation(
            of: history, with: snapshot, thresholds: thresholds, now: ledger.now,
            clock: LocalClock(zone: nil, rules: .system), massDisappearanceAllowedBy: allowedBy,
            missingBefore: RememberedFinding.missing(among: known),
            doubtedBefore: RememberedFinding.doubted(among: known), watch: watch
        ).report()
        let undecided = Check.undecided(report, snapshot, known)
        let resolved = Check.carryOn(known, in: &report, but: undecided)
        let unsettled = Check.unsettled(known, report, undecided)
        let status = status(report, unsettled)
        if let reading = recorded.reading {
            try ledger.recordCheck(
                of: snapshot.coverage.source, body: body(report, status, reading, history),
                findings: report.findings.map {
                    CheckedFinding(
                        code: $0.code.rawValue, booking: $0.booking, detail: $0.detail, finding: $0.json)
                }, undecided: undecided)
            try ledger.checkpoint()
            report.verification = report.verification.signedNow()
        }
        return Outcome(
            report: report, status: status, reading: recorded.reading, observation: recorded.observation,
            resolved: resolved, unsettled: unsettled,
            seen: Check.seen(report.findings, in: history, skew: thresholds.skew))
    }

    /// What the ledger says to this comparison.
    private func history(for snapshot: Snapshot) throws -> VerifiedHistory {
        try ledger.history(comparedWith: snapshot, thresholds: thresholds)
    }

    private static func seen(
        _ findings: [Finding], in history: VerifiedHistory, skew: Int64
    ) -> [Identifier: Sighting] {
        var seen: [Identifier: Sighting] = [:]
        for finding in findings where finding.code == .ar101 || finding.code == .ar113 {
            guard let source = finding.source, let booking = finding.booking,
                let own = history.bookings[BookingKey(source: source, booking: booking)]
            else { continue }
            seen[booking] = Sighting(of: own, readings: history.readings, skew: skew)
        }
        return seen
    }

    /// The bookings of which a reading in doubt says nothing: what was found about them before is not settled by it.
    private static func undecided(
        _ report: Report, _ snapshot: Snapshot, _ known: [RememberedFinding]
    ) -> Set<Identifier> {
        let unproven = report.findings.flatMap { $0.unproven.map(\.booking) }
        guard report.findings.contains(where: { $0.code == .ar201 || $0.code == .ar202 }) else { return Set(unproven) }
        return Set(unproven + known.compactMap(\.booking).filter { snapshot.index[$0] == nil })
    }

    /// What tells one finding about a source from another, in any two checks.
    private struct Name: Hashable {
        let code: String
        let booking: Identifier?
        let detail: String?

        init(_ finding: Finding) { (code, booking, detail) = (finding.code.rawValue, finding.booking, finding.detail) }
        init(_ known: RememberedFinding) { (code, booking, detail) = (known.code, known.booking, known.detail) }
    }

    /// What was found before of bookings that stay undecided, and is not found again by this check.
    private static func unsettled(
        _ known: [RememberedFinding], _ report: Report, _ undecided: Set<Identifier>
    ) -> [Finding] {
        let again = Set(report.findings.map { Name($0) })
        return known.compactMap { before in
            guard let booking = before.booking, undecided.contains(booking), !again.contains(Name(before)) else {
                return nil
            }
            return before.unchanged
        }
    }

    /// What this reading leaves open of what was found before keeps it from being clean, and is not found again by it.
    private func status(_ report: Report, _ unsettled: [Finding]) -> ExitStatus {
        let status = ExitStatus(report.findings, failOn: failOn)
        return status == .clean && ExitStatus(unsettled, failOn: failOn) != .clean ? .inconclusive : status
    }

    /// Says of each finding whether the check before saw it too, and gives those that are no more.
    private static func carryOn(
        _ known: [RememberedFinding], in report: inout Report, but undecided: Set<Identifier>
    ) -> [RememberedFinding] {
        let before = Dictionary(known.map { (Name($0), $0.state) }, uniquingKeysWith: { first, _ in first })
        for place in report.findings.indices {
            let state = before[Name(report.findings[place])]
            report.findings[place].life = state.map { $0 == .acknowledged ? .acknowledged : .open } ?? .new
        }
        let again = Set(report.findings.map { Name($0) })
        var gone = known.filter { one in
            !again.contains(Name(one)) && (one.booking.map { !undecided.contains($0) } ?? true)
        }
        // An export that is still in doubt, for another reason than before, is not one that no longer is.
        let doubts = Set(report.findings.filter { $0.booking == nil }.map(\.code)).intersection([
            .ar201, .ar202, .ar203,
        ])
        gone.removeAll { one in one.booking == nil && doubts.contains { $0.rawValue == one.code } }
        return gone
    }

    /// A check of a reading that was checked before is not recorded again, unless somebody allowed what it then refused,
    /// or it is another night's.
    private func body(
        _ report: Report, _ status: ExitStatus, _ reading: Int, _ history: VerifiedHistory
    ) -> JSONValue? {
        let isChecked = history.journal.contains {
            $0.type == .checkCompleted && $0.body?["reading"]?.integer == reading
                && (watch?.missedAfter == nil || $0.recorded >= ledger.now - NightWatch.night)
        }
        guard !isChecked || allowedBy != nil else { return nil }
        let counts = report.counts
        return .object([
            "source": .string(report.coverage.source.text), "reading": .integer(reading),
            "critical": .integer(counts[.critical] ?? 0), "error": .integer(counts[.error] ?? 0),
            "warning": .integer(counts[.warning] ?? 0), "info": .integer(counts[.info] ?? 0),
            "exit": .integer(Int(status.rawValue)), "allowed": allowedBy.map { .string($0) },
        ])
    }

    func finish(_ outcome: Outcome, json: Bool) throws {
        let text = ReportText(outcome)
        if json { Terminal.print(text.json) } else { Terminal.print(text.text) }
        if outcome.status != .clean { throw ExitCode(outcome.status.rawValue) }
    }
}

extension RememberedFinding {
    /// The finding as the last check that saw it told it, where no later one says otherwise.
    var unchanged: Finding? {
        var finding = Finding(printed: finding)
        finding?.life = state == .acknowledged ? .acknowledged : .open
        return finding
    }

    /// The bookings that checks found to be missing, and that no check has found since.
    static func missing(among known: [RememberedFinding]) -> Set<Identifier> {
        let codes: Set<String> = [FindingCode.ar101.rawValue, FindingCode.ar113.rawValue]
        return Set(known.lazy.filter { codes.contains($0.code) && $0.state != .resolved }.compactMap(\.booking))
    }

    /// The bookings about which the last check concluded nothing, because so many were missing at once.
    static func doubted(among known: [RememberedFinding]) -> Set<Identifier> {
        let codes: Set<String> = [FindingCode.ar202.rawValue, FindingCode.ar111.rawValue]
        let open = known.filter { codes.contains($0.code) && $0.booking == nil && $0.state != .resolved }
        return Set(
            open.flatMap { $0.finding["unproven"]?.array ?? [] }.compactMap { $0["booking"]?.string }
                .map { Identifier($0) })
    }
}
