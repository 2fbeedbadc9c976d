"""When leaves were filed, read from the leaves themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from engine.trail import instant_from_text, parse
from storage import tables


def moments_of(connection: Connection, leaves: Iterable[int]) -> Mapping[int, datetime]:
    """The instant of each leaf, by number."""
    wanted = list(leaves)
    if not wanted:
        return {}
    columns = tables.leaf.c
    rows = connection.execute(select(columns.n, columns.data).where(columns.n.in_(wanted)))
    return {row.n: instant_from_text(parse(row.data)["at"]) for row in rows}
