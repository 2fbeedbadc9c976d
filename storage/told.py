"""What leaves tell beside the answers: who did what, when, and the words staff gave with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.trail import instant_from_text, parse
from storage import tables
from storage.database import Reading
from storage.keys import Keys
from storage.openings import read_openings

OPENED: Mapping[str, tuple[str, ...]] = {
    "decision.routed": (),
    "override": ("reason",),
    "revote.ordered": ("reason",),
    "ballot.changed": ("reason",),
    "interest.ruled": ("reason",),
    "body.acted": ("reason", "by"),
    "outcome.declared": ("statement", "reason"),
    "call_in.requested": ("text", "by"),
    "challenge.raised": ("text", "by"),
}
"""The leaves that a practice's page tells of, and which of their commitments are opened for it."""

REQUESTED: Mapping[str, tuple[str, ...]] = {
    "call_in.requested": ("text", "by"),
    "challenge.raised": ("text", "by"),
    "interest.declared": ("text",),
}
"""The leaves by which something is asked for, or declared, in a practice's name."""

_WORDS = ("reason", "record", "statement")
"""What a letter may repeat: words that belong to the decision, never those of a person."""

_COLUMNS = select(tables.leaf.c.n, tables.leaf.c.type, tables.leaf.c.data)
_OF_DECISION = _COLUMNS.where(
    tables.leaf.c.decision == bindparam("reference"),
    tables.leaf.c.type.in_(bindparam("types", expanding=True)),
).order_by(tables.leaf.c.n)
_NAMED = _COLUMNS.where(tables.leaf.c.n.in_(bindparam("leaves", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One leaf: its clear body, and what was opened; `words` lacks what is absent or erased."""

    leaf: int
    type: str
    at: datetime
    body: Mapping[str, Any]
    words: Mapping[str, Any]

    def said(self, field: str) -> str:
        """The words of a field; empty where none were given, and where erased, that it is so."""
        lost = f"(the {field} has been erased)" if self.body.get(field) else ""
        return self.words.get(field) or lost


def told_to(reading: Reading, keys: Keys, reference: str, practice: str) -> Sequence[Told]:
    """What a practice's page tells of, oldest first; other practices' own leaves are left out."""
    leaves = _leaves(reading, reference, OPENED)
    mine = [(n, leaf) for n, leaf in leaves if leaf["body"].get("practice", practice) == practice]
    return _opened(reading, keys, mine, OPENED)


def requests_of(reading: Reading, keys: Keys, reference: str) -> Sequence[Told]:
    """What every practice asked for beside its answer, and why, oldest first: staff read it all."""
    return _opened(reading, keys, _leaves(reading, reference, REQUESTED), REQUESTED)


Leaves = Sequence[tuple[int, Mapping[str, Any]]]


def _leaves(reading: Reading, reference: str, types: Iterable[str]) -> Leaves:
    rows = reading.execute(_OF_DECISION, {"reference": reference, "types": list(types)})
    return [(row.n, parse(row.data)) for row in rows]


def _opened(
    reading: Reading, keys: Keys, leaves: Leaves, fields: Mapping[str, tuple[str, ...]]
) -> Sequence[Told]:
    wanted = [(n, field) for n, leaf in leaves for field in fields[leaf["type"]]]
    opened = read_openings(reading, keys, wanted)
    return [_told(n, leaf, fields[leaf["type"]], opened) for n, leaf in leaves]


def read_told(reading: Reading, keys: Keys, leaves: Iterable[int]) -> Mapping[int, Told]:
    """The leaves that a letter tells of, by number."""
    wanted = sorted(set(leaves))
    if not wanted:
        return {}
    opened = read_openings(reading, keys, [(n, field) for n in wanted for field in _WORDS])
    rows = reading.execute(_NAMED, {"leaves": wanted})
    return {row.n: _told(row.n, parse(row.data), _WORDS, opened) for row in rows}


def _told(
    n: int, leaf: Mapping[str, Any], names: Iterable[str], opened: Mapping[tuple[int, str], Any]
) -> Told:
    return Told(
        leaf=n,
        type=leaf["type"],
        at=instant_from_text(leaf["at"]),
        body=leaf["body"],
        words={name: opened[n, name] for name in names if opened.get((n, name))},
    )


def last_before(reading: Reading, decision: str, leaf: int, *types: str) -> int | None:
    """The last leaf of these types that a decision had when a mailing was owed."""
    columns = tables.leaf.c
    query = (
        select(columns.n)
        .where(columns.decision == decision, columns.type.in_(types), columns.n <= leaf)
        .order_by(columns.n.desc())
        .limit(1)
    )
    n: int | None = reading.execute(query).scalar()
    return n
