"""When the sweep must look at a decision, and what it could not do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from storage import tables

PATIENCE = 3
"""Failures after which a decision's deadline is parked for a person to look at."""

RETRY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Woken:
    """A decision whose deadline or reminder has come, or a query of its entry in the account."""

    decision: str
    kind: str
    name: str
    at: datetime
    failures: int


def due_wakes(connection: Connection, now: datetime, limit: int) -> Sequence[Woken]:
    """What is due, oldest first; parked ones, and those that failed just now, are left out."""
    columns = tables.wake.c
    query = (
        select(tables.wake)
        .where(columns.at <= now, columns.parked.is_(None))
        .where((columns.retry_at.is_(None)) | (columns.retry_at <= now))
        .order_by(columns.at, columns.decision)
        .limit(limit)
    )
    return [
        Woken(row.decision, row.kind, row.name, row.at, row.failures)
        for row in connection.execute(query)
    ]


def next_wake_at(connection: Connection) -> datetime | None:
    """When the sweep is needed next: one that failed is left to rest, not met again at once."""
    columns = tables.wake.c
    moment = func.coalesce(columns.retry_at, columns.at)
    query = select(func.min(moment)).where(columns.parked.is_(None))
    return connection.execute(query).scalar()


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """The oldest deadline, or query's, that is due and has not been dealt with."""
    columns = tables.wake.c
    query = select(func.min(columns.at)).where(columns.kind != "reminder", columns.at <= now)
    return connection.execute(query).scalar()


def is_any_wake(connection: Connection, until: datetime) -> bool:
    """Whether anything that was due by then has still to be dealt with, parked or not."""
    query = select(tables.wake.c.at).where(tables.wake.c.at <= until).limit(1)
    return connection.execute(query).first() is not None


def next_reminder(connection: Connection, reference: str) -> datetime | None:
    """The moment of a decision's next reminder, passed or to come, that no sweep has dealt with.

    Of several that have passed the sweep makes one letter, at the moment it comes.
    """
    columns = tables.wake.c
    query = select(func.min(columns.at)).where(
        columns.decision == reference, columns.kind == "reminder"
    )
    return connection.execute(query).scalar()


def running_decisions(connection: Connection) -> list[str]:
    """The decisions that wait for a deadline, by reference."""
    columns = tables.wake.c
    query = select(columns.decision).where(columns.kind == "deadline").distinct()
    return list(connection.execute(query.order_by(columns.decision)).scalars())


def forget_wake(connection: Connection, wake: Woken) -> None:
    """Remove a wake that led to nothing, so that no sweep meets it again."""
    columns = tables.wake.c
    connection.execute(
        delete(tables.wake).where(
            columns.decision == wake.decision, columns.kind == wake.kind, columns.at == wake.at
        )
    )


def note_failure(connection: Connection, wake: Woken, now: datetime, because: str) -> None:
    """Try again in a minute; after the third failure, park it with the reason."""
    columns = tables.wake.c
    failures = wake.failures + 1
    connection.execute(
        update(tables.wake)
        .where(
            columns.decision == wake.decision,
            columns.kind == wake.kind,
            columns.at == wake.at,
        )
        .values(
            failures=failures,
            retry_at=now + RETRY,
            parked=because if failures >= PATIENCE else None,
        )
    )


def parked_wakes(connection: Connection) -> list[str]:
    """What the sweep gave up on, in words."""
    columns = tables.wake.c
    query = select(tables.wake).where(columns.parked.is_not(None)).order_by(columns.at)
    return [f"{row.decision}: {row.name}: {row.parked}" for row in connection.execute(query)]


def unpark(connection: Connection, reference: str) -> bool:
    """Let the sweep try again; whether it had given up on anything."""
    columns = tables.wake.c
    changed = connection.execute(
        update(tables.wake)
        .where(columns.decision == reference, columns.parked.is_not(None))
        .values(failures=0, parked=None, retry_at=None)
    )
    return changed.rowcount > 0
