"""What a command may write: never over a file that the program lives on, over others if told to."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.bootstrap import places
from app.config import Settings
from engine.errors import Refused
from storage.database import sqlite_file
from storage.rotation import next_key

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite writes beside a database, which is a part of it."""


class InUse(Refused):
    """The program lives on this file: it is never written over, whatever is said."""

    remedy = "Name another file; nothing was written."


class FileExists(Refused):
    """There is such a file already."""

    remedy = "Name another file, or say --force to replace it; nothing was written."


def require_free(file: Path, settings: Settings, config: Path | None, *, force: bool) -> None:
    """Whether a command may write this file. Raises `InUse`; `FileExists` unless forced."""
    require_not_in_use([file], settings, config)
    if file.exists() and not force:
        raise FileExists(f"{file} is there already.")


def require_not_in_use(files: Iterable[Path], settings: Settings, config: Path | None) -> None:
    """Refuse to write database, keys, checkpoints, documents or configuration over.

    Under whatever name: a link to one of them is the same file.
    """
    ours = [*_in_use(settings, config)]
    documents = (settings.home / "documents").resolve()
    for file in files:
        if file.resolve().is_relative_to(documents):
            raise InUse(f"{file} would lie among the documents that were put before practices.")
        for each in ours:
            if _is_same(file, each):
                raise InUse(f"{file} is in use by this program, as {each}.")


def _in_use(settings: Settings, config: Path | None) -> Iterator[Path]:
    at = places(settings)
    databases = (sqlite_file(at.url), at.person_keys, sqlite_file(at.checkpoint_store))
    for database in databases:
        if database is not None:
            yield from (database.with_name(f"{database.name}{end}") for end in _BESIDE)
    yield from (at.signing_key, next_key(at.signing_key), at.link_key)
    yield from at.signing_key.parent.glob(f"{at.signing_key.name}*.old")
    yield config or Path("config.toml")
    yield from filter(None, (settings.calendar.file, settings.workflows.impact))


def _is_same(file: Path, other: Path) -> bool:
    if file.resolve() == other.resolve():
        return True
    return file.exists() and other.exists() and file.samefile(other)
