import Auditing
import Bookings

/// The sentences in which a night is told.
///
/// Rules: the first sentence alone says whether somebody has to get up. Count what was looked at, so that "nothing found"
/// can be told from "nothing looked at". No value of a client; no word of ours for what the practice calls otherwise.
struct NightWords {
    let summary: NightSummary

    private func appointments(_ count: Int) -> String { Words.count(count, "appointment") }

    /// What stands in a mail's subject behind `Daybook: `.
    var headline: String { parts.isEmpty ? allWell : parts.joined(separator: ", ") }

    /// The gravest of it alone, for the top of a page that says the rest below.
    var gravest: String { parts.first ?? allWell }

    /// What is not as it should be, the gravest first.
    private var parts: [String] {
        if summary.isRecordDamaged { return ["the record itself is damaged – nothing in it can be relied on"] }
        if summary.checked.isEmpty { return ["last night could not be checked"] }
        var parts: [String] = []
        if let missing { parts.append(missing) }
        if let doubt { parts.append(doubt) }
        let other = summary.needing.filter { !$0.isMissing && !$0.isAboutExport }
        if !other.isEmpty {
            let more = parts.isEmpty ? "" : "other "
            let need = other.count == 1 ? "needs" : "need"
            let still = other.contains(where: \.isNew) ? "" : "still "
            parts.append("\(Words.count(other.count, "\(more)finding")) \(still)\(need) a person")
        }
        if let notRead { parts.append(notRead) }
        if !summary.troubles.isEmpty { parts.append("not all of the night's work could be done") }
        if parts.isEmpty, summary.night.status != 0 { parts.append("the night did not end as it should") }
        return parts
    }

    private var missing: String? {
        let (sure, perhaps) = (summary.missing, summary.perhapsMissing)
        if !sure.isEmpty {
            let still = sure.contains(where: \.isNew) ? "" : "still "
            let more = perhaps.isEmpty ? "" : ", \(perhaps.count) more may be"
            return
                "\(appointments(sure.count)) \(sure.count == 1 ? "is" : "are") \(still)missing from the schedule\(more)"
        }
        return perhaps.isEmpty ? nil : "\(appointments(perhaps.count)) may be missing from the schedule"
    }

    /// Schedules that cannot be relied on, and how much that leaves open.
    private var doubt: String? {
        let sources = Set(summary.needing.filter(\.isAboutExport).map(\.source)).count
        guard sources > 0 else { return nil }
        let schedules =
            sources == 1 && summary.total == 1
            ? "the schedule is" : sources == 1 ? "1 schedule is" : "\(sources) schedules are"
        let open = summary.unjudged
        return "\(schedules) in doubt" + (open == 0 ? "" : ", and \(appointments(open)) could not be judged")
    }

    private var notRead: String? {
        let count = summary.notRead.count
        guard count > 0 else { return nil }
        return "\(count) of \(Words.count(summary.total, "source")) \(count == 1 ? "was" : "were") not read"
    }

    private var allWell: String {
        let isAgreed = summary.night.isAgreed
        let also = isAgreed ? "agree" : "compared, nothing new"
        let said = "\(appointments(summary.compared)) \(isAgreed && summary.compared == 1 ? "agrees" : also)"
        return isAgreed ? "all well – \(said)" : said
    }

    var subject: String { "Daybook: \(headline)" }

    /// One sentence, or two: how much was looked at, and what came of it.
    var opening: String {
        let compared = summary.compared
        let was = compared == 1 ? "was" : "were"
        if summary.total == 0 { return "No source is configured: nothing was read, and nothing was compared." }
        if summary.checked.isEmpty { return "Last night nothing could be compared: \(sources)." }
        if summary.isAllWell {
            let known = summary.acknowledged.count
            if known > 0 {
                return "Nothing new: \(appointments(compared)) \(was) compared, "
                    + "\(Words.count(known, "difference is known and acknowledged", "differences are known and acknowledged")); "
                    + "\(sources)."
            }
            guard summary.night.isAgreed else {
                return "\(appointments(compared)) \(was) compared, and nothing needs a person; "
                    + "\(Words.count(summary.noted.count { $0.finding.severity == .warning }, "warning")); \(sources)."
            }
            return "\(all(compared)); \(sources)."
        }
        let start = "Last night \(appointments(compared)) \(was) compared"
        var found: [String] = []
        let (sure, perhaps) = (summary.missing.count, summary.perhapsMissing.count)
        if sure > 0 { found.append("\(sure) \(sure == 1 ? "is" : "are") missing from the schedule") }
        if perhaps > 0 { found.append("\(perhaps) may be missing, and that is not proven") }
        if let doubt { found.append(doubt) }
        let other = summary.needing.count { !$0.isMissing && !$0.isAboutExport }
        if other > 0 {
            let more = found.isEmpty ? "" : " more"
            found.append("\(other)\(more) \(other == 1 ? "finding needs" : "findings need") a person")
        }
        if found.isEmpty { found.append("nothing in them needs a person") }
        let read = "\(sources.prefix(1).uppercased())\(sources.dropFirst())."
        let damage = summary.isRecordDamaged ? " The record itself is damaged; see below before anything else." : ""
        return "\(start): \(found.joined(separator: ", ")). \(read)\(damage)"
    }

