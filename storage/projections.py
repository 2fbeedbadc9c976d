"""What each event does to the tables beside the trail.

The decision's own row is a snapshot of what `engine.evolving.evolve` made of it, saved by
`save_decision`; here are the rows of answers, links and letters. No projection holds a name, an
address, free text or a choice.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import singledispatch
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, update

from engine import events
from engine.decision import Decision
from engine.event import Event, plain
from storage import tables
from storage.account_rows import (
    charge_row,
    give_back,
    note_answer,
    note_overdue,
    query_row,
    query_wake,
    set_row,
)
from storage.snapshot import to_snapshot

ALWAYS_SENT = ('"meeting":', '"asked":')
"""Mark a receipt for a vote that staff entered, or for a call-in or challenge: these are sent
whatever comes after them."""

Add = Callable[[Table, dict[str, Any]], None]

# Statements of the vote's own path are built once: building one costs more than running it.
_FIRST_ANSWER = insert(tables.answer)
_NEW_ANSWER = (
    update(tables.answer)
    .where(
        tables.answer.c.decision == bindparam("in_decision"),
        tables.answer.c.round == bindparam("in_round"),
        tables.answer.c.question == bindparam("on_question"),
        tables.answer.c.practice == bindparam("of_practice"),
    )
    .values(leaf=bindparam("leaf"), at=bindparam("at"))
)
_ANSWER_COMMENT = (
    update(tables.comment)
    .where(
        tables.comment.c.leaf == bindparam("to_comment"),
        tables.comment.c.decision == bindparam("in_decision"),
    )
    .values(answer=bindparam("by_leaf"), disposition=bindparam("became"))
)
_SUPERSEDE = (
    update(tables.mailing)
    .where(
        tables.mailing.c.decision == bindparam("in_decision"),
        tables.mailing.c.letter == "receipt",
        tables.mailing.c.practices == bindparam("to_practices"),
        tables.mailing.c.status == "owed",
        *(tables.mailing.c.context.not_like(f"%{mark}%") for mark in ALWAYS_SENT),
    )
    .values(status="superseded")
)


def project(connection: Connection, add: Add, event: Event, n: int, at: datetime) -> None:
    """File what an event means for the tables beside the trail."""
    _project(event, connection, add, n, at)


@singledispatch
def _project(event: Event, connection: Connection, add: Add, n: int, at: datetime) -> None:
    """Most events change the decision's snapshot only."""


@_project.register
def _(event: events.LinkIssued, connection: Connection, add: Add, n: int, at: datetime) -> None:  # noqa: ARG001
    row = {
        "token_hash": event.token_hash,
        "decision": event.decision,
        "practice": event.practice,
        "person": event.person_id,
        "generation": event.generation,
        "may_cast": event.may_cast,
        "revoked": False,
    }
    add(tables.link, row)


@_project.register
def _(event: events.VoteCast, connection: Connection, add: Add, n: int, at: datetime) -> None:  # noqa: ARG001
    """A first answer is inserted, so that a second first answer breaks on the primary key."""
    key = {
        "decision": event.decision,
        "round": event.round,
        "question": event.question,
        "practice": event.practice,
    }
    connection.execute(_FIRST_ANSWER, {**key, "leaf": n, "at": at})


@_project.register
def _(event: events.VoteChanged, connection: Connection, add: Add, n: int, at: datetime) -> None:  # noqa: ARG001
    meant = {
        "in_decision": event.decision,
        "in_round": event.round,
        "on_question": event.question,
        "of_practice": event.practice,
    }
    changed = connection.execute(_NEW_ANSWER, {**meant, "leaf": n, "at": at})
    if changed.rowcount != 1:
        message = f"{event.practice} changes an answer it has not given"
        raise LookupError(message)


@_project.register
def _(
    event: events.CommentReceived,
    connection: Connection,  # noqa: ARG001
    add: Add,
    n: int,
    at: datetime,
) -> None:
    row = {
        "leaf": n,
        "decision": event.decision,
        "practice": event.practice,
        "phase": event.phase,
        "at": at,
    }
    add(tables.comment, row)


