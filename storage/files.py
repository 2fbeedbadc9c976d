"""Files that only their owner may read, and bytes that are on the disk when we say so."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.refusals import Unsafe

if sys.platform != "win32":
    import fcntl

PRIVATE = 0o600

BESIDE = ("", "-wal", "-shm", "-journal")
"""How the names of an SQLite database's files end."""


def create_private(path: Path) -> None:
    """Make an empty file of mode 0600 unless it is there; refuse one that others can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE))
    require_private(path)


def keep_private(path: Path) -> None:
    """Make an empty database file of mode 0600, or take it and its logs away from others."""
    for each in (path, *(path.with_name(path.name + log) for log in ("-wal", "-shm"))):
        if each.exists() and each.stat().st_mode & 0o077:
            each.chmod(PRIVATE)
    create_private(path)


def require_private(path: Path) -> None:
    """Refuse a secret file whose mode lets anyone else in."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Unsafe(f"{path} can be read by others.", f"Run `chmod 600 {path}`.")


def write_private(path: Path, content: bytes) -> None:
    """Write a new secret file of mode 0600, whole and synced; an existing one is never touched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def clear_away(path: Path) -> None:
    """Remove a database file that was left half made, and what SQLite keeps beside it.

    A log that stayed would be played back into the next file of that name.
    """
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Make a new name in a folder survive a crash."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One at a time, among all processes that change the key files of a folder.

    The lock is on the folder, so it leaves no file, and goes with its process. Not to be nested.
    """
    if sys.platform == "win32":  # no such lock there; whoever comes looks again all the same
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
