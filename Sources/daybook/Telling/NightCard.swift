import Auditing
import Bookings
import Evidence

/// One finding that needs a person: what it is, since when, what to do, what to say, how sure it is.
struct NightCard {
    let item: NightSummary.Item
    /// True where there is no other source that it could be of.
    let isOnlySource: Bool
    /// What was booked in the same breath.
    let siblings: [NightSummary.Item]
    /// The client's name and telephone number, where they may be told.
    let client: Client?

    private var finding: Finding { item.finding }

    var html: HTML {
        let severity = finding.severity == .critical || finding.severity == .error ? "bad" : "look"
        return """
            <article class="card" data-mood="\(severity)">
            <p class="badges"><span class="badge">\(item.isNew ? "New" : "Still open")</span> \
            <span class="code">\(finding.code.rawValue) · \(finding.severity.rawValue)</span></p>
            <h3>\(ClientWords.title(finding.code))</h3>
            \(appointment)
            <dl class="steps">
            \(part("What was found", NightWords.line(finding.sentence, most: 2000)))
            \(part("Since when", NightWords.since(item)))
            \(evidence)
            <dt>What to do</dt><dd>\(remedy)</dd>
            \(saying)
            \(part("How sure it is", NightWords.certainty(item)))
            \(part("What it may be instead", finding.code.explanation.innocentCauses))
            </dl>
            </article>

            """
    }

    private var appointment: HTML {
        var parts: [HTML] = []
        if let start = item.start { parts.append("<strong>\(Words.time(start))</strong>") }
        if let practitioner = item.practitioner {
            parts.append("with \(HTML.isolated(NightWords.line(practitioner, most: 200)))")
        }
        if let booking = finding.booking {
            parts.append("booking \(HTML.isolated(NightWords.line(booking.text, most: 200)))")
        }
        if !isOnlySource { parts.append("source \(HTML.isolated(NightWords.line(item.source.text, most: 100)))") }
        let known = [client?.name, client?.phone].compactMap { text -> HTML? in
            text.map { "<span class=\"whole\">\(HTML.isolated(NightWords.line($0, most: 200)))</span>" }
        }
        let named: HTML = known.isEmpty ? "" : "<p class=\"client\">Client: \(NightCard.joined(known, by: ", "))</p>"
        return "<p class=\"which\">\(NightCard.joined(parts, by: " · "))</p>\n\(named)"
    }

    private var evidence: HTML {
        guard !siblings.isEmpty else { return "" }
        let sentences = siblings.prefix(5).map { sibling -> HTML in
            "<p>\(NightWords.line(sibling.finding.sentence))</p>"
        }
        return "<dt>What speaks for it</dt><dd>\(sentences)</dd>"
    }

    /// What to do, with a command in it set as one that can be copied.
    private var remedy: HTML {
        let text = NightWords.remedy(item)
        guard let start = text.firstRange(of: "(daybook "),
            let end = text[start.upperBound...].firstIndex(of: ")")
        else { return "\(text)" }
        let command = String(text[text.index(after: start.lowerBound)..<end])
        // What ends the sentence stays with it, and does not begin a line.
        let rest = text[text.index(after: end)...]
        let mark = rest.prefix { ".,;".contains($0) }
        return """
            \(String(text[..<start.lowerBound]))<span class="whole">(<code>\(command)</code>)\(String(mark))</span>\
            \(String(rest.dropFirst(mark.count)))
            """
    }

    private static func joined(_ parts: [HTML], by separator: String) -> HTML {
        let pieces = parts.enumerated().map { place, part -> HTML in place == 0 ? part : "\(separator)\(part)" }
        return "\(pieces)"
    }

    private var saying: HTML {
        switch ClientWords.saying(item) {
        case .say(let text): "<dt>What to say to the client</dt><dd><blockquote>“\(text)”</blockquote></dd>"
        case .wait(let why, let answer):
            "<dt>What to say to the client</dt><dd><p>\(why) If one asks:</p><blockquote>“\(answer)”</blockquote></dd>"
        case .nothing: ""
        }
    }

    private func part(_ title: StaticString, _ text: String?) -> HTML {
        text.map { "<dt>\(HTML(stringLiteral: title))</dt><dd>\($0)</dd>" } ?? ""
    }
}
