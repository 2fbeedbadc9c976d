"""More time for a running deadline: staff's extension of a vote, a holiday announced since."""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import Extend, Recompute
from engine.decision import Due
from engine.definition import Open
from engine.event import Event
from engine.refusals import NeedsReason, NoSuchAct, OnlyLater
from engine.reminders import reminder_moments
from engine.two_persons import actor_value, second_hash, second_word

STAFF_EXTENSION = range(1, 5)
"""Working days that staff may add to a vote, once, on top of the workflow's limit."""


def may_extend(case: Case) -> bool:
    """Whether staff may still give this vote more time; a vote held once more gets none."""
    first = case.decision.round <= 1
    return case.state.open_for is Open.VOTES and first and case.decision.extended_by_staff == 0


def extend(case: Case, command: Extend, now: datetime) -> Iterator[Event]:
    """The first signed-in person proposes, a second one makes it so."""
    if not may_extend(case) or _due(case).due_at <= now:
        raise NoSuchAct("Only a running vote may be extended, once, before its close.")
    if not command.reason.strip():
        raise NeedsReason
    if command.days not in STAFF_EXTENSION:
        raise NoSuchAct(f"A vote may be extended by 1 to 4 working days, not {command.days}.")
    terms = {"days": command.days}
    yield second_word(case, command.actor, "extend", terms, command.reason) or _extension(
        case, command
    )


def _extension(case: Case, command: Extend) -> events.DeadlineExtended:
    due = _due(case)
    return events.DeadlineExtended(
        decision=case.decision.reference,
        name=due.name,
        phase=due.state,
        was=due.due_at,
        working_days=command.days,
        automatic=False,
        because="Extended by the secretariat, on the word of two persons.",
        by=actor_value(command.actor),
        person_hash=second_hash(case, command.actor),
    )


def recompute(case: Case, command: Recompute, now: datetime) -> Iterator[Event]:
    """A one-off bank holiday moves a deadline only when staff say so, and only later."""
    if not command.reason.strip():
        raise NeedsReason
    due = _due(case)
    entered = case.decision.entered_at
    if due.due_at <= now or entered is None:
        raise NoSuchAct("The deadline has passed; it cannot be moved.")
    lost = sum(
        1
        for holiday in command.calendar.holidays - case.calendar.holidays
        if case.calendar.london(entered)[0] < holiday <= case.calendar.london(due.due_at)[0]
        and case.calendar.is_working_day(holiday)
    )
    later = command.calendar.due(due.due_at, lost) if lost else due.due_at
    if later <= due.due_at:
        raise OnlyLater
    yield events.DeadlineRecomputed(
        decision=case.decision.reference,
        name=due.name,
        phase=due.state,
        was=due.due_at,
        due_at=later,
        calendar=command.digest,
        remind=reminder_moments(case.state.deadline, command.calendar, now, later),
        reason=command.reason,
        by=actor_value(command.actor),
    )


def _due(case: Case) -> Due:
    due = case.decision.waiting
    if due is None:
        message = f"{case.decision.reference} waits for nothing"
        raise LookupError(message)
    return due
