"""Notice: how many working days practices have between hearing of an outcome and its taking effect.

A decision that applies two days after it was made is carried out by nobody (Enfield, 2016); fewer
than five working days are warned of, and refused nowhere.
"""

from datetime import date, datetime

from engine.decision import Outcome
from engine.working_days import Calendar, day_words

ENOUGH = 5
"""Working days of notice below which a person is asked to look."""

_NOTHING_CHANGES = frozenset({"withdrawn", "not_carried", "inquorate", "set_aside"})
"""Results after which nothing takes effect."""


def notice_days(calendar: Calendar, known: datetime, effective: date) -> int | None:
    """Working days after the London day of `known`, up to and including the day it takes effect.

    None where that day lies beyond the calendar, and so far off.
    """
    day = calendar.day_of(known)
    if effective <= day:
        return 0
    if effective.year > calendar.last_year:
        return None
    return calendar.working_days_between(day, effective)


def too_short(calendar: Calendar, expected: datetime, effective: date | None) -> tuple[str, ...]:
    """A warning, where it would take effect too soon after `expected`, when it will be decided."""
    if effective is None:
        return ()
    days = notice_days(calendar, expected, effective)
    if days is None or days >= ENOUGH:
        return ()
    decided = day_words(calendar.day_of(expected))
    says = (
        f"It takes effect on {day_words(effective)} and is decided on {decided}: {_days(days)} "
        f"notice for practices, where {ENOUGH} is the least that lets them prepare."
    )
    return (says,)


def takes_effect(outcome: Outcome) -> bool:
    """Whether anything takes effect after this outcome."""
    return outcome.result not in _NOTHING_CHANGES


def notice_words(calendar: Calendar, outcome: Outcome, effective: date | None) -> tuple[str, ...]:
    """When it takes effect and how much notice practices have, where anything takes effect."""
    if effective is None or not takes_effect(outcome):
        return ()
    days = notice_days(calendar, outcome.at, effective)
    words = f"It takes effect on {day_words(effective)}"
    return (f"{words}." if days is None else f"{words}: {_days(days)} notice.",)


def _days(days: int) -> str:
    return "1 working day's" if days == 1 else f"{days or 'no'} working days'"
