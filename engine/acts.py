"""What staff may do to a running decision, and what each act needs."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from engine import events
from engine.case import Case, Ruling
from engine.commands import Command, Conclude, Extend, Recompute, RecordLmc, Withdraw
from engine.deadlines import enter
from engine.decision import Due
from engine.definition import Open
from engine.event import Event
from engine.guards import Situation
from engine.people import Actor, How
from engine.refusals import (
    NeedsLmc,
    NeedsReason,
    NeedsSecondPerson,
    NeedsStatement,
    NoSuchAct,
    OnlyLater,
)
from engine.reminders import reminder_moments

STAFF_EXTENSION = range(1, 5)
"""Working days that staff may add to a vote, once, on top of the workflow's limit."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act that is possible now, and the arguments it needs."""

    name: str
    needs: tuple[str, ...]


def possible_acts(case: Case, *, two_persons: bool) -> tuple[Act, ...]:
    """What staff may do now. Acts that need two persons are named only where that can be had."""
    if case.state.is_final:
        return ()
    names = [*case.machinery.workflow.acts_in(case.decision.state), "record-lmc", "recompute"]
    if two_persons and _may_extend(case):
        names.append("extend")
    return tuple(Act(name, _NEEDS[name]) for name in names)


_NEEDS: Mapping[str, tuple[str, ...]] = {
    "conclude": ("file",),
    "withdraw": ("reason",),
    "record-lmc": ("file",),
    "recompute": ("reason",),
    "extend": ("reason", "days", "second person"),
}


def act(case: Case, command: Command, now: datetime) -> Ruling:
    """Rule on a staff command."""
    if case.state.is_final:
        raise NoSuchAct(f"{case.decision.reference} has ended: {case.state.title.lower()}.")
    return Ruling(tuple(_RULES[type(command)](case, command, now)))


def _withdraw(case: Case, command: Withdraw, now: datetime) -> Iterator[Event]:
    if not command.reason.strip():
        raise NeedsReason
    due = case.decision.waiting
    if case.state.open_for is Open.VOTES and due is not None and due.due_at <= now:
        raise NoSuchAct("The vote is over; it is counted before anything else happens to it.")
    state = _destination(case, "withdraw")
    yield from enter(case, state, {}, reason=command.reason, by=actor_value(command.actor))


def _conclude(case: Case, command: Conclude, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    state = _destination(case, "conclude")
    if not command.statement.strip():
        raise NeedsStatement
    if "lmc" in case.decision.involve and not case.decision.lmc_heard:
        raise NeedsLmc
    yield from enter(case, state, {}, statement=command.statement, by=actor_value(command.actor))


def _destination(case: Case, name: str) -> str:
    move = case.machinery.next_move(case.decision.state, name, Situation(case.decision))
    if move is None:
        possible = ", ".join(a.name for a in possible_acts(case, two_persons=False))
        raise NoSuchAct(
            f"{name!r} cannot be done while {case.decision.reference} is "
            f"{case.state.title.lower()!r}; possible now: {possible}."
        )
    return move.to


def _record_lmc(case: Case, command: RecordLmc, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    if not command.view.strip():
        raise NeedsReason("The local medical committee's view is missing.")
    yield events.LmcRecorded(
        decision=case.decision.reference, view=command.view, by=actor_value(command.actor)
    )


def _extend(case: Case, command: Extend, now: datetime) -> Iterator[Event]:
    """The first signed-in person proposes, a second one makes it so."""
    if not _may_extend(case) or _due(case).due_at <= now:
        raise NoSuchAct("Only a running vote may be extended, once, before its close.")
    if not command.reason.strip():
        raise NeedsReason
    if command.days not in STAFF_EXTENSION:
        raise NoSuchAct(f"A vote may be extended by 1 to 4 working days, not {command.days}.")
    if command.actor.how is not How.SESSION or command.actor.person is None:
        raise NeedsSecondPerson
    terms = {"days": command.days}
    proposal, me = case.decision.proposal, _person_hash(case, command.actor.person)
    agreed = proposal is not None and (proposal.act, dict(proposal.terms)) == ("extend", terms)
    if proposal is not None and agreed and proposal.person_hash != me:
        yield _extension(case, command)
        return
    if agreed:
        raise NeedsSecondPerson("You proposed this; a second person has to agree.")
    yield events.ActProposed(
        decision=case.decision.reference,
        act="extend",
        terms=terms,
        person_hash=me,
        reason=command.reason,
        by=actor_value(command.actor),
    )


def _may_extend(case: Case) -> bool:
    return case.state.open_for is Open.VOTES and case.decision.extended_by_staff == 0


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
    )


def _recompute(case: Case, command: Recompute, now: datetime) -> Iterator[Event]:
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


def actor_value(actor: Actor) -> dict[str, Any]:
    """The value that a staff leaf's `by` commits to."""
    return {"person": actor.person, "how": str(actor.how)}


def _person_hash(case: Case, person: str) -> str:
    """Tells two persons apart without naming either."""
    return hashlib.sha256(f"{case.decision.reference}|{person}".encode()).hexdigest()


_Rule = Callable[[Case, Any, datetime], Iterator[Event]]

_RULES = cast(
    "Mapping[type[Command], _Rule]",
    {
        Withdraw: _withdraw,
        Conclude: _conclude,
        RecordLmc: _record_lmc,
        Extend: _extend,
        Recompute: _recompute,
    },
)
