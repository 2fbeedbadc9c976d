"""A month of the body's decisions: what was opened and what ended in it, from the leaves."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine.trail import instant_from_text, parse
from engine.working_days import MONTHS, Calendar, CalendarEnds
from storage.database import Reading
from storage.disclosing import leaves_of_type


def month_come(calendar: Calendar, now: datetime) -> date | None:
    """The month's first working day, once its letters fall; None before, and where none is known.

    None where the calendar has come to its end: health has been saying so for a year.
    """
    try:
        first = calendar.day_of(now).replace(day=1)
        day = calendar.nth_working_day(calendar.nth_working_day_before(first, 1), 1)
        return day if now >= calendar.letter_moment(day) else None
    except CalendarEnds:
        return None


def month_before(day: date) -> date:
    """The last day of the month before this day's."""
    return day.replace(day=1) - timedelta(days=1)


def month_words(day: date) -> str:
    """A day's month by name: `October 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def leaves_of_month(
    reading: Reading, calendar: Calendar, kind: str, day: date
) -> Iterator[Mapping[str, Any]]:
    """The bodies of the leaves of a type in a day's month, by London's clock."""
    for data in leaves_of_type(reading, kind):
        leaf = parse(data)
        at = calendar.day_of(instant_from_text(leaf["at"]))
        if (at.year, at.month) == (day.year, day.month):
            yield leaf["body"]
