"""The demo from end to end: a house, a play in it, what was found, and where to look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from app.bootstrap import build, rulebook_of
from app.clock import steady_seconds, wall_clock
from app.config import Settings, load_settings
from app.demo.audit import audit
from app.demo.clock import JumpingClock
from app.demo.diary import Diary
from app.demo.differences import differences
from app.demo.findings import find
from app.demo.house import House, catching, logs_kept, open_house
from app.demo.play import Play
from app.demo.story import DIABETES
from app.demo.timetable import Timetable
from app.demo.told import Told
from app.server import serve

_TRIES, _A_MOMENT = 200, 0.05
LINKS = 3
"""How many links the reader is offered."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: an empty folder, so many practices, where to tell the tale."""

    folder: Path
    practices: int
    log: Console
    bar: Console
    wall: Callable[[], datetime] = wall_clock


def run(
    request: Request,
    tell: Callable[[Told], None],
    serving: Callable[[Told], None] | None = None,
) -> Told:
    """The same as `perform`, in an event loop of its own: the quickest that is installed."""
    with asyncio.Runner(loop_factory=_quick_loop) as runner:
        return runner.run(perform(request, tell, serving))


def _quick_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415 - there is none for Windows
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def perform(
    request: Request,
    tell: Callable[[Told], None],
    serving: Callable[[Told], None] | None = None,
) -> Told:
    """Play the demo and tell what came of it.

    Where `serving` is given the site then goes on until it is told to stop, by the machine's own
    clock; `serving` is called once it listens.
    """
    began = steady_seconds()
    with logs_kept(request.folder / "quorate.log"):
        async with catching(request.folder) as catcher:
            calendar = rulebook_of(Settings()).calendar
            timetable = Timetable(calendar, request.wall())
            clock = JumpingClock(timetable.start)
            with Diary(request.log, request.bar, calendar) as diary:
                async with open_house(request.folder, request.practices, clock, catcher) as house:
                    diary.begins(house.cast, clock, timetable)
                    play = Play(house, timetable, diary)
                    await play.perform(request.wall)
                    told = await asyncio.to_thread(_look_back, house, play, began)
            tell(told)
            if serving is not None:
                await _go_on_serving(told, serving)
    return told


def _look_back(house: House, play: Play, began: float) -> Told:
    found = find(house, play)
    scenes = {each.scene: each.reference for each in play.running.values()}
    audited = audit(house, scenes[DIABETES])
    running = next(each for each in play.running.values() if not each.seen.over)
    silent = play.practices.silent(running)[:LINKS]
    letters = [house.catcher.latest(running.reference, person.email) for person in silent]
    return Told(
        folder=house.folder,
        config=house.config,
        base_url=house.base_url,
        practices=len(house.cast.practices),
        people=len(house.cast.people),
        seconds=steady_seconds() - began,
        found=found,
        audit=audited,
        differed=tuple(differences(found, audited, house.cast)),
        open_reference=running.reference,
        links=tuple(
            (house.cast.spoken(person.practice), letter.link(house.base_url))
            for person, letter in zip(silent, letters, strict=True)
        ),
        letter=letters[0].file if letters else None,
    )


async def _go_on_serving(told: Told, serving: Callable[[Told], None]) -> None:
    """Site, scheduler and post on the demo's folder, as `quorate serve` runs them."""
    settings = load_settings(told.config, required=True)
    app = build(settings)
    try:
        site = asyncio.create_task(serve(app, settings.web.host, settings.web.port))
        await _listening(settings.web.host, settings.web.port)
        serving(told)
        await site
    finally:
        app.close()


async def _listening(host: str, port: int) -> None:
    """Wait until the site takes connections."""
    for _ in range(_TRIES):
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_A_MOMENT)
        else:
            writer.close()
            return
