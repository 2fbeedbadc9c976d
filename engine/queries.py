"""Queries of the account: the committee asks about an entry, and is owed an answer in time."""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case, Ruling
from engine.charging import sum_drawn
from engine.commands import AnswerQuery, PassQuery, QueryEntry
from engine.event import plain
from engine.events import Audience, MailIntended
from engine.mailing import mail
from engine.refusals import (
    MayNotAnswer,
    MayNotQuery,
    NeedsReason,
    NoOpenQuery,
    NothingDrawn,
    QueryWaits,
)
from engine.two_persons import actor_value

ANSWER_WITHIN = 10
"""Working days from a query to its answer."""

MAY_QUERY = ("committee", "lay_chair", "lmc")
"""Who may ask, in the order in which a person of several offices is taken to ask."""

MAY_ANSWER = ("accountable_officer", "chair", "secretary")
"""Who may answer; the accountable officer is written to, and may have it filed by the others."""

HEAR_OF_DELAY = ("lay_chair", "accountable_officer")
"""Who is written to once, when a query has no answer in time."""


def query(case: Case, command: QueryEntry, now: datetime) -> Ruling:
    """Put a query on record; one at a time, on what was charged, be it given back since or not."""
    decision = case.decision
    if decision.charge is None:
        raise NothingDrawn(
            f"{decision.reference} draws nothing from the management allowance."
            if sum_drawn(decision) is None
            else f"{decision.reference} is not approved, so it has drawn nothing yet."
        )
    role = next((name for name in MAY_QUERY if name in command.roles), None)
    if role is None or command.actor.person is None:
        raise MayNotQuery
    if decision.open_query is not None:
        raise QueryWaits
    if not command.text.strip():
        raise NeedsReason("Say what is asked; it goes on record and is sent to who answers.")
    return Ruling(
        (
            events.AllowanceQueried(
                decision=decision.reference,
                query=len(decision.queries) + 1,
                role=role,
                due_at=command.calendar.due(now, ANSWER_WITHIN),
                calendar=command.digest,
                text=command.text,
                by=actor_value(command.actor),
            ),
        )
    )


def answer_query(case: Case, command: AnswerQuery, now: datetime) -> Ruling:  # noqa: ARG001 - late is better than never
    """Answer the query that waits, however late."""
    role = next((name for name in MAY_ANSWER if name in command.roles), None)
    if role is None or command.actor.person is None:
        raise MayNotAnswer
    waiting = case.decision.open_query
    if waiting is None:
        raise NoOpenQuery
    if not command.text.strip():
        raise NeedsReason("The answer is missing; it goes on record and to the committee.")
    return Ruling(
        (
            events.AllowanceAnswered(
                decision=case.decision.reference,
                query=waiting.number,
                role=role,
                text=command.text,
                by=actor_value(command.actor),
            ),
        )
    )


def pass_query(case: Case, command: PassQuery, now: datetime) -> Ruling:
    """Tell, once, that a query has no answer in time; whatever was answered or told is left."""
    waiting = case.decision.open_query
    if waiting is None or waiting.overdue or waiting.due_at != command.due_at:
        return Ruling()
    if now < waiting.due_at:
        return Ruling()
    context = {
        "due_at": plain(waiting.due_at),
        "query": waiting.number,
        "state": case.decision.state,
    }
    return Ruling(
        tuple(mail(case, "query_overdue", Audience(role=role), context) for role in HEAR_OF_DELAY)
    )


def raised_letter(case: Case, event: events.AllowanceQueried, leaf: int) -> MailIntended:
    """The accountable officer hears of a query at once."""
    context = {"due_at": plain(event.due_at), "leaf": leaf, "state": case.decision.state}
    return mail(case, "query_raised", Audience(role="accountable_officer"), context)


def answered_letters(
    case: Case, event: events.AllowanceAnswered, leaf: int
) -> Iterator[MailIntended]:
    """The committee gets the answer, and whoever asked in another office."""
    asker = case.decision.queries[event.query - 1].role
    for role in dict.fromkeys(("committee", asker)):
        context = {"leaf": leaf, "state": case.decision.state}
        yield mail(case, "query_answered", Audience(role=role), context)
