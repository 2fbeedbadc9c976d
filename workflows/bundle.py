"""The audit bundle: one zip from which anyone can check a trail.

Its format is told in docs/reference/audit-bundle.md. It is written as it is read, a part at a time,
and the same trail, role and scope give the same bytes: members are stored uncompressed in a fixed
order, and nothing in it tells when it was made.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Protocol, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from engine.disclosure import Reader, Role
from engine.errors import Refused
from engine.notes import Checkpoint
from engine.refusals import NoSuchDecision
from engine.trail import canonical
from storage.database import Reading
from storage.disclosing import (
    Held,
    published,
    settled_letters,
    still_kept,
    stream_leaves,
    stream_openings,
    unseal,
)
from storage.receipts import opening_value
from storage.setup import Store

_FOLDERS = {"workflow": "rules", "impact": "rules", "calendar": "calendar", "roll": "roll"}
_README = """\
This bundle lets you check the decisions of {origin} without trusting whoever gave it to you.

Run:  python3 verify.py THIS-BUNDLE.zip --mail the-e-mails-you-kept/

Take verify.py from somewhere else than this bundle, and compare its SHA-256 with the one printed
in the committee's minutes: a bundle's own copy is a convenience and proves nothing about itself.
Collect the e-mails from practices that you choose yourself. Python 3.9 or newer is all it needs.

The trail ends at {size} entries. What came after that, this bundle does not say.
The formats are told in docs/reference/audit-bundle.md of the program's documentation.
"""


class Out(Protocol):
    """Where a bundle goes: a file, or an answer over HTTP."""

    def write(self, data: bytes, /) -> object:
        """Take these bytes."""
        ...


class NotAsked(Refused):
    """That practice was not asked in this decision."""

    remedy = "Name a practice of its roll, or leave the decision out for all it was asked in."


class NothingReleased(Refused):
    """No checkpoint has been released yet, so there is nothing to check a bundle against."""

    remedy = "See `quorate health`: it says what keeps the trail from being signed."


@dataclass(frozen=True, slots=True)
class Scope:
    """What a bundle is of, and for whom: one decision or all, a role, and a practice's code."""

    role: Role
    decision: str | None = None
    practice: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle that was written: its length in bytes, its SHA-256, the trail's size in it."""

    length: int
    sha256: str
    size: int


@dataclass(slots=True)
class _Meter:
    """Passes bytes on and measures them. It cannot seek, so a file and a stream get the same."""

    out: Out
    length: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> int:  # what ZipFile asks of a stream, and no more
        self.out.write(data)
        self.hash.update(data)
        self.length += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""


@dataclass(slots=True)
class _Known:
    """What the leaves say that decides who may see which opening."""

    decisions: set[str] = field(default_factory=set)
    mailings: dict[int, str] = field(default_factory=dict)
    closed: set[tuple[str, int]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)  # digests that leaves name
    vkey: str = ""  # of the key in force
    rolls: dict[str, str] = field(default_factory=dict)  # decision -> digest

    def note(self, kind: str, data: bytes) -> None:
        """Take note of a leaf."""
        if kind not in _TELLING:
            return
        leaf = json.loads(data)
        body = leaf["body"]
        match kind:
            case "decision.opened":
                self.decisions.add(body["decision"])
            case "mail.intent":
                self.mailings[leaf["n"]] = body.get("decision", "")
            case "phase.closed" if body.get("question"):
                self.closed.add((body["decision"], body["round"]))
            case "roll.frozen":
                self.rolls[body["decision"]] = body["digest"]
                self.files.add(body["digest"])
            case "rules.published" | "calendar.published":
                self.files.add(body["digest"])
            case "trail.opened" | "key.rotated":
                self.vkey = body["vkey"]

    def decision_of(self, body: Mapping[str, Any]) -> str | None:
        """The decision that a leaf belongs to, by its mailing where it names none itself."""
        return body.get("decision") or self.mailings.get(body.get("mailing", -1))


_TELLING = frozenset(
    {
        "trail.opened",
        "key.rotated",
        "rules.published",
        "calendar.published",
        "roll.frozen",
        "decision.opened",
        "mail.intent",
        "phase.closed",
    }
)


def write_bundle(store: Store, scope: Scope, verifier: bytes, out: Out) -> Written:
    """Seal the trail and write its bundle. `verifier` is the verifier's own file.

    Raises `NothingReleased`, `NoSuchDecision`, `NotAsked`, and what the sealer raises.
    """
    return write_released(store, scope, verifier, out, store.sealer.seal())


def write_released(
    store: Store, scope: Scope, verifier: bytes, out: Out, checkpoint: Checkpoint | None
) -> Written:
    """The same up to a checkpoint that has been released; nothing is signed."""
    if checkpoint is None:
        raise NothingReleased
    meter = _Meter(out)
    with store.database.reading() as reading:
        known = _known(reading, checkpoint.size)
        reader = _reader(reading, scope, known)
        with ZipFile(cast("IO[bytes]", meter), "w", ZIP_STORED) as bundle:
            writer = _Writer(store, reading, scope, reader, known, checkpoint, bundle)
            writer.write(verifier)
    return Written(meter.length, meter.hash.hexdigest(), checkpoint.size)


