"""What practices asked to have put right is kept sealed, on both databases."""

import pytest

from app.bootstrap import App
from engine.correcting import Asking, Proposal
from storage import corrections, tables
from storage.corrections import Correction, Standing
from storage.intake import KnownPerson, changes_of
from storage.register import posts_at
from tests.small_body import HandClock, codes, links, open_vote
from tests.stories.telling import AT_THE_COMMAND_LINE
from workflows.answers import Recorded
from workflows.people_page import Ask

HERE = codes(1)[0]
NORA = {"name": "Nora Nurse", "email": "nora@practice.example", "role": "nurse"}


@pytest.fixture
def asked(app: App) -> Correction:
    """The lead of a practice asked to have a nurse added."""
    token = links(app, open_vote(app), HERE)["lead"]
    reply = app.practice_people.correct(token, Ask(Asking.ADD, "Anna Lee", "", NORA))
    assert isinstance(reply, Recorded)
    with app.store.database.reading() as reading:
        (kept,) = corrections.read_corrections(reading, app.store.keys, practice=HERE)
    return kept


def test_it_is_read_as_it_was_asked(asked: Correction) -> None:
    assert asked.words is not None
    assert (asked.status, asked.kind, asked.words["to"]) == (Standing.PENDING, "add", NORA)


def test_no_name_lies_in_the_clear(app: App, asked: Correction) -> None:
    with app.store.database.reading() as reading:
        row = reading.execute(tables.correction.select()).one()
    kept = b"".join(str(value).encode() if not isinstance(value, bytes) else value for value in row)
    assert not [word for word in (b"Nora", b"nora", b"Anna") if word in kept]


def test_accepting_adds_the_person_and_keeps_who_they_are(app: App, asked: Correction) -> None:
    done = app.corrections.accept(asked.id, AT_THE_COMMAND_LINE).correction
    with app.store.database.reading() as reading:
        assert (HERE, done.about) in posts_at(reading, [HERE])


def test_how_long_the_oldest_has_waited_is_known(
    app: App, clock: HandClock, asked: Correction
) -> None:
    with app.store.database.reading() as reading:
        assert corrections.oldest_pending(reading) == (1, clock.at)


def test_forgetting_the_person_who_asked_takes_it_away(app: App, asked: Correction) -> None:
    with app.store.database.writing() as writing:
        corrections.forget_person(writing, asked.asked_by)
        assert corrections.count_corrections(writing, asked.asked_by) == 0


def test_whoever_leads_a_locality_still_leads_it_when_their_telephone_changes() -> None:
    posts = frozenset({(HERE, "lead"), ("", "locality_lead")})
    lead = KnownPerson("p1", "Anna Lee", "anna@practice.example", "", posts, "ROYAL PARKS PCN")
    (line,) = changes_of([lead], HERE, Proposal(Asking.CHANGE, "p1", phone="01632 960123")).lines
    assert ([each.field for each in line.fields], line.locality) == (["phone"], "ROYAL PARKS PCN")
