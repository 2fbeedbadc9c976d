"""What the leaves that a letter tells of say: their clear bodies, and the words staff gave.

Only words that belong to the decision are opened. What belongs to a person (a challenger's or a
caller's words, a name) is not, so that no letter can repeat it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.trail import instant_from_text, parse
from storage import tables
from storage.database import Reading
from storage.keys import Keys
from storage.openings import read_openings

_WORDS = ("reason", "record", "statement")

_LEAVES = select(tables.leaf.c.n, tables.leaf.c.data).where(
    tables.leaf.c.n.in_(bindparam("leaves", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Told:
    """One leaf. `words` lacks what was never given, and what has been erased."""

    type: str
    body: Mapping[str, Any]
    at: datetime
    words: Mapping[str, str]

    def said(self, field: str) -> str:
        """The words of a field; empty where none were given, and where erased, that it is so."""
        lost = f"(the {field} has been erased)" if self.body.get(field) else ""
        return self.words.get(field) or lost


def read_told(reading: Reading, keys: Keys, leaves: Iterable[int]) -> Mapping[int, Told]:
    """These leaves, by number."""
    wanted = sorted(set(leaves))
    if not wanted:
        return {}
    opened = read_openings(reading, keys, [(n, field) for n in wanted for field in _WORDS])
    rows = reading.execute(_LEAVES, {"leaves": wanted})
    return {row.n: _told(row.n, parse(row.data), opened) for row in rows}


def _told(n: int, leaf: Mapping[str, Any], opened: Mapping[tuple[int, str], Any]) -> Told:
    words = {field: opened[n, field] for field in _WORDS if opened.get((n, field))}
    return Told(leaf["type"], leaf["body"], instant_from_text(leaf["at"]), words)


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
