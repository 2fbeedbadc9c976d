"""Trails and bundles made here from the published page alone, for the verifier to read.

Nothing of the program is used: leaves, tree, signatures and the zip are written by hand, and every
instant stands in the stories as the page's rules give it.
"""

import base64
import hashlib
import json
import tomllib
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).parents[2]
ORIGIN = "ccg.example.nhs.uk/trail"
Body = dict[str, Any]


def plain(value: object) -> bytes:
    """Canonical JSON, by the page's own words."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text).encode()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there: recursively."""
    if not hashes:
        return sha(b"")
    if len(hashes) == 1:
        return hashes[0]
    cut = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1" + root_of(hashes[:cut]) + root_of(hashes[cut:]))


def path_to(index: int, hashes: list[bytes]) -> list[bytes]:
    """The inclusion proof of RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return []
    cut = 1 << (len(hashes) - 1).bit_length() - 1
    if index < cut:
        return [*path_to(index, hashes[:cut]), root_of(hashes[cut:])]
    return [*path_to(index - cut, hashes[cut:]), root_of(hashes[:cut])]


class Signer:
    """A key that signs notes, or cosigns checkpoints."""

    def __init__(self, seed: int, name: str = ORIGIN, kind: int = 1) -> None:
        seeds = bytes(range(32)) if seed == 0 else bytes([seed]) * 32
        self._key = Ed25519PrivateKey.from_private_bytes(seeds)
        self.name, self._kind = name, kind
        self.public = self._key.public_key().public_bytes_raw()
        data = bytes([kind]) + self.public
        self.id = sha(name.encode() + b"\n" + data)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{base64.b64encode(data).decode()}"

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def line(self, text: str) -> str:
        """The signature line under a note's text."""
        raw = self.sign(text.encode())
        if self._kind == 4:
            time = (1_800_000_000).to_bytes(8, "big")
            raw = time + self.sign(f"cosignature/v1\ntime 1800000000\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self.id + raw).decode()}\n"


LOG = Signer(0)


def checkpoint(hashes: list[bytes], *signers: Signer, origin: str = ORIGIN) -> str:
    text = f"{origin}\n{len(hashes)}\n{base64.b64encode(root_of(hashes)).decode()}\n"
    return text + "\n" + "".join(signer.line(text) for signer in signers or (LOG,))


def footer(hashes: list[bytes], signer: Signer = LOG, origin: str = ORIGIN) -> str:
    root = root_of(hashes)
    text = f"{origin}\n{len(hashes)}\n{base64.b64encode(root).decode()}\n"
    signature = signer.sign(text.encode()).hex()
    return (
        "-- Trail checkpoint. Please keep this e-mail: it is evidence. --\n"
        f"{origin} {len(hashes)}\nroot {root.hex()}\nkey  {signer.id.hex()}\n"
        f"sig1 {signature[:64]}\nsig2 {signature[64:]}\n"
    )


@dataclass(eq=False)
class Leaf:
    """A leaf to be; a leaf in its body, or in its place, stands for that leaf's number."""

    at: str
    kind: str
    body: Body
    secrets: Body = field(default_factory=dict)
    v: int = 1


def _day(years: str, offset: int) -> Body:
    return {"at": f"{years}T01:00:00.000000Z", "offset_minutes": offset}


CALENDAR: Body = {
    "base_offset_minutes": 0, "deadline_time": "17:00", "letter_time": "09:00",
    "region": "england", "zone": "Europe/London", "years": {"first": 2026, "last": 2027},
    "holidays": ["2026-12-25", "2026-12-28", "2027-01-01"],
    "transitions": [_day("2026-03-29", 60), _day("2026-10-25", 0), _day("2027-03-28", 60)],
}  # fmt: skip
FILES = {
    path.stem: tomllib.loads(path.read_text()) for path in ROOT.glob("workflows/definitions/*")
}
IMPACT = tomllib.loads((ROOT / "workflows/impact.toml").read_text())


def _person(person: str, role: str) -> Body:
    contact = "c1:" + sha(person.encode()).hex()
    return {"contact": contact, "may_cast": role == "lead", "person": person, "role": role}


ROLL: list[Body] = [
    {
        "practice": f"P0{i}", "name": f"Practice {i}", "list_date": None, "weight": 1,
        "list_size": (2500, 8000, 9000, 3999, None)[i - 1],
        "locality": ("North", "North", "South", "South", "East")[i - 1],
        "persons": [_person(f"lead{i}", "lead")] + ([_person("staff1", "staff")] if i == 1 else []),
    }
    for i in range(1, 6)
]  # fmt: skip


class Trail:
    """A trail that grows leaf by leaf, and the bundle that is made of it."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.files: dict[str, bytes] = {}
        self.signer = LOG
        self.secret: set[str] = set()
        self.clock = "2026-11-02T09:00:00.000000Z"
        self.ref = "D-2026-0001"
        self.roll = ROLL
        self.letters: list[tuple[Leaf, str, str]] = []
        self.add("trail.opened", origin=ORIGIN, vkey=LOG.vkey)

    def at(self, time: str) -> None:
        """Go on to an instant, as `11-02 09:00`, of 2026."""
        self.clock = f"2026-{time.replace(' ', 'T')}:00.000000Z"

    def add(self, kind: str, secrets: Body | None = None, /, **body: Any) -> Leaf:
        leaf = Leaf(self.clock, kind, body, secrets or {})
        self.leaves.append(leaf)
        return leaf

    def tell(self, kind: str, secrets: Body | None = None, /, **body: Any) -> Leaf:
        return self.add(kind, secrets, decision=self.ref, **body)

    def publish(self, folder: str, value: object) -> str:
        data = plain(value)
        digest = sha(data).hex()
        self.files[f"{folder}/{digest}.json"] = data
        return digest

    def open(
        self, facts: Body, state: str, due: str, letter: str, remind: list[str] | None = None,
        *, route: str, name: str, told: Body, flows: Body | None = None, ballot: Body | None = None,
        lmc: bool = False, role: str | None = None, round_: int = 0, deadline: str = "",
    ) -> None:  # fmt: skip
        """Open a decision; `told` is what its classification says."""
        flows = flows or FILES
        digests = {each: self.publish("rules", flow) for each, flow in flows.items()}
        rules, calendar = self.publish("rules", IMPACT), self.publish("calendar", CALENDAR)
        for each, digest in digests.items():
            self.add("rules.published", kind="workflow", name=each, digest=digest)
        self.add("rules.published", kind="impact", name="membership_body", digest=rules)
        self.add("calendar.published", region="england", digest=calendar)
        roll = self.publish("roll", self.roll)
        root = root_of([sha(b"\0" + plain(line)) for line in self.roll]).hex()
        count = len(self.roll)
        self.tell("roll.frozen", root=root, digest=roll, practices=count, of=count)
        self.tell(
            "decision.opened", {"title": "A title", "summary": "Words"}, workflow=digests[name],
            rules=rules, calendar=calendar, roll=roll, workflows=digests,
            ballot=ballot or {"main": ["for", "against", "abstain"]},
        )  # fmt: skip
        self.tell("decision.classified", facts=facts, rules=rules, reasons=[], **told)
        self.tell("decision.routed", route=route, name=name, workflow=digests[name], because="")
        if lmc:
            self.tell("lmc.recorded", {"view": "Good."})
        self.state(state, due, remind, round_, deadline)
        self.mail(letter, role=role)
        for line in self.roll:
            for one in line["persons"]:
                link = {"practice": line["practice"], "person": one["person"], "generation": 1}
                self.tell("link.issued", hash="00" * 32, **link)
        self.settle()

    def road(self, name: str, route: str) -> None:
        flow = next(leaf for leaf in self.leaves if leaf.kind == "decision.opened")
        digest = flow.body["workflows"][name]
        self.tell("decision.routed", route=route, name=name, workflow=digest, because="")

    def state(
        self, state: str, due: str, remind: list[str] | None = None, round_: int = 0, name: str = ""
    ) -> None:
        name = name or self.deadline_name(state)
        self.tell("phase.opened", phase=state, round=round_)
        self.due(name, state, due, remind)

    def due(self, name: str, state: str, due: str, remind: list[str] | None = None) -> None:
        instants = [f"2026-{t.replace(' ', 'T')}:00.000000Z" for t in [due, *(remind or [])]]
        told = {"name": name, "phase": state, "due_at": instants[0], "remind": instants[1:]}
        self.tell("deadline.set", **told)

    @staticmethod
    def deadline_name(state: str) -> str:
        names = {
            s: table["deadline"]["name"] for flow in FILES.values()
            for s, table in flow["states"].items() if "deadline" in table
        }  # fmt: skip
        special = {"deciding": "decide_by", "voting": "close", "consulting": "consultation_ends"}
        return special.get(state) or names[state]

    def mail(
        self, letter: str, practices: list[str] | None = None, role: str | None = None,
        rung: str = "",
    ) -> None:  # fmt: skip
        names = [line["practice"] for line in self.roll] if practices is None else practices
        whom = {"practices": [] if role else names, "role": role} | ({"rung": rung} if rung else {})
        people = [
            (line["practice"], one["person"]) for line in self.roll for one in line["persons"]
            if line["practice"] in names and not role and (not rung or one["role"] == "lead")
        ]  # fmt: skip
        count = 1 if role else len(people)
        digest = sha(plain(whom)).hex()
        leaf = self.tell("mail.intent", letter=letter, audience=digest, count=count)
        self.letters += [(leaf, *one) for one in people or [("", "officer")]]

    def settle(self) -> None:
        """The relay takes every letter that is under way."""
        for mailing, practice, person in self.letters:
            body = {
                "mailing": mailing,
                "practice": practice,
                "message": (mailing, practice, person),
            }
            self.leaves.append(Leaf(self.clock, "mail.accepted", body))
        self.letters = []

    def by(self, practice: str) -> Body:
        return {"person": f"lead{practice[-1]}", "name": "Dr Test", "role": "lead"}

    def comment(self, practice: str, phase: str) -> Leaf:
        secrets = {"text": "Words of theirs.", "by": self.by(practice)}
        leaf = self.tell("comment.received", secrets, practice=practice, phase=phase)
        self.mail("receipt", [practice])
        self.settle()
        return leaf

    def vote(self, practice: str, choice: str, kind: str = "vote.cast", **more: Any) -> Leaf:
        body = {"practice": practice, "question": "main", "round": 1, **more}
        leaf = self.tell(kind, {"choice": choice, "by": self.by(practice)}, **body)
        self.mail("receipt", [practice])
        self.settle()
        return leaf

    def close(self, state: str, due: str, count: Body, round_: int = 0, **more: Any) -> None:
        told = {"phase": state, "round": round_, "deadline": self.deadline_name(state), **more}
        closed = f"2026-{due.replace(' ', 'T')}:00.000000Z"
        self.tell("phase.closed", closed_at=closed, count=count, **told)

    # --- the bundle

    def numbered(self) -> tuple[list[bytes], list[Body], list[Body]]:
        """The leaves' bytes, and rows of openings and of what is withheld."""
        places = {id(leaf): n for n, leaf in enumerate(self.leaves)}
        lines: list[bytes] = []
        opened: list[Body] = []
        withheld: list[Body] = []
        for n, leaf in enumerate(self.leaves):
            body = {k: self._number(v, places, leaf) for k, v in leaf.body.items()}
            for name, value in sorted(leaf.secrets.items()):
                salt = sha(f"{n} {name}".encode())
                digest = sha(b"ccg-trail/commit/v1\n" + salt + plain(value)).hex()
                body[name] = f"c1:{digest}"
                row = {"field": name, "n": n, "salt": salt.hex(), "value": value}
                (withheld if name in self.secret else opened).append(row)
            lines.append(
                plain({"at": leaf.at, "body": body, "n": n, "type": leaf.kind, "v": leaf.v})
            )
        kept = [{"field": r["field"], "n": r["n"], "role": "committee"} for r in withheld]
        return lines, opened, kept

    def _number(self, value: Any, places: dict[int, int], _leaf: Leaf) -> Any:
        if isinstance(value, Leaf):
            return places.get(id(value), 0)
        if isinstance(value, tuple):
            mailing, practice, person = value
            letter = mailing.body["letter"]
            words = f"{places.get(id(mailing), 0)}|{letter}|{practice}|{person}"
            return f"<{sha(words.encode()).hex()[:32]}@ccg.example>"
        return value

    def hashes(self) -> list[bytes]:
        return [sha(b"\0" + line) for line in self.numbered()[0]]

    def members(self) -> dict[str, bytes]:
        """The bundle's members, before they are zipped."""
        lines, opened, withheld = self.numbered()
        hashes = [sha(b"\0" + line) for line in lines]
        scope = {"decision": None, "practice": None, "role": "committee", "size": len(lines)}

        def rows(each: list[Any]) -> bytes:
            told = [row if isinstance(row, bytes) else plain(row) for row in each]
            return b"".join(row + b"\n" for row in told)

        return {
            "README": b"Read the page.\n",
            "scope.json": plain(scope),
            "checkpoint": checkpoint(hashes, self.signer).encode(),
            "policy": f"log {self.signer.vkey}\nquorum none\n".encode(),
            "leaves.jsonl": rows(lines),
            "openings.jsonl": rows(opened),
            "withheld.jsonl": rows(withheld),
            **self.files,
            "mail-index.jsonl": b"",
        }

    def bundle(self, path: Path) -> Path:
        return zipped(self.members(), path)

    def find(self, kind: str, nth: int = 0) -> Leaf:
        return [leaf for leaf in self.leaves if leaf.kind == kind][nth]


def zipped(members: dict[str, bytes], path: Path, how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as out:
        for name, data in members.items():
            out.writestr(zipfile.ZipInfo(name), data, how)
    return path
