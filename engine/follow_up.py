"""What follows from what happened: deadlines to set, letters owed. Data, not text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import events
from engine.case import Case
from engine.event import Event, plain
from engine.events import Audience
from engine.mailing import mail, whole_roll
from engine.reminders import reminder_moments

Filed = tuple[Event, int]
"""An event and the number of its leaf."""


def follow_up(case: Case, filed: Iterable[Filed], now: datetime) -> Iterator[Event]:
    """The events that these events bring with them. `case` is as it stands after them."""
    receipts: dict[str, list[int]] = {}
    changed: set[str] = set()
    for event, leaf in filed:
        match event:
            case events.PhaseOpened():
                yield from _phase(case, event, now)
            case events.DeadlineExtended():
                yield from _extended(case, event, now)
            case events.DeadlineRecomputed():
                yield _moved(case, event, event.due_at, leaf)
            case events.OutcomeDeclared():
                yield from _letters(case, event.state, {"leaf": leaf})
            case events.VoteCast() | events.CommentReceived():
                receipts.setdefault(event.practice, []).append(leaf)
                if isinstance(event, events.VoteChanged):
                    changed.add(event.practice)
            case _:
                pass
    for practice, leaves in receipts.items():
        yield _receipt(case, practice, leaves, changed=practice in changed)


def _phase(case: Case, event: events.PhaseOpened, now: datetime) -> Iterator[Event]:
    """A phase's working days count from the leaf that opens it, so nobody loses time."""
    rule = case.machinery.workflow.states[event.phase].deadline
    if rule is None:
        return
    due = case.calendar.due(now, rule.after)
    yield events.DeadlineSet(
        decision=event.decision,
        name=rule.name,
        phase=event.phase,
        due_at=due,
        remind=reminder_moments(rule, case.calendar, now, due),
    )
    yield from _letters(case, event.phase, {"due_at": plain(due)})


def _extended(case: Case, event: events.DeadlineExtended, now: datetime) -> Iterator[Event]:
    """An automatic extension counts from its leaf; staff add their days to the running time."""
    start = now if event.automatic else event.was
    due = case.calendar.due(start, event.working_days)
    yield events.DeadlineSet(
        decision=event.decision,
        name=event.name,
        phase=event.phase,
        due_at=due,
        remind=reminder_moments(case.state.deadline, case.calendar, now, due),
    )
    yield _moved(case, event, due, None, event.because)


def _moved(
    case: Case,
    event: events.DeadlineExtended | events.DeadlineRecomputed,
    due: datetime,
    leaf: int | None,
    because: str | None = None,
) -> events.MailIntended:
    """Everyone hears the old time and the new one, and why."""
    context: dict[str, Any] = {
        "due_at": plain(due),
        "was": plain(event.was),
        "state": event.phase,
        "because": because,
        "leaf": leaf,
    }
    return mail(case, "extended", whole_roll(case), context)


_TO_THE_BODY: Mapping[str, str] = {"step_overdue": "chair"}
"""Letters that do not go to practices, and whom they go to instead."""


def _letters(case: Case, state: str, context: Mapping[str, Any]) -> Iterator[Event]:
    for letter in case.machinery.workflow.states[state].letters:
        role = _TO_THE_BODY.get(letter)
        audience = Audience(role=role) if role else whole_roll(case)
        yield mail(case, letter, audience, {**context, "state": state})


def _receipt(case: Case, practice: str, leaves: list[int], *, changed: bool) -> events.MailIntended:
    """Every contact of a practice hears what was recorded in its name."""
    due = case.decision.waiting
    context = {
        "leaves": leaves,
        "changed": changed,
        "state": case.decision.state,
        "due_at": plain(due.due_at) if due else None,
    }
    return mail(case, "receipt", Audience((practice,)), context)
