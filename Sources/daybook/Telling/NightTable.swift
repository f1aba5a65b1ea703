import Auditing
import Bookings

/// A night's findings as a table (RFC 4180), a row each, for a spreadsheet.
struct NightTable {
    let summary: NightSummary
    /// Names clients; `nil` where none is to be named.
    let client: ((BookingKey) -> Client?)?

    var text: String {
        var names = [
            "night", "source", "code", "title", "severity", "confidence", "state", "booking", "start", "practitioner",
            "last seen", "first missed", "sentence", "what to do",
        ]
        if client != nil { names += ["client", "telephone"] }
        let rows = summary.items.map(row)
        return ([names] + rows).map { $0.map(NightTable.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private func row(_ item: NightSummary.Item) -> [String] {
        let finding = item.finding
        var row = [
            summary.day, item.source.text, finding.code.rawValue, ClientWords.title(finding.code),
            finding.severity.rawValue, finding.confidence.rawValue, (finding.life ?? .new).rawValue,
            finding.booking?.text ?? "", item.start?.text ?? "", item.practitioner ?? "",
            finding.loss?.present?.text ?? "", finding.loss?.absent.text ?? "", finding.sentence,
            NightWords.remedy(item),
        ]
        if let client {
            let known = item.key.flatMap(client)
            row += [known?.name ?? "", known?.phone ?? ""]
        }
        return row
    }

    /// One cell. What a spreadsheet would take for a formula gets a mark before it, so that it stays a text: the text is
    /// somebody else's.
    static func cell(_ text: String) -> String {
        let starts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]
        let safe = text.unicodeScalars.first.map { starts.contains($0) } ?? false ? "'" + text : text
        let needsQuotes = safe.utf8.contains { $0 == 0x2c || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }
        return needsQuotes ? "\"\(safe.spelling(["\"": "\"\""]))\"" : safe
    }
}
