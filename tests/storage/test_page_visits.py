"""Visits to a practice's page: rows beside the access log, people and machines apart."""

from datetime import timedelta

import pytest

from app.bootstrap import App
from storage import tables
from storage.evidence import Visits, visits_of
from storage.links import LinkHolder
from storage.proofs import read_head
from tests.small_body import HandClock
from workflows.lookers import Look
from workflows.visit_book import NOTED_EVERY, VisitBook

HOLDER = LinkHolder("D-1", "P1", "p1", 1, True)
PERSON = Look("GET", "Mozilla/5.0 Firefox/140.0")
FILTER = Look("GET", "Proofpoint")


def noted(app: App) -> list[Visits]:
    with app.store.database.reading() as reading:
        return visits_of(reading, "D-1")


def test_people_and_machines_are_counted_apart(app: App, clock: HandClock) -> None:
    book = VisitBook()
    for look in (FILTER, PERSON):
        book.note(app.store, HOLDER, look)

    assert [(each.looks, each.times) for each in noted(app)] == [("", 1), ("known_scanner", 1)]
    assert noted(app)[0].first_at == clock.now()


def test_visits_within_a_minute_are_put_down_with_the_next(app: App, clock: HandClock) -> None:
    """Or a filter that opens a link ten thousand times would hold up the voters."""
    book = VisitBook()
    for _ in range(500):
        book.note(app.store, HOLDER, PERSON)
    assert [each.times for each in noted(app)] == [1]

    clock.at += NOTED_EVERY
    book.note(app.store, HOLDER, PERSON)

    (visits,) = noted(app)
    assert (visits.times, visits.last_at - visits.first_at) == (501, NOTED_EVERY)


def test_a_visit_leaves_no_leaf(app: App) -> None:
    with app.store.database.reading() as reading:
        before = read_head(reading)
    VisitBook().note(app.store, HOLDER, PERSON)
    with app.store.database.reading() as reading:
        assert read_head(reading) == before


def test_a_database_that_takes_nothing_holds_up_nobody(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError("no space left on the device")

    monkeypatch.setattr("workflows.visit_book.note_page_visit", full)

    VisitBook().note(app.store, HOLDER, PERSON)

    assert noted(app) == []


def test_a_visit_seconds_after_the_acceptance_is_taken_for_a_machines(
    app: App, clock: HandClock
) -> None:
    row = {
        "mailing": 1,
        "decision": "D-1",
        "letter": "notice",
        "practice": "P1",
        "person": "p1",
        "priority": 2,
        "status": "accepted",
        "tries": 1,
        "doubts": 0,
        "fence": 1,
        "next_try_at": clock.now(),
        "settled_at": clock.now(),
    }
    with app.store.database.writing() as writing:
        writing.execute(tables.letter.insert().values(**row))

    clock.at += timedelta(seconds=5)
    VisitBook().note(app.store, HOLDER, PERSON)
    clock.at += timedelta(hours=1)
    VisitBook().note(app.store, HOLDER, PERSON)

    assert [each.looks for each in noted(app)] == ["", "at_once"]
