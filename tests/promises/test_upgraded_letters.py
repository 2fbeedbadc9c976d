"""Letters that an earlier release owed, without a checkpoint, get one before they are written."""

import pytest
from sqlalchemy import select, update

from app.bootstrap import App
from engine.notes import FOOTER_HEAD
from storage import tables
from tests.promises.posting import office
from tests.small_body import open_vote


@pytest.fixture
def upgraded(app: App) -> App:
    """A mailing that was made into letters before there were checkpoints."""
    open_vote(app)
    office(app, 25).expand_all()
    with app.store.database.writing() as writing:
        writing.execute(update(tables.mailing).values(checkpoint=None))
    return app


def test_they_are_written_with_a_checkpoint_that_covers_them(upgraded: App) -> None:
    batch = office(upgraded, 25).take()
    assert batch is not None
    texts = [each.new.text for each in batch.ready if each.new is not None]
    assert [FOOTER_HEAD in text for text in texts] == [True] * 6


def test_all_of_them_carry_the_same(upgraded: App) -> None:
    office(upgraded, 25).take()
    with upgraded.store.database.reading() as reading:
        notes = set(reading.execute(select(tables.mailing.c.checkpoint)).scalars())
    assert len(notes) == 1
    assert None not in notes


def test_they_wait_where_nothing_can_be_signed(upgraded: App) -> None:
    signing = upgraded.settings.trail.signing_key
    assert signing is not None
    signing.unlink()
    with upgraded.store.ledger.page() as page:
        page.connection.execute(update(tables.mailing).values(leaf=tables.mailing.c.leaf))
    newest = upgraded.store.sealer.newest()
    assert newest is not None
    with upgraded.store.database.writing() as writing:
        writing.execute(update(tables.mailing).values(leaf=newest.size + 5))
        writing.execute(update(tables.letter).values(mailing=newest.size + 5))
    batch = office(upgraded, 25).take()
    assert batch is None or batch.ready == ()
