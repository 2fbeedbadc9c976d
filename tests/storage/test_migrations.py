"""A database of an earlier release is upgraded with the rows that it holds, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from app.bootstrap import places
from app.clock import random_bytes
from storage.database import Database, connect
from storage.decisions import accounts
from storage.setup import OldSchema, Places, open_store, set_up
from tests.databases import MIGRATIONS, Postgres
from tests.small_body import HandClock, settings_for

ROWS = (
    "INSERT INTO comment (leaf, decision, practice, phase, at) VALUES (7, 'D-1', 'P1', 'x', 5)",
    "INSERT INTO comment (leaf, decision, practice, phase, at) VALUES (9, 'D-1', 'P2', 'x', 6)",
)


def at_version(database: Database, version: str) -> None:
    """Bring a database to a version of the past, or go on from there."""
    with database.writing() as writing:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = writing
        command.upgrade(config, version)


@pytest.fixture
def earlier(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Places]:
    """A database of the first version, with two comments in it."""
    if database_kind == "sqlite":
        url, server = f"sqlite:///{tmp_path}/quorate.db", None
    else:
        server = request.getfixturevalue("postgres_server")
        assert isinstance(server, Postgres)
        url = server.create()
    database = connect(url)
    at_version(database, "0001")
    with database.writing() as writing:
        for row in ROWS:
            writing.execute(text(row))
    database.close()
    yield places(settings_for(url, tmp_path))
    if server is not None:
        server.drop(url)


def test_a_database_of_the_first_version_is_not_opened(earlier: Places) -> None:
    with pytest.raises(OldSchema):
        open_store(earlier, HandClock().now, random_bytes)


def test_comments_that_were_there_are_kept_and_wait_for_an_answer(earlier: Places) -> None:
    set_up(earlier, HandClock().now, random_bytes)

    store = open_store(earlier, HandClock().now, random_bytes)
    with store.database.reading() as reading:
        found = accounts(reading, "D-1")
    store.close()
    assert [(each.leaf, each.practice, each.disposition) for each in found] == [
        (7, "P1", ""),
        (9, "P2", ""),
    ]


def test_leaves_are_found_by_their_type_in_an_upgraded_database(earlier: Places) -> None:
    """Or a practice's page would read through every leaf that the votes of all have left."""
    set_up(earlier, HandClock().now, random_bytes)

    store = open_store(earlier, HandClock().now, random_bytes)
    with store.database.reading() as reading:
        found = inspect(reading).get_indexes("leaf")
    store.close()
    assert [index["column_names"] for index in found] == [["decision", "type"]]
