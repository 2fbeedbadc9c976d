"""What an auditor reads of real leaves, on both databases: everything, and no choice too early."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

import engine.events
from app.bootstrap import App, build
from engine.commands import Withdraw
from engine.event import Event
from engine.people import Actor, How
from storage import tables
from storage.course import places_to_open, read_course
from storage.openings import person_key, read_openings
from storage.proofs import read_head
from tests import bodies
from tests.small_body import (
    HandClock,
    closing,
    codes,
    live_through,
    open_vote,
    send,
    settings_for,
)
from workflows.audit import Audited
from workflows.audit_pages import list_decisions
from workflows.leaf_words import SAYS
from workflows.room import Room

app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds

FIRST, SECOND, THIRD = codes(3)
AUDITOR = "9f31c0"


@pytest.fixture
def room(app: App) -> Room:
    return Room(app.desk, app.rulebook.calendar)


def page_of(room: Room, reference: str) -> Audited:
    page = room.decision(AUDITOR, reference)
    assert page is not None
    return page


@pytest.fixture
def lived(app: App, clock: HandClock, room: Room) -> Audited:
    """A vote that has gone all its way."""
    return page_of(room, live_through(app, clock))


# --- an open vote -------------------------------------------------------------------------------


def everything(value: object) -> str:
    return repr(value)


def test_no_choice_is_opened_before_the_close(app: App, room: Room) -> None:
    reference = open_vote(app)
    send(app, reference, FIRST, "against", comment="We would need a second nurse.")
    page = page_of(room, reference)
    assert (page.votes, page.open_vote) == ((), True)
    assert "against" not in everything(page)
    assert "We would need a second nurse." in everything(page)


def test_no_choice_is_even_read_before_the_close(app: App) -> None:
    reference = open_vote(app)
    send(app, reference, FIRST, "against")
    with app.store.database.reading() as reading:
        course = read_course(reading, app.store.keys, reference)
    opened = {name for told in course for name in told.words}
    assert "choice" not in opened
    assert "by" in opened


def test_a_page_that_opens_all_there_is_would_show_it(app: App) -> None:
    """The naive variant: every commitment of the leaves, whatever is still open."""
    reference = open_vote(app)
    send(app, reference, FIRST, "against")
    with app.store.database.reading() as reading:
        rows = reading.execute(select(tables.opening.c.n, tables.opening.c.field)).all()
        naive = read_openings(reading, app.store.keys, [(row.n, row.field) for row in rows])
    assert "against" in naive.values()


def test_a_vote_that_is_extended_stays_shut(
    body_url: str, tmp_path: Path, clock: HandClock
) -> None:
    """One of three answered, so the vote as it ships goes on for five days, and its votes stand."""
    shipped = build(settings_for(body_url, tmp_path, straight=False), clock)
    room = Room(shipped.desk, shipped.rulebook.calendar)
    reference = open_vote(shipped)
    clock.at = closing(shipped, reference)
    shipped.desk.sweep()
    send(shipped, reference, FIRST, "against")
    clock.at = closing(shipped, reference)
    shipped.desk.sweep()
    page = page_of(room, reference)
    shipped.close()
    assert any(line.what.startswith("Extended by the rules") for line in page.course)
    assert (page.votes, page.open_vote) == ((), True)
    assert "against" not in everything(page)


def test_a_vote_that_is_withdrawn_stays_shut_for_good(app: App, room: Room) -> None:
    reference = open_vote(app)
    send(app, reference, FIRST, "against")
    app.desk.handle(reference, Withdraw(Actor(None, How.CLI), "The terms have changed."))
    page = page_of(room, reference)
    assert page.verdict is not None
    assert (page.verdict.result, page.votes, page.open_vote) == ("withdrawn", (), True)
    assert "against" not in everything(page.course)


# --- a vote that is closed ----------------------------------------------------------------------


def test_every_practice_s_vote_is_shown_as_it_stood_at_the_close(lived: Audited) -> None:
    told = {ballot.practice: (ballot.choice, ballot.by) for ballot in lived.votes[0].ballots}
    assert told == {FIRST: ("for", "Bo Lee"), SECOND: ("abstain", "Anna Lee"), THIRD: ("", "")}


def test_the_count_is_the_one_that_was_filed(lived: Audited) -> None:
    numbers = dict(lived.votes[0].numbers)
    assert (numbers["For"], numbers["Abstained"], numbers["Returned a vote"]) == ("1", "1", "2")
    assert numbers["Quorum"] == "2 of 3; at least 50% of practices was needed: met"


def test_the_course_has_every_leaf_of_the_decision(app: App, lived: Audited) -> None:
    with app.store.database.reading() as reading:
        query = select(tables.leaf.c.n).where(tables.leaf.c.decision == lived.reference)
        leaves = set(reading.execute(query).scalars())
    told = {n for line in lived.course for n in range(line.leaf, (line.last or line.leaf) + 1)}
    assert told == leaves


def test_the_classification_is_shown_with_its_facts_and_rules(lived: Audited) -> None:
    found = lived.classification
    assert ("money gbp", "250,000") in found.facts
    assert [fired.rule for fired in found.fired] == ["income"]
    assert "the local medical committee (LMC)" in found.involve


def test_the_roll_says_who_was_asked_and_who_answered(lived: Audited) -> None:
    told = [(line.practice, line.people, line.voters, line.answered) for line in lived.roll]
    assert told == [(FIRST, 2, 2, True), (SECOND, 2, 2, True), (THIRD, 2, 2, False)]


def test_letters_are_counted_by_their_name_in_the_order_of_their_owing(lived: Audited) -> None:
    assert [(line.letter, line.owed) for line in lived.letters] == [
        ("vote opened", 6),
        ("receipt", 4),
        ("outcome", 6),
    ]


def test_a_late_vote_is_told_and_its_choice_is_nowhere(lived: Audited) -> None:
    late = [line.what for line in lived.course if "too late" in line.what]
    assert late == [f"A vote of {THIRD} The {THIRD} Surgery came too late"]


def test_the_turnaround_counts_to_the_outcome(app: App, clock: HandClock, lived: Audited) -> None:
    clock.go_on(timedelta(days=90))
    with app.store.database.reading() as reading:
        listed = list_decisions(reading, app.store.keys, app.library, clock.now())
    assert listed[0].turnaround == lived.turnaround
    assert lived.turnaround.taken == 7


def test_no_address_is_on_any_page(lived: Audited) -> None:
    assert "@" not in everything(lived)


def test_an_address_is_not_even_opened_where_a_leaf_holds_one() -> None:
    body = dict.fromkeys(("contact", "words", "text"), "c1:5e")
    leaf = {"type": "mail.accepted", "body": body}
    assert list(places_to_open([(7, leaf)])) == [(7, "text")]


def test_what_was_erased_says_so(app: App, clock: HandClock, room: Room) -> None:
    reference = live_through(app, clock)
    with app.store.database.writing() as writing:
        person = writing.execute(
            select(tables.opening.c.key).where(tables.opening.c.field == "text")
        ).scalar_one()
        writing.execute(delete(tables.opening).where(tables.opening.c.key == person))
    assert person.startswith(person_key(""))
    said = [line.said for line in page_of(room, reference).course if line.said]
    assert (("In their words", "(the text has been erased)"),) in said


def test_every_kind_of_leaf_has_its_sentence() -> None:
    kinds = {
        each.type
        for each in vars(engine.events).values()
        if isinstance(each, type) and issubclass(each, Event) and "decision" in each.__slots__
    }
    assert kinds - SAYS.keys() == set()


# --- the room -----------------------------------------------------------------------------------


def test_reading_is_put_down_with_who_and_what(app: App, clock: HandClock, room: Room) -> None:
    reference = live_through(app, clock)
    room.decisions(AUDITOR)
    room.decision(AUDITOR, reference)
    with app.store.database.reading() as reading:
        rows = reading.execute(select(tables.seen).order_by(tables.seen.c.id)).all()
    assert [(row.person, row.what, row.decision, row.at) for row in rows] == [
        (AUDITOR, "decisions", None, clock.at),
        (AUDITOR, "decision", reference, clock.at),
    ]


def test_reading_appends_no_leaf(app: App, clock: HandClock, room: Room) -> None:
    reference = live_through(app, clock)
    with app.store.database.reading() as reading:
        before = read_head(reading)
    room.decisions(AUDITOR)
    room.decision(AUDITOR, reference)
    with app.store.database.reading() as reading:
        assert read_head(reading) == before


def test_a_decision_that_is_not_there_is_none_and_nothing_is_put_down(app: App, room: Room) -> None:
    assert room.decision(AUDITOR, "D-2026-9999") is None
    with app.store.database.reading() as reading:
        assert reading.execute(select(tables.seen)).first() is None


def test_a_room_without_bundles_has_nothing_to_take_away(room: Room) -> None:
    assert (room.has_bundles, room.verifier(), room.checkpoint()) == (False, None, None)
