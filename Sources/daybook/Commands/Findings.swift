import ArgumentParser
import Auditing
import Bookings
import Console
import LedgerStore
import Schedules

struct Findings: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists what the last checks found, and acknowledges it.",
        discussion: """
            One code about one booking is one finding; about a source as a whole, one gap, one word, one column is. It \
            lives from the first check that sees it to the first that does not, and does not shout twice: it is new, then \
            open, then resolved. Acknowledged findings are shown and do not count towards the exit status; who \
            acknowledged one, why and until when is recorded in the ledger.
            """,
        subcommands: [List.self, Show.self, Acknowledge.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the findings of the last checks.")

        @OptionGroup var options: LedgerOptions
        @Option(help: ArgumentHelp("Of this source only.", valueName: "id")) var source: String?
        @Flag(help: "Those that are resolved too.") var all = false

        func run() throws {
            try reporting {
                let configuration = try options.configuration()
                let ledger = try options.open(configuration)
                let findings = try ledger.findings(of: source.map { Identifier($0) }, resolved: all)
                if options.json {
                    Terminal.print(
                        JSONValue.object([
                            "format": .string("daybook-findings/v1"),
                            "findings": .array(findings.map(FindingText.json)),
                        ]))
                    return
                }
                if findings.isEmpty { Terminal.print("No findings are open.") }
                for finding in findings { Terminal.print(FindingText.line(finding, configuration)) }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one finding, and what its code means.")

        @OptionGroup var options: LedgerOptions
        @Argument(help: "The finding's number, as in the list.") var number: Int

        func run() throws {
            try reporting {
                let configuration = try options.configuration()
                let ledger = try options.open(configuration)
                guard let finding = try ledger.findings(resolved: true).first(where: { $0.id == number }) else {
                    throw Terminal.fail("there is no finding \(number); daybook findings lists them", 66)
                }
                if options.json {
                    Terminal.print(FindingText.json(finding))
                    return
                }
                Terminal.print(FindingText.line(finding, configuration))
                Terminal.print("  " + Terminal.folded(finding.finding["sentence"]?.string ?? "", indent: 2))
                guard let code = FindingCode(rawValue: finding.code) else { return }
                let remedy = NightWords.remedy(
                    code, booking: finding.booking, successor: Finding(printed: finding.finding)?.successor,
                    source: finding.source)
                Terminal.print("  " + Terminal.folded("What to do: \(remedy)", indent: 2))
            }
        }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Acknowledges findings: they no longer count, until a day that you name.")

        @OptionGroup var options: LedgerOptions
        @Argument(help: ArgumentHelp("Numbers as in the list, or spans of them, as 12-51.", valueName: "number"))
        var numbers: [String]
        @Option(help: ArgumentHelp("Who acknowledges it.", valueName: "who")) var by: String
        @Option(help: ArgumentHelp("Why: a short code, or a sentence (which is sealed).", valueName: "reason"))
        var reason: String
        @Option(help: ArgumentHelp("Until when, as 2026-12-31 or +30d.", valueName: "day")) var until: String

        func validate() throws {
            guard (1...256).contains(by.utf8.count), (1...4096).contains(reason.utf8.count) else {
                throw ValidationError("--by takes 1 to 256 bytes, --reason 1 to 4096.")
            }
            guard !numbers.isEmpty, numbers.allSatisfy({ Acknowledge.span($0) != nil }) else {
                throw ValidationError("Name findings by their numbers, as 12, or 12-51; daybook findings lists them.")
            }
        }

        /// `12`, or `12-51`.
        private static func span(_ text: String) -> ClosedRange<Int>? {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], ends.count <= 2, let last = ends.last!, first <= last, first > 0 else {
                return nil
            }
            return first...last
        }

        /// The findings that are meant: each number must be one, of a span only those that are not resolved.
        private func chosen(in ledger: Ledger) throws -> [RememberedFinding] {
            let all = try ledger.findings(resolved: true)
            var chosen: [Int: RememberedFinding] = [:]
            for span in numbers.compactMap(Acknowledge.span) {
                let own = all.filter { span.contains($0.id) && (span.count == 1 || $0.state != .resolved) }
                guard !own.isEmpty else {
                    let which = span.count == 1 ? "\(span.lowerBound)" : "from \(span.lowerBound) to \(span.upperBound)"
                    throw Terminal.fail("there is no finding \(which); daybook findings lists them", 66)
                }
                for finding in own { chosen[finding.id] = finding }
            }
            return chosen.values.sorted { $0.id < $1.id }
        }

        func run() throws {
            try reporting {
                let ledger = try options.open(try options.configuration())
                let today = CivilTime(seconds: ledger.now.seconds)?.day ?? 0
                guard let end = WindowBound(until)?.time(zone: "UTC", rules: .system, day: today)?.moment,
                    end > ledger.now
                else {
                    throw ValidationError("--until \(until): name a day to come, as 2026-12-31 or +30d")
                }
                let actor = Entry.Actor(kind: .user, id: by)
                let findings = try chosen(in: ledger)
                let entries = try ledger.acknowledge(findings, by: actor, reason: reason, until: end)
                try ledger.checkpoint()
                if options.json {
                    let acknowledged = zip(findings, entries).map { finding, entry in
                        JSONValue.object(["finding": .integer(finding.id), "entry": .integer(entry)])
                    }
                    Terminal.print(
                        JSONValue.object([
                            "format": .string("daybook-acknowledgement/v1"), "acknowledged": .array(acknowledged),
                            "until": .string(end.text),
                        ]))
                } else {
                    let day = LocalClock.utc.column(end).prefix(10)
                    for (finding, entry) in zip(findings, entries) {
                        Terminal.print(
                            "Finding \(finding.id) is acknowledged until \(day); recorded as entry \(entry).")
                    }
                }
            }
        }
    }
}

/// How a remembered finding is printed.
private enum FindingText {
    static func line(_ finding: RememberedFinding, _ configuration: Configuration) -> String {
        let clock = LocalClock(zone: configuration.source(finding.source)?.zone, rules: .system)
        let what = "\(finding.code) \(FindingCode(rawValue: finding.code)?.name ?? "")"
        let booking = finding.booking.map { ", booking \($0)" } ?? ""
        let detail = finding.detail.map { ", \($0)" } ?? ""
        let appointment = finding.finding["recorded"] ?? finding.finding["live"]
        let start = appointment?["start"]?.string.flatMap { WallTime(canonical: $0) }.map { Words.time($0) }
        let with = appointment?["practitioner"]?.string.map { "with \(Words.quoted(Identifier($0)))" }
        let which = [start, with].compactMap(\.self).joined(separator: " ")
        let until = finding.acknowledgedUntil.map { " until \(clock.column($0).prefix(10))" } ?? ""
        let state = finding.state == .acknowledged ? "acknowledged\(until)" : finding.state.rawValue
        return
            "\(finding.id)  \(what), \(finding.source)\(booking)\(which.isEmpty ? "" : " (\(which))")\(detail): \(state), first seen \(clock.text(finding.first))"
    }

    /// The finding as it was printed, with its number and its life.
    static func json(_ finding: RememberedFinding) -> JSONValue {
        let members = (finding.finding.members ?? []).filter { $0.name != "state" }
        return .object(
            [.init("id", .integer(finding.id))] + members + [
                .init("state", .string(finding.state.rawValue)), .init("first", .string(finding.first.text)),
                .init("last", .string(finding.last.text)),
            ] + (finding.acknowledgedUntil.map { [.init("until", .string($0.text))] } ?? []))
    }
}
