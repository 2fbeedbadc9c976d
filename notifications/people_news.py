"""Letters about who a practice's people are: a change of address, a correction and its ruling.

They hold no link. Addresses are shown in part, for the mailbox that reads the letter may be read by
others; the secretariat alone reads them whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.correcting import masked, masked_beside, proposal_words
from engine.naming import role_words
from engine.trail import parse
from notifications.compose import House
from notifications.context import Context
from notifications.material import footer_of, key_in_force
from storage.corrections import Standing, read_correction
from storage.database import Reading
from storage.intake import spoken_name
from storage.keys import Erased, Keys
from storage.mailings import OwedMailing, words_place
from storage.openings import person_key
from storage.register import Contact, practice_name


@dataclass(frozen=True, slots=True)
class PeopleNews:
    """What such a mailing's letters are written from. `words` are None once erased."""

    words: Mapping[str, Any] | None
    practice: tuple[str, str]  # code and name; empty for people of the body
    vkey: str
    footer: tuple[str, ...]
    to: Contact | None = None  # where it goes whatever the register says now
    people: Mapping[str, Contact] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()

    @property
    def is_erased(self) -> bool:
        """Whether what the letter would tell of is gone."""
        return self.words is None


def load_news(reading: Reading, keys: Keys, mailing: OwedMailing) -> PeopleNews:
    """Load what this mailing's letters need."""
    code, person = mailing.practices[0], mailing.context["persons"][0]
    if "correction" in mailing.context:
        words = _of_correction(reading, keys, mailing)
        code, to = mailing.context["practice"], None
    else:
        words = _opened(keys, mailing, person)
        to = Contact(person, words["name"], words["to"]) if words else None
    name = spoken_name(practice_name(reading, code)) if code else ""
    return PeopleNews(words, (code, name), key_in_force(reading), footer_of(mailing), to)


def _of_correction(reading: Reading, keys: Keys, mailing: OwedMailing) -> Mapping[str, Any] | None:
    """What was asked for, and what the secretariat made of it."""
    correction = read_correction(reading, keys, mailing.context["correction"])
    if correction is None or correction.words is None:
        return None
    accepted = correction.status is Standing.ACCEPTED
    return {
        **correction.words,
        "kind": correction.kind,
        "id": correction.id,
        "accepted": accepted,
        "when": mailing.context["when"],
    }


def _opened(keys: Keys, mailing: OwedMailing, person: str) -> Mapping[str, Any] | None:
    if mailing.sealed is None:
        return None
    try:
        content = keys.unseal(person_key(person), mailing.sealed, words_place(mailing.leaf))
    except Erased:
        return None
    words: Mapping[str, Any] = parse(content)
    return words


def compose_news(house: House, mailing: OwedMailing, news: PeopleNews, reader: Contact) -> Context:
    """The values of one letter to one reader."""
    words = news.words or {}
    code, name = news.practice
    asked = "correction" in mailing.context
    whole = mailing.letter == "correction_waiting"
    change = _asked(words, whole=whole) if asked else _moved(words)
    return Context(
        organisation=house.organisation,
        reference="",
        title="",
        contact=house.contact or house.organisation,
        person_name=reader.name,
        practice_code=code or None,
        practice_name=name or house.organisation,
        owner=role_words("secretary"),
        change=change,
        changed_by=_by(words),
        changed_words=words["when"],
        comment=words.get("note", ""),
        accepted=bool(words.get("accepted")),
        has_left=not asked and not words["now"],
        reason=words.get("reason", ""),
        correction=words.get("id"),
        vkey=news.vkey,
        checkpoint=news.footer,
    )


def _by(words: Mapping[str, Any]) -> str:
    """Who did it, as typed or claimed; for a correction, whose link was used."""
    link_of = words.get("link_of", "")
    return f"{words['by']}, by the link of {link_of}" if link_of else str(words["by"])


def _asked(words: Mapping[str, Any], *, whole: bool) -> tuple[str, ...]:
    return proposal_words(words["kind"], words["was"], words["to"], whole=whole)


def _moved(words: Mapping[str, Any]) -> tuple[str, ...]:
    """A change of address, or that somebody has left, as sentences."""
    name, posts = words["name"], words["posts"]
    if not words["now"]:
        return tuple(f"{name} is no longer {post}." for post in posts)
    return (
        f"Letters to {name} went to {masked(words['was'])}.",
        f"They now go to {masked_beside(words['now'], words['was'])}.",
        *(f"{name} is {post}." for post in posts),
    )
