"""What an auditor sees of a year's account, as plain values: `workflows.account_pages` draws them.

Sums are whole pounds in words; instants are in words, London time.
"""

from dataclasses import dataclass
from enum import StrEnum


class Waiting(StrEnum):
    """Where a query stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an entry. `until` says by when an answer is due, was due, or came."""

    number: int
    leaf: int
    by: str
    asked: str
    waiting: Waiting
    until: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A charge, or one given back and why. `is_over` where it lies above the allowance."""

    day: str
    decision: str
    title: str
    pounds: str
    each: str
    running: str
    is_over: bool
    share: str
    given_back: str = ""
    queries: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a decision drew in this year, and what was asked about it.

    `given_back` is empty while the year bears it; `unknown` are practices whose lists are not
    counted, because nobody knows their size.
    """

    decision: str
    title: str
    sum: str
    given_back: str
    unknown: tuple[str, ...]
    queries: tuple[Query, ...]

    @property
    def may_be_queried(self) -> bool:
        """Whether no query of it waits for its answer."""
        return all(query.waiting is Waiting.ANSWERED for query in self.queries)


@dataclass(frozen=True, slots=True)
class Uncharged:
    """A decision that draws on the allowance, and has not been charged to a year."""

    decision: str
    title: str
    sum: str
    why: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A year's account. `before` and `after` are the next years with anything in them, or empty.

    `has` says what the allowance is, and is empty where none is set; `picture` is an SVG then.
    """

    year: str
    before: str
    after: str
    says: str
    has: str
    unknown: tuple[str, ...]
    is_overspent: bool
    picture: str
    movements: tuple[Movement, ...]
    entries: tuple[Drawn, ...]
    committed: tuple[Uncharged, ...]
    committed_sum: str
    apart: tuple[Uncharged, ...]

    @property
    def overdue(self) -> tuple[tuple[Drawn, Query], ...]:
        """Queries that have no answer although their time is over."""
        return tuple(
            (entry, query)
            for entry in self.entries
            for query in entry.queries
            if query.waiting is Waiting.OVERDUE
        )
