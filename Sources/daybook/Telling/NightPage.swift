import Auditing
import Bookings
import Console
import Evidence
import LedgerStore
import Schedules
import Transparency

/// A night's report for a manager: one file, without a script and without remote parts. What comes from a source is only
/// ever text in it.
struct NightPage {
    let summary: NightSummary
    /// Names clients; `nil` where none is to be named.
    let client: ((BookingKey) -> Client?)?

    /// How many findings have a card of their own; more are listed in one line each.
    static let most = 100

    var html: String { document.markup }

    private var words: NightWords { NightWords(summary: summary) }
    private var night: Night { summary.night }

    /// The two style sheets by their hashes, and nothing else.
    private static let policy =
        "default-src 'none'; style-src 'sha256-\(digest(PageStyle.text))' 'sha256-\(digest(NightPageStyle.text))'; "
        + "base-uri 'none'; form-action 'none'"

    private static func digest(_ text: String) -> String { Hash.sha256(Array(text.utf8)).base64 }

    private var document: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(raw: NightPage.policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <title>Night of \(summary.day): \(words.headline)</title>
        <style>\(raw: PageStyle.text)</style>
        <style>\(raw: NightPageStyle.text)</style>
        </head>
        <body>
        <main>
        \(heading)
        \(damage)
        \(sources)
        \(troubles)
        \(cards)
        \(resolved)
        \(besides)
        \(record)
        \(limits)
        </main>
        <footer><p>Made after the night’s check by Daybook. One file, without remote parts\(named).</p></footer>
        </body>
        </html>

        """
    }

    private var named: HTML {
        client == nil ? "; clients are not named in it" : "; it names clients: keep it as you keep their files"
    }

    private var mood: HTML {
        summary.isAllWell ? "well" : summary.missing.isEmpty && !summary.isRecordDamaged ? "look" : "bad"
    }

    private var heading: HTML {
        let missed: HTML = words.missed.map { "<p class=\"missed\">\($0)</p>" } ?? ""
        let sign = words.gravest
        return """
            <header>
            <p class="kind">Report of the night · \(NightWords.minute(night.ended, summary.clock))</p>
            <h1 class="headline" data-mood="\(mood)">\(sign.prefix(1).uppercased() + sign.dropFirst())</h1>
            <p class="summary">\(words.opening)</p>
            \(missed)
            </header>
            """
    }

    private var damage: HTML {
        guard summary.isRecordDamaged else { return "" }
        let defects = (night.verification?.defects ?? []).prefix(10).map { defect -> HTML in
            "<li>\(defect.code): \(NightWords.line(defect.sentence))</li>\n"
        }
        return """
            <section class="first bad" aria-labelledby="damage">
            <h2 id="damage">The record itself is damaged</h2>
            \(defects.isEmpty ? "" : "<ul>\n\(defects)</ul>" as HTML)
            <p><strong>What to do.</strong> \(summary.damageRemedy)</p>
            </section>
            """
    }

    // MARK: Sources

    private var sources: HTML {
        let rows = night.sources.map { source -> HTML in
            let name = HTML.isolated(NightWords.line(source.id.text, most: 100))
            switch source.outcome {
            case .notRead(let reason, _):
                return """
                    <tr><th scope="row">\(name)</th><td>\(state("not read", "bad"))</td>
                    <td class="wide" colspan="3">\(NightWords.line(reason))</td></tr>

                    """
            case .checked(let outcome):
                let own = summary.items.filter { $0.source == source.id && $0.needsPerson }
                let report = outcome.report
                let clock = own.first?.clock ?? LocalClock(zone: source.zone ?? report.coverage.zone, rules: .system)
                return """
                    <tr><th scope="row">\(name)</th><td>\(standing(outcome, own))</td>
                    <td class="number" data-label="compared">\(source.checked ?? 0)</td>
                    <td class="number" data-label="to look at">\(own.count)</td>
                    <td class="taken" data-label="as of">\(clock.text(report.coverage.takenAt))</td></tr>

                    """
            }
        }
        guard !rows.isEmpty else { return "" }
        return """
            <section aria-labelledby="sources">
            <h2 id="sources">What was looked at</h2>
            <table class="sources">
            <thead><tr><th scope="col">Source</th><th scope="col">Result</th><th scope="col" class="number">Compared</th>
            <th scope="col" class="number">To look at</th><th scope="col">Schedule as of</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            \(unread)
            </section>
            """
    }

    private var unread: HTML {
        guard !summary.notRead.isEmpty else { return "" }
        return """
            <p><strong>What to do.</strong> Nothing is known of what was not read. See that its export is made and lies where \
            it should, then run the check again; daybook doctor says more.</p>
            """
    }

    private var troubles: HTML {
        guard !summary.troubles.isEmpty else { return "" }
        let items = summary.troubles.prefix(50).map { trouble -> HTML in "<li>\(NightWords.line(trouble))</li>\n" }
        return """
            <section aria-labelledby="troubles">
            <h2 id="troubles">What could not be done</h2>
            <ul>
            \(items)</ul>
            </section>
            """
    }

    private func standing(_ outcome: Check.Outcome, _ own: [NightSummary.Item]) -> HTML {
        let missing = own.filter { $0.isMissing && $0.finding.confidence != .unproven }.count
        if missing > 0 { return state("\(missing) missing", "bad") }
        if outcome.status == .integrity { return state("damaged record", "bad") }
        if outcome.status == .inconclusive { return state("inconclusive", "look") }
        return own.isEmpty ? state("checked", "well") : state("to look at", "look")
    }

    private func state(_ text: String, _ mood: StaticString) -> HTML {
        "<span class=\"state\" data-mood=\"\(HTML(stringLiteral: mood))\">\(text)</span>"
    }

    // MARK: Findings

    private var cards: HTML {
        let needing = summary.new + summary.open
        guard !needing.isEmpty else { return "" }
        let shown = needing.prefix(NightPage.most).map { item -> HTML in
            NightCard(
                item: item, isOnlySource: summary.total == 1, siblings: siblings(of: item),
                client: item.key.flatMap { client?($0) }
            ).html
        }
        let rest = needing.dropFirst(NightPage.most).map { NightPage.row($0) }
        let more: HTML =
            rest.isEmpty ? "" : "<h3>And \(rest.count) more</h3>\n<ul class=\"rows\">\n\(rest)</ul>"
        return """
            <section aria-labelledby="needing">
            <h2 id="needing">What needs a person <span class="count">\(needing.count)</span></h2>
            \(shown)
            \(more)
            </section>
            """
    }

    /// What else was booked in the same breath as a missing booking.
    private func siblings(of item: NightSummary.Item) -> [NightSummary.Item] {
        guard item.isMissing, item.finding.booking != nil else { return [] }
        return summary.items.filter {
            $0.source == item.source && $0.finding.beside == item.finding.booking
        }
    }

    static func row(_ item: NightSummary.Item) -> HTML {
        "<li><span class=\"code\">\(item.finding.code.rawValue)</span> \(NightWords.line(item.finding.sentence))</li>\n"
    }

    private var resolved: HTML {
        guard !summary.resolved.isEmpty else { return "" }
        let rows = summary.resolved.prefix(500).map { one -> HTML in
            let title = FindingCode(rawValue: one.code).map(ClientWords.title) ?? one.code
            let booking: HTML =
                one.booking.map { ", booking \(HTML.isolated(NightWords.line($0.text, most: 200)))" } ?? ""
            return "<li><span class=\"code\">\(one.code)</span> \(title)\(booking)</li>\n"
        }
        return """
            <section aria-labelledby="resolved">
            <h2 id="resolved">No longer found <span class="count">\(summary.resolved.count)</span></h2>
            <p class="hint">The check before found these, and this one does not.</p>
            <ul class="rows">
            \(rows)</ul>
            </section>
            """
    }

    private var besides: HTML {
        let groups = [folded("Acknowledged", summary.acknowledged)] + notes
        let shown = groups.filter { !$0.markup.isEmpty }
        guard !shown.isEmpty else { return "" }
        return """
            <section aria-labelledby="besides">
            <h2 id="besides">Besides</h2>
            <p class="hint">Good to know, or known already: nothing here is urgent.</p>
            \(shown)
            </section>
            """
    }

    /// Warnings and notes, a fold for each kind.
    private var notes: [HTML] {
        let byCode = Dictionary(grouping: summary.noted) { $0.finding.code }
        return byCode.sorted {
            ($1.key.severity, $0.key.rawValue) < ($0.key.severity, $1.key.rawValue)
        }.map { code, items in folded("\(ClientWords.title(code)) – \(code.rawValue)", items, code) }
    }

    private func folded(_ title: String, _ items: [NightSummary.Item], _ code: FindingCode? = nil) -> HTML {
        guard !items.isEmpty else { return "" }
        let rows = items.prefix(200).map { NightPage.row($0) }
        let more: HTML = items.count > 200 ? "<p class=\"hint\">… and \(items.count - 200) more.</p>" : ""
        let remedy: HTML =
            code.map { "<p class=\"hint\">\($0.explanation.definition) \($0.explanation.remedy)</p>" } ?? ""
        return """
            <details class="fold">
            <summary>\(title) <span class="count">\(items.count)</span></summary>
            \(remedy)
            <ul class="rows">
            \(rows)</ul>
            \(more)
            </details>

            """
    }

    // MARK: The record

    private var record: HTML {
        let assurance = night.verification?.assurance ?? []
        let holds = assurance.map { word -> HTML in
            "<dt>\(word.rawValue)</dt><dd>\(AssuranceText.meaning(word))</dd>\n"
        }
        let list: HTML =
            holds.isEmpty ? "<p>Nothing can be said for the record tonight.</p>" : "<dl class=\"facts\">\n\(holds)</dl>"
        let checkpoint: HTML =
            night.checkpoint.map {
                """
                <dl class="facts"><dt>Ledger</dt><dd><code>\($0.origin)</code></dd><dt>Entries</dt><dd>\($0.size)</dd>
                <dt>Root</dt><dd><code>\($0.root.base64)</code></dd></dl>
                """
            } ?? "<p>No checkpoint was signed.</p>"
        let anchors = night.anchors.map { anchor -> HTML in
            """
            <li>\(state(anchor.isDone ? "kept" : "not kept", anchor.isDone ? "well" : "bad")) \
            \(HTML.isolated(NightWords.line(anchor.anchor, most: 200))): \(NightWords.line(anchor.sentence))</li>

            """
        }
        let kept: HTML = anchors.isEmpty ? "" : "<h3>Kept outside</h3>\n<ul class=\"rows\">\n\(anchors)</ul>"
        return """
            <section aria-labelledby="record">
            <h2 id="record">How far the record can be trusted</h2>
            \(list)
            <h3>Checkpoint</h3>
            <p class="hint">Keep these lines: with them it can be shown later whether anything before was changed.</p>
            \(checkpoint)
            \(kept)
            </section>
            """
    }

    private var limits: HTML {
        let items = NightLimits(summary: summary).sentences.map { sentence -> HTML in "<li>\(sentence)</li>\n" }
        return """
            <section aria-labelledby="limits">
            <h2 id="limits">What this report cannot say</h2>
            <ul>
            \(items)</ul>
            </section>
            """
    }
}
