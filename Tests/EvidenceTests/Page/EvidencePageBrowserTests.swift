import Bookings
import Foundation
import TestSupport
import Testing
import Transparency

@testable import Evidence

@Suite(
    "The evidence page in a browser", .serialized,
    .enabled(if: Browser.file != nil, "there is no Chromium on PATH to open the page with"))
struct EvidencePageBrowserTests {
    /// A page that runs the check over many texts and prints, for each, the steps that did not agree.
    private func outcomes(of texts: [String]) throws -> [[String]] {
        let list = JSONValue.strings(texts).text.replacing("<", with: "\\u003c")
        let rendered = try Browser.dom(
            of: """
                <!doctype html><meta charset="utf-8"><pre id="out">unfinished</pre><script>
                (async () => {
                \(PageScript.checking)
                const out = [];
                for (const text of \(list)) {
                  const steps = await check(text);
                  out.push(steps.filter((one) => one.result !== "agrees").map((one) => `${one.id} ${one.result}`));
                }
                document.getElementById("out").textContent = JSON.stringify(out);
                })();
                </script>
                """)
        let text = try #require(rendered.text(of: "out"))
        return try JSONDecoder().decode([[String]].self, from: Data(text.utf8))
    }

    @Test func `every step agrees on a good file`() throws {
        let rendered = try Browser.dom(of: try PageExamples.dropped().html)
        #expect(
            rendered.steps.map(\.id) == [
                "form", "key", "signature", "entries", "state", "complete", "disclosed", "snapshots", "chain",
                "consistency", "page",
            ])
        #expect(rendered.steps.allSatisfy { $0.result == "agrees" }, "\(rendered.reasons)")
        let verdict = try #require(rendered.verdict)
        #expect(verdict.result == "agrees" && verdict.words.contains("All 11 steps agree"))
        let caution = try #require(rendered.dom.firstMatch(of: /<p id="caution" class="caution">([^<]*)/)?.1)
        #expect(caution.contains("compare the fingerprint"))
        #expect(!verdict.words.contains("fingerprint"), "what is left to do is not in the colour of what agrees")
        #expect(rendered.dom.contains("entry 20, source crm: claimed absent on 3 March 2026 at 02:00"))
        #expect(!rendered.dom.contains("of source crm: entries 1<") && rendered.dom.contains("1 disclosed value<"))
        #expect(rendered.dom.contains("entry 1, client.name: Asha Patel"))
        #expect(!rendered.dom.lowercased().contains("verified"))
    }

    @Test func `the known answers are told apart`() throws {
        let vectors = try PageVectors.load()
        let good = try outcomes(of: vectors.evidence.map(\.text))
        for (file, outcome) in zip(vectors.evidence, good) { #expect(outcome == [], "\(file.name)") }
        let expected = [
            "notice left out": "complete differs", "erased points at a notice": "disclosed differs",
            "false absence": "complete differs", "disclosure of another entry": "disclosed differs",
            "unknown member": "form differs", "altered entry": "entries differs", "foreign entry": "complete differs",
            "no state": "form differs",
        ]
        let forged = try outcomes(of: vectors.evidenceRefused.map(\.text))
        #expect(forged.count == expected.count)
        for (file, outcome) in zip(vectors.evidenceRefused, forged) {
            #expect(outcome.first == expected[file.name], "\(file.name)")
        }
    }

    @Test func `every rule that is broken is named by its step`() throws {
        let cases = Forgeries().cases
        let outcomes = try outcomes(of: cases.map { String(decoding: $0.evidence.bytes, as: UTF8.self) })
        try #require(outcomes.count == cases.count)
        for (one, outcome) in zip(cases, outcomes) {
            #expect(outcome.first == one.step.map { "\($0) differs" }, "\(one.name): \(outcome)")
        }
    }

    /// Every value of a JSON text replaced by others, one at a time, and every member left out.
    private func changes(of value: JSONValue) -> [JSONValue] {
        let others: [JSONValue] = [
            .string(""), .string("x"), .integer(-1), .integer(7), .boolean(true), .array([]), .array([.string("x")]),
            .object([]), .object(["x": .integer(1)]),
        ]
        var changed = others.filter { $0 != value }
        if let members = value.members {
            for (place, member) in members.enumerated() {
                func with(_ replacement: [JSONValue.Member]) -> JSONValue {
                    .object(Array(members[..<place]) + replacement + Array(members[(place + 1)...]))
                }
                changed.append(with([]))
                changed.append(with([member, .init("zzz", .integer(1))]))
                changed += changes(of: member.value).map { with([.init(member.name, $0)]) }
            }
        }
        if let elements = value.array {
            for (place, element) in elements.enumerated() {
                func with(_ replacement: [JSONValue]) -> JSONValue {
                    .array(Array(elements[..<place]) + replacement + Array(elements[(place + 1)...]))
                }
                changed += [with([]), with([element, element])]
                changed += changes(of: element).map { with([$0]) }
            }
        }
        return changed
    }

    @Test func `the page reads the forms that the program reads`() throws {
        let vectors = try PageVectors.load()
        var texts: [String] = []
        for name in ["present then dropped", "superseded, cancelled, deleted, partly erased", "with its sibling"] {
            texts += try changes(of: JSONValue(canonical: Array(vectors.text(name).utf8))).map(\.text)
        }
        var accepted = 0
        for (text, outcome) in zip(texts, try outcomes(of: texts)) {
            if (try? Evidence(bytes: Array(text.utf8))) == nil {
                #expect(outcome.contains { $0.hasSuffix("differs") }, "\(text)")
            } else {
                accepted += 1
                #expect(outcome.first != "form differs", "\(text)")
            }
        }
        #expect(texts.count > 2000 && accepted > 100)
    }

    @Test func `the page reads the entries that the program reads`() throws {
        let vectors = try PageVectors.load()
        var lines = (vectors.entries.map(\.text) + vectors.notCanonical).map { Array($0.utf8) }
        for line in vectors.entries {
            lines += try changes(of: JSONValue(canonical: Array(line.text.utf8))).map(\.bytes)
        }
        let list = JSONValue.strings(lines.map { Base64.standard.encode($0) }).text
        let rendered = try Browser.dom(
            of: """
                <!doctype html><meta charset="utf-8"><pre id="out">unfinished</pre><script>
                \(PageScript.checking)
                const answer = (line) => {
                  try {
                    return readEntry(fromBase64(line)) ? "entry" : "not understood";
                  } catch (error) {
                    return error instanceof Differs ? "refused" : String(error);
                  }
                };
                document.getElementById("out").textContent = JSON.stringify(\(list).map(answer));
                </script>
                """)
        let answers = try JSONDecoder().decode([String].self, from: Data(try #require(rendered.text(of: "out")).utf8))
        try #require(answers.count == lines.count && lines.count > 1000)
        for (line, answer) in zip(lines, answers) {
            var expected = "entry"
            do throws(EntryError) { _ = try Entry(bytes: line) } catch {
                if case .notUnderstood = error { expected = "not understood" } else { expected = "refused" }
            }
            #expect(answer == expected, "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func `no character of a file can be another one`() throws {
        let seed: UInt64 = 20_260_311
        var random = SplitMix64(seed: seed)
        let vectors = try PageVectors.load()
        var changed: [(where: String, text: String)] = []
        for name in ["present then dropped", "superseded, cancelled, deleted, partly erased"] {
            let characters = Array(try vectors.text(name).unicodeScalars)
            let others = Array("ABab019+/=_-{}[]\":,\\ é\n".unicodeScalars)
            for _ in 0..<300 {
                let place = Int.random(in: characters.indices, using: &random)
                let other = try #require(others.filter { $0 != characters[place] }.randomElement(using: &random))
                var text = String.UnicodeScalarView()
                text.append(contentsOf: characters[..<place])
                text.append(other)
                text.append(contentsOf: characters[(place + 1)...])
                changed.append(("\(name), seed \(seed), character \(place) as \(other)", String(text)))
            }
        }
        for (one, outcome) in zip(changed, try outcomes(of: changed.map(\.text))) {
            #expect(outcome.contains { $0.hasSuffix("differs") }, "\(one.where)")
        }
    }

    @Test func `a file changed inside the page, and a page changed around the file, do not agree`() throws {
        let page = try PageExamples.dropped()
        var forged = page
        forged.evidence = Array(try PageVectors.load().text("altered entry").utf8)
        let tampered = try Browser.dom(of: forged.html)
        #expect(tampered.result("entries") == "differs")
        let verdict = try #require(tampered.verdict)
        #expect(verdict.result == "differs" && verdict.words.contains("Do not rely on the file"))

        var around = page
        around.disclosed[0].value = "Asha Patil"
        let other = try Browser.dom(of: around.html)
        #expect(other.steps.filter { $0.result != "agrees" }.map(\.id) == ["page"])
        #expect(other.reasons == ["The page shows other disclosed values than the file."])

        around = page
        around.booking = "A-1002"
        #expect(try Browser.dom(of: around.html).result("page") == "differs")
    }

    @Test(arguments: [
        "</script><script>document.documentElement.dataset.injected = 1</script>",
        "\"><img src=x onerror='document.documentElement.dataset.injected = 1'>",
        "' onfocus='document.documentElement.dataset.injected = 1' autofocus x='",
        "</bdi></p></title></style></textarea><svg onload=document.documentElement.dataset.injected=1>",
        "<!--<script>", "]]><![CDATA[<script>", "javascript:document.documentElement.dataset.injected=1",
        "\\u003cscript>", "\\\\u003c", "&lt;script&gt; &amp;amp; &#60;",
        "${document.documentElement.dataset.injected=1}`",
        "a\u{202e}1001-A\u{2066}\u{200b}b", "\u{1}\u{8}\t\n\u{c}\r\u{1b}[31m\u{7f}\u{85}\u{2028}", "__proto__",
        "constructor",
        "👩‍👩‍👧 山田 שרה مريم \u{1f3f4}\u{e0067}\u{e007f} e\u{301}", String(repeating: "W", count: 1024),
    ])
    func `a name from the ledger stays a name`(_ text: String) throws {
        let plain = try EvidencePageBrowserTests.plain.get()
        // The escaping must hold by itself, without the policy behind it.
        let rendered = try Browser.dom(of: EvidencePageBrowserTests.unguarded(PageExamples.hostile(text).html))
        #expect(!rendered.dom.contains("data-injected"))
        for element in ["script", "img", "svg", "p", "bdi", "li", "td", "code", "textarea", "title"] {
            #expect(rendered.count(of: element) == plain.count(of: element), "\(element)")
        }
        #expect(rendered.steps.map(\.id) == plain.steps.map(\.id))
        #expect(rendered.steps.allSatisfy { $0.result == "agrees" }, "\(rendered.reasons)")
    }

    /// The page without its policy.
    private static func unguarded(_ html: String) -> String {
        html.replacing("http-equiv=\"Content-Security-Policy\"", with: "name=\"was\"")
    }

    private static let plain = Result { try Browser.dom(of: PageExamples.hostile("plain").html) }

    @Test func `the policy stops a script that got in`() throws {
        let script = "<script>document.documentElement.dataset.injected = 1</script><main>"
        let html = try PageExamples.dropped().html.replacing("<main>", with: script)
        #expect(try !Browser.dom(of: html).dom.contains("data-injected"))
        let free = EvidencePageBrowserTests.unguarded(html)
        #expect(try Browser.dom(of: free).dom.contains("data-injected"))
    }

    /// The page with a script of the test's before all others.
    private func page(after script: String) throws -> Rendered {
        try Browser.dom(
            of: EvidencePageBrowserTests.unguarded(PageExamples.dropped().html)
                .replacing("<main>", with: "<script>\(script)</script><main>"))
    }

    @Test func `a browser without Ed25519 says so, and gives the command`() throws {
        let rendered = try page(
            after:
                "SubtleCrypto.prototype.importKey = async () => { throw new DOMException('no', 'NotSupportedError') }")
        #expect(rendered.result("signature") == "unchecked" && rendered.result("entries") == "agrees")
        #expect(rendered.reasons.contains("This browser cannot check Ed25519 signatures."))
        let verdict = try #require(rendered.verdict)
        #expect(verdict.result == "unchecked" && verdict.words.contains("run the command given below"))
        #expect(rendered.dom.contains("<code>daybook-verify evidence.json <span"))
    }

    @Test func `a browser without WebCrypto says so`() throws {
        let rendered = try page(after: "Object.defineProperty(window, 'crypto', { value: {} })")
        #expect(rendered.result("form") == "agrees")
        #expect(rendered.steps.dropFirst().allSatisfy { $0.result == "unchecked" })
        #expect(rendered.verdict?.result == "unchecked")
    }

    @Test func `where no script may run the page is whole, and says that nothing was checked`() throws {
        let html = try PageExamples.dropped().html
        let rendered = try Browser.dom(of: html.replacing("script-src 'sha256-", with: "script-src 'sha256-A"))
        #expect(rendered.steps.isEmpty)
        #expect(try #require(rendered.verdict).words.hasPrefix("The check did not run: it needs JavaScript,"))
        #expect(rendered.dom.contains("dropped without a trace") && rendered.dom.contains("Asha Patel"))
    }

    @Test func `nothing is wider than a small telephone`() throws {
        let pages = [
            try PageExamples.dropped().html, try PageExamples.hostile(String(repeating: "W", count: 1024)).html,
        ]
        let rendered = try Browser.dom(
            of: """
                <!doctype html><meta charset="utf-8"><pre id="out">unfinished</pre><script>
                for (const html of \(JSONValue.strings(pages).text.replacing("<", with: "\\u003c"))) {
                  const frame = document.createElement("iframe");
                  frame.width = 360;
                  frame.srcdoc = html;
                  frame.onload = () => setTimeout(() => {
                    const steps = frame.contentDocument.querySelectorAll("#steps details");
                    steps.forEach((details) => { details.open = true; });
                    const widest = frame.contentDocument.documentElement.scrollWidth;
                    document.getElementById("out").textContent += ` ${steps.length} ${widest}`;
                  }, 5000);
                  document.body.append(frame);
                }
                </script>
                """)
        let numbers = try #require(rendered.text(of: "out")).split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 4)
        #expect(numbers[0] > 5 && numbers[2] > 5, "the steps were not there yet")
        #expect(numbers[1] <= 360 && numbers[3] <= 360, "\(numbers)")
    }

    @Test func `changes of key and time-stamped checkpoints are followed`() throws {
        var ledger = SmallLedger()
        let key = BookingKey(source: "crm", booking: "A-1")
        let booked = ledger.append(.created) { entry in
            entry.source = key.source
            entry.booking = key.booking
            entry.basis = .reported
            entry.appointment = Appointment()
        }
        let rotated = ledger.append(.keyRotated) { entry in
            entry.body = .object([
                "from": .string(SmallLedger.verifier(1).text), "to": .string(SmallLedger.verifier(2).text),
            ])
        }
        ledger.seed = 2
        let state = ledger.state([(key, [booked])])
        for _ in 0..<3 {
            _ = ledger.append(.captureHeartbeat) { entry in
                entry.source = key.source
                entry.body = .object(["sources": .strings(["crm"])])
            }
        }
        var good = ledger.evidence(about: key, state: state)
        good.entries = [Evidence.ShownEntry(ledger.included(booked))]
        good.rotations = [
            .init(
                checkpoint: ledger.note(size: 3, seed: 1), proof: ledger.proof(from: 3),
                entry: ledger.included(rotated, size: 3))
        ]
        good.timestamps = [
            .init(checkpoint: ledger.note(size: 2, seed: 1), proof: ledger.proof(from: 2), token: [0x30, 0])
        ]
        good.consistency = [.init(held: ledger.note(size: 5), proof: ledger.proof(from: 5))]

        var unsigned = good
        unsigned.rotations[0].checkpoint = ledger.note(size: 3, seed: 2)
        var elsewhere = good
        elsewhere.rotations[0].proof = ledger.proof(from: 4)
        var unled = good
        unled.rotations = []
        var foreign = good
        foreign.verifier = SmallLedger.verifier(3)
        foreign.checkpoint = ledger.note(seed: 3)
        var unstamped = good
        unstamped.timestamps[0].checkpoint = ledger.note(size: 2, seed: 3)
        var rewritten = good
        rewritten.consistency[0].held = SmallLedger.sign(
            Checkpoint(origin: SmallLedger.origin, size: 5, root: Hash.sha256([5])), 2)

        let open = "timestamps unchecked"
        let outcomes = try outcomes(
            of: [good, unsigned, elsewhere, unled, foreign, unstamped, rewritten].map {
                String(decoding: $0.bytes, as: UTF8.self)
            })
        #expect(outcomes[0] == [open])
        #expect(outcomes[1] == ["rotations differs", open])
        #expect(outcomes[2] == ["rotations differs", open])
        #expect(outcomes[3] == ["stamped differs", open])
        #expect(outcomes[4].first == "key differs")
        #expect(outcomes[5] == ["stamped differs", open])
        #expect(outcomes[6] == ["consistency differs", open])
    }
}
