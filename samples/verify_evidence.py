#!/usr/bin/env python3
"""Verifies a Daybook evidence file (daybook-evidence/v1) with none of Daybook's own code.

    python3 verify_evidence.py FILE --trust VKEY [--trust VKEY ...] [--held NOTE_FILE ...]

Needs Python 3.9 and the package `cryptography`; writes and sends nothing. VKEY is the practice's verifier key, from
somewhere else than FILE; a held note is a checkpoint that you kept earlier. Prints what is proven, what the ledger
declares, what cannot be said, and the entries in short. Ends with 0 accepted; 2 refused, and which step failed;
3 accepted, but a held note could not be compared; 64 wrong usage; 65 not evidence; 66 unreadable. Any other: refused.
"""
import argparse
import base64
import bisect
import hashlib
import json
import re
import sys
from collections import defaultdict, namedtuple
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LARGEST = 64 << 20
Key = namedtuple("Key", "name id public")
Tree = namedtuple("Tree", "size root")
Entry = namedtuple("Entry", "index hash members type ids shown")  # the type is "" where it is not understood

EMPTY = Tree(0, hashlib.sha256().digest())

# The form of a value: a type is one that is not empty or negative, a pattern is text, a list is one or more of the same
# (with ... also none), a tuple is a list of just these, a dictionary is an object with these members in this order;
# a question mark says that the member may be left out.
NAME, BASE64 = r"[^\s+\x00-\x1f\x7f-\x9f]+", "[A-Za-z0-9+/]+=*"
HASH = re.compile("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
CLOCK = r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d"
MOMENT, WALL = re.compile(CLOCK + r"\.\d{6}Z", re.A), re.compile(CLOCK + r"(?!-00:00)[+-][0-2]\d:[0-5]\d", re.A)
KEY = re.compile(f"({NAME})\\+([0-9a-f]{{8}})\\+({BASE64})")
NOTE = re.compile(f"(([^\\x00-\\x1f]+)\n(0|[1-9][0-9]{{0,17}})\n({HASH.pattern})\n(?:[^\\x00-\\x1f]+\n)*)\n"
                  f"((?:\u2014 {NAME} {BASE64}\n){{1,100}})")
TREE, SHOWN = {"size": int, "root": HASH}, {"index": int, "bytes": str, "proof": [HASH, ...]}
LEAVES = {"leaves?": [{"leaf": str, "index": int, "proof": [HASH, ...]}]}
STATE_LEAF, READING_LEAF = {"source": str, "booking": str, "entries": [int]}, {"source": str, "booking": str}
DISCLOSURE = (re.compile("[A-Za-z0-9_-]{21}[AQgw]"), re.compile("[a-z][a-z0-9._-]{0,63}"), re.compile("(?s).*"))
EVIDENCE = {
    "format": str, "origin": re.compile("[a-z0-9./_-]{1,255}"), "verifier": str, "source": str, "booking": str,
    "siblings?": [str], "checkpoint": str, "rotations?": [{"checkpoint": str, "proof": [HASH, ...], "entry": SHOWN}],
    "entries?": [{**SHOWN, "disclosures?": [str], "erased?": [{"field": str, "by": int}]}],
    "state": {**SHOWN, **LEAVES}, "snapshots?": [{**SHOWN, **LEAVES}],
    "consistency?": [{"held": str, "proof": [HASH, ...]}],
    "timestamps?": [{"checkpoint": str, "proof": [HASH, ...], "token": str}]}
HEAD = {"daybook": int, "origin": str, "index": int, "previous": HASH, "recorded": MOMENT, "type": str}
EVENT = {"source": str, "event?": str, "sequence?": int, "occurred?": MOMENT}
ACTOR = {"actor?": {"kind": str, "id?": str}, "reason?": re.compile("[a-z0-9][a-z0-9._-]{0,63}")}
DELETED = {**HEAD, **EVENT, "basis": str, **ACTOR, "booking": str, "supersedes?": str, "sealed?": dict}
WORDS = {f"{name}?": str for name in "zone status word practitioner service location series occurrence".split()}
BOOKING = {name: form for name, form in DELETED.items() if name != "sealed?"}
BOOKING = {**BOOKING, "appointment": {"start?": WALL, "end?": WALL, **WORDS}, "sealed?": dict}
NOTICE = {**HEAD, **EVENT, **ACTOR, "booking": str, "sealed?": dict,
          "body": {"medium?": str, "purpose?": str, "quoted?": WALL, "reached?": bool}}
READING = {"takenAt": MOMENT, "from?": WALL, "to?": WALL, "complete": bool, "cancelled?": str,
           "practitioners?": [str], "rows": int, "digest": HASH, **TREE}
ABOUT_LEDGER = {**HEAD, **ACTOR, "sealed?": dict}
FORMS = {
    "booking.created": BOOKING, "booking.modified": BOOKING, "booking.cancelled": BOOKING, "booking.deleted": DELETED,
    "notice.sent": NOTICE, "notice.failed": NOTICE, "ledger.state": {**ABOUT_LEDGER, "body": TREE},
    "snapshot.taken": {**HEAD, **EVENT, **ACTOR, "sealed?": dict, "body": READING},
    "erasure.completed": {**ABOUT_LEDGER, "body": {"erased": [(int, [str])]}},
    "key.rotated": {**ABOUT_LEDGER, "body": {"from": str, "to": str}}}


class Refused(Exception):
    """A step of the verification failed: the text says which."""


def require(holds, why):
    if not holds:
        raise Refused(why)


def fits(value, form):
    if isinstance(form, dict):
        names = [name.rstrip("?") for name in form if name[-1] != "?" or isinstance(value, dict) and name[:-1] in value]
        return isinstance(value, dict) and list(value) == names and all(
            fits(value[name], form.get(name) or form[name + "?"]) for name in names)
    if isinstance(form, (list, tuple)):
        forms = form if isinstance(form, tuple) else form[:1] * len(value) if isinstance(value, list) else [None]
        return isinstance(value, list) and len(value) == len(forms) and (value != [] or ... in form) and all(
            map(fits, value, forms))
    if isinstance(form, re.Pattern):
        real = isinstance(value, str) and form.fullmatch(value) is not None
        return real and (form not in (MOMENT, WALL) or instant(value) is not None)
    return type(value) is form and value not in ("", {}) and (form is not int or value >= 0)


def canonical(data, what):
    """The value of JSON in its one spelling: no white space, no fraction, no null, no member twice."""
    def unique(pairs):
        require(len(dict(pairs)) == len(pairs), f"{what} has a member twice")
        return dict(pairs)

    def number(text):
        require(len(text) < 18 and abs(int(text)) < 2**53, f"{what} has a number that is too large")
        return int(text)

    def plain(value, depth):
        if isinstance(value, (dict, list)):
            parts = [*value, *value.values()] if isinstance(value, dict) else value
            return depth > 0 and all(plain(part, depth - 1) for part in parts)
        return value is not None and not (isinstance(value, str) and "\0" in value)

    hooks = dict(parse_int=number, parse_float=lambda _: None, parse_constant=lambda _: None)
    try:
        value = json.loads(data, object_pairs_hook=unique, **hooks)
        spelled = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not JSON") from None
    require(spelled == data and plain(value, 64), f"{what} is not JSON in its one spelling")
    return value


def unbase64(text, what, url=False):
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4 if url else 0), b"-_" if url else None, validate=True)
    except ValueError:
        data = b""
    spelled = base64.urlsafe_b64encode(data).rstrip(b"=") if url else base64.b64encode(data)
    require(data and spelled.decode() == text, f"{what} is not base64 in its one spelling")
    return data


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def climb(start, steps):
    """The root above a hash; each step is a sibling, and whether it stands on the left."""
    for left, sibling in steps:
        start = hashlib.sha256(b"\1" + (sibling + start if left else start + sibling)).digest()
    return start


