"""Who may see which opening: a rule of the body's own, told to everyone before they answer.

The committee audits, so it sees everything, the addresses that letters went to among it: who may
starve a practice of letters may also send them elsewhere. Practices that were asked see what was
decided and why, each other's votes once they are counted, and all that is their own. The public
sees what the register shows. A choice is shown to nobody before its vote is closed.
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
        if field == CHOICE and not closed:
            return False
        match self.role:
            case Role.COMMITTEE:
                return True
            case Role.PUBLIC:
                return field in _PUBLIC.get(kind, ())
        if body.get("practice") == self.practice:
            return True
        asked = body.get("decision") in self.asked_in
        return asked and (field == CHOICE or field in _ASKED.get(kind, ()))
