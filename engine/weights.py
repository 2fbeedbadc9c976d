"""How many votes a practice has: one each, or one for each so many registered patients.

A weight is worked out once, at the opening, from the list size the roll names, and frozen there.
West London gave one vote for each 2,000 patients; how it rounded is not known, so the ballot says
how ours are rounded, of which day the list is, and what a practice without a known list has.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.roll import RollLine
from engine.shares import counted
from engine.working_days import MONTHS

Rounding = Literal["half_up", "up", "down"]
ROUNDINGS: tuple[Rounding, ...] = ("half_up", "up", "down")

ONE_EACH = "one_practice_one_vote"


@dataclass(frozen=True, slots=True)
class Weights:
    """One vote for each `patients` registered patients.

    `blank` is what a practice has whose list size is not known; no practice has fewer votes than
    `least`, and none more than `most`, if there is such a cap.
    """

    patients: int
    rounding: Rounding = "half_up"
    blank: int = 1
    least: int = 1
    most: int | None = None

    def of(self, list_size: int | None) -> int:
        """The votes of a practice with this list."""
        if list_size is None:
            return self.blank
        votes = max(self.rounded(list_size), self.least)
        return votes if self.most is None else min(votes, self.most)

    def rounded(self, list_size: int) -> int:
        """What the list alone gives, before the floor and the cap."""
        if self.rounding == "up":
            return -(-list_size // self.patients)
        half = self.patients if self.rounding == "half_up" else 0
        return (2 * list_size + half) // (2 * self.patients)


def weigh(weights: Weights | None, list_size: int | None) -> int:
    """The votes of a practice under a rule: one, unless votes are weighted."""
    return 1 if weights is None else weights.of(list_size)


def weight_words(weights: Weights | None) -> str:
    """What a ballot says of everybody's votes."""
    if weights is None:
        return "Each practice has one vote, whatever the size of its list."
    cap = f" or more than {weights.most}" if weights.most is not None else ""
    return (
        f"Each practice has one vote {_each(weights)}, {_rounding(weights)}. "
        f"A practice whose list is not known has {counted(weights.blank, 'votes')}; "
        f"no other has fewer than {weights.least}{cap}."
    )


def own_weight_words(weights: Weights | None, line: RollLine) -> str:
    """What a ballot says of this practice's votes, as the roll has frozen them."""
    if weights is None:
        return "Your practice has one vote, whatever the size of its list."
    has = f"Your practice has {counted(weights.of(line.list_size), 'votes')}"
    if line.list_size is None:
        return f"{has}: its list of patients is not known."
    limit = _limit(weights, line)
    day = f" on {_day(line.list_date)}" if line.list_date else ""
    size = f"{line.list_size:,}{day}"
    return f"{has}{limit}: one {_each(weights)} ({size}), {_rounding(weights)}."


def _limit(weights: Weights, line: RollLine) -> str:
    """Said where the floor or the cap decides, and not the list alone."""
    votes = weights.rounded(line.list_size or 0)
    held = weights.of(line.list_size)
    if votes < held:
        return ", the fewest that a practice has"
    return ", the most that a practice has" if votes > held else ""


def _each(weights: Weights) -> str:
    if weights.patients == 1:
        return "for each registered patient"
    return f"for each {weights.patients:,} registered patients"


def _rounding(weights: Weights) -> str:
    return f"rounded {weights.rounding.replace('_', ' ')}"


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
