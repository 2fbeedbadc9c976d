"""Who acts: the roles a person may hold, and how a staff member's act reached us."""

from dataclasses import dataclass
from enum import StrEnum

PRACTICE_ROLES = ("lead", "deputy", "manager", "gp", "nurse", "staff")
"""Roles within a practice, the first being first in rank."""

BODY_ROLES = (
    "secretary",
    "accountable_officer",
    "chair",
    "lay_chair",
    "committee",
    "governing_body",
    "lmc",
    "federation",
    "patient_forum",
    "locality_lead",
)
"""Roles of the body itself: people without a practice."""


class How(StrEnum):
    """The door by which a command came in."""

    CLI = "cli"
    SESSION = "session"
    LINK = "link"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a staff command. `person` is recorded as claimed when `how` is the command line."""

    person: str | None
    how: How


SYSTEM = Actor(None, How.SYSTEM)


@dataclass(frozen=True, slots=True)
class By:
    """Who answered for a practice: whose link it was, and the name and role that were typed."""

    person: str
    name: str
    role: str = ""

    def value(self) -> dict[str, str]:
        """The value that a leaf's `by` commits to."""
        return {"person": self.person, "name": self.name, "role": self.role}
