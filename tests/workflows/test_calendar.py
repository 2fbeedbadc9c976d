"""The calendar that ships, held against other sources; and each fault a calendar file can have."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays as library
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from engine.errors import InputFaults
from engine.working_days import UnsafeTime
from workflows.calendar import SHIPPED, load_calendar

FIVE, NINE = time(17), time(9)
CALENDAR = load_calendar(None, FIVE, NINE)
YEARS = range(2016, 2029)


# --- what ships -----------------------------------------------------------------------------


def test_the_calendar_that_ships_holds_2016_to_2028() -> None:
    assert (CALENDAR.first_year, CALENDAR.last_year) == (YEARS[0], YEARS[-1])


def test_its_times_are_those_it_is_given() -> None:
    calendar = load_calendar(None, time(12), time(8, 30))

    assert (calendar.deadline_time, calendar.letter_time) == (time(12), time(8, 30))


def test_every_holiday_is_one_that_gov_uk_publishes() -> None:
    published = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    days = {entry["date"] for entry in published if entry["date"].year in YEARS}

    assert days == CALENDAR.holidays


def test_every_weekday_holiday_is_one_that_the_holidays_library_works_out() -> None:
    worked_out = library.country_holidays("GB", subdiv="ENG", years=YEARS)
    weekdays = {day for day in worked_out if day.isoweekday() <= 5}

    assert weekdays == CALENDAR.holidays


def offset_changes() -> Iterator[tuple[datetime, int]]:
    """The hours at which the machine's zone data move London's clocks."""
    london, hour = ZoneInfo("Europe/London"), timedelta(hours=1)
    at = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    offset = at.astimezone(london).utcoffset()
    while at.year <= YEARS[-1]:
        now = at.astimezone(london).utcoffset()
        if now is not None and now != offset:
            yield at, now // timedelta(minutes=1)
        at, offset = at + hour, now


def test_every_clock_change_is_in_the_zone_data() -> None:
    ours = [(change.at, change.offset_minutes) for change in CALENDAR.transitions]

    assert ours == list(offset_changes())


def test_an_unsafe_time_is_refused() -> None:
    with pytest.raises(UnsafeTime):
        load_calendar(None, time(1, 30), NINE)


# --- files at fault -------------------------------------------------------------------------

GOOD = """\
region = "england"
zone = "Europe/London"

[years.2026]
summer_time_begins = 2026-03-29T01:00:00Z
summer_time_ends = 2026-10-25T01:00:00Z