def require_inclusion(leaf, index, tree, hashes, what):
    inner = (index ^ (tree.size - 1)).bit_length()
    steps = [(level >= inner or index >> level & 1, base64.b64decode(text)) for level, text in enumerate(hashes)]
    require(index < tree.size and len(steps) == inner + bin(index >> inner).count("1")
            and climb(leaf, steps) == tree.root, f"the proof of {what} does not lead to the root of its tree")


def require_consistency(old, new, hashes, what):
    why = f"{what} is not of the same history as the file's checkpoint"
    if old.size in (0, new.size) or old.size > new.size:
        return require(not hashes and old == new, why)
    shift = (old.size & -old.size).bit_length() - 1
    hashes = [base64.b64decode(text) for text in hashes]
    # Where the older tree is one complete subtree, its root is the first hash, and the proof does not repeat it.
    seed, *path = [old.root] + hashes if old.size == 1 << shift else hashes or [b""]
    last = (old.size - 1) >> shift
    inner = (last ^ ((new.size - 1) >> shift)).bit_length()
    steps = [(level >= inner or last >> level & 1, sibling) for level, sibling in enumerate(path)]
    require(len(steps) == inner + bin(last >> inner).count("1") and climb(seed, steps) == new.root
            and climb(seed, [step for step in steps if step[0]]) == old.root, why)


