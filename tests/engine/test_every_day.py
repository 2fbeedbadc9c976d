"""Due times, held against two other sources for every day of 2019 to 2035.

The other sources are the machine's zone data and the `holidays` library; the days are walked one by
one. Beyond the years that ship, the calendar is made for the test from the same library.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays as library
import pytest

from engine.working_days import Calendar, Transition
from workflows.calendar import load_calendar

pytestmark = pytest.mark.no_cover  # the short tests cover the lines; tracing sweeps takes minutes

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SHIPPED = load_calendar(None, time(17), time(9))
LONGEST = 30
LIMITS = (1, 2, 4, 5, 6, 7, 8, 10, 15, 20, 22, 25, 29, 30)  # working days that rules ask for
FIRST, LAST = date(2019, 1, 1), date(2035, 12, 31)
BANK_HOLIDAYS = library.country_holidays("GB", subdiv="ENG", years=range(2016, 2038))


def in_london(day: date, at: time) -> datetime:
    """What the machine's zone data make of a London wall-clock time."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    return (first + n * ONE_DAY for n in range((last - first).days + 1))


def clock_changes(year: int) -> Iterator[Transition]:
    """The last Sundays of March and October, at 01:00 UTC (Summer Time Order 2002)."""
    for month, offset in ((3, 60), (10, 0)):
        last = date(year, month, 31)
        sunday = last - (last.isoweekday() % 7) * ONE_DAY
        yield Transition(datetime.combine(sunday, time(1), UTC), offset)


@pytest.fixture(scope="module", name="calendar")
def extended() -> Calendar:
    """The calendar that ships, and for the years beyond it one made for the test."""
    beyond = range(SHIPPED.last_year + 1, 2037)
    later = {day for day in BANK_HOLIDAYS if day.year in beyond}
    return replace(
        SHIPPED,
        last_year=beyond[-1],
        holidays=SHIPPED.holidays | later,
        transitions=(*SHIPPED.transitions, *(at for year in beyond for at in clock_changes(year))),
    )


@cache
def is_open(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in BANK_HOLIDAYS


@pytest.fixture(scope="module", name="walked")
def oracle() -> Mapping[date, tuple[date, ...]]:
    """For each day, the working days that follow it, found by walking on from day to day."""
    walked = {}
    for day in days(FIRST, LAST):
        following = (day + n * ONE_DAY for n in range(1, 99))
        working = [later for later in following if is_open(later)]
        walked[day] = tuple(working[:LONGEST])
    return walked


def test_every_day_has_its_nth_working_day(
    calendar: Calendar, walked: Mapping[date, tuple[date, ...]]
) -> None:
    wrong = [
        (day, n)
        for day, working in walked.items()
        for n, expected in enumerate(working, 1)
        if calendar.nth_working_day(day, n) != expected
    ]
    assert wrong == []


def test_every_deadline_is_at_five_in_london(
    calendar: Calendar, walked: Mapping[date, tuple[date, ...]]
) -> None:
    five = {day: in_london(day, time(17)) for day in days(FIRST, date(2036, 12, 31))}
    wrong = [
        (day, n)
        for day, working in walked.items()
        for n in LIMITS
        if calendar.due(datetime.combine(day, time(12), UTC), n) != five[working[n - 1]]
    ]
    assert wrong == []


@pytest.mark.parametrize("at", [time(0), time(0, 59, 59), time(2), time(23, 59, 59)])
def test_every_hour_of_an_opening_counts_from_its_london_day(
    calendar: Calendar, walked: Mapping[date, tuple[date, ...]], at: time
) -> None:
    wrong = [
        day
        for day, working in walked.items()
        if calendar.due(in_london(day, at), 1) != in_london(working[0], time(17))
    ]
    assert wrong == []


def test_every_hour_reads_as_londons_clocks_show_it(calendar: Calendar) -> None:
    start = datetime.combine(FIRST, time(), UTC)
    hours = (start + timedelta(hours=n) for n in range(24 * (LAST - FIRST).days))
    wrong = [
        hour
        for hour in hours
        if calendar.london(hour)
        != ((there := hour.astimezone(LONDON)).date(), there.time().replace(fold=0))
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", [1, 2, 5, 7, 10])
def test_every_reminder_falls_on_the_morning_its_rule_names(
    calendar: Calendar, walked: Mapping[date, tuple[date, ...]], rule: int
) -> None:
    nine = time(9)
    wrong = []
    for day, working in walked.items():
        opened, due = in_london(day, time(12)), in_london(working[LONGEST - 1], time(17))
        expected = (
            in_london((day, *working)[rule // 2], nine),
            in_london(working[LONGEST - 1 - rule], nine),
            in_london(working[LONGEST - 1], nine),
        )
        reminders = (
            calendar.half_time(opened, rule),
            calendar.days_before(due, rule),
            calendar.last_morning(due),
        )
        if reminders != expected:
            wrong.append(day)
    assert wrong == []


def test_the_days_between_are_the_days_walked(
    calendar: Calendar, walked: Mapping[date, tuple[date, ...]]
) -> None:
    wrong = [
        day
        for day, working in walked.items()
        if calendar.working_days_between(day, working[9]) != 10
    ]
    assert wrong == []


def naive_nth_working_day(day: date, n: int) -> date:
    """The tempting way: weeks of five days, and no bank holidays."""
    while n:
        day += ONE_DAY
        n -= day.weekday() < 5
    return day


def test_counting_weekdays_alone_is_wrong_on_many_days(
    walked: Mapping[date, tuple[date, ...]],
) -> None:
    wrong = [day for day, working in walked.items() if naive_nth_working_day(day, 10) != working[9]]

    assert date(2026, 12, 18) in wrong
