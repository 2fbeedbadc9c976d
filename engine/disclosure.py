"""Who may see which opening: a rule of the body's own, told to everyone before they answer.

The committee audits, so it sees everything but addresses and what relays said of them. Practices
that were asked see what was decided and why, each other's votes once they are counted, and all
that came from themselves. The public sees what the register shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """For whom a trail is opened."""

    COMMITTEE = "committee"
    PRACTICE = "practice"
    PUBLIC = "public"


ADDRESSES = frozenset({"contact", "words"})
"""Fields that hold an address, or a relay's words with one: in no bundle."""

CHOICE = "choice"

_PUBLIC: Mapping[str, frozenset[str]] = {
    "decision.opened": frozenset({"title", "summary"}),
    "outcome.declared": frozenset({"statement", "reason"}),
}
_ASKED: Mapping[str, frozenset[str]] = {
    **_PUBLIC,
    "decision.opened": frozenset({"title", "summary", "paper"}),
    "body.acted": frozenset({"reason"}),
    "override": frozenset({"reason"}),
    "revote.ordered": frozenset({"reason"}),
    "ballot.changed": frozenset({"reason"}),
    "deadline.recomputed": frozenset({"reason"}),
}
"""What every practice that was asked has been told by letter."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a role and, for a practice, which one and the decisions it was asked in."""

    role: Role
    practice: str = ""
    asked_in: frozenset[str] = frozenset()

    def may_see(self, kind: str, body: Mapping[str, Any], field: str, *, closed: bool) -> bool:
        """Whether this opening is shown. `closed`: the vote that a choice belongs to is counted."""
        if field in ADDRESSES or (field == CHOICE and not closed):
            return False
        match self.role:
            case Role.COMMITTEE:
                return True
            case Role.PUBLIC:
                return field in _PUBLIC.get(kind, ())
        if body.get("decision") not in self.asked_in:
            return False
        own = body.get("practice") == self.practice
        return own or field == CHOICE or field in _ASKED.get(kind, ())
