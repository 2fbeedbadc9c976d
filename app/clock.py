"""The one place that reads the clock, makes ids and draws random bytes.

Inside a process time is anchored once and goes on by a clock that nobody can set; where the wall
clock departs from it by more than the limit, the process keeps its own reckoning and says so, until
a person confirms.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

random_bytes: Callable[[int], bytes] = secrets.token_bytes
"""That many bytes from the operating system's generator."""


def new_id() -> str:
    """A random identifier of 128 bits, hex."""
    return secrets.token_hex(16)


def wall_clock() -> datetime:
    """What the machine says the time is."""
    return datetime.now(UTC)


def steady_seconds() -> float:
    """Seconds of a clock that only goes forward, through suspension too where the system can."""
    return time.clock_gettime(_STEADY)


@dataclass(frozen=True, slots=True)
class Guard:
    """How far clocks may depart; zero means no guard."""

    jump: timedelta = timedelta(minutes=5)
    downtime: timedelta = timedelta(days=7)


class GuardedClock:
    """The wall clock, believed only as far as the steady clock bears it out."""

    def __init__(
        self,
        guard: Guard,
        wall: Callable[[], datetime] = wall_clock,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._guard, self._wall, self._steady = guard, wall, steady
        self._lock = Lock()
        self._anchor = (wall(), steady())
        self._suspect: str | None = None

    def now(self) -> datetime:
        """The instant, aware UTC. Small departures of the wall clock are followed."""
        with self._lock:
            wall, steady = self._wall(), self._steady()
            reckoned = self._anchor[0] + timedelta(seconds=steady - self._anchor[1])
            departure = wall - reckoned
            if not self._guard.jump or abs(departure) <= self._guard.jump:
                self._anchor = (wall, steady)
                return wall
            self._suspect = self._suspect or (
                f"the machine's clock says {wall:%Y-%m-%d %H:%M:%S} UTC, "
                f"{_words(departure)} what was reckoned"
            )
            return reckoned

    def suspicion(self) -> str | None:
        """Why deadlines must not fire now; None when all is well."""
        self.now()
        return self._suspect

    def judge_start(self, last_leaf: datetime | None, last_sweep: datetime | None) -> None:
        """At start: a clock behind the trail, or far ahead of the last sweep, is suspect."""
        wall = self._wall()
        jump, downtime = self._guard.jump, self._guard.downtime
        if jump and last_leaf is not None and wall < last_leaf - jump:
            self._suspect = f"the machine's clock is {_words(wall - last_leaf)} the last leaf"
        elif downtime and last_sweep is not None and wall > last_sweep + downtime:
            self._suspect = f"the machine's clock is {_words(wall - last_sweep)} the last sweep"

    def trust(self) -> None:
        """A person has confirmed the clock: begin anew from what it says."""
        with self._lock:
            self._anchor = (self._wall(), self._steady())
            self._suspect = None


def _words(departure: timedelta) -> str:
    side = "ahead of" if departure > timedelta(0) else "behind"
    minutes = int(abs(departure).total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    span = f"{days} days {hours} hours" if days else f"{hours} hours {minutes % 60} minutes"
    return f"{span} {side}"
