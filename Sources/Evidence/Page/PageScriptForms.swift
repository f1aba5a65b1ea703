extension PageScript {
    /// What an evidence file and an entry must look like: tables of shapes.
    static let form = #"""
        // A shape is a function of a value and its path that lets the value pass, or throws.
        const shape = (holds, words) => (value, path) => demand(holds(value), `${path}: ${words}.`);
        const text = shape((value) => typeof value === "string" && value !== "", "this must be a text that is not empty");
        const matching = (pattern, words) =>
          shape((value) => typeof value === "string" && pattern.test(value), words);
        const oneOf = (...words) => shape((value) => words.includes(value), "no such word");
        const count = shape((value) => Number.isInteger(value) && value >= 0, "this must be a whole number from 0");
        const truth = shape((value) => typeof value === "boolean", "this must be true or false");
        const identifier = shape(
          (value) => typeof value === "string" && value !== "" && utf8(value).length <= 1024,
          "this must be an id of 1 to 1,024 bytes");
        const hash = shape(
          (value) => typeof value === "string" && fromBase64(value)?.length === 32, "this must be a hash in base64");
        const origin = matching(/^[a-z0-9./_-]{1,255}$/, "this is no ledger's name");
        const fieldName = matching(/^[a-z][a-z0-9._-]{0,63}$/, "this is no name of a field");

        function object(...members) {
          return (value, path) => {
            demand(value instanceof Map, `${path}: this must be an object.`);
            const names = [...value.keys()];
            let place = 0;
            for (const [name, inner, isOptional] of members) {
              if (names[place] === name) {
                inner(value.get(name), path === "the file" ? name : `${path}.${name}`);
                place += 1;
              } else {
                demand(isOptional, `${path}: the member "${name}" should stand here.`);
              }
            }
            demand(place === names.length, `${path}: the member ${quoted(names[place] ?? "")} is unknown, or out of order.`);
          };
        }

        function list(inner, atMost = Infinity, atLeast = 1) {
          return (value, path) => {
            demand(Array.isArray(value) && value.length >= atLeast && value.length <= atMost,
              `${path}: this must be a list${atLeast ? " that is not empty" : " of hashes"}.`);
            value.forEach((element, place) => inner(element, `${path}[${place}]`));
          };
        }

        const ascending = (inner, key) => (value, path) => {
          inner(value, path);
          const numbers = value.map((element) => element.get("index") ?? element.get(key).get("index"));
          demand(numbers.every((number, place) => place === 0 || number > numbers[place - 1]),
            `${path}: indexes ascend, each once.`);
        };
        const distinct = (inner, key) => (value, path) => {
          inner(value, path);
          demand(new Set(value.map(key)).size === value.length, `${path}: something stands there twice.`);
        };

        // Real dates only: JavaScript would make 30 February the 2nd of March.
        function isCivilTime(spelled) {
          const parts = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.exec(spelled);
          if (!parts) return false;
          const [year, month, day] = parts.slice(1, 4).map(Number);
          const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
          const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
          return year >= 1 && days !== undefined && day >= 1 && day <= days;
        }
        const timestamp = shape(
          (value) => typeof value === "string" && /\.\d{6}Z$/.test(value) && isCivilTime(value.slice(0, -8)),
          "this must be a moment in UTC");
        const wallTime = shape(
          (value) => typeof value === "string" && isCivilTime(value.slice(0, 19)) &&
            /^(\+([01]\d|2[0-3]):[0-5]\d|-(?!00:00)([01]\d|2[0-3]):[0-5]\d)$/.test(value.slice(19)),
          "this must be a time with its offset");

        const entryBytes = shape(
          (value) => typeof value === "string" && value.length <= 87380 && (fromBase64(value)?.length ?? 0) > 0 &&
            fromBase64(value).length <= 65535,
          "this must be an entry in base64");
        const token = shape(
          (value) => typeof value === "string" && (fromBase64(value)?.length ?? 0) > 0, "this must be base64");
        const proof = list(hash, 128, 0);
        const included = [["index", count], ["bytes", entryBytes], ["proof", proof]];
        const leaves = ascending(list(object(["leaf", text], ["index", count], ["proof", proof])));
        const commitment = object(...included, ["leaves", leaves, true]);
        const erased = distinct(list(object(["field", text], ["by", count])), (one) => one.get("field"));

        const evidenceMembers = object(
          ["format", oneOf("daybook-evidence/v1")],
          ["origin", origin],
          ["verifier", text],
          ["source", identifier],
          ["booking", identifier],
          ["siblings", distinct(list(identifier), (id) => id), true],
          ["checkpoint", text],
          ["rotations", ascending(list(object(["checkpoint", text], ["proof", proof], ["entry", object(...included)])),
            "entry"), true],
          ["entries", ascending(list(object(...included, ["disclosures", list(text), true], ["erased", erased, true]))),
            true],
          ["state", commitment],
          ["snapshots", ascending(list(commitment)), true],
          ["consistency", list(object(["held", text], ["proof", proof])), true],
          ["timestamps", list(object(["checkpoint", text], ["proof", proof], ["token", token])), true]);

        function readEvidence(spelled) {
          const file = readJSON(spelled);
          evidenceMembers(file, "the file");
          demand(!file.get("siblings")?.includes(file.get("booking")), "siblings: the booking's own id stands there.");
          return file;
        }
        """#

    /// An entry of version 1: its members, which of them stand where, and the body of each type.
    static let entries = #"""
        const isCode = matching(/^[a-z0-9][a-z0-9._-]{0,63}$/, "this is no code");
        const statuses = oneOf("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow",
          "entered-in-error", "checked-in", "waitlist", "unknown");
        const anything = () => {};

        function actor(value, path) {
          object(["kind", oneOf("user", "client", "job", "sync", "api", "unknown")], ["id", text, true])(value, path);
          demand(value.get("kind") !== "client" || !value.has("id"), `${path}: a client's id is sealed.`);
        }

        function sealed(value, path) {
          demand(value instanceof Map && value.size > 0, `${path}: this must be an object that is not empty.`);
          let before = "";
          for (const [name, digest] of value) {
            fieldName(name, path);
            demand(before < name, `${path}: sealed fields out of order.`);
            demand(typeof digest === "string" && fromBase64url(digest)?.length === 32, `${path}.${name}: this is no digest.`);
            before = name;
          }
        }

        function erasedList(value, path) {
          list(anything)(value, path);
          let before = -1;
          for (const row of value) {
            demand(Array.isArray(row) && row.length === 2, `${path}: entry and fields belong here.`);
            count(row[0], path);
            demand(row[0] > before, `${path}: entries ascend.`);
            list(fieldName)(row[1], path);
            before = row[0];
          }
        }

        const appointment = object(["start", wallTime, true], ["end", wallTime, true], ["zone", text, true],
          ["status", statuses, true], ["word", text, true], ["practitioner", text, true], ["service", text, true],
          ["location", text, true], ["series", text, true], ["occurrence", text, true]);
        const entryMembers = object(["daybook", oneOf(1)], ["origin", origin], ["index", count], ["previous", hash],
          ["recorded", timestamp], ["type", text], ["source", text, true], ["event", text, true],
          ["sequence", count, true], ["occurred", timestamp, true],
          ["basis", oneOf("reported", "observed", "baseline", "attested"), true], ["actor", actor, true],
          ["reason", isCode, true], ["booking", text, true], ["supersedes", text, true],
          ["appointment", appointment, true], ["sealed", sealed, true], ["body", anything, true]);

        const notice = object(["medium", text, true], ["purpose", text, true], ["quoted", wallTime, true],
          ["reached", truth, true]);
        const capture = object(["sources", list(text)]);
        const bodies = new Map([
          ["booking.created", null], ["booking.modified", null], ["booking.cancelled", null], ["booking.deleted", null],
          ["notice.sent", notice], ["notice.failed", notice],
          ["snapshot.taken", object(["takenAt", timestamp], ["from", wallTime, true], ["to", wallTime, true],
            ["complete", truth], ["cancelled", text, true], ["practitioners", list(text), true],
            ["rows", count], ["digest", hash], ["size", count],
            ["root", hash])],
          ["capture.started", capture], ["capture.stopped", capture], ["capture.heartbeat", capture],
          ["capture.gap", capture],
          ["ledger.opened", object(["format", text],
            ["after", object(["origin", text], ["size", count], ["root", hash]), true])],
          ["ledger.state", object(["size", count], ["root", hash])],
          ["ledger.stamped", object(["size", count], ["root", hash], ["token", text])],
          ["check.completed", object(["source", text], ["reading", count, true], ["critical", count], ["error", count],
            ["warning", count], ["info", count], ["exit", count], ["allowed", text, true])],
          ["finding.acknowledged", object(["source", text], ["code", text], ["booking", text, true],
            ["detail", text, true], ["until", timestamp])],
          ["intake.refused", object(["channel", text], ["count", count], ["reason", text], ["digest", hash])],
          ["case.opened", object(["case", text], ["booking", text, true], ["source", text, true])],
          ["case.updated", object(["case", text], ["step", text])],
          ["case.closed", object(["case", text], ["outcome", text, true])],
          ["evidence.exported", object(["source", text], ["booking", text], ["size", count], ["digest", hash])],
          ["erasure.requested", object(["fields", list(text)], ["source", text, true], ["booking", text, true])],
          ["erasure.completed", object(["erased", erasedList])],
          ["key.rotated", object(["from", text], ["to", text])],
        ]);

        const isBooking = (type) => type.startsWith("booking.");
        const isAboutBooking = (type) => isBooking(type) || type.startsWith("notice.");

        // The entry as a map; null for one of a later version or type, which must still be canonical.
        function readEntry(bytes) {
          const entry = readJSON(fromUTF8(bytes));
          demand(entry instanceof Map, "This is no entry.");
          const [first] = entry.keys();
          demand(first === "daybook" && Number.isInteger(entry.get("daybook")), "This is no entry: it has no version.");
          if (entry.get("daybook") !== 1) return null;
          const type = entry.get("type");
          demand(typeof type === "string" && type !== "", "This is no entry: it has no type.");
          if (!bodies.has(type)) return null;
          entryMembers(entry, "the entry");
          const place = (name, belongs) =>
            demand(entry.has(name) === belongs, `the entry: "${name}" is missing, or out of place.`);
          const hasSource = isAboutBooking(type) || type === "snapshot.taken" || type.startsWith("capture.");
          place("source", hasSource);
          demand(hasSource || (!entry.has("event") && !entry.has("sequence")), "the entry: an event of no source.");
          place("basis", isBooking(type));
          place("booking", isAboutBooking(type));
          demand(isBooking(type) || !entry.has("supersedes"), 'the entry: "supersedes" out of place.');
          place("appointment", isBooking(type) && type !== "booking.deleted");
          place("body", !isBooking(type));
          if (isBooking(type)) return entry;
          try {
            demand(entry.get("body").size > 0, "the entry: an empty body.");
            bodies.get(type)(entry.get("body"), "the entry: body");
          } catch (error) {
            if (error instanceof Differs) return null;
            throw error;
          }
          return entry;
        }
        """#
}
