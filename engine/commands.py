"""What may be asked of a decision. Commands are imperative; `engine.decide` rules on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from engine.people import Actor, By
from engine.working_days import Calendar


class Scope(StrEnum):
    """How much of a decision's answers a command needs loaded."""

    NOTHING = "nothing"
    OWN = "own"  # this practice's
    TURNOUT = "turnout"  # which practices have answered, not what
    ALL = "all"  # every answer that stands: the count only


@dataclass(frozen=True, slots=True)
class Command:
    """Anything that may be asked."""

    scope: ClassVar[Scope] = Scope.NOTHING


@dataclass(frozen=True, slots=True)
class GiveAnswer(Command):
    """What a person sent by link: a choice for each question, or none; a name; a comment."""

    scope: ClassVar[Scope] = Scope.OWN
    practice: str
    by: By
    may_cast: bool
    choices: Mapping[str, str]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PassDeadline(Command):
    """A deadline's time has come, says the sweep."""

    scope: ClassVar[Scope] = Scope.ALL
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Remind(Command):
    """A reminder's moment has come."""

    scope: ClassVar[Scope] = Scope.TURNOUT
    name: str


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """End the decision without an outcome; practices are told why."""

    actor: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class Conclude(Command):
    """End a consultation with the outcome statement."""

    scope: ClassVar[Scope] = Scope.TURNOUT
    actor: Actor
    statement: str


@dataclass(frozen=True, slots=True)
class RecordLmc(Command):
    """Put the local medical committee's view on record."""

    actor: Actor
    view: str


@dataclass(frozen=True, slots=True)
class Extend(Command):
    """Give practices 1 to 4 more working days to vote; needs two persons."""

    actor: Actor
    reason: str
    days: int


@dataclass(frozen=True, slots=True)
class Recompute(Command):
    """Move the running deadline for a holiday announced since; only ever later."""

    actor: Actor
    reason: str
    calendar: Calendar
    digest: str
