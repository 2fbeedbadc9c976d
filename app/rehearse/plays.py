"""How practices and staff behave in a rehearsal: four plays, each without any chance in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.definition import Open, Workflow
from engine.errors import Refused


class Play(StrEnum):
    """The plays."""

    ORDINARY = "ordinary"
    SILENT = "silent"
    TIE = "tie"
    OBJECTING = "objecting"


class NotPlayable(Refused):
    """This play needs something that the definition does not have."""

    remedy = "Choose another --play."


@dataclass(frozen=True, slots=True)
class Manner:
    """Of the dozen practices, how many vote which way and how many comment; whether staff act.

    Where a body may do one of several things it takes the first written, or what `prefers` names.
    """

    votes: Mapping[str, int]
    comments: int
    says: str = ""
    staff: bool = True
    prefers: tuple[str, ...] = ()


MANNERS: Mapping[Play, Manner] = {
    Play.ORDINARY: Manner({"for": 7, "against": 2, "abstain": 1}, 4, "We are glad of it."),
    Play.SILENT: Manner({}, 0, staff=False),
    Play.TIE: Manner({"for": 5, "against": 5}, 4, "We are of two minds.", prefers=("tie",)),
    Play.OBJECTING: Manner(
        {"for": 2, "against": 8},
        8,
        "We object: it cannot be done in the time.",
        prefers=("refuse",),
    ),
}


def require_playable(play: Play, workflow: Workflow) -> None:
    """Refuse a play that would show nothing of this definition."""
    opens = {state.open_for for state in workflow.states.values()}
    acts = {move.on for move in workflow.moves}
    if play is Play.TIE and Open.VOTES not in opens and "tie" not in acts:
        raise NotPlayable(f"Nobody votes in {workflow.name}, so there is no tie.")
