"""Connections: one writer in front, readers apart, on SQLite or on PostgreSQL.

SQLite: the driver's own transactions lose updates in silence, so they are switched off and every
writing transaction says BEGIN IMMEDIATE; WAL with synchronous FULL, so that what is acknowledged
is on the disk; one connection writes at a time (a pool of one), so that writers queue instead of
polling for the lock. PostgreSQL: READ COMMITTED, and the row lock on the trail's head.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

PORT = 5432
"""Where PostgreSQL listens unless an address says otherwise."""

BUSY_SECONDS = 20
"""How long a writer waits for another process's transaction before it is refused."""

TURN_MILLISECONDS = 5
"""How long SQLite waits by itself for another process's transaction before we ask it again.

Left alone it asks ever more seldom, at last ten times a second, and a process that writes often
(the post, with a commit for every few letters) would keep another's vote out for seconds.
"""

NOTE_SECONDS = 1
"""How long a note waits that nobody should be kept from reading by."""

REWRITE_SECONDS = 2
"""How long the rewriting of a file waits for readers: writers wait with it, and it can come later.
"""


Trouble = (OSError, sqlite3.Error, SQLAlchemyError)
"""What passes by itself, or with an operator's help: the disk, a lock, a lost connection."""

Reading = Connection
"""What the floors above call a connection that they pass on and never use themselves."""


_BEGIN = "BEGIN IMMEDIATE"
_FAMILY = 0xFF  # of an SQLite error: what stands above tells the members apart


@dataclass(frozen=True, slots=True)
class Database:
    """The doors to one database: the writer's, the readers', and one for notes."""

    url: str
    writer: Engine
    reader: Engine
    noter: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with: one consistent view, no lock taken."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction, committed at the end, rolled back on any exception.

        For the ledger and for leafless units of work (claims, marks, the register) alone.
        """
        with self.writer.begin() as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A write transaction for what may get lost: it gives up after a second of waiting.

        By a connection of its own: the writer's may be in use for as long as that other work takes.
        """
        with self.noter.begin() as connection:
            yield connection

    def rewrite(self) -> bool:
        """Write anew what may still hold deleted values between its rows; whether all of it was.

        SQLite: the whole file, its log emptied; False while somebody reads from the log. What was
        freed by moving rows within a page is not overwritten by `secure_delete`. PostgreSQL: the
        table of people, the only one with personal values in the clear.
        """
        if self.writer.dialect.name != "sqlite":
            alone = self.writer.execution_options(isolation_level="AUTOCOMMIT")
            with alone.connect() as connection:
                connection.exec_driver_sql(f"SET lock_timeout = '{REWRITE_SECONDS}s'")
                try:
                    connection.exec_driver_sql("VACUUM FULL person")
                finally:
                    connection.exec_driver_sql("RESET lock_timeout")
            return True
        with closing(self.writer.raw_connection()) as held:
            driver: Any = held.driver_connection
            driver.execute(f"PRAGMA busy_timeout = {REWRITE_SECONDS * 1000}")
            try:
                driver.execute("VACUUM")
                busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.execute(f"PRAGMA busy_timeout = {TURN_MILLISECONDS}")
            return not busy

    def close(self) -> None:
        """Give every connection back to the operating system."""
        self.writer.dispose()
        self.reader.dispose()
        self.noter.dispose()


def connect(url: str) -> Database:
    """Open the database that `storage.url` names: `sqlite:///FILE` or `postgresql+psycopg://…`."""
    if make_url(url).get_backend_name() == "sqlite":
        noter = _sqlite(url, writes=True, patience=NOTE_SECONDS)
        return Database(url, _sqlite(url, writes=True), _sqlite(url, writes=False), noter)
    noter = _postgres(url, writes=True, patience=NOTE_SECONDS)
    event.listen(noter, "begin", _hurry)
    return Database(url, _postgres(url, writes=True), _postgres(url, writes=False), noter)


def sqlite_file(url: str) -> Path | None:
    """The file behind an SQLite address; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def is_one_database(url: str, other: str) -> bool:
    """Whether two addresses name one database: by file, or by server and name."""
    first, second = sqlite_file(url), sqlite_file(other)
    if first is not None and second is not None:
        if first.resolve() == second.resolve():
            return True
        return first.exists() and second.exists() and first.samefile(second)
    if first is not None or second is not None:
        return False
    (ours, theirs) = (make_url(each) for each in (url, other))
    return (ours.host, ours.port or PORT, ours.database) == (
        theirs.host,
        theirs.port or PORT,
        theirs.database,
    )


def shown_url(url: str) -> str:
    """The address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _sqlite(url: str, *, writes: bool, patience: int = BUSY_SECONDS) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        hide_parameters=True,  # an error's text must not hold names and addresses
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else 8,
        pool_timeout=patience,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": patience,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver connection
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        if writes:
            connection.execute(f"PRAGMA busy_timeout = {TURN_MILLISECONDS}")
        else:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writes:
            _take_turn(connection, patience)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_turn(connection: Connection, patience: int) -> None:
    """Begin to write, asking again every few milliseconds while another process does."""
    driver: Any = connection.connection.driver_connection
    for _ in range(patience * 1000 // TURN_MILLISECONDS - 1):
        try:
            driver.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _FAMILY != sqlite3.SQLITE_BUSY:
                break
        else:
            return
    connection.exec_driver_sql(_BEGIN)  # whose error says what it was about


def _hurry(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{NOTE_SECONDS}s'")


def _postgres(url: str, *, writes: bool, patience: int = BUSY_SECONDS) -> Engine:
    """A reader keeps the view of its first statement, as SQLite's does, and can change nothing."""
    return create_engine(
        url,
        isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        execution_options={} if writes else {"postgresql_readonly": True},
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else 8,
        pool_timeout=patience,
        pool_pre_ping=True,
    )
