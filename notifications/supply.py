"""The supply: letters made ready a little ahead of those who send them."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from notifications.clerk import Clerk
from notifications.post import Ready
from notifications.sorting import BATCH, Batch, SortingOffice
from storage.outbox import Settlement

LOW = 40
"""Letters left at which the next are made ready: they must not grow old while they wait."""

FIRST = 16
"""Letters made ready at first."""


LEAST_LEASE = timedelta(seconds=30)
"""What is left of its lease when a letter is handed out: with a slow relay many wait too long.

Offered after that it would be refused its mark at the last moment, a whole session for nothing; and
with enough of those at the front all that are made ready behind them grow too old as well.
"""


class Supply:
    """Hands out letters until nothing is due; those that are settled untried go to the clerk.

    `ahead`: whether letters are made ready before those at hand have gone.
    """

    def __init__(self, office: SortingOffice, clerk: Clerk, *, ahead: bool) -> None:
        self._low = LOW if ahead else -1
        self._office = office
        self._clerk = clerk
        self._ready: deque[Ready] = deque()
        self._fetching: asyncio.Task[None] | None = None
        self._dry = False
        self._most = FIRST
        self.settled: list[Settlement] = []

    async def hand(self, size: int) -> list[Ready]:
        """The next letters, at most so many; none when nothing is due any more."""
        await self._put_back_old()
        while not self._ready and not self._dry:
            await asyncio.shield(self._fetched())
            await self._put_back_old()
        hand = [self._ready.popleft() for _ in range(min(size, len(self._ready)))]
        if len(self._ready) <= self._low and not self._dry:
            self._fetched()
        return hand

    async def _put_back_old(self) -> None:
        """Owe those again that have waited too long for their turn."""
        soon, old = self._office.store.ledger.now() + LEAST_LEASE, list[Ready]()
        while self._ready and _is_old(self._ready[0], soon):
            old.append(self._ready.popleft())
        if old:
            await asyncio.to_thread(self._office.put_back, old, timedelta())

    def take_back(self, hand: list[Ready]) -> None:
        """Letters that were handed out and not offered to the relay."""
        self._ready.extend(hand)

    async def left(self) -> tuple[Ready, ...]:
        """Everything that was made ready and not handed out; nothing more is."""
        self._dry = True
        if self._fetching is not None:
            await asyncio.wait([self._fetching])
        left = tuple(self._ready)
        self._ready.clear()
        return left

    def _fetched(self) -> "asyncio.Task[None]":
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        batch = await asyncio.to_thread(self._take)
        if batch is None:
            self._dry = True
            return
        self._ready.extend(batch.ready)
        self.settled.extend(batch.settled)
        await asyncio.gather(*map(self._clerk.hand_in, batch.settled))

    def _take(self) -> Batch | None:
        """Few at first, so that the first letter leaves soon."""
        most, self._most = self._most, BATCH
        while True:
            expanded = self._office.expand()
            batch = self._office.take(most)
            if batch is not None or not expanded:
                return batch


def _is_old(ready: Ready, soon: datetime) -> bool:
    lease = ready.claimed.lease_until
    return lease is not None and lease < soon
