"""Working days, deadlines, their words, and what no calendar may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from engine.trail import canonical, parse
from engine.working_days import (
    CalendarEnds,
    MalformedCalendar,
    Transition,
    UnsafeTime,
    calendar_from_value,
    calendar_value,
    day_words,
)
from workflows.calendar import load_calendar

LONDON = ZoneInfo("Europe/London")
SHIPPED = load_calendar(None, time(17), time(9))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


# --- days that went wrong elsewhere ---------------------------------------------------------


@pytest.mark.parametrize(
    ("holiday", "eve", "following"),
    [
        (date(2020, 5, 8), date(2020, 5, 7), date(2020, 5, 11)),
        (date(2022, 6, 3), date(2022, 6, 1), date(2022, 6, 6)),
        (date(2022, 9, 19), date(2022, 9, 16), date(2022, 9, 20)),
        (date(2023, 5, 8), date(2023, 5, 5), date(2023, 5, 9)),
        (date(2027, 12, 28), date(2027, 12, 24), date(2027, 12, 29)),
    ],
)
def test_a_one_off_or_moved_holiday_is_passed_over(
    holiday: date, eve: date, following: date
) -> None:
    assert (SHIPPED.is_working_day(holiday), SHIPPED.nth_working_day(eve, 1)) == (False, following)


def test_ten_working_days_pass_over_christmas_and_new_year() -> None:
    assert SHIPPED.due(utc(2026, 12, 18, 12), 10) == utc(2027, 1, 6, 17)


def test_a_deadline_in_summer_is_an_hour_earlier_by_utc() -> None:
    assert SHIPPED.due(utc(2026, 6, 1, 12), 1) == utc(2026, 6, 2, 16)


def test_a_deadline_may_lie_beyond_a_clock_change() -> None:
    assert SHIPPED.due(utc(2026, 3, 27, 12), 1) == utc(2026, 3, 30, 16)


def test_before_its_first_clock_change_a_calendar_keeps_to_its_base_offset() -> None:
    assert SHIPPED.london(utc(2016, 1, 4, 9)) == (date(2016, 1, 4), time(9))


def test_an_opening_late_on_a_summer_evening_is_the_next_day_in_london() -> None:
    assert SHIPPED.day_of(utc(2026, 6, 1, 23, 30)) == date(2026, 6, 2)


def test_the_day_of_opening_never_counts_not_even_a_sunday() -> None:
    assert SHIPPED.nth_working_day(date(2026, 11, 22), 1) == date(2026, 11, 23)


def test_no_working_days_leave_the_day_as_it_is() -> None:
    assert SHIPPED.nth_working_day(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_working_days_are_counted_backwards_too() -> None:
    assert SHIPPED.nth_working_day_before(date(2027, 1, 4), 4) == date(2026, 12, 24)


def test_five_working_days_lie_from_one_friday_to_the_next() -> None:
    assert SHIPPED.working_days_between(date(2026, 11, 20), date(2026, 11, 27)) == 5


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0, not -1"):
        SHIPPED.nth_working_day(date(2026, 11, 22), -1)


def test_no_working_days_lie_between_a_day_and_an_earlier_one() -> None:
    assert SHIPPED.working_days_between(date(2026, 11, 25), date(2026, 11, 23)) == 0


# --- reminders of a vote of seven working days, Tuesday 1 to Thursday 10 December 2026 ------

OPENED, DUE = utc(2026, 12, 1, 11), utc(2026, 12, 10, 17)


def test_the_vote_closes_on_the_seventh_working_day() -> None:
    assert SHIPPED.due(OPENED, 7) == DUE


def test_half_time_of_seven_days_is_the_third_morning() -> None:
    assert SHIPPED.half_time(OPENED, 7) == utc(2026, 12, 4, 9)


def test_half_time_of_one_day_is_the_morning_of_the_opening() -> None:
    assert SHIPPED.half_time(OPENED, 1) == utc(2026, 12, 1, 9)


def test_a_reminder_two_working_days_before_falls_in_the_morning() -> None:
    assert SHIPPED.days_before(DUE, 2) == utc(2026, 12, 8, 9)


def test_the_last_morning_is_that_of_the_due_day() -> None:
    assert SHIPPED.last_morning(DUE) == utc(2026, 12, 10, 9)


# --- where the calendar ends ----------------------------------------------------------------


def test_a_deadline_beyond_the_calendar_is_refused_with_its_day() -> None:
    with pytest.raises(CalendarEnds, match=r"holds 2016 to 2028.*Monday 1 January 2029"):
        SHIPPED.due(utc(2028, 12, 29, 12), 1)


def test_the_remedy_for_an_ended_calendar_is_the_next_one() -> None:
    assert "Load a calendar" in CalendarEnds.remedy


def test_a_day_before_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        SHIPPED.is_working_day(date(2015, 12, 31))


def test_an_instant_beyond_the_calendar_has_no_london_day() -> None:
    with pytest.raises(CalendarEnds):
        SHIPPED.london(utc(2029, 1, 1))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        SHIPPED.london(datetime(2026, 6, 1, 12))  # noqa: DTZ001 - the fault under test


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="London day"):
        SHIPPED.is_working_day(utc(2026, 12, 25))


# --- what no calendar may hold --------------------------------------------------------------


@pytest.mark.parametrize("at", [time(1), time(1, 30), time(1, 59, 59)])
def test_a_time_that_clocks_skip_or_repeat_is_refused(at: time) -> None:
    with pytest.raises(UnsafeTime):
        SHIPPED.instant(date(2026, 6, 1), at)


def test_a_calendar_with_such_a_deadline_time_is_refused() -> None:
    with pytest.raises(UnsafeTime):
        replace(SHIPPED, deadline_time=time(1, 30))


def test_a_calendar_with_such_a_letter_time_is_refused() -> None:
    with pytest.raises(UnsafeTime):
        load_calendar(None, time(17), time(1))


@pytest.mark.parametrize("at", [time(0, 59), time(2)])
def test_the_times_just_outside_are_allowed(at: time) -> None:
    assert replace(SHIPPED, deadline_time=at).deadline_time == at


SPRING, AUTUMN = SHIPPED.transitions[:2]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"deadline_time": time(17, 0, 30)}, "plain hour and minute"),
        ({"letter_time": time(9, tzinfo=UTC)}, "plain hour and minute"),
        ({"last_year": 2015}, "ends before it begins"),
        ({"transitions": (AUTUMN, SPRING)}, "not in the order of time"),
        ({"transitions": (SPRING, SPRING)}, "not in the order of time"),
        ({"transitions": (Transition(utc(2016, 3, 27, 3), 60),)}, "not from 1 to 2am"),
        ({"transitions": (Transition(utc(2016, 3, 27, 1), 120),)}, "not from 1 to 2am"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    change: dict[str, object], says: str
) -> None:
    with pytest.raises(MalformedCalendar, match=says):
        replace(SHIPPED, **change)  # type: ignore[arg-type]


def test_a_holiday_outside_the_years_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        replace(SHIPPED, holidays=frozenset({date(2030, 1, 1)}))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2016, 3, 27, 1),  # noqa: DTZ001 - the fault under test
        datetime(2016, 3, 27, 2, tzinfo=LONDON),
    ],
)
def test_a_clock_change_not_given_in_utc_is_refused(at: datetime) -> None:
    with pytest.raises(MalformedCalendar, match="not given in UTC"):
        Transition(at, 60)


# --- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (utc(2027, 1, 5, 17), "5pm on Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 17, 30), "5:30pm on Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 16, 59, 59), "4:59pm on Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 9, 5), "9:05am on Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 12), "12 noon on Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 12, 15), "12:15pm on Tuesday 5 January 2027"),
        (utc(2027, 1, 5), "midnight at the start of Tuesday 5 January 2027"),
        (utc(2027, 1, 5, 0, 15), "12:15am on Tuesday 5 January 2027"),
        (utc(2026, 7, 1, 16), "5pm on Wednesday 1 July 2026"),
    ],
)
def test_an_instant_is_said_in_londons_words(instant: datetime, words: str) -> None:
    assert SHIPPED.words(instant) == words


def test_the_words_can_name_their_clock() -> None:
    said = SHIPPED.words_with_zone(utc(2027, 1, 5, 17))

    assert said == "5pm on Tuesday 5 January 2027 (London time)"


def test_a_day_is_said_without_leading_noughts() -> None:
    assert day_words(date(2026, 2, 1)) == "Sunday 1 February 2026"


# --- the calendar as a file -----------------------------------------------------------------


def test_a_calendar_reads_back_from_its_canonical_bytes() -> None:
    assert calendar_from_value(parse(canonical(calendar_value(SHIPPED)))) == SHIPPED


def test_the_canonical_calendar_holds_all_that_a_due_date_needs() -> None:
    year = replace(
        SHIPPED,
        first_year=2016,
        last_year=2016,
        holidays=frozenset({date(2016, 3, 28), date(2016, 3, 25)}),
        transitions=(SPRING,),
    )
    assert calendar_value(year) == {
        "region": "england",
        "zone": "Europe/London",
        "deadline_time": "17:00",
        "letter_time": "09:00",
        "years": {"first": 2016, "last": 2016},
        "holidays": ["2016-03-25", "2016-03-28"],
        "base_offset_minutes": 0,
        "transitions": [{"at": "2016-03-27T01:00:00.000000Z", "offset_minutes": 60}],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"holidays": ["2016-03-28", "2016-03-25"]},
        {"holidays": ["20160325"]},
        {"holidays": ["2016-03-32"]},
        {"holidays": 7},
        {"deadline_time": "5pm"},
        {"deadline_time": "01:30"},
        {"letter_time": "9:00"},
        {"years": {"first": 2016}},
        {"years": {"first": "2016", "last": "2028"}},
        {"transitions": [{"at": "2016-03-27T01:00:00Z", "offset_minutes": 60}]},
        {"transitions": [{"at": "2016-03-27T01:00:00.000000Z", "offset_minutes": "60"}]},
        {"transitions": None},
        {"note": "one key too many"},
    ],
)
def test_a_calendar_that_is_not_whole_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedCalendar):
        calendar_from_value({**calendar_value(SHIPPED), **change})


@pytest.mark.parametrize("key", calendar_value(SHIPPED))
def test_a_calendar_with_a_key_missing_is_refused(key: str) -> None:
    value = calendar_value(SHIPPED)
    del value[key]

    with pytest.raises(MalformedCalendar):
        calendar_from_value(value)
