"""The letters of a tale, as somebody who gets one reads it."""

from dataclasses import dataclass

from app.bootstrap import post_settings
from notifications.compose import compose
from notifications.letters import render
from notifications.material import load_material
from storage.mailings import owed_mailings
from storage.register import contacts
from tests.stories.register import Person
from tests.stories.telling import Story

EVERY = 100


@dataclass(frozen=True)
class Read:
    """A letter's subject, and its text on one line."""

    subject: str
    words: str


def letter_to(story: Story, letter: str, person: Person) -> Read:
    """The last letter of this kind that is owed to a person."""
    app, who = story.app, story.person_id(person)
    with app.store.database.reading() as reading:
        *_, mailing = (
            owed
            for owed in owed_mailings(reading, EVERY)
            if owed.letter == letter and person.practice in owed.practices
        )
        material = load_material(reading, app.store.keys, app.library, mailing)
        reader = contacts(reading, [who])[who]
    house = post_settings(app.settings).house
    draft = render(letter, compose(house, mailing, material, person.practice, reader))
    return Read(draft.subject, " ".join(draft.text.split()))
