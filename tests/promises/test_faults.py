"""One bad record does not stop the rest; a full disk is refused, and overcome without repair."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from app.bootstrap import App
from storage.openings import decision_key
from storage.proofs import read_head
from storage.wakes import PATIENCE, RETRY, unpark
from tests.promises.checks import Attempt, attempt, closing_faults, trail_faults, voting_faults
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote, send
from workflows.desk import Swept

OTHERS = 30
FILLINGS = 10
FIRST, SECOND, THIRD = codes(3)

EMPTY = "UPDATE decision SET snapshot = '{}' WHERE reference = :decision"
NOT_JSON = "UPDATE decision SET snapshot = 'no JSON' WHERE reference = :decision"
NO_WORKFLOW = """UPDATE decision SET snapshot = replace(snapshot, '"workflow":"', '"workflow":"0')
    WHERE reference = :decision"""
NO_STATE = """UPDATE decision SET snapshot = replace(snapshot, '"state":"voting"', '"state":"lost"')
    WHERE reference = :decision"""
NO_CHOICE = """DELETE FROM opening WHERE field = 'choice' AND n =
    (SELECT leaf FROM answer WHERE decision = :decision)"""

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def voted_on(app: App) -> str:
    """A decision with one vote."""
    decision = open_vote(app)
    send(app, decision, FIRST)
    return decision


def spoil(app: App, decision: str, statement: str = EMPTY) -> None:
    """Make a decision impossible to close."""
    with app.store.database.writing() as writing:
        writing.execute(text(statement), {"decision": decision})


def sweep_for(app: App, clock: HandClock, minutes: int) -> Swept:
    """Sweep every minute; what the last sweep said."""
    for _ in range(minutes - 1):
        app.desk.sweep()
        clock.go_on(RETRY)
    return app.desk.sweep()


def test_a_decision_that_cannot_be_closed_stops_no_other(app: App, clock: HandClock) -> None:
    bad, *others = [open_vote(app) for _ in range(OTHERS + 1)]
    clock.at = closing(app, bad)
    spoil(app, bad)
    app.desk.sweep()
    assert closing_faults(app, others) == []


@pytest.mark.parametrize(
    "poison",
    [EMPTY, NOT_JSON, NO_WORKFLOW, NO_STATE, NO_CHOICE],
    ids=["empty", "not JSON", "no such workflow", "no such state", "a vote that cannot be read"],
)
def test_a_decision_that_cannot_be_closed_is_parked_and_named(
    app: App, clock: HandClock, poison: str
) -> None:
    bad = voted_on(app)
    clock.at = closing(app, bad)
    spoil(app, bad, poison)
    parked = sweep_for(app, clock, PATIENCE).parked
    assert {words.partition(":")[0] for words in parked} == {bad}


def test_a_count_waits_for_a_person_where_the_votes_key_is_gone(app: App, clock: HandClock) -> None:
    bad = voted_on(app)
    clock.at = closing(app, bad)
    app.store.keys.erase(decision_key(bad))
    assert "cannot be read" in " ".join(sweep_for(app, clock, PATIENCE).parked)


def test_it_is_not_parked_before_its_third_failure(app: App, clock: HandClock) -> None:
    bad = voted_on(app)
    clock.at = closing(app, bad)
    spoil(app, bad)
    assert sweep_for(app, clock, PATIENCE - 1).parked == ()


def test_a_failed_close_leaves_the_trail_whole(app: App, clock: HandClock) -> None:
    bad = voted_on(app)
    clock.at = closing(app, bad)
    spoil(app, bad, NO_STATE)
    sweep_for(app, clock, PATIENCE)
    assert trail_faults(app) == []


def test_once_put_right_it_is_closed(app: App, clock: HandClock) -> None:
    bad = voted_on(app)
    clock.at = closing(app, bad)
    spoil(app, bad, NO_STATE)
    sweep_for(app, clock, PATIENCE)
    spoil(app, bad, NO_STATE.replace("lost", "X").replace("voting", "lost").replace("X", "voting"))
    with app.store.database.writing() as writing:
        unpark(writing, bad)
    app.desk.sweep()
    assert closing_faults(app, [bad]) == []


# --- where nothing can be written -----------------------------------------------------------------


@contextmanager
def full_disk(app: App) -> Iterator[None]:
    """SQLite may take no page more: what it says then is what it says on a full disk."""
    _on_writer(app, "PRAGMA max_page_count = 1")  # SQLite takes what it has for the least
    try:
        yield
    finally:
        _on_writer(app, "PRAGMA max_page_count = 1000000000")


@contextmanager
def read_only(app: App) -> Iterator[None]:
    """The database takes no change: a file system mounted so, or a standby."""
    if _is_sqlite(app):
        _on_writer(app, "PRAGMA query_only = ON")
    else:
        _reconnected(app, "SET default_transaction_read_only = on")
    try:
        yield
    finally:
        if _is_sqlite(app):
            _on_writer(app, "PRAGMA query_only = OFF")
        else:
            _reconnected(app, "RESET default_transaction_read_only")


def _is_sqlite(app: App) -> bool:
    return app.store.database.url.startswith("sqlite")


def _on_writer(app: App, statement: str) -> None:
    with app.store.database.writer.connect() as connection:
        connection.connection.cursor().execute(statement)


def _reconnected(app: App, setting: str) -> None:
    """Change a setting of the database, and break the connections that have the old one."""
    with app.store.database.writer.connect() as connection:
        _change(connection, setting)
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    app.store.database.writer.dispose()


def _change(connection: Connection, setting: str) -> None:
    connection.execute(text("SET TRANSACTION READ WRITE"))
    name = connection.execute(text("SELECT current_database()")).scalar_one()
    connection.execute(text(f'ALTER DATABASE "{name}" {setting}'))
    connection.commit()


def vote_until_refused(app: App, decision: str) -> list[Attempt]:
    """Change a vote again and again, until the disk is full."""
    made: list[Attempt] = []
    while not made or made[-1].acknowledged:
        made.append(attempt(app, decision, FIRST, name=f"Person {len(made):04} Lee"))
    return made


@on_sqlite
def test_on_a_full_disk_a_vote_is_not_acknowledged(app: App) -> None:
    decision = open_vote(app)
    with full_disk(app):
        made = vote_until_refused(app, decision)
    assert "disk is full" in made[-1].error


@on_sqlite
def test_what_was_acknowledged_before_the_disk_was_full_is_there(app: App) -> None:
    decision = open_vote(app)
    with full_disk(app):
        made = vote_until_refused(app, decision)
    assert voting_faults(app, made[:-1]) == []


@on_sqlite
def test_on_a_full_disk_reading_goes_on(app: App) -> None:
    decision = open_vote(app)
    with full_disk(app):
        vote_until_refused(app, decision)
        assert as_it_stands(app, decision).state == "voting"


@on_sqlite
def test_a_disk_that_fills_and_empties_needs_no_repair(app: App) -> None:
    decision, made = open_vote(app), list[Attempt]()
    for number in range(FILLINGS):
        with full_disk(app):
            made += vote_until_refused(app, decision)[:-1]
        made.append(attempt(app, decision, SECOND, name=f"Person {number:04} Lee"))
    assert voting_faults(app, made) == []


def test_where_nothing_can_be_written_a_vote_is_not_acknowledged(app: App) -> None:
    decision = open_vote(app)
    with read_only(app):
        made = attempt(app, decision, FIRST)
    assert "read" in made.error


def test_where_nothing_can_be_written_the_trail_is_still_read(app: App) -> None:
    open_vote(app)
    with read_only(app), app.store.database.reading() as reading:
        assert read_head(reading).size > 1


def test_when_it_can_be_written_again_votes_are_recorded(app: App) -> None:
    decision = open_vote(app)
    with read_only(app):
        attempt(app, decision, FIRST)
    assert attempt(app, decision, FIRST).acknowledged


@on_postgresql
def test_a_connection_that_broke_is_made_anew(app: App) -> None:
    decision = open_vote(app)
    _reconnected(app, "SET application_name = 'after the break'")
    assert attempt(app, decision, FIRST).acknowledged
