"""An election is counted alike by the engine and by the verifier, whoever answers what."""

from itertools import product
from typing import Any

import pytest

from auditor import verify as verifier
from engine.election import elect
from engine.shares import Share
from engine.vote_rule import VoteRule
from tests.engine.ballots import electors

CANDIDATES = {f"candidate_{n}": f"Candidate {n}" for n in (1, 2, 3)}
OPTIONS = (*CANDIDATES, "abstain")
PRACTICES = 4
PERCENT = 50

verify: Any = verifier  # it has no types: it is for Python 3.9 and for reading

Counted = tuple[bool, set[str], set[str]]
"""Whether there was a quorum, who is elected, who is tied for the last seat."""


def by_the_engine(answers: dict[str, str], seats: int) -> Counted:
    rule = VoteRule(Share("practices", PERCENT), None, seats=seats)
    held = elect(rule, CANDIDATES, electors(PRACTICES), answers)
    return (
        held.quorum.met,
        {each.candidate for each in held.elected},
        {each.candidate for each in held.tied_for_last},
    )


def by_the_verifier(answers: dict[str, str], seats: int) -> Counted:
    rule = {"quorum": {"of": "practices", "percent": PERCENT}, "elect": {"seats": seats}}
    roll = {f"P{n}": {"list_size": 1, "locality": ""} for n in range(1, PRACTICES + 1)}
    told: dict[str, Any] = verify.tally(rule, roll, OPTIONS, answers, seats)
    return told["quorum"]["met"], set(told["elected"]), set(told["tied"])


def differing(seats: int) -> list[dict[str, str]]:
    every = (
        {f"P{n}": said for n, said in enumerate(answers, 1) if said}
        for answers in product(("", *OPTIONS), repeat=PRACTICES)
    )
    return [each for each in every if by_the_engine(each, seats) != by_the_verifier(each, seats)]


@pytest.mark.parametrize("seats", [1, 2])
def test_every_way_to_answer_elects_the_same(seats: int) -> None:
    assert differing(seats) == []


def test_to_elect_without_a_quorum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive variant: most votes win, however few were given."""
    true = verify.elected
    monkeypatch.setattr(verify, "elected", lambda votes, seats, _met: true(votes, seats, True))
    assert {"P1": "candidate_1"} in differing(1)