@_project.register
def _(
    event: events.CommentAnswered,
    connection: Connection,
    add: Add,  # noqa: ARG001
    n: int,
    at: datetime,  # noqa: ARG001
) -> None:
    """The latest answer stands; the leaves of all stay."""
    meant = {"to_comment": event.comment, "in_decision": event.decision}
    values = {"by_leaf": n, "became": event.disposition}
    answered = connection.execute(_ANSWER_COMMENT, {**meant, **values})
    if answered.rowcount != 1:
        message = f"{event.decision} has no comment {event.comment} to answer"
        raise LookupError(message)


@_project.register
def _(event: events.VoteRejected, connection: Connection, add: Add, n: int, at: datetime) -> None:  # noqa: ARG001
    row = {
        "decision": event.decision,
        "round": event.round,
        "person": event.by.person,
        "leaf": n,
    }
    add(tables.late, row)


@_project.register
def _(event: events.MailIntended, connection: Connection, add: Add, n: int, at: datetime) -> None:
    if event.letter == "receipt":
        _supersede(connection, event)
    if event.letter == "query_overdue":
        note_overdue(connection, event.decision or "", event.context["query"])
    row = {
        "leaf": n,
        "decision": event.decision or "",
        "letter": event.letter,
        "practices": json.dumps(list(event.to.practices)),
        "role": event.to.role,
        "context": json.dumps(plain(event.context), ensure_ascii=False),
        "letters": event.count,
        "at": at,
        "status": "owed",
        "sealed": event.sealed,
    }
    add(tables.mailing, row)


def _supersede(connection: Connection, event: events.MailIntended) -> None:
    """A receipt that no postman has taken up yet gives way to the next of its practice."""
    practices = json.dumps(list(event.to.practices))
    connection.execute(_SUPERSEDE, {"in_decision": event.decision, "to_practices": practices})


@_project.register
def _(event: events.AllowanceSet, connection: Connection, add: Add, n: int, at: datetime) -> None:
    """The last one stands; the leaves of all stay."""
    connection.execute(delete(tables.allowance).where(tables.allowance.c.year == event.year))
    add(tables.allowance, set_row(event, n, at))


@_project.register
def _(
    event: events.AllowanceCharged,
    connection: Connection,  # noqa: ARG001
    add: Add,
    n: int,
    at: datetime,
) -> None:
    add(tables.charge, charge_row(event, n, at))


@_project.register
def _(
    event: events.AllowanceReversed,
    connection: Connection,
    add: Add,  # noqa: ARG001
    n: int,
    at: datetime,
) -> None:
    give_back(connection, event, n, at)


@_project.register
def _(
    event: events.AllowanceQueried,
    connection: Connection,  # noqa: ARG001
    add: Add,
    n: int,
    at: datetime,
) -> None:
    add(tables.query, query_row(event, n, at))
    add(tables.wake, query_wake(event))


@_project.register
def _(
    event: events.AllowanceAnswered,
    connection: Connection,
    add: Add,  # noqa: ARG001
    n: int,
    at: datetime,
) -> None:
    note_answer(connection, event, n, at)


def save_decision(
    connection: Connection, before: Decision | None, after: Decision, leaf: int | None = None
) -> None:
    """Keep a decision's snapshot, and what the sweep must wake for."""
    values = {"state": after.state, "snapshot": to_snapshot(after)}
    if before is None:
        new = {"reference": after.reference, "leaf": leaf, "opened_at": after.opened_at}
        connection.execute(insert(tables.decision).values(**new, **values))
    else:
        same = tables.decision.c.reference == after.reference
        connection.execute(update(tables.decision).where(same).values(**values))
    if before is None or before.deadlines != after.deadlines:
        _set_wakes(connection, after)


def _set_wakes(connection: Connection, after: Decision) -> None:
    wakes = tables.wake
    own = (wakes.c.decision == after.reference, wakes.c.kind != "query")
    connection.execute(delete(wakes).where(*own))
    due = after.waiting
    if due is None:
        return
    same = {"decision": after.reference, "name": due.name, "failures": 0}
    rows = [{**same, "kind": "deadline", "at": due.due_at}]
    rows += [{**same, "kind": "reminder", "at": moment} for moment in due.remind]
    connection.execute(insert(wakes), rows)


def forget_reminders(connection: Connection, reference: str, until: datetime) -> bool:
    """Reminders whose moment has come are done with, one letter for all; whether there were any."""
    wakes = tables.wake.c
    forgotten = connection.execute(
        delete(tables.wake).where(
            wakes.decision == reference, wakes.kind == "reminder", wakes.at <= until
        )
    )
    return forgotten.rowcount > 0
