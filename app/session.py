"""Opening the program for one command: set up by itself where it is embedded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap import App, build, guarded_clock, initialise
from app.config import Settings
from app.terminal import err, settings_from
from storage.database import sqlite_file


@contextmanager
def opened(config: Path | None, *, create: bool = False) -> Iterator[App]:
    """The program, open. `create` makes an embedded database that is not there yet."""
    settings = settings_from(config)
    if create:
        _create_if_missing(settings)
    app = build(settings)
    try:
        yield app
    finally:
        app.close()


def _create_if_missing(settings: Settings) -> None:
    """The embedded default needs no set-up; a database elsewhere is made by `quorate init`."""
    file = sqlite_file(settings.storage.url)
    if file is not None and not file.exists():
        initialise(settings, guarded_clock(settings))
        err.print(f"Made a new database: {file}", markup=False)
