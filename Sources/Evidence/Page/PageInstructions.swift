import Transparency

extension EvidencePage {
    /// What a reader does with the page who knows neither the practice nor the program, in order.
    var instructions: HTML {
        """
        <section aria-labelledby="do">
        <h2 id="do">What to do with it</h2>
        <ol class="do">
        <li><strong>Compare the fingerprint.</strong> Get it from somebody other than whoever gave you this file: from the \
        practice by telephone, on a number that you knew before, or from a party that holds it. It has to be the one in the \
        box below, group by group.</li>
        <li><strong>Get a program that checks.</strong> Either <code>daybook-verify</code> or <code>verify_evidence.py</code>, \
        from the publisher of the project or from an expert of your own, and not from the practice.</li>
        <li><strong>Run it.</strong> Save the evidence file, <code>\(file)</code>, beside it, and run one of the commands in \
        the box. After <code>--trust</code> stands the key whose fingerprint you compared. <span id="save"></span></li>
        <li><strong>Have the certification signed,</strong> where you need one: a template is <a href="#certification">at the \
        end</a>.</li>
        </ol>
        <div class="box">
        <dl class="facts">
        <dt>Fingerprint</dt><dd class="fingerprint">\(fingerprint)</dd>
        <dt>The key that has this fingerprint, and no other has it</dt><dd><code>\(EvidencePage.broken(verifier))</code></dd>
        <dt>The command</dt><dd><pre id="command"><code>\(broken(command))</code></pre></dd>
        <dt>Or, with Python</dt><dd><pre><code>\(broken(python))</code></pre></dd>
        </dl>
        </div>
        <dl class="facts">
        <dt>Checkpoint</dt><dd>\(shows("size", String(checkpoint.size))) entries, root \
        <code>\(shows("root", HTML.broken(checkpoint.root.base64, every: 11)))</code></dd>
        <dt>File</dt><dd>\(evidence.count) bytes, SHA-256 <code>\(shows("SHA-256", HTML.broken(digest, every: 16)))</code></dd>
        </dl>
        </section>
        """
    }

    /// A key with places to break: after each of its parts, and within the last.
    private static func broken(_ verifier: VerifierKey) -> HTML { HTML.broken(verifier.text, every: 32) }

    /// A command that breaks between its words and within the key, and not after the hyphens of its option.
    private func broken(_ command: String) -> HTML {
        guard let key = command.firstRange(of: verifier.text),
            let option = command[..<key.lowerBound].ranges(of: "--trust").last
        else { return "\(command)" }
        let start = String(command[..<option.lowerBound])
        let quote = String(command[option.upperBound..<key.lowerBound])
        let end = String(command[key.upperBound...])
        return "\(start)<span class=\"unbroken\">--trust</span>\(quote)\(EvidencePage.broken(verifier))\(end)"
    }

    /// The words of the page that a reader may not know, a line each.
    var glossary: HTML {
        """
        <section aria-labelledby="words">
        <h2 id="words">Words</h2>
        <dl class="glossary">
        <dt>Ledger</dt><dd>The list in which the practice’s program writes down what it is told. Entries are only ever added \
        at its end.</dd>
        <dt>Entry</dt><dd>One line of it. Entries are numbered from 0, so that entry 0 is the first: a ledger of \
        \(checkpoint.size) entries ends with entry \(checkpoint.size - 1).</dd>
        <dt>Checkpoint</dt><dd>A signed statement of how many entries there are, with one hash over them all. A changed entry \
        no longer agrees with it. It bears no date.</dd>
        <dt>Sealed value</dt><dd>A personal value of which the ledger holds only a digest. It can be shown later, and then \
        proves itself; or be erased.</dd>
        <dt>Reading</dt><dd>What the practice’s program found in the live schedule at one time, as the practice recorded \
        it.</dd>
        <dt>Fingerprint</dt><dd>A short form of the key that signs checkpoints, to be compared by eye or ear.</dd>
        </dl>
        </section>
        """
    }
}
