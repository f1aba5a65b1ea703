import Transparency

extension EvidencePage {
    /// What may run and be loaded: the one script and the one style, by their hashes, and nothing else.
    static let policy =
        "default-src 'none'; script-src 'sha256-\(Hash.sha256(Array(PageScript.whole.utf8)).base64)'; "
        + "style-src 'sha256-\(Hash.sha256(Array(PageStyle.text.utf8)).base64)'; base-uri 'none'; form-action 'none'"

    var document: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(raw: EvidencePage.policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <title>Evidence about booking \(booking)</title>
        <style>\(raw: PageStyle.text)</style>
        </head>
        <body>
        <main>
        \(heading)
        \(history)
        \(personal)
        \(standing)
        \(check)
        \(instructions)
        \(glossary)
        \(certification)
        </main>
        <footer><p>Made \(made) by \(program). One file, without remote parts.</p></footer>
        <script type="application/json" id="evidence">\(raw: embedded)</script>
        <script>\(raw: PageScript.whole)</script>
        </body>
        </html>

        """
    }

    /// The evidence as it stands inside a script element, where no `<` may be: the page's script undoes it.
    var embedded: String {
        var out: [UInt8] = []
        out.reserveCapacity(evidence.count + 64)
        for byte in evidence {
            if byte == UInt8(ascii: "<") { out.append(contentsOf: "\\u003c".utf8) } else { out.append(byte) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private var heading: HTML {
        """
        <header>
        <p class="kind">Evidence about a booking</p>
        <h1>Booking \(shows("booking id", booking))</h1>
        <p>Source \(shows("source", source)), in the ledger \(shows("ledger", checkpoint.origin))</p>
        <p class="hint">The ledger was given that name by whoever opened it: whose practice it is, is not part of the proof. \
        Nor is who made this file, or for whom. Names such as <code>\(source)</code>, of systems, people and places, \
        are the practice’s own, as they stand in its record.</p>
        </header>
        <section class="first" aria-labelledby="first">
        <h2 id="first">Before you rely on this page</h2>
        <p>This page checks the file against the key inside it. Compare this key fingerprint with one that you got \
        elsewhere, as <a href="#do">What to do with it</a> says:</p>
        <p class="fingerprint">\(fingerprint)</p>
        <div class="status" role="status">
        <p id="verdict">The check did not run: it needs JavaScript, in a browser of our \
        days. Everything else on this page can be read without it; the file can be checked with the command <a href="#do">below</a>.</p>
        <p id="caution" class="caution"></p>
        </div>
        </section>
        """
    }

    private var history: HTML {
        let steps = timeline.map { step -> HTML in
            let entry: HTML = step.entry.map { ", entry \($0)" } ?? ""
            return """
                <li><p class="when">\(step.when)</p>
                <div><p>\(step.sentence)</p><p class="source">\(step.knowledge.rawValue)\(entry)</p></div></li>

                """
        }
        let warning: HTML = caution.map { "<p class=\"summary caution\">\($0)</p>" } ?? ""
        let clocks: HTML = zone.map { "on the clocks of \(HTML.isolated($0))" } ?? "in UTC"
        let list: HTML =
            steps.isEmpty ? "<p>Nothing is recorded about this booking.</p>" : "<ol class=\"timeline\">\n\(steps)</ol>"
        return """
            <section aria-labelledby="sentence">
            <h2 id="sentence">What the record shows</h2>
            <p class="summary">\(summary)</p>
            \(warning)
            </section>
            <section aria-labelledby="timeline">
            <h2 id="timeline">Timeline</h2>
            <p class="hint" id="clocks" data-zone="\(zone ?? "UTC")">Times are \(clocks). <em>Recorded</em>: the booking system reported it, or a named person \
            attested it. <em>Observed</em>: a reading of the schedule showed it, or did not.</p>
            \(list)
            </section>
            """
    }

    private var personal: HTML {
        let rows = disclosed.map { one -> HTML in
            """
            <tr data-entry="\(one.entry)" data-field="\(one.field)"><th scope="row">\(FieldWords.name(one.field))</th>\
            <td>\(HTML.isolated(one.value))</td><td class="number">\(one.entry)</td></tr>

            """
        }
        let each: HTML = rows.count == 1 ? "The value is" : "Each value is"
        let table: HTML =
            rows.isEmpty
            ? "<p>No personal value is disclosed.</p>"
            : """
            <table id="disclosed">
            <caption>\(each) bound to its entry by a digest that the ledger has \
            held since the entry was recorded.</caption>
            <thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col" class="number">Entry</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            """
        let gone = erased.map { one -> HTML in
            "<li>\(FieldWords.name(one.field)) of entry \(one.entry): erased, as entry \(one.by) says</li>\n"
        }
        let kept = withheld.map { one -> HTML in
            "<li>\(FieldWords.name(one.field)) of entry \(one.entry)</li>\n"
        }
        return """
            <section aria-labelledby="personal">
            <h2 id="personal">Personal values</h2>
            \(table)
            \(titled("Erased", gone))
            \(titled("Recorded, and not disclosed here", kept))
            </section>
            """
    }

    private func titled(_ title: String, _ items: [HTML]) -> HTML {
        items.isEmpty ? "" : "<h3>\(title)</h3>\n<ul>\n\(items)</ul>"
    }

    private var standing: HTML {
        func items(_ sentences: [String]) -> [HTML] { sentences.map { "<li>\($0)</li>\n" } }
        let words = assurance.map { one -> HTML in "<dt>\(one.word)</dt><dd>\(one.sentence)</dd>\n" }
        let list: HTML =
            words.isEmpty ? "" : "<h3>What held when this page was made</h3>\n<dl class=\"words\">\n\(words)</dl>"
        return """
            <section aria-labelledby="standing">
            <h2 id="standing">What can be said, and what cannot</h2>
            \(titled("Proven, by signatures and hashes", items(proven)))
            \(titled("Claimed by the practice, and signed: it cannot be taken back, and it is not proof", items(declared)))
            \(titled("What the record cannot say", items(cannotSay)))
            \(list)
            </section>
            """
    }

    /// A value that the script holds against the file.
    func shows(_ name: String, _ value: String) -> HTML { shows(name, "\(value)" as HTML) }

    /// The same, where the value has places to break.
    func shows(_ name: String, _ value: HTML) -> HTML { "<bdi data-shows=\"\(name)\">\(value)</bdi>" }

    /// The fingerprint in rows of four groups, so that it is read aloud row by row; its text is as it was.
    var fingerprint: HTML {
        let groups = verifier.fingerprint.split(separator: " ").map(String.init)
        let rows = stride(from: 0, to: groups.count, by: 4).map { start -> HTML in
            let row = groups[start..<min(start + 4, groups.count)].joined(separator: " ")
            let gap: HTML = start == 0 ? "" : " "
            return "\(gap)<span class=\"row\">\(row)</span>"
        }
        return shows("fingerprint", "\(rows)" as HTML)
    }
}

/// What sealed fields are called among people.
enum FieldWords {
    private static let words = [
        "client.id": "Client’s id", "client.name": "Client’s name", "client.phone": "Client’s telephone",
        "client.email": "Client’s e-mail", "client.born": "Client’s date of birth",
        "actor.client": "Id of the client who did it", "note": "Note", "reason.text": "Reason, in words",
        "other": "Whatever else the source sent",
    ]

    static func name(_ field: String) -> HTML {
        guard let words = words[field] else { return "<code>\(field)</code>" }
        return "\(words) <code>\(field)</code>"
    }
}
