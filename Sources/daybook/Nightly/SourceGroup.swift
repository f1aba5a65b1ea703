import Auditing
import Bookings
import LedgerStore
import Schedules

/// Sources that were read, and are compared together: the ledger is gone through, and verified, once for all of them; a
/// second time where readings add to it what no event said.
struct SourceGroup {
    let ledger: Ledger
    let configuration: Configuration
    /// False for a ledger that is not sound: then nothing is added to it.
    let records: Bool
    private var members: [(snapshot: Snapshot, check: Check, isObserved: Bool)] = []
    private(set) var rows = 0

    init(ledger: Ledger, configuration: Configuration, records: Bool) {
        self.ledger = ledger
        self.configuration = configuration
        self.records = records
    }

    var isEmpty: Bool { members.isEmpty }

    /// `crm is`, `crm and web are`, `40 sources are`.
    var names: String {
        let ids = members.map(\.snapshot.coverage.source.text)
        return ids.count == 1
            ? "\(ids[0]) is" : ids.count == 2 ? "\(ids[0]) and \(ids[1]) are" : "\(ids.count) sources are"
    }

    mutating func add(_ snapshot: Snapshot, of source: Configuration.Source) {
        var check = Check(ledger: ledger, thresholds: configuration.thresholds)
        check.records = records
        check.watch = NightWatch(reportsEvents: source.feed == .both, missedAfter: configuration.nightly.missed)
        members.append((snapshot, check, source.feed != .events))
        rows += snapshot.rows
    }

    /// Records the readings, compares each with the ledger, and records the checks.
    func check() -> [Identifier: Night.SourceNight.Outcome] {
        var outcomes: [Identifier: Night.SourceNight.Outcome] = [:]
        func note(_ error: any Error, of source: Identifier) { outcomes[source] = .notRead(error) }
        do {
            let recorded = try record(note)
            let rest = members.filter { outcomes[$0.snapshot.coverage.source] == nil }
            let histories = try ledger.histories(
                comparedWith: rest.map(\.snapshot), thresholds: configuration.thresholds)
            for (member, history) in zip(rest, histories) {
                let source = member.snapshot.coverage.source
                do {
                    let own = history.verification.defects.isEmpty ? recorded[source] : nil
                    outcomes[source] = .checked(try member.check.conclude(member.snapshot, history, own ?? .init()))
                } catch { note(error, of: source) }
            }
        } catch {
            // What the ledger refuses to one source it refuses to each.
            for member in members where outcomes[member.snapshot.coverage.source] == nil {
                note(error, of: member.snapshot.coverage.source)
            }
        }
        return outcomes
    }

    /// Records each reading, with what it adds where the source is observed.
    private func record(
        _ note: (any Error, Identifier) -> Void
    ) throws -> [Identifier: Check.Recorded] {
        guard records, ledger.keys != nil else { return [:] }
        var recorded: [Identifier: Check.Recorded] = [:]
        let observed = members.filter(\.isObserved)
        if !observed.isEmpty {
            let histories = try ledger.histories(
                comparedWith: observed.map(\.snapshot), thresholds: configuration.thresholds)
            // Of a ledger that is not sound nothing is inferred.
            guard var size = histories.first?.verification.size, histories[0].verification.defects.isEmpty else {
                return [:]
            }
            for (member, history) in zip(observed, histories) {
                do {
                    if let done = try member.check.observe(member.snapshot, after: history, size: size) {
                        recorded[member.snapshot.coverage.source] = done.recorded
                        size = done.size
                    } else {
                        // Somebody wrote meanwhile: then this one is gone through by itself.
                        let (done, after) = try member.check.observe(member.snapshot, history)
                        recorded[member.snapshot.coverage.source] = done
                        size = after.verification.size
                    }
                } catch { note(error, member.snapshot.coverage.source) }
            }
        }
        for member in members where !member.isObserved {
            do {
                recorded[member.snapshot.coverage.source] = try member.check.record(member.snapshot)
            } catch { note(error, member.snapshot.coverage.source) }
        }
        return recorded
    }
}
