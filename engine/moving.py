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
        f"{name!r} cannot be done while {case.decision.reference} stands at "
        f"{case.state.title!r}; to move it on, possible now: {possible}."
    )


def require_time(case: Case, now: datetime) -> None:
    """Refuse, by `NoSuchAct`, an act on a step whose time has run out.

    What its deadline brings is fixed at that instant: it may not hang on who is quicker, the sweep
    or a person.
    """
    due = case.decision.waiting
    if due is not None and due.due_at <= now:
        raise NoSuchAct(
            f"The time for this step ended at {case.calendar.words_with_zone(due.due_at)}; "
            "what follows from that comes before anything else.",
            "Run `quorate tick`, then see with `quorate decision show` what may be done.",
        )
