import Bookings
import Foundation
import TestSupport
import Testing

/// Evidence that the vectors do not have: changed keys, time-stamps, a booking that got another id after the state, an
/// entry of a later program. It is made in Python from the format's description, and with the RFC's own definition of
/// a tree; what is wrong with each forgery is one thing.
@Suite(.enabled(if: Python.program != nil, "there is no python3 with cryptography on PATH"))
struct `The Python verifier and what the vectors do not have` {
    static let maker = #"""
        import base64, copy, hashlib, importlib.util, json, sys

        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spec = importlib.util.spec_from_file_location("verify_evidence", sys.argv[1])
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        ORIGIN = "demo.example/daybook"

        def b64(data):
            return base64.b64encode(data).decode()

        def spelled(value):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

        # RFC 6962 2.1, word for word.
        def root(leaves):
            if len(leaves) < 2:
                return leaves[0] if leaves else hashlib.sha256().digest()
            k = split(len(leaves))
            return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()

        def split(n):
            k = 1
            while k * 2 < n:
                k *= 2
            return k

        def path(m, leaves):
            if len(leaves) < 2:
                return []
            k = split(len(leaves))
            if m < k:
                return path(m, leaves[:k]) + [root(leaves[k:])]
            return path(m - k, leaves[k:]) + [root(leaves[:k])]

        def prefix_proof(m, leaves, whole=True):
            if m == len(leaves):
                return [] if whole else [root(leaves)]
            k = split(len(leaves))
            if m <= k:
                return prefix_proof(m, leaves[:k], whole) + [root(leaves[k:])]
            return prefix_proof(m - k, leaves[k:], False) + [root(leaves[:k])]

        def leaf(data):
            return hashlib.sha256(b"\0" + data).digest()

        class Signer:
            def __init__(self, seed):
                self.secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
                material = b"\1" + self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
                self.id = hashlib.sha256(ORIGIN.encode() + b"\n" + material).digest()[:4]
                self.text = f"{ORIGIN}+{self.id.hex()}+{b64(material)}"

            def note(self, size, hash):
                text = f"{ORIGIN}\n{size}\n{b64(hash)}\n"
                return f"{text}\n\u2014 {ORIGIN} {b64(self.id + self.secret.sign(text.encode()))}\n"

        first, second, stranger = Signer(1), Signer(2), Signer(3)
        entries = []

        def record(type, **members):
            previous = leaf(entries[-1]) if entries else bytes(32)
            entries.append(spelled({"daybook": 1, "origin": ORIGIN, "index": len(entries), "previous": b64(previous),
                                    "recorded": f"2026-01-{len(entries) + 1:02d}T08:00:00.000000Z", "type": type, **members}))

        def commitment(*leaves):
            return {"size": len(leaves), "root": b64(root([leaf(spelled(each)) for each in leaves]))}

        A, B = {"source": "crm", "booking": "A"}, {"source": "crm", "booking": "B"}
        START = {"start": "2026-03-01T09:00:00+00:00", "status": "booked"}
        disclosed = base64.urlsafe_b64encode(b'["AAAAAAAAAAAAAAAAAAAAAA","client.name","Asha\\nProven: all"]').rstrip(b"=")
        sealed = {"client.name": base64.urlsafe_b64encode(hashlib.sha256(disclosed).digest()).rstrip(b"=").decode()}
        FROM, TO = "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"

        def reading(*leaves, **members):
            record("snapshot.taken", source="crm", body={
                "takenAt": "2026-01-05T02:00:00.000000Z", "from": FROM, "to": TO, "complete": True, "rows": len(leaves),
                "digest": b64(bytes(32)), **commitment(*leaves), **members})

        record("ledger.opened", body={"format": "daybook/v1"})
        record("booking.created", source="crm", basis="reported", booking="A", appointment=START, sealed=sealed)
        record("key.rotated", body={"from": first.text, "to": second.text})
        record("notice.sent", source="crm", booking="A", body={"medium": "sms", "reached": True})
        reading(A)
        record("ledger.state", body=commitment({**A, "entries": [1, 3]}))
        record("booking.modified", source="crm", basis="reported", booking="B", supersedes="A", appointment=START)
        record("booking.split", source="crm", booking="A")
        record("erasure.completed", body={"erased": [[1, ["client.name"]]]})
        reading()
        record("booking.created", source="crm", basis="reported", booking="C", appointment={})
        leaves = [leaf(data) for data in entries]
        size = len(entries)

