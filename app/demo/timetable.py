"""When things happen in the demo: working days counted from its first Monday, or back from today.

Only openings, staff acts and the hours at which practices answer are laid down here. Every deadline
and reminder is the program's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.working_days import Calendar

WEEKS = 8
OPENING_TIME = time(9)
VISITING_TIMES = (time(10, 15), time(15, 40))
"""When practices sit down to answer, on every working day."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The demo's days: about eight weeks that end now."""

    calendar: Calendar
    end: datetime

    @property
    def start(self) -> datetime:
        """Nine o'clock on a Monday about eight weeks back that is a working day."""
        today = self.calendar.day_of(self.end)
        day = today - timedelta(weeks=WEEKS, days=today.weekday())
        while not self.calendar.is_working_day(day):
            day -= timedelta(weeks=1)
        return self.calendar.instant(day, OPENING_TIME)

    def moment(self, working_day: int, at: time) -> datetime:
        """London's `at` on the nth working day after the first; negative: before the last one."""
        if working_day >= 0:
            day = self.calendar.nth_working_day(self.calendar.day_of(self.start), working_day)
        else:
            day = self.calendar.nth_working_day_before(self._last_day(), -working_day)
        return self.calendar.instant(day, at)

    def _last_day(self) -> date:
        """Today, or the working day before it."""
        today = self.calendar.day_of(self.end)
        return self.calendar.nth_working_day_before(today + timedelta(days=1), 1)

    def visits(self, opened: datetime, due: datetime) -> tuple[datetime, ...]:
        """The moments of a phase at which practices answer, on its working days."""
        found = tuple(m for m in self._visits(opened, due) if opened < m < min(due, self.end))
        return found or (opened + (min(due, self.end) - opened) / 2,)

    def _visits(self, opened: datetime, due: datetime) -> Iterator[datetime]:
        day, last = self.calendar.day_of(opened), self.calendar.day_of(due)
        while day <= last:
            if self.calendar.is_working_day(day):
                yield from (self.calendar.instant(day, at) for at in VISITING_TIMES)
            day += timedelta(days=1)