def read_key(text, what):
    parts = KEY.fullmatch(text)
    require(parts, f"{what} is not a verifier key")
    material = unbase64(parts[3], what)
    name, identifier = parts[1], hashlib.sha256(f"{parts[1]}\n".encode() + material).digest()[:4]
    require(material[0] == 1 and len(material) == 33 and parts[2] == identifier.hex(), f"{what} is not a verifier key")
    return Key(name, identifier, material[1:])


def read_note(note, keys, origin, what):
    """The tree of a checkpoint, and which of the keys signed it: at least one, and none that it names in vain."""
    parts, signers = NOTE.fullmatch(note) if len(note) <= 1_000_000 else None, set()
    require(parts, f"{what} is not a checkpoint in a signed note")
    for line in parts[5].split("\n")[:-1]:
        _, name, blob = line.split(" ")
        blob = unbase64(blob, f"a signature of {what}")
        require(len(blob) > 4, f"a signature of {what} is too short")
        for key in keys:
            if (key.name, key.id) == (name, blob[:4]) and key not in signers:
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], parts[1].encode())
                except (InvalidSignature, ValueError):
                    raise Refused(f"a signature of {what} is not by the key that it names") from None
                signers.add(key)
    require(parts[2] == origin and signers, f"{what} is not signed by a key of this ledger")
    return Tree(int(parts[3]), base64.b64decode(parts[4])), signers


def read_entry(shown, tree, origin):
    """An entry that stands in the tree at the place that it names."""
    what, data = f"entry {shown['index']}", unbase64(shown["bytes"], "an entry")
    members = canonical(data, what)
    require(len(data) <= 65_535 and isinstance(members, dict) and members.get("origin") == origin
            and list(members)[:4] == list(HEAD)[:4] and fits(members["previous"], HASH)
            and json.dumps(members["index"]) == str(shown["index"]), f"{what} is not an entry of this place and ledger")
    require_inclusion(leaf_hash(data), shown["index"], tree, shown["proof"], what)
    type, source = members.get("type"), members.get("source")
    understood = isinstance(type, str) and type in FORMS and fits(members, FORMS[type]) and members["daybook"] == 1
    about = [members.get(name) for name in ("booking", "supersedes")]
    ids = {(source, text) for text in about if isinstance(text, str) and isinstance(source, str)}
    return Entry(shown["index"], leaf_hash(data), members, type if understood else "", ids, shown)


def read_answer(entry, ids, form):
    """The leaves of a state or reading by id: they must show each of the ids present or absent, and nothing else."""
    body, shown, leaves, order, places = entry.members["body"], entry.shown.get("leaves", []), {}, [], []
    tree, what = Tree(body["size"], base64.b64decode(body["root"])), f"a leaf under entry {entry.index}"
    for item in shown:
        leaf = canonical(item["leaf"].encode(), what)
        require(fits(leaf, form) and rising(leaf.get("entries", [])), f"{what} is not spelled as one")
        require_inclusion(leaf_hash(item["leaf"].encode()), item["index"], tree, item["proof"], what)
        order.append((leaf["source"], leaf["booking"]))
        places.append(item["index"])
        leaves[order[-1]] = leaf.get("entries", [])
    require(rising(places) and rising(order), f"the leaves under entry {entry.index} are not in order")
    needed = ids & set(order)
    for id in sorted(ids - needed):
        at = bisect.bisect(order, id)
        first, last = at < len(order) and places[at] == 0, at > 0 and places[at - 1] == tree.size - 1
        beside = 0 < at < len(order) and places[at] == places[at - 1] + 1
        require(first or last or beside or tree == EMPTY, f"entry {entry.index} leaves open whether it has {id[1]}")
        needed |= set(order[at : at + 1] if first else order[at - 1 : at] if last else order[at - 1 : at + 1])
    require(needed == set(order), f"{what} is of a booking that is not asked for")
    return leaves


