"""The first letter of a decision that is about to be opened, as its first contact would read it."""

from collections.abc import Mapping

from app.bootstrap import App, post_settings
from engine.events import MailIntended
from notifications.compose import House, compose
from notifications.context import MARK
from notifications.letters import render
from notifications.material import Material
from storage.outbox import OwedMailing
from storage.register import Contact, contacts
from workflows.openings import Prepared


def preview(app: App, prepared: Prepared) -> str:
    """The text part, with a stand-in for the link; empty where nobody can be written to."""
    first = next((e for e in prepared.events if isinstance(e, MailIntended)), None)
    line = next((each for each in prepared.opening.roll.lines if each.persons), None)
    if first is None or line is None:
        return ""
    with app.store.database.reading() as reading:
        people = contacts(reading, [person.person for person in line.persons])
    mailing = OwedMailing(
        leaf=0,
        decision=prepared.opening.reference,
        letter=first.letter,
        practices=(line.practice,),
        role=None,
        context=dict(first.context),
        at=prepared.at,
    )
    reader = people[line.persons[0].person]
    material = _material(prepared, people)
    draft = render(first.letter, compose(_house(app), mailing, material, line.practice, reader))
    text = draft.text.replace(MARK, "THEIR-OWN-LINK")
    return f"To: {reader.email}\nSubject: {draft.subject}\n\n{text}"


def _house(app: App) -> House:
    return post_settings(app.settings, app.store).house


def _material(prepared: Prepared, people: Mapping[str, Contact]) -> Material:
    return Material(
        case=prepared.case,
        paper=prepared.opening.paper,
        statement=None,
        reason=None,
        people=people,
        generations={},
        answers=(),
    )
