"""Named facts of operation: when the last sweep was, what troubles the relay, which key is ours."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage import tables

QUARANTINE = "quarantine"
"""Stands in a database that came back from a backup, until a person releases it."""

RESTORED = "restored "
"""Begins the marks that name the leaves by which such a database was released with a loss."""

CATCHING_UP = "catching_up"
"""Stands after that until every deadline that had passed before the release is dealt with."""

COPY = "copy"
"""Stands in a backup: what opens a database refuses one that has it, `restore` takes it away."""

LOCK_STORE = "lock_store"
"""Names the store of released checkpoints that belongs to this trail."""

RELAY = "relay"
"""Stands while the mail relay is in trouble; says since when, and what it said."""

BACKUP = "backup"
"""When the last backup was made, and where to."""


def read_mark(connection: Connection, name: str) -> tuple[datetime | None, str] | None:
    """A mark's instant and words, None where there is none."""
    columns = tables.mark.c
    row = connection.execute(select(columns.at, columns.says).where(columns.name == name)).first()
    return (row.at, row.says) if row else None


def set_mark(connection: Connection, name: str, at: datetime | None, says: str = "") -> None:
    """Set or replace a mark."""
    same = tables.mark.c.name == name
    changed = connection.execute(update(tables.mark).where(same).values(at=at, says=says))
    if changed.rowcount == 0:
        connection.execute(insert(tables.mark).values(name=name, at=at, says=says))


def raise_mark(connection: Connection, name: str, at: datetime, says: str) -> None:
    """Set a mark unless it stands: its instant says since when."""
    if read_mark(connection, name) is None:
        set_mark(connection, name, at, says)


def clear_mark(connection: Connection, name: str) -> None:
    """Remove a mark, if it stands."""
    connection.execute(delete(tables.mark).where(tables.mark.c.name == name))


def marks_named(connection: Connection, prefix: str) -> list[str]:
    """The names of all marks that begin so."""
    columns = tables.mark.c
    query = select(columns.name).where(columns.name.startswith(prefix))
    return list(connection.execute(query).scalars())


def marks_like(connection: Connection, prefix: str) -> list[tuple[datetime | None, str]]:
    """All marks whose names begin so, oldest first."""
    columns = tables.mark.c
    query = select(columns.at, columns.says).where(columns.name.startswith(prefix))
    return [(row.at, row.says) for row in connection.execute(query.order_by(columns.at))]
