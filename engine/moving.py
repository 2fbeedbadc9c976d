"""Which move an act of staff or of a body makes, and the refusal where it makes none."""

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
        f"{name!r} cannot be done while {case.decision.reference} stands at "
        f"{case.state.title!r}; to move it on, possible now: {possible}."
    )
