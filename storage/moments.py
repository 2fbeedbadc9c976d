"""When leaves were filed, read from the leaves themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.trail import instant_from_text, parse
from storage import tables

_LEAVES = select(tables.leaf.c.n, tables.leaf.c.data).where(
    tables.leaf.c.n.in_(bindparam("leaves", expanding=True))
)


def moments_of(connection: Connection, leaves: Iterable[int]) -> Mapping[int, datetime]:
    """The instant of each leaf, by number."""
    wanted = list(leaves)
    if not wanted:
        return {}
    rows = connection.execute(_LEAVES, {"leaves": wanted})
    return {row.n: instant_from_text(parse(row.data)["at"]) for row in rows}
