"""Making the store and opening it: safe to repeat, and refused where anything is missing or odd."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from app.bootstrap import App, places
from app.clock import random_bytes
from engine.refusals import Unsafe
from engine.trail import parse
from storage.checkpoints import LockStore
from storage.database import connect, sqlite_file
from storage.files import create_private, write_private
from storage.keys import Keys
from storage.proofs import read_head, read_leaf
from storage.setup import NotSetUp, OldSchema, Places, Store, open_store, set_up
from storage.tables import metadata
from storage.triggers import expected_triggers, missing_triggers
from tests.small_body import HandClock, settings_for

KEYS = ("signing.key", "person_keys.db", "link.key")
ON_BOTH = expected_triggers("sqlite") & expected_triggers("postgresql")


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Places:
    """A store still to be made."""
    return places(settings_for(database_url, tmp_path))


@pytest.fixture
def made(fresh: Places, clock: HandClock) -> Places:
    """A store that was set up for this test alone, which may alter it."""
    set_up(fresh, clock.now, random_bytes)
    return fresh


@pytest.fixture
def kept(body_url: str, tmp_path: Path) -> Places:
    """A store that was set up before; only its key files are this test's own."""
    return places(settings_for(body_url, tmp_path))


def opened(where: Places) -> Store:
    store = open_store(where, HandClock().now, random_bytes)
    store.close()
    return store


def change(where: Places, *statements: str) -> None:
    """What someone with a database tool could do."""
    database = connect(where.url)
    with database.writing() as writing:
        for statement in statements:
            writing.execute(text(statement))
    database.close()


def first_body(where: Places) -> object:
    database = connect(where.url)
    with database.reading() as reading:
        body = parse(read_leaf(reading, 0).data)["body"]
    database.close()
    return body


def size(where: Places) -> int:
    database = connect(where.url)
    with database.reading() as reading:
        size = read_head(reading).size
    database.close()
    return size


def test_the_first_leaf_names_the_trail_and_its_key(kept: Places) -> None:
    assert first_body(kept) == {"origin": kept.origin, "vkey": opened(kept).vkey}


def test_set_up_files_one_first_leaf(made: Places) -> None:
    assert size(made) == 1


def test_set_up_twice_files_no_second_leaf(kept: Places, clock: HandClock) -> None:
    before = size(kept)
    set_up(kept, clock.now, random_bytes)
    assert size(kept) == before


@pytest.mark.parametrize("key", KEYS)
def test_set_up_twice_keeps_the_key(
    kept: Places, clock: HandClock, tmp_path: Path, key: str
) -> None:
    before = (tmp_path / key).read_bytes()
    set_up(kept, clock.now, random_bytes)
    assert (tmp_path / key).read_bytes() == before


@pytest.mark.parametrize("key", KEYS)
def test_nobody_else_can_read_the_key(kept: Places, tmp_path: Path, key: str) -> None:
    assert (tmp_path / key).stat().st_mode & 0o777 == 0o600


DATABASE = ("quorate.db", "quorate.db-wal", "quorate.db-shm")
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def modes(folder: Path) -> set[int]:
    return {(folder / name).stat().st_mode & 0o777 for name in DATABASE}


@on_sqlite
def test_nobody_else_can_read_the_database_or_its_logs(made: Places, tmp_path: Path) -> None:
    store = open_store(made, HandClock().now, random_bytes)
    with store.database.writing():
        assert modes(tmp_path) == {0o600}
    store.close()


@on_sqlite
def test_a_database_that_others_can_read_is_taken_from_them_by_the_next_set_up(
    kept: Places, clock: HandClock, tmp_path: Path
) -> None:
    store = open_store(kept, HandClock().now, random_bytes)
    with store.database.writing():
        pass
    for name in DATABASE:
        (tmp_path / name).chmod(0o644)
    set_up(kept, clock.now, random_bytes)
    assert modes(tmp_path) == {0o600}
    store.close()


