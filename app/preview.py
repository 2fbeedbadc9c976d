"""The first letter of a decision that is about to be opened, as its first contact would read it."""

from collections.abc import Mapping

from app.bootstrap import App, post_settings
from app.letter_previews import STAND_IN
from engine.events import Audience, MailIntended
from notifications.compose import House, compose
from notifications.context import MARK
from notifications.letters import render
from notifications.material import Material
from storage.mailings import OwedMailing
from storage.register import Contact, contacts, written_to
from workflows.openings import Prepared


def preview(app: App, prepared: Prepared) -> str:
    """The text part, with a stand-in for the link; empty where nobody can be written to."""
    first = next((e for e in prepared.events if isinstance(e, MailIntended)), None)
    reader = _reader(app, prepared, first.to) if first is not None else None
    if first is None or reader is None:
        return ""
    practice, to, people = reader
    mailing = OwedMailing(
        leaf=0,
        decision=prepared.opening.reference,
        letter=first.letter,
        practices=(practice,) if practice else (),
        role=first.to.role,
        context=dict(first.context),
        at=prepared.at,
    )
    material = _material(prepared, people)
    draft = render(first.letter, compose(_house(app), mailing, material, practice, to))
    text = draft.text.replace(MARK, STAND_IN)
    return f"To: {to.email}\nSubject: {draft.subject}\n\n{text}"


_Reader = tuple[str, Contact, Mapping[str, Contact]]
"""A practice's code (empty for the body), the person, and everybody known of there."""


def _reader(app: App, prepared: Prepared, to: Audience) -> _Reader | None:
    """The first person that the letter goes to."""
    with app.store.database.reading() as reading:
        if to.role is not None:
            held = written_to(reading, to.role)
            return ("", held[0], {}) if held else None
        line = next((each for each in prepared.opening.roll.lines if each.persons), None)
        if line is None:
            return None
        people = contacts(reading, [person.person for person in line.persons])
    return line.practice, people[line.persons[0].person], people


def _house(app: App) -> House:
    return post_settings(app.settings).house


def _material(prepared: Prepared, people: Mapping[str, Contact]) -> Material:
    return Material(
        case=prepared.case,
        paper=prepared.opening.paper,
        people=people,
        generations={},
        answers=(),
    )