        def shown(index, **members):
            return {"index": index, "bytes": b64(entries[index]), "proof": [b64(h) for h in path(index, leaves)], **members}

        def older(signer, at, name="checkpoint"):
            return {name: signer.note(at, root(leaves[:at])), "proof": [b64(h) for h in prefix_proof(at, leaves)]}

        def under(index, *commits):
            return shown(index, leaves=[{"leaf": spelled(each).decode(), "index": place, "proof": []}
                                        for place, each in enumerate(commits)])

        good = {
            "format": "daybook-evidence/v1", "origin": ORIGIN, "verifier": second.text, "source": "crm", "booking": "B",
            "checkpoint": second.note(size, root(leaves)),
            "rotations": [{**older(first, 3), "entry": {**shown(2), "proof": [b64(h) for h in path(2, leaves[:3])]}}],
            "entries": [shown(1, erased=[{"field": "client.name", "by": 8}]), shown(3), shown(6), shown(7), shown(8)],
            "state": under(5, {**A, "entries": [1, 3]}),
            "snapshots": [under(4, A), shown(9)],
            "consistency": [older(first, 4, "held"), older(second, 7, "held")],
            "timestamps": [{**older(second, 6), "token": b64(b"\x30\x03\x02\x01\x01")}]}

        def outcome(change=lambda file: None, trust=(second,)):
            file = copy.deepcopy(good)
            change(file)
            try:
                _, lines = script.verify(spelled(file), [script.read_key(key.text) for key in trust], [])
                return "\n".join(lines)
            except ValueError as refusal:
                return f"refused: {refusal}"

        def both_disclosed_and_erased(file):
            file["entries"][0] = {**shown(1, disclosures=[disclosed.decode()]), "erased": good["entries"][0]["erased"]}

        def disclosed_only(file):
            file["entries"][0] = shown(1, disclosures=[disclosed.decode()])
            del file["entries"][4]

        def its_former_id_as_sibling(file):
            for name in list(file)[list(file).index("checkpoint"):]:
                file.setdefault("siblings", ["A"])
                file[name] = file.pop(name)

        def twin(*order):
            """A note that the first of two keys with one name and id signed, and the second, made for it, did not."""
            real = script.read_key(first.text)
            keys = real, real._replace(public=script.read_key(second.text).public)
            try:
                return script.open_note(first.note(3, root(leaves[:3])), [keys[place] for place in order], ORIGIN, "it")
            except InvalidSignature:
                return "refused: a signature"

