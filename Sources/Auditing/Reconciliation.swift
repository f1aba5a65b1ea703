public import Bookings
public import Transparency

/// What a comparison of record and schedule came to.
public struct Report: Sendable {
    /// What the ledger's verification came to.
    public var verification: Verification
    /// What the reading could be asked about.
    public let coverage: Coverage
    /// The number of rows in the reading.
    public let rows: Int
    /// SHA-256 of the reading's bytes.
    public let digest: Hash
    /// What was found, the worst first.
    public var findings: [Finding]
    /// How many bookings the record expects in the window.
    public let expected: Int
    /// How many rows agree with the record.
    public let agreeing: Int

    /// How many findings there are of each severity.
    public var counts: [Severity: Int] {
        findings.reduce(into: [:]) { $0[$1.severity, default: 0] += 1 }
    }

    /// What holds of the ledger, and whether the live schedule agrees.
    public var assurance: [Assurance] {
        let serious = findings.contains { $0.severity >= .warning && $0.code != .ar406 && $0.code != .ar302 }
        return verification.assurance + (serious || !verification.defects.isEmpty ? [] : [.live])
    }
}

/// Compares what the record says with what the schedule shows.
///
///     record:    entries -> replayed as of the reading  -> [booking: state]
///     schedule:  reading -> rows                        -> [booking: appointment]
///     the difference of the two                         -> findings
///
/// In this order: the ledger, the export, each booking, what they have in common (`design.md` §8).
public struct Reconciliation: Sendable {
    let history: VerifiedHistory
    let snapshot: Snapshot
    let thresholds: Thresholds
    let now: Timestamp
    let clock: LocalClock
    let replay: Replay
    let coverage: Coverage
    /// Who allowed many bookings to be missing at once; `nil` where nobody did.
    let allowedBy: String?
    /// The bookings that a check before told to be missing, and that nobody has seen since.
    let missingBefore: Set<Identifier>
    /// The bookings about which a check before concluded nothing, because the export lacked so many at once.
    let doubtedBefore: Set<Identifier>
    /// What is judged because the check is a nightly one; `nil` where it is not.
    let watch: NightWatch?

    /// A comparison of a verified history with one reading. `now` is what the computer's clock says, for what is
    /// too old; `clock` shows moments in sentences; `missingBefore` are the bookings that an earlier check told to be
    /// missing, `doubtedBefore` those about which it concluded nothing, for there were so many; `watch` is what a nightly check judges besides.
    public init(
        of history: VerifiedHistory, with snapshot: Snapshot, thresholds: Thresholds = Thresholds(), now: Timestamp,
        clock: LocalClock = .utc, massDisappearanceAllowedBy allowedBy: String? = nil,
        missingBefore: Set<Identifier> = [], doubtedBefore: Set<Identifier> = [], watch: NightWatch? = nil
    ) {
        self.history = history
        self.snapshot = snapshot
        self.thresholds = thresholds
        self.now = now
        self.clock = clock.orElse(snapshot.coverage.zone)
        self.allowedBy = allowedBy
        self.missingBefore = missingBefore
        self.doubtedBefore = doubtedBefore
        self.watch = watch
        replay = Replay(readings: history.readings, skew: thresholds.skew)
        coverage = snapshot.coverage
    }

    /// The comparison. Linear in the number of bookings and rows.
    public func report() -> Report {
        var findings = ledgerFindings()
        let export = exportFindings()
        findings += export
        let isPartial = export.contains { $0.code == .ar201 }
        var comparison = Comparison(self, isPartial: isPartial)
        findings += comparison.findings()
        if let place = findings.firstIndex(where: { $0.code == .ar201 }), !comparison.open.isEmpty {
            findings[place].unproven = comparison.open.map { (.ar101, $0) }
            findings[place].sentence +=
                " \(Words.count(comparison.open.count, "recorded booking")) could not be found in it: "
                + "\(Words.list(comparison.open))."
        }
        findings += scheduleFindings()
        findings += captureFindings(explained: Set(findings.filter { $0.code == .ar304 }.flatMap(\.entries)))
        findings += recordFindings(in: comparison.judged)
        findings += nightFindings()
        return Report(
            verification: history.verification, coverage: coverage, rows: snapshot.rows, digest: snapshot.digest,
            findings: findings.sorted {
                ($1.severity, $0.code.rawValue, $0.booking ?? "") < ($0.severity, $1.code.rawValue, $1.booking ?? "")
            },
            expected: comparison.expected, agreeing: comparison.agreeing)
    }

    /// The last moment whose events the reading must show.
    var asOf: Timestamp { coverage.takenAt - thresholds.skew }

    /// The histories of the source's bookings.
    var histories: some Sequence<BookingHistory> {
        history.bookings.values.lazy.filter { [source = coverage.source] in $0.key.source == source }
    }

