"""Due times in working days: England's bank holidays and London's clock, from a pinned calendar.

A deadline of n working days falls, at the calendar's deadline time, on the nth working day after
the London day it runs from; that day itself never counts, be it weekday, weekend or night. Working
days are Monday to Friday but for the bank holidays that the calendar lists.

The calendar carries the clock changes too, so that a date computed once is computed the same for
ever, whatever zone data a machine has.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from engine.errors import Refused
from engine.trail import Json, canonical, instant_from_text, instant_text

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_NOON = 12
_SKIPPED_OR_REPEATED = (time(1), time(2))


class CalendarEnds(Refused):
    """The calendar of bank holidays does not reach that day."""

    remedy = "Load a calendar of bank holidays that holds the year, then try again."


class UnsafeTime(Refused):
    """A time from 01:00 to 02:00 comes twice, or not at all, on the days the clocks change."""

    remedy = "Choose a time before 01:00, or from 02:00 on."


class MalformedCalendar(Refused):
    """The calendar is not whole."""

    remedy = "Load the calendar of bank holidays again from its file."


@dataclass(frozen=True, slots=True)
class Transition:
    """A clock change: from this UTC instant on, London is `offset_minutes` ahead of UTC."""

    at: datetime
    offset_minutes: int

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise MalformedCalendar(f"The clock change at {self.at} is not given in UTC.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a region, for the years from `first_year` to `last_year` inclusive.

    `deadline_time` and `letter_time` are London wall-clock times, to the minute. Before the first
    of the `transitions` London is `base_offset_minutes` ahead of UTC. Any day or instant outside
    the years is refused: CalendarEnds.
    """

    region: str
    zone: str
    deadline_time: time
    letter_time: time
    first_year: int
    last_year: int
    holidays: frozenset[date]
    transitions: tuple[Transition, ...]
    base_offset_minutes: int = 0

    def __post_init__(self) -> None:
        for at in (self.deadline_time, self.letter_time):
            if _require_safe(at) != time(at.hour, at.minute):
                raise MalformedCalendar(f"The time {at} is not a plain hour and minute.")
        if self.first_year > self.last_year:
            raise MalformedCalendar("The calendar ends before it begins.")
        for day in self.holidays:
            self._known(day)
        if any(later.at <= change.at for change, later in pairwise(self.transitions)):
            raise MalformedCalendar("The clock changes are not in the order of time.")
        self._check_changes()

    def _check_changes(self) -> None:
        """Refuse a clock change that is not between 1 and 2am: no other time is unsafe here."""
        offset = self.base_offset_minutes
        start, end = _SKIPPED_OR_REPEATED
        for change in self.transitions:
            self._known(change.at.date())
            walls = (change.at + timedelta(minutes=m) for m in (offset, change.offset_minutes))
            if any(not start <= wall.time() <= end for wall in walls):
                raise MalformedCalendar(f"The clock change at {change.at} is not from 1 to 2am.")
            offset = change.offset_minutes

    # --- London's clock ---

    def london(self, instant: datetime) -> tuple[date, time]:
        """The day and the wall-clock time in London at an aware instant."""
        if instant.utcoffset() is None:
            raise ValueError("An instant needs a time zone: naive datetimes are refused.")
        wall = (instant.astimezone(UTC) + self._offset(instant)).replace(tzinfo=None)
        return self._known(wall.date()), wall.time()

    def day_of(self, instant: datetime) -> date:
        """The London day of an aware instant."""
        return self.london(instant)[0]

    def instant(self, day: date, at: time) -> datetime:
        """The UTC instant at which London's clocks show `at` on `day`; UnsafeTime from 1 to 2am."""
        wall = datetime.combine(self._known(day), _require_safe(at), UTC)
        # One step back is enough: a safe time lies on the same side of a change as its instant.
        return wall - self._offset(wall - self._offset(wall))

    def _offset(self, instant: datetime) -> timedelta:
        passed = bisect_right(self.transitions, instant, key=_moment)
        if passed == 0:
            return timedelta(minutes=self.base_offset_minutes)
        return timedelta(minutes=self.transitions[passed - 1].offset_minutes)

    # --- working days ---

    def is_working_day(self, day: date) -> bool:
        """Whether the day is a Monday to Friday and no bank holiday."""
        return self._known(day).weekday() < _SATURDAY and day not in self.holidays

    def nth_working_day(self, day: date, n: int) -> date:
        """The nth working day after `day`, which never counts itself; the 0th is `day`."""
        return self._walk(day, n, _ONE_DAY)

    def nth_working_day_before(self, day: date, n: int) -> date:
        """The nth working day before `day`, which never counts itself; the 0th is `day`."""
        return self._walk(day, n, -_ONE_DAY)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a`, up to and including `b`; 0 where b is not later."""
        span = range(1, (self._known(b) - self._known(a)).days + 1)
        return sum(self.is_working_day(a + timedelta(days=n)) for n in span)

    def _walk(self, day: date, n: int, step: timedelta) -> date:
        if n < 0:
            raise ValueError(f"Working days are counted from 0, not {n}.")
        self._known(day)
        while n > 0:
            day += step
            n -= self.is_working_day(day)
        return day

    def _known(self, day: date) -> date:
        if isinstance(day, datetime):
            raise TypeError("A day is a date; take the London day of an instant first.")
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarEnds(
                f"The calendar of bank holidays holds {self.first_year} to {self.last_year}, "
                f"and does not reach {day_words(day)}."
            )
        return day

    # --- moments ---

    def due(self, after: datetime, days: int) -> datetime:
        """The deadline `days` working days after the London day of `after`."""
        return self.instant(self.nth_working_day(self.day_of(after), days), self.deadline_time)

    def letter_moment(self, day: date) -> datetime:
        """When letters fall on a day."""
        return self.instant(day, self.letter_time)

    def half_time(self, opened: datetime, days: int) -> datetime:
        """The letter time on the floor(days / 2)-th working day: half of a period of `days`.

        For a period of one day that is the opening's own morning, which may already be past.
        """
        return self.letter_moment(self.nth_working_day(self.day_of(opened), days // 2))

    def days_before(self, due: datetime, n: int) -> datetime:
        """The letter time on the nth working day before the due day."""
        return self.letter_moment(self.nth_working_day_before(self.day_of(due), n))

    def last_morning(self, due: datetime) -> datetime:
        """The letter time on the due day itself."""
        return self.letter_moment(self.day_of(due))

    # --- words ---

    def words(self, instant: datetime) -> str:
        """An instant in London's words, to the minute begun: `5pm on Tuesday 5 January 2027`."""
        day, at = self.london(instant)
        return f"{clock_words(at)} {day_words(day)}"

    def words_with_zone(self, instant: datetime) -> str:
        """The same, naming the clock: `5pm on Tuesday 5 January 2027 (London time)`."""
        return f"{self.words(instant)} (London time)"


def day_words(day: date) -> str:
    """A day in words: `Tuesday 5 January 2027`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def clock_words(at: time) -> str:
    """A time with the word that leads on to its day: `5pm on`, `5:30pm on`, `12 noon on`."""
    if (at.hour, at.minute) == (0, 0):
        return "midnight at the start of"
    if (at.hour, at.minute) == (_NOON, 0):
        return "12 noon on"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % _NOON or _NOON}{minutes}{'am' if at.hour < _NOON else 'pm'} on"


def calendar_value(calendar: Calendar) -> dict[str, Json]:
    """The calendar as the plain value whose canonical bytes a digest names."""
    return {
        "region": calendar.region,
        "zone": calendar.zone,
        "deadline_time": calendar.deadline_time.isoformat("minutes"),
        "letter_time": calendar.letter_time.isoformat("minutes"),
        "years": {"first": calendar.first_year, "last": calendar.last_year},
        "holidays": [day.isoformat() for day in sorted(calendar.holidays)],
        "base_offset_minutes": calendar.base_offset_minutes,
        "transitions": [
            {"at": instant_text(change.at), "offset_minutes": change.offset_minutes}
            for change in calendar.transitions
        ],
    }


def calendar_from_value(value: Mapping[str, Any]) -> Calendar:
    """The calendar that `calendar_value` wrote; MalformedCalendar for anything else."""
    try:
        calendar = _read(value)
        same = canonical(calendar_value(calendar)) == canonical(value)
    except (AttributeError, KeyError, TypeError, ValueError, Refused) as fault:
        raise MalformedCalendar(f"The calendar is not whole: {fault}") from fault
    if not same:
        raise MalformedCalendar("The calendar does not read back as it is written.")
    return calendar


def _read(value: Mapping[str, Any]) -> Calendar:
    return Calendar(
        region=value["region"],
        zone=value["zone"],
        deadline_time=time.fromisoformat(value["deadline_time"]),
        letter_time=time.fromisoformat(value["letter_time"]),
        first_year=value["years"]["first"],
        last_year=value["years"]["last"],
        holidays=frozenset(date.fromisoformat(day) for day in value["holidays"]),
        transitions=tuple(
            Transition(instant_from_text(change["at"]), change["offset_minutes"])
            for change in value["transitions"]
        ),
        base_offset_minutes=value["base_offset_minutes"],
    )


def _require_safe(at: time) -> time:
    start, end = _SKIPPED_OR_REPEATED
    if start <= at.replace(tzinfo=None) < end:
        raise UnsafeTime
    return at


def _moment(change: Transition) -> datetime:
    return change.at
