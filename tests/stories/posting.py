"""A postman of the tales: no relay, but each letter ends on record as it would."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from app.bootstrap import post_settings
from notifications.post import settlement
from notifications.sorting import SortingOffice
from storage import tables
from storage.outbox import Settlement, Status
from storage.register import contacts
from tests.stories.telling import Story

OK = "250 2.0.0 Ok: queued as 4F1A2"
NOT_KNOWN = "550 5.1.1 No such mailbox here"


def posts(story: Story, *, refused: Iterable[str] = ()) -> Story:
    """Everything that is owed goes out now; letters to these practices are refused for good."""
    never = frozenset(refused)
    app = story.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    office.expand_all()
    while batch := office.take():
        done = [
            replace(
                settlement(
                    ready.claimed,
                    Status.FAILED if ready.claimed.practice in never else Status.ACCEPTED,
                    "RCPT: 550" if ready.claimed.practice in never else "END OF DATA: 250",
                    ready.contact,
                    ready.message_id,
                ),
                words=NOT_KNOWN if ready.claimed.practice in never else OK,
            )
            for ready in batch.ready
        ]
        app.desk.settle([*batch.settled, *done])
    return story


def comes_back(story: Story, practice: str, letter: str = "vote_opened") -> Story:
    """Every letter of this kind to the practice comes back: a report filed as the post files it."""
    columns = tables.letter.c
    query = select(tables.letter).where(
        columns.decision == story.reference,
        columns.practice == practice,
        columns.letter == letter,
    )
    store = story.app.store
    with store.database.reading() as reading:
        rows = reading.execute(query).all()
        known = contacts(reading, [row.person for row in rows])
    story.app.desk.settle(
        Settlement(
            letter=row.id,
            fence=row.fence,
            status=Status.BOUNCED,
            reason="came back: 5.1.1",
            mailing=row.mailing,
            practice=row.practice,
            person=row.person,
            contact=known[row.person].email,
            message_id=row.message_id,
            words="Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable",
        )
        for row in rows
    )
    return story