def rising(values):
    return all(before < after for before, after in zip(values, values[1:]))


def check_fields(entry, shown, may_disclose):
    """What the file says of the entry's sealed fields, each disclosed as sealed or erased by a later entry."""
    said, what = {}, f"entry {entry.index}"
    sealed = entry.members.get("sealed", {}) if entry.type else {}
    for text in entry.shown.get("disclosures", []):
        parts = canonical(unbase64(text, f"a disclosure of {what}", url=True), f"a disclosure of {what}")
        hashed = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        require(may_disclose and fits(parts, DISCLOSURE) and sealed.get(parts[1]) == hashed and parts[1] not in said,
                f"a disclosure of {what} is not of a field that it sealed, is there twice, or is another client's")
        said[parts[1]] = f"{parts[1]}: {parts[2]}"
    for mark in entry.shown.get("erased", []):
        name, by = mark["field"], shown.get(mark["by"])
        require(by and by.type == "erasure.completed" and by.index > entry.index and name in sealed and name not in said
                and any(index == entry.index and name in names for index, names in by.members["body"]["erased"]),
                f"entry {mark['by']} does not say that {name} of {what} was erased, or it is disclosed, or named twice")
        said[name] = f"{name}: erased, says entry {by.index}"
    return list(said.values()) + [f"{name}: not disclosed" for name in sealed if name not in said]


def check_about(file, entries, state, readings):
    """The entries must be just what the state names for the booking's ids, what followed it, and what erased."""
    source = file["source"]
    siblings, links = {(source, name) for name in file.get("siblings", [])}, defaultdict(set)
    for entry in entries:
        for id in entry.ids if entry.type else ():
            links[id] |= entry.ids
    closure, new = set(), {(source, file["booking"])}
    while new:
        closure |= new
        new = set().union(*(links[id] for id in new)) - closure
    require(len(siblings) == len(file.get("siblings", [])) and not siblings & closure,
            "a sibling is not another booking, or stands there twice")
    wanted, shown = closure | siblings, {entry.index: entry for entry in entries}
    leaves = {id: set(indexes) for id, indexes in read_answer(state, wanted, STATE_LEAF).items()}
    for id in sorted(wanted & set(leaves)):
        for index in sorted(leaves[id]):
            require(index in shown, f"entry {index}, which the state names, is left out")
            require(index < state.index and shown[index].type and id in shown[index].ids,
                    f"entry {index} is not understood, or the state names it for another booking")
    pointed = {mark["by"] for entry in entries for mark in entry.shown.get("erased", [])}
    for entry in entries:
        require(entry.ids & wanted or entry.index in pointed, f"entry {entry.index} is not about this booking")
        for id in entry.ids & (wanted | set(leaves)) if entry.index < state.index else ():
            require(entry.index in leaves.get(id, ()), f"the state does not name entry {entry.index} for its booking")
    fields = {entry.index: check_fields(entry, shown, entry.ids & closure) for entry in entries}
    seen = [bool(closure & set(read_answer(reading, closure, READING_LEAF))) for reading in readings]
    require(not readings or any(seen), "readings stand there, and none of them has the booking")
    later = [entry.index for entry in entries if entry.index > state.index and entry.ids]
    return closure, {id: leaves.get(id, set()) for id in wanted}, later, fields, seen


