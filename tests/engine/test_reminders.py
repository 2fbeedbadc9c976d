"""When the practices that have not answered are reminded."""

import pytest

from engine.definition import DeadlineRule, Reminder, When
from engine.reminders import reminder_moments
from tests.engine.makers import at, calendar

OPENED = at("9am Monday 5 October 2026")
HALF, LAST = Reminder(When.HALF_TIME), Reminder(When.LAST_MORNING)


def before(days: int) -> Reminder:
    return Reminder(When.DAYS_BEFORE, days)


def moments(*remind: Reminder, days: int, opened: str = "9am Monday 5 October 2026") -> list[str]:
    """The moments of a period of so many working days, in words."""
    start, the_calendar = at(opened), calendar()
    due = the_calendar.due(start, days)
    rule = DeadlineRule("close", days, remind)
    return [the_calendar.words(m) for m in reminder_moments(rule, the_calendar, start, due)]


def test_they_fall_at_nine_in_the_morning_in_order() -> None:
    assert moments(LAST, HALF, before(2), days=7) == [
        "9am on Thursday 8 October 2026",
        "9am on Monday 12 October 2026",
        "9am on Wednesday 14 October 2026",
    ]


def test_those_of_one_day_become_one() -> None:
    assert moments(HALF, before(2), days=4) == ["9am on Wednesday 7 October 2026"]


def test_those_before_the_period_begins_are_left_out() -> None:
    assert moments(before(9), LAST, days=5) == ["9am on Monday 12 October 2026"]


def test_one_at_the_very_beginning_is_left_out() -> None:
    assert moments(before(5), days=5) == []


def test_the_half_of_one_day_is_the_opening_s_own_morning_and_left_out() -> None:
    assert moments(HALF, days=1) == []


def test_they_pass_over_christmas() -> None:
    opened = "9am Monday 21 December 2026"

    assert moments(before(2), days=5, opened=opened) == ["9am on Thursday 24 December 2026"]


def test_they_keep_to_london_s_clock_when_it_changes() -> None:
    """On Friday 23 October nine o'clock is eight by UTC; on Monday 26 it is nine."""
    start = at("9am Wednesday 21 October 2026")
    due = calendar().due(start, 5)
    fall = reminder_moments(DeadlineRule("c", 5, (HALF, before(2))), calendar(), start, due)

    assert [moment.hour for moment in fall] == [8, 9]


@pytest.mark.parametrize("days", range(1, 26))
def test_no_reminder_falls_outside_its_period(days: int) -> None:
    rule = DeadlineRule("c", days, (HALF, LAST, *(before(n) for n in range(1, 10))))
    due = calendar().due(OPENED, days)
    fall = reminder_moments(rule, calendar(), OPENED, due)

    assert all(OPENED < moment < due for moment in fall)


def test_without_a_deadline_there_is_nothing_to_remind_of() -> None:
    assert reminder_moments(None, calendar(), OPENED, OPENED) == ()
