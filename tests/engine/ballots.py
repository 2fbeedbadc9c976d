"""Small makers for what is counted: rules, electors, answers and counts. No files."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.electors import Elector
from engine.held import Held, Numbers
from engine.shares import Share
from engine.tally import Count, VoteRule, count
from engine.vote_rule import EachArea
from engine.weights import Weights

PRACTICES = tuple(f"P{n}" for n in range(1, 101))
CHOICES = {"f": "for", "a": "against", "x": "abstain"}

BY_LIST = Weights(2_000)
EVERY_AREA = EachArea(carried=True)


def rule(
    percent: int = 50,
    *,
    strict: bool = True,
    of: str = "votes_cast",
    quorum: int = 50,
    **more: Any,  # noqa: ANN401 - the rule's own fields
) -> VoteRule:
    """A rule with a quorum of practices; one practice, one vote, unless it says more."""
    return VoteRule(Share("practices", quorum), Share(of, percent, strict=strict), **more)


@cache
def electors(size: int) -> tuple[Elector, ...]:
    """Practices P1, P2 and so on, alike."""
    return tuple(Elector(name) for name in PRACTICES[:size])


def answered(letters: str) -> Mapping[str, str]:
    """Answers of P1, P2 …, as letters: `fax-` is for, against, abstaining, silent."""
    return {PRACTICES[n]: CHOICES[c] for n, c in enumerate(letters) if c in CHOICES}


def letters(for_: int, against: int = 0, abstain: int = 0) -> str:
    """The letters of so many answers."""
    return "f" * for_ + "a" * against + "x" * abstain


def counted(
    the_rule: VoteRule, on_roll: int, for_: int, against: int = 0, abstain: int = 0
) -> Count:
    """So many answers of practices that are alike, counted one by one."""
    return count(the_rule, electors(on_roll), answered(letters(for_, against, abstain)))


def added_up(
    the_rule: VoteRule, on_roll: int, for_: int, against: int = 0, abstain: int = 0
) -> Count:
    """The same from the numbers themselves: quicker, for sweeps."""
    numbers = Numbers(on_roll, for_, against, abstain)
    return Count(the_rule, Held(numbers, numbers, Numbers(0, 0, 0, 0), on_roll))


def towns(**areas: str) -> tuple[tuple[Elector, ...], dict[str, str]]:
    """Electors and answers by area: `towns(North="ffa-", South="f")`."""
    who, answers = [], {}
    for area, given in areas.items():
        for n, letter in enumerate(given, 1):
            who.append(Elector(f"{area} {n}", area))
            if letter in CHOICES:
                answers[f"{area} {n}"] = CHOICES[letter]
    return tuple(who), answers


def surgeries(
    *lists: tuple[int, str], weights: Weights = BY_LIST
) -> tuple[tuple[Elector, ...], dict[str, str]]:
    """Electors with their lists of patients, and their answers: `surgeries((6_123, "f"))`."""
    who = tuple(
        Elector(f"P{n}", "", weights.of(size), size) for n, (size, _) in enumerate(lists, 1)
    )
    return who, dict(answered("".join(letter for _, letter in lists)))
