"""`quorate init`, `tick`, `serve`, `web`, `health`, `clock`: running the program."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from app.bootstrap import App, backup_hours, guarded_clock, initialise, places
from app.logs import set_up_logs
from app.session import opened
from app.terminal import (
    IN_PART,
    REFUSED,
    ConfigOption,
    JsonOption,
    err,
    out,
    reported,
    settings_from,
    show_json,
    working,
)
from engine.refusals import Quarantined
from engine.working_days import Calendar
from notifications.postman import Posted
from storage.database import shown_url
from workflows.desk import Swept
from workflows.health import health as health_of
from workflows.instants import instant_json
from workflows.overview import letters

clock = typer.Typer(help="The guard on the machine's clock.")

HostOption = Annotated[
    str | None, typer.Option("--host", help="Default: that of the configuration.")
]
PortOption = Annotated[
    int | None, typer.Option("--port", min=1, max=65535, help="Default: that of the configuration.")
]


@reported
def init(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Create or upgrade the database, and make the keys. Safe to repeat; replaces no key."""
    settings = settings_from(config)
    initialise(settings, guarded_clock(settings))
    made = places(settings)
    value = {
        "database": shown_url(made.url),
        "origin": made.origin,
        "signing_key": str(made.signing_key),
        "person_keys": str(made.person_keys),
        "link_key": str(made.link_key),
        "checkpoints": shown_url(made.checkpoint_store),
    }
    if as_json:
        show_json(value)
        return
    for name, where in value.items():
        out.print(f"{name:12} {where}", markup=False)
    out.print("Ready. Keep the key files apart from the database, and back them up apart.")


@reported
def tick(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Do everything that is due now, once: deadlines, reminders, letters. Safe at any time."""
    with opened(config) as app:
        with working("Passing deadlines, sending letters …"):
            swept, posted = asyncio.run(_tick(app))
        value = _ticked(app, swept, posted)
    if as_json:
        show_json(value)
    else:
        _tell_tick(value, swept)
    if swept.suspect:
        err.print(f"The clock is suspect: {swept.suspect}", markup=False)
        err.print("No deadline fires until you run `quorate clock confirm`.")
    if swept.quarantine:
        err.print(f"{swept.quarantine} {Quarantined().help}", markup=False)
    if swept.parked or swept.suspect or swept.quarantine:
        raise typer.Exit(IN_PART)


async def _tick(app: App) -> tuple[Swept, Posted]:
    swept = await asyncio.to_thread(app.desk.sweep)
    if swept.quarantine is None:
        await asyncio.to_thread(app.tidy)
        if not swept.suspect:
            await asyncio.to_thread(app.owe)
    postman = app.postman(err.print)
    try:
        await postman.tidy()
        return swept, await postman.deliver()
    finally:
        await postman.aclose()


def _ticked(app: App, swept: Swept, posted: Posted) -> dict[str, Any]:
    with app.store.database.reading() as reading:
        waiting = letters(reading)["owed"]
    return {
        "at": instant_json(swept.at),
        "deadlines": swept.deadlines,
        "reminders": swept.reminders,
        "letters": {
            "sent": posted.sent,
            "failed": posted.failed,
            "waiting": waiting,
            "skipped": posted.skipped,
        },
        "parked": list(swept.parked),
        "quarantine": swept.quarantine,
    }


def _tell_tick(value: dict[str, Any], swept: Swept) -> None:
    sent = value["letters"]
    out.print(
        f"{swept.deadlines} deadlines passed, {swept.reminders} reminders owed; "
        f"letters: {sent['sent']} sent, {sent['failed']} failed, {sent['waiting']} waiting."
    )
    for parked in swept.parked:
        err.print(f"Parked: {parked}", markup=False)


@reported
def serve(host: HostOption = None, port: PortOption = None, config: ConfigOption = None) -> None:
    """Run site, scheduler and post in one process, until stopped."""
    _serve(host, port, config, heartbeat=True)


@reported
def web(host: HostOption = None, port: PortOption = None, config: ConfigOption = None) -> None:
    """Run the site alone. Deadlines hold all the same; `tick` or a worker passes them."""
    _serve(host, port, config, heartbeat=False)


def _serve(host: str | None, port: int | None, config: Any, *, heartbeat: bool) -> None:  # noqa: ANN401
    from app.server import serve as run  # noqa: PLC0415 - the web framework is slow to import

    set_up_logs()
    with opened(config, create=True) as app:
        where = host or app.settings.web.host, port or app.settings.web.port
        err.print(f"Quorate at http://{where[0]}:{where[1]} (Ctrl-C stops it)", markup=False)
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(run(app, *where, heartbeat=heartbeat))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where there is one."""
    try:
        import uvloop  # noqa: PLC0415 - not made for every system
    except ImportError:
        return None
    return uvloop.new_event_loop


@reported
def health(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say whether all is well: last sweep, oldest due deadline, oldest unsent letter, alarms."""
    with opened(config) as app:
        calendar = app.rulebook.calendar
        hours = backup_hours(app.settings)
        value = health_of(app.store, calendar, app.desk.suspicion(), hours, app.desk.code)
    if as_json:
        show_json(value)
    else:
        _tell_health(value, calendar)
    if not value["ok"]:
        raise typer.Exit(REFUSED)


def _tell_health(value: dict[str, Any], calendar: Calendar) -> None:
    out.print("All is well." if value["ok"] else "Something needs a person.", style="bold")
    for name in ("last_sweep_at", "oldest_due_at", "oldest_unsent_at", "backup_at"):
        when = value[name]
        words = calendar.words(datetime.fromisoformat(when)) if when else "none"
        out.print(f"  {name.removesuffix('_at').replace('_', ' '):13}  {words}", markup=False)
    out.print(f"  clock          {value['clock']}", markup=False)
    out.print(f"  trail          {value['trail']['size']} leaves", markup=False)
    for alarm in value["alarms"]:
        out.print(f"  ALARM {alarm['name']}: {alarm['says']}", style="bold red", markup=False)


@clock.command("confirm")
@reported
def confirm(config: ConfigOption = None) -> None:
    """Say that the machine's clock is right: deadlines fire again."""
    with opened(config) as app:
        app.desk.confirm_clock()
    out.print("Confirmed; deadlines fire again.")
