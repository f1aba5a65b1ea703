import Auditing
import Bookings
import LedgerStore
import Schedules
import Transparency

/// The text of a mail: what is new first, then what stays open, what is no more, what was not read, and where the
/// report is.
struct AlertText {
    let summary: NightSummary
    let words: NightWords
    let when: Configuration.Alert.When
    let report: String?
    let clients: [BookingKey: Client]

    /// How many findings are told in full; more are counted.
    static let most = 20

    var text: String {
        var blocks = [opening]
        if let missed = words.missed { blocks.append(fold(missed)) }
        let recorded = summary.night.recorded
        if !recorded.isEmpty {
            let more = recorded.count > AlertText.most ? ["… and from \(recorded.count - AlertText.most) more."] : []
            blocks.append(
                (recorded.prefix(AlertText.most).map { NightWords.line($0) } + more).map { fold($0) }.joined(
                    separator: "\n"))
        }
        if summary.isRecordDamaged { blocks.append(damage) }
        blocks += section("New", summary.new, full)
        blocks += section("Still open", summary.open, short)
        blocks += section("New warnings", summary.warnings, short)
        blocks += notRead + outside + resolved
        if let rest { blocks.append(rest) }
        blocks.append(ending)
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var opening: String {
        let night = summary.night
        return fold(words.opening) + "\n\n"
            + fold(
                "Checked on \(NightWords.minute(night.ended, summary.clock)); ledger \(NightWords.line(night.origin)).")
    }

    private var damage: String {
        let defects = summary.night.verification?.defects.prefix(5).map { "\($0.code): \($0.sentence)" } ?? []
        let remedy = summary.damageRemedy
        return titled("The record is damaged", (defects + ["What to do: \(remedy)"]).map { fold(NightWords.line($0)) })
    }

    private func section(
        _ title: String, _ items: [NightSummary.Item], _ told: (NightSummary.Item) -> String
    ) -> [String] {
        guard !items.isEmpty else { return [] }
        var parts = items.prefix(AlertText.most).map(told)
        if items.count > AlertText.most {
            parts.append("… and \(items.count - AlertText.most) more; they are in the report.")
        }
        return [titled("\(title) (\(items.count))", parts)]
    }

    private func full(_ item: NightSummary.Item) -> String {
        let finding = item.finding
        var lines = [
            "* \(ClientWords.title(finding.code)) – \(finding.code.rawValue), source \(NightWords.line(item.source.text))"
        ]
        lines.append(fold(NightWords.line(finding.sentence), indent: 2))
        if let client = item.key.flatMap({ clients[$0]?.text }) {
            lines.append(fold("Client: \(NightWords.line(client, most: 200))", indent: 2))
        }
        lines.append(fold(NightWords.certainty(item), indent: 2))
        lines.append(fold("What to do: \(NightWords.remedy(item))", indent: 2))
        switch ClientWords.saying(item) {
        case .say(let text): lines.append(fold("What to say to the client: “\(text)”", indent: 2))
        case .wait(let why, let answer): lines.append(fold("To clients: \(why) If one asks: “\(answer)”", indent: 2))
        case .nothing: break
        }
        return lines.joined(separator: "\n")
    }

    private func short(_ item: NightSummary.Item) -> String {
        let which = item.finding.booking.map { " \(NightWords.line($0.text, most: 100))" } ?? ""
        let start = item.start.map { ", \(Words.time($0))" } ?? ""
        let with = item.practitioner.map { " with \(NightWords.line($0, most: 100))" } ?? ""
        let client = item.key.flatMap { clients[$0]?.text }.map { "; \(NightWords.line($0, most: 200))" } ?? ""
        let open = item.isUnsettled ? "; not settled by this night" : ""
        return fold(
            "* \(ClientWords.title(item.finding.code)) – \(item.finding.code.rawValue)\(which)\(start)\(with)\(client)\(open)",
            indent: 2, first: 0)
    }

    private var notRead: [String] {
        let sources = summary.notRead
        guard !sources.isEmpty else { return [] }
        let lines = sources.map {
            fold("* \(NightWords.line($0.source.text, most: 100)): \(NightWords.line($0.reason))", indent: 2, first: 0)
        }
        return [
            titled(
                "Not read (\(sources.count))",
                lines + [
                    fold(
                        "Nothing is known of these for last night: see that their export is made, and run the check again."
                    )
                ])
        ]
    }

    private var outside: [String] {
        let troubles = summary.troubles
        guard !troubles.isEmpty else { return [] }
        return [titled("Not done", troubles.map { fold("* \(NightWords.line($0))", indent: 2, first: 0) })]
    }

    private var resolved: [String] {
        let gone = summary.resolved
        guard !gone.isEmpty else { return [] }
        let shown = gone.prefix(50).map { one in
            let title = FindingCode(rawValue: one.code).map(ClientWords.title) ?? one.code
            return fold(
                "* \(title) – \(one.code)\(one.booking.map { " \(NightWords.line($0.text, most: 100))" } ?? "")",
                indent: 2, first: 0)
        }
        return [
            titled(
                "No longer found (\(gone.count))", shown + (gone.count > 50 ? ["… and \(gone.count - 50) more."] : []))
        ]
    }

    private var rest: String? {
        var parts: [String] = []
        if !summary.acknowledged.isEmpty { parts.append("\(summary.acknowledged.count) acknowledged") }
        let rest = summary.noted.count - summary.warnings.count
        if rest > 0 { parts.append(Words.count(rest, "warning or note", "warnings and notes")) }
        return parts.isEmpty ? nil : fold("Besides: \(parts.joined(separator: ", ")).")
    }

    private var ending: String {
        var lines: [String] = []
        if let report { lines.append("The whole report: \(NightWords.line(report))") }
        if let checkpoint = summary.night.checkpoint {
            lines.append(fold("Checkpoint: \(checkpoint.size) entries, root \(checkpoint.root.base64)"))
        }
        if clients.isEmpty {
            lines.append(fold("Clients are not named in this mail; the booking's number finds them."))
        }
        lines.append("-- ")
        switch when {
        case .always:
            lines.append("Daybook writes after every night, also when all is well.\nIf no mail comes, look why.")
        case .findings: lines.append("Daybook writes here only while something needs a person.")
        case .new: lines.append("Daybook writes here only when there is something new.")
        }
        return lines.joined(separator: "\n")
    }

    private func titled(_ title: String, _ parts: [String]) -> String {
        "\(title)\n\(String(repeating: "-", count: title.count))\n\n" + parts.joined(separator: "\n\n")
    }

    /// Words folded at 74 columns.
    private func fold(_ text: String, indent: Int = 0, first: Int? = nil) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: first ?? indent)
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + word.count + 1 > 74 {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
