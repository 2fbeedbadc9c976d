"""How far the impact table agrees with people: labels against results, counted.

The one thing that must never happen is that a decision which belongs to practices or to a committee
comes out lower without anyone being asked to look; such rows are named.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from engine.impact import Classification, Level, Route

HIGH = "high"
"""The confidence of a label that its reader was sure of."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person found: level and route, and how sure they were (high, medium, low)."""

    id: str
    level: Level
    route: Route
    confidence: str


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    base: int

    @property
    def percent(self) -> Fraction:
        """Per cent, exactly; of nothing, nothing."""
        return Fraction(100 * self.part, self.base) if self.base else Fraction(0)

    def __str__(self) -> str:
        return f"{self.part} of {self.base} ({float(round(self.percent, 1))} %)"


@dataclass(frozen=True, slots=True)
class Confusion:
    """The counts; `routes` and `levels` are by (label, result), and hold no zero."""

    routes: Mapping[tuple[Route, Route], int]
    levels: Mapping[tuple[Level, Level], int]
    route_right: Share
    both_right: Share
    route_right_high: Share  # of the rows of high confidence
    both_right_high: Share
    asked: Share
    under_involved: tuple[str, ...]  # ids of rows that came out lower, and nobody was asked


Pair = tuple[Label, Classification]


def confuse(pairs: Iterable[Pair]) -> Confusion:
    """Count labels against results."""
    every = tuple(pairs)
    sure = tuple(pair for pair in every if pair[0].confidence == HIGH)
    return Confusion(
        routes=Counter((label.route, found.route) for label, found in every),
        levels=Counter((label.level, found.level) for label, found in every),
        route_right=_share(_route_right, every),
        both_right=_share(_both_right, every),
        route_right_high=_share(_route_right, sure),
        both_right_high=_share(_both_right, sure),
        asked=Share(sum(found.ask for _, found in every), len(every)),
        under_involved=tuple(label.id for label, found in every if under_involves(label, found)),
    )


def under_involves(label: Label, found: Classification) -> bool:
    """Whether practices or a committee would have less say than they should, and nobody looks.

    A committee where a vote is due gives practices less say; a vote where a committee is due gives
    them more.
    """
    at_stake = label.route.rank >= Route.COMMITTEE.rank
    return at_stake and found.route.rank < label.route.rank and not found.ask


def describe(confusion: Confusion) -> str:
    """Write the counts as a page's part in Markdown: shares, and a table each for route, level."""
    return "\n".join(
        [
            *_shares(confusion),
            "",
            *_grid("route", Route, confusion.routes),
            "",
            *_grid("level", Level, confusion.levels),
            "",
        ]
    )


def _route_right(pair: Pair) -> bool:
    label, found = pair
    return label.route is found.route


def _both_right(pair: Pair) -> bool:
    label, found = pair
    return label.route is found.route and label.level is found.level


def _share(right: Callable[[Pair], bool], pairs: tuple[Pair, ...]) -> Share:
    return Share(sum(map(right, pairs)), len(pairs))


def _shares(confusion: Confusion) -> Iterator[str]:
    yield f"- route right: {confusion.route_right}"
    yield f"- route and level right: {confusion.both_right}"
    yield f"- route right where the label is of high confidence: {confusion.route_right_high}"
    yield f"- route and level right there: {confusion.both_right_high}"
    yield f"- a person is asked to look: {confusion.asked}"
    lower = ", ".join(confusion.under_involved) or "none"
    yield f"- practices or a committee left out, and nobody asked: {lower}"


def _grid(name: str, words: type[StrEnum], counts: Mapping[tuple[Any, Any], int]) -> Iterator[str]:
    yield f"| {name}: label down, result across | {' | '.join(words)} |"
    yield f"|---|{'---:|' * len(words)}"
    for label in words:
        row = (str(counts.get((label, found), "")) for found in words)
        yield f"| {label} | {' | '.join(row)} |"
