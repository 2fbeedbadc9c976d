"""A definition's `[vote]`: what it may say, and each fault with its key and its remedy."""

from typing import Any

import pytest

from engine.shares import Share
from engine.tally import VoteRule
from engine.vote_reading import read_vote
from engine.vote_rule import EachArea
from engine.weights import Weights

QUORUM = {"of": "practices", "percent": 50}
MAJORITY = {"of": "votes_cast", "more_than_percent": 50}
PLAIN: dict[str, Any] = {"quorum": QUORUM, "carried": MAJORITY}


def read(**more: object) -> VoteRule | None:
    faults: list[str] = []
    rule = read_vote({**PLAIN, **more}, lambda place, says: faults.append(f"{place}: {says}"))
    assert faults == []
    return rule


def faults_of(vote: object) -> list[str]:
    faults: list[str] = []
    rule = read_vote(vote, lambda place, says: faults.append(f"{place}: {says}"))
    assert (rule is None) == bool(faults)
    return faults


def test_one_practice_has_one_vote_said_or_not() -> None:
    plain = VoteRule(Share("practices", 50), Share("votes_cast", 50, strict=True))

    assert (read(), read(weight="one_practice_one_vote")) == (plain, plain)


def test_weights_are_read_whole() -> None:
    weight = {"patients": 2000, "rounding": "up", "blank": 2, "least": 1, "most": 6}
    rule = read(weight=weight)

    assert rule is not None
    assert rule.weight == Weights(2_000, "up", 2, 1, 6)


def test_weights_are_rounded_half_up_and_uncapped_unless_they_say_otherwise() -> None:
    rule = read(weight={"patients": 1000})

    assert rule is not None
    assert rule.weight == Weights(1_000, "half_up", 1, 1, None)


def test_further_majorities_are_read_in_their_order() -> None:
    asked = [
        {"of": "patients", "more_than_percent": 50},
        {"of": "practices_voting", "at_least_percent": 60},
    ]
    rule = read(also=asked)

    assert rule is not None
    assert rule.also == (Share("patients", 50, strict=True), Share("practices_voting", 60))


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ({"carried": True}, EachArea(carried=True, quorum_percent=0)),
        ({"quorum_percent": 75}, EachArea(carried=False, quorum_percent=75)),
        ({"carried": True, "quorum_percent": 75}, EachArea(carried=True, quorum_percent=75)),
    ],
)
def test_what_each_area_must_do_is_read(asked: object, read_as: EachArea) -> None:
    rule = read(each_area=asked)

    assert rule is not None
    assert rule.each_area == read_as


def test_an_election_has_seats_and_no_threshold() -> None:
    assert faults_of({"quorum": QUORUM, "elect": {"seats": 2}}) == []


def test_a_quorum_may_be_of_the_votes_that_practices_hold() -> None:
    rule = read(quorum={"of": "weight", "percent": 50}, weight={"patients": 2000})

    assert rule is not None
    assert rule.quorum == Share("weight", 50)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"wieght": 1}, "[vote]: unknown key 'wieght'; did you mean 'weight'?"),
        (
            {"weight": {"patient": 2000, "patients": 2000}},
            "[vote] weight: unknown key 'patient'; did you mean 'patients'?",
        ),
        (
            {"weight": {}},
            "[vote]: weight needs patients, as 2000: a whole number from 1 to 1,000,000, not None",
        ),
        ({"weight": {"patients": 0}}, "a whole number from 1 to 1,000,000, not 0"),
        ({"weight": {"patients": True}}, "a whole number from 1 to 1,000,000, not True"),
        ({"weight": {"patients": 2000.0}}, "a whole number from 1 to 1,000,000, not 2000.0"),
        (
            {"weight": {"patients": 2000, "rounding": "nearest"}},
            "[vote]: weight's rounding should be half_up, up or down, not 'nearest'",
        ),
        (
            {"weight": {"patients": 2000, "blank": 0}},
            "[vote]: weight's blank should be votes, as 1: a whole number from 1",
        ),
        (
            {"weight": {"patients": 2000, "least": 3, "most": 2}},
            "[vote] weight: most is 2, less than blank or least; raise it",
        ),
        ({"weight": "list_size"}, 'weight should be "one_practice_one_vote" or a table such as'),
        ({"quorum": {"of": "weight", "percent": 50}}, 'of weight needs weights; say of = "pract'),
        ({"carried": {"of": "weight", "at_least_percent": 50}}, "carried of weight needs weights"),
        (
            {
                "carried": {"of": "practices", "at_least_percent": 50},
                "weight": {"patients": 2000},
            },
            '[vote]: carried of practices, where their votes are weighted: say of = "weight"',
        ),
        (
            {"carried": {"of": "votes_cast", "more_than_percent": 100}},
            "[vote]: carried of more than 100% is out of reach; say at_least_percent = 100",
        ),
        ({"also": {"of": "patients"}}, "[vote]: also should be a list, as [{"),
        (
            {"also": [{"of": "votes_cast", "more_than_percent": 50}]},
            "[vote]: also should be of patients, practices_voting or practices, not 'votes_cast'",
        ),
        ({"also": ["patients"]}, "[vote] also: should be a table"),
        ({"also": [{"of": "patients"}]}, "[vote]: also needs a whole percentage from 0 to 100"),
        ({"each_area": True}, "[vote] each_area: should be a table"),
        ({"each_area": {}}, "[vote] each_area: asks nothing; say carried = true"),
        ({"each_area": {"carried": "yes"}}, "[vote] each_area: carried should be true or false"),
        (
            {"each_area": {"carried": True, "quorum_percent": 101}},
            "[vote]: each_area's quorum_percent needs a whole percentage from 0 to 100, not 101",
        ),
        ({"elect": {"seats": 1}}, "[vote]: an election fills seats and carries nothing; leave out"),
    ],
)
def test_a_fault_is_named_with_its_key_and_the_remedy(wrong: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in faults_of({**PLAIN, **wrong}))


@pytest.mark.parametrize("key", ["also", "each_area"])
def test_an_election_asks_for_no_further_majority(key: str) -> None:
    faults = faults_of({"quorum": QUORUM, "elect": {"seats": 1}, key: []})

    assert (
        f"[vote]: an election fills seats and carries nothing; leave out {key} or elect" in faults
    )


@pytest.mark.parametrize("seats", [0, None, "one", True])
def test_an_election_without_seats_is_a_fault(seats: object) -> None:
    (fault,) = faults_of({"quorum": QUORUM, "elect": {"seats": seats}})

    assert fault.startswith("[vote]: elect needs seats, as 1: a whole number from 1")


@pytest.mark.parametrize("key", ["quorum", "carried", "elect", "weight", "also", "each_area"])
@pytest.mark.parametrize("nonsense", [3, "half", [3], [["of"]], {"of": ["practices"]}, None, True])
def test_nonsense_is_a_fault_and_never_a_crash(key: str, nonsense: object) -> None:
    assert faults_of({**PLAIN, key: nonsense}) != []
