"""How practices and staff behave in a rehearsal: plays, each without any chance in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.definition import Open, Workflow
from engine.errors import Refused


class Play(StrEnum):
    """The plays."""

    ORDINARY = "ordinary"
    SILENT = "silent"
    TIE = "tie"
    OBJECTING = "objecting"
    REVOTE = "revote"
    CALLED_IN = "called-in"
    CHALLENGED = "challenged"


class NotPlayable(Refused):
    """This play needs something that the definition does not have."""

    remedy = "Choose another --play."


@dataclass(frozen=True, slots=True)
class Manner:
    """Of the dozen practices, how many vote which way and how many comment; whether staff act.

    Where a body may do one of several things it takes the first written, or what `prefers` names.
    In as many votes as `silent_votes` nobody answers; a vote is ordered once more where `orders`.
    Practices call the decision in, or one challenges its outcome, wherever they first may.
    """

    votes: Mapping[str, int]
    comments: int
    says: str = ""
    staff: bool = True
    prefers: tuple[str, ...] = ()
    silent_votes: int = 0
    orders: bool = False
    calls_in: bool = False
    challenges: bool = False


_ORDINARY = Manner({"for": 7, "against": 2, "abstain": 1}, 4, "We are glad of it.")

MANNERS: Mapping[Play, Manner] = {
    Play.ORDINARY: _ORDINARY,
    Play.SILENT: Manner({}, 0, staff=False),
    Play.TIE: Manner({"for": 5, "against": 5}, 4, "We are of two minds.", prefers=("tie",)),
    Play.OBJECTING: Manner(
        {"for": 2, "against": 8},
        8,
        "We object: it cannot be done in the time.",
        prefers=("refuse",),
    ),
    Play.REVOTE: replace(_ORDINARY, silent_votes=1, orders=True),
    Play.CALLED_IN: replace(_ORDINARY, calls_in=True),
    Play.CHALLENGED: replace(_ORDINARY, challenges=True),
}


def require_playable(play: Play, workflow: Workflow) -> None:
    """Refuse a play that would show nothing of this definition."""
    opens = {state.open_for for state in workflow.states.values()}
    acts = {move.on for move in workflow.moves}
    if play is Play.TIE and Open.VOTES not in opens and "tie" not in acts:
        raise NotPlayable(f"Nobody votes in {workflow.name}, so there is no tie.")
    if play is Play.REVOTE and "revote" not in acts:
        raise NotPlayable(f"No vote can be ordered once more in {workflow.name}.")
    if play is Play.CALLED_IN and not any(state.call_in for state in workflow.states.values()):
        raise NotPlayable(f"Practices cannot call in a decision that goes by {workflow.name}.")
    if play is Play.CHALLENGED and workflow.challenge is None:
        raise NotPlayable(f"Practices cannot challenge an outcome of {workflow.name}.")
