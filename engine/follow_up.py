"""What follows from what happened: deadlines to set, letters owed. Data, not text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import events
from engine.case import Case
from engine.event import Event, plain
from engine.events import Audience
from engine.mailing import mail, whole_roll
from engine.queries import answered_letters, raised_letter
from engine.reaching import ASKS, nobody_known
from engine.receipts import receipts
from engine.reminders import reminder_moments

Filed = tuple[Event, int]
"""An event and the number of its leaf."""


def follow_up(case: Case, filed: Iterable[Filed], now: datetime) -> Iterator[Event]:
    """The events that these events bring with them. `case` is as it stands after them."""
    filed = tuple(filed)
    for event, leaf in filed:
        yield from _follows(case, event, leaf, now)
    for state, context in _entered(filed).items():
        if state in case.machinery.workflow.states:  # what a challenge held up goes on elsewhere
            yield from _letters(case, state, {**context, **_why(filed)}, now)
    yield from receipts(case, filed, now)


def _follows(case: Case, event: Event, leaf: int, now: datetime) -> Iterator[Event]:
    match event:
        case events.PhaseOpened():
            yield _deadline(case, event, now)
        case events.DeadlineExtended():
            yield from _extended(case, event, now)
        case events.DeadlineRecomputed():
            yield _moved(case, event, event.due_at, leaf)
        case events.InterestRuled():
            yield _ruled(case, event, leaf)
        case events.Overridden() if event.lower:
            yield _lowered(case, event, leaf)
        case events.AllowanceQueried():
            yield raised_letter(case, event, leaf)
        case events.AllowanceAnswered():
            yield from answered_letters(case, event, leaf)
        case _:
            pass


def _entered(filed: Iterable[Filed]) -> Mapping[str, Mapping[str, Any]]:
    """The states entered, each with the leaves that its letters tell of.

    A state of a workflow that was left in the same commit owes no letter; what happened in it is
    told by those of the state that the decision goes on in, which a body's act has named.
    """
    entered: dict[str, dict[str, Any]] = {}
    left: dict[str, Any] = {}
    resumed = ""
    for event, leaf in filed:
        match event:
            case events.DecisionRouted():
                left = {name: n for held in entered.values() for name, n in held.items()}
                entered = {resumed: left} if resumed else {}
            case events.PhaseOpened():
                entered.setdefault(event.phase, dict(left))
            case events.OutcomeDeclared():
                entered.setdefault(event.state, {})["leaf"] = leaf
            case events.BodyActed():
                entered.setdefault(event.state, {})["act"] = leaf
                resumed = event.state
            case _:
                pass
    return entered


def _why(filed: Iterable[Filed]) -> Mapping[str, Any]:
    """Why the decision goes another way now: words for everyone, and the leaf of who asked.

    After a challenge that is the act that let the outcome stand; a vote held once more has no
    other way, only the order.
    """
    why: dict[str, Any] = {}
    acted: int | None = None
    for event, leaf in filed:
        match event:
            case (
                events.Overridden()
                | events.CallInRequested()
                | events.ChallengeRaised()
                | events.RevoteOrdered()
            ):
                why["why"] = leaf
            case events.BodyActed():
                acted = leaf
            case events.DecisionRouted():
                why["because"] = event.because
                if acted is not None:
                    why["why"] = acted
            case _:
                pass
    return why


def _deadline(case: Case, event: events.PhaseOpened, now: datetime) -> events.DeadlineSet:
    """A phase's working days count from the leaf that opens it, so nobody loses time."""
    rule = case.machinery.workflow.states[event.phase].deadline
    if rule is None:  # engine.entering opens no phase without one
        message = f"the phase {event.phase!r} has no deadline"
        raise LookupError(message)
    due = case.calendar.due(now, rule.after)
    return events.DeadlineSet(
        decision=event.decision,
        name=rule.name,
        phase=event.phase,
        due_at=due,
        remind=reminder_moments(rule, case.calendar, now, due),
    )


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


TO_OWNER = frozenset({"step_due", "step_overdue"})
"""Letters that go to whoever has the next step, not to practices."""

SECOND_LOOK = 5
"""Working days, from an outcome, in which a vote may be ordered once more."""


def _letters(case: Case, name: str, context: Mapping[str, Any], now: datetime) -> Iterator[Event]:
    """The letters owed on entering a state, each to the audience it is for."""
    state = case.machinery.workflow.states[name]
    for letter in _owed(state.letters, context):
        owner = letter in TO_OWNER
        days = state.deadline.after if state.deadline else SECOND_LOOK if owner else None
        due = {} if days is None else {"due_at": plain(case.calendar.due(now, days))}
        audience = Audience(role=state.owner) if owner else whole_roll(case)
        yield mail(case, letter, audience, {**context, **due, "state": name})
        if letter in ASKS:
            yield from nobody_known(case)


def _owed(letters: tuple[str, ...], context: Mapping[str, Any]) -> tuple[str, ...]:
    """The state's letters; where a challenge was heard and failed, all hear that it was too."""
    failed = "act" in context and "because" in context
    return letters if not failed or "outcome" in letters else ("outcome", *letters)


def _lowered(case: Case, event: events.Overridden, leaf: int) -> events.MailIntended:
    """The allowance committee hears of every decision that was taken from the practices."""
    context = {"was": event.was, "route": event.route, "why": leaf, "state": case.decision.state}
    return mail(case, "rerouted", Audience(role="committee"), context)


def _ruled(case: Case, event: events.InterestRuled, leaf: int) -> events.MailIntended:
    """A practice hears what was ruled on its interest, and why."""
    context = {"ruling": event.ruling, "why": leaf, "state": case.decision.state}
    return mail(case, "ruled", Audience((event.practice,)), context)
