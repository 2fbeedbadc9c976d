"""The account of the management allowance: what is set, charged, given back, queried, answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceSet(Event):
    """A year's allowance was set, or set anew: the last one stands.

    `pounds` is `per_head_pence` for each of `patients`, in whole pounds rounded half up; without
    `per_head_pence` it is a stated sum. `unknown` are practices whose list is not among `patients`.
    """

    type: ClassVar[str] = "allowance.set"
    year: str
    pounds: int
    per_head_pence: int | None
    patients: int
    unknown: tuple[str, ...]
    reason: str = secret_of(Owner.ACCOUNT)
    by: Mapping[str, Plain] = secret_of(Owner.ACCOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharged(Event):
    """A decision that draws on the allowance was approved: its sum is charged to the year.

    `per_head` is millionths of a pound for each of `patients`, rounded half up; absent where no
    list is known. `patients` are those of the body's open practices at that time; `unknown` are
    the practices whose list is not among them.
    """

    type: ClassVar[str] = "allowance.charged"
    decision: str
    year: str
    money_gbp: int
    patients: int
    unknown: tuple[str, ...]
    per_head: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceReversed(Event):
    """What was charged is given back to the year that bore it.

    `because` is the act or the outcome that undid it: one of `engine.charging.UNDOES`.
    """

    type: ClassVar[str] = "allowance.reversed"
    decision: str
    year: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceQueried(Event):
    """A member of the committee asks about an entry; an answer is due by `due_at`.

    `query` counts the decision's queries from 1; `role` is the office in which it is asked;
    `calendar` the digest of the calendar that gives `due_at`.
    """

    type: ClassVar[str] = "allowance.queried"
    decision: str
    query: int
    role: str
    due_at: datetime
    calendar: str
    text: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceAnswered(Event):
    """A query was answered."""

    type: ClassVar[str] = "allowance.answered"
    decision: str
    query: int
    role: str
    text: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)
