"""Counting a vote on a motion: quorum, threshold and whatever else must hold.

In whole numbers only. The words used are explained in `engine.held`; an election is counted in
`engine.election`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.areas import Area, count_areas
from engine.electors import Elector
from engine.held import ABSTAIN, AGAINST, FOR, OPTIONS, Held, hold, require_answers
from engine.shares import Test
from engine.vote_rule import VoteRule

__all__ = ["ABSTAIN", "AGAINST", "FOR", "OPTIONS", "Count", "Verdict", "VoteRule", "count"]


class Verdict(Protocol):
    """What a vote came to, as far as a workflow may ask."""

    @property
    def quorate(self) -> bool:
        """Whether enough answered."""

    @property
    def carried(self) -> bool:
        """Whether the motion is carried; in an election, whether somebody is elected."""

    @property
    def tied(self) -> bool:
        """Whether the votes are even; in an election, those for the last seat."""


@dataclass(frozen=True, slots=True)
class Count:
    """The answers that stand at the close, and what follows from them under the rule.

    Practices that could not be reached stay on the roll; those conflicted out are not on it.
    """

    rule: VoteRule
    held: Held
    areas: tuple[Area, ...] = ()

    @property
    def for_(self) -> int:
        """Votes for."""
        return self.held.votes.for_

    @property
    def against(self) -> int:
        """Votes against."""
        return self.held.votes.against

    @property
    def abstain(self) -> int:
        """Votes that abstained."""
        return self.held.votes.abstain

    @property
    def votes_cast(self) -> int:
        """Votes for and against."""
        return self.held.votes.cast

    @property
    def on_roll(self) -> int:
        """Practices asked."""
        return self.held.practices.on_roll

    @property
    def returned(self) -> int:
        """Practices that answered at all."""
        return self.held.practices.returned

    @property
    def options(self) -> Mapping[str, int]:
        """Every option's votes, by its name."""
        return self.held.votes.options()

    @property
    def quorum(self) -> Test:
        """The returned answers, held against the quorum: at least so many per cent."""
        return self.held.returned(self.rule.quorum)

    @property
    def threshold(self) -> Test:
        """The votes for, held against the rule's share of its base."""
        return self.held.in_favour(self.rule.threshold)

    @property
    def also(self) -> tuple[Test, ...]:
        """The further majorities that the rule asks for."""
        return tuple(self.held.in_favour(share) for share in self.rule.also)

    @property
    def quorate(self) -> bool:
        """Whether enough returned an answer, in every area too where the rule asks for that."""
        return self.quorum.met and all(area.quorate for area in self.areas)

    @property
    def tied(self) -> bool:
        """As many votes for as against; with no vote cast, too."""
        return self.held.tied

    @property
    def carried(self) -> bool:
        """Quorate, every share reached, every area in favour, no tie. Never without a vote cast."""
        return (
            self.quorate
            and self.threshold.met
            and not self.tied
            and all(test.met for test in self.also)
            and all(area.carried for area in self.areas)
        )


def count(
    rule: VoteRule,
    electors: Iterable[Elector],
    answers: Mapping[str, str],
    areas: Iterable[str] = (),
) -> Count:
    """Count the answers that stand, by practice: `for`, `against` or `abstain`.

    Practices conflicted out are no electors. `areas` names areas that must agree even though no
    elector is left in them; they never do. Any other option, an answer of no elector, or an elector
    named twice is a ValueError: the caller has let in what no practice may send.
    """
    voters = tuple(electors)
    require_answers(voters, answers, OPTIONS)
    return Count(rule, hold(rule, voters, answers), count_areas(rule, voters, answers, areas))
