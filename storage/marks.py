"""Named facts of operation: when the last sweep was, what troubles the relay, which key is ours."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage import tables


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


def marks_like(connection: Connection, prefix: str) -> list[tuple[datetime | None, str]]:
    """All marks whose names begin so, oldest first."""
    columns = tables.mark.c
    query = select(columns.at, columns.says).where(columns.name.startswith(prefix))
    return [(row.at, row.says) for row in connection.execute(query.order_by(columns.at))]