    private func all(_ count: Int) -> String {
        switch count {
        case 0: "No appointment was due to be compared"
        case 1: "The one appointment agrees"
        default: "All \(count) appointments agree"
        }
    }

    /// `40 of 40 sources read`.
    var sources: String {
        "\(summary.checked.count) of \(Words.count(summary.total, "source")) read"
    }

    /// Nights in which nothing was checked; `nil` where there were none.
    var missed: String? {
        guard let missed = summary.night.missed else { return nil }
        let nights = Words.count(missed.nights, "night")
        return "Before this, no check ran for \(nights), from \(summary.clock.text(missed.from)) until "
            + "\(summary.clock.text(missed.to)). What happened then was compared only now."
    }

    /// Since when a booking is missing, as far as readings tell; `nil` for a finding that has no such window.
    static func since(_ item: NightSummary.Item) -> String? {
        guard let loss = item.finding.loss else { return nil }
        guard let present = loss.present else {
            return "Not in the schedule on \(item.clock.text(loss.absent)); no earlier reading showed it."
        }
        return "Last seen in the schedule on \(item.clock.text(present)); gone on \(item.clock.text(loss.absent))."
    }

    /// What to do about a finding; a command in it names the booking and the source, where these can be typed as they are.
    static func remedy(_ item: NightSummary.Item) -> String {
        remedy(
            item.finding.code, booking: item.finding.booking, successor: item.finding.successor, source: item.source)
    }

    static func remedy(
        _ code: FindingCode, booking: Identifier?, successor: Identifier?, source: Identifier
    ) -> String {
        var remedy = code.explanation.remedy
        if let booking = booking?.text, isPlain(booking) {
            for command in ["--booking ID", "attest ID"] {
                remedy = remedy.replacing(command, with: command.dropLast(2) + booking)
            }
        }
        if let successor = successor?.text, isPlain(successor) {
            remedy = remedy.replacing("NEW-ID", with: successor)
        }
        if isPlain(source.text) {
            remedy = remedy.replacing("reconcile SOURCE", with: "reconcile \(source.text)")
        }
        return remedy
    }

    /// True for what means nothing else to a shell, or to a program that takes options.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-")
            && text.utf8.allSatisfy {
                ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || (0x2d...0x39).contains($0) && $0 != 0x2f || $0 == 0x5f
            }
    }

    /// A moment to the minute.
    static func minute(_ moment: Timestamp, _ clock: LocalClock) -> String {
        clock.text(Timestamp(seconds: moment.seconds - ((moment.seconds % 60) + 60) % 60))
    }

    /// How sure a finding is.
    static func certainty(_ item: NightSummary.Item) -> String {
        if item.isAboutExport {
            return "Certain of the export, which is read as it is; it proves nothing of single appointments."
        }
        if item.isUnsettled {
            return "Found by a night before; this one could not settle it."
        }
        return switch item.finding.confidence {
        case .proven: "Proven: the record and a complete reading say so."
        case .likely: "Likely: the best explanation of what was seen."
        case .unproven: "Not proven: nothing speaks against an innocent cause."
        }
    }

    /// A text of somebody else's in one line: what is invisible is shown, what is long is cut.
    static func line(_ text: String, most: Int = 600) -> String {
        let scalars = text.unicodeScalars.prefix(most).flatMap { scalar -> [Unicode.Scalar] in
            let isHidden =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .lineSeparator
                || scalar.properties.generalCategory == .paragraphSeparator
            return isHidden ? Array("\\u{\(String(scalar.value, radix: 16))}".unicodeScalars) : [scalar]
        }
        let isCut = text.unicodeScalars.dropFirst(most).first != nil
        return String(String.UnicodeScalarView(scalars)) + (isCut ? "…" : "")
    }
}
