"""The proof that a workflow is quick enough: its longest way, begun on every day there is.

A deadline falls on the nth working day after the day before it ended, so a later day never leads to
an earlier end, and the way of most working days is also the one of most calendar days, whatever
staff do sooner. The hour of the opening does not count, only its London day. A running decision can
take longer only by what is on its record and said apart: what `engine.lengthening` knows of, a
deadline moved for a new bank holiday, a program that was down.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.definition import Workflow
from engine.errors import Refused
from engine.turnaround import Way, longest_way, ordinary_way
from engine.working_days import Calendar, CalendarEnds, day_words

SIX_WEEKS_WORKING, SIX_WEEKS = 30, 42
"""Six weeks in working days, by which limits are promised, and in days of the calendar."""


class NothingToProve(Refused):
    """There is no opening day between these dates."""

    remedy = "Give a --from that is not after --to."


class WorkingDays:
    """A calendar's working days in a row, so that the nth after a day is one look-up."""

    def __init__(self, calendar: Calendar) -> None:
        self.first = date(calendar.first_year, 1, 1)
        self.last = date(calendar.last_year, 12, 31)
        self._calendar = calendar
        self._days = [day for day in days(self.first, self.last) if calendar.is_working_day(day)]

    def after(self, day: date, n: int) -> date:
        """The nth working day after `day`, as `Calendar.nth_working_day` has it."""
        self._require(day)
        if n == 0:
            return day
        place = bisect_right(self._days, day) + n - 1
        if place >= len(self._days):
            raise CalendarEnds(
                f"The calendar of bank holidays ends with {self.last.year}, before the working day "
                f"that comes {n} after {day_words(day)}."
            )
        return self._days[place]

    def last_before_end(self, n: int) -> date:
        """The last day whose nth working day after it the calendar still holds."""
        if n > len(self._days):
            raise CalendarEnds(f"The calendar of bank holidays does not hold {n} working days.")
        return self._days[-n] - timedelta(days=1) if n else self.last

    def _require(self, day: date) -> None:
        self._calendar.is_working_day(day)  # raises CalendarEnds for a day of no known year


@dataclass(frozen=True, slots=True)
class Stretch:
    """A state of a way as it falls in the calendar: it ends at the deadline time of `until`."""

    state: str
    working_days: int
    begins: date
    until: date


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found for the opening days from `first` to `last`, every one of them.

    `longest` is the longest way that nobody has to order, `ordered` the one with the re-vote that
    somebody may. `worst` is the longest begun on the first opening day from which it takes most
    days of the calendar; `ordered_worst` the same of the way with the re-vote.
    """

    workflow: Workflow
    ordinary: Way
    longest: Way
    ordered: Way
    first: date
    last: date
    worst: tuple[Stretch, ...]
    ordered_worst: tuple[Stretch, ...]

    @property
    def openings(self) -> int:
        """How many opening days were gone through."""
        return (self.last - self.first).days + 1

    @property
    def calendar_days(self) -> int:
        """From the opening day to the end, in days of the calendar, at worst; no re-vote."""
        return _calendar_days(self.worst)

    @property
    def ordered_calendar_days(self) -> int:
        """The same with the re-vote, ordered on the day of the outcome."""
        return _calendar_days(self.ordered_worst)

    @property
    def has_revote(self) -> bool:
        """Whether somebody may order a vote held once more."""
        return self.ordered != self.longest

    @property
    def within_limit(self) -> bool:
        """Whether the longest way, a re-vote with it, keeps the definition's own limit."""
        return self.ordered.days <= self.workflow.limit

    def is_within(self, limit: int) -> bool:
        """Whether the longest way that nobody has to order keeps the body's limit."""
        return self.longest.days <= limit

    @property
    def open_waits(self) -> tuple[str, ...]:
        """Outcomes that the way with a re-vote goes on from: the wait for it is not counted."""
        states = self.workflow.states
        return tuple(name for name, _ in self.ordered.steps if states[name].deadline is None)


def prove(
    workflow: Workflow, held: WorkingDays, first: date | None = None, last: date | None = None
) -> Proof:
    """Go through every opening day from `first` to `last`; all that the calendar covers if absent.

    Raises CalendarEnds where a day given, or the end of a way begun on it, is not covered.
    """
    longest, ordered = longest_way(workflow, revote=False), longest_way(workflow)
    start = first or held.first
    end = last or held.last_before_end(ordered.days)
    if start > end:
        raise NothingToProve(f"{day_words(start)} comes after {day_words(end)}.")
    worst = _worst(held, start, end, longest)
    ordered_worst = worst if ordered == longest else _worst(held, start, end, ordered)
    ordinary = ordinary_way(workflow)
    return Proof(workflow, ordinary, longest, ordered, start, end, worst, ordered_worst)


def _worst(held: WorkingDays, start: date, end: date, way: Way) -> tuple[Stretch, ...]:
    openings = (_walk(held, day, way) for day in days(start, end))
    return max(openings, key=_calendar_days, default=())


def _walk(held: WorkingDays, opening: date, way: Way) -> tuple[Stretch, ...]:
    stretches = []
    day = opening
    for name, count in way.steps:
        until = held.after(day, count)
        stretches.append(Stretch(name, count, day, until))
        day = until
    return tuple(stretches)


def _calendar_days(walked: tuple[Stretch, ...]) -> int:
    return (walked[-1].until - walked[0].begins).days if walked else 0


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
