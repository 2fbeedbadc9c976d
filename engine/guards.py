"""The closed list of yes/no questions that a workflow may ask by name.

A name in a workflow file is looked up in `GUARDS` and nowhere else: it never reaches a library
that would import and call it. Each guard returns a real bool.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.decision import Decision
from engine.tally import Verdict


@dataclass(frozen=True, slots=True)
class Situation:
    """What a guard may look at: the decision as it stands and, at a vote's close, its counts."""

    decision: Decision
    counts: tuple[Verdict, ...] = ()
    unopposed: bool = False


Guard = Callable[[Situation], bool]


def quorate(situation: Situation) -> bool:
    """Enough practices returned an answer to every question."""
    return bool(situation.counts) and all(count.quorate for count in situation.counts)


def carried(situation: Situation) -> bool:
    """Every question reached its threshold; a tie never does."""
    return bool(situation.counts) and all(count.carried for count in situation.counts)


def tied(situation: Situation) -> bool:
    """Some question was tied: as many for as against, or the last seat between candidates."""
    return bool(situation.counts) and any(count.tied for count in situation.counts)


def elected(situation: Situation) -> bool:
    """Every seat was filled."""
    return bool(situation.counts) and all(count.carried for count in situation.counts)


def unopposed(situation: Situation) -> bool:
    """There are no more candidates than seats, so nobody need be asked to choose."""
    return situation.unopposed


def not_yet_extended(situation: Situation) -> bool:
    """The automatic extension for want of a quorum has not been used; a re-vote has none."""
    return situation.decision.extended == 0 and situation.decision.round <= 1


GUARDS: Mapping[str, Guard] = {
    "quorate": quorate,
    "carried": carried,
    "tied": tied,
    "elected": elected,
    "unopposed": unopposed,
    "not_yet_extended": not_yet_extended,
}
