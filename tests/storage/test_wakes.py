"""When the sweep must look, and what it could not do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from app.bootstrap import App
from storage import tables
from storage.wakes import (
    PATIENCE,
    RETRY,
    Woken,
    due_wakes,
    forget_wake,
    next_wake_at,
    note_failure,
    oldest_due,
    parked_wakes,
    unpark,
)
from tests.small_body import MORNING

HOUR = timedelta(hours=1)


@pytest.fixture
def writing(history: App) -> Iterator[Connection]:
    """A unit of work on a store without wakes, undone at the end."""
    with history.store.database.writing() as connection:
        yield connection
        connection.rollback()


def wake(
    connection: Connection, decision: str, at: datetime = MORNING, kind: str = "deadline"
) -> None:
    row = {"decision": decision, "kind": kind, "at": at, "name": "close", "failures": 0}
    connection.execute(insert(tables.wake).values(**row))


def due(connection: Connection, now: datetime = MORNING) -> list[Woken]:
    return list(due_wakes(connection, now, 50))


def fail(connection: Connection, times: int) -> datetime:
    """Let the only wake fail so often; when that was."""
    now = MORNING
    for _ in range(times):
        [woken] = due(connection, now)
        note_failure(connection, woken, now, "KeyError: 'state'")
        now += RETRY
    return now


def test_what_is_due_is_woken(writing: Connection) -> None:
    wake(writing, "D-1")
    assert due(writing) == [Woken("D-1", "deadline", "close", MORNING, 0)]


def test_what_is_not_due_yet_sleeps_on(writing: Connection) -> None:
    wake(writing, "D-1", MORNING + timedelta(microseconds=1))
    assert due(writing) == []


def test_the_oldest_is_woken_first(writing: Connection) -> None:
    for decision, at in (("D-1", MORNING), ("D-2", MORNING - HOUR), ("D-3", MORNING - 2 * HOUR)):
        wake(writing, decision, at)
    assert [woken.decision for woken in due(writing)] == ["D-3", "D-2", "D-1"]


def test_no_more_are_woken_than_asked_for(writing: Connection) -> None:
    for number in range(5):
        wake(writing, f"D-{number}")
    assert len(due_wakes(writing, MORNING, 3)) == 3


def test_the_next_wake_is_the_earliest(writing: Connection) -> None:
    wake(writing, "D-1", MORNING + HOUR)
    wake(writing, "D-2", MORNING)
    assert next_wake_at(writing) == MORNING


def test_nothing_to_wake_has_no_time(writing: Connection) -> None:
    assert next_wake_at(writing) is None


def test_the_oldest_due_deadline_is_known(writing: Connection) -> None:
    wake(writing, "D-1", MORNING - HOUR)
    wake(writing, "D-2", MORNING - 2 * HOUR, kind="reminder")
    assert oldest_due(writing, MORNING) == MORNING - HOUR


def test_a_failed_wake_rests_for_a_minute(writing: Connection) -> None:
    wake(writing, "D-1")
    fail(writing, 1)
    assert due(writing, MORNING + RETRY - timedelta(seconds=1)) == []


def test_a_failed_wake_is_tried_again(writing: Connection) -> None:
    wake(writing, "D-1")
    now = fail(writing, 1)
    assert [woken.failures for woken in due(writing, now)] == [1]


def test_a_resting_wake_is_next_when_its_rest_ends(writing: Connection) -> None:
    """Else the sweep would be told to come at once, again and again."""
    wake(writing, "D-1")
    fail(writing, 1)
    assert next_wake_at(writing) == MORNING + RETRY


def test_a_wake_that_failed_too_often_is_parked(writing: Connection) -> None:
    wake(writing, "D-1")
    now = fail(writing, PATIENCE)
    assert due(writing, now + HOUR) == []


def test_a_parked_wake_is_named_with_its_reason(writing: Connection) -> None:
    wake(writing, "D-1")
    fail(writing, PATIENCE)
    assert parked_wakes(writing) == ["D-1: close: KeyError: 'state'"]


def test_a_parked_wake_does_not_call_the_sweep(writing: Connection) -> None:
    wake(writing, "D-1")
    fail(writing, PATIENCE)
    assert next_wake_at(writing) is None


def test_a_parked_deadline_still_counts_as_due(writing: Connection) -> None:
    """Health must not fall silent because the sweep gave up."""
    wake(writing, "D-1")
    fail(writing, PATIENCE)
    assert oldest_due(writing, MORNING) == MORNING


def test_a_person_can_let_the_sweep_try_again(writing: Connection) -> None:
    wake(writing, "D-1")
    fail(writing, PATIENCE)
    unpark(writing, "D-1")
    assert [woken.failures for woken in due(writing)] == [0]


def test_a_failure_is_noted_on_one_wake_only(writing: Connection) -> None:
    wake(writing, "D-1")
    fail(writing, 1)
    wake(writing, "D-1", kind="reminder")
    assert [woken.kind for woken in due(writing)] == ["reminder"]


def test_a_wake_that_led_to_nothing_is_forgotten(writing: Connection) -> None:
    wake(writing, "D-1")
    forget_wake(writing, due(writing)[0])
    assert due(writing) == []
