"""A letter as it leaves: what the relay is handed, read by a strict parser."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from sqlalchemy import update

from app.bootstrap import App
from notifications.calendar_files import uid_of
from storage import tables
from tests.notifications.pages import read
from tests.promises.posting import office
from tests.small_body import HandClock, as_it_stands, open_vote, set_clock


def taken(app: App) -> list[bytes]:
    batch = office(app, 25).take()
    assert batch is not None
    return [each.content for each in batch.ready]


@pytest.fixture
def reference(app: App) -> str:
    reference = open_vote(app)
    office(app, 25).expand_all()
    return reference


def attached(message: EmailMessage) -> EmailMessage:
    *_, last = message.iter_parts()
    assert isinstance(last, EmailMessage)
    return last


def test_it_brings_the_deadline_that_its_decision_has(app: App, reference: str) -> None:
    decision = as_it_stands(app, reference)
    assert decision.waiting is not None
    for content in taken(app):
        file = attached(read(content))
        (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")  # type: ignore[arg-type]
        assert str(event["uid"]) == uid_of(reference, decision.opened_at)
        assert event.decoded("dtstart") == decision.waiting.due_at


def test_it_has_no_defect_and_one_recipient(app: App, reference: str) -> None:
    assert reference
    for content in taken(app):
        message = read(content)
        assert [part.defects for part in message.walk() if part.defects] == []
        assert len(message["To"].addresses) == 1


def test_all_letters_of_a_decision_are_one_thread(app: App, reference: str) -> None:
    assert reference
    messages = [read(content) for content in taken(app)]
    assert len({message["References"] for message in messages}) == 1
    assert len({message["Message-ID"] for message in messages}) == len(messages) > 1


def test_a_try_on_the_next_day_has_the_same_bytes(
    app: App, clock: HandClock, reference: str
) -> None:
    first = taken(app)
    set_clock(app, clock.at + timedelta(days=1))
    with app.store.database.writing() as writing:
        writing.execute(update(tables.letter).values(status="owed", next_try_at=clock.now()))
    assert (sorted(taken(app)), reference) == (sorted(first), reference)
