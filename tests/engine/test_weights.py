"""How many votes a list of patients is worth, and what the ballot says of it."""

from dataclasses import replace

import pytest

from engine.weights import Weights, own_weight_words, weigh, weight_words
from tests.engine.makers import line

BY_LIST = Weights(2_000)


@pytest.mark.parametrize(
    ("rounding", "votes"),
    [("half_up", [1, 2, 2, 3, 3]), ("up", [2, 2, 2, 3, 3]), ("down", [1, 1, 2, 2, 3])],
)
def test_votes_are_rounded_as_the_rule_says(rounding: str, votes: list[int]) -> None:
    weights = Weights(2_000, rounding)  # type: ignore[arg-type] # one of the three

    assert [weights.of(size) for size in (2_999, 3_000, 4_000, 5_000, 6_000)] == votes


def test_half_a_vote_s_patients_round_up_where_python_would_round_to_even() -> None:
    assert (BY_LIST.of(5_000), round(5_000 / 2_000)) == (3, 2)


def test_half_of_an_odd_number_of_patients_is_not_rounded_up_too_early() -> None:
    assert [Weights(5).of(size) for size in (7, 8)] == [1, 2]


@pytest.mark.parametrize("size", [0, 1, 999])
def test_a_tiny_list_has_the_least(size: int) -> None:
    assert (BY_LIST.of(size), Weights(2_000, least=2).of(size)) == (1, 2)


def test_a_list_that_is_not_known_has_the_blank() -> None:
    assert Weights(2_000, blank=3).of(None) == 3


def test_an_empty_list_is_known_and_not_blank() -> None:
    assert Weights(2_000, blank=3).of(0) == 1


def test_the_cap_is_never_passed() -> None:
    assert [Weights(2_000, most=6).of(size) for size in (10_999, 11_000, 40_000)] == [5, 6, 6]


@pytest.mark.parametrize("size", [None, 0, 40_000])
def test_without_weights_each_practice_has_one_vote(size: int | None) -> None:
    assert weigh(None, size) == 1


def test_with_weights_a_practice_has_what_its_list_is_worth() -> None:
    assert weigh(BY_LIST, 6_123) == 3


def test_the_ballot_says_how_everybody_s_votes_are_worked_out() -> None:
    assert weight_words(Weights(2_000, blank=2, most=6)) == (
        "Each practice has one vote for each 2,000 registered patients, rounded half up. "
        "A practice whose list is not known has 2 votes; no other has fewer than 1 or more than 6."
    )


def test_the_ballot_says_that_lists_do_not_matter() -> None:
    assert weight_words(None) == "Each practice has one vote, whatever the size of its list."


SURGERY = replace(line("P1"), list_size=6_123, list_date="2016-01-01", weight=3)


@pytest.mark.parametrize(
    ("weights", "surgery", "says"),
    [
        (
            BY_LIST,
            SURGERY,
            (
                "Your practice has 3 votes: one for each 2,000 registered patients "
                "(6,123 on 1 January 2016), rounded half up."
            ),
        ),
        (
            Weights(2_000, "down"),
            replace(SURGERY, list_date=None),
            (
                "Your practice has 3 votes: one for each 2,000 registered patients (6,123), "
                "rounded down."
            ),
        ),
        (
            BY_LIST,
            replace(SURGERY, list_size=None, weight=1),
            "Your practice has 1 vote: its list of patients is not known.",
        ),
        (
            BY_LIST,
            replace(SURGERY, list_size=800, weight=1),
            (
                "Your practice has 1 vote, the fewest that a practice has: "
                "one for each 2,000 registered patients (800 on 1 January 2016), rounded half up."
            ),
        ),
        (
            Weights(2_000, most=2),
            replace(SURGERY, weight=2),
            (
                "Your practice has 2 votes, the most that a practice has: "
                "one for each 2,000 registered patients (6,123 on 1 January 2016), rounded half up."
            ),
        ),
        (
            Weights(1),
            replace(SURGERY, weight=6_123),
            (
                "Your practice has 6,123 votes: one for each registered patient "
                "(6,123 on 1 January 2016), rounded half up."
            ),
        ),
        (None, SURGERY, "Your practice has one vote, whatever the size of its list."),
    ],
)
def test_the_ballot_says_how_many_votes_this_practice_has_and_why(
    weights: Weights | None, surgery: object, says: str
) -> None:
    assert own_weight_words(weights, surgery) == says  # type: ignore[arg-type] # a roll's line
