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
    }

    /// Compares a snapshot with the verified record; records it unless the ledger may not be written.
    func compare(_ snapshot: Snapshot, observing: Bool = false) throws -> Outcome {
        var history = try self.history(for: snapshot)
        let mayWrite = records && history.verification.defects.isEmpty && ledger.keys != nil
        var reading: (index: Int, isNew: Bool)?
        var observation: Observation?
        if mayWrite {
            if observing {
                (reading, observation) = try observe(snapshot, &history)
            } else {
                reading = try ledger.record(snapshot)
            }
        } else if records, ledger.keys == nil {
            Terminal.say("nothing is recorded: the ledger's keys are not here (--keys)")
        }
        var report = Reconciliation(
            of: history, with: snapshot, thresholds: thresholds, now: ledger.now,
            clock: LocalClock(zone: nil, rules: .system), massDisappearanceAllowedBy: allowedBy
        ).report()
        let known = try ledger.findings(of: snapshot.coverage.source)
        let resolved = Check.carryOn(known, in: &report)
        let status = ExitStatus(report.findings, failOn: failOn)
        if mayWrite {
            try ledger.recordCheck(
                of: snapshot.coverage.source, body: body(report, status, reading!.index, history),
                findings: report.findings.map {
                    CheckedFinding(
                        code: $0.code.rawValue, booking: $0.booking, detail: $0.detail, finding: $0.json)
                })
            try ledger.checkpoint()
            report.verification = report.verification.signedNow()
        }
        let observed = reading?.isNew ?? false ? observation : nil
        return Outcome(
            report: report, status: status, reading: reading?.index, observation: observed, resolved: resolved)
    }

    /// What the ledger says to this comparison.
    private func history(for snapshot: Snapshot) throws -> VerifiedHistory {
        try ledger.history(comparedWith: snapshot, thresholds: thresholds)
    }

    /// Records a reading with what it adds to the history, which is read again after. Another program may write between
    /// the look and the record: then what was inferred is inferred again.
    private func observe(
        _ snapshot: Snapshot, _ history: inout VerifiedHistory
    ) throws -> (reading: (index: Int, isNew: Bool), observation: Observation) {
        for _ in 0..<Check.mostTries {
            let observation = Observation(of: snapshot, after: history)
            let reading = try ledger.record(
                snapshot, observed: observation.events, inferredAt: history.verification.size)
            history = try self.history(for: snapshot)
            if let reading { return (reading, observation) }
        }
        throw LedgerError.busy(path: ledger.path)
    }

    private static let mostTries = 5

    /// Says of each finding whether the check before saw it too, and gives those that are no more.
    private static func carryOn(_ known: [RememberedFinding], in report: inout Report) -> [RememberedFinding] {
        var gone = known
        for place in report.findings.indices {
            let finding = report.findings[place]
            func isSame(_ other: RememberedFinding) -> Bool {
                other.code == finding.code.rawValue && other.booking == finding.booking
                    && other.detail == finding.detail
            }
            let before = known.first(where: isSame)
            report.findings[place].life = before.map { $0.state == .acknowledged ? .acknowledged : .open } ?? .new
            gone.removeAll(where: isSame)
        }
        return gone
    }

    /// A check of a reading that was checked before is not recorded again, unless somebody allowed what it then refused.
    private func body(
        _ report: Report, _ status: ExitStatus, _ reading: Int, _ history: VerifiedHistory
    ) -> JSONValue? {
        let isChecked = history.journal.contains {
            $0.type == .checkCompleted && $0.body?["reading"]?.integer == reading
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
