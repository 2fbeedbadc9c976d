"""Whom to ring: the practices that no letter has reached, and their people with a telephone."""

from dataclasses import dataclass

from storage.database import Reading
from storage.register import Ringable, ringable
from workflows.certificate import Certificate, Reach


@dataclass(frozen=True, slots=True)
class ToRing:
    """A practice to ring; `noted` is the leaf that says that no letter has reached it."""

    practice: str
    name: str
    noted: int | None
    people: tuple[Ringable, ...]


def phone_list(reading: Reading, made: Certificate) -> tuple[ToRing, ...]:
    """The practices of a certificate that nothing has reached, in the roll's order."""
    return tuple(
        ToRing(
            practice=each.practice,
            name=each.name,
            noted=next(
                (s.leaf for s in reversed(each.course) if s.type == "practice.unreached"), None
            ),
            people=ringable(reading, each.practice),
        )
        for each in made.practices
        if each.reach is Reach.UNREACHED
    )
