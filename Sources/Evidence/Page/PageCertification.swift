import Transparency

extension EvidencePage {
    /// The check, step by step, which the script fills.
    var check: HTML {
        """
        <section aria-labelledby="check">
        <h2 id="check">The check in your browser</h2>
        <p class="hint">It checks the evidence file inside this page, step by step, and sends nothing anywhere. It does not \
        check the sentences above: of the page itself only the ids, the key, the checkpoint, the hash and the disclosed \
        values are compared with the file. And it is itself a part of this page: with a page from somebody whom you have \
        no reason to trust, use the command <a href="#do">below</a>, which reads only the file.</p>
        <ol id="steps"></ol>
        <p class="hint printed">What each step read is folded away on the screen, and is not printed.</p>
        </section>
        """
    }

    /// A form to be signed, after Rule 902(13) and (14) of the US Federal Rules of Evidence; it advises nobody.
    var certification: HTML {
        """
        <section id="certification" aria-labelledby="certify">
        <h2 id="certify">Certification of an electronic record</h2>
        <p class="hint">A template in the manner of Rules 902(13) and 902(14) of the US Federal Rules of Evidence, to be \
        completed by a person who knows the process. It is not legal advice: whether it serves, and what else is needed, is \
        for the law of the place and for whoever advises you. Other places ask for other forms: in England and Wales, for \
        one, a witness statement with a statement of truth.</p>
        <ol class="statements">
        <li>I am the person named below. I am qualified to state the following by \
        <span class="blank wide">(training, duties)</span>.</li>
        <li><strong>The process.</strong> The attached record was made by an electronic process. A program (Daybook) \
        receives what the booking system \(HTML.isolated(source)) reports, and appends each report as an entry to the ledger \
        \(HTML.isolated(checkpoint.origin)) when it arrives. Each entry names the SHA-256 hash of the one before it; all \
        entries form a Merkle tree (RFC 6962), whose size and root are signed as checkpoints with an Ed25519 key. A later \
        change of any entry changes the root.</li>
        <li>From <span class="blank">(date)</span> to <span class="blank">(date)</span> the process ran as described, in the \
        regular course of the work of the organisation, except: <span class="blank wide">(none, or what)</span>.</li>
        <li><strong>The copy.</strong> The file <code>\(file)</code> was written from that ledger by \(program) on \
        \(made), about the booking \(HTML.isolated(booking)). It has \(evidence.count) bytes and the SHA-256 hash \
        <code>\(shows("SHA-256", HTML.broken(digest, every: 16)))</code>, by which a copy can be told to be the same. Its checkpoint has \
        \(shows("size", String(checkpoint.size))) entries and is signed by the key with the fingerprint \
        <code>\(shows("fingerprint", verifier.fingerprint))</code>.</li>
        <li>I computed the hash of the attached copy on <span class="blank">(date)</span> with \
        <span class="blank">(tool)</span>, and it is the one above.</li>
        <li>This states how the record was kept and copied. It does not state that what was reported is true, nor that \
        everything that happened was reported.</li>
        </ol>
        <p><span class="blank wide">(words of declaration that the law of the place asks for)</span></p>
        <dl class="signature">
        <dt>Name</dt><dd class="blank"></dd>
        <dt>Position</dt><dd class="blank"></dd>
        <dt>Organisation</dt><dd class="blank"></dd>
        <dt>Place and date</dt><dd class="blank"></dd>
        <dt>Signature</dt><dd class="blank tall"></dd>
        </dl>
        </section>
        """
    }
}
