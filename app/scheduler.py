"""The metronome: two heartbeats, sweep and post. It holds no deadline; those are rows.

The sweep also wakes at the next instant at which something is due, so that a vote closes on the
second and the heartbeat is only the safety net.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.bootstrap import App
from storage.wakes import next_wake_at

_log = structlog.get_logger("scheduler")


class Heartbeat:
    """Runs sweep and post in the running event loop until stopped."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._postman = app.postman(_log.error)
        self._beat = timedelta(seconds=app.settings.scheduler.heartbeat_seconds)
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin to beat, at once."""
        self._add("sweep", self.sweep, self._beat)
        self._add("post", self.post, self._beat)
        self._add("tidy", self.tidy, timedelta(days=1))
        self._scheduler.start()

    def _add(self, name: str, run: Callable[[], Awaitable[None]], every: timedelta) -> None:
        self._scheduler.add_job(
            run,
            "interval",
            id=name,
            seconds=every.total_seconds(),
            next_run_time=self._app.clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    async def stop(self) -> None:
        """End the letters in hand, say goodbye to the relay and stop beating."""
        await self._postman.aclose()
        self._scheduler.shutdown(wait=False)

    async def sweep(self) -> None:
        """Pass what is due, then wake for the next."""
        try:
            swept = await asyncio.to_thread(self._app.desk.sweep)
        except Exception as error:  # noqa: BLE001 - the heart must not stop; the next beat retries
            _log.error("sweep failed", error=f"{type(error).__name__}: {error}")
            return
        if swept.deadlines or swept.reminders:
            _log.info("swept", deadlines=swept.deadlines, reminders=swept.reminders)
            self._hurry("post")
        if swept.suspect:
            _log.error("clock suspect", says=swept.suspect)
            return
        if swept.quarantine:
            _log.error("quarantine", says=swept.quarantine)
            return
        if owed := await asyncio.to_thread(self._app.owe):
            _log.info("owed", letters=list(owed))
            self._hurry("post")
        await self._wake_in_time()

    async def tidy(self) -> None:
        """Once a day, and at the start: what an erasure left, what is over, old letters' bytes."""
        try:
            await asyncio.to_thread(self._app.tidy)
            await self._postman.tidy()
        except Exception as error:  # noqa: BLE001 - the heart must not stop; tomorrow retries
            _log.error("tidying failed", error=f"{type(error).__name__}: {error}")

    def _hurry(self, job: str) -> None:
        self._scheduler.modify_job(job, next_run_time=self._app.clock.now())

    async def _wake_in_time(self) -> None:
        """Bring the next sweep forward to the next instant at which something is due."""
        moment = await asyncio.to_thread(self._next_wake)
        now = self._app.clock.now()
        if moment is not None and now < moment < now + self._beat:
            self._scheduler.modify_job("sweep", next_run_time=moment)

    def _next_wake(self) -> datetime | None:
        with self._app.store.database.reading() as reading:
            return next_wake_at(reading)

    async def post(self) -> None:
        """Send the letters whose time has come."""
        try:
            posted = await self._postman.deliver()
        except Exception as error:  # noqa: BLE001 - the heart must not stop; the next beat retries
            _log.error("post failed", error=f"{type(error).__name__}: {error}")
            return
        if posted.sent or posted.failed:
            _log.info("posted", sent=posted.sent, failed=posted.failed, skipped=posted.skipped)
