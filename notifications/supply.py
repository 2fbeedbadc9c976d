"""The supply: letters made ready a little ahead of those who send them."""

import asyncio
from collections import deque

from notifications.clerk import Clerk
from notifications.post import Ready
from notifications.sorting import BATCH, Batch, SortingOffice
from storage.outbox import Settlement

LOW = 40
"""Letters left at which the next are made ready: they must not grow old while they wait."""

FIRST = 16
"""Letters made ready at first."""


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
        while not self._ready and not self._dry:
            await asyncio.shield(self._fetched())
        hand = [self._ready.popleft() for _ in range(min(size, len(self._ready)))]
        if len(self._ready) <= self._low and not self._dry:
            self._fetched()
        return hand

    def take_back(self, hand: list[Ready]) -> None:
        """Letters that were handed out and not offered to the relay."""
        self._ready.extend(hand)

    async def left(self) -> tuple[Ready, ...]:
        """Everything that was made ready and not handed out; nothing more is."""
        self._dry = True
        if self._fetching is not None:
            await self._fetching
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
