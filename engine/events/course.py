"""A decision's course: phases, deadlines, the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOpened(Event):
    """The decision entered a state that is not its end; `round` counts votes, from 1."""

    type: ClassVar[str] = "phase.opened"
    decision: str
    phase: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet(Event):
    """A state will end at `due_at`; reminders fall at the instants in `remind`."""

    type: ClassVar[str] = "deadline.set"
    decision: str
    name: str
    phase: str
    due_at: datetime
    remind: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended(Event):
    """More time in the same round: votes stand. `returned` of `on_roll` had answered."""

    type: ClassVar[str] = "deadline.extended"
    decision: str
    name: str
    phase: str
    was: datetime
    working_days: int
    automatic: bool
    because: str
    returned: int | None = None
    on_roll: int | None = None
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)
    person_hash: str | None = None  # of the second person, where it took two


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRecomputed(Event):
    """A holiday announced later moved a running deadline: only ever to a later time."""

    type: ClassVar[str] = "deadline.recomputed"
    decision: str
    name: str
    phase: str
    was: datetime
    due_at: datetime
    calendar: str
    remind: tuple[datetime, ...] = ()
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseClosed(Event):
    """A state's time was up: `closed_at` is the deadline, however late the sweep came."""

    type: ClassVar[str] = "phase.closed"
    decision: str
    phase: str
    deadline: str
    closed_at: datetime
    round: int
    question: str | None
    count: Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDeclared(Event):
    """The decision ended. `statement` and `reason` are words of staff, shown to practices.

    `unreached` are practices that no letter and no telephone call had reached by then: see
    `engine.reaching`. Absent where practices were asked nothing, or the end did not wait for them.
    `told_by_call` are those that nothing but a call on record had told; `silenced`, at the close of
    a vote, those that had not voted and where nobody held a link that casts.
    """

    type: ClassVar[str] = "outcome.declared"
    decision: str
    state: str
    result: str
    sentences: tuple[str, ...]
    count: Mapping[str, Plain] | None = None
    unreached: tuple[str, ...] | None = None
    told_by_call: tuple[str, ...] | None = None
    silenced: tuple[str, ...] | None = None
    statement: str | None = secret_of(Owner.DECISION)
    reason: str | None = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden(Event):
    """Staff changed the route. `lower` took two persons, and practices are told."""

    type: ClassVar[str] = "override"
    decision: str
    was: str
    route: str
    lower: bool
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)
    person_hash: str | None = None  # of the second person, where it took two


@dataclass(frozen=True, slots=True, kw_only=True)
class RevoteOrdered(Event):
    """A vote is held once more: who ordered it, and why."""

    type: ClassVar[str] = "revote.ordered"
    decision: str
    after: str
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotChanged(Event):
    """What is asked became less: a proposal was taken off, or a run-off is among those who tied."""

    type: ClassVar[str] = "ballot.changed"
    decision: str
    ballot: Mapping[str, tuple[str, ...]]
    because: str
    reason: str | None = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)
