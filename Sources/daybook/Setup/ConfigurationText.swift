import Bookings
import Schedules

/// The `daybook.yaml` that setup writes: every line with what it means, so that a person can read and change it.
struct ConfigurationText {
    let source: Configuration.Source
    /// The window as it was answered: `today`, `+90d`.
    let from: String
    let to: String
    let keys: String
    let email: String?
    /// The day on which it is written.
    let day: String

    var text: String {
        (head + sources + alerts).joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        [
            "# Written by daybook setup on \(day). Every line may be changed; daybook doctor says what is wrong with one.",
            "",
            "# The record of all bookings. It holds personal values: keep this folder closed to others.",
            "ledger: daybook.sqlite",
            "# Key and lock. Better on another disk or computer: move the folder there, and write its path here.",
            "keys: \(ConfigurationText.quoted(keys))", "", "sources:",
        ]
    }

    private var sources: [String] {
        var lines = [
            "    # What this booking system is called in the record, for good.",
            "  - id: \(ConfigurationText.quoted(source.id.text))",
            "    # It reports no events: what happened shows where one night's export differs from the next.",
            "    feed: snapshots", "    # The clocks that its times of day are meant by.",
            "    zone: \(ConfigurationText.quoted(source.zone ?? "UTC"))",
        ]
        if !source.status.isEmpty {
            lines += ["    # Its words for a status, and FHIR's for the same.", "    status:"]
            for (word, status) in source.status.sorted(by: { $0.key < $1.key }) {
                lines.append("      \(ConfigurationText.quoted(word)): \(status.rawValue)")
            }
        }
        return lines + coverage + schedule
    }

    private var coverage: [String] {
        var lines = [
            "    coverage:",
            "      # The days whose appointments are in it, counted from the day on which the export was written.",
            "      from: \(ConfigurationText.quoted(from))", "      to: \(ConfigurationText.quoted(to))",
            "      # yes: no appointment of those days is left out. Only then is a missing row known to be lost.",
            "      complete: \(source.coverage.isComplete ? "yes" : "no")",
        ]
        if let cancelled = source.coverage.cancelled {
            lines += [
                "      # kept: a cancelled appointment stays in it, as a row with that status. removed: its row goes.",
                "      cancelled: \(cancelled.rawValue)",
            ]
        } else {
            lines.append(
                "      # cancelled: kept, or removed, is not known; until it is, a missing row stays unproven.")
        }
        return lines
    }

    private var schedule: [String] {
        guard let schedule = source.schedule, let path = schedule.path else { return [] }
        let layout = schedule.layout
        var lines = [
            "    schedule:", "      # Where the export appears each night, and how it is written.",
            "      path: \(ConfigurationText.quoted(path))",
        ]
        if let format = layout.format { lines.append("      format: \(format.rawValue)") }
        if let delimiter = layout.delimiter {
            lines.append("      delimiter: \(ConfigurationText.quoted(String(decoding: [delimiter], as: UTF8.self)))")
            lines.append("      encoding: \(layout.encoding.rawValue)")
        }
        if let dates = layout.dates { lines.append("      dates: \(dates)") }
        if !layout.identity.isEmpty {
            lines += [
                "      # It has no ids: they are made of these, under a secret beside the keys. Another list, or another secret,",
                "      # gives every booking another id.",
                "      identity: [\(layout.identity.joined(separator: ", "))]",
            ]
        }
        guard !layout.columns.isEmpty else { return lines }
        lines += ["      # What Daybook calls it, and what the export does; two columns are joined.", "      map:"]
        for word in ScheduleLayout.words {
            guard let columns = layout.columns[word] else { continue }
            lines.append("        \(word): [\(columns.map(ConfigurationText.quoted).joined(separator: ", "))]")
        }
        return lines
    }

    private var alerts: [String] {
        guard let email else { return [] }
        return ["", "# Who is told of what a night finds.", "alerts:", "  - email: \(ConfigurationText.quoted(email))"]
    }

    /// A text as YAML reads it back, whatever stands in it. A plain word stays plain.
    static func quoted(_ text: String) -> String {
        if text.wholeMatch(of: /[A-Za-z\/+][A-Za-z0-9\/._-]*/) != nil { return text }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\" + String(scalar)
            // Not YAML's own meaning, but what the reader takes for an alias wherever it stands.
            case "&", "*": out += scalar == "&" ? "\\x26" : "\\x2A"
            case _
            where scalar.properties.isWhitespace && scalar != " " || scalar.properties.generalCategory == .control
                || scalar.properties.generalCategory == .format || scalar.value == 0xfeff
                || (0xfdd0...0xfdef).contains(scalar.value) || scalar.value & 0xfffe == 0xfffe:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                out += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
