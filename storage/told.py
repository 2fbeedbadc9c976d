"""What a decision's leaves tell one practice: who did what beside the answers, when, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.trail import instant_from_text, parse
from storage import tables
from storage.keys import Keys
from storage.openings import read_openings

OPENED: Mapping[str, tuple[str, ...]] = {
    "decision.routed": (),
    "override": ("reason",),
    "revote.ordered": ("reason",),
    "interest.ruled": ("reason",),
    "body.acted": ("reason", "by"),
    "outcome.declared": ("statement", "reason"),
    "call_in.requested": ("text", "by"),
    "challenge.raised": ("text", "by"),
}
"""The leaves read, and which of their commitments are opened."""

_LEAVES = (
    select(tables.leaf.c.n, tables.leaf.c.type, tables.leaf.c.data)
    .where(
        tables.leaf.c.decision == bindparam("reference"),
        tables.leaf.c.type.in_(bindparam("types", expanding=True)),
    )
    .order_by(tables.leaf.c.n)
)


@dataclass(frozen=True, slots=True)
class Told:
    """One leaf: its body as filed, and the values that were opened; an erased one is missing."""

    leaf: int
    type: str
    at: datetime
    body: Mapping[str, Any]
    words: Mapping[str, Any]


def told_to(connection: Connection, keys: Keys, reference: str, practice: str) -> Sequence[Told]:
    """The decision's leaves of these kinds, oldest first; other practices' own are left out."""
    rows = connection.execute(_LEAVES, {"reference": reference, "types": list(OPENED)})
    leaves = [(row.n, row.type, parse(row.data)) for row in rows]
    mine = [held for held in leaves if held[2]["body"].get("practice", practice) == practice]
    wanted = [(n, field) for n, kind, _ in mine for field in OPENED[kind]]
    opened = read_openings(connection, keys, wanted)
    return [
        Told(
            leaf=n,
            type=kind,
            at=instant_from_text(whole["at"]),
            body=whole["body"],
            words={f: opened[n, f] for f in OPENED[kind] if (n, f) in opened},
        )
        for n, kind, whole in mine
    ]
