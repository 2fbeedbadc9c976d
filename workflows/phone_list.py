"""Whom to ring: the practices that no letter has reached, and their people with a telephone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage import phones
from storage.database import Reading
from workflows.certificate import Certificate, PracticeNotice, Reach


@dataclass(frozen=True, slots=True)
class ToRing:
    """A practice to ring, with its people, the first in rank first.

    `noted` is the leaf that says that no letter has reached it, where that was looked up.
    """

    practice: str
    name: str
    people: tuple[phones.Ring, ...]
    noted: int | None = None


def to_ring(reading: Reading, lost: Mapping[str, str]) -> tuple[ToRing, ...]:
    """Whom to ring at these practices, given as code and name."""
    people = phones.phone_list(reading, lost)
    return tuple(ToRing(code, name, people.get(code, ())) for code, name in lost.items())


def phone_list(reading: Reading, made: Certificate) -> tuple[ToRing, ...]:
    """The practices of a certificate that nothing has reached, in the roll's order."""
    lost = {each.practice: each for each in made.practices if each.reach is Reach.UNREACHED}
    found = to_ring(reading, {code: each.name for code, each in lost.items()})
    return tuple(replace(each, noted=_noted(lost[each.practice])) for each in found)


def _noted(practice: PracticeNotice) -> int | None:
    leaves = (s.leaf for s in reversed(practice.course) if s.type == "practice.unreached")
    return next(leaves, None)