[years.2026.holidays]
2026-01-01 = "New Year's Day"
2026-04-03 = "Good Friday"
2026-04-06 = "Easter Monday"
2026-05-04 = "Early May bank holiday"
2026-05-25 = "Spring bank holiday"
2026-08-31 = "Summer bank holiday"
2026-12-25 = "Christmas Day"
2026-12-28 = "Boxing Day (substitute day)"
"""
NOT_A_CHANGE = "should be 01:00 UTC of a day in 2026, as in 2026-03-31T01:00:00Z"
LATER = "[years.2028]" + GOOD.split("[years.2026]", 1)[1].replace("2026", "2028")


@pytest.fixture(name="faults_of")
def loader(tmp_path: Path) -> Callable[[str], list[str]]:
    """Writes a file, loads it, and gives the faults named, each with its line."""

    def faults_of(text: str) -> list[str]:
        file = tmp_path / "holidays.toml"
        file.write_text(text, encoding="utf-8")
        try:
            load_calendar(file, FIVE, NINE)
        except InputFaults as faults:
            return [str(fault).removeprefix(str(file)) for fault in faults.faults]
        return []

    return faults_of


def test_an_organisation_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(GOOD, encoding="utf-8")

    assert date(2026, 12, 28) in load_calendar(file, FIVE, NINE).holidays


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('"england"', '"wales"', ':1: region: should be "england", the only one there is'),
        ('zone = "Europe/London"', "", ': zone: should be "Europe/London", the only one there is'),
        ('region = "england"', "region =", ":1: not TOML: Invalid value (at line 1, column 9)"),
        (
            'zone = "Europe/London"',
            'zone = "Europe/London"\nname = "ours"',
            ":3: name: unknown key; known are region, zone, years",
        ),
        (
            "[years.2026]\n",
            "[years.2026]\nclocks = 1\n",
            ":5: years.2026.clocks: unknown key; known are summer_time_begins,",
        ),
        (
            "2026-03-29T01:00:00Z",
            "2026-03-29T02:00:00Z",
            f":5: years.2026.summer_time_begins: {NOT_A_CHANGE}",
        ),
        (
            "2026-03-29T01:00:00Z",
            "2026-03-29T01:00:00",
            f":5: years.2026.summer_time_begins: {NOT_A_CHANGE}",
        ),
        (
            "summer_time_ends = 2026-10-25T01:00:00Z",
            "",
            f":4: years.2026.summer_time_ends: {NOT_A_CHANGE}",
        ),
        (
            "2026-10-25T01:00:00Z",
            "2026-02-25T01:00:00Z",
            ":6: years.2026.summer_time_ends: summer time ends before it begins",
        ),
        (
            '2026-04-03 = "Good Friday"',
            '2026-04-31 = "Good Friday"',
            ":10: years.2026.2026-04-31: is no day; write it as 2026-12-25",
        ),
        (
            '2026-04-03 = "Good Friday"',
            '20260403 = "Good Friday"',
            ":10: years.2026.20260403: is no day; write it as 2026-12-25",
        ),
        (
            '2026-04-03 = "Good Friday"',
            '2025-04-03 = "Good Friday"',
            ":10: years.2026.2025-04-03: does not lie in 2026",
        ),
        (
            '2026-12-28 = "Boxing',
            '2026-12-26 = "Boxing',
            ":16: years.2026.2026-12-26: falls at a weekend; give the substitute weekday instead",
        ),
        (
            '"Good Friday"',
            '" "',
            ':10: years.2026.2026-04-03: needs the holiday\'s name, such as "Good Friday"',
        ),
        (
            '2026-04-03 = "Good Friday"\n',
            "",
            ":8: years.2026.holidays: England has at least 8 bank holidays a year, not 7",
        ),
        (
            '2026-04-03 = "Good Friday"',
            '2026-04-03 = "Good Friday"\n2026-04-03 = "Good Friday"',
            ":11: not TOML: Cannot overwrite a value (at line 11, column 27)",
        ),
        ("[years.2026.holidays]", "[years.2026.days]", ":8: years.2026.days: unknown key"),
    ],
)
def test_a_fault_is_named_with_its_line_and_key(
    faults_of: Callable[[str], list[str]], good: str, bad: str, fault: str
) -> None:
    assert [said for said in faults_of(GOOD.replace(good, bad, 1)) if fault in said] != []


def test_a_good_file_has_no_faults(faults_of: Callable[[str], list[str]]) -> None:
    assert faults_of(GOOD) == []


def test_every_fault_is_named_at_once(faults_of: Callable[[str], list[str]]) -> None:
    bad = GOOD.replace("england", "wales").replace('"Good Friday"', "1").replace("04-06", "04-99")

    assert [fault.split(": ")[0] for fault in faults_of(bad)] == [":1", ":10", ":11"]


def test_a_missing_year_is_named(faults_of: Callable[[str], list[str]]) -> None:
    assert faults_of(GOOD + LATER)[0] == (
        ":17: years.2028: the years from 2027 on are missing before it"
    )


@pytest.mark.parametrize("years", ["", "years = 7", "[years]", "[years.next]", "years.2026 = 7"])
def test_a_file_without_years_is_refused(faults_of: Callable[[str], list[str]], years: str) -> None:
    head = GOOD.split("[years", 1)[0]

    assert [": years" in fault for fault in faults_of(head + years)] == [True]


def test_a_file_without_holidays_for_a_year_is_refused(
    faults_of: Callable[[str], list[str]],
) -> None:
    assert faults_of(GOOD.split("[years.2026.holidays]", maxsplit=1)[0]) == [
        ":4: years.2026.holidays: should be a table of days and names"
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match=r"none\.toml: cannot be read: .*No such file"):
        load_calendar(tmp_path / "none.toml", FIVE, NINE)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(InputFaults, match=r"cannot be read: .*utf-8"):
        load_calendar(file, FIVE, NINE)


def test_the_calendar_that_ships_says_how_a_year_is_added() -> None:
    assert "# Next year." in SHIPPED.read_text(encoding="utf-8")
