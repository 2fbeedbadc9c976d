"""Where the parts of an account's picture lie: its scale, and a bar for each movement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.allowance import Account, Line
from engine.financial_year import FinancialYear
from engine.working_days import Calendar

WIDE = 960
LEFT, RIGHT = 92, 850
"""The edges of the plot; the axes' words stand outside them."""

TOP, FLOOR = 142, 442
"""The plot's upper and lower edge."""

WIDEST = 30
GAP = 6
THINNEST = 2.0
"""No bar is drawn thinner than this, so that a small sum is seen at all."""

_SMALL_SHARE = 4
"""Where less than a quarter is used, the bars have the room and the line of the allowance is put
above a break."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Pounds as heights. `broken` is whether the allowance lies above the break, not to scale."""

    top: int
    broken: bool

    def y(self, pounds: int) -> float:
        """How far down a sum lies."""
        return FLOOR - (FLOOR - TOP) * pounds / self.top

    def ticks(self) -> tuple[int, ...]:
        """Round sums from nothing up, about four."""
        step = _round_step(max(1, self.top // 4))
        return tuple(range(0, self.top + 1, step))


def scale_of(held: Account, pounds: int) -> Scale:
    """The scale on which everything is seen; `pounds` is the allowance."""
    committed = sum(each.money_gbp or 0 for each in held.committed)
    peak = max([line.spent for line in held.lines], default=0)
    peak = max(peak, held.spent + committed)
    broken = 0 < peak * _SMALL_SHARE < pounds
    room = peak if broken else max(peak, pounds)
    return Scale(max(1, room + room // (3 if broken else 8)), broken)


def _round_step(least: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 and so on that is not below this."""
    size = 1
    while True:
        for times in (1, 2, 5):
            if size * times >= least:
                return size * times
        size *= 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A movement's bar: its middle, and the sums between which it stands."""

    line: Line
    x: float
    low: int
    high: int


def bar_width(number: int) -> float:
    """How wide each of so many bars is, one more with them for what is committed."""
    return min(WIDEST, (RIGHT - LEFT) / (number + 1) - GAP)


def bars_of(lines: Sequence[Line], year: FinancialYear, calendar: Calendar) -> tuple[Bar, ...]:
    """A bar for each line at its day, moved aside where two would lie on each other."""
    wide = bar_width(len(lines))
    step, last = wide + GAP, RIGHT - wide / 2 - (wide + GAP)  # room is left for what is committed
    middles: list[float] = []
    for line in lines:
        here = max(day_x(year, calendar.day_of(line.at)), LEFT + wide / 2 + GAP)
        middles.append(max(here, middles[-1] + step) if middles else here)
    for n in range(len(middles) - 1, -1, -1):
        middles[n] = min(middles[n], last - step * (len(middles) - 1 - n))
    return tuple(
        Bar(line, x, *sorted((line.spent - line.money_gbp, line.spent)))
        for line, x in zip(lines, middles, strict=True)
    )


def day_x(year: FinancialYear, day: date) -> float:
    """Where a day lies along the year; what comes after it lies at its end."""
    days = (min(day, year.ends) - year.starts).days
    return LEFT + (RIGHT - LEFT) * max(0, days) / (year.ends - year.starts).days
