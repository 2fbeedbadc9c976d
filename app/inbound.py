"""The way in for mail: the letterbox put together, and the door beside the site."""

import asyncio
from ipaddress import ip_network

import structlog

from app.bootstrap import App
from app.config import Settings
from notifications.door import Door, DoorSettings
from notifications.letterbox import Letterbox
from storage.marks import clear_mark, raise_mark, read_mark, set_mark
from workflows.inbound_alarms import DOOR, EXPECTED
from workflows.replies import Replies

RETRY = 60.0
"""Seconds until the door is tried again where its address could not be had."""

_log = structlog.get_logger("inbound")


def letterbox_of(app: App) -> Letterbox:
    """The letterbox, wired to the desk."""
    return Letterbox(app.store, app.desk.settle, Replies(app.desk).take)


def door_settings(settings: Settings) -> DoorSettings:
    """Where the door is, as configured."""
    inbound = settings.inbound
    return DoorSettings(
        host=inbound.host,
        port=inbound.port,
        allow=tuple(ip_network(each, strict=False) for each in inbound.allow),
        largest=inbound.largest_kilobytes * 1024,
    )


class InboundDoor:
    """Opens the door where one is configured, and goes on trying where its address is taken."""

    def __init__(self, app: App, retry: float = RETRY) -> None:
        self._app = app
        self._retry = retry
        self._door = Door(letterbox_of(app), door_settings(app.settings), _note)
        self._opening: asyncio.Task[None] | None = None
        self.tried = asyncio.Event()  # once, at least
        self.opened = asyncio.Event()

    def prepare(self) -> None:
        """Tell health what to expect: it misses mail where some is to come in, and only there."""
        note_expectation(self._app)

    def start(self) -> None:
        """Begin; does nothing where no door is configured."""
        if self._app.settings.inbound.port:
            self._opening = asyncio.get_running_loop().create_task(self._open())

    async def stop(self) -> None:
        """Close the door."""
        if self._opening is not None:
            self._opening.cancel()
            await self._door.close()

    @property
    def port(self) -> int:
        """Where it listens; 0 while it does not."""
        return self._door.port

    async def _open(self) -> None:
        inbound = self._app.settings.inbound
        while True:
            try:
                await self._door.open()
            except OSError as error:
                says = f"{inbound.host} port {inbound.port}: {error.strerror or 'cannot be had'}"
                await asyncio.to_thread(self._closed, says)
                _log.error("the door for mail does not open", says=says)
                self.tried.set()
                await asyncio.sleep(self._retry)
            else:
                await asyncio.to_thread(self._closed, "")
                self.opened.set()
                return

    def _closed(self, says: str) -> None:
        """Health shows since when the door has not opened, and why."""
        with self._app.store.database.writing() as writing:
            if says:
                raise_mark(writing, DOOR, self._app.store.ledger.now(), says)
            else:
                clear_mark(writing, DOOR)


def note_expectation(app: App) -> None:
    """Health is to miss mail where some is to come in, and only there."""
    inbound, store = app.settings.inbound, app.store
    with store.database.writing() as writing:
        if inbound.expects_mail and inbound.alarm_after_days:
            known = read_mark(writing, EXPECTED)
            since = known[0] if known else store.ledger.now()
            set_mark(writing, EXPECTED, since, str(inbound.alarm_after_days))
        else:
            clear_mark(writing, EXPECTED)
        if not inbound.port:
            clear_mark(writing, DOOR)


def _note(kind: str, did: str) -> None:
    _log.info("mail", kind=kind, did=did)
