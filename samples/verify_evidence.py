#!/usr/bin/env python3
"""Verifies a Daybook evidence file (daybook-evidence/v1) with none of Daybook's own code.

    python3 verify_evidence.py FILE --trust VKEY [--trust VKEY ...] [--held NOTE_FILE ...]

Needs Python 3.9 and the package `cryptography`; writes and sends nothing. VKEY is the practice's verifier key, from
somewhere else than FILE; a held note is a checkpoint that you kept earlier. Ends with 0 accepted; 2 refused, and which
step failed; 3 accepted, but a held note could not be compared; 64 wrong usage; 65 not evidence; 66 unreadable.
"""
import base64
import hashlib
import json
import re
import sys
from collections import namedtuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Key, Tree = namedtuple("Key", "name id public"), namedtuple("Tree", "size root")
Entry = namedtuple("Entry", "index hash previous members type ids shown")  # the type is "" where it is not understood
LARGEST, EMPTY = 64 << 20, Tree(0, hashlib.sha256().digest())
NOTE = re.compile("(([a-z0-9./_-]+)\n(0|[1-9][0-9]{0,17})\n(.+)\n(?:[^\0-\x1f]+\n)*)\n((?:\u2014 [^\\s+]+ \\S+\n)+)")
KNOWN = re.compile(r"booking\.(created|modified|cancelled|deleted)|notice\.(sent|failed)|erasure\.completed")
READ = {"source": str, "booking": str, "supersedes": str, "sealed": dict, "body": dict, "size": int, "complete": bool}
SHOWN, OLD = {"index": int, "bytes": str, "proof": [str, ...]}, {"checkpoint": str, "proof": [str, ...]}
ASKED = {**SHOWN, "leaves?": [{"leaf": str, "index": int, "proof": [str, ...]}]}
EVIDENCE = {  # what a form means: see fits
    "format": str, "origin": str, "verifier": str, "source": str, "booking": str, "siblings?": [str], "checkpoint": str,
    "rotations?": [{**OLD, "entry": SHOWN}],
    "entries?": [{**SHOWN, "disclosures?": [str], "erased?": [{"field": str, "by": int}]}], "state": ASKED,
    "snapshots?": [ASKED], "consistency?": [{"held": str, "proof": [str, ...]}], "timestamps?": [{**OLD, "token": str}]}

def require(holds, why):
    if not holds:
        raise ValueError(why)

def fits(value, form):
    """A form is a type, a list of one form (with ... maybe of none), or an object of these members (? if present)."""
    if isinstance(form, dict):
        names = [name.rstrip("?") for name in form if name[-1] != "?" or name[:-1] in value]
        return list(value) == names and all(fits(value[name], form.get(name) or form[name + "?"]) for name in names)
    if isinstance(form, list):
        return type(value) is list and (value or ... in form) and all(fits(part, form[0]) for part in value)
    return type(value) is form and value != "" and (form is not int or value >= 0)

def canonical(data, what):
    """The value of JSON in its one spelling: no white space, no member twice, no null, no fraction, no U+0000."""
    parts = [json.loads(data)]
    for part in parts:
        parts += [*part, *part.values()] if isinstance(part, dict) else part if isinstance(part, list) else []
    plain = all(abs(part) < 2**53 if isinstance(part, int) else isinstance(part, (str, list, dict)) for part in parts)
    spelled = json.dumps(parts[0], ensure_ascii=False, separators=(",", ":")).encode()
    require(spelled == data and plain and b"\\u0000" not in data.replace(rb"\\", b""), f"{what} is not canonical JSON")
    return parts[0]

def unbase64(text, size=None):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text and size in (None, len(data)), "base64 is not in its one spelling")
    return data

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def roots(start, index, last, proof, why):
    """The root above a node, and the root of the tree that ends with this node, by a proof from there up."""
    inner = (index ^ last).bit_length()
    lefts = [index >> level & 1 for level in range(inner)] + [1] * bin(index >> inner).count("1")
    require(index <= last and len(lefts) == len(proof), why)
    root = ending = start
    for is_left, sibling in zip(lefts, [unbase64(text, 32) for text in proof]):
        root = sha256(b"\1", sibling, root) if is_left else sha256(b"\1", root, sibling)
        ending = sha256(b"\1", sibling, ending) if is_left else ending
    return root, ending

