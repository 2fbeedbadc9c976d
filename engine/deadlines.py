"""What happens when a time has come: a deadline passes, a reminder falls.

Both may be asked twice, late, or by two sweeps at once: whatever is no longer waited for makes no
event.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import events
from engine.case import Case, Ruling
from engine.closing import Counted, count_value, counts_at_close, is_unopposed
from engine.commands import PassDeadline, Remind
from engine.decision import Due
from engine.definition import Move
from engine.entering import Words, enter
from engine.event import plain
from engine.guards import Situation
from engine.mailing import mail

MOST_REMINDERS = 3
"""Reminders of one decision that a practice may get in any `REMINDER_SPAN`: more is noise."""

REMINDER_SPAN = timedelta(days=7)


def pass_deadline(case: Case, command: PassDeadline, now: datetime) -> Ruling:
    """End the state if its deadline is truly due: count, then extend, move on or declare."""
    due = case.decision.waiting
    if due is None or (due.name, due.due_at) != (command.name, command.due_at) or now < due.due_at:
        return Ruling()
    counts = counts_at_close(case)
    situation = Situation(case.decision, tuple(counts.values()), unopposed=is_unopposed(case))
    move = case.machinery.next_move(case.decision.state, due.name, situation)
    if move is None:  # check.py refuses such a definition
        message = f"no move on {due.name!r} from {case.decision.state!r} fits"
        raise LookupError(message)
    if move.extend:
        return Ruling((_extension(case, due, move),))
    closings = _closings(case, due, counts)
    return Ruling((*closings, *enter(case, move.to, counts, Words(reason=move.because))))


def remind(case: Case, command: Remind, now: datetime) -> Ruling:
    """Owe a reminder to every practice on the roll that has not answered, while there is time."""
    due = case.decision.waiting
    if due is None or due.name != command.name or now >= due.due_at:
        return Ruling()
    today = case.calendar.day_of(now)
    days = [case.calendar.day_of(moment) for moment in case.decision.reminded]
    recent = [day for day in days if today - day < REMINDER_SPAN]
    if len(recent) >= MOST_REMINDERS:
        return Ruling()
    silent = tuple(
        line.practice
        for line in case.roll.lines
        if line.has_contact
        and line.practice not in case.decision.answered
        and line.practice not in case.decision.excluded
    )
    if not silent:
        return Ruling()
    context = {"due_at": plain(due.due_at), "state": due.state}
    return Ruling((mail(case, "reminder", events.Audience(silent), context),))


def _extension(case: Case, due: Due, move: Move) -> events.DeadlineExtended:
    out = case.decision.excluded
    returned = len({vote.practice for vote in case.decision.votes} - out)
    on_roll = sum(line.practice not in out for line in case.roll.lines)
    return events.DeadlineExtended(
        decision=case.decision.reference,
        name=due.name,
        phase=due.state,
        was=due.due_at,
        working_days=move.extend or 0,
        automatic=True,
        because=f"{returned} of {on_roll} practices had answered, which is no quorum.",
        returned=returned,
        on_roll=on_roll,
        by=None,
    )


def _closings(case: Case, due: Due, counts: Mapping[str, Counted]) -> Iterator[events.PhaseClosed]:
    """One leaf for each question of a vote, one in all for any other state."""
    turnout = {"answered": len(case.decision.answered), "on_roll": len(case.roll.lines)}
    numbers: Mapping[str | None, Mapping[str, Any]] = (
        {question: count_value(held) for question, held in counts.items()}
        if counts
        else {None: turnout}
    )
    for question, value in numbers.items():
        yield events.PhaseClosed(
            decision=case.decision.reference,
            phase=due.state,
            deadline=due.name,
            closed_at=due.due_at,
            round=case.decision.round,
            question=question,
            count=value,
        )
