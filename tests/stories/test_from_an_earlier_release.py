"""A decision that an earlier release opened goes on under this one."""

import json

from sqlalchemy import select, update

from storage import tables
from tests.earlier_release import SNAPSHOT_SINCE
from tests.stories.letters_read import letter_to
from tests.stories.register import CODES
from tests.stories.telling import Story


def as_the_first_release_left_it(story: Story) -> Story:
    """Take from snapshots and owed letters what was not known of then."""
    kept, owed = tables.decision, tables.mailing
    with story.app.store.database.writing() as writing:
        for row in writing.execute(select(kept.c.reference, kept.c.snapshot)).all():
            older = _without(row.snapshot, SNAPSHOT_SINCE)
            same = kept.c.reference == row.reference
            writing.execute(update(kept).where(same).values(snapshot=older))
        for row in writing.execute(select(owed.c.leaf, owed.c.context)).all():
            older = _without(row.context, ["questions"])
            writing.execute(update(owed).where(owed.c.leaf == row.leaf).values(context=older))
    return story


def _without(text: str, names: list[str]) -> str:
    return json.dumps({key: held for key, held in json.loads(text).items() if key not in names})


def test_its_vote_is_closed_and_counted(voting: Story) -> None:
    as_the_first_release_left_it(voting).practices_vote(for_=5, against=2)
    voting.on("9am Thursday 22 October").expects_state("carried")


def test_a_receipt_that_was_owed_then_is_written(voting: Story) -> None:
    voting.practice(CODES[0]).votes("against")
    as_the_first_release_left_it(voting)

    assert "against" in letter_to(voting, "receipt", voting.people[CODES[0], "lead"]).words.lower()


def test_its_consultation_is_still_accounted_for(voting: Story) -> None:
    as_the_first_release_left_it(voting).practices_vote(for_=7)
    voting.on("9am Thursday 22 October")

    account = voting.shown["gunning"]
    assert [each["met"] for each in account[:3]] == [True, True, True]
