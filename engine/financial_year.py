"""The financial year: 1 April to 31 March, by London's days."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from engine.working_days import Calendar

_YEAR = re.compile(r"(\d{4})[/-](\d{2})", re.ASCII)
_APRIL = 4


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """From 1 April to 31 March, by London's days; written `2026/27`."""

    first: int

    def __str__(self) -> str:
        return f"{self.first}/{(self.first + 1) % 100:02}"

    @property
    def starts(self) -> date:
        """Its first day."""
        return date(self.first, _APRIL, 1)

    @property
    def ends(self) -> date:
        """Its last day."""
        return date(self.first + 1, _APRIL - 1, 31)


def read_year(text: str) -> FinancialYear | None:
    """The year that is written `2026/27` (or `2026-27`); None for anything else."""
    match = _YEAR.fullmatch(text.strip())
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        return None
    return FinancialYear(int(match[1]))


def year_of(calendar: Calendar, instant: datetime) -> FinancialYear:
    """The financial year of an instant, by its day in London."""
    day = calendar.day_of(instant)
    return FinancialYear(day.year if day.month >= _APRIL else day.year - 1)