def check_token(token):
    """A time-stamp token is one DER sequence; what it says is not looked at."""
    more = token[1] - 128 if len(token) > 1 and token[1] > 128 else 0
    length = int.from_bytes(token[2 : 2 + more], "big") if more else token[1] if len(token) > 1 else -1
    require(token[0] == 0x30 and len(token) == 2 + more + length, "a time-stamp token is not one DER sequence")


def compare(held, keys, origin, known):
    """What the notes kept by the verifier add: what they prove, and those that the file does not reach."""
    same, unreached = [], []
    for name, text in held:
        why = "the file does not reach it"
        try:
            old, _ = read_note(text, keys, origin, name)
        except Refused as refusal:
            old, why = None, refusal
        if old and old.size in known:
            require(known[old.size] == old, f"AR403: the held note {name} is signed, and is of another history")
            same.append(f"The first {old.size} entries are those of the held note {name}.")
        else:
            unreached.append(f"Whether the held note {name} is of this history: {why}.")
    return same, unreached


def verify(data, trusted, held):
    """Refuses the evidence, or returns what to print and whether every held note was compared."""
    file = canonical(data, "the file")
    require(isinstance(file, dict) and file.get("format") == "daybook-evidence/v1",
            "the file is of a version that this program does not know")
    require(fits(file, EVIDENCE), "a member of the file is missing, empty, unknown, out of order or of another form")
    origin, source, rotations = file["origin"], file["source"], file.get("rotations", [])
    changes = [canonical(unbase64(item["entry"]["bytes"], "a rotation"), "a rotation") for item in rotations]
    require(all(fits(change, FORMS["key.rotated"]) for change in changes), "a rotation is not an entry key.rotated")
    texts = [change["body"]["from"] for change in changes] + [file["verifier"]]
    require(texts[1:] == [change["body"]["to"] for change in changes], "the rotations do not lead to the verifier key")
    keys = [read_key(text, "a key in the file") for text in texts]
    require(set(keys) & set(trusted), "the file is signed by another key than those that you trust")
    tree, signers = read_note(file["checkpoint"], keys, origin, "the checkpoint")
    require(keys[-1] in signers, "the checkpoint is not signed by the verifier key")
    known = {tree.size: tree}

    def older(item, member, what):
        old, by = read_note(item[member], keys, origin, what)
        require_consistency(old, tree, item["proof"], what)
        known[old.size] = old
        return old, by

    def read(item, *types):
        entry = read_entry(item, tree, origin)
        require(not types or entry.type in types, f"entry {entry.index} is not understood, or not {' or '.join(types)}")
        return entry

    everything = []
    for item, key in zip(rotations, keys):
        old, by = older(item, "checkpoint", "a rotation's checkpoint")
        require(key in by, "a rotation's checkpoint is not signed by the key that it ends")
        everything.append(read_entry(item["entry"], old, origin))
    for item in file.get("consistency", []):
        older(item, "held", "a held note inside the file")
    for item in file.get("timestamps", []):
        older(item, "checkpoint", "a time-stamped checkpoint")
        check_token(unbase64(item["token"], "a time-stamp token"))

    entries = [read(item) for item in file.get("entries", [])]
    readings = [read(item, "snapshot.taken") for item in file.get("snapshots", [])]
    state = read(file["state"], "ledger.state")
    for list_ in (everything, entries, readings):
        require(rising([entry.index for entry in list_]), "the entries are not in order")
    everything += entries + readings + [state]
    by_index = {entry.index: entry for entry in everything}
    for entry in everything:
        before = by_index.get(entry.index - 1)
        previous = bytes(32) if entry.index == 0 else before.hash if before else None
        require(previous in (None, base64.b64decode(entry.members["previous"])),
                f"entry {entry.index} does not name the one before it")

    closure, named, later, fields, seen = check_about(file, entries, state, readings)
    same, unreached = compare(held, keys, origin, known)

    proven = [f"The checkpoint of {origin}, {tree.size} entries, is signed by the key with the fingerprint",
              "  " + re.sub("(....)(?!$)", r"\1 ", hashlib.sha256(keys[-1].public).hexdigest()),
              "  and you trust this key." if keys[-1] in trusted else "  to which a key that you trust was changed.",
              f"Entries in the file: {len(by_index)}. Each stands in that ledger, at its place, as it is."]
    open_ = ["What was never reported to the ledger, and what was recorded after the checkpoint.",
             "Whether witnesses cosigned it: this program does not check cosignatures."]
    open_ += ["When it was stamped: the time-stamp token is not checked by this program."] * ("timestamps" in file)
    proven, open_ = proven + same, open_ + unreached
    declared = [f"Its state is entry {state.index}, recorded {state.members['recorded']}. Of {tree.size} entries, "
                f"{tree.size - state.index - 1} follow it: of those it says nothing."]
    for id, indexes in sorted(named.items()):
        declared.append(f"Up to there, all entries about {id[1]} are: {listed(sorted(indexes)) or 'none'}.")
    declared += [f"After it, and not declared to be all: {listed(later)}."] * bool(later)
    own = [entry for entry in entries if entry.ids & closure]
    for reading, has in zip(readings, seen):
        claim = "claimed present" if has else absence(reading, own, source)
        declared.append(f"In the reading of {reading.members['body']['takenAt']} the booking is {claim}.")
    declared.append("Who did what, and when, is what the source and the recorder's clock said.")
    lines = [summary(entry) + "".join(f"\n          {text}" for text in fields[entry.index]) for entry in entries]
    parts = {"Proven": proven, "Declared by the ledger": declared, "Cannot be said": open_}
    parts["Entries"] = lines or ["none"]
    return [line for title, part in parts.items() for line in [title] + [f"  {text}" for text in part]], not unreached


