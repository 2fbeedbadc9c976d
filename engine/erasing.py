"""What may be erased, and why: the closed list of grounds, and the schedule of retention.

A schedule counts from the day on which a decision ended; what still runs keeps everything. Nought
stands for: kept for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.errors import Refused

MONTHS_A_YEAR = 12
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

BASES: Mapping[str, str] = {
    "request": "the person asked for it",
    "retention": "the time to keep it is over",
    "merger": "the practice or the body became part of another",
    "court_order": "a court or a regulator ordered it",
    "mistake": "it should not have been recorded",
    "restored": "it had been erased before a backup was restored",
}
"""Why something is erased: the word in the leaf, and what it means. No personal data."""


class NoSuchBasis(Refused):
    """Nothing is erased without one of the grounds there are."""

    remedy = f"Add --basis with one of: {', '.join(BASES)}."


def require_basis(basis: str) -> str:
    """The ground as leaves write it. Raises `NoSuchBasis`."""
    word = basis.strip().casefold().replace("-", "_")
    if word not in BASES:
        raise NoSuchBasis(f"{basis!r} is no ground for an erasure." if basis else None)
    return word


class Kind(StrEnum):
    """What the schedule tells apart."""

    CONTACTS = "contacts"  # addresses on the roll and of letters, and what relays said
    COMMENTS = "comments"  # comments, call-ins and challenges, and who sent them
    VOTES_BY = "votes_by"  # who answered for a practice, and the name typed; never the choice
    INTERESTS = "interests"  # interests declared, and the rulings on them
    DECISIONS = "decisions"  # everything of a decision that is left: its words, its choices


SAYS: Mapping[Kind, str] = {
    Kind.CONTACTS: "addresses, and what relays said",
    Kind.COMMENTS: "comments, call-ins and challenges, with who sent them",
    Kind.VOTES_BY: "who answered for a practice",
    Kind.INTERESTS: "interests declared, and rulings on them",
    Kind.DECISIONS: "all words and choices of a decision, and its documents",
}

_REQUESTS = ("comment.received", "call_in.requested", "challenge.raised")
_KINDS: Mapping[tuple[str, str], Kind] = {
    **{(type_, field): Kind.COMMENTS for type_ in _REQUESTS for field in ("text", "by")},
    **{(type_, "by"): Kind.VOTES_BY for type_ in ("vote.cast", "vote.changed", "vote.rejected")},
    **{
        (type_, field): Kind.INTERESTS
        for type_ in ("interest.declared", "interest.ruled")
        for field in ("text", "reason", "by")
    },
}


def kind_of(type_: str, field: str) -> Kind:
    """What an opening is to the schedule, by its leaf's type and its field."""
    if type_.startswith("mail.") or field == "contact" or field.endswith("/contact"):
        return Kind.CONTACTS
    return _KINDS.get((type_, field), Kind.DECISIONS)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long each kind is kept after a decision has ended, in months; 0 is for good."""

    months: Mapping[Kind, int]

    def over(self, ended: date, today: date) -> frozenset[Kind]:
        """The kinds whose time is over, for a decision that ended on that day.

        With a decision's own time over, nothing of it is left.
        """
        due = {k for k, n in self.months.items() if n and today >= months_after(ended, n)}
        return frozenset(Kind) if Kind.DECISIONS in due else frozenset(due)


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year = day.year + years
    leap = month == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return date(year, month + 1, min(day.day, LAST_DAYS[month] + leap))
