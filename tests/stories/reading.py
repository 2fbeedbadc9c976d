"""What the people of a tale read: owed letters, written as the post would write them."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from app.bootstrap import post_settings
from notifications.compose import compose
from notifications.letters import Draft, render
from notifications.material import load_material
from storage import tables
from storage.mailings import OwedMailing
from storage.register import Contact, contacts, written_to
from tests.stories.sight import Sight


@dataclass(frozen=True)
class Letter:
    """One letter, the role or the practices it goes to, and its words on single lines."""

    role: str | None
    practices: tuple[str, ...]
    draft: Draft

    def says(self, *words: str) -> None:
        """Each of these stands in the text part."""
        said = " ".join(self.draft.text.split())
        for each in words:
            assert each in said, said


def read(story: Sight, letter: str, nth: int = -1) -> Letter:
    """The last letter of this kind (or another), as its first reader gets it."""
    mailing = mailings_of(story, letter)[nth]
    app = story.app
    with app.store.database.reading() as reading:
        material = load_material(reading, app.store.keys, app.library, mailing)
        practice = mailing.practices[0] if mailing.practices else ""
        to = _reader(story, mailing, practice)
        house = post_settings(app.settings).house
        draft = render(letter, compose(house, mailing, material, practice, to))
    return Letter(mailing.role, mailing.practices, draft)


def _reader(story: Sight, mailing: OwedMailing, practice: str) -> Contact:
    with story.app.store.database.reading() as reading:
        if not practice:
            return written_to(reading, mailing.role or "")[0]
        who = story.person_id(story.people[practice, "lead"])
        return contacts(reading, [who])[who]


def mailings_of(story: Sight, letter: str) -> list[OwedMailing]:
    """The mailings of this kind, oldest first."""
    columns = tables.mailing.c
    mine = (columns.decision == story.reference, columns.letter == letter)
    with story.app.store.database.reading() as reading:
        rows = reading.execute(select(tables.mailing).where(*mine).order_by(columns.leaf)).all()
    return [
        OwedMailing(
            row.leaf,
            row.decision,
            row.letter,
            tuple(json.loads(row.practices)),
            row.role,
            json.loads(row.context),
            row.at,
        )
        for row in rows
    ]