def require_inclusion(data, shown, tree, what):
    why = f"the proof of {what} does not lead to the root of its tree"
    require(roots(sha256(b"\0", data), shown["index"], tree.size - 1, shown["proof"], why)[0] == tree.root, why)

def require_consistency(old, new, proof):
    why = f"the older checkpoint of {old.size} entries is not of the same history as the file's"
    if old.size == 0 or old.size >= new.size:
        return require(not proof and old == new, why)
    shift = (old.size & -old.size).bit_length() - 1
    # Where the older tree is one complete subtree, its root is the first hash, and the proof does not repeat it.
    seed, path = (old.root, proof) if old.size == 1 << shift else (unbase64(proof[0], 32), proof[1:])
    require(roots(seed, (old.size - 1) >> shift, (new.size - 1) >> shift, path, why) == (new.root, old.root), why)

def read_key(text):
    parts = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", text)
    material = unbase64(parts[3], 33)
    key = Key(parts[1], sha256(parts[1].encode(), b"\n", material)[:4], material[1:])
    require(material[0] == 1 and parts[2] == key.id.hex(), "what should be a verifier key is none")
    return key

def open_note(note, keys, origin, what, signer=None):
    """The tree of a checkpoint that one of the keys signed, or just this one, and none that it names in vain."""
    parts, signers = NOTE.fullmatch(note), set()
    require(parts and parts[2] == origin, f"{what} is not a checkpoint of this ledger in a signed note")
    lines = parts[5].splitlines()
    for _, name, text in map(str.split, lines):
        for key in keys:  # all with this name and id, which is short enough for another key to be made for it
            if (key.name, key.id) == (name, unbase64(text)[:4]) and key not in signers:
                Ed25519PublicKey.from_public_bytes(key.public).verify(unbase64(text)[4:], parts[1].encode())
                signers.add(key)
    require(signers and signer in (None, *signers) and len({*lines}) == len(lines), f"{what} is not rightly signed")
    return Tree(int(parts[3]), unbase64(parts[4], 32))

def read_entry(shown, tree, origin, *types):
    """An entry that stands in the tree at the place that it names, of one of these types if there are any."""
    what, data = f"entry {shown['index']}", unbase64(shown["bytes"])
    members, place = canonical(data, what), f',"origin":"{origin}","index":{shown["index"]},"previous":"'.encode()
    placed = re.match(rb'{"daybook":\d+' + re.escape(place), data)
    require(placed and len(data) <= 65_535, f"{what} is not an entry of this place and ledger")
    require_inclusion(data, shown, tree, what)
    version, kind = members["daybook"], members["type"]
    kind = kind if version == 1 and (kind in types or KNOWN.fullmatch(kind)) else ""
    read = {**members.get("body", {}), **members} if kind else {}
    require(all(type(read[name]) is READ[name] for name in READ if name in read), f"{what} is not of its form")
    require(kind in types or not types, f"{what} is not understood, or not {' or '.join(types)}")
    ids = {(members.get("source"), members[name]) for name in ("booking", "supersedes") if name in members}
    return Entry(shown["index"], sha256(b"\0", data), unbase64(members["previous"], 32), members, kind, ids, shown)

def read_leaves(entry, ids, form):
    """The leaves of a state or reading by id: they must show each of the ids present or absent, and nothing else."""
    what, body, leaves, places = f"entry {entry.index}", entry.members["body"], {}, [-1]
    tree = Tree(body["size"], unbase64(body["root"], 32))
    for shown in entry.shown.get("leaves", []):
        leaf = canonical(shown["leaf"].encode(), f"a leaf under {what}")
        require(fits(leaf, form) and tuple(leaf.values())[:2] not in leaves, f"a leaf under {what} is not a new one")
        require_inclusion(shown["leaf"].encode(), shown, tree, f"a leaf under {what}")
        leaves[leaf["source"], leaf["booking"]] = leaf.get("entries", [])
        places.append(shown["index"])
    order, places, needed = list(leaves), [*places, tree.size], ids & set(leaves)
    rising = all(each == sorted(set(each)) for each in [order, places, *leaves.values()])
    require(rising and (tree.size or tree == EMPTY), f"the leaves under {what} are not in order")
    for id in sorted(ids - needed):
        after = sum(other < id for other in order)  # of the two leaves around the place where it would stand
        require(places[after] + 1 == places[after + 1], f"{what} leaves open whether it has {id[1]}")
        needed |= set(order[max(after - 1, 0) : after + 1])
    require(needed == set(order), f"a leaf under {what} is of a booking that is not asked for")
    return leaves

