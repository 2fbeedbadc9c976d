"""Three letters in seven days at most: what is left for one more, and who is asked at all."""

from datetime import date, timedelta
from itertools import combinations

import pytest

from engine.reminding import is_asking, leaves_room
from tests.engine.makers import CLOSE, CONSULTATION, OPENED, VOTE, case, value

MONDAY = date(2026, 10, 19)


def on(*days: int) -> list[date]:
    """Days so many after the Monday, or before it."""
    return [MONDAY + timedelta(days=number) for number in days]


@pytest.mark.parametrize(
    ("days", "room"),
    [
        ((), True),
        ((-3, 1), True),
        ((-3, 1, 3), False),  # Friday, Tuesday, Thursday
        ((1, 2, 3), False),  # all still to come
        ((-6, -5, -4), False),
        ((-7, -6, -5), True),  # the first is a week ago
        ((4, 5, 7), True),  # the last is a week off
    ],
)
def test_room_is_left_where_no_seven_days_would_hold_four(
    days: tuple[int, ...], *, room: bool
) -> None:
    assert leaves_room(on(*days), MONDAY) is room


def test_whatever_was_told_a_letter_with_room_never_makes_a_fourth() -> None:
    for numbers in combinations(range(-8, 9), 3):
        days = on(*numbers)
        every = [*days, MONDAY]
        spans = [[day for day in every if 0 <= (day - first).days < 7] for first in every]
        holding = [span for span in spans if MONDAY in span]
        assert leaves_room(days, MONDAY) == all(len(span) <= 3 for span in holding)


def test_a_vote_asks_until_its_close_and_no_longer() -> None:
    assert (is_asking(case(VOTE), OPENED), is_asking(case(VOTE), CLOSE)) == (True, False)


def test_where_a_step_is_staff_s_nothing_is_asked_of_practices() -> None:
    assert not is_asking(case(CONSULTATION, state="concluding"), OPENED)


def test_where_the_definition_reminds_of_nothing_nothing_is_asked() -> None:
    of = value(VOTE)
    del of["states"]["voting"]["deadline"]["remind"]
    assert not is_asking(case(of), OPENED)