def listed(indexes):
    return ", ".join(map(str, indexes))


def absence(reading, entries, source):
    """What it means that a reading lacks the booking."""
    body, starts = reading.members["body"], [entry.members.get("appointment", {}).get("start") for entry in entries
                                             if entry.type and entry.index < reading.index]
    start = ([instant(text) for text in starts if text] or [None])[-1]
    bounds = [instant(body[name]) if name in body else None for name in ("from", "to")]
    inside = bounds == [None, None] or start and (not bounds[0] or bounds[0] <= start) and (
        not bounds[1] or start < bounds[1])
    if reading.members["source"] != source or not body["complete"] or not inside:
        return "not there, which says nothing: the reading does not cover it"
    return "claimed absent" + (", and cancelled ones do not stay in it" if body.get("cancelled") == "removed" else "")


def instant(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def summary(entry):
    said, at = entry.members, entry.members.get("appointment", {}) if entry.type else {}
    if not entry.type:
        return f"{entry.index:>6}  not understood by this program"
    actor = said.get("actor", {})
    words = [said["recorded"], entry.type, said.get("booking", ""), at.get("start", ""), at.get("status", ""),
             " ".join(f"{name}={value}" for name, value in said.get("body", {}).items() if entry.type[0] == "n"),
             f"by {actor['kind']} {actor.get('id', '')}".rstrip() if actor else "", said.get("reason", "")]
    return f"{entry.index:>6}  " + "  ".join(word for word in words if word)


def printable(text):
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def main():
    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.exit(64, f"{message}\n{__doc__.splitlines()[2].strip()}\n")

    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--trust", metavar="VKEY", action="append", required=True)
    parser.add_argument("--held", metavar="NOTE_FILE", action="append", default=[])
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        trusted = [read_key(text.strip(), "what follows --trust") for text in options.trust]
    except Refused as refusal:
        parser.error(str(refusal))
    try:
        with open(options.file, "rb") as file:
            data = file.read(LARGEST + 1)
        held = [(name, open(name, "rb").read(LARGEST).decode(errors="replace")) for name in options.held]
    except OSError as error:
        return print(printable(f"{error.filename}: {error.strerror}"), file=sys.stderr) or 66
    if not data.startswith(b'{"format":"daybook-evidence/'):
        return print(f"{options.file} is not an evidence file of Daybook", file=sys.stderr) or 65
    try:
        require(len(data) <= LARGEST, "the file has more than 64 MiB")
        lines, compared = verify(data, trusted, held)
    except Refused as refusal:
        return print(printable(f"refused: {refusal}")) or 2
    print(printable("\n".join(lines)))
    return 0 if compared else 3


if __name__ == "__main__":
    sys.exit(main())
