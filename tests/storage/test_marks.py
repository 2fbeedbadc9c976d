"""Named facts of operation."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from app.bootstrap import App
from storage.marks import clear_mark, marks_like, raise_mark, read_mark, set_mark
from tests.small_body import HandClock

NOW = HandClock().now()
LATER = NOW.replace(hour=17)


@pytest.fixture
def writing(history: App) -> Iterator[Connection]:
    with history.store.database.writing() as connection:
        yield connection
        connection.rollback()


def test_a_mark_that_was_never_set_is_not_there(writing: Connection) -> None:
    assert read_mark(writing, "relay") is None


def test_a_mark_is_read_as_it_was_set(writing: Connection) -> None:
    set_mark(writing, "relay", NOW, "no answer")
    assert read_mark(writing, "relay") == (NOW, "no answer")


def test_setting_a_mark_again_replaces_it(writing: Connection) -> None:
    set_mark(writing, "relay", NOW, "no answer")
    set_mark(writing, "relay", LATER, "refused")
    assert read_mark(writing, "relay") == (LATER, "refused")


def test_raising_a_mark_keeps_since_when_it_stands(writing: Connection) -> None:
    raise_mark(writing, "relay", NOW, "no answer")
    raise_mark(writing, "relay", LATER, "refused")
    assert read_mark(writing, "relay") == (NOW, "no answer")


def test_a_cleared_mark_is_gone(writing: Connection) -> None:
    set_mark(writing, "relay", NOW, "no answer")
    clear_mark(writing, "relay")
    assert read_mark(writing, "relay") is None


def test_clearing_a_mark_that_is_not_there_does_nothing(writing: Connection) -> None:
    clear_mark(writing, "relay")
    assert read_mark(writing, "relay") is None


def test_marks_are_found_by_how_their_names_begin(writing: Connection) -> None:
    set_mark(writing, "nobody 9", LATER, "second")
    set_mark(writing, "nobody 12", NOW, "first")
    set_mark(writing, "relay", NOW, "no answer")
    assert marks_like(writing, "nobody ") == [(NOW, "first"), (LATER, "second")]
