extension PageScript {
    /// What the steps look at: keys, entries, the state with its ids, disclosures, readings.
    static let parts = #"""
        // An entry that must stand in the tree of a checkpoint, be of this ledger and of this place.
        async function place(included, checkpoint, file, what) {
          const index = included.get("index");
          const bytes = fromBase64(included.get("bytes"));
          const leaf = await leafHash(bytes);
          demand(await isIncluded(leaf, index, checkpoint.size, checkpoint.root, hashes(included.get("proof"))),
            `${what} ${index} is not in the ledger that the checkpoint commits to: it was changed, or its proof is not its own.`);
          const json = readJSON(fromUTF8(bytes));
          demand(json instanceof Map && json.get("origin") === file.get("origin"), `Entry ${index} is of another ledger.`);
          demand(json.get("index") === index, `What is shown as entry ${index} says that it is another one.`);
          return { index, leaf, entry: readEntry(bytes), included };
        }

        function understood(placed, type, what) {
          demand(placed.entry?.get("type") === type, `${what} ${placed.index} is not of the type ${type}.`);
          return placed.entry;
        }

        // Keys from the oldest that the file knows to the one inside it, as the ledger's changes of key lead.
        async function keysOf(file) {
          const keys = [];
          for (const rotation of file.get("rotations") ?? []) {
            const index = rotation.get("entry").get("index");
            const entry = readEntry(fromBase64(rotation.get("entry").get("bytes")));
            demand(entry?.get("type") === "key.rotated", `Entry ${index} does not record a change of key.`);
            const [from, to] = [await readKey(entry.get("body").get("from")), await readKey(entry.get("body").get("to"))];
            demand(from.text !== to.text, `Entry ${index} changes a key to itself.`);
            demand(keys.length === 0 || keys.at(-1).text === from.text,
              `Entry ${index} changes from a key that was not the one before.`);
            if (keys.length === 0) keys.push(from);
            keys.push(to);
          }
          const own = await readKey(file.get("verifier"));
          demand(own.name === file.get("origin"), "The key inside the file has another name than the ledger.");
          demand(keys.length === 0 || keys.at(-1).text === own.text,
            "The last change of key does not lead to the key inside the file.");
          return keys.length === 0 ? [own] : keys;
        }

        const idsOf = (entry) => [entry.get("booking"), entry.get("supersedes")].filter((id) => id !== undefined);

        // The booking's own id, and those to which "supersedes" leads, both ways.
        function closureOf(file, entries) {
          const closure = new Set([file.get("booking")]);
          for (let before = 0; before !== closure.size; ) {
            before = closure.size;
            for (const entry of entries) {
              if (entry.get("source") !== file.get("source") || !entry.has("supersedes")) continue;
              const ids = idsOf(entry);
              if (ids.some((id) => closure.has(id))) ids.forEach((id) => closure.add(id));
            }
          }
          return closure;
        }

        // Requires that exactly the entries are shown that the state's leaves name, and those that follow it.
        function requireDeclared(file, placed, state, leaves) {
          const source = file.get("source");
          const closure = closureOf(file, placed.map((one) => one.entry).filter(Boolean));
          const siblings = file.get("siblings") ?? [];
          demand(!siblings.some((id) => closure.has(id)),
            'A booking that is shown as another one belongs to this one by "supersedes".');
          const ids = [...closure, ...siblings];
          const found = leaves.find(ids.map((booking) => ({ source, booking })));
          const byIndex = new Map(placed.map((one) => [one.index, one]));
          const owners = new Map();
          for (const leaf of found.filter(Boolean)) {
            for (const index of leaf.entries) {
              demand(index < state.index, `The state declares entry ${index}, which does not come before it.`);
              demand(byIndex.has(index),
                `The ledger declares that entry ${index} belongs to ${quoted(leaf.booking)}, and it is not shown.`);
              const entry = byIndex.get(index).entry;
              demand(entry, `Entry ${index} belongs to the booking, and this page does not understand it.`);
              demand(isAboutBooking(entry.get("type")) && entry.get("source") === source && idsOf(entry).includes(leaf.booking),
                `The state counts entry ${index} to an id that the entry is not about.`);
              owners.set(index, (owners.get(index) ?? new Set()).add(leaf.booking));
            }
          }
          const erasures = new Set(placed.flatMap((one) => (one.included.get("erased") ?? []).map((each) => each.get("by"))));
          for (const { index, entry } of placed) {
            if (!entry || (entry.get("type") === "erasure.completed" && erasures.has(index))) continue;
            const about = idsOf(entry).filter((id) => ids.includes(id));
            demand(isAboutBooking(entry.get("type")) && entry.get("source") === source && about.length > 0,
              `Entry ${index} is shown, and is not about this booking.`);
            demand(index > state.index || about.every((id) => owners.get(index)?.has(id)),
              `Entry ${index} is about the booking, and the state, which comes after it, does not declare it.`);
          }
          return { closure, siblings, found, ids };
        }