    /// The readings of this source that were recorded, the oldest first.
    var readings: [Reading] {
        history.readings.filter { $0.coverage.source == coverage.source }
    }

    /// Those taken before the one that is compared now.
    var earlierReadings: [Reading] {
        readings.filter { $0.coverage.takenAt < coverage.takenAt }
    }

    private func ledgerFindings() -> [Finding] {
        history.verification.defects.map { defect in
            Finding(
                FindingCode(rawValue: defect.code) ?? .ar401, source: nil, entries: defect.index.map { [$0] } ?? [],
                sentence: defect.sentence)
        }
    }

    /// What speaks for or against the export itself.
    private func exportFindings() -> [Finding] {
        var findings: [Finding] = []
        func doubt(_ code: FindingCode, _ detail: String, _ sentence: String) {
            findings.append(
                Finding(
                    code, source: coverage.source, detail: detail, snapshot: coverage.takenAt, sentence: sentence))
        }
        let said = max(coverage.rowCount ?? 0, coverage.totalReported ?? 0)
        let isDeclared = coverage.from != nil || coverage.to != nil || coverage.rowCount != nil
        if let shortfall = coverage.shortfall {
            let counted =
                said > snapshot.rows ? ", and holds \(snapshot.rows) of \(Words.count(said, "row"))" : ""
            doubt(
                .ar201, "not whole",
                "The export is not whole\(counted): \(shortfall). Nothing is concluded from what it lacks.")
        } else if said > snapshot.rows {
            doubt(
                .ar201, "cut",
                "The export holds \(snapshot.rows) of \(Words.count(said, "row")): nothing is concluded from what it lacks."
            )
        } else if let count = coverage.rowCount, count != snapshot.rows {
            doubt(
                .ar201, "count",
                "The export says that it holds \(Words.count(count, "row")), and holds \(snapshot.rows).")
        } else if !coverage.isComplete, isDeclared {
            doubt(
                .ar201, "undeclared",
                "Nobody declares that the export is complete (\"complete\": true, or --complete): nothing is concluded "
                    + "from what it lacks.")
        }
        if let later = readings.last, later.coverage.takenAt > coverage.takenAt {
            doubt(
                .ar203, "overtaken, taken \(coverage.takenAt.text)",
                "The export was taken on \(clock.text(coverage.takenAt)), and one of \(clock.text(later.coverage.takenAt)) was read "
                    + "before it: it shows an older schedule.")
        }
        let newest = histories.flatMap(\.entries).compactMap { recorded in
            recorded.entry.occurred.map { min($0, recorded.entry.recorded) }
        }.max()
        if let newest = [newest, history.settled.newest].compactMap(\.self).max(),
            Timestamp.seconds(from: coverage.takenAt, to: newest) > thresholds.stale
        {
            doubt(
                .ar203, "old, taken \(coverage.takenAt.text)",
                "The export was taken on \(clock.text(coverage.takenAt)), "
                    + "\(Words.duration(Timestamp.seconds(from: coverage.takenAt, to: newest))) before the newest recorded "
                    + "event: it cannot show what happened since.")
        } else if watch?.missedAfter != nil, Timestamp.seconds(from: coverage.takenAt, to: now) > thresholds.stale {
            doubt(
                .ar203, "old, taken \(coverage.takenAt.text)",
                "The export was taken on \(clock.text(coverage.takenAt)), "
                    + "\(Words.duration(Timestamp.seconds(from: coverage.takenAt, to: now))) ago: it cannot show what "
                    + "happened since.")
        }
        return findings + duplicateFindings() + malformationFindings()
    }

    private func duplicateFindings() -> [Finding] {
        snapshot.index.repeated.map { places in
            let (other, row) = (snapshot.appointments[places.first], snapshot.appointments[places.again])
            let same = other.appointment == row.appointment && other.personal == row.personal
            return Finding(
                .ar205, source: coverage.source, booking: row.booking, severity: same ? .warning : .error,
                live: row.appointment.json, snapshot: coverage.takenAt,
                sentence: "The export has booking \(Words.quoted(row.booking)) twice, in rows \(other.row) and "
                    + "\(row.row)\(same ? "" : ", with different content").")
        }
    }

    private func malformationFindings() -> [Finding] {
        snapshot.malformations.map { malformation in
            let code: FindingCode =
                switch malformation.kind {
                case .malformed: .ar112
                case .unmappedStatus: .ar206
                case .noZone: .ar207
                }
            let which = malformation.booking.map { ", booking \(Words.quoted($0))" } ?? ""
            return Finding(
                code, source: coverage.source, booking: malformation.booking,
                detail: malformation.word.map { Words.quoted(Identifier($0)) } ?? malformation.column,
                snapshot: coverage.takenAt,
                sentence: "Row \(malformation.row)\(which), column \(malformation.column): \(malformation.reason).")
        }
    }
}
