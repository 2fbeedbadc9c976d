"""Connections: what an acknowledgement rests on, and which door may write."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.bootstrap import App
from storage import tables
from storage.database import connect, sqlite_file
from storage.marks import read_mark, set_mark

FULL = 2
"""PRAGMA synchronous: the disk has it before the commit returns."""

ASKED = 20

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@on_sqlite
def test_a_commit_is_on_the_disk_before_it_is_acknowledged(app: App) -> None:
    with app.store.database.writing() as writing:
        assert writing.execute(text("PRAGMA synchronous")).scalar() == FULL


@on_sqlite
def test_the_journal_is_written_ahead(app: App) -> None:
    with app.store.database.writing() as writing:
        assert writing.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@on_sqlite
def test_what_is_deleted_is_overwritten(app: App) -> None:
    with app.store.database.writing() as writing:
        assert writing.execute(text("PRAGMA secure_delete")).scalar() == 1


@on_sqlite
def test_foreign_keys_are_kept(app: App) -> None:
    with app.store.database.writing() as writing:
        assert writing.execute(text("PRAGMA foreign_keys")).scalar() == 1


@on_sqlite
def test_a_writer_takes_the_lock_with_its_first_statement(app: App, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "quorate.db", timeout=0, isolation_level=None)
    with app.store.database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


@on_sqlite
def test_a_writer_asks_again_and_again_while_another_process_writes(
    app: App, tmp_path: Path
) -> None:
    """SQLite's own wait is one long statement, which asks ever more seldom."""
    other = sqlite3.connect(
        tmp_path / "quorate.db", timeout=0, isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    asked: list[str] = []

    def traced(statement: str) -> None:
        asked.append(statement)
        if len(asked) == ASKED:
            other.execute("COMMIT")

    with closing(app.store.database.writer.raw_connection()) as held:
        driver = cast("sqlite3.Connection", held.driver_connection)
        driver.set_trace_callback(traced)
    with app.store.database.writing():
        driver.set_trace_callback(None)
    other.close()
    assert asked == ["BEGIN IMMEDIATE"] * ASKED


def test_a_reader_cannot_write(app: App) -> None:
    with (
        app.store.database.reading() as reading,
        pytest.raises(DBAPIError, match=r"read-?only"),
    ):
        set_mark(reading, "intruder", None)


@on_postgresql
def test_postgresql_commits_before_it_acknowledges_unless_the_server_says_otherwise(
    app: App,
) -> None:
    with app.store.database.writing() as writing:
        source = text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
        assert writing.execute(source).scalar() in {"default", "configuration file"}


@on_postgresql
def test_postgresql_runs_read_committed(app: App) -> None:
    with app.store.database.writing() as writing:
        assert writing.execute(text("SHOW transaction_isolation")).scalar() == "read committed"


def test_a_process_has_one_writer(app: App) -> None:
    assert app.store.database.writer.pool.size() == 1  # type: ignore[attr-defined]


def test_readers_go_on_while_a_writer_writes(app: App) -> None:
    database = app.store.database
    with database.writing() as writing, database.reading() as reading:
        set_mark(writing, "unfinished", None)
        assert read_mark(reading, "unfinished") is None


def test_a_failed_unit_of_work_leaves_nothing(app: App) -> None:
    database = app.store.database

    def fail() -> None:
        with database.writing() as writing:
            set_mark(writing, "unfinished", None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as reading:
        assert read_mark(reading, "unfinished") is None


def test_a_reading_sees_one_moment_only(app: App) -> None:
    database = app.store.database
    with database.reading() as reading:
        read_mark(reading, "later")
        with database.writing() as writing:
            set_mark(writing, "later", None)
        assert read_mark(reading, "later") is None


def test_the_file_behind_an_address_is_named() -> None:
    assert sqlite_file("sqlite:////var/lib/quorate/quorate.db") == Path(
        "/var/lib/quorate/quorate.db"
    )


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://localhost/quorate"])
def test_no_file_is_behind_other_addresses(url: str) -> None:
    assert sqlite_file(url) is None


def test_a_closed_database_has_given_its_connections_back(database_url: str) -> None:
    database = connect(database_url)
    with database.reading() as reading:
        reading.execute(select(1))
    database.close()
    assert database.reader.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_the_tables_hold_no_time_but_whole_numbers() -> None:
    kinds = {
        str(column.type)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.name in {"at", "due_at"} or column.name.endswith(("_at", "_until", "_after"))
    }
    assert kinds == {"BIGINT"}
