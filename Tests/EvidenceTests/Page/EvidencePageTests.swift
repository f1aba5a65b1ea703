import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

@testable import Evidence

@Suite struct EvidencePageTests {
    @Test func `no text becomes markup`() {
        #expect(HTML.escaped("<a href=\"x\" b='y'>&amp;") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;")
        let text = "</script><!--"
        let html: HTML = "<p title=\"\(text)\">\(text)\(HTML.isolated(text))</p>"
        let safe = "&lt;/script&gt;&lt;!--"
        #expect(html.markup == "<p title=\"\(safe)\">\(safe)<bdi>\(safe)</bdi></p>")
    }

    @Test func `what cannot be seen is spelled out`() {
        #expect(
            HTML.escaped("a\u{202e}b\u{0}c\u{1f}d\u{7f}e\u{85}f") == "a[U+202E]b[U+0000]c[U+001F]d[U+007F]e[U+0085]f")
        #expect(
            HTML.escaped("\u{2066}\u{2069}\u{200b}\u{feff}\u{e0041}") == "[U+2066][U+2069][U+200B][U+FEFF][U+E0041]")
        let plain = "Zoë O’Brien 山田 שרה 👩‍👩‍👧 a\u{301}"
        #expect(Array(HTML.escaped(plain).utf8) == Array(plain.utf8))
    }

    /// The text between the only tags of this kind.
    private func content(_ html: String, from start: String, to end: String) throws -> String {
        let parts = html.components(separatedBy: start)
        try #require(parts.count == 2, "\(start) stands \(parts.count - 1) times")
        return try #require(parts[1].components(separatedBy: end).first)
    }

    @Test
    func `the policy names the hashes of the script and the style that stand in the page, and allows nothing else`()
        throws
    {
        let html = try PageExamples.dropped().html
        let script = try content(html, from: "<script>", to: "</script>")
        let style = try content(html, from: "<style>", to: "</style>")
        let policy = try content(html, from: "<meta http-equiv=\"Content-Security-Policy\" content=\"", to: "\"")
        #expect(
            policy == "default-src 'none'; script-src 'sha256-\(Hash.sha256(Array(script.utf8)).base64)'; style-src "
                + "'sha256-\(Hash.sha256(Array(style.utf8)).base64)'; base-uri 'none'; form-action 'none'")
        // The policy counts only for what stands after it.
        let before = try #require(html.components(separatedBy: "Content-Security-Policy").first)
        #expect(!before.contains("<script") && !before.contains("<style"))
        // A comment in the script would end it for a browser that reads it as markup.
        #expect(!script.contains("<!--") && !script.lowercased().contains("<script"))
        #expect(!script.contains("\r") && !style.contains("\r") && !style.contains("<"))
    }

    @Test func `nothing is loaded from anywhere`() throws {
        let html = try PageExamples.dropped().html
        for sign in [
            " src=", ": url(", "@import", "http://", "https://", "<link", "<iframe", "<img", "innerHTML", "eval(",
        ] {
            #expect(!html.contains(sign), "\(sign)")
        }
        #expect(!html.contains("style="), "a style beside the one that the policy allows would be without effect")
    }

    @Test(arguments: ["</script>", "<!--<script>", "a\\u003cb", "a\\\\u003cb", "<", "\\\"<"])
    func `the file inside has no sign of markup, and is the file again when read as JSON`(_ value: String) throws {
        var page = try PageExamples.dropped()
        page.evidence = JSONValue.object(["a": .string(value), value: .integer(1)]).bytes
        #expect(!page.embedded.contains("<"))
        #expect(try JSONValue(parsing: Array(page.embedded.utf8)) == JSONValue(canonical: page.evidence))
    }

    @Test func `the command names file and key, in quotes where a shell would read more into them`() throws {
        var page = try PageExamples.dropped()
        #expect(page.command == "daybook-verify evidence.json --trust '\(page.verifier.text)'")
        // Places to break are for the eye: what is copied, and what the script reads, has none.
        for command in [page.command, page.python] {
            let shown = page.html.components(separatedBy: "<pre").map {
                $0.replacing(#/<[^<>]*>/#, with: "").replacing("&#39;", with: "'")
            }
            #expect(shown.contains { $0.contains(command) }, "\(command)")
        }
        page.file = "it's $(here).json"
        #expect(page.command.hasPrefix("daybook-verify 'it'\\''s $(here).json' --trust '"))
    }

    @Test func `the page says what it is and what it is not`() throws {
        let html = try PageExamples.dropped().html
        #expect(
            html.contains("This page checks the file against the key inside it. Compare this key fingerprint with one"))
        #expect(html.contains(try PageExamples.dropped().verifier.fingerprint))
        #expect(html.contains("Claimed by the practice, and signed: it cannot be taken back, and it is not proof"))
        #expect(!html.contains("class=\"summary caution\""))
        var late = try PageExamples.dropped()
        late.caution = "Caution: late"
        #expect(late.html.contains("<p class=\"summary caution\">Caution: late</p>"))
        #expect(!html.lowercased().contains("verified"))
        #expect(html.contains("It is not legal advice"))
        #expect(html.contains("The check did not run"))
    }

    @Test func `a page about nothing is whole`() throws {
        var page = try PageExamples.dropped()
        (page.timeline, page.disclosed, page.withheld) = ([], [], [])
        page.zone = nil
        #expect(page.html.contains("Nothing is recorded about this booking."))
        #expect(page.html.contains("No personal value is disclosed."))
        #expect(page.html.contains("Times are in UTC."))
        #expect(!page.html.contains("<ul>\n</ul>"))
    }

    /// The relative luminance of a colour `#rrggbb` (WCAG 2.2).
    private func luminance(_ colour: String) throws -> Double {
        let channels = try #require(bytes(hex: String(colour.dropFirst()))).map { byte -> Double in
            let part = Double(byte) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        try #require(channels.count == 3)
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    @Test func `every text stands out from its ground, in light, in dark and in print`() throws {
        let schemes = PageStyle.text.components(separatedBy: ":root {").dropFirst()
        #expect(schemes.count == 3)
        for scheme in schemes {
            let colours = Dictionary(
                scheme.prefix { $0 != "}" }.matches(of: /--([a-z]+): (#[0-9a-f]{6});/)
                    .map { (String($0.1), String($0.2)) }, uniquingKeysWith: { first, _ in first })
            for text in ["ink", "soft", "link", "good", "bad", "open"] {
                for ground in ["paper", "shade"] {
                    let pair = try [#require(colours[text]), #require(colours[ground])].map(luminance).sorted()
                    #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, "\(text) on \(ground)")
                }
            }
        }
    }
}
