"""Numbers read from words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.amounts import amounts_of
from engine.facts import MOST


def amounts(text: str) -> dict[str, int | str]:
    return {each.fact: each.value for each in amounts_of(text)}


@pytest.mark.parametrize(
    ("text", "practices", "localities"),
    [
        ("All 25 practices opposed it", 25, "all"),
        ("Sixteen practices stopped", 16, "some"),
        ("Thirty-one practices gave notice", 31, "some"),
        ("twenty practices", 20, "some"),
        ("1,200 practices", 1200, "some"),
        ("a single practice", 1, "one"),
        ("two surgeries would close", 2, "some"),
        ("four time-limited GP contracts", 4, "some"),
        ("Change of one practice's boundary", 1, "one"),
        ("the list of a 3,700-patient practice", 1, "one"),
        ("Hawkley Brook Surgery would move", 1, "one"),
        ("The practice would move", 1, "one"),
    ],
)
def test_practices_are_counted_and_their_reach_with_them(
    text: str, practices: int, localities: str
) -> None:
    assert amounts(text) == {"practices_affected": practices, "localities_touched": localities}


@pytest.mark.parametrize("text", ["each practice chooses", "It holds across the county"])
def test_every_practice_is_every_locality(text: str) -> None:
    assert amounts(text) == {"localities_touched": "all"}


def test_one_practice_among_others_has_no_number() -> None:
    assert "practices_affected" not in amounts("Practices would pay one practice for it")


@pytest.mark.parametrize("text", ["general practice", "one practice nurse", "best practice", ""])
def test_what_is_no_practice_is_not_counted(text: str) -> None:
    assert amounts(text) == {}


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£1.5m", 1_500_000),
        ("£285,000 a year", 285_000),
        ("£231.39 in a year", 231),
        ("£2 billion", 2_000_000_000),
        ("£75.4m of £6 thousand", 75_400_000),
        ("£120m-£170m", 170_000_000),
    ],
)
def test_the_largest_sum_is_the_money(text: str, pounds: int) -> None:
    assert amounts(text) == {"money_gbp": pounds}


@pytest.mark.parametrize("text", ["£25 a head", "£1 a patient", "£22.77 per weighted patient"])
def test_so_much_a_patient_is_a_price_and_no_sum(text: str) -> None:
    assert amounts(text) == {}


def test_a_sum_beyond_reason_is_left_out() -> None:
    assert amounts("£999999999999 billion") == {}


@pytest.mark.parametrize("text", ["\u017fix practices", "f\u0130ve practices", "\u0663 practices"])
def test_letters_and_digits_that_only_look_like_numbers_are_none(text: str) -> None:
    assert "practices_affected" not in amounts(text)


@given(st.text(alphabet="£$1,.5mk practices aone'\u2019\u017fA\n", max_size=200))
def test_any_text_gives_numbers_that_make_sense(text: str) -> None:
    numbers = [(fact, value) for fact, value in amounts(text).items() if isinstance(value, int)]
    assert all(0 <= value <= MOST[fact] for fact, value in numbers)
