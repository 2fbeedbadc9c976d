"""A decision's leaves from the first to the last, opened as far as an auditor may see.

The rule is that of the audit bundle for the committee; but addresses and relays' words, which a
bundle holds for those who check letters, are on no page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from engine.disclosure import CHOICE, Reader, Role
from engine.trail import instant_from_text, parse
from storage import tables
from storage.database import Reading
from storage.keys import Keys
from storage.openings import Place, read_openings
from storage.told import Told

NEVER = frozenset({"contact", "words"})
"""Fields that hold an address, or what a relay said to it."""

_AUDITOR = Reader(Role.COMMITTEE)
_VOTES = frozenset({"vote.cast", "vote.changed"})
_COMMITMENT = "c1:"
_OF_DECISION = (
    select(tables.leaf.c.n, tables.leaf.c.data)
    .where(tables.leaf.c.decision == bindparam("reference"))
    .order_by(tables.leaf.c.n)
)


def read_course(reading: Reading, keys: Keys, reference: str) -> Sequence[Told]:
    """Every leaf of a decision in order, with the words behind its commitments."""
    rows = reading.execute(_OF_DECISION, {"reference": reference})
    leaves = [(row.n, parse(row.data)) for row in rows]
    opened = read_openings(reading, keys, list(places_to_open(leaves)))
    words: dict[int, dict[str, Any]] = {}
    for (n, field), value in opened.items():
        words.setdefault(n, {})[field] = value
    return [
        Told(
            leaf=n,
            type=leaf["type"],
            at=instant_from_text(leaf["at"]),
            body=leaf["body"],
            words=words.get(n, {}),
        )
        for n, leaf in leaves
    ]


Leaves = Sequence[tuple[int, Mapping[str, Any]]]


def places_to_open(leaves: Leaves) -> Iterator[Place]:
    """The commitments of these leaves that an auditor's page may open."""
    closed = dict(_closed(leaves))
    for n, leaf in leaves:
        for field, value in leaf["body"].items():
            if not str(value).startswith(_COMMITMENT) or field in NEVER:
                continue
            shut = field == CHOICE and not _is_closed(n, leaf, closed)
            if _AUDITOR.may_see(leaf["type"], leaf["body"], field, closed=not shut):
                yield n, field


def _closed(leaves: Leaves) -> Iterable[tuple[tuple[int, str], int]]:
    """The leaf that closed each vote, by round and question."""
    for n, leaf in leaves:
        body = leaf["body"]
        if leaf["type"] == "phase.closed" and body.get("question") is not None:
            yield (body["round"], body["question"]), n


def _is_closed(n: int, leaf: Mapping[str, Any], closed: Mapping[tuple[int, str], int]) -> bool:
    """Whether this vote has been closed since: what is still asked stays shut."""
    body = leaf["body"]
    return leaf["type"] in _VOTES and n < closed.get((body["round"], body["question"]), -1)
