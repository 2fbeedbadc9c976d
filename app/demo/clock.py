"""The demo's clock: it jumps from moment to moment, and runs at its usual pace in between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from app.clock import steady_seconds


class JumpingClock:
    """A clock that may be put forward, never back. Safe to read from any thread."""

    def __init__(self, start: datetime, steady: Callable[[], float] = steady_seconds) -> None:
        self._steady = steady
        self._lock = Lock()
        self._anchor = (start, steady())

    def now(self) -> datetime:
        """The instant, aware UTC."""
        with self._lock:
            return self._reckoned()

    def jump(self, moment: datetime) -> None:
        """Put the clock forward to this moment; one that has passed leaves it as it is."""
        with self._lock:
            self._anchor = (max(moment, self._reckoned()), self._steady())

    def suspicion(self) -> str | None:
        """Nobody doubts this clock: its jumps are meant."""
        return None

    def _reckoned(self) -> datetime:
        moment, since = self._anchor
        return moment + timedelta(seconds=self._steady() - since)