@on_sqlite
def test_sqlite_alone_would_let_everybody_read_a_new_database(
    fresh: Places, tmp_path: Path
) -> None:
    """The naive variant, on a machine with the usual mask."""
    before = os.umask(0o022)
    database = connect(fresh.url)
    with database.writing() as writing:
        writing.execute(text("CREATE TABLE register (name TEXT)"))
    assert modes(tmp_path) == {0o644}
    database.close()
    os.umask(before)


@pytest.mark.parametrize("key", ["person_keys.db", "link.key"])
def test_a_key_that_others_can_read_stops_the_start(kept: Places, tmp_path: Path, key: str) -> None:
    (tmp_path / key).chmod(0o640)
    with pytest.raises(Unsafe, match=f"{key} can be read by others"):
        opened(kept)


def test_a_signing_key_that_others_can_read_stops_the_set_up(
    kept: Places, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "signing.key").chmod(0o644)
    with pytest.raises(Unsafe, match=r"signing\.key can be read by others"):
        set_up(kept, clock.now, random_bytes)


def test_a_secret_file_is_never_written_over(tmp_path: Path) -> None:
    write_private(tmp_path / "kept", b"first")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "kept", b"second")


def test_an_existing_private_file_is_left_as_it_is(tmp_path: Path) -> None:
    write_private(tmp_path / "kept", b"first")
    create_private(tmp_path / "kept")
    assert (tmp_path / "kept").read_bytes() == b"first"


def test_a_database_that_was_never_set_up_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        opened(places(settings_for(f"sqlite:///{tmp_path}/nothing.db", tmp_path)))


