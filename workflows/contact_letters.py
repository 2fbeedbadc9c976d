"""Telling people that the register changed: the old and the new address, and whoever has left.

Whoever speaks for a practice is told where letters go no longer, so that nobody is taken off, or
put in another's place, unnoticed. The letter to the old address holds no link.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.events import Audience, MailIntended
from engine.mailing import audience_digest, narrowed
from engine.naming import practice_role, role_words
from engine.people import PRACTICE_ROLES
from engine.trail import canonical
from storage.database import Reading
from storage.decisions import any_decision
from storage.intake import KnownPerson, PeopleChanges, PersonChange, PersonKind, spoken_name
from storage.ledger import Page
from storage.mailings import words_place
from storage.marks import clear_mark, raise_mark
from storage.openings import person_key
from storage.register import posts_at, practice_is_open, practice_name

Words = Callable[[datetime], str]
"""An instant in a reader's words."""

ENDED, CHANGED = "contact_ended", "contact_changed"
"""The letter to an address that is no longer written to, and the one to the new address."""

LEFT_ALONE = "left alone "
"""The mark of a practice that lost the last person who could be written to."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Who changed the register, as claimed, and when: in words."""

    by: str
    when: str


@dataclass(frozen=True, slots=True)
class _Notice:
    letter: str
    practice: str
    person: str
    words: Mapping[str, Any]


def tell_addresses(
    page: Page, changes: PeopleChanges, before: Mapping[str, KnownPerson], ruler: Ruler
) -> None:
    """Owe the letters to old and new addresses. `before` is the register before the changes.

    Before the first decision nobody has had a letter, so nobody is told where it goes no longer.
    """
    if not any_decision(page.connection):
        return
    for notice in (*_moved(page, changes, before), *_left(page, changes, before)):
        words = {**notice.words, "by": ruler.by, "when": ruler.when}
        place = words_place(page.edge.size)
        sealed = page.keys.seal(person_key(notice.person), canonical(words), place)
        owe_to(page, notice.letter, notice.practice, [notice.person], context={}, sealed=sealed)


def owe_to(
    page: Page,
    letter: str,
    practice: str,
    persons: Collection[str],
    *,
    context: Mapping[str, Any],
    sealed: bytes | None = None,
) -> int:
    """Owe a letter about the register to these persons of a practice (empty: the body); its leaf.

    They are named, for no roll says who they are.
    """
    to = Audience((practice,), persons=tuple(sorted(set(persons))))
    return page.file(
        MailIntended(
            letter=letter,
            audience=audience_digest(to),
            count=len(to.persons),
            to=to,
            context={**context, **narrowed(to)},
            sealed=sealed,
        )
    )


def _moved(
    page: Page, changes: PeopleChanges, before: Mapping[str, KnownPerson]
) -> Iterator[_Notice]:
    for change in changes.new_details:
        address = next((each for each in change.fields if each.field == "email"), None)
        if address is None or change.person is None:
            continue
        known = before[change.person]
        code = change.ods_code
        words = {
            "name": change.name,
            "posts": _posts(page.connection, known),
            "was": address.old,
            "now": address.new,
        }
        yield _Notice(ENDED, code, change.person, {**words, "to": address.old})
        yield _Notice(CHANGED, code, change.person, {**words, "to": address.new})


def _left(
    page: Page, changes: PeopleChanges, before: Mapping[str, KnownPerson]
) -> Iterator[_Notice]:
    """Those who hold no post any more at a practice where they held one."""
    ended = changes.of(PersonKind.ENDED)
    stay = set(posts_at(page.connection, {change.ods_code for change in ended}))
    told: set[tuple[str, str]] = set()
    for change in ended:
        place = (change.ods_code, change.person or "")
        if not change.ods_code or place in stay or place in told:
            continue
        told.add(place)
        yield _Notice(ENDED, *place, _leaving(page.connection, change, before[place[1]]))


def _leaving(reading: Reading, change: PersonChange, known: KnownPerson) -> Mapping[str, Any]:
    here = {(code, role) for code, role in known.posts if code == change.ods_code}
    return {
        "name": change.name,
        "posts": _posts(reading, KnownPerson(known.person, "", "", posts=frozenset(here))),
        "was": known.email,
        "now": "",
        "to": known.email,
    }


def _posts(reading: Reading, known: KnownPerson) -> list[str]:
    """What a person is, post by post: "the lead of Queensview Medical Centre (K83003)"."""
    rank = {role: place for place, role in enumerate(PRACTICE_ROLES)}
    held = sorted(known.posts, key=lambda post: (post[0], rank.get(post[1], len(rank)), post[1]))
    return [post_words(reading, code, role) for code, role in held]


def post_words(reading: Reading, code: str, role: str) -> str:
    """A post in words."""
    if not code:
        return role_words(role)
    return f"{practice_role(role)} of {spoken_name(practice_name(reading, code))} ({code})"


def note_left_alone(writing: Reading, codes: Collection[str], at: datetime) -> None:
    """Mark each practice that has nobody left to write to; take the mark off any that has."""
    there = {code for code, _ in posts_at(writing, codes)}
    for code in sorted(filter(None, codes)):
        if code in there or not practice_is_open(writing, code):
            clear_mark(writing, LEFT_ALONE + code)
        else:
            name = spoken_name(practice_name(writing, code))
            says = f"{name} ({code}): nobody is left to write to; ring them, and import who it is"
            raise_mark(writing, LEFT_ALONE + code, at, says)