def read_fields(entry, erasures, may_disclose):
    """What the file says of the entry's sealed fields, each disclosed as sealed or erased by a later entry."""
    said, sealed = {}, entry.members.get("sealed", {}) if entry.type else {}
    for text in entry.shown.get("disclosures", []):
        opened, hashed = base64.urlsafe_b64decode(text + "=="), sha256(text.encode())
        salt, name, value = canonical(opened, "a disclosure")
        both = [base64.urlsafe_b64encode(data).decode().rstrip("=") for data in (opened, hashed)]
        good = both == [text, sealed.get(name)] and re.fullmatch("[A-Za-z0-9_-]{21}[AQgw]", salt) and type(value) is str
        require(good and may_disclose and name not in said, f"entry {entry.index} did not seal what is disclosed of it")
        said[name] = value
    for name, by in [mark.values() for mark in entry.shown.get("erased", [])]:
        good = (by, entry.index, name) in erasures and by > entry.index and name in sealed and name not in said
        require(good, f"entry {by} does not say that {name} of entry {entry.index} was erased, or it is there twice")
        said[name] = f"erased, says entry {by}"
    return "".join(f"; {name}: {said.get(name, 'not disclosed')}" for name in sealed)

def match_state(file, entries, state):
    """The closure of the booking's id, the siblings, and what the state names for them: just that must be there."""
    siblings, closure = {(file["source"], id) for id in file.get("siblings", [])}, {(file["source"], file["booking"])}
    while (grown := closure.union(*(entry.ids for entry in entries if entry.type and entry.ids & closure))) != closure:
        closure = grown
    wanted = closure | siblings
    require(len(wanted) == len(closure) + len(file.get("siblings", [])), "a sibling is not another booking")
    leaves = read_leaves(state, wanted, {"source": str, "booking": str, "entries": [int]})
    for id in sorted(wanted | set(leaves)):
        about = {entry.index: entry.type for entry in entries if id in entry.ids and entry.index < state.index}
        for index in sorted({*about, *leaves.get(id, [])}):
            require(index in leaves.get(id, []), f"the state does not name entry {index} for its booking")
            require(about.get(index) or id not in wanted, f"entry {index}, named by the state, is left out or unknown")
    erasing = {mark["by"] for entry in entries for mark in entry.shown.get("erased", [])}
    for entry in entries:
        require(entry.ids & wanted or entry.index in erasing, f"entry {entry.index} is not about this booking")
    return closure, siblings, {id: leaves.get(id, "none") for id in sorted(wanted)}

