"""Bank holidays and clock changes, read from a file into the engine's `Calendar`.

The file holds one pair of tables a year, `[years.2026]` and `[years.2026.holidays]`; the one that
ships, `bank_holidays.toml`, is its own example and says how the next year is added.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.errors import Fault, InputFaults
from engine.working_days import Calendar, Transition

SHIPPED = Path(__file__).with_name("bank_holidays.toml")
REGION, ZONE = "england", "Europe/London"
BEGINS, ENDS = "summer_time_begins", "summer_time_ends"
CHANGE_TIME = time(1)
SUMMER_MINUTES, WINTER_MINUTES = 60, 0
FEWEST_HOLIDAYS = 8  # England has had eight a year, or more, since 1978
_SATURDAY = 5
_YEAR = re.compile(r"[12]\d{3}")
_LINE = re.compile(r"at line (\d+)")


def load_calendar(path: Path | None, deadline_time: time, letter_time: time) -> Calendar:
    """Read a calendar file; None is the one that ships.

    Raises InputFaults, with file, line and key of every fault, and UnsafeTime where a time falls
    from 01:00 to 02:00.
    """
    source = _Source(path or SHIPPED)
    years = _years(source, source.table())
    holidays = frozenset(day for year, table in years.items() for day in _days(source, year, table))
    changes = tuple(at for year, table in years.items() for at in _changes(source, year, table))
    source.settle()
    return Calendar(
        region=REGION,
        zone=ZONE,
        deadline_time=deadline_time,
        letter_time=letter_time,
        first_year=min(years),
        last_year=max(years),
        holidays=holidays,
        transitions=changes,
        base_offset_minutes=WINTER_MINUTES,
    )


class _Source:
    """A calendar file: its lines, and the faults found in it so far."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)
        self.faults: list[Fault] = []
        try:
            self.text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputFaults([Fault(self.file, None, f"cannot be read: {error}")]) from error

    def table(self) -> Mapping[str, Any]:
        """Parse the whole file."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = _LINE.search(str(error))
            fault = Fault(self.file, int(line[1]) if line else None, f"not TOML: {error}")
            raise InputFaults([fault]) from error

    def fault(self, key: str, says: str, year: int | None = None) -> None:
        """Note a fault at a key of a year's tables, or of the file's head."""
        place = key if year is None else f"years.{year}.{key}"
        self.faults.append(Fault(self.file, self._line_of(key, year), f"{place}: {says}"))

    def settle(self) -> None:
        """Raise what was noted."""
        if self.faults:
            raise InputFaults(self.faults)

    def _line_of(self, key: str, year: int | None) -> int | None:
        """Find the line of the key; where the key is missing, that of its year."""
        lines = list(enumerate((line.strip().strip("[") for line in self.text.splitlines()), 1))
        head = next((n for n, line in lines if line.startswith(f"years.{year}")), None)
        keys = (key, f"years.{year}.{key}")
        return next((n for n, line in lines if n >= (head or 0) and line.startswith(keys)), head)


def _years(source: _Source, table: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """Read the head, and the years in their order."""
    for key, needed in (("region", REGION), ("zone", ZONE)):
        if table.get(key) != needed:
            source.fault(key, f'should be "{needed}", the only one there is')
    _refuse_unknown(source, table, ("region", "zone", "years"))
    years = _named_by_year(source, table.get("years"))
    for year, following in pairwise(years):
        if following != year + 1:
            source.fault(
                f"years.{following}", f"the years from {year + 1} on are missing before it"
            )
    return years


def _named_by_year(source: _Source, tables: object) -> dict[int, Mapping[str, Any]]:
    years = {}
    if not isinstance(tables, Mapping) or not tables:
        source.fault("years", "should hold a table for each year, such as [years.2026]")
        tables = {}
    for key, held in sorted(tables.items()):
        if _YEAR.fullmatch(key) and isinstance(held, Mapping):
            years[int(key)] = held
        else:
            source.fault(f"years.{key}", "should be a table named by its year, such as 2026")
    return years


def _days(source: _Source, year: int, table: Mapping[str, Any]) -> list[date]:
    """Read one year's holidays, each a day and its name."""
    _refuse_unknown(source, table, (BEGINS, ENDS, "holidays"), year)
    holidays = table.get("holidays")
    if not isinstance(holidays, Mapping):
        source.fault("holidays", "should be a table of days and names", year)
        return []
    if len(holidays) < FEWEST_HOLIDAYS:
        says = f"England has at least {FEWEST_HOLIDAYS} bank holidays a year, not {len(holidays)}"
        source.fault("holidays", says, year)
    return [day for key, name in holidays.items() for day in _day(source, year, key, name)]


def _day(source: _Source, year: int, key: str, name: object) -> list[date]:
    if not isinstance(name, str) or not name.strip():
        source.fault(key, 'needs the holiday\'s name, such as "Good Friday"', year)
    try:
        day = date.fromisoformat(key)
    except ValueError:
        day = None
    if day is None or day.isoformat() != key:
        source.fault(key, f"is no day; write it as {year}-12-25", year)
    elif day.year != year:
        source.fault(key, f"does not lie in {year}", year)
    elif day.weekday() >= _SATURDAY:
        source.fault(key, "falls at a weekend; give the substitute weekday instead", year)
    return [] if day is None else [day]


def _changes(source: _Source, year: int, table: Mapping[str, Any]) -> list[Transition]:
    """Read the two clock changes of a year."""
    begins, ends = (_moment(source, year, table, key) for key in (BEGINS, ENDS))
    if begins is None or ends is None:
        return []
    if begins >= ends:
        source.fault(ENDS, "summer time ends before it begins", year)
    return [Transition(begins, SUMMER_MINUTES), Transition(ends, WINTER_MINUTES)]


def _moment(source: _Source, year: int, table: Mapping[str, Any], key: str) -> datetime | None:
    moment = table.get(key)
    if isinstance(moment, datetime) and _is_change(moment, year):
        return moment
    source.fault(key, f"should be 01:00 UTC of a day in {year}, as in {year}-03-31T01:00:00Z", year)
    return None


def _is_change(moment: datetime, year: int) -> bool:
    in_utc = moment.utcoffset() == timedelta(0)
    return in_utc and (moment.year, moment.time()) == (year, CHANGE_TIME)


def _refuse_unknown(
    source: _Source, table: Mapping[str, Any], known: tuple[str, ...], year: int | None = None
) -> None:
    for key in table:
        if key not in known:
            source.fault(key, f"unknown key; known are {', '.join(known)}", year)
