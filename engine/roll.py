"""Who is asked: the practices and people of a decision, frozen at its opening.

A roll is a file of its own, named by the digest of its canonical bytes; its root is the RFC 6962
root over its lines. Contacts are commitments in it, so that it can be shown to any practice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.trail import canonical, leaf_hash, root


@dataclass(frozen=True, slots=True)
class RollPerson:
    """A person who hears of the decision; `contact` is the commitment to the address."""

    person: str
    role: str
    may_cast: bool
    contact: str


@dataclass(frozen=True, slots=True)
class RollLine:
    """A practice on the roll. `list_size` is registered patients, None where not known."""

    practice: str
    name: str
    locality: str
    list_size: int | None
    list_date: str | None
    weight: int
    persons: tuple[RollPerson, ...]

    @property
    def has_contact(self) -> bool:
        """Whether anyone at all can be written to."""
        return bool(self.persons)


@dataclass(frozen=True)
class Roll:
    """The lines, sorted by practice, each with its persons sorted by id."""

    lines: tuple[RollLine, ...]

    @cached_property
    def by_practice(self) -> Mapping[str, RollLine]:
        """The lines by ODS code."""
        return {line.practice: line for line in self.lines}

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Each practice's place on the roll, from 1."""
        return {line.practice: n for n, line in enumerate(self.lines, 1)}

    @property
    def practices(self) -> tuple[str, ...]:
        """The ODS codes on the roll, in order."""
        return tuple(line.practice for line in self.lines)

    @cached_property
    def localities(self) -> Mapping[str, frozenset[str]]:
        """The practices of each locality; those of none under the empty name."""
        names = dict.fromkeys(line.locality for line in self.lines)
        return {
            name: frozenset(line.practice for line in self.lines if line.locality == name)
            for name in names
        }

    @property
    def unreachable(self) -> tuple[str, ...]:
        """Practices without any contact: on the roll, and to be named."""
        return tuple(line.practice for line in self.lines if not line.has_contact)

    @property
    def voiceless(self) -> tuple[str, ...]:
        """Practices with contacts of whom none may cast a vote."""
        return tuple(
            line.practice
            for line in self.lines
            if line.has_contact and not any(person.may_cast for person in line.persons)
        )

    def value(self) -> list[dict[str, Any]]:
        """The roll as plain values: the content of its file."""
        return [_line_value(line) for line in self.lines]

    def root(self) -> str:
        """The RFC 6962 root over the lines' canonical bytes, hex."""
        return root([leaf_hash(canonical(line)) for line in self.value()]).hex()


def _line_value(line: RollLine) -> dict[str, Any]:
    return {
        "practice": line.practice,
        "name": line.name,
        "locality": line.locality,
        "list_size": line.list_size,
        "list_date": line.list_date,
        "weight": line.weight,
        "persons": [
            {"person": p.person, "role": p.role, "may_cast": p.may_cast, "contact": p.contact}
            for p in line.persons
        ],
    }


def make_roll(lines: Iterable[RollLine]) -> Roll:
    """Put lines and their persons in the roll's order."""
    ordered = sorted(lines, key=lambda line: line.practice)
    return Roll(tuple(_with_sorted_persons(line) for line in ordered))


def _with_sorted_persons(line: RollLine) -> RollLine:
    persons = tuple(sorted(line.persons, key=lambda person: person.person))
    return RollLine(
        line.practice,
        line.name,
        line.locality,
        line.list_size,
        line.list_date,
        line.weight,
        persons,
    )


def roll_from_value(value: list[dict[str, Any]]) -> Roll:
    """Read a roll's file back."""
    return Roll(
        tuple(
            RollLine(
                **{**line, "persons": tuple(RollPerson(**person) for person in line["persons"])}
            )
            for line in value
        )
    )