def verify(data, trusted, held):
    """The exit code, and what to print; any exception means that the evidence is refused."""
    file = canonical(data, "the file")
    require(file["format"] == "daybook-evidence/v1", "the file is of a version that this program does not know")
    require(fits(file, EVIDENCE), "a member of the file is missing, empty, unknown, out of order or of another form")
    origin, rotations, status = file["origin"], file.get("rotations", []), 0
    changes = [canonical(unbase64(item["entry"]["bytes"]), "a rotation")["body"] for item in rotations]
    keys = [read_key(text) for text in [*(change["from"] for change in changes), file["verifier"]]]
    require(keys[1:] == [read_key(it["to"]) for it in changes if it["to"] != it["from"]], "the rotations lead astray")
    require(set(keys) & set(trusted), "the file is signed by another key than those that you trust")
    tree = open_note(file["checkpoint"], keys, origin, "the checkpoint", keys[-1])
    known, rotated = {tree.size: tree}, []
    for place, item in enumerate(rotations + file.get("consistency", []) + file.get("timestamps", [])):
        signer = keys[place] if "entry" in item else None
        old = open_note(item.get("checkpoint") or item["held"], keys, origin, "an older checkpoint", signer)
        require_consistency(old, tree, item["proof"])
        known[old.size] = old
        rotated += [read_entry(item["entry"], old, origin, "key.rotated")] if "entry" in item else []
        unbase64(item.get("token", ""))
    entries = [read_entry(item, tree, origin) for item in file.get("entries", [])]
    readings = [read_entry(item, tree, origin, "snapshot.taken") for item in file.get("snapshots", [])]
    state = read_entry(file["state"], tree, origin, "ledger.state")
    for part in (rotated, entries, readings):
        require(all(one.index < next.index for one, next in zip(part, part[1:])), "the entries are not in order")
    chain = {entry.index: entry for entry in [*rotated, *readings, state, *entries]}
    for index, entry in chain.items():
        before = chain[index - 1].hash if index - 1 in chain else entry.previous if index else bytes(32)
        require(entry.previous == before, f"entry {index} does not name the one before it")
    closure, siblings, named = match_state(file, entries, state)
    erasures = {(by.index, at, name) for by in entries if by.type == "erasure.completed"
                for at, names in by.members["body"]["erased"] if fits(at, int) and fits(names, [str]) for name in names}
    seen = [closure & set(read_leaves(reading, closure, {"source": str, "booking": str})) for reading in readings]
    require(not readings or any(seen), "readings stand there, and none of them has the booking")
    lines = ["accepted", f"Proven: the entries stand in {origin}, signed by a key that you trust, or a later one."]
    for name, note in held:
        try:
            old = open_note(note, keys, origin, name)
        except Exception:
            old = Tree(-1, b"")
        require(known.get(old.size, old) == old, f"AR403: the held note {name} is signed, and is of another history")
        status = status if old.size in known else 3
        lines.append(f"{'Proven' if old.size in known else 'Cannot be said'}: the held note {name} is of this history.")
    until, left = f"entry {state.index}, of {state.members['recorded']}", tree.size - state.index - 1
    lines += [f"Declared: up to {until}, the entries about {id[1]} are {indexes}." for id, indexes in named.items()]
    for one, has in zip(readings, ["has" if ids else "lacks" for ids in seen]):
        lines.append(f"Declared: the reading in entry {one.index}, of {one.members['recorded']}, {has} the booking.")
    lines += [f"Cannot be said: what {left} later entries of {tree.size} say; what was never reported, or wrongly.",
              "Not checked: witnesses; time-stamps; if a reading without the booking is whole, of its source and time."]
    for index, entry in sorted(chain.items()):
        said = {name: value for name, value in list(entry.members.items())[4:] if name != "sealed"}
        text = json.dumps(said, ensure_ascii=False) + read_fields(entry, erasures, entry.ids & closure)
        lines.append(f"Entry {index}{'' if entry.type else ', not understood'}: {text}")
    return status, lines

def main(file=None, *options):
    status = 64  # what it means that the next step fails
    try:
        trusted = [read_key(value) for name, value in zip(options[::2], options[1::2]) if name == "--trust"]
        names = [value for name, value in zip(options[::2], options[1::2]) if name == "--held"]
        require(trusted and 2 * len(trusted + names) == len(options), "usage: " + __doc__.splitlines()[2].strip())
        data, *notes = [open(name, "rb").read(LARGEST) for name in [file, *names]]
        status = 2 if data.startswith(b'{"format":"daybook-evidence/') else 65
        status, lines = verify(data, trusted, zip(names, [note.decode(errors="replace") for note in notes]))
    except OSError as error:
        status, lines = 66, [f"{error.filename}: {error.strerror}"]
    except Exception as error:  # whatever a malformed value leads to, it means the same
        lines = [f"refused: {error if isinstance(error, ValueError) else 'a false signature or a malformed value'}"]
    for line in lines:
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line) + "\n"
        (sys.stdout if status < 64 else sys.stderr).buffer.write(shown.encode())
    return status

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
