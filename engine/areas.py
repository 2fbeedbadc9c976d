"""Counting area by area, where a rule asks that each agrees or answers.

Cheshire needed all four of its groups; North West London lost on one of eight.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.electors import Elector
from engine.held import Held, hold
from engine.shares import Share, Test
from engine.vote_rule import EachArea, VoteRule


@dataclass(frozen=True, slots=True)
class Area:
    """The answers of one area's practices, under a rule that asks something of each area."""

    name: str
    held: Held
    rule: VoteRule
    asked: EachArea

    @property
    def quorum(self) -> Test | None:
        """The area's returned answers against its quorum, where it needs one."""
        if not self.asked.quorum_percent:
            return None
        return self.held.returned(Share(self.rule.quorum.of, self.asked.quorum_percent))

    @property
    def threshold(self) -> Test | None:
        """The area's answers in favour against the threshold, where it must be met here too."""
        return self.held.in_favour(self.rule.threshold) if self.asked.carried else None

    @property
    def quorate(self) -> bool:
        """Whether enough of the area answered, if that is asked."""
        return self.quorum is None or self.quorum.met

    @property
    def carried(self) -> bool:
        """Whether the area agrees, if that is asked: a tie, or no vote at all, does not."""
        return self.threshold is None or (self.threshold.met and not self.held.tied)

    @property
    def met(self) -> bool:
        """Whether the area stands in the way of nothing."""
        return self.quorate and self.carried


def count_areas(
    rule: VoteRule,
    electors: tuple[Elector, ...],
    answers: Mapping[str, str],
    areas: Iterable[str],
) -> tuple[Area, ...]:
    """Each area's count, in the order of the alphabet; none where the rule asks for none."""
    if rule.each_area is None:
        return ()
    found: dict[str, list[Elector]] = {name: [] for name in areas}
    for elector in electors:
        found.setdefault(elector.area, []).append(elector)
    return tuple(
        Area(name, hold(rule, found[name], answers), rule, rule.each_area) for name in sorted(found)
    )
