"""Letters about the trail itself: a daily checkpoint to the committee, a monthly one to practices.

They ask for nothing. What they carry is the checkpoint at their end: with some hundred mailboxes
holding one, nobody can show two histories, nor cut off the end of one, unnoticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.naming import role_words
from notifications.compose import House
from notifications.context import Context
from notifications.material import footer_of, key_in_force
from notifications.words import headline
from storage.database import Reading
from storage.decisions import read_paper
from storage.keys import Keys
from storage.mailings import OwedMailing
from storage.register import Contact


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What such a mailing's letters are written from. Titles are by reference."""

    titles: Mapping[str, str]
    vkey: str
    footer: tuple[str, ...]
    people: Mapping[str, Contact] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()


def load_bulletin(reading: Reading, keys: Keys, mailing: OwedMailing) -> Bulletin:
    """Load what this mailing's letters need."""
    named = {*mailing.context.get("opened", ()), *mailing.context.get("ended", {})}
    titles = {reference: read_paper(reading, keys, reference).title for reference in named}
    return Bulletin(titles, key_in_force(reading), footer_of(mailing))


def compose_bulletin(
    house: House, mailing: OwedMailing, bulletin: Bulletin, reader: Contact
) -> Context:
    """The values of one letter to one reader."""
    told, titles = mailing.context, bulletin.titles
    return Context(
        organisation=house.organisation,
        reference="",
        title="",
        contact=house.contact or house.organisation,
        person_name=reader.name,
        owner=role_words(mailing.role) if mailing.role else None,
        period=told["period"],
        entries=f"{told['size']:,}",
        new_entries=f"{told['new']:,}",
        opened_then=tuple(f"{ref}: {titles[ref]}" for ref in told.get("opened", ())),
        ended_then=tuple(
            f"{ref}: {titles[ref]}: {headline(result).lower()}"
            for ref, result in told.get("ended", {}).items()
        ),
        vkey=bulletin.vkey,
        checkpoint=bulletin.footer,
    )
