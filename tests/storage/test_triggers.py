"""The trail is append-only for whatever program opens the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.bootstrap import App
from storage.proofs import read_head

ROW = (
    "INSERT INTO leaf (n, type, data, hash) SELECT {n}, 'forged', hash, hash FROM leaf WHERE n = 0"
)
COPY_NODE = "INTO node (level, place, hash) SELECT level, place, hash FROM node WHERE level = 1"
COPY_FILE = "INTO published SELECT * FROM published"
COPY_OPENING = "INTO opening SELECT * FROM opening"
TAKEN = ROW.format(n=3)

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def run(app: App, statement: str) -> int:
    """Run a statement as any database tool could, and leave the shared trail as it was."""
    with app.store.database.writing() as writing:
        changed = writing.execute(text(statement)).rowcount
        writing.rollback()
    return changed


def size(app: App) -> int:
    with app.store.database.reading() as reading:
        return read_head(reading).size


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf SET data = hash WHERE n = 1",
        "UPDATE leaf SET n = 9999 WHERE n = 1",
        "UPDATE leaf SET type = 'vote.cast' WHERE n = 1",
        "UPDATE node SET hash = (SELECT hash FROM leaf WHERE n = 0) WHERE level = 1",
        "UPDATE published SET data = digest::bytea",
        "UPDATE published SET name = 'another'",
        "UPDATE opening SET sealed = sealed",
        "UPDATE opening SET key = 'person:somebody'",
        "DELETE FROM leaf WHERE n = 1",
        "DELETE FROM leaf",
        "DELETE FROM node",
        "DELETE FROM published",
    ],
)
def test_nothing_filed_is_changed_or_deleted(
    history: App, database_kind: str, statement: str
) -> None:
    if database_kind == "sqlite":
        statement = statement.replace("digest::bytea", "digest")
    with pytest.raises(DBAPIError, match="append-only"):
        run(history, statement)


@pytest.mark.parametrize("beyond", [-1, 1, 1000])
def test_a_leaf_out_of_its_turn_is_refused(history: App, beyond: int) -> None:
    with pytest.raises(DBAPIError, match="must be the next one"):
        run(history, ROW.format(n=size(history) + beyond))


def test_the_next_leaf_moves_the_head_by_one(history: App) -> None:
    before = size(history)
    with history.store.database.writing() as writing:
        writing.execute(text(ROW.format(n=before)))
        after = writing.execute(text("SELECT size FROM trail_head")).scalar()
        writing.rollback()
    assert after == before + 1


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT"])
@pytest.mark.parametrize(
    ("row", "says"),
    [
        (TAKEN.removeprefix("INSERT "), "must be the next one"),
        (COPY_NODE, "node is append-only"),
        (COPY_FILE, "published is append-only"),
        (COPY_OPENING, "opening is append-only"),
    ],
    ids=["leaf", "node", "published", "opening"],
)
def test_a_row_is_never_put_in_place_of_another(
    history: App, verb: str, row: str, says: str
) -> None:
    with pytest.raises(DBAPIError, match=says):
        run(history, f"{verb} {row}")


@on_sqlite
def test_a_leaf_is_never_replaced_by_update(history: App) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        run(history, "UPDATE OR REPLACE leaf SET n = 1 WHERE n = 2")


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        f"{TAKEN} ON CONFLICT (n) DO UPDATE SET data = excluded.data",
        f"INSERT {COPY_NODE} ON CONFLICT (level, place) DO UPDATE SET hash = excluded.hash",
        f"INSERT {COPY_FILE} ON CONFLICT (digest) DO UPDATE SET data = excluded.data",
        f"INSERT {COPY_OPENING} ON CONFLICT (n, field) DO UPDATE SET sealed = excluded.sealed",
        "TRUNCATE leaf",
        "TRUNCATE node",
        "TRUNCATE published",
        "TRUNCATE opening, leaf CASCADE",
    ],
)
def test_no_postgresql_statement_gets_round_it(history: App, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|must be the next one"):
        run(history, statement)


def test_an_opening_may_be_deleted_which_is_erasure(history: App) -> None:
    assert run(history, "DELETE FROM opening WHERE n = (SELECT min(n) FROM opening)") > 0
