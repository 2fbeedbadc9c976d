"""Which move an act of staff or of a body makes, and the refusal where it makes none."""

from datetime import datetime

from engine.case import Case
from engine.definition import Move
from engine.guards import Situation
from engine.refusals import NoSuchAct


def move_for(case: Case, name: str) -> Move:
    """The move that an act makes now. Raises `NoSuchAct` naming what is possible instead."""
    move = case.machinery.next_move(case.decision.state, name, Situation(case.decision))
    if move is not None:
        return move
    possible = ", ".join(case.machinery.workflow.acts_in(case.decision.state)) or "nothing"
    raise NoSuchAct(
        f"{name!r} cannot be done while {case.decision.reference} is "
        f"{case.state.title.lower()!r}; possible now: {possible}."
    )


def move_in_time(case: Case, name: str, now: datetime) -> Move:
    """The same, for an act that has its time: when that is up, and nobody has looked yet, too late.

    A step that goes on to another in which the act is still possible is not over for it.
    """
    move = move_for(case, name)
    workflow, due = case.machinery.workflow, case.decision.waiting
    if due is None or now < due.due_at:
        return move
    passing = next(held for held in workflow.moves_from(due.state) if held.on == due.name)
    if name in workflow.acts_in(passing.to):
        return move
    raise NoSuchAct(
        f"The time for this ended at {case.calendar.words_with_zone(due.due_at)}; what follows "
        "from that is put on record first."
    )