def _known(reading: Reading, size: int) -> _Known:
    known = _Known()
    for kind, data in stream_leaves(reading, size):
        known.note(kind, data)
    return known


def _reader(reading: Reading, scope: Scope, known: _Known) -> Reader:
    if scope.decision is not None and scope.decision not in known.decisions:
        raise NoSuchDecision(f"There is no decision {scope.decision!r} on the trail.")
    if scope.practice is None:
        return Reader(scope.role)
    rolls = {
        file.digest
        for file in published(reading)
        if file.kind == "roll"
        and any(line["practice"] == scope.practice for line in json.loads(file.data))
    }
    asked = frozenset(ref for ref, digest in known.rolls.items() if digest in rolls)
    if not asked or (scope.decision is not None and scope.decision not in asked):
        raise NotAsked(f"{scope.practice} was not asked in {scope.decision or 'any decision'}.")
    return Reader(scope.role, scope.practice, asked)


@dataclass(frozen=True, slots=True)
class _Writer:
    store: Store
    reading: Reading
    scope: Scope
    reader: Reader
    known: _Known
    checkpoint: Checkpoint
    bundle: ZipFile

    def write(self, verifier: bytes) -> None:
        """Every member, in the order of the reference page."""
        checkpoint = self.checkpoint
        readme = _README.format(origin=checkpoint.origin, size=checkpoint.size)
        self._whole("README", readme.encode())
        self._whole("scope.json", canonical(self._scope()))
        self._whole("checkpoint", checkpoint.note.encode())
        self._whole("policy", f"log {self.known.vkey}\nquorum none\n".encode())
        leaves = stream_leaves(self.reading, checkpoint.size)
        self._lines("leaves.jsonl", (data for _, data in leaves))
        self._lines("openings.jsonl", self._openings())
        self._lines("withheld.jsonl", self._withheld())
        for folder in ("rules", "calendar", "roll"):
            self._published(folder)
        self._lines("mail-index.jsonl", self._letters())
        self._whole("verify.py", verifier)

    def _scope(self) -> dict[str, Any]:
        scope = self.scope
        return {
            "decision": scope.decision,
            "practice": scope.practice,
            "role": str(scope.role),
            "size": self.checkpoint.size,
        }

    def _openings(self) -> Iterator[bytes]:
        shown = (held for held in self._in_scope() if self._may_see(held))
        for held, opened in unseal(self.store.keys, shown):
            if opened is not None:
                yield canonical(opening_value(held.n, held.field, *opened))

    def _withheld(self) -> Iterator[bytes]:
        """What is kept back exists, so it is named; what was erased is told by its own leaf."""
        role = str(self.scope.role)
        kept = (held for held in self._in_scope() if not self._may_see(held))
        for held in still_kept(self.store.keys, kept):
            yield canonical({"field": held.field, "n": held.n, "role": role})

    def _in_scope(self) -> Iterator[Held]:
        for held in stream_openings(self.reading, self.checkpoint.size):
            if self.scope.decision is None or self.scope.decision == self._decision(held):
                yield held

    def _decision(self, held: Held) -> str | None:
        return self.known.decision_of(json.loads(held.data)["body"])

    def _may_see(self, held: Held) -> bool:
        body = json.loads(held.data)["body"]
        closed = (body.get("decision", ""), body.get("round", 0)) in self.known.closed
        return self.reader.may_see(held.type, body, held.field, closed=closed)

    def _published(self, folder: str) -> None:
        """Files of one folder, by digest; with a decision in the scope, its own roll alone."""
        only = self.known.rolls.get(self.scope.decision or "") if folder == "roll" else None
        for file in published(self.reading):
            named = file.digest in self.known.files and only in (None, file.digest)
            if _FOLDERS[file.kind] == folder and named:
                self._whole(f"{folder}/{file.digest}.json", file.data)

    def _letters(self) -> Iterator[bytes]:
        """For the committee every letter whose end is known, for a practice its own."""
        if self.scope.role is Role.PUBLIC:
            return
        for each in settled_letters(self.reading, self.checkpoint.size):
            ours = self.scope.practice in (None, each.practice)
            if ours and self.scope.decision in (None, each.decision):
                yield canonical(
                    {
                        "letter": each.letter,
                        "mailing": each.mailing,
                        "message": each.message,
                        "person": each.person,
                        "practice": each.practice,
                        "sha256": each.sha256,
                        "status": each.status,
                    }
                )

    def _lines(self, name: str, lines: Iterable[bytes]) -> None:
        with self._member(name) as member:
            for line in lines:
                member.write(line + b"\n")

    def _whole(self, name: str, content: bytes) -> None:
        with self._member(name) as member:
            member.write(content)

    @contextmanager
    def _member(self, name: str) -> Iterator[IO[bytes]]:
        info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        info.create_system = 3  # Unix, on whatever machine it is made
        with self.bundle.open(info, "w", force_zip64=True) as member:
            yield member
