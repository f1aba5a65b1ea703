extension PageScript {
    /// RFC 6962: leaf hashes, inclusion and consistency; and the trees that a state and a reading commit to.
    static let trees = #"""
        const leafHash = (bytes) => sha256([0], bytes);
        const nodeHash = (left, right) => sha256([1], left, right);
        const hashes = (proof) => proof.map(fromBase64);

        // Numbers go beyond 32 bits, where the shifts of JavaScript stop: so these are BigInts.
        const bitLength = (number) => (number === 0n ? 0 : number.toString(2).length);
        const ones = (number) => [...number.toString(2)].filter((digit) => digit === "1").length;

        // Whether a leaf stands at this index of the tree of this size and root.
        async function isIncluded(leaf, index, size, root, proof) {
          if (index >= size) return false;
          const place = BigInt(index);
          const inner = bitLength(place ^ (BigInt(size) - 1n));
          if (proof.length !== inner + ones(place >> BigInt(inner))) return false;
          let hash = leaf;
          for (const [level, sibling] of proof.entries()) {
            const isLeft = level < inner && ((place >> BigInt(level)) & 1n) === 0n;
            hash = isLeft ? await nodeHash(hash, sibling) : await nodeHash(sibling, hash);
          }
          return isSame(hash, root);
        }

        // Whether the older tree is a prefix of the newer one.
        async function isPrefix(older, newer, proof) {
          if (older.size === 0 || older.size > newer.size) return false;
          if (older.size === newer.size) return proof.length === 0 && isSame(older.root, newer.root);
          const last = BigInt(older.size) - 1n;
          let shift = 0;
          while (((BigInt(older.size) >> BigInt(shift)) & 1n) === 0n) shift += 1;
          const all = bitLength(last ^ (BigInt(newer.size) - 1n));
          const isComplete = BigInt(older.size) === 1n << BigInt(shift);
          if (proof.length !== (isComplete ? 0 : 1) + all - shift + ones(last >> BigInt(all))) return false;
          const path = isComplete ? proof : proof.slice(1);
          let olderHash = isComplete ? older.root : proof[0];
          let newerHash = olderHash;
          for (const [level, sibling] of path.entries()) {
            const isRight = level >= all - shift || ((last >> BigInt(shift + level)) & 1n) === 1n;
            if (isRight) olderHash = await nodeHash(sibling, olderHash);
            newerHash = isRight ? await nodeHash(sibling, newerHash) : await nodeHash(newerHash, sibling);
          }
          return isSame(olderHash, older.root) && isSame(newerHash, newer.root);
        }

        const compareKeys = (left, right) =>
          compareBytes(utf8(left.source), utf8(right.source)) || compareBytes(utf8(left.booking), utf8(right.booking));

        // Some leaves of the tree that an entry commits to, each shown to be in it, ascending by id.
        class Leaves {
          static async of(commitment, entry, hasEntries, what) {
            const one = new Leaves();
            one.what = what;
            one.size = entry.get("body").get("size");
            one.leaves = [];
            const root = fromBase64(entry.get("body").get("root"));
            demand(one.size > 0 || isSame(root, await sha256()), `The tree of ${what} is said to be empty, and is not.`);
            for (const shownLeaf of commitment.get("leaves") ?? []) {
              const [spelled, index] = [shownLeaf.get("leaf"), shownLeaf.get("index")];
              demand(await isIncluded(await leafHash(utf8(spelled)), index, one.size, root, hashes(shownLeaf.get("proof"))),
                `Leaf ${index} is not in the tree of ${what}.`);
              const leaf = readJSON(spelled);
              const names = [["source", text], ["booking", text]];
              object(...(hasEntries ? [...names, ["entries", list(count)]] : names))(leaf, `leaf ${index} of ${what}`);
              const entries = leaf.get("entries") ?? [];
              demand(entries.every((number, at) => at === 0 || number > entries[at - 1]),
                `Leaf ${index} of ${what}: entries ascend.`);
              const next = { source: leaf.get("source"), booking: leaf.get("booking"), index, entries };
              demand(one.leaves.length === 0 || compareKeys(one.leaves.at(-1), next) < 0,
                `The ids in the tree of ${what} are out of order: it cannot show that any is absent.`);
              one.leaves.push(next);
            }
            return one;
          }

          get(key) {
            return this.leaves.find((leaf) => compareKeys(leaf, key) === 0);
          }

          // The leaves that show an id to be absent: two neighbours around it, or the end that it lies beyond.
          absence(key) {
            if (this.size === 0) return [];
            const above = this.leaves.find((leaf) => compareKeys(leaf, key) > 0);
            const below = this.leaves.findLast((leaf) => compareKeys(leaf, key) < 0);
            if (above && below && above.index === below.index + 1) return [below, above];
            if (above?.index === 0) return [above];
            if (below?.index === this.size - 1) return [below];
            throw new Differs(`The leaves of ${this.what} do not show that nothing stands there under ${quoted(key.booking)}.`);
          }

          // The leaves of those of the keys that have one; requires the others to be absent, and no further leaf.
          find(keys) {
            const found = keys.map((key) => this.get(key));
            const used = new Set(keys.flatMap((key, at) => (found[at] ? [found[at]] : this.absence(key))));
            const other = this.leaves.find((leaf) => !used.has(leaf));
            demand(!other, `Leaf ${other?.index} of ${this.what} is shown and belongs to nothing here.`);
            return found;
          }
        }
        """#

    /// C2SP signed notes, the checkpoints in them, and verifier keys.
    static let notes = #"""
        const isName = (name) => name !== "" && !/[\s+\u0085\p{Cc}]/u.test(name);

        async function readKey(spelled) {
          const parts = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(spelled);
          const material = parts && isName(parts[1]) ? fromBase64(parts[3]) : null;
          demand(material?.length === 33 && material[0] === 1, "This is no Ed25519 verifier key: NAME+ID+KEY.");
          const id = (await sha256(utf8(parts[1]), [10], material)).slice(0, 4);
          demand(toHex(id) === parts[2], "The id of the key is not the one that its name and its bytes give.");
          return { text: spelled, name: parts[1], id, bytes: material.slice(1) };
        }

        const fingerprint = async (key) => toHex(await sha256(key.bytes)).match(/.{4}/g).join(" ");

        function readNote(spelled, what) {
          const malformed = `${what} is not a signed note in its one spelling.`;
          const gap = spelled.slice(0, -1).lastIndexOf("\n\n");
          demand(gap >= 0 && spelled.endsWith("\n") && spelled.length <= 1e6 && !/[\u0000-\u0009\u000b-\u001f]/.test(spelled),
            malformed);
          const lines = spelled.slice(gap + 2, -1).split("\n");
          demand(lines.length <= 100 && new Set(lines).size === lines.length, malformed);
          const signatures = lines.map((line) => {
            const parts = /^— ([^ ]+) ([^ ]+)$/.exec(line);
            const blob = parts && isName(parts[1]) ? fromBase64(parts[2]) : null;
            demand(blob?.length > 4, malformed);
            return { name: parts[1], id: blob.slice(0, 4), bytes: blob.slice(4) };
          });
          return { text: spelled.slice(0, gap + 1), signatures };
        }

        function readCheckpoint(note, what) {
          const lines = note.text.split("\n");
          const root = fromBase64(lines[2] ?? "");
          demand(lines.length >= 4 && lines.slice(0, -1).every((line) => line !== "") && root?.length === 32 &&
            /^(0|[1-9][0-9]*)$/.test(lines[1]) && Number.isSafeInteger(Number(lines[1])),
            `${what} is not a checkpoint: origin, size and root.`);
          return { origin: lines[0], size: Number(lines[1]), root };
        }

        async function isSignature(key, signature, message) {
          const subtle = globalThis.crypto?.subtle;
          if (!subtle) throw new Unchecked("This browser offers no cryptography (WebCrypto) to a page opened this way.");
          let imported;
          try {
            imported = await subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
          } catch {
            throw new Unchecked("This browser cannot check Ed25519 signatures.");
          }
          return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
        }

        // The checkpoint in a note that one of the keys signed; a signature that only pretends to be theirs spoils it.
        async function openNote(spelled, keys, origin, what) {
          const note = readNote(spelled, what);
          const checkpoint = readCheckpoint(note, what);
          demand(checkpoint.origin === origin, `${what} is of another ledger, ${quoted(checkpoint.origin)}.`);
          const seen = new Set();
          for (const signature of note.signatures) {
            const key = keys.find((one) => one.name === signature.name && isSame(one.id, signature.id));
            if (!key || seen.has(key)) continue;
            demand(await isSignature(key, signature.bytes, utf8(note.text)),
              `${what} carries a signature that is not by the key it names.`);
            seen.add(key);
          }
          demand(seen.size > 0, `${what} is not signed by the key that should sign it.`);
          return checkpoint;
        }
        """#
}