        // The values of an entry's disclosures by field, each held against the digest that the entry sealed.
        async function disclosuresOf({ index, entry, included }, closure) {
          const values = new Map();
          const given = included.get("disclosures") ?? [];
          demand(given.length === 0 || (entry && idsOf(entry).some((id) => closure.has(id))),
            `Entry ${index} is not of this booking, and nothing of its client may be shown.`);
          for (const spelled of given) {
            const foreign = `A value that is disclosed with entry ${index} is not the one that was sealed there.`;
            const bytes = fromBase64url(spelled);
            demand(bytes, foreign);
            const parts = readJSON(fromUTF8(bytes));
            demand(Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === "string") &&
              fromBase64url(parts[0])?.length === 16 && !values.has(parts[1]), foreign);
            const digest = fromBase64url(entry.get("sealed")?.get(parts[1]) ?? "");
            demand(digest && isSame(digest, await sha256(utf8(spelled))), foreign);
            values.set(parts[1], parts[2]);
          }
          return values;
        }

        // Requires that each field that is said to be erased is listed by a later entry that records the erasure.
        function requireErased({ index, entry, included }, placed, values) {
          const erased = included.get("erased") ?? [];
          for (const one of erased) {
            const [field, by] = [one.get("field"), one.get("by")];
            const erasure = placed.find((other) => other.index === by)?.entry;
            const rows = erasure?.get("type") === "erasure.completed" ? erasure.get("body").get("erased") : [];
            demand(entry?.get("sealed")?.has(field) && !values.has(field) && by > index &&
              rows.some((row) => row[0] === index && row[1].includes(field)),
              `The field ${quoted(field)} of entry ${index} is said to be erased by entry ${by}, which does not say so.`);
          }
          return erased.map((one) => one.get("field"));
        }
        """#

    /// The steps: each has a name, lists what it read, and ends in one of three ways.
    static let steps = #"""
        // Checks the text of an evidence file; `page` is what the page around it shows of it, or nothing.
        async function check(spelled, page) {
          const steps = [];
          async function step(id, name, body) {
            const one = { id, name, read: [], result: "agrees", reason: "" };
            try {
              await body((line) => one.read.push(line));
            } catch (error) {
              one.result = error instanceof Unchecked ? "unchecked" : "differs";
              const isExpected = error instanceof Unchecked || error instanceof Differs;
              one.reason = isExpected ? error.message : `This could not be read: ${error.message}`;
            }
            steps.push(one);
            return one.result === "agrees";
          }

          let file;
          await step("form", "The file is in its one spelling", (read) => {
            read(`${utf8(spelled).length} bytes`);
            file = readEvidence(spelled);
            read(`format ${file.get("format")}, ledger ${file.get("origin")}`);
            read(`booking ${shown(file.get("booking"))} of source ${shown(file.get("source"))}`);
          });
          if (!file) return steps;

          // What one step shows, later ones build on; where it did not, they say so instead of guessing.
          const known = {};
          const need = (...names) => {
            if (names.every((name) => known[name] !== undefined)) return;
            throw new Unchecked("This builds on a step that did not agree, or was not checked.");
          };
          const origin = file.get("origin");
          const time = (text) => timeOn(page?.zone, text);
          const entriesOf = (leaf) => `${leaf.entries.length === 1 ? "entry" : "entries"} ${leaf.entries.join(", ")}`;

          await step("key", "The key inside the file is well formed", async (read) => {
            known.keys = await keysOf(file);
            const own = known.keys.at(-1);
            read(own.text);
            known.fingerprint = await fingerprint(own);
            read(`fingerprint ${known.fingerprint}`);
          });
          await step("signature", "The checkpoint is signed by that key", async (read) => {
            const note = readNote(file.get("checkpoint"), "The checkpoint");
            known.checkpoint = readCheckpoint(note, "The checkpoint");
            read(`origin ${shown(known.checkpoint.origin)}`);
            read(`size ${known.checkpoint.size}`);
            read(`root ${toBase64(known.checkpoint.root)}`);
            need("keys");
            await openNote(file.get("checkpoint"), known.keys.slice(-1), origin, "The checkpoint");
          });
          const under = (included, what) => place(included, known.checkpoint, file, what);
          const requirePrefix = async (older, proof, what) =>
            demand(await isPrefix(older, known.checkpoint, hashes(proof)),
              `${what}, of ${older.size} entries, is not shown to be an earlier state of the same ledger.`);

          if (file.has("rotations")) {
            await step("rotations", "Each change of key is signed by the key before it", async (read) => {
              need("keys", "checkpoint");
              known.rotated = [];
              for (const [at, rotation] of file.get("rotations").entries()) {
                const what = "The checkpoint of a change of key";
                const older = await openNote(rotation.get("checkpoint"), [known.keys[at]], origin, what);
                known.rotated.push(await place(rotation.get("entry"), older, file, "The change of key, entry"));
                await requirePrefix(older, rotation.get("proof"), what);
                read(`entry ${rotation.get("entry").get("index")}, from ${known.keys[at].text} to ${known.keys[at + 1].text}`);
              }
            });
          }
          await step("entries", "Each entry stands in the ledger where it says", async (read) => {
            need("checkpoint");
            const placed = [];
            for (const included of file.get("entries") ?? []) {
              placed.push(await under(included, "Entry"));
              read(describe(placed.at(-1), time));
            }
            if (placed.length === 0) read("no entries are in the file");
            known.entries = placed;
          });
          await step("state", "What the ledger declares to be all entries is in the ledger", async (read) => {
            need("checkpoint");
            const state = await under(file.get("state"), "The state, entry");
            const leaves = await Leaves.of(file.get("state"), understood(state, "ledger.state", "Entry"), true, "the state");
            read(`entry ${state.index}, recorded on ${time(state.entry.get("recorded"))}`);
            const following = known.checkpoint.size - 1 - state.index;
              read(`a tree of ${counted(leaves.size, "id")}; ` + (following === 1
                ? "1 entry of the ledger follows it" : `${following} entries of the ledger follow it`));
            for (const leaf of leaves.leaves) {
              read(`id ${shown(leaf.booking)} of ${shown(leaf.source)}: ${entriesOf(leaf)}`);
            }
            [known.state, known.leaves] = [state, leaves];
          });
          await step("complete", "Exactly the entries that the ledger declares are shown", (read) => {
            need("entries", "state");
            known.scope = requireDeclared(file, known.entries, known.state, known.leaves);
            for (const [at, id] of known.scope.ids.entries()) {
              const leaf = known.scope.found[at];
              read(`${at < known.scope.closure.size ? "id" : "other booking"} ${shown(id)}: ` +
                (leaf ? entriesOf(leaf) : `nothing is declared up to entry ${known.state.index}`));
            }
          });
          const isAnyErased = (file.get("entries") ?? []).some((one) => one.has("erased"));
          const sealing = "Each disclosed value is the one that was sealed" + (isAnyErased ? "; each erased one was erased" : "");
          await step("disclosed", sealing, async (read) => {
            need("entries", "scope");
            const disclosed = [];
            for (const placed of known.entries) {
              const values = await disclosuresOf(placed, known.scope.closure);
              const erased = requireErased(placed, known.entries, values);
              for (const [field, value] of values) {
                disclosed.push([String(placed.index), field, value]);
                read(`entry ${placed.index}, ${field}: ${shown(value)}`);
              }
              for (const one of placed.included.get("erased") ?? []) {
                read(`entry ${placed.index}, ${one.get("field")}: erased, as entry ${one.get("by")} says`);
              }
              const sealedFields = [...(placed.entry?.get("sealed")?.keys() ?? [])];
              const withheld = sealedFields.filter((field) => !values.has(field) && !erased.includes(field));
              if (withheld.length > 0) read(`entry ${placed.index}: not disclosed: ${withheld.join(", ")}`);
            }
            known.disclosed = disclosed;
          });
          if (file.has("snapshots")) {
            await step("snapshots", "Each reading of the schedule commits to what it saw", async (read) => {
              need("checkpoint", "scope");
              const readings = [];
              let isAnywhere = false;
              for (const snapshot of file.get("snapshots")) {
                const placed = await under(snapshot, "The reading of entry");
                const entry = understood(placed, "snapshot.taken", "Entry");
                const leaves = await Leaves.of(snapshot, entry, false, `the reading of entry ${placed.index}`);
                const keys = [...known.scope.closure].map((booking) => ({ source: file.get("source"), booking }));
                const isPresent = leaves.find(keys).some(Boolean);
                isAnywhere ||= isPresent;
                const body = entry.get("body");
                read(`entry ${placed.index}, source ${shown(entry.get("source"))}: ` +
                  `claimed ${isPresent ? "present" : "absent"} on ${time(body.get("takenAt"))}, in a reading ` +
                  `recorded on ${time(entry.get("recorded"))}, ` +
                  (body.has("from") ? `from ${body.get("from")} ` : "") + (body.has("to") ? `to ${body.get("to")} ` : "") +
                  (body.get("complete") ? "that is complete" : "that is not complete") +
                  (body.has("cancelled") ? `, cancelled rows ${shown(body.get("cancelled"))}` : ""));
                readings.push(placed);
              }
              demand(isAnywhere, "Readings without the booking are shown, and none that ever had it: they say nothing.");
              known.readings = readings;
            });
          }
          await step("chain", "Where two neighbouring entries are shown, the later names the hash of the earlier", (read) => {
            need("entries", "state");
            const all = new Map();
            const placed = [...(known.rotated ?? []), ...known.entries, known.state, ...(known.readings ?? [])];
            for (const one of placed) all.set(one.index, one);
            for (const { index, entry } of placed) {
              const before = all.get(index - 1)?.leaf ?? (index === 0 ? new Uint8Array(32) : undefined);
              if (!entry || !before) continue;
              demand(entry.get("previous") === toBase64(before), `Entry ${index} does not follow entry ${index - 1}, which is shown.`);
              read(`entry ${index} follows entry ${index - 1}`);
            }
          });
          if (file.has("consistency")) {
            await step("consistency", "Nothing was rewritten since the checkpoints that were held", async (read) => {
              need("keys", "checkpoint");
              for (const one of file.get("consistency")) {
                const older = await openNote(one.get("held"), known.keys, origin, "A checkpoint held before");
                await requirePrefix(older, one.get("proof"), "A checkpoint held before");
                read(`size ${older.size}, root ${toBase64(older.root)}`);
              }
            });
          }
          if (file.has("timestamps")) {
            await step("stamped", "The checkpoints that were time-stamped are of this ledger", async (read) => {
              need("keys", "checkpoint");
              for (const one of file.get("timestamps")) {
                const older = await openNote(one.get("checkpoint"), known.keys, origin, "A time-stamped checkpoint");
                await requirePrefix(older, one.get("proof"), "A time-stamped checkpoint");
                read(`size ${older.size}, root ${toBase64(older.root)}`);
              }
            });
            await step("timestamps", "The time-stamps themselves (RFC 3161)", () => {
              throw new Unchecked("Time-stamps are not checked in the browser.");
            });
          }
          if (page) {
            await step("page", "The page names the same ids, key, checkpoint, hash and disclosed values as the file", async (read) => {
              const digest = toHex(await sha256(utf8(spelled)));
              const expect = (name, value) => {
                const values = page[name] ?? [];
                demand(values.length > 0 && values.every((one) => one === value), `The page shows another ${name} than the file.`);
                read(`${name} ${value}`);
              };
              expect("booking id", shown(file.get("booking")));
              expect("source", shown(file.get("source")));
              expect("ledger", origin);
              need("fingerprint", "checkpoint", "disclosed");
              expect("fingerprint", known.fingerprint);
              expect("size", String(known.checkpoint.size));
              expect("root", toBase64(known.checkpoint.root));
              expect("SHA-256", digest);
              const rows = known.disclosed.map((row) => JSON.stringify(row.map(shown))).sort();
              const given = page.disclosed.map((row) => JSON.stringify(row)).sort();
              demand(JSON.stringify(given) === JSON.stringify(rows),
                "The page shows other disclosed values than the file.");
              read(counted(rows.length, "disclosed value"));
            });
          }
          return steps;
        }

        const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

        // A time of the record on the clocks that the page names; as it is recorded, in UTC, where they are not known.
        function timeOn(zone, text) {
          let parts;
          try {
            const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone ?? "", day: "numeric", month: "long",
              year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
            parts = Object.fromEntries(format.formatToParts(Date.parse(text)).map((one) => [one.type, one.value]));
          } catch {
            return text;
          }
          const { day, month, year, hour, minute, second } = parts;
          return `${day} ${month} ${year} at ${hour}:${minute}${second === "00" ? "" : `:${second}`}` +
            (zone === "UTC" ? " UTC" : "");
        }

        function describe({ index, entry }, time) {
          if (!entry) return `entry ${index}: of a version or type that this page does not understand`;
          const start = entry.get("appointment")?.get("start");
          const booking = entry.has("booking") ? `, booking ${shown(entry.get("booking"))}` : "";
          const former = entry.has("supersedes") ? `, before it ${shown(entry.get("supersedes"))}` : "";
          return `entry ${index}: ${entry.get("type")}${booking}${former}, recorded on ${time(entry.get("recorded"))}` +
            (start ? `, for ${start}` : "");
        }
        """#
}
