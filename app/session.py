"""Opening the program for one command: set up by itself where it is embedded."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import App, build, guarded_clock, initialise
from app.config import Settings, Storage, Trail
from app.terminal import err, settings_from
from storage.database import sqlite_file


@contextmanager
def opened(config: Path | None, *, create: bool = False, dry_run: bool = False) -> Iterator[App]:
    """The program, open. `create` makes an embedded database that is not there yet.

    A dry run without a database looks at an empty one that is thrown away: it writes nothing.
    """
    settings = settings_from(config)
    with ExitStack() as stack:
        if create and dry_run and _is_missing(settings):
            folder = stack.enter_context(TemporaryDirectory(prefix="quorate-"))
            url = Storage(url=f"sqlite:///{folder}/quorate.db")
            settings = settings.model_copy(update={"storage": url, "trail": Trail()})
            initialise(settings, guarded_clock(settings))
        elif create:
            _create_if_missing(settings)
        app = build(settings)
        stack.callback(app.close)
        yield app


def _is_missing(settings: Settings) -> bool:
    file = sqlite_file(settings.storage.url)
    return file is not None and not file.exists()


def _create_if_missing(settings: Settings) -> None:
    """The embedded default needs no set-up; a database elsewhere is made by `quorate init`."""
    if _is_missing(settings):
        file = sqlite_file(settings.storage.url)
        initialise(settings, guarded_clock(settings))
        err.print(f"Made a new database: {file}", markup=False)
