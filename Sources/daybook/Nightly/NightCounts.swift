import Auditing
import Bookings

/// The figures that a night's report opens with, one row a source.
extension Night.SourceNight {
    /// How many appointments were looked at: each row of the schedule, and each recorded booking that should have one and
    /// has none; `nil` where the source was not read.
    var checked: Int? { report.map { $0.rows + missing + inconclusive } }

    /// How many of them the schedule lacks without anything that explains it, or lacked when it could last be relied on.
    var missing: Int { lacking.filter { $0.confidence != .unproven }.count + before.count }

    /// How many others this reading says nothing about: missing in an export that is in doubt.
    var inconclusive: Int {
        let unproven = lacking.filter { $0.confidence == .unproven }.count
        let open = report?.findings.flatMap { $0.unproven.map(\.booking) } ?? []
        return unproven + open.count { !before.contains($0) }
    }

    /// The bookings that a check before found missing, and that this reading leaves open.
    private var before: Set<Identifier> {
        Set(
            check?.unsettled.filter { ($0.code == .ar101 || $0.code == .ar113) && $0.confidence != .unproven }
                .compactMap(\.booking) ?? [])
    }

    /// The report; `nil` where the source was not read.
    var report: Report? { check?.report }

    /// The check; `nil` where the source was not read.
    var check: Check.Outcome? {
        guard case .checked(let outcome) = outcome else { return nil }
        return outcome
    }

    private var lacking: [Finding] {
        report?.findings.filter { $0.code == .ar101 || $0.code == .ar113 } ?? []
    }
}

extension Night {
    /// The sources that were read and compared.
    var read: [SourceNight] { sources.filter { $0.check != nil } }

    /// How many appointments were looked at in all.
    var checked: Int { sources.reduce(0) { $0 + ($1.checked ?? 0) } }

    /// The findings of all sources, each source's the worst first. One about the ledger as a whole, which each check
    /// finds, stands once.
    var findings: [Finding] {
        var seen: Set<String> = []
        return read.flatMap { $0.report!.findings }.filter { finding in
            finding.source != nil || seen.insert("\(finding.code.rawValue) \(finding.detail ?? "")").inserted
        }
    }

    /// What was found before and is not settled this night: the export is in doubt, or the source was not read.
    var unsettled: [Finding] { sources.flatMap { $0.check?.unsettled ?? $0.standing } }

    /// What the readings added to the record, a sentence for each source that does not report everything itself.
    var recorded: [String] {
        read.compactMap { source in
            guard let observation = source.check!.observation else { return nil }
            let counts = [
                (observation.appeared, "seen for the first time"), (observation.changed, "changed"),
                (observation.cancelled, "cancelled"),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            return counts.isEmpty
                ? nil : "Recorded from the schedule of \(source.id): \(counts.joined(separator: ", "))."
        }
    }

    /// True where every schedule agrees with the record, down to what is acknowledged or only worth a warning.
    var isAgreed: Bool {
        read.allSatisfy { source in
            source.missing == 0 && source.inconclusive == 0 && source.check!.unsettled.isEmpty
                && !source.report!.findings.contains { $0.severity > .info && $0.source != nil }
        }
    }

    /// True where everything was read and nothing needs anybody.
    var isClean: Bool { status == 0 && read.count == sources.count }
}
