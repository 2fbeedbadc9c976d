"""What is still to come in the demo, in the order of time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

Step = Callable[[], Awaitable[None]]


class Agenda:
    """Steps by the moment at which they fall; those of one moment in the order they were put in."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()

    def plan(self, moment: datetime, step: Step) -> None:
        """Put a step in."""
        heappush(self._steps, (moment, next(self._order), step))

    @property
    def next_at(self) -> datetime | None:
        """When the next step falls."""
        return self._steps[0][0] if self._steps else None

    def take(self) -> Step:
        """The next step, taken out."""
        return heappop(self._steps)[2]
