"""Letters as their readers would get them, written and not sent: made-up ones, or a decision's own.

No link in them opens anything: words stand where a person's token would.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.bootstrap import App, post_settings
from engine.errors import Refused
from notifications.calendar_files import Organiser
from notifications.compose import compose
from notifications.context import ANY_MARK
from notifications.deadlines import deadline_file
from notifications.letter_samples import all_samples
from notifications.letters import Draft, render
from notifications.material import Material, load_material
from storage.database import Reading
from storage.decisions import load_decision
from storage.mailings import OwedMailing, mailings_about
from storage.register import Contact, contacts, written_to

STAND_IN = "THEIR-OWN-LINK"
"""What stands where a person's token would."""


class NoSuchLetter(Refused):
    """There is no letter of that name."""

    remedy = "See `quorate letters list`; a sample is named as vote_opened/manager."


class NotOwed(Refused):
    """The decision has owed no such letter so far."""

    remedy = "Leave NAME out to see those it has owed; without --decision you see a sample."


@dataclass(frozen=True, slots=True)
class Preview:
    """One letter: its name as `letters preview` takes it, and all that its reader sees."""

    name: str
    to: str  # an address; empty in a sample
    subject: str
    text: str
    html: str
    attached: Mapping[str, str] = field(default_factory=dict)  # texts by file name


def sample_previews(name: str | None = None) -> list[Preview]:
    """The samples of all letters, of one (`vote_opened`), or one alone (`vote_opened/manager`)."""
    letter, _, sample = (name or "").partition("/")
    found = [
        _preview(f"{own}/{called}", "", render(own, values))
        for own, samples in all_samples().items()
        for called, values in samples.items()
        if name is None or (own == letter and sample in {"", called})
    ]
    if not found:
        raise NoSuchLetter(f"There is no letter {name!r}.")
    return found


def own_previews(app: App, reference: str, practice: str | None, name: str | None) -> list[Preview]:
    """The letters that a decision has owed so far, each to its first reader, oldest first.

    Those to practices are shown as `practice` reads them, or the first on the roll with a contact.
    """
    with app.store.database.reading() as reading:
        decision = load_decision(reading, app.store.keys, reference)
        roll = app.library.roll(reading, decision.roll)
        reached = next((line.practice for line in roll.lines if line.persons), "")
        code = practice or reached
        if practice and practice not in roll.by_practice:
            raise NotOwed(f"{practice} is not on the roll of {reference}.", "Name one that is.")
        found = [
            each
            for mailing in mailings_about(reading, reference)
            if name in {None, mailing.letter} and not (practice and mailing.role)
            for each in _own(app, reading, mailing, code)
        ]
    if not found:
        letter = f"{name} letter" if name else "letter"
        raise NotOwed(f"{reference} has owed no {letter} to {practice or 'anybody'} so far.")
    return found


def _own(app: App, reading: Reading, mailing: OwedMailing, code: str) -> Iterator[Preview]:
    if mailing.role is None and code not in mailing.practices:
        return
    material = load_material(reading, app.store.keys, app.library, mailing)
    to = _reader(reading, mailing, material, code)
    if to is None or material.is_erased:
        return
    settings = post_settings(app.settings)
    practice = "" if mailing.role else code
    values = compose(settings.house, mailing, material, practice, to)
    sender = Organiser(settings.sender_name, settings.sender)
    files = deadline_file(mailing, material, sender)
    draft = render(mailing.letter, values)
    yield _preview(f"{mailing.letter}/{mailing.leaf}", to.email, draft, files)


def _reader(
    reading: Reading, mailing: OwedMailing, material: Material, code: str
) -> Contact | None:
    if mailing.role is not None:
        return next(iter(written_to(reading, mailing.role)), None)
    persons = [person.person for person in material.case.roll.by_practice[code].persons]
    known = contacts(reading, persons)
    return next((known[person] for person in persons if person in known), None)


def _preview(
    name: str, to: str, draft: Draft, attached: Mapping[str, str] | None = None
) -> Preview:
    text, html = (ANY_MARK.sub(STAND_IN, part) for part in (draft.text, draft.html))
    return Preview(name, to, draft.subject, text, html, attached or {})
