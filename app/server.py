"""The site, the scheduler and the post in one process: the embedded default."""

import asyncio
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import current_thread, main_thread

import uvicorn

from app.bootstrap import App, backup_hours
from app.clock import steady_seconds
from app.inbound import InboundDoor
from app.scheduler import Heartbeat
from app.sealing import Sealing
from app.verifier import verifier_file
from engine.working_days import Calendar
from web.desk import House
from web.server import server_config
from web.settings import WebSettings
from web.site import build_site
from workflows.health import health
from workflows.practice_desk import PracticeDesk
from workflows.room import Room
from workflows.secretariat import Secretariat
from workflows.sign_in import SignIn
from workflows.taking_away import CommitteeBundles


@dataclass(frozen=True, slots=True)
class SiteDesk(PracticeDesk):
    """The desk as the site knows it: the practices' side, and health."""

    calendar: Calendar = field(kw_only=True)
    backup_hours: int = field(kw_only=True)

    def health(self) -> Mapping[str, object]:
        """What /healthz tells anyone who asks: which alarms stand, not what they say."""
        desk = self.desk
        value = health(
            desk.store, self.calendar, desk.suspicion(), self.backup_hours, code=desk.code
        )
        alarms = [{**alarm, "says": "run `quorate health`"} for alarm in value["alarms"]]
        return {**value, "alarms": alarms}


def house_of(app: App, sealing: Sealing) -> House:
    """Everything behind the pages."""
    practice, settings = app.practice_desk, app.settings
    desk = SiteDesk(
        practice.desk,
        practice.counter,
        practice.body,
        practice.documents,
        sealing.note,
        calendar=app.rulebook.calendar,
        backup_hours=backup_hours(settings),
    )
    return House(
        desk,
        SignIn(app.store, settings.organisation.name),
        Room(app.desk, app.rulebook.calendar, CommitteeBundles(app.store, verifier_file())),
        app.practice_people,
        Secretariat(app.desk, app.rulebook.calendar, backup_hours(settings)),
    )


class _Server(uvicorn.Server):
    """Stops when told to, and lets the rest of the program end its work.

    Uvicorn would raise the signal anew when the last page is served: the process would be gone with
    its letters half sent, and those would go out a second time.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if current_thread() is not main_thread():
            yield
            return
        stop = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self.handle_exit) for each in stop}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def server_of(app: App, host: str, port: int, sealing: Sealing) -> uvicorn.Server:
    """A server of the site on this program."""
    settings = app.settings
    told = WebSettings(
        base_url=settings.web.base_url,
        organisation=settings.organisation.name,
        words=app.rulebook.calendar.words_with_zone,
        seconds=steady_seconds,
        trusted_proxies=settings.web.trusted_proxies,
    )
    site = build_site(house_of(app, sealing), told)
    return _Server(server_config(site, host, port))


async def serve(app: App, host: str, port: int, *, heartbeat: bool = True) -> None:
    """Serve until told to stop. `heartbeat` false: pages only (`quorate web`)."""
    sealing = Sealing(app.store.sealer)
    server = server_of(app, host, port, sealing)
    heart = Heartbeat(app) if heartbeat else None
    door = InboundDoor(app) if heartbeat else None
    if heart is not None and door is not None:
        heart.start()
        await asyncio.to_thread(door.prepare)
        door.start()
    sealing.start()
    try:
        await server.serve()
    finally:
        await asyncio.to_thread(sealing.stop)
        if heart is not None and door is not None:
            await door.stop()
            await heart.stop()
