import Auditing
import Bookings
import Console
import LedgerStore
import Schedules
import Transparency

/// A night in numbers, as Prometheus' collector for text files reads them.
struct Metrics {
    let night: Night
    /// With what the night's command ends.
    let status: Int32

    /// Replaces the file as a whole: no reader ever sees half of it. Others may read it, since the collector is another user.
    func write(to path: String) throws(OutsideError) {
        let before = CheckpointFile.start(of: path, count: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
        do throws(DurableFileError) {
            try DurableFile.write(Array(text(after: before ?? "").utf8), to: path, mode: 0o644)
        } catch { throw OutsideError(sentence: "\(path): \(error.description)") }
    }

    private struct Family {
        let name: String
        let help: String
        var samples: [(labels: [(String, String)], value: String)] = []

        var text: String {
            let lines = samples.map { labels, value in
                let inside = labels.map { "\($0)=\"\(Metrics.escaped($1))\"" }.joined(separator: ",")
                return "daybook_\(name)\(inside.isEmpty ? "" : "{\(inside)}") \(value)"
            }
            return (["# HELP daybook_\(name) \(help)", "# TYPE daybook_\(name) gauge"] + lines).joined(separator: "\n")
        }
    }

    /// The file's text. `before` is the file of the night before, which knows of the last success where this is none.
    func text(after before: String) -> String {
        func single(_ name: String, _ help: String, _ value: String?) -> Family {
            Family(name: name, help: help, samples: value.map { [([], $0)] } ?? [])
        }
        let success = isSuccess ? String(night.ended.seconds) : Metrics.lastSuccess(in: before)
        var families = [
            single("last_run_timestamp_seconds", "When the last night ended.", String(night.ended.seconds)),
            single(
                "last_success_timestamp_seconds", "When a night last ended with every source compared.", success),
            single("exit_status", "With what the last night's command ended.", String(status)),
            single(
                "run_duration_seconds", "How long the last night took.", Metrics.seconds(night.started, night.ended)),
            single("ledger_size", "Entries in the ledger.", size),
        ]
        families += bySource + [findings]
        return families.filter { !$0.samples.isEmpty }.map(\.text).joined(separator: "\n") + "\n"
    }

    /// Findings do not make a night a failure: it did what it is there for.
    private var isSuccess: Bool { (status == 0 || status == 1) && night.read.count == night.sources.count }

    private var size: String? { (night.checkpoint?.size ?? night.verification?.size).map(String.init) }

    private var bySource: [Family] {
        var read = Family(name: "source_read", help: "1 where the source was read and compared in the last night.")
        var rows = Family(name: "live_rows", help: "Rows in the source's schedule.")
        var age = Family(name: "snapshot_age_seconds", help: "How old the schedule was when the night ended.")
        for source in night.sources {
            let label = [("source", source.id.text)]
            guard case .checked(let outcome) = source.outcome else {
                read.samples.append((label, "0"))
                continue
            }
            read.samples.append((label, "1"))
            rows.samples.append((label, String(outcome.report.rows)))
            age.samples.append((label, Metrics.seconds(outcome.report.coverage.takenAt, night.ended)))
        }
        return [read, rows, age]
    }

    private var findings: Family {
        var family = Family(name: "findings", help: "Findings of the last night.")
        var counts: [[String]: Int] = [:]
        for item in NightSummary(night).items {
            let finding = item.finding
            let state = (finding.life ?? .new).rawValue
            counts[[item.source.text, finding.code.rawValue, finding.severity.rawValue, state], default: 0] += 1
        }
        for (values, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            family.samples.append((Array(zip(["source", "code", "severity", "state"], values)), String(count)))
        }
        return family
    }

    static func lastSuccess(in text: String) -> String? {
        let name = "daybook_last_success_timestamp_seconds "
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int64($0.dropFirst(name.count)) }.map { String($0) }
    }

    private static func seconds(_ from: Timestamp, _ to: Timestamp) -> String {
        let micros = max(0, to.microseconds - from.microseconds)
        let digits = String(micros % 1_000_000)
        return "\(micros / 1_000_000).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }

    /// A label's value: the format escapes these three, and takes everything else as it is.
    static func escaped(_ text: String) -> String {
        text.spelling(["\\": "\\\\", "\"": "\\\"", "\n": "\\n"])
    }
}
