"""The rows of the management allowance's account: what its events write."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, update

from engine import events
from storage import tables


def set_row(event: events.AllowanceSet, leaf: int, at: datetime) -> dict[str, Any]:
    """A year's allowance."""
    return {
        "year": event.year,
        "leaf": leaf,
        "pounds": event.pounds,
        "per_head_pence": event.per_head_pence,
        "patients": event.patients,
        "unknown": json.dumps(list(event.unknown)),
        "at": at,
    }


def charge_row(event: events.AllowanceCharged, leaf: int, at: datetime) -> dict[str, Any]:
    """What a decision drew."""
    return {
        "leaf": leaf,
        "decision": event.decision,
        "year": event.year,
        "money_gbp": event.money_gbp,
        "patients": event.patients,
        "unknown": json.dumps(list(event.unknown)),
        "per_head": event.per_head,
        "at": at,
    }


def give_back(
    connection: Connection, event: events.AllowanceReversed, leaf: int, at: datetime
) -> None:
    """The decision's charge that stands is no longer borne."""
    columns = tables.charge.c
    changed = connection.execute(
        update(tables.charge)
        .where(columns.decision == event.decision, columns.reversal.is_(None))
        .values(reversal=leaf, reversed_at=at, because=event.because)
    )
    if changed.rowcount != 1:
        message = f"{event.decision} gives back what it has not drawn"
        raise LookupError(message)


def query_row(event: events.AllowanceQueried, leaf: int, at: datetime) -> dict[str, Any]:
    """A query that waits."""
    return {
        "decision": event.decision,
        "number": event.query,
        "leaf": leaf,
        "role": event.role,
        "asked_at": at,
        "due_at": event.due_at,
        "overdue": False,
    }


def query_wake(event: events.AllowanceQueried) -> dict[str, Any]:
    """When the sweep must look whether it has its answer."""
    return {
        "decision": event.decision,
        "kind": "query",
        "at": event.due_at,
        "name": f"query {event.query}",
        "failures": 0,
    }


def note_answer(
    connection: Connection, event: events.AllowanceAnswered, leaf: int, at: datetime
) -> None:
    """The query has its answer, and nothing is waited for."""
    changed = connection.execute(
        update(tables.query)
        .where(*_its(event.decision, event.query), tables.query.c.answer.is_(None))
        .values(answer=leaf, answered_at=at)
    )
    if changed.rowcount != 1:
        message = f"{event.decision} has no open query {event.query} to answer"
        raise LookupError(message)
    _forget_wake(connection, event.decision)


def note_overdue(connection: Connection, decision: str, number: int) -> None:
    """The time for the answer is up, and that was told: once."""
    overdue = update(tables.query).where(*_its(decision, number)).values(overdue=True)
    connection.execute(overdue)
    _forget_wake(connection, decision)


def _its(decision: str, number: int) -> tuple[Any, Any]:
    return tables.query.c.decision == decision, tables.query.c.number == number


def _forget_wake(connection: Connection, decision: str) -> None:
    wakes = tables.wake.c
    mine = (wakes.decision == decision, wakes.kind == "query")
    connection.execute(delete(tables.wake).where(*mine))
