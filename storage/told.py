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
    rows = reading.execute(_OF_DECISION, {"reference": reference, "types": list(OPENED)})
    leaves = [(row.n, parse(row.data)) for row in rows]
    mine = [(n, leaf) for n, leaf in leaves if leaf["body"].get("practice", practice) == practice]
    wanted = [(n, field) for n, leaf in mine for field in OPENED[leaf["type"]]]
    opened = read_openings(reading, keys, wanted)
    return [_told(n, leaf, OPENED[leaf["type"]], opened) for n, leaf in mine]


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
