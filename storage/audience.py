"""Whom a letter goes to: one reading, for what is previewed, sent and certified."""

from engine.escalation import readers
from engine.events import Audience
from storage.database import Reading
from storage.decisions import load_decision
from storage.keys import Keys
from storage.library import Library
from storage.outbox import Addressee
from storage.register import posts_at, written_to


def audience_of(
    reading: Reading,
    keys: Keys,
    library: Library,
    decision: str,
    to: Audience,
) -> list[Addressee]:
    """Everyone who gets a letter that is owed to this audience, in the roll's order.

    `decision` is empty for letters about the trail, which go to everyone in the register.
    An audience of persons is these people of its one practice, on the roll or not.
    """
    if to.role is not None:
        return [
            Addressee("", contact.person) for contact in written_to(reading, to.role, to.locality)
        ]
    if to.persons:
        return [Addressee(code, person) for code in to.practices for person in to.persons]
    if not decision:
        return [Addressee(code, person) for code, person in posts_at(reading, to.practices)]
    roll = library.roll(reading, load_decision(reading, keys, decision).roll)
    return [
        Addressee(code, person.person)
        for code in to.practices
        for person in readers(roll.by_practice[code], to.rung)
    ]
