"""Notice: how many working days practices have before a decision takes effect."""

from datetime import date

import pytest

from engine.decision import Outcome
from engine.notice import notice_days, notice_words, too_short
from tests.engine.makers import at, calendar

DECIDED = at("5pm Monday 26 October 2026")


@pytest.mark.parametrize(
    ("effective", "days"),
    [
        (date(2026, 10, 26), 0),
        (date(2026, 10, 20), 0),
        (date(2020, 1, 1), 0),
        (date(2026, 10, 28), 2),
        (date(2026, 11, 1), 4),
        (date(2026, 11, 2), 5),
        (date(2026, 12, 29), 44),
    ],
)
def test_working_days_of_notice_are_counted_from_the_day_after(effective: date, days: int) -> None:
    assert notice_days(calendar(), DECIDED, effective) == days


def test_a_day_beyond_the_calendar_is_far_off() -> None:
    assert notice_days(calendar(), DECIDED, date(2031, 4, 1)) is None


@pytest.mark.parametrize("effective", [date(2026, 10, 28), date(2026, 10, 30), date(2026, 10, 1)])
def test_fewer_than_five_working_days_are_warned_of(effective: date) -> None:
    assert len(too_short(calendar(), DECIDED, effective)) == 1


@pytest.mark.parametrize("effective", [date(2026, 11, 2), date(2031, 4, 1), None])
def test_five_working_days_are_enough_and_so_is_no_date(effective: date | None) -> None:
    assert too_short(calendar(), DECIDED, effective) == ()


def test_the_warning_says_both_days_and_how_many_lie_between() -> None:
    (says,) = too_short(calendar(), DECIDED, date(2026, 10, 28))

    assert says.startswith(
        "It takes effect on Wednesday 28 October 2026 and is decided on Monday 26 October 2026: "
        "2 working days' notice"
    )


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            "concluded",
            ("It takes effect on Monday 2 November 2026: 5 working days' notice.",),
        ),
        ("withdrawn", ()),
        ("not_carried", ()),
    ],
)
def test_the_notice_is_told_where_anything_takes_effect(
    result: str, words: tuple[str, ...]
) -> None:
    outcome = Outcome(result, (), DECIDED, None)

    assert notice_words(calendar(), outcome, date(2026, 11, 2)) == words
