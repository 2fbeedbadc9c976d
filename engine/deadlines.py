"""What happens when a time has come: a deadline passes, a reminder falls.

Both may be asked twice, late, or by two sweeps at once: whatever is no longer waited for makes no
event.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import events
from engine.case import Case, Ruling
from engine.closing import Counted, count_value, counts_at_close, is_unopposed
from engine.commands import PassDeadline, Remind
from engine.decision import Due
from engine.definition import Move
from engine.entering import Words, enter
from engine.escalation import CHAIR, LOCALITY_LEAD, at_practices, reaches
from engine.event import Event, plain
from engine.guards import Situation
from engine.mailing import mail
from engine.quorum import must_warn, quorum_so_far
from engine.reminding import silent, whom_to_remind


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
    """Owe a reminder to every practice that has not answered, while there is time.

    Beside it, as the definition's ladder says, letters to those who can ring the silent; and where
    the quorum is at risk, one that says so in numbers.
    """
    due = case.decision.waiting
    if due is None or due.name != command.name or now >= due.due_at:
        return Ruling()
    called = whom_to_remind(case, now)
    context = {"due_at": plain(due.due_at), "state": due.state}
    owed: list[Event] = []
    if called.practices:
        to = events.Audience(called.practices, rung=at_practices(called.rung))
        owed.append(mail(case, "reminder", to, context))
    owed += _to_those_who_ring(case, called.rung, command.led, context)
    if must_warn(case, now):
        context["silent"] = list(silent(case))
        owed.append(mail(case, "quorum_at_risk", events.Audience(role="secretary"), context))
    return Ruling(tuple(owed))


def _to_those_who_ring(
    case: Case, rung: str, led: Collection[str], context: Mapping[str, Any]
) -> Iterator[Event]:
    """Each locality's lead about its silent practices; the secretary where nobody leads one."""
    quiet = silent(case)
    if not quiet or not reaches(rung, LOCALITY_LEAD):
        return
    for locality, practices in sorted(case.roll.localities.items()):
        named = [code for code in quiet if code in practices]
        if named and locality in led:
            to = events.Audience(role=LOCALITY_LEAD, locality=locality)
            yield mail(case, "silent_practices", to, {**context, "silent": named})
    left = [code for code in quiet if case.roll.by_practice[code].locality not in led]
    rest = (("secretary", left), (CHAIR, list(quiet) if reaches(rung, CHAIR) else []))
    for role, named in rest:
        if named:
            to = events.Audience(role=role)
            yield mail(case, "silent_practices", to, {**context, "silent": named})


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
        because=f"{returned} of {on_roll} practices had voted{_too_few(case)}.",
        returned=returned,
        on_roll=on_roll,
        by=None,
    )


def _too_few(case: Case) -> str:
    """How many there should be, where the rule is a number of practices."""
    so_far = quorum_so_far(case)
    if so_far is None or so_far.unit != "practices" or not so_far.missing:
        return ", which is no quorum"
    return f"; {so_far.needed} {'is' if so_far.needed == 1 else 'are'} needed for a quorum"


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
