"""What a file of people would do to the register, as values: one change for each line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.intake.practice_report import FieldChange


class PersonKind(StrEnum):
    """What becomes of one post, or of the person who holds it."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the register, with the posts held: pairs of practice code (or "") and role."""

    person: str
    name: str
    email: str
    phone: str = ""
    posts: frozenset[tuple[str, str]] = frozenset()
    locality: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """The name and address by which a row of a file finds this person."""
        return self.name.casefold(), self.email.casefold()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What one row does, or (line None) what a post's absence from the file does.

    `person` is the known id, None for somebody new: new rows with equal `identity` are one person.
    `name`, `email`, `phone` and `locality` are as they are to stand. `fields` says which of them
    change; they stand on one row of each person only, whose kind is ADDED if its post is new.
    """

    kind: PersonKind
    line: int | None
    person: str | None
    ods_code: str
    role: str
    name: str
    email: str
    phone: str
    says: str
    fields: tuple[FieldChange, ...] = ()
    locality: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """The name and address that tell one new person from another."""
        return self.name.casefold(), self.email.casefold()


@dataclass(frozen=True, slots=True)
class PeopleChanges:
    """Every row's change in the order of the file, then the posts that end."""

    lines: tuple[PersonChange, ...]

    @property
    def counts(self) -> Mapping[PersonKind, int]:
        """How many posts each kind has, every kind named."""
        found = Counter(change.kind for change in self.lines)
        return {kind: found[kind] for kind in PersonKind}

    @property
    def new_details(self) -> tuple[PersonChange, ...]:
        """One change for each known person whose name, address or telephone changes."""
        return tuple(change for change in self.lines if change.fields)

    def of(self, kind: PersonKind) -> tuple[PersonChange, ...]:
        """Pick the changes of one kind."""
        return tuple(change for change in self.lines if change.kind is kind)
