"""The management allowance: the money for running the body, and the yearly account of its use.

English commissioning groups had at most £25 for each registered patient in 2013/14, £24.73 in
2014/15 and £22.07 in 2015/16. Members see how it is used for each patient, entry by entry. Money is
whole pounds or whole pence; whatever does not come out even is rounded half up, once, where it is
told, and sums are made of what was not rounded.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from engine.per_head import Patients, half_up, pounds_words


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a year has: so many pence for each patient, or a stated sum (`per_head_pence` None)."""

    year: str
    pounds: int
    per_head_pence: int | None
    patients: Patients
    at: datetime


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """A query of an entry: by whom (a role), until when an answer is due, what became of it."""

    number: int
    leaf: int
    role: str
    asked_at: datetime
    due_at: datetime
    overdue: bool = False
    answer: int | None = None  # the leaf that answers it
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision that was charged. `per_head` is in millionths of a pound, None without patients.

    `reversed_at` and `because` are set where the money was given back.
    """

    leaf: int
    decision: str
    year: str
    money_gbp: int
    patients: Patients
    per_head: int | None
    at: datetime
    reversed_at: datetime | None = None
    because: str = ""
    queries: tuple[QueryRecord, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the year still bears it."""
        return self.reversed_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of the account: a charge, or one given back (`money_gbp` below zero)."""

    entry: Entry
    at: datetime
    money_gbp: int
    spent: int  # the running total, this line with it


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision that draws on the allowance and is not charged; None where it states no sum."""

    decision: str
    money_gbp: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Account:
    """A year's account. `committed` is running and not yet approved; `apart` ended uncharged."""

    year: str
    allowance: Allowance | None
    entries: tuple[Entry, ...]
    committed: tuple[Pending, ...] = ()
    apart: tuple[Pending, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every movement in the order of time, with the running total.

        What is given back goes to the year that was charged, on whatever day that is.
        """
        moves = [(entry.at, entry.leaf, entry.money_gbp, entry) for entry in self.entries]
        moves += [
            (entry.reversed_at, entry.leaf, -entry.money_gbp, entry)
            for entry in self.entries
            if entry.reversed_at is not None
        ]
        lines, spent = [], 0
        for at, _, money, entry in sorted(moves, key=lambda move: move[:2]):
            spent += money
            lines.append(Line(entry, at, money, spent))
        return tuple(lines)

    @property
    def spent(self) -> int:
        """What the year bears, in whole pounds."""
        return sum(entry.money_gbp for entry in self.entries if entry.stands)

    @property
    def left(self) -> int | None:
        """What is left of the allowance, below zero where it is overspent; None where not set."""
        return None if self.allowance is None else self.allowance.pounds - self.spent

    @property
    def overspent(self) -> int:
        """By how many pounds the allowance is exceeded; 0 where it is not, or not set."""
        return max(0, -(self.left or 0))

    @property
    def open_queries(self) -> tuple[tuple[Entry, QueryRecord], ...]:
        """Queries without an answer, each with its entry."""
        return tuple((e, query) for e in self.entries for query in e.queries if query.is_open)

    def share(self, money_gbp: int) -> int | None:
        """A sum's share of the allowance in thousandths, rounded half up; None without one."""
        if self.allowance is None or not self.allowance.pounds:
            return None
        return half_up(Fraction(1_000 * money_gbp, self.allowance.pounds))


def share_words(thousandths: int | None) -> str:
    """`12.5%`; empty where there is no share."""
    if thousandths is None:
        return ""
    sign, size = ("-" if thousandths < 0 else ""), abs(thousandths)
    return f"{sign}{size // 10}.{size % 10}%"


def stands_words(account: Account) -> str:
    """Where the account stands, in a sentence; an overspent one says so first."""
    spent = pounds_words(account.spent)
    if account.allowance is None:
        return f"NO ALLOWANCE IS SET for {account.year}; {spent} is charged to it."
    whole = pounds_words(account.allowance.pounds)
    if account.overspent:
        over = pounds_words(account.overspent)
        return f"OVERSPENT by {over}: {spent} is charged to {account.year}, of {whole}."
    left = pounds_words(account.left or 0)
    return f"{spent} of {whole} is charged to {account.year}; {left} is left."


def if_approved(account: Account, money_gbp: int) -> str:
    """What approving a sum would do to the account: for whoever decides on it."""
    sum_ = f"It draws {pounds_words(money_gbp)} from the management allowance of {account.year}"
    if account.allowance is None:
        return f"{sum_}, for which no allowance has been set."
    left, whole = account.left or 0, pounds_words(account.allowance.pounds)
    if money_gbp > left:
        over = pounds_words(money_gbp - left)
        return f"{sum_}. Approved, it OVERSPENDS the allowance of {whole} by {over}."
    return f"{sum_}. Approved, it leaves {pounds_words(left - money_gbp)} of {whole}."
