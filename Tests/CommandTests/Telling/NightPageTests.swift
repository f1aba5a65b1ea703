import Auditing
import Bookings
import Foundation
import TestSupport
import Testing

@testable import daybook

struct `The page of a night` {
    private func page(_ night: Night, client: ((BookingKey) -> Client?)? = nil) -> String {
        NightPage(summary: NightSummary(night), client: client).html
    }

    /// Writes pages for people to look at, where the environment asks for them.
    private func show(_ html: String, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["DAYBOOK_PAGES"] else { return }
        try Data(html.utf8).write(to: URL(filePath: folder).appending(path: name))
    }

    @Test func `says first what is missing, then since when, what to do, and what to say`() throws {
        let world = try World()
        let night = try Nights.missing(in: world)
        let html = page(night)
        try show(html, "missing.html")
        let expected = NightSummary(night).compared
        #expect(expected > 100)
        let order = [
            "<h1 class=\"headline\" data-mood=\"bad\">1 appointment is missing from the schedule",
            "Last night \(expected) appointments were compared: 1 is missing from the schedule, 1 more finding needs a person.",
            "<bdi>crm</bdi>", "1 missing", "<bdi>north</bdi>", "not read", "there is no such file",
            "Missing from the schedule</h3>", "Tuesday 24 March 2026 at 09:30", "<bdi>dr-shah</bdi>",
            "booking <bdi>A-1001</bdi>", "Last seen in the schedule on ", "; gone on ", "What speaks for it",
            "What to do", "You did have an appointment with us on Tuesday 24 March 2026 at 09:30.", "Proven:",
            "What it may be instead", "Changed without a recorded change", "Besides",
            "How far the record can be trusted",
            "consistent", "What this report cannot say", "Nothing is known of north",
        ]
        var rest = html[...]
        for text in order {
            let range = try #require(rest.firstRange(of: text), "\(text)")
            rest = rest[range.upperBound...]
        }
        #expect(!html.contains("Asha") && !html.contains("900123"))
        let ledger = try Nights.ledger(of: world)
        let named = page(night) { ledger.client(of: $0) }
        try show(named, "named.html")
        #expect(
            named.contains(
                "Client: <span class=\"whole\"><bdi>Asha Patel</bdi></span>, <span class=\"whole\"><bdi>+44 7700 900123</bdi>"
            ))
    }

    @Test func `says how much agrees when all is well`() throws {
        let night = try Nights.clean(in: World())
        let html = page(night)
        try show(html, "clean.html")
        let count = NightSummary(night).compared
        #expect(html.contains("All \(count) appointments agree; 1 of 1 source read."))
        #expect(html.contains("data-mood=\"well\">All well – \(count) appointments agree</h1>"))
        #expect(!html.contains("What needs a person"))
    }

    @Test func `never calls a night well that was not checked, or whose record is damaged`() throws {
        let world = try World()
        var night = try Nights.clean(in: world)
        night.status = 2
        #expect(page(night).contains("data-mood=\"bad\">The record itself is damaged"))
        night.status = 0
        night.sources = []
        #expect(page(night).contains("Last night could not be checked"))
        night.sources = [.init(id: "crm", zone: nil, outcome: .notRead(reason: "gone", status: 66))]
        #expect(page(night).contains("Last night could not be checked"))
        #expect(NightSummary(night).isAllWell == false)
        #expect(try NightSummary(Nights.night(of: [], in: world)).isAllWell == false)
    }

    @Test(.enabled(if: LocalServer.isAvailable, "python3 is not installed"))
    func `takes nothing of a source's for markup`() throws {
        let world = try World()
        let night = try Nights.hostile(in: world)
        let ledger = try Nights.ledger(of: world)
        let html = page(night) { ledger.client(of: $0) }
        try show(html, "hostile.html")
        #expect(html.contains("Secret "))
        // An independent reader: which elements and attributes there are, and whether they close as they should.
        let script = """
            import html.parser, json, sys
            names, attributes, open, wrong = set(), set(), [], []
            class Reader(html.parser.HTMLParser):
                def handle_starttag(self, tag, found):
                    names.add(tag)
                    attributes.update(name for name, _ in found)
                    if tag not in ("meta", "img"): open.append(tag)
                def handle_endtag(self, tag):
                    if not open or open.pop() != tag: wrong.append(tag)
                def handle_comment(self, text): wrong.append("comment")
            Reader(convert_charrefs=True).feed(sys.stdin.read())
            print(json.dumps({"names": sorted(names), "attributes": sorted(attributes), "wrong": wrong + open}))
            """
        struct Found: Decodable { let names, attributes, wrong: [String] }
        let found = try JSONDecoder().decode(
            Found.self, from: Data(try world.python(script, input: Data(html.utf8)).utf8))
        #expect(found.wrong.isEmpty, "\(found.wrong)")
        let known: Set = [
            "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "article", "h1",
            "h2", "h3", "p", "span", "strong", "bdi", "dl", "dt", "dd", "ul", "li", "table", "thead", "tbody", "tr",
            "th",
            "td", "blockquote", "code", "details", "summary",
        ]
        #expect(Set(found.names).isSubset(of: known), "\(Set(found.names).subtracting(known))")
        #expect(
            Set(found.attributes).isSubset(of: [
                "lang", "charset", "http-equiv", "content", "name", "class", "id", "aria-labelledby", "scope",
                "colspan",
                "data-mood", "data-label",
            ]), "\(found.attributes)")
        #expect(!html.unicodeScalars.contains { $0.value == 0x202e || $0.value == 0x1b })
        #expect(html.utf8.count < 1_000_000, "a long name is cut")
    }

    @Test func `loads nothing and runs nothing`() throws {
        let html = page(try Nights.clean(in: World()))
        #expect(html.contains("default-src 'none'; style-src 'sha256-"))
        for part in ["<script", "http://", "https://", "url(", "@import", " style="] {
            #expect(!html.contains(part), "\(part)")
        }
    }

    private static let browser = ["chromium", "chromium-browser", "google-chrome"].flatMap { name in
        ["/usr/bin/\(name)", "/usr/local/bin/\(name)"]
    }.first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: browser != nil, "there is no Chromium to open the page with"))
    func `is not wider than a small telephone, whatever the names`() throws {
        let world = try World()
        let other = try World()
        let missing = try Nights.missing(in: other)
        let ledger = try Nights.ledger(of: other)
        let pages = [
            page(try Nights.hostile(in: world)), page(missing) { ledger.client(of: $0) },
            page(try Nights.clean(in: World())),
        ]
        let frames = """
            <!doctype html><meta charset="utf-8"><pre id="out"></pre><script>
            for (const html of \(JSONValue.strings(pages).text.replacing("<", with: "\\u003c"))) {
              const frame = document.createElement("iframe");
              frame.width = 360;
              frame.srcdoc = html;
              frame.onload = () => {
                for (const fold of frame.contentDocument.querySelectorAll("details")) fold.open = true;
                const { scrollWidth } = frame.contentDocument.documentElement;
                document.getElementById("out").textContent += ` ${scrollWidth}`;
              };
              document.body.append(frame);
            }
            </script>
            """
        try world.write(frames, to: "frames.html")
        let browser = try #require(`The page of a night`.browser)
        let dom = try world.run(
            "/usr/bin/timeout",
            [
                "120", browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--user-data-dir=\(world.path("profile"))", "--virtual-time-budget=10000", "--dump-dom",
                "file://\(world.path("frames.html"))",
            ]
        ).output
        let start = try #require(dom.firstRange(of: "<pre id=\"out\">")).upperBound
        let numbers = dom[start...].prefix { $0 != "<" }.split(separator: " ").compactMap { Int($0) }
        #expect(numbers.count == 3 && numbers.allSatisfy { $0 <= 360 }, "\(numbers)")
    }
}