def test_looking_for_a_database_makes_none(tmp_path: Path) -> None:
    """Or what is restored next finds it in its way."""
    with pytest.raises(NotSetUp):
        opened(places(settings_for(f"sqlite:///{tmp_path}/nothing.db", tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_an_older_release_is_not_opened(made: Places) -> None:
    change(made, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(OldSchema) as refused:
        opened(made)
    # `quorate backup` is refused by these words too: they must ask for something else
    assert "copy the database and the key files" in refused.value.help


def test_the_migrations_make_exactly_the_tables(made: Places) -> None:
    database = connect(made.url)
    with database.reading() as reading:
        context = MigrationContext.configure(reading, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    database.close()
    assert differences == []


@pytest.mark.parametrize("key", ["person_keys.db", "link.key"])
def test_a_missing_key_stops_the_start(kept: Places, tmp_path: Path, key: str) -> None:
    (tmp_path / key).unlink()
    with pytest.raises(Unsafe, match=f"{key} is missing"):
        opened(kept)


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_never_replaced(
    kept: Places, clock: HandClock, tmp_path: Path, key: str
) -> None:
    (tmp_path / key).unlink()
    with pytest.raises(Unsafe, match=f"{key} is missing"):
        set_up(kept, clock.now, random_bytes)
    assert not (tmp_path / key).exists()


def emptied(path: Path, how: str) -> None:
    """What somebody does who clears a full disk, or begins anew without knowing."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.unlink()
    create_private(path)
    if how == "made anew" and path.name == "person_keys.db":
        Keys(path, random_bytes).identify()
    elif how == "made anew":
        store = LockStore.make(f"sqlite:///{path}")
        store.identify(random_bytes)
        store.close()


@pytest.mark.parametrize("how", ["emptied", "made anew"])
@pytest.mark.parametrize("name", ["person_keys.db", "checkpoints.db"])
def test_a_file_that_was_emptied_or_made_anew_stops_the_start_and_the_set_up(
    kept: Places, clock: HandClock, tmp_path: Path, name: str, how: str
) -> None:
    """Or all that the keys open is taken for erased, and what was released is forgotten."""
    emptied(tmp_path / name, how)
    with pytest.raises(Unsafe, match="made anew"):
        set_up(kept, clock.now, random_bytes)
    with pytest.raises(Unsafe, match="made anew"):
        opened(kept)


def test_whom_an_earlier_release_erased_is_noted_by_the_set_up(
    made: Places, clock: HandClock
) -> None:
    as_of_an_earlier_release(made)
    change(made, OPENING.format(owner="person:gone"))
    set_up(made, clock.now, random_bytes)
    assert Keys(made.person_keys, random_bytes).holding().erased == {"person:gone"}
    opened(made)


def test_the_set_up_takes_no_keys_that_lack_a_decisions(made: Places, clock: HandClock) -> None:
    as_of_an_earlier_release(made)
    change(made, OPENING.format(owner="decision:D-1"))
    with pytest.raises(Unsafe, match="1 in all, and nobody erased them"):
        set_up(made, clock.now, random_bytes)


OPENING = "INSERT INTO opening (n, field, key, sealed) VALUES (0, 'x', '{owner}', '')"


def as_of_an_earlier_release(where: Places) -> None:
    """A database and files of keys and checkpoints that do not know each other by name."""
    change(where, "DELETE FROM mark WHERE name = 'key_store'")
    change(where, "UPDATE mark SET says = '' WHERE name = 'lock_store'")
    for file, table in ((where.person_keys, "store"), (where.person_keys, "erased")):
        with closing(sqlite3.connect(file)) as held, held:
            held.execute(f"DROP TABLE {table}")
    with closing(sqlite3.connect(sqlite_file(where.checkpoint_store) or "")) as held, held:
        held.execute("DROP TABLE lock_store")
    opened(where)


@pytest.mark.parametrize("content", [b"no key at all", b"12ab", b"", b"\xff\xfe" * 32])
def test_a_damaged_link_key_is_named(kept: Places, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "link.key").write_bytes(content)
    with pytest.raises(Unsafe, match=r"link\.key holds no link key: it should be 64 hexadecimal"):
        opened(kept)


def test_another_link_key_stops_the_start(kept: Places, tmp_path: Path) -> None:
    (tmp_path / "link.key").write_text("00" * 32)
    with pytest.raises(Unsafe, match="not the one"):
        opened(kept)


def test_another_signing_key_stops_the_set_up(
    kept: Places, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "signing.key").write_text("00" * 32)
    with pytest.raises(Unsafe, match="not the one"):
        set_up(kept, clock.now, random_bytes)


@pytest.mark.parametrize("trigger", sorted(ON_BOTH))
def test_a_removed_trigger_is_missed(history: App, database_kind: str, trigger: str) -> None:
    table = trigger.partition("_")[0]
    named = trigger if database_kind == "sqlite" else f"{trigger} ON {table}"
    with history.store.database.writing() as writing:
        writing.execute(text(f"DROP TRIGGER {named}"))
        missing = missing_triggers(writing)
        writing.rollback()
    assert missing == {trigger}


def test_a_missing_trigger_stops_the_start(made: Places, database_kind: str) -> None:
    change(made, "DROP TRIGGER leaf_is_next" + " ON leaf" * (database_kind == "postgresql"))
    with pytest.raises(Unsafe, match="leaf_is_next"):
        opened(made)


@pytest.mark.parametrize(
    "trick",
    [
        "DROP TRIGGER leaf_is_next ON leaf",
        "ALTER TABLE leaf DISABLE TRIGGER leaf_is_next",
        "ALTER TABLE leaf DISABLE TRIGGER ALL",
        "ALTER TABLE leaf ENABLE REPLICA TRIGGER leaf_is_next",
        "DROP FUNCTION take_next_leaf CASCADE",
    ],
)
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_trigger_that_no_longer_fires_is_missed(history: App, trick: str) -> None:
    with history.store.database.writing() as writing:
        writing.execute(text(trick))
        missing = missing_triggers(writing)
        writing.rollback()
    assert "leaf_is_next" in missing


def test_a_store_can_be_moved_with_its_keys(kept: Places, tmp_path: Path) -> None:
    shutil.copytree(tmp_path, tmp_path / "moved", ignore=shutil.ignore_patterns("moved"))
    moved = tmp_path / "moved"
    url = kept.url.replace(str(tmp_path), str(moved))
    assert opened(places(settings_for(url, moved))).vkey == opened(kept).vkey