        asked = copy.deepcopy(good)
        disclosed_only(asked)
        cases = {
            "good": outcome(),
            "good, by the old key": outcome(trust=[first]),
            "good, asked by its former id": outcome(lambda file: file.update(booking="A")),
            "good, disclosed": outcome(disclosed_only),
            "other key": outcome(trust=[stranger]),
            "no rotations": outcome(lambda file: file.pop("rotations")),
            "no rotations, by the old key": outcome(lambda file: file.pop("rotations") and file.pop("consistency"), [first]),
            "rotation by the new key": outcome(lambda file: file["rotations"][0].update(older(second, 3))),
            "rotation of another history": outcome(
                lambda file: file["rotations"][0].update(checkpoint=first.note(3, root(leaves[1:4])))),
            "checkpoint by the old key": outcome(lambda file: file.update(checkpoint=first.note(size, root(leaves)))),
            "stamp of another history": outcome(
                lambda file: file["timestamps"][0].update(checkpoint=second.note(6, root(leaves[1:7])))),
            "a token in another spelling": outcome(lambda file: file["timestamps"][0].update(token="MAMCAQF=")),
            "a key made for another's id": twin(0, 1),
            "another's id, with its key after": twin(1, 0),
            "held note of another history": outcome(
                lambda file: file["consistency"][0].update(held=first.note(4, root(leaves[1:5])))),
            "held note of more entries": outcome(
                lambda file: file["consistency"].append({"held": second.note(16, root(leaves)), "proof": []})),
            "held note of a stranger": outcome(lambda file: file["consistency"][0].update(older(stranger, 4, "held"))),
            "disclosed and erased": outcome(both_disclosed_and_erased),
            "erased twice": outcome(lambda file: file["entries"][0]["erased"].append({"field": "client.name", "by": 8})),
            "erased, and not said by whom": outcome(lambda file: file["entries"].pop(4)),
            "an erasure of nothing shown": outcome(lambda file: file["entries"][0].pop("erased")),
            "link left out": outcome(lambda file: file["entries"].pop(2)),
            "another booking after the state": outcome(lambda file: file["entries"].append(shown(10))),
            "twice the same entry": outcome(lambda file: file["entries"].insert(1, shown(3))),
            "only readings without it": outcome(lambda file: file["snapshots"].pop(0)),
            "a reading that does not answer": outcome(lambda file: file["snapshots"][0].pop("leaves")),
            "its former id as sibling": outcome(its_former_id_as_sibling),
            "a state that is none": outcome(lambda file: file.update(state=shown(9))),
        }
        print(json.dumps({"cases": cases, "file": spelled(asked).decode(), "verifier": second.text}))
        """#

    private static let isSigned = "an older checkpoint is not rightly signed"
    private static let isErased = "entry 8 does not say that client.name of entry 1 was erased, or it is there twice"

    @Test func `tells the good from the forged`() throws {
        let world = try World()
        let outcome = try world.run(#require(Python.program), ["-c", Self.maker, Python.script.path])
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        let made = try outcome.json
        let cases = try #require(made["cases"])
        func said(_ name: String) -> String { cases[name]?.string ?? "no such case" }
        let good = ["good", "good, by the old key", "good, asked by its former id", "good, disclosed"]
        for name in good { #expect(said(name).hasPrefix("accepted\n"), "\(name): \(said(name))") }
        #expect(said("good").contains("Not checked: witnesses; time-stamps; "))
        #expect(said("good").contains("Entry 7, not understood: "))
        #expect(said("good").contains("client.name: erased, says entry 8"))
        #expect(said("good").contains("entries about B are none."))
        #expect(said("good, disclosed").contains("client.name: Asha"))
        let forged = [
            "other key": "the file is signed by another key",
            "no rotations": Self.isSigned,
            "no rotations, by the old key": "the file is signed by another key",
            "rotation by the new key": Self.isSigned,
            "rotation of another history": "the older checkpoint of 3 entries is not of the same history",
            "checkpoint by the old key": "the checkpoint is not rightly signed",
            "stamp of another history": "the older checkpoint of 6 entries is not of the same history",
            "a token in another spelling": "base64 is not in its one spelling",
            "a key made for another's id": "a signature", "another's id, with its key after": "a signature",
            "held note of another history": "the older checkpoint of 4 entries is not of the same history",
            "held note of more entries": "the older checkpoint of 16 entries is not of the same history",
            "held note of a stranger": Self.isSigned,
            "disclosed and erased": Self.isErased, "erased twice": Self.isErased,
            "erased, and not said by whom": Self.isErased,
            "an erasure of nothing shown": "entry 8 is not about this booking",
            "link left out": "entry 1 is not about this booking",
            "another booking after the state": "entry 10 is not about this booking",
            "twice the same entry": "the entries are not in order",
            "only readings without it": "readings stand there, and none of them has the booking",
            "a reading that does not answer": "entry 4 leaves open whether it has A",
            "its former id as sibling": "a sibling is not another booking",
            "a state that is none": "entry 9 is not understood, or not ledger.state",
        ]
        for (name, step) in forged {
            #expect(said(name).hasPrefix("refused: \(step)"), "\(name): \(said(name))")
        }
        #expect(cases.members?.count == good.count + forged.count)

        // What a client is called cannot look like a line of the program's own.
        try world.write(#require(made["file"]?.string), to: "evidence.json")
        let printed = try world.run(
            #require(Python.program),
            [Python.script.path, "evidence.json", "--trust", #require(made["verifier"]?.string)])
        #expect(printed.status == 0)
        #expect(printed.output.contains("client.name: Asha\\u000aProven: all"))
        #expect(!printed.output.split(separator: "\n").contains("Proven: all"))
    }
}
